"""Where a rate stands now and where it is heading, from four weeks of counts in stretches of days.

The log of a rate is followed by Kalman filters, one per way a rate may go: it stands still, it wanders a little or much,
it jumps, it goes on falling or rising. Each foretells every stretch from those before it; how well it does, and how often
the other ads of the account went that way, is its weight. What is known at the end is the mixture of all, so that an ad
is called falling only as far as falling foretells it better than standing still.
"""

from collections.abc import Iterable, Sequence
from math import exp, log
from operator import mul
from typing import NamedTuple

STRETCH_DAYS = 4
STRETCHES = 7
DAYS = STRETCH_DAYS * STRETCHES


WANDERS = (0.0, 0.05**2, 0.15**2, 0.35**2)
"""Ways of a level alone, by the variance of its steps from stretch to stretch; the first stands still."""
BEGINS = ((1, 4), (2, 5), (3, 6), (4, 0), (5, 0))
"""After how many stretches, with what came before them as the first, a rate may begin to rise or fall; it goes on, or stops after so many (0: it does not)."""
RAMPS = (*(since for since, _ in BEGINS), *(since for since, until in BEGINS if until))
"""Ways that rise or fall, by when they begin: those that go on, then those that stop."""
SLOPES = (-0.15, 0.15)
"""Slopes of ramps per stretch, about; and their variance."""
_STEEP = 0.1**2
_UNEVEN = 0.02**2
_STEADY, _CLEAR = 4.0, 0.075**2
"""A series that strays no more than this (chi-squared of six) from standing still, where it is known as well as this
(variance of its mean), is not looked at for ramps: it had none."""
_USUAL_LEVELS, _USUAL_FALLS, _USUAL_RISES = (0.45, 0.2, 0.1, 0.03), 0.15, 0.07
USUAL_WAYS = (
    *_USUAL_LEVELS,
    *(_USUAL_FALLS / len(RAMPS) for _ in RAMPS),
    *(_USUAL_RISES / len(RAMPS) for _ in RAMPS),
)
"""How often rates go each way, where the account does not say: the levels, then each fall, then each rise."""
_ROUNDS = 15
_NEVER = 1e9
_AS_MANY_ADS = 20.0
"""So many ads' worth of the usual lean on what the account's own ads say."""
_SINCE_MIDDLE = (STRETCH_DAYS / 2 + 0.5) / STRETCH_DAYS
"""Stretches from the middle of the newest, which ended last night, to the middle of today."""
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


UNKNOWN = 0.0, 0.0
"""The rate of a stretch without any exposure: a variance of 0 marks it."""
NOT_FALLEN = Part(0.0, 0.0, 0.0)


Way = tuple[float, float, float, float]
"""What one way makes of a rate: its log today with its variance, how it moves per week, how far it is below where it stood."""


class Level(NamedTuple):
    """The log of a rate as it is today, with its variance.

    `parts` are what it is if it stood or wandered, if it fell, if it rose; those that are hardly likely are left out.
    """

    now: float
    doubt: float
    parts: tuple[Part, ...] = ()
    fall: Part = NOT_FALLEN
    """The story in which it fell."""
    still: float = 0.0
    """The variance it would have if it stood still."""


class Followed(NamedTuple):
    """What each way makes of one series; of one that hardly strays, only the ways of a level."""

    chances: Sequence[float]
    """How well each foretold it, against the best."""
    levels: Sequence[Way]


Stand = tuple[float, float, float, float]
"""A level and its variance after a stretch; the log-likelihood so far, twice and negative, and how far it strayed."""
Pair = tuple[tuple[float, Way], tuple[float, Way]]
"""A fall and a rise, each with its misfit as in `Stand`."""


def followed(
    stretches: Sequence[tuple[float, float]], before: tuple[float, float] = UNKNOWN
) -> Followed | None:
    """Follow log rates with their variances, oldest first, from what came `before` them. None without rates in any stretch."""
    seen = (before, *stretches)
    first = next((place for place, (_, noise) in enumerate(seen) if noise > 0), None)
    if first is None:
        return None
    stands = _standing(seen, first)
    mean, doubt, misfit, strayed = stands[-1]
    each = [(misfit, (mean, doubt, 0.0, 0.0)), *[_wandering(seen, first, step) for step in WANDERS[1:]]]
    if strayed >= _STEADY or doubt > _CLEAR:
        never = (_NEVER, each[0][1])
        going: list[Pair] = []
        stopped: list[Pair] = []
        for since, until in BEGINS:
            pairs = _ramps(seen, stands[since - first], since, until) if since >= first else ()
            on, stop = pairs or ((never, never), (never, never))
            going.append(on)
            if until:
                stopped.append(stop)
        falls, rises = zip(*going, *stopped, strict=True)
        each += falls + rises
    best = min(each)[0]
    return Followed([exp((best - misfit) / 2) for misfit, _ in each], [way for _, way in each])


def _standing(seen: Sequence[tuple[float, float]], first: int) -> list[Stand]:
    """Follow a level that never moves, and keep where it stood after each stretch."""
    mean, doubt = seen[first]
    strayed, spreads = 0.0, 1.0
    stands = [(mean, doubt, 0.0, 0.0)]
    for value, noise in seen[first + 1 :]:
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            strayed += miss * miss / spread
            spreads *= spread
            gain = doubt / spread
            mean += gain * miss
            doubt -= gain * doubt
        stands.append((mean, doubt, log(spreads) + strayed, strayed))
    return stands


def _wandering(seen: Sequence[tuple[float, float]], first: int, step: float) -> tuple[float, Way]:
    """Follow a level whose steps from stretch to stretch have this variance; gives the misfit as in `Stand`."""
    mean, doubt = seen[first]
    strayed, spreads = 0.0, 1.0
    for value, noise in seen[first + 1 :]:
        doubt += step
        if noise > 0:
            spread, miss = doubt + noise, value - mean
            strayed += miss * miss / spread
            spreads *= spread
            gain = doubt / spread
            mean += gain * miss
            doubt -= gain * doubt
    return log(spreads) + strayed, (mean, doubt + step * _SINCE_MIDDLE, 0.0, 0.0)


def _ramps(seen: Sequence[tuple[float, float]], at: Stand, since: int, until: int) -> tuple[Pair, Pair]:
    """Follow a level that stood still so far, and then falls, or rises, both at once: for good, and until it stops.

    Where it falls and where it rises differ, how sure they are does not.
    """
    begun, _, before, _ = at
    low = high = begun
    down, up = SLOPES
    doubt, steep, both = at[1], _STEEP, 0.0
    below = above = 0.0
    spreads = 1.0
    stopped: Pair | None = None
    for place, (value, noise) in enumerate(seen[since + 1 :], since + 1):
        if place == until:
            stopped = _stopped(seen[place:], begun, (low, high, doubt), (before + log(spreads), below, above))
        low += down
        high += up
        doubt += both + both + steep + _UNEVEN
        both += steep
        if noise > 0:
            spread = doubt + noise
            gain, along = doubt / spread, both / spread
            spreads *= spread
            miss = value - low
            below += miss * miss / spread
            low += gain * miss
            down += along * miss
            miss = value - high
            above += miss * miss / spread
            high += gain * miss
            up += along * miss
            steep -= along * both
            both -= gain * both
            doubt -= gain * doubt
    doubt += _SINCE_MIDDLE * (2 * both + _SINCE_MIDDLE * steep + _UNEVEN)
    low, high = low + _SINCE_MIDDLE * down, high + _SINCE_MIDDLE * up
    misfit = before + log(spreads)
    on = (
        (misfit + below, (low, doubt, down * WEEK, begun - low)),
        (misfit + above, (high, doubt, up * WEEK, begun - high)),
    )
    return on, stopped or on


def _stopped(
    seen: Sequence[tuple[float, float]],
    begun: float,
    at: tuple[float, float, float],
    misfits: tuple[float, float, float],
) -> Pair:
    """Follow a fall and a rise on from where they stopped; `misfits` so far are what both share, and their own."""
    low, high, doubt = at
    misfit, below, above = misfits
    spreads = 1.0
    for value, noise in seen:
        doubt += _UNEVEN
        if noise > 0:
            spread = doubt + noise
            gain = doubt / spread
            spreads *= spread
            miss = value - low
            below += miss * miss / spread
            low += gain * miss
            miss = value - high
            above += miss * miss / spread
            high += gain * miss
            doubt -= gain * doubt
    doubt += _SINCE_MIDDLE * _UNEVEN
    misfit += log(spreads)
    return (misfit + below, (low, doubt, 0.0, begun - low)), (
        misfit + above,
        (high, doubt, 0.0, begun - high),
    )


def mixed(found: Followed, ways: Sequence[float], mood: float = 0.0) -> Level:
    """One level of all ways, each by its weight beforehand and by how well it foretold; `mood` is the log of what lasts of moods."""
    chances, still = list(map(mul, ways, found.chances)), found.levels[0][1]
    whole = sum(chances)
    weights = [chance / whole for chance in chances]
    if len(weights) == _LEVELS:
        level = _joined(weights, found.levels, mood)
        return Level(level.now, level.doubt, (level,), still=still)
    parts = [_joined(weights[a:b], found.levels[a:b], mood) for a, b in _PARTS]
    likely = tuple(part for part in parts if part.weight > _HARDLY)
    fall = parts[1] if parts[1].weight > _HARDLY else NOT_FALLEN
    whole = sum([p.weight for p in likely])
    now = sum([p.weight * p.now for p in likely]) / whole
    doubt = sum([p.weight * (p.doubt + (p.now - now) ** 2) for p in likely]) / whole
    return Level(now, doubt, likely, fall, still)


def _joined(weights: Sequence[float], levels: Sequence[Way], mood: float) -> Part:
    """One story of several ways."""
    whole = sum(weights)
    if whole <= _HARDLY:
        return Part(whole, 0.0, 0.0)
    nows, doubts, slopes, fells = zip(*levels, strict=True)
    now = sum(map(mul, weights, nows)) / whole
    doubt = (
        sum([w * (d + (level - now) ** 2) for w, d, level in zip(weights, doubts, nows, strict=True)]) / whole
    )
    if len(levels) != len(RAMPS):
        return Part(whole, now + mood, doubt)
    return Part(
        whole,
        now + mood,
        doubt,
        sum(map(mul, weights, slopes)) / whole,
        sum(map(mul, weights, fells)) / whole,
        sum(map(mul, weights, _RAMP_DAYS)) / whole,
    )


def learned(found: Iterable[Followed]) -> tuple[float, ...]:
    """How often the rates of these ads go each way: the levels, when they begin to fall or to rise."""
    seen = [one.chances for one in found]
    ways: tuple[float, ...] = USUAL_WAYS
    for _ in range(_ROUNDS):
        sums = [_AS_MANY_ADS * usual for usual in USUAL_WAYS]
        for chances in seen:
            weights = list(map(mul, ways, chances))
            part = 1 / sum(weights)
            sums[: len(weights)] = [
                already + part * weight for already, weight in zip(sums, weights, strict=False)
            ]
        whole = sum(sums)
        ways = tuple(value / whole for value in sums)
    return ways


_LEVELS = len(WANDERS)
_PARTS = (
    (0, _LEVELS),
    *((_LEVELS + n * len(RAMPS), _LEVELS + (n + 1) * len(RAMPS)) for n in range(len(SLOPES))),
)
_RAMP_DAYS = tuple(STRETCH_DAYS * (STRETCHES - since) for since in RAMPS)
_HARDLY = 0.02
