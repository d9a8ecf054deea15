"""Date presets, time ranges and increments of insights (docs/graph-api.md §7.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.request import params
from sandbox.request.clock import NEWEST_YEAR
from sandbox.request.refusals import GraphError, invalid, not_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = timedelta(days=1)
OLDEST_MONTHS = 37


class Period(NamedTuple):
    """Two dates, both included."""

    since: date
    until: date


def presets(today: date, first: date) -> dict[str, Period]:
    """Give every preset; `last_…` ends yesterday, `this_…` ends today, `maximum` begins at the first day."""
    yesterday = today - DAY
    monday = today - DAY * today.weekday()
    sunday = today - DAY * ((today.weekday() + 1) % 7)
    month = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    year = date(today.year, 1, 1)
    last_quarter = (quarter - DAY * 80).replace(day=1)
    return {
        "today": Period(today, today),
        "yesterday": Period(yesterday, yesterday),
        **{f"last_{days}d": Period(today - DAY * days, yesterday) for days in (3, 7, 14, 28, 30, 90)},
        "this_week_mon_today": Period(monday, today),
        "this_week_sun_today": Period(sunday, today),
        "last_week_mon_sun": Period(monday - DAY * 7, monday - DAY),
        "last_week_sun_sat": Period(sunday - DAY * 7, sunday - DAY),
        "this_month": Period(month, today),
        "last_month": Period((month - DAY).replace(day=1), month - DAY),
        "this_quarter": Period(quarter, today),
        "last_quarter": Period(last_quarter, quarter - DAY),
        "this_year": Period(year, today),
        "last_year": Period(date(today.year - 1, 1, 1), year - DAY),
        "maximum": Period(first, today),
        "data_maximum": Period(first, today),
    }


def asked(args: Mapping[str, str], today: date, first: date) -> Period:
    """Give the period of a query: `time_range` wins over `date_preset`, the default is last_30d."""
    time_range = params.mapping(args, "time_range")
    if time_range is not None:
        return _range(time_range, today)
    known = presets(today, first)
    preset = args.get("date_preset", "last_30d")
    if preset not in known:
        raise not_one_of("date_preset", known)
    return known[preset]


def ranges(args: Mapping[str, str], today: date) -> list[Period] | None:
    """Give the periods of `time_ranges`, which may overlap, or None without it; it wins over all else."""
    wanted = params.array(args, "time_ranges")
    if wanted is None:
        return None
    if not wanted or not all(isinstance(value, dict) for value in wanted):
        raise invalid("Param time_ranges must hold objects with since and until", blame="time_ranges")
    return [_range(value, today) for value in wanted]


def _range(value: dict[str, Any], today: date) -> Period:
    period = Period(_date(value.get("since")), _date(value.get("until")))
    if period.since > period.until:
        raise invalid("time_range: since must not be later than until", blame="time_range")
    months = (today.year - period.since.year) * 12 + today.month - period.since.month
    if (months, today.day) > (OLDEST_MONTHS, period.since.day):
        raise GraphError(
            code=3018,
            message="(#3018) The start date of the time range cannot be beyond 37 months from the current date",
        )
    return period


def _date(value: object) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = None
    if day is None or day.year > NEWEST_YEAR:
        raise invalid("Must be a date representation in the format YYYY-MM-DD", blame="time_range")
    return day


def buckets(period: Period, increment: str) -> list[Period]:
    """Cut a period by `time_increment`: a number of days, `monthly` or `all_days`."""
    if increment == "all_days":
        return [period]
    if increment != "monthly" and not (increment.isdecimal() and 1 <= int(increment) <= 90):
        raise invalid(
            "Param time_increment must be a number from 1 to 90, monthly or all_days", blame="time_increment"
        )
    cut, start = [], period.since
    while start <= period.until:
        following = _next_month(start) if increment == "monthly" else start + DAY * int(increment)
        cut.append(Period(start, min(following - DAY, period.until)))
        start = following
    return cut


def _next_month(day: date) -> date:
    return (day.replace(day=1) + DAY * 31).replace(day=1)
