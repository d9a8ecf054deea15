"""Where a rate stands now and where it is heading, from four weeks of counts in stretches of days.

The log of a rate is followed by Kalman filters, one per way a rate may go: it stands still, it wanders a little or much,
it jumps, it goes on falling or rising. Each foretells every stretch from those before it; how well it does, and how often
the other ads of the account went that way, is its weight. What is known at the end is the mixture of all, so that an ad
is called falling only as far as falling foretells it better than standing still.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

STRETCH_DAYS = 4
STRETCHES = 7
DAYS = STRETCH_DAYS * STRETCHES


class Way(NamedTuple):
    """One way a rate may go, in log units per stretch: steps of its level, slope at first, steps of its slope (variances)."""

    level: float
    slope: float = 0.0
    turn: float = 0.0


WAYS = (
    Way(0.0),
    Way(0.05**2),
    Way(0.15**2),
    Way(0.35**2),
    Way(0.02**2, 0.04**2, 0.06**2),
    Way(0.02**2, 0.02**2, 0.15**2),
)
USUAL_WAYS = (0.45, 0.2, 0.1, 0.03, 0.17, 0.05)
"""How often rates go each way, where the account does not say."""
_AS_MANY_ADS = 20.0
"""So many ads' worth of the usual lean on what the account's own ads say."""
_SINCE_MIDDLE = 0.5  # stretches from the middle of the newest to today
WEEK = 7 / STRETCH_DAYS


class Level(NamedTuple):
    """The log of a rate as it is today, and how it moves per week; both with their variances."""

    now: float
    doubt: float
    slope: float = 0.0
    slope_doubt: float = 0.0


class Followed(NamedTuple):
    """What each way makes of one series."""

    logs: tuple[float, ...]
    """Log-likelihoods, up to one constant."""
    levels: tuple[Level, ...]


def followed(seen: Sequence[tuple[float, float]]) -> Followed | None:
    """Follow log rates with their variances, oldest first; a variance of 0 marks a stretch without any. None without rates."""
    first = next((place for place, (_, noise) in enumerate(seen) if noise > 0), None)
    if first is None:
        return None
    each = [_still(seen, first, way) if not way.turn else _moving(seen, first, way) for way in WAYS]
    return Followed(tuple(fit for fit, _ in each), tuple(level for _, level in each))


def _still(seen: Sequence[tuple[float, float]], first: int, way: Way) -> tuple[float, Level]:
    """Follow a level without a slope."""
    mean, doubt = seen[first]
    fit, step = 0.0, way.level
    for value, noise in seen[first + 1 :]:
        doubt += step
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            fit -= math.log(spread) + miss * miss / spread
            gain = doubt / spread
            mean += gain * miss
            doubt -= gain * doubt
    return fit / 2, Level(mean, doubt + step * _SINCE_MIDDLE)


def _moving(seen: Sequence[tuple[float, float]], first: int, way: Way) -> tuple[float, Level]:
    """Follow a level with a slope that may turn."""
    (mean, doubt), slope, steep, both = seen[first], 0.0, way.slope, 0.0
    fit, step, turn = 0.0, way.level, way.turn
    for value, noise in seen[first + 1 :]:
        mean += slope
        doubt += both + both + steep + step
        both += steep
        steep += turn
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            fit -= math.log(spread) + miss * miss / spread
            up, along = doubt / spread, both / spread
            mean += up * miss
            slope += along * miss
            steep -= along * both
            both -= up * both
            doubt -= up * doubt
    after = _SINCE_MIDDLE
    now = doubt + 2 * after * both + after * after * steep + after * step
    return fit / 2, Level(mean + after * slope, now, slope * WEEK, steep * WEEK * WEEK)


def mixed(found: Followed, ways: Sequence[float]) -> Level:
    """One level of all ways, each by its weight beforehand and by how well it foretold."""
    weights = _weights(found, ways)
    now = sum(w * level.now for w, level in zip(weights, found.levels, strict=True))
    slope = sum(w * level.slope for w, level in zip(weights, found.levels, strict=True))
    doubt = slope_doubt = 0.0
    for w, level in zip(weights, found.levels, strict=True):
        doubt += w * (level.doubt + (level.now - now) ** 2)
        slope_doubt += w * (level.slope_doubt + (level.slope - slope) ** 2)
    return Level(now, doubt, slope, slope_doubt)


def learned(found: Iterable[Followed]) -> tuple[float, ...]:
    """How often the rates of these ads go each way."""
    all_ = list(found)
    ways: tuple[float, ...] = USUAL_WAYS
    for _ in range(6):
        sums = [_AS_MANY_ADS * usual for usual in USUAL_WAYS]
        for one in all_:
            for place, weight in enumerate(_weights(one, ways)):
                sums[place] += weight
        whole = sum(sums)
        ways = tuple(value / whole for value in sums)
    return ways


def _weights(found: Followed, ways: Sequence[float]) -> list[float]:
    best = max(found.logs)
    weights = [w * math.exp(fit - best) for w, fit in zip(ways, found.logs, strict=True)]
    whole = sum(weights)
    return [w / whole for w in weights]
