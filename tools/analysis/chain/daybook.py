"""The newest four weeks of one ad, day by day: spend, impressions and clicks, in little memory; and what came before."""

from array import array
from decimal import Decimal

from tools.analysis.rows import AdDay

STRETCH_DAYS = 4
DAYS = 7 * STRETCH_DAYS
SCALE = Decimal(10_000)
"""Spend is kept in ten-thousandths of the major unit, exact for whatever Meta sends."""
_MOST = 10**15
"""No day holds more than this; it only keeps absurd numbers finite."""
_BEFORE = 3 * DAYS
_EMPTY = array("q", bytes(8 * (_BEFORE + 3)))


class Daybook:
    """Three rows of whole numbers, oldest day first, and sums over older days; newer days of rows that sum up several are not known."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._numbers = _EMPTY[:]

    def add(self, row: AdDay, age_days: int) -> None:
        """Add a row of one day, 1 for yesterday, or of older days; newer rows of several days are left out."""
        numbers = self._numbers
        if age_days > DAYS:
            numbers[_BEFORE] += row.days
            numbers[_BEFORE + 1] += max(0, min(_MOST, row.impressions))
            numbers[_BEFORE + 2] += max(0, min(_MOST, row.clicks))
            return
        if age_days < 1 or row.days != 1:
            return
        place = DAYS - age_days
        spend, seen, clicked = int(row.spend * SCALE), row.impressions, row.clicks
        if not (0 <= spend <= _MOST and 0 <= clicked <= _MOST and 0 <= seen <= _MOST):
            spend, seen, clicked = (max(0, min(_MOST, number)) for number in (spend, seen, clicked))
        numbers[place] += spend
        numbers[place + DAYS] += seen
        numbers[place + 2 * DAYS] += clicked

    @property
    def numbers(self) -> "array[int]":
        """Spend by day in ten-thousandths, impressions by day, link clicks by day; of older days how many, impressions and clicks."""
        return self._numbers
