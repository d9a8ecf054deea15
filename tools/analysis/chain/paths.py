"""Where a rate stands now and where it is heading, from four weeks of counts in stretches of days.

The log of a rate is followed by Kalman filters, one per way a rate may go: it stands still, it wanders a little or much,
it jumps, it goes on falling or rising. Each foretells every stretch from those before it; how well it does, and how often
the other ads of the account went that way, is its weight. What is known at the end is the mixture of all, so that an ad
is called falling only as far as falling foretells it better than standing still.
"""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

STRETCH_DAYS = 4
STRETCHES = 7
DAYS = STRETCH_DAYS * STRETCHES


WANDERS = (0.0, 0.05**2, 0.15**2, 0.35**2)
"""Ways of a level alone, by the variance of its steps from stretch to stretch; the first stands still."""
RAMPS = ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (0, 3), (1, 4), (2, 5))
"""Ways that begin to rise or fall after so many stretches, and stop after so many (0: they go on)."""
SLOPES = (-0.15, 0.15)
"""Slopes of ramps per stretch, about; and their variance."""
_STEEP = 0.1**2
_UNEVEN = 0.02**2
_STEADY = 4.0
"""A series that strays no more than this (chi-squared of six) from standing still is not looked at for ramps."""
USUAL_WAYS = (0.45, 0.2, 0.1, 0.03, 0.15, 0.07)
"""How often rates go each way, where the account does not say: the levels, then all falls, then all rises."""
_ROUNDS = 15
_NEVER = -1e9
_AS_MANY_ADS = 20.0
"""So many ads' worth of the usual lean on what the account's own ads say."""
_SINCE_MIDDLE = 0.5  # stretches from the middle of the newest to today
WEEK = 7 / STRETCH_DAYS


class Part(NamedTuple):
    """One of the stories that a level is made of: how likely it is, where it puts the level, and with what variance.

    `slope` is how the level moves per week, `fell` how far it is below where it stood, `days` since when.
    """

    weight: float
    now: float
    doubt: float
    slope: float = 0.0
    fell: float = 0.0
    days: float = 0.0


NOT_FALLEN = Part(0.0, 0.0, 0.0)


class Way(NamedTuple):
    """What one way makes of a rate: its log today, how it moves per week, how far it is below where it stood."""

    now: float
    doubt: float
    slope: float = 0.0
    slope_doubt: float = 0.0
    fell: float = 0.0


class Level(NamedTuple):
    """The log of a rate as it is today, and how it moves per week; both with their variances.

    `parts` are what it is if it stood or wandered, if it fell, if it rose; those that are hardly likely are left out.
    """

    now: float
    doubt: float
    slope: float = 0.0
    slope_doubt: float = 0.0
    parts: tuple[Part, ...] = ()
    fall: Part = NOT_FALLEN
    """The story in which it fell."""
    still: float = 0.0
    """The variance it would have if it stood still."""

    def moved(self, by: float) -> "Level":
        """The same rate in other units."""
        parts = tuple(part._replace(now=part.now + by) for part in self.parts)
        return self._replace(now=self.now + by, parts=parts)


class Followed(NamedTuple):
    """What each way makes of one series."""

    logs: tuple[float, ...]
    """Log-likelihoods, up to one constant."""
    levels: tuple[Way, ...]


def followed(seen: Sequence[tuple[float, float]]) -> Followed | None:
    """Follow log rates with their variances, oldest first; a variance of 0 marks a stretch without any. None without rates."""
    first = next((place for place, (_, noise) in enumerate(seen) if noise > 0), None)
    if first is None:
        return None
    trace: list[Way] = []
    each = [_still(seen, first, WANDERS[0], trace)]
    calm = each[0][2] < _STEADY
    each += [_still(seen, first, step, []) for step in WANDERS[1:]]
    if not calm:
        for slope in SLOPES:
            for since, until in RAMPS:
                late = since < first
                each.append(
                    (_NEVER, each[0][1], 0.0)
                    if late
                    else _ramp(seen, trace[since - first], since, until, slope)
                )
    return Followed(tuple(fit for fit, *_ in each), tuple(level for _, level, _ in each))


def _still(
    seen: Sequence[tuple[float, float]], first: int, step: float, trace: list[Way]
) -> tuple[float, Way, float]:
    """Follow a level without a slope; `trace` takes the fit so far, the level and its variance after each stretch."""
    mean, doubt = seen[first]
    fit = strayed = 0.0
    trace.append(Way(mean, doubt))
    for value, noise in seen[first + 1 :]:
        doubt += step
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            away = miss * miss / spread
            fit -= log(spread) + away
            strayed += away
            gain = doubt / spread
            mean += gain * miss
            doubt -= gain * doubt
        if not step:
            trace.append(Way(mean, doubt, fit))
    return fit / 2, Way(mean, doubt + step * _SINCE_MIDDLE), strayed


def _ramp(
    seen: Sequence[tuple[float, float]], at: Way, since: int, until: int, slope: float
) -> tuple[float, Way, float]:
    """Follow a level that stood still so far, and then rises or falls for good, or until it stops."""
    mean, doubt, fit = at.now, at.doubt, at.slope
    steep, both = _STEEP, 0.0
    for place, (value, noise) in enumerate(seen[since + 1 :], since + 1):
        if place == until:
            slope = steep = both = 0.0
        mean += slope
        doubt += both + both + steep + _UNEVEN
        both += steep
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            fit -= log(spread) + miss * miss / spread
            up, along = doubt / spread, both / spread
            mean += up * miss
            slope += along * miss
            steep -= along * both
            both -= up * both
            doubt -= up * doubt
    after = _SINCE_MIDDLE
    now = doubt + 2 * after * both + after * after * steep + after * _UNEVEN
    level = mean + after * slope
    return fit / 2, Way(level, now, slope * WEEK, steep * WEEK * WEEK, at.now - level), 0.0


def mixed(found: Followed, ways: Sequence[float]) -> Level:
    """One level of all ways, each by its weight beforehand and by how well it foretold."""
    weights = _weights(found, ways)
    parts = [_joined(weights[a:b], found.levels[a:b]) for a, b in _PARTS]
    likely = [part for part in parts if part.weight > _HARDLY]
    now = sum(p.weight * p.now for p in likely) / sum(p.weight for p in likely)
    slope = sum(w * level.slope for w, level in zip(weights, found.levels, strict=True))
    doubt = sum(p.weight * (p.doubt + (p.now - now) ** 2) for p in likely) / sum(p.weight for p in likely)
    slope_doubt = sum(
        w * (level.slope_doubt + (level.slope - slope) ** 2)
        for w, level in zip(weights, found.levels, strict=True)
        if w > _HARDLY
    )
    return Level(
        now,
        doubt,
        slope,
        slope_doubt,
        tuple(likely),
        parts[1] if parts[1] in likely else NOT_FALLEN,
        found.levels[0].doubt,
    )


def _joined(weights: Sequence[float], levels: Sequence[Way]) -> Part:
    """One story of several ways."""
    whole = sum(weights)
    if whole <= _HARDLY:
        return Part(whole, 0.0, 0.0)
    some = [(w / whole, place) for place, w in enumerate(weights) if w > 0]
    now = sum(w * levels[place].now for w, place in some)
    doubt = sum(w * (levels[place].doubt + (levels[place].now - now) ** 2) for w, place in some)
    if len(levels) != len(RAMPS):
        return Part(whole, now, doubt)
    return Part(
        whole,
        now,
        doubt,
        sum(w * levels[place].slope for w, place in some),
        sum(w * levels[place].fell for w, place in some),
        sum(w * STRETCH_DAYS * (STRETCHES - 1 - RAMPS[place][0]) for w, place in some),
    )


def learned(found: Iterable[Followed]) -> tuple[float, ...]:
    """How often the rates of these ads go each way: the levels, falls, rises."""
    all_ = list(found)
    ways: tuple[float, ...] = USUAL_WAYS
    for _ in range(_ROUNDS):
        sums = [_AS_MANY_ADS * usual for usual in USUAL_WAYS]
        for one in all_:
            weights = _weights(one, ways)
            for place, (first, last) in enumerate(_GROUPS):
                sums[place] += sum(weights[first:last])
        whole = sum(sums)
        ways = tuple(value / whole for value in sums)
    return ways


_LEVELS = len(WANDERS)
_GROUPS = (
    *((place, place + 1) for place in range(_LEVELS)),
    *((_LEVELS + n * len(RAMPS), _LEVELS + (n + 1) * len(RAMPS)) for n in range(len(SLOPES))),
)


_PARTS = ((0, _LEVELS), *_GROUPS[_LEVELS:])
_HARDLY = 0.02


def _weights(found: Followed, ways: Sequence[float]) -> list[float]:
    """How likely each way is; of a series that hardly strays, only those of a level."""
    best = max(found.logs)
    each = ways[:_LEVELS]
    if len(found.logs) > _LEVELS:
        each = (*each, *(w / len(RAMPS) for w in ways[_LEVELS:] for _ in RAMPS))
    weights = [w * exp(fit - best) for w, fit in zip(each, found.logs, strict=True)]
    whole = sum(weights)
    return [w / whole for w in weights]
