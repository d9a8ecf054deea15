"""What days did to all ads of an account alike, taken out before an ad's own change is looked for: weekends, sales days.

Each ad has a rate and each day a factor, in turn fitted to each other; an ad is held against the days of the others. How
much single days scatter beyond chance once that is done is the same for all ads, and measured on neighbouring days.

In every array the last axis is the days, oldest first, and the one before it the ads.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tools.analysis.chain.daybook import DAYS, STRETCH_DAYS
from tools.analysis.chain.paths import STRETCHES, Array

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


class Counts(NamedTuple):
    """What was counted and on what exposure, ads by days."""

    seen: Array
    exposure: Array


@dataclass(frozen=True, slots=True)
class Moods:
    """The factors of days, around 1, and the scatter.

    `lasting` is what lasts of the factors beside the weekday. Of each ad that took part, both are those of all others.
    """

    factors: Array
    lasting: Array
    others: Array
    lasting_of_others: Array
    scatter: float

    @classmethod
    def of(cls, ads: Counts) -> Self:
        """Fit rates and factors."""
        factors, scatter = np.ones(DAYS), USUAL_SCATTER
        gained = weight = weekly = np.ones(DAYS)
        for turn in range(_ROUNDS):
            gained, weight = _against(ads, factors, scatter, choosy=turn > 0)
            weekly = _weekly(gained.sum(axis=0), weight.sum(axis=0))
            factors = _factors(gained.sum(axis=0), weight.sum(axis=0), weekly)
            if turn:
                scatter = _scatter(ads, factors)
        others = _factors(gained.sum(axis=0) - gained, weight.sum(axis=0) - weight, weekly)
        return cls(factors, _lately(factors, weekly), others, _lately(others, weekly), scatter)


def _lately(factors: Array, weekly: Array) -> Array:
    """What lasts of factors beside the weekday: a few days of a sale do not, a change of weeks does."""
    days = np.sort(factors[..., -_LATELY_DAYS:] / weekly[-_LATELY_DAYS:], axis=-1)
    some = sliding_window_view(days, _LATELY_DAYS // 2 + 1, axis=-1)
    densest = (some[..., -1] - some[..., 0]).argmin(axis=-1)[..., None]
    lasting: Array = np.take_along_axis(some.mean(axis=-1), densest, axis=-1)[..., 0] * weekly[:7].mean()
    return lasting


def _factors(gained: Array, weight: Array, usual: Array) -> Array:
    return np.maximum(0.05, usual + (gained - weight * (usual - 1)) / (weight + _CALM))


def _against(ads: Counts, factors: Array, scatter: float, *, choosy: bool) -> tuple[Array, Array]:
    """How far each day of an ad is from the ad's own rate, by weight, and the weights; `choosy` of who goes its own way."""
    means = rates(ads.seen, ads.exposure * factors)[:, None] * ads.exposure
    weights = means / (1 + scatter * means)
    there = means > 0
    gained = weights * np.minimum(_MOST, ads.seen / np.where(there, means, 1.0) - 1) * there
    calm = _calm(gained, weights, factors)[:, None] if choosy else 1.0
    return calm * gained, calm * weights


def _calm(gained: Array, weights: Array, factors: Array) -> Array:
    """How much an ad says about days: less, the more it goes its own way over stretches of days."""
    mass = in_stretches(weights)
    own = in_stretches(gained - weights * (factors - 1))
    there = mass > 0
    strayed = (own * own / np.where(there, mass, 1.0) * there).sum(axis=-1)
    calm: Array = 1 / np.maximum(1.0, strayed / np.maximum(1.0, there.sum(axis=-1) - 1.0)) ** 2
    return calm


def _weekly(gained: Array, weight: Array) -> Array:
    """The factor of each day's weekday: the middle of its days, so that one sale does not make a weekday."""
    days = 1 + gained / (weight + _CALM / 4)
    return np.tile(np.median(days.reshape(-1, 7), axis=0), DAYS // 7)


def _scatter(ads: Counts, factors: Array) -> float:
    """The variance that neighbouring days have beyond chance, over all ads."""
    more, number = _gaps(Counts(ads.seen, ads.exposure * factors))
    beyond = np.minimum(_UNRULY * number, more).sum() + _USUAL_WEIGHT * USUAL_SCATTER
    return max(1e-4, float(beyond / (number.sum() + _USUAL_WEIGHT)))


def scatter_of(ads: Counts, usual: float) -> Array:
    """Each ad's own scatter, leaning on what is usual; the exposure is times the factors of days."""
    beyond, pairs = _gaps(ads)
    return np.maximum(max(1e-4, usual / 2), (beyond + _OWN_WEIGHT * usual) / (pairs + _OWN_WEIGHT))


def _gaps(ads: Counts) -> tuple[Array, Array]:
    """How far neighbouring days of each ad are apart beyond chance, summed, and how many pairs there are."""
    means = rates(*ads)[:, None] * ads.exposure
    enough = means >= _TOO_FEW
    chance = 1 / np.where(enough, means, 1.0)
    days = ads.seen * chance
    pairs = enough[:, 1:] & enough[:, :-1]
    beyond = (np.diff(days) ** 2 - chance[:, 1:] - chance[:, :-1]) * pairs
    return beyond.sum(axis=-1) / 2, pairs.sum(axis=-1).astype(np.float64)


def rates(seen: Array, exposure: Array) -> Array:
    """The rate of each ad over all days, 0 without exposure."""
    mass = exposure.sum(axis=-1)
    return np.where(mass > 0, seen.sum(axis=-1) / np.where(mass > 0, mass, 1.0), 0.0)


def in_stretches(days: Array) -> Array:
    """Sums over the days of each stretch."""
    sums: Array = days.reshape(-1, STRETCHES, STRETCH_DAYS).sum(axis=-1)
    return sums
