"""The newest four weeks of every ad, day by day: spend, impressions and clicks, in little memory; and what came before."""

from array import array
from collections.abc import Container
from decimal import Decimal

from tools.analysis.rows import AdDay

STRETCH_DAYS = 4
DAYS = 7 * STRETCH_DAYS
SCALE = Decimal(10_000)
"""Spend is kept in ten-thousandths of the major unit, exact for whatever Meta sends."""
_MOST = 10**15
"""No day holds more than this; it only keeps absurd numbers finite."""
_BEFORE = 3 * DAYS
WIDTH = _BEFORE + 3
_EMPTY = array("q", bytes(8 * WIDTH))


class Daybooks(Container[str]):
    """A row of whole numbers for each ad, all in one block, which is given back to the system as one.

    A row is spend by day in ten-thousandths, oldest first, impressions by day and link clicks by day; then how many older days
    there are, their impressions and their clicks. Newer days of rows that sum up several are not known.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.numbers = array("q")
        self._starts: dict[str, int] = {}

    def __contains__(self, ad: object) -> bool:
        """Whether an ad has a row."""
        return ad in self._starts

    def place(self, ad: str) -> int:
        """Which row is that of an ad."""
        return self._starts[ad] // WIDTH

    def add(self, row: AdDay, age_days: int) -> None:
        """Add a row of one day, 1 for yesterday, or of older days; newer rows of several days are left out."""
        numbers, start = self.numbers, self._starts.get(row.ad_id)
        if start is None:
            start = self._starts[row.ad_id] = len(numbers)
            numbers.extend(_EMPTY)
        if age_days > DAYS:
            start += _BEFORE
            numbers[start] += row.days
            numbers[start + 1] += max(0, min(_MOST, row.impressions))
            numbers[start + 2] += max(0, min(_MOST, row.clicks))
            return
        if age_days < 1 or row.days != 1:
            return
        place = start + DAYS - age_days
        spend, seen, clicked = int(row.spend * SCALE), row.impressions, row.clicks
        if not (0 <= spend <= _MOST and 0 <= clicked <= _MOST and 0 <= seen <= _MOST):
            spend, seen, clicked = (max(0, min(_MOST, number)) for number in (spend, seen, clicked))
        numbers[place] += spend
        numbers[place + DAYS] += seen
        numbers[place + 2 * DAYS] += clicked
