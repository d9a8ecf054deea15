"""An ad's rows summed while they pass by, by week of age, so that no row needs to be kept."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.chain.daybook import Daybooks
from tools.analysis.completeness import Curve
from tools.analysis.rows import ZERO, AdDay, Totals

NOT_OVER = -1
"""Today and later: in the totals, never in a judgement."""


@dataclass(frozen=True, slots=True)
class When:
    """A day by its age (1 is yesterday), its week, its place there, and the share of its results that is not known yet."""

    age_days: int
    week: int
    place: int
    unknown: Decimal

    @classmethod
    def of(cls, day: date, today: date, curve: Curve) -> "When":
        """Place a day."""
        age = (today - day).days
        return cls(age, (age - 1) // 7 if age > 0 else NOT_OVER, (age - 1) % 7, 1 - curve.share(age))


class Week:
    """The sums of one week of one ad; `unripe` is the part of its spend whose results are not known yet (major units)."""

    __slots__ = ("clicks", "days", "impressions", "results", "spend", "unripe", "value")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.spend = self.unripe = self.results = self.value = ZERO
        self.impressions = self.clicks = self.days = 0

    def add(self, row: AdDay, when: When) -> None:
        """Add one row of a day in the week."""
        spend, impressions = row.spend, row.impressions
        self.spend += spend
        if when.unknown:
            self.unripe += spend * when.unknown
        self.impressions += impressions
        self.clicks += row.clicks
        if row.results:
            self.results += row.results
        if row.value:
            self.value += row.value
        if impressions > 0 or spend > 0:
            self.days |= ((1 << row.days) - 1) << when.place

    @property
    def totals(self) -> Totals:
        """The plain sums."""
        return Totals(self.spend, self.impressions, self.clicks, self.results, self.value)

    @property
    def ripe(self) -> Decimal:
        """Spend by the share of its results that is known."""
        return self.spend - self.unripe


class Tally:
    """All weeks of one ad: week 0 is the seven days before today."""

    __slots__ = ("weeks",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self.weeks: dict[int, Week] = {}

    def add(self, row: AdDay, when: When) -> None:
        """Add one row; several rows of a day add up."""
        week = self.weeks.get(when.week)
        if week is None:
            week = self.weeks[when.week] = Week()
        week.add(row, when)

    @property
    def over(self) -> list[tuple[int, Week]]:
        """The weeks of days that are over, newest first, each with its number."""
        return sorted((number, week) for number, week in self.weeks.items() if number != NOT_OVER)


def tallied(
    rows: Iterable[AdDay], today: date, curve: Curve
) -> tuple[dict[str, Tally], dict[date, Decimal], Daybooks]:
    """Sum rows by ad, and the results of all by day, and keep the newest days of each ad; a row must not be given twice."""
    tallies: dict[str, Tally] = {}
    results: dict[date, Decimal] = {}
    days: dict[date, When] = {}
    books = Daybooks()
    for row in rows:
        ad_id, day = row.ad_id, row.date
        tally = tallies.get(ad_id)
        if tally is None:
            tally = tallies[ad_id] = Tally()
        when = days.get(day)
        if when is None:
            when = days[day] = When.of(day, today, curve)
        if row.results:
            results[day] = results.get(day, ZERO) + row.results
        tally.add(row, when)
        books.add(row, when.age_days)
    return tallies, results, books


def delivery_days(weeks: Iterable[Week]) -> int:
    """Count the days with delivery."""
    return sum(week.days.bit_count() for week in weeks)


def summed(parts: Iterable[Week | Totals]) -> Totals:
    """Add up disjoint parts; none give zeros."""
    spend = results = value = ZERO
    impressions = clicks = 0
    for part in parts:
        spend += part.spend
        impressions += part.impressions
        clicks += part.clicks
        if part.results:
            results += part.results
        if part.value:
            value += part.value
    return Totals(spend, impressions, clicks, results, value)


@contextmanager
def unswept() -> Iterator[None]:
    """Keep Python from searching all that is made here for cycles, again and again: there are none, and it all stays."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
