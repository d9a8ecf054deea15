"""Typed rows of ad performance: one ad on one day, who the ad is, and sums over days.

Money is `Decimal` in major units of the account's currency, as Insights sends `spend`
(docs/graph-api.md §7.1), never float and never minor units. Nothing is rounded here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

from tools.analysis.conversion_events import VALUES, Event, event_of
from tools.analysis.odd_cells import Odd, Place, Strict, listed, number, readable, whole

ZERO = Decimal(0)


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


@dataclass(frozen=True, slots=True)
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

    def chance_of_none(self, more: Decimal) -> float:
        """How likely so much more spend (major units) brings no result at all, if all goes on as here."""
        return float(self.spend / (self.spend + more)) ** float(self.results) if self.spend > 0 else 1.0


def totals(days: Iterable[AdDay]) -> Totals:
    """Sum rows of any ads and dates; no rows give zeros."""
    spend = results = value = ZERO
    impressions = clicks = 0
    for row in days:
        spend += row.spend
        impressions += row.impressions
        clicks += row.clicks
        results += row.results
        value += row.value
    return Totals(spend, impressions, clicks, results, value)


def parse_row(row: Mapping[str, Any], event: str, odd: Odd | None = None) -> AdDay:
    """Read one Insights row of level `ad` over a day or up to a week (wire types: docs/graph-api.md §6 and §7.1).

    `inline_link_clicks` is preferred over `clicks`; a row with neither had none. Lists of actions that
    are missing mean zero, because Meta leaves them out on days without any. What is odd is noted in `odd`
    and read as `odd_cells` says; without it, it raises ValueError naming the field. A row whose days cannot
    be read, or are more than a week, always does.
    """
    odd, where = odd or Strict(), place(row)
    last, days = _days(row)
    ad_id = row.get("ad_id")
    if not isinstance(ad_id, str) or not ad_id:
        odd.note("unread", "ad_id", ad_id, where)
    return AdDay(where.id, last, *_figures(row, event, odd, where), days)


def measured(row: Mapping[str, Any], event: str, odd: Odd | None = None) -> Totals:
    """Read the figures of one Insights row of any level and length, each conversion counted once.

    What is odd is noted in `odd`; without it, it raises ValueError naming the field.
    """
    return Totals(*_figures(row, event, odd or Strict(), place(row)))


def place(row: Mapping[str, Any]) -> Place:
    """Which row it is: its lowest object and its first day."""
    ids = (row.get(f"{level}_id") for level in ("ad", "adset", "campaign", "account"))
    return Place(next((str(found) for found in ids if found), ""), str(row.get("date_start") or ""))


def _figures(
    row: Mapping[str, Any], event: str, odd: Odd, where: Place
) -> tuple[Decimal, int, int, Decimal, Decimal]:
    """Spend, impressions, clicks, results and value."""
    clicks = "inline_link_clicks" if "inline_link_clicks" in row else "clicks"
    return (
        number(row.get("spend"), "spend", odd, where) or ZERO,
        whole(row.get("impressions"), "impressions", odd, where),
        whole(row.get(clicks, 0), clicks, odd, where),
        counted(row, event, odd, where, worth=False),
        counted(row, event, odd, where, worth=True),
    )


def counted(row: Mapping[str, Any], event: str, odd: Odd, where: Place, *, worth: bool) -> Decimal:
    """Count the results of a row, or what they were worth: in the first of the event's fields that lists any."""
    wanted = event_of(event)
    if wanted.together:
        wanted = wanted.beside(_named(row, wanted.fields))
    for field in wanted.fields:
        field = VALUES.get(field, "") if worth else field  # noqa: PLW2901
        if field not in row:
            continue
        values = listed(row, field, odd, where)
        if (found := _sum(values, wanted, field, odd, where, signed=worth)) is not None:
            return found
    return ZERO


def _named(row: Mapping[str, Any], fields: Iterable[str]) -> set[str]:
    """All action types that a row lists in these fields."""
    lists = [row.get(field) for field in fields]
    items = [item for found in lists if isinstance(found, list | tuple) for item in found]
    return {str(item.get("action_type")) for item in items if isinstance(item, Mapping)}


def _sum(
    values: Mapping[str, object], wanted: Event, field: str, odd: Odd, where: Place, *, signed: bool
) -> Decimal | None:
    """What a list says of an event, None when nothing; a name whose value cannot be read gives way to the next."""
    lost: dict[str, object] = {}
    found: Decimal | None = None
    while found is None and (kinds := _kinds(wanted, values.keys() - lost.keys() if lost else values)):
        unread = {kind: values[kind] for kind in kinds if not readable(values[kind])}
        read = [
            number(values[kind], f"{field} ({kind})", odd, where, signed=signed) or ZERO
            for kind in kinds
            if kind not in unread
        ]
        if not unread:
            found = sum(read, ZERO)
        lost |= unread
    for kind, value in lost.items():
        odd.note("unread" if found is None else "named", f"{field} ({kind})", value, where)
    return found


def _kinds(wanted: Event, there: Collection[str]) -> tuple[str, ...]:
    """The action types to be added up, as they are written there: Meta's are in lower case, but for custom events."""
    if kinds := wanted.found(there):
        return kinds
    together = "".join(there)
    if together == together.lower():
        return ()
    written = {kind.lower(): kind for kind in there}
    return tuple(written[kind] for kind in wanted.found(written))


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value:
        raise _bad(field, "a text", value)
    return value


def _days(row: Mapping[str, Any]) -> tuple[date, int]:
    """The last day a row covers, and how many it covers."""
    start = _text(row, "date_start")
    stop = row.get("date_stop") or start
    first = _day(start, "date_start")
    last = first if stop == start else _day(str(stop), "date_stop")
    days = (last - first).days + 1
    if not 1 <= days <= 7:
        raise _bad("date_stop", f"within a week of date_start {start}", stop)
    return last, days


@lru_cache(maxsize=1024)
def _day(text: str, field: str) -> date:
    """A day as it is written; most rows of an account share a few."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _bad(field, "a date", text) from error


def _bad(field: str, wanted: str, value: object) -> ValueError:
    return ValueError(f"{field}: not {wanted}: {value!r}")


def _ratio(above: Decimal, below: Decimal) -> Decimal | None:
    return above / below if below else None
