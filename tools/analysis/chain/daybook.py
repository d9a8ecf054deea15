"""The newest four weeks of one ad, day by day: spend, impressions and clicks, in little memory; and what came before."""

from array import array
from collections.abc import Sequence
from decimal import Decimal
from itertools import compress
from operator import not_
from typing import NamedTuple

from tools.analysis.chain.paths import DAYS
from tools.analysis.rows import AdDay

SCALE = Decimal(10_000)
"""Spend is kept in ten-thousandths of the major unit, exact for whatever Meta sends."""
_MOST = 10**15
"""No day holds more than this; it only keeps absurd numbers finite."""
_BEFORE = 3 * DAYS
_EMPTY = array("q", bytes(8 * (_BEFORE + 3)))


class Before(NamedTuple):
    """The days before the newest four weeks: how many there are, their impressions and their clicks."""

    days: int
    impressions: int
    clicks: int


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
    def priced(self) -> bool:
        """Whether most days with views have a price."""
        spend, views = self.spend, self.impressions
        seen = DAYS - views.count(0)
        unpaid = sum(map(bool, compress(views, map(not_, spend)))) if 0 in spend else 0
        return seen > 2 * unpaid

    @property
    def spend(self) -> Sequence[int]:
        """Spend by day, in ten-thousandths."""
        return self._numbers[:DAYS].tolist()

    @property
    def impressions(self) -> Sequence[int]:
        """Impressions by day."""
        return self._numbers[DAYS : 2 * DAYS].tolist()

    @property
    def clicks(self) -> Sequence[int]:
        """Link clicks by day."""
        return self._numbers[2 * DAYS : _BEFORE].tolist()

    @property
    def before(self) -> Before:
        """What older days sum up to."""
        return Before(*self._numbers[_BEFORE:])
