"""Typed rows of ad performance: one ad on one day, who the ad is, and sums over days.

Money is `Decimal` in major units of the account's currency, as Insights sends `spend`
(docs/graph-api.md §7.1), never float and never minor units. Nothing is rounded here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from tools.analysis.conversion_events import action_types

ZERO = Decimal(0)
_LISTS = (list, tuple)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class AdDay:
    """One ad on one day of the account's time zone; `spend` and `value` in major units.

    A row may sum up to seven days: then `date` is the last of its `days`.
    """

    ad_id: str
    date: date
    spend: Decimal
    impressions: int
    clicks: int
    results: Decimal | int
    value: Decimal
    days: int = 1


@dataclass(frozen=True, slots=True)
class AdInfo:
    """Who an ad is; `learning` says that its ad set's learning phase is running (§7.5).

    `event` is the conversion its ad set is after, where it is known; else that of the review counts.
    """

    ad_id: str
    name: str
    adset_id: str
    adset_name: str
    campaign_id: str
    campaign_name: str
    status: str
    effective_status: str
    optimization_goal: str | None
    learning: bool
    created: date | None
    event: str = ""
    halted: str = ""
    """Why it does not run although its status says so, such as "ad set ended 2026-10-01"."""
    off: str = ""
    """Why it does not run, in a word by which ads are counted; empty when it runs."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its ids and names and those of its parents: what `protect` is matched against."""
        return (self.ad_id, self.adset_id, self.campaign_id, self.name, self.adset_name, self.campaign_name)


@dataclass(frozen=True)
class Totals:
    """Sums over rows, and their ratios at full precision; a ratio over nothing is None."""

    spend: Decimal = ZERO
    impressions: int = 0
    clicks: int = 0
    results: Decimal = ZERO
    value: Decimal = ZERO

    def __add__(self, other: Self) -> Self:
        """Sum two disjoint parts."""
        return type(self)(
            self.spend + other.spend,
            self.impressions + other.impressions,
            self.clicks + other.clicks,
            self.results + other.results,
            self.value + other.value,
        )

    @property
    def ctr(self) -> Decimal | None:
        """Clicks per hundred impressions, in percent."""
        return _ratio(Decimal(100 * self.clicks), Decimal(self.impressions))

    @property
    def cpc(self) -> Decimal | None:
        """Spend per click, in major units."""
        return _ratio(self.spend, Decimal(self.clicks))

    @property
    def cpa(self) -> Decimal | None:
        """Spend per result, in major units."""
        return _ratio(self.spend, self.results)

    @property
    def roas(self) -> Decimal | None:
        """Conversion value per unit of spend."""
        return _ratio(self.value, self.spend)


def totals(days: Iterable[AdDay]) -> Totals:
    """Sum rows of any ads and dates; no rows give zeros."""
    rows = tuple(days)
    return Totals(
        spend=sum((row.spend for row in rows), ZERO),
        impressions=sum(row.impressions for row in rows),
        clicks=sum(row.clicks for row in rows),
        results=sum((Decimal(row.results) for row in rows), ZERO),
        value=sum((row.value for row in rows), ZERO),
    )


def parse_row(row: Mapping[str, Any], event: str) -> AdDay:
    """Read one Insights row of level `ad` over a day or up to a week (wire types: docs/graph-api.md §6 and §7.1).

    `inline_link_clicks` is preferred over `clicks`; a row with neither had none. Lists of actions that
    are missing mean zero, because Meta leaves them out on days without any. Anything malformed, and a
    row that covers more than a week, raises ValueError naming the field.
    """
    figures = _figures(row, event)
    last, days = _days(row)
    return AdDay(_text(row, "ad_id"), last, *figures, days)


def measured(row: Mapping[str, Any], event: str) -> Totals:
    """Read the figures of one Insights row of any level and length, each conversion counted once.

    Anything malformed raises ValueError naming the field.
    """
    return Totals(*_figures(row, event))


def _figures(row: Mapping[str, Any], event: str) -> tuple[Decimal, int, int, Decimal, Decimal]:
    """Spend, impressions, clicks, results and value."""
    clicks = "inline_link_clicks" if "inline_link_clicks" in row else "clicks"
    return (
        _number(row.get("spend"), "spend"),
        _whole(row.get("impressions"), "impressions"),
        _whole(row.get(clicks, 0), clicks),
        _counted(row, "actions", event),
        _counted(row, "action_values", event, signed=True),
    )


def _counted(row: Mapping[str, Any], field: str, event: str, *, signed: bool = False) -> Decimal:
    items = row.get(field)
    if not items and (items is None or isinstance(items, _LISTS)):
        return ZERO
    if not isinstance(items, _LISTS):
        raise _bad(field, "a list", items)
    wanted = action_types(event)
    found: dict[str, Decimal] = {}
    for item in items:
        if type(item) is not dict and not isinstance(item, Mapping):
            raise _bad(field, "a list of objects", items)
        kind = item.get("action_type")
        if kind in wanted:
            # The same type comes again only where an action breakdown splits it into parts.
            part = _number(item.get("value"), f"{field} ({kind})", signed=signed)
            found[kind] = found[kind] + part if kind in found else part
    for kind in wanted if found else ():
        if kind in found:
            return found[kind]
    return ZERO


def _number(value: object, field: str, *, signed: bool = False) -> Decimal:
    text = value if type(value) is str else str(value) if type(value) is int else ""
    if not _NUMBER.fullmatch(text) or (text[0] == "-" and not signed):
        raise _bad(field, "a number" if signed else "a non-negative number", value)
    return Decimal(text)


def _whole(value: object, field: str) -> int:
    if type(value) is str and len(value) <= 18 and value.isascii() and value.isdigit():
        return int(value)
    number = _number(value, field)
    if number != int(number):
        raise _bad(field, "a whole number", value)
    return int(number)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value:
        raise _bad(field, "a text", value)
    return value


def _days(row: Mapping[str, Any]) -> tuple[date, int]:
    """The last day a row covers, and how many it covers."""
    start = _text(row, "date_start")
    stop = row.get("date_stop", start)
    first = _day(start, "date_start")
    last = first if stop == start else _day(stop, "date_stop")
    days = (last - first).days + 1
    if not 1 <= days <= 7:
        raise _bad("date_stop", f"within a week of date_start {start}", stop)
    return last, days


def _day(text: object, field: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise _bad(field, "a date", text) from error


def _bad(field: str, wanted: str, value: object) -> ValueError:
    return ValueError(f"{field}: not {wanted}: {value!r}")


def _ratio(above: Decimal, below: Decimal) -> Decimal | None:
    return above / below if below else None
