"""Rows of Insights as they come in: repeated ones are dropped, odd cells noted, and every kind of result counted.

What was looked for and what was there instead is told where an event has no result at all: broken tracking,
a wrong event and a report that lacks a field look exactly like bad ads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tools.analysis.conversion_events import THRUPLAYS, TWO_SECONDS, VALUES, event_of
from tools.analysis.odd_cells import Odd, how_many, number
from tools.analysis.rows import ZERO, AdDay, Totals, measured, parse_row, place
from tools.domain.text import listed
from tools.domain.tool import Context
from tools.read.figures.known_fields import FIELDS

OLDEST_DAYS = 1200
"""Meta keeps figures for 37 months; what is older is no day of them."""
SHOWN_KINDS = 6
_COUNTED = (*VALUES, THRUPLAYS, TWO_SECONDS)
_FIGURES = frozenset(name for name, field in FIELDS.items() if field.form != "text")
_CLICKS = frozenset(("clicks", "inline_link_clicks"))
_EVERYDAY = frozenset(
    "link_click post_engagement page_engagement video_view post_reaction landing_page_view comment post like".split()
)
"""Kinds of actions that are no results of most ads, named last."""


class Intake:
    """What came in of one or several lists of figures."""

    def __init__(self, ctx: Context) -> None:
        """Begin with nothing read."""
        self.odd = Odd()
        today = ctx.here.date()
        self._first, self._last = today - timedelta(days=OLDEST_DAYS), today + timedelta(days=1)
        self._kinds: dict[tuple[str, str], int] = {}
        """How many there were of each kind of action, by the field it stands in and its name."""
        self.clicks_told = False
        """Whether any row spoke of clicks: a report without them is no account without them."""

    def rows(self, stream: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows of one list, each once; those that come again are noted."""
        known: dict[int, int] = {}
        for row in stream:
            key, figures = hash(_identity(row)), hash((str(row.get("spend")), str(row.get("impressions"))))
            if key in known:
                self.odd.note("twice" if known[key] == figures else "other", "", None, place(row))
                continue
            known[key] = figures
            self._count(row)
            yield row

    def days(
        self, stream: Iterable[dict[str, Any]], event: Callable[[dict[str, Any]], str], of: str = "ad_id"
    ) -> Iterator[AdDay]:
        """The rows of one list as typed days, each counted by its own event; those without a readable day are left out."""
        for row in self.rows(stream):
            if day := self.day(row, event(row), of):
                yield day

    def day(self, row: dict[str, Any], event: str, of: str = "ad_id") -> AdDay | None:
        """A row as a typed day of the object that `of` names; None when its day cannot be read."""
        named = row if of == "ad_id" else {**row, "ad_id": str(row.get(of) or "account")}
        try:
            day = parse_row(named, event, self.odd)
        except ValueError:
            day = None
        if day and self.within(str(day.date)):
            return day
        self.odd.note("undated", "", None, place(named))
        return None

    def within(self, text: object) -> bool:
        """Whether that is a day that Meta can have figures of."""
        day = day_of(text)
        return day is not None and self._first <= day <= self._last

    def totals(self, row: Mapping[str, Any], event: str) -> Totals:
        """The figures of a row, whatever days it covers."""
        return measured(row, event, self.odd)

    def id_of(self, row: Mapping[str, Any], field: str) -> str:
        """The id of a parent; one that is none is noted, for then its spend is nobody's."""
        value = row.get(field)
        if not isinstance(value, str) or not value:
            self.odd.note("unread", field, value, place(row))
        return str(value)

    def dates(self, row: Mapping[str, Any]) -> set[str]:
        """The first and the last day of a row, as far as they are days."""
        return {str(day) for name in ("date_start", "date_stop") if (day := day_of(row.get(name)))}

    def figure(self, row: Mapping[str, Any], field: str) -> Decimal:
        """One more figure of a row; what is absent or cannot be read is 0."""
        return number(row.get(field, 0), field, self.odd, place(row)) or ZERO

    def said(self, complete: str) -> str:
        """How complete a list is, with what was odd in it."""
        return f"{complete}; odd: {self.odd.said}" if self.odd.said else complete

    def _count(self, row: Mapping[str, Any]) -> None:
        self.clicks_told = self.clicks_told or not row.keys().isdisjoint(_CLICKS)
        for field in _COUNTED:
            if not isinstance(items := row.get(field), list):
                continue
            kinds: dict[str, int] = {}
            for item in items:
                kind = item.get("action_type") if type(item) is dict else None
                if type(kind) is str:
                    kinds[kind] = max(kinds.get(kind, 0), how_many(item.get("value")))
            for kind, many in kinds.items():
                self._kinds[field, kind] = self._kinds.get((field, kind), 0) + many

    def has(self, event: str) -> bool:
        """Whether there was any result of an event in what was read."""
        wanted = event_of(event).beside(kind for _, kind in self._kinds)
        names = {name.lower() for name in wanted.names}
        return any(
            many and field in wanted.fields and kind.lower() in names
            for (field, kind), many in self._kinds.items()
        )

    def nothing_of(self, event: str) -> str:
        """That there was no result of an event: what was looked for, and what was there instead, with counts."""
        wanted = event_of(event)
        looked = f"looked for {listed(wanted.names, most=3)} in {' and '.join(wanted.fields[:2])}"
        most = dict[str, int]()
        for (field, kind), many in self._kinds.items():
            if field in VALUES:
                most[kind] = max(most.get(kind, 0), many)
        kinds = sorted(most, key=lambda kind: (kind in _EVERYDAY, -most[kind], kind))
        there = listed([f"{kind} {most[kind]}" for kind in kinds], most=SHOWN_KINDS)
        return f"{looked}; there was {there or 'no action of any kind'}"


def day_of(text: object) -> date | None:
    """A day as Meta writes it; None for what is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _identity(row: Mapping[str, Any]) -> Any:
    """What a row is about: its objects, days and breakdowns; all of it, where it does not say its days."""
    if not isinstance(row.get("date_start"), str):
        return repr(row)
    return tuple(sorted((name, str(value)) for name, value in row.items() if name not in _FIGURES))
