"""An ad's rows summed while they pass by, by week of age, so that no row needs to be kept."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tools.analysis.chain.daybook import Daybook
from tools.analysis.completeness import Curve
from tools.analysis.rows import ZERO, AdDay, Totals

NOT_OVER = -1
"""Today and later: in the totals, never in a judgement."""


class Week:
    """The sums of one week of one ad; `ripe` is its spend by the share of results known (major units)."""

    __slots__ = ("clicks", "days", "impressions", "results", "ripe", "spend", "value")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.spend = self.ripe = self.results = self.value = ZERO
        self.impressions = self.clicks = self.days = 0

    def add(self, row: AdDay, place: int, share: Decimal) -> None:
        """Add one row of the day at `place` in the week."""
        self.spend += row.spend
        self.ripe += row.spend if share == 1 else row.spend * share
        self.impressions += row.impressions
        self.clicks += row.clicks
        if row.results:
            self.results += row.results
        if row.value:
            self.value += row.value
        if row.spend > 0 or row.impressions > 0:
            self.days |= ((1 << row.days) - 1) << place

    @property
    def totals(self) -> Totals:
        """The plain sums."""
        return Totals(self.spend, self.impressions, self.clicks, self.results, self.value)


class Tally:
    """All weeks of one ad: week 0 is the seven days before today; and its newest days one by one."""

    __slots__ = ("book", "weeks")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.weeks: dict[int, Week] = {}
        self.book = Daybook()

    def add(self, row: AdDay, today: date, curve: Curve) -> None:
        """Add one row; several rows of a day add up."""
        age = (today - row.date).days
        number = (age - 1) // 7 if age > 0 else NOT_OVER
        week = self.weeks.get(number)
        if week is None:
            week = self.weeks[number] = Week()
        week.add(row, (age - 1) % 7, curve.share(age))
        self.book.add(row, age)

    @property
    def over(self) -> list[tuple[int, Week]]:
        """The weeks of days that are over, newest first, each with its number."""
        return sorted((number, week) for number, week in self.weeks.items() if number != NOT_OVER)


def tallied(rows: Iterable[AdDay], today: date, curve: Curve) -> dict[str, Tally]:
    """Sum rows by ad; a row must not be given twice."""
    tallies: dict[str, Tally] = {}
    for row in rows:
        tally = tallies.get(row.ad_id)
        if tally is None:
            tally = tallies[row.ad_id] = Tally()
        tally.add(row, today, curve)
    return tallies


def delivery_days(weeks: Iterable[Week]) -> int:
    """Count the days with delivery."""
    return sum(week.days.bit_count() for week in weeks)


def summed(weeks: Iterable[Week]) -> Totals:
    """Add up weeks; none give zeros."""
    return sum((week.totals for week in weeks), Totals())
