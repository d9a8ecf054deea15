"""What days did to all ads of an account alike: weekdays, seasons, sales, trouble with tracking.

Each ad has a rate and each day a factor; both are fitted in turn until rates times factors add up to the counts of
every ad and every day. An ad is then held against the factors of the days that the others had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

_ROUNDS = 6
_OF_THE_WEEK = 100.0
"""So many counts of a day weigh as much as what its weekday and the days around it say."""
_OF_THE_YEAR = 10.0
"""So many counts of the days around weigh as much as no season at all."""
_AROUND = 3

Series = tuple[Sequence[float], Sequence[float]]
"""Counts and exposure, day by day."""


@dataclass(frozen=True, slots=True)
class Seasons:
    """The factors of consecutive days, around 1; `weekdays` knows the weekday alone."""

    weekdays: list[float]
    counts: list[float]
    """Of all ads, by day."""
    expected: list[float]
    """By each ad's own rate, were no day different from another; of all ads, by day."""
    series: Mapping[str, Series]
    rates: Mapping[str, float]

    @classmethod
    def of(cls, series: Mapping[str, Series], first_weekday: int) -> Self:
        """Fit rates and factors; the first day falls on `first_weekday` (0 is Monday)."""
        length = max((len(counts) for counts, _ in series.values()), default=0)
        counts = [sum(column) for column in zip(*(row[0] for row in series.values()), strict=True)] or []
        factors, rates = [1.0] * length, dict.fromkeys(series, 0.0)
        for _ in range(_ROUNDS):
            for ad, (seen, exposure) in series.items():
                mass = sum(e * f for e, f in zip(exposure, factors, strict=True))
                rates[ad] = sum(seen) / mass if mass else 0.0
            expected = _expected(series, rates, length)
            factors = [(k + 1) / (e + 1) for k, e in zip(counts, expected, strict=True)]
        expected = _expected(series, rates, length)
        return cls(_weekdays(counts, expected, first_weekday), counts, expected, series, rates)

    def others(self, ad: str) -> list[float]:
        """The factors that the days had for all other ads; where those say little, the weekday's."""
        if ad not in self.series:
            return list(self.weekdays)
        rate, (seen, exposure) = self.rates[ad], self.series[ad]
        counts = [max(0.0, k - own) for k, own in zip(self.counts, seen, strict=True)]
        usual = [max(0.0, e - rate * n) for e, n in zip(self.expected, exposure, strict=True)]
        weekly = [e * w for e, w in zip(usual, self.weekdays, strict=True)]
        return [
            (counts[day] + _OF_THE_WEEK * self.weekdays[day] * _level(counts, weekly, day))
            / (usual[day] + _OF_THE_WEEK)
            for day in range(len(counts))
        ]


def _level(counts: Sequence[float], usual: Sequence[float], day: int) -> float:
    """How the days around a day went, weekdays aside."""
    around = slice(max(0, day - _AROUND), day + _AROUND + 1)
    return (sum(counts[around]) + _OF_THE_YEAR) / (sum(usual[around]) + _OF_THE_YEAR)


def _expected(series: Mapping[str, Series], rates: Mapping[str, float], length: int) -> list[float]:
    expected = [0.0] * length
    for ad, (_, exposure) in series.items():
        rate = rates[ad]
        for day, value in enumerate(exposure):
            expected[day] += rate * value
    return expected


def _weekdays(counts: Sequence[float], expected: Sequence[float], first_weekday: int) -> list[float]:
    seen, usual = [0.0] * 7, [0.0] * 7
    for day, (k, e) in enumerate(zip(counts, expected, strict=True)):
        seen[(first_weekday + day) % 7] += k
        usual[(first_weekday + day) % 7] += e
    factors = [(k + _OF_THE_WEEK) / (e + _OF_THE_WEEK) for k, e in zip(seen, usual, strict=True)]
    return [factors[(first_weekday + day) % 7] for day in range(len(counts))]
