"""What days did to all ads of an account alike, taken out before an ad's own change is looked for: weekends, sales days.

Each ad has a rate and each day a factor, in turn fitted to each other; an ad is held against the days of the others. How
much single days scatter beyond chance once that is done is the same for all ads, and measured on neighbouring days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import dist
from operator import mul, truediv
from statistics import fmean, median
from typing import Self

from tools.analysis.chain.paths import DAYS, STRETCH_DAYS

Series = tuple[Sequence[float], Sequence[float]]
"""Counts and exposure, day by day, oldest first."""
_ROUNDS = 3
_CALM = 25.0
"""A day's factor is taken to be near that of its weekday, by so much weight; one ad-day weighs 1 / scatter at most."""
USUAL_SCATTER = 0.02
"""Variance of the log of an ad's daily rate beyond chance, where the account does not say."""
_USUAL_WEIGHT = 50.0
_MOST = 1.0
_OWN_WEIGHT = 15.0
_TOO_FEW = 2.0
"""Counts of a day below which scatter cannot be told from chance."""
_UNRULY = 0.2
"""No ad makes the others look more restless than this."""
_LATELY_DAYS = 14


@dataclass(frozen=True, slots=True)
class Moods:
    """The factors of days, around 1, and the scatter; ads that took part are held against the others."""

    gained: list[float]
    weight: list[float]
    weekly: list[float]
    own: Mapping[str, tuple[list[float], list[float]]]
    scatter: float

    @classmethod
    def of(cls, series: Mapping[str, Series]) -> Self:
        """Fit rates and factors."""
        factors, scatter = [1.0] * DAYS, USUAL_SCATTER
        gained, weight, weekly = [0.0] * DAYS, [0.0] * DAYS, [1.0] * DAYS
        own: dict[str, tuple[list[float], list[float]]] = {}
        for turn in range(_ROUNDS):
            own = {
                ad: _against(counts, exposure, factors, scatter, choosy=turn > 0)
                for ad, (counts, exposure) in series.items()
            }
            gained = [sum(column) for column in zip(*(g for g, _ in own.values()), strict=True)] or gained
            weight = [sum(column) for column in zip(*(w for _, w in own.values()), strict=True)] or weight
            weekly = _weekly(gained, weight)
            factors = [_factor(*parts) for parts in zip(gained, weight, weekly, strict=True)]
            if turn:
                scatter = _scatter(series, factors)
        return cls(gained, weight, weekly, own, scatter)

    def others(self, ad: str) -> list[float]:
        """The factors that the days had for all other ads."""
        if ad not in self.own:
            return [_factor(*parts) for parts in zip(self.gained, self.weight, self.weekly, strict=True)]
        return [
            _factor(g - mine, w - weight, usual)
            for g, w, usual, mine, weight in zip(
                self.gained, self.weight, self.weekly, *self.own[ad], strict=True
            )
        ]

    def lately(self, factors: Sequence[float]) -> float:
        """What lasts of the factors beside the weekday: a few days of a sale do not, a change of weeks does."""
        days = sorted(map(truediv, factors[-_LATELY_DAYS:], self.weekly[-_LATELY_DAYS:]))
        most = len(days) // 2 + 1
        first = min(range(len(days) - most + 1), key=lambda at: days[at + most - 1] - days[at])
        return fmean(days[first : first + most]) * fmean(self.weekly[:7])


def _factor(gained: float, weight: float, usual: float) -> float:
    return max(0.05, usual + (gained - weight * (usual - 1)) / (weight + _CALM))


def _against(
    counts: Sequence[float],
    exposure: Sequence[float],
    factors: Sequence[float],
    scatter: float,
    *,
    choosy: bool,
) -> tuple[list[float], list[float]]:
    """How far each day of an ad is from the ad's own rate, by weight, and the weights; `choosy` of who goes its own way."""
    mass = sum(e * f for e, f in zip(exposure, factors, strict=True))
    rate = sum(counts) / mass if mass > 0 else 0.0
    means = [rate * e for e in exposure]
    weights = [m / (1 + scatter * m) for m in means]
    gained = [
        w * min(_MOST, k / m - 1) if m > 0 else 0.0 for k, m, w in zip(counts, means, weights, strict=True)
    ]
    calm = _calm(gained, weights, factors) if choosy else 1.0
    return [calm * g for g in gained], [calm * w for w in weights]


def _calm(gained: Sequence[float], weights: Sequence[float], factors: Sequence[float]) -> float:
    """How much an ad says about days: less, the more it goes its own way over stretches of days."""
    strayed = parts = 0.0
    for start in range(0, DAYS, STRETCH_DAYS):
        stretch = slice(start, start + STRETCH_DAYS)
        mass = sum(weights[stretch])
        if mass > 0:
            own = sum(gained[stretch]) - sum(
                w * (f - 1) for w, f in zip(weights[stretch], factors[stretch], strict=True)
            )
            strayed += own * own / mass
            parts += 1
    return 1 / max(1.0, strayed / max(1.0, parts - 1)) ** 2


def _weekly(gained: Sequence[float], weight: Sequence[float]) -> list[float]:
    """The factor of each day's weekday: the middle of its days, so that one sale does not make a weekday."""
    days = [1 + g / (w + _CALM / 4) for g, w in zip(gained, weight, strict=True)]
    usual = [median(days[weekday::7]) for weekday in range(7)]
    return [usual[day % 7] for day in range(DAYS)]


def _scatter(series: Mapping[str, Series], factors: Sequence[float]) -> float:
    """The variance that neighbouring days have beyond chance, over all ads."""
    beyond, pairs = _USUAL_WEIGHT * USUAL_SCATTER, _USUAL_WEIGHT
    for counts, exposure in series.values():
        under = list(map(mul, exposure, factors))
        mass = sum(under)
        more, number = _gaps(counts, under, sum(counts) / mass if mass > 0 else 0.0)
        beyond += min(_UNRULY * number, more)
        pairs += number
    return max(1e-4, beyond / pairs)


def scatter_of(counts: Sequence[float], under: Sequence[float], rate: float, usual: float) -> float:
    """One ad's own scatter, leaning on what is usual; `under` is exposure times the factors of days, `rate` counts by it."""
    beyond, pairs = _gaps(counts, under, rate)
    return max(1e-4, usual / 2, (beyond + _OWN_WEIGHT * usual) / (pairs + _OWN_WEIGHT))


def _gaps(counts: Sequence[float], under: Sequence[float], rate: float) -> tuple[float, int]:
    """How far neighbouring days are apart beyond chance, summed, and how many pairs there are."""
    if (
        rate * min(under, default=0.0) >= _TOO_FEW
    ):  # the same without a look at each day, for most ads of a large account
        chances = list(map(truediv, repeat(1 / rate), under))
        days = list(map(mul, counts, chances))
        by_chance = 2 * sum(chances) - chances[0] - chances[-1]
        return (dist(days[1:], days[:-1]) ** 2 - by_chance) / 2, len(days) - 1
    beyond, pairs, last, chance = 0.0, 0, 0.0, 0.0
    for k, u in zip(counts, under, strict=True):
        mean = rate * u
        if mean < _TOO_FEW:
            chance = 0.0
            continue
        by_chance = 1 / mean
        now = k * by_chance
        if chance:
            gap = now - last
            beyond += gap * gap - by_chance - chance
            pairs += 1
        last, chance = now, by_chance
    return beyond / 2, pairs
