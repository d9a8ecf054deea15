"""Since when a rate falls, and how sure that is: one series of counts on exposure, against what was to be expected.

Counts of day t are Poisson with mean w_t·θ·r_t: `w` is exposure times the day's factor, θ the unknown rate and
r_t a decline, 1 until the day it turned. Given the sum K of all counts θ drops out, and with Σw = 1

    LR(r) = Π r_t^k_t / (Σ w_t·r_t)^K

compares a decline with none. The evidence is the mean of LR^(1/φ) over all days it can have turned on and all
shapes of decline (a step, a steady fall), φ ≥ 1 being how much more than Poisson the days scatter around the best
of them. Where nothing turned, an average of likelihood ratios has mean 1, so it is above 20 with a chance of 1 in 20
at most, however many days and shapes were looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

STEPS = (0.15, 0.3, 0.5)
"""Falls at once, as shares of the rate."""
SLOPES = (0.01, 0.02, 0.04, 0.08)
"""Falls of the log rate per day, going on."""
LEAST_BEFORE = 7
LEAST_SINCE = 4
STRETCHES = (1, 4)
"""Days over which the scatter is taken."""
_FITTED = 3  # the rate, the day and the shape


@dataclass(frozen=True, slots=True)
class Decline:
    """What a scan found. `evidence` are odds of a decline to none; `first`, `turn`, `last` are places in the series.

    The day it turned lies between `first` and `last` with 80 %, most likely on `turn`.
    """

    evidence: float
    turn: int
    first: int
    last: int
    dispersion: float


NONE = Decline(0.0, 0, 0, 0, 1.0)


class _Try(NamedTuple):
    """One day and shape with its log likelihood ratio; a negative `shape` is a step."""

    log_ratio: float
    turn: int
    shape: float


def scan(counts: Sequence[float], expected: Sequence[float]) -> Decline:
    """Look for a decline; `expected` is exposure times the day's factor, in any unit, 0 for days without.

    Series too short to have turned, and those without counts, give no evidence.
    """
    total, mass = sum(counts), sum(expected)
    if total <= 0 or mass <= 0:
        return NONE
    weights = [value / mass for value in expected]
    tries = _tries(counts, weights, total)
    if not tries:
        return NONE
    best = max(tries)
    dispersion = _dispersion(counts, weights, total, best)
    powers = [(math.exp(min(700.0, one.log_ratio / dispersion)), one.turn) for one in tries]
    by_day: dict[int, float] = {}
    for power, turn in powers:
        by_day[turn] = by_day.get(turn, 0.0) + power
    whole = sum(by_day.values())
    first, last = _middle(by_day, whole)
    turn = max(by_day, key=lambda day: by_day[day])
    return Decline(whole / len(tries), turn, min(first, turn), max(last, turn), dispersion)


def _tries(counts: Sequence[float], weights: Sequence[float], total: float) -> list[_Try]:
    """Every day it can have turned on with every shape, backwards, as each needs the sums of what comes after."""
    found: list[_Try] = []
    since = moment = weight = 0.0
    faded = dict.fromkeys(SLOPES, 0.0)
    active = [place for place, value in enumerate(weights) if value > 0]
    if len(active) < LEAST_BEFORE + LEAST_SINCE:
        return found
    earliest, latest = active[LEAST_BEFORE], active[-LEAST_SINCE]
    for day in range(len(weights) - 1, earliest - 1, -1):
        since += counts[day]
        moment += since  # Σ k_t·(t - day + 1)
        weight += weights[day]
        for slope in SLOPES:
            faded[slope] = (faded[slope] + weights[day]) * math.exp(-slope)
        if day > latest or not weights[day]:
            continue
        found += [
            _Try(since * math.log(1 - step) - total * math.log(1 - step * weight), day, -step)
            for step in STEPS
        ]
        found += [
            _Try(-slope * moment - total * math.log(max(1 - weight, 0.0) + faded[slope]), day, slope)
            for slope in SLOPES
        ]
    return found


def _dispersion(counts: Sequence[float], weights: Sequence[float], total: float, best: _Try) -> float:
    """How much more than Poisson the series scatters around the best decline, or around none if that is better.

    Taken over single days and over stretches of days, whichever is more: slow moods show in stretches alone.
    """
    shape = [1.0] * len(weights)
    if best.log_ratio > 0:
        fall = -math.log(1 + best.shape) if best.shape < 0 else best.shape
        days = range(best.turn, len(weights))
        shape[best.turn :] = [math.exp(-fall * (1 if best.shape < 0 else t - best.turn + 1)) for t in days]
    scale = total / sum(w * r for w, r in zip(weights, shape, strict=True))
    means = [scale * w * r for w, r in zip(weights, shape, strict=True)]
    return max(1.0, *(_scatter(counts, means, length) for length in STRETCHES))


def _scatter(counts: Sequence[float], means: Sequence[float], length: int) -> float:
    """Pearson's measure over stretches of `length` days."""
    starts = range(0, len(counts), length)
    parts = [(sum(counts[at : at + length]), sum(means[at : at + length])) for at in starts]
    spread = [(seen - mean) ** 2 / mean for seen, mean in parts if mean > 0]
    return sum(spread) / max(1, len(spread) - _FITTED)


def _middle(by_day: dict[int, float], whole: float) -> tuple[int, int]:
    """The days that hold the middle four fifths of the evidence."""
    below, first, last = 0.0, min(by_day), max(by_day)
    for day in sorted(by_day):
        if below < 0.1 * whole:
            first = day
        if below < 0.9 * whole:
            last = day
        below += by_day[day]
    return first, last
