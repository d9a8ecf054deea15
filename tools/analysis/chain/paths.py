"""Where the rates of all ads stand now and where they are heading, from four weeks of counts in stretches of days.

The log of a rate is followed by Kalman filters, one per way a rate may go: it stands still, it wanders a little or much,
it jumps, it goes on falling or rising. Each foretells every stretch from those before it; how well it does, and how often
the other ads of the account went that way, is its weight. What is known at the end is the mixture of all, so that an ad
is called falling only as far as falling foretells it better than standing still.

All ads are followed at once: in every array the last axis is the ads, and the one before it the ways, or the stretches.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.analysis.chain.daybook import DAYS, STRETCH_DAYS
from tools.analysis.chain.rates_now import NOT_FALLEN, Level, Part

STRETCHES = DAYS // STRETCH_DAYS
Array = NDArray[np.float64]

WANDERS = (0.0, 0.05**2, 0.15**2, 0.35**2)
"""Ways of a level alone, by the variance of its steps from stretch to stretch; the first stands still."""
_GOES_ON = STRETCHES + 1
RAMPS = ((1, _GOES_ON), (1, 4), (2, _GOES_ON), (2, 5), (3, _GOES_ON), (3, 6), (4, _GOES_ON), (5, _GOES_ON))
"""Ways that rise or fall: after how many stretches, with what came before them as the first, they begin, and after how many they stop."""
SLOPES = (-0.15, 0.15)
"""Slopes of ramps per stretch, about; and their variance."""
_STEEP = 0.1**2
_UNEVEN = 0.02**2
_STEADY, _CLEAR = 4.0, 0.075**2
"""A series that strays no more than this (chi-squared of six) from standing still, where it is known as well as this
(variance of its mean), is not looked at for ramps: it had none."""
_USUAL_LEVELS, _USUAL_FALLS, _USUAL_RISES = (0.45, 0.2, 0.1, 0.03), 0.15, 0.07
USUAL_WAYS = np.array(
    [
        *_USUAL_LEVELS,
        *(_USUAL_FALLS / len(RAMPS) for _ in RAMPS),
        *(_USUAL_RISES / len(RAMPS) for _ in RAMPS),
    ]
)
"""How often rates go each way, where the account does not say: the levels, then each fall, then each rise."""
_ROUNDS = 15
_AS_MANY_ADS = 20.0
"""So many ads' worth of the usual lean on what the account's own ads say."""
_SINCE_MIDDLE = (STRETCH_DAYS / 2 + 0.5) / STRETCH_DAYS
"""Stretches from the middle of the newest, which ended last night, to the middle of today."""
WEEK = 7 / STRETCH_DAYS
_HARDLY = 0.02
_LEVEL, _FALL, _RISE = (
    slice(0, len(WANDERS)),
    slice(len(WANDERS), len(WANDERS) + len(RAMPS)),
    slice(len(WANDERS) + len(RAMPS), None),
)


class Series(NamedTuple):
    """Log rates with their variances: what came before, then each stretch, oldest first; a variance of 0 where nothing is known."""

    logs: Array
    noise: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """The ads of which anything is known."""
        known: NDArray[np.bool_] = np.any(self.noise > 0, axis=0)
        return known


class Followed(NamedTuple):
    """What each way makes of each rate: its log today with its variance, how it moves per week, how far it is below where it stood."""

    chances: Array
    """How well each way foretold it, against the best."""
    now: Array
    doubt: Array
    slope: Array
    fell: Array


class _Stands(NamedTuple):
    """A level that never moved, after each stretch: where, with what variance; its log-likelihood so far, twice and negative."""

    mean: Array
    doubt: Array
    misfit: Array


def followed(series: Series) -> Followed:
    """Follow each ad from the first that is known of it."""
    known = series.noise > 0
    first = known.argmax(axis=0)
    noise = np.where(known, series.noise, 1.0)
    after = np.arange(len(known))[:, None] > first
    levels, stands, strayed = _wandering(series.logs, noise, known & after, (first, after))
    falls, rises = _ramps(series.logs, noise, known, stands)
    begun = np.array([since for since, _ in RAMPS])[:, None] >= first
    restless = (strayed >= _STEADY) | (stands.doubt[-1] > _CLEAR)
    ramps = [one._replace(chances=np.where(begun & restless, one.chances, np.inf)) for one in (falls, rises)]
    misfit, *rest = (np.concatenate(parts) for parts in zip(levels, *ramps, strict=True))
    return Followed(np.exp((misfit.min(axis=0) - misfit) / 2), *rest)


def _wandering(
    logs: Array, noise: Array, known: NDArray[np.bool_], start: tuple[NDArray[np.intp], NDArray[np.bool_]]
) -> tuple[Followed, _Stands, Array]:
    """Follow the ways of a level, with misfits for chances; where the one that stands still stood, and how far it strayed."""
    (first, after), steps = start, np.array(WANDERS)[:, None]
    ads = np.arange(logs.shape[1])
    mean, doubt = (np.tile(of[first, ads], (len(WANDERS), 1)) for of in (logs, noise))
    strayed, spreads = np.zeros_like(mean), np.ones_like(mean)
    stands = [(mean[0], doubt[0], strayed[0])]
    for value, around, told, moves in zip(logs[1:], noise[1:], known[1:], after[1:], strict=True):
        doubt = doubt + steps * moves
        spread, miss = doubt + around, value - mean
        trust = told / spread
        strayed = strayed + trust * miss * miss
        spreads = spreads * np.where(told, spread, 1.0)
        gain = trust * doubt
        mean = mean + gain * miss
        doubt = doubt - gain * doubt
        stands.append((mean[0], doubt[0], np.log(spreads[0]) + strayed[0]))
    nothing = np.zeros_like(mean)
    levels = Followed(np.log(spreads) + strayed, mean, doubt + steps * _SINCE_MIDDLE, nothing, nothing)
    return levels, _Stands(*(np.array(column) for column in zip(*stands, strict=True))), strayed[0]


def _ramps(logs: Array, noise: Array, known: NDArray[np.bool_], stands: _Stands) -> tuple[Followed, Followed]:
    """Follow levels that stood still so far, and then fall, or rise, for good or until they stop; with misfits for chances.

    Where they fall and where they rise differ, how sure they are does not.
    """
    since = [begin for begin, _ in RAMPS]
    begun, doubt, misfit = (of[since] for of in stands)
    level = np.stack([begun, begun])
    slope = np.broadcast_to(np.array(SLOPES)[:, None, None], level.shape).copy()
    steep, both = np.full_like(doubt, _STEEP), np.zeros_like(doubt)
    strayed, spreads = np.zeros_like(level), np.ones_like(doubt)
    for place in range(min(since) + 1, len(logs)):
        for way, (_, until) in enumerate(RAMPS):
            if place == until:
                slope[:, way] = steep[way] = both[way] = 0.0
        on = slice(sum(begin < place for begin in since))  # they are in the order in which they begin
        level[:, on] += slope[:, on]
        doubt[on] += 2 * both[on] + steep[on] + _UNEVEN
        both[on] += steep[on]
        spread, miss = doubt[on] + noise[place], logs[place] - level[:, on]
        trust = known[place] / spread
        gain, along = trust * doubt[on], trust * both[on]
        spreads[on] *= np.where(known[place], spread, 1.0)
        strayed[:, on] += trust * miss * miss
        level[:, on] += gain * miss
        slope[:, on] += along * miss
        steep[on] -= along * both[on]
        both[on] -= gain * both[on]
        doubt[on] -= gain * doubt[on]
    doubt += _SINCE_MIDDLE * (2 * both + _SINCE_MIDDLE * steep + _UNEVEN)
    level += _SINCE_MIDDLE * slope
    misfits = misfit + np.log(spreads) + strayed
    fall, rise = (
        Followed(misfits[n], level[n], doubt, slope[n] * WEEK, begun - level[n]) for n in range(len(SLOPES))
    )
    return fall, rise


class Parts(NamedTuple):
    """Stories of several ways for each ad, as `Part`."""

    weight: Array
    now: Array
    doubt: Array
    slope: Array
    fell: Array
    days: Array


class Mixed(NamedTuple):
    """The level of each ad, as `Level`; `parts` are what it is if it stood or wandered, if it fell, if it rose."""

    now: Array
    doubt: Array
    parts: Parts
    still: Array

    def levels(self) -> list[Level]:
        """Each ad's own."""
        stories = [
            list(map(Part, *(column.tolist() for column in story))) for story in zip(*self.parts, strict=True)
        ]
        ends = (column.tolist() for column in (self.now, self.doubt, self.still))
        return [
            Level(
                now,
                doubt,
                tuple(part for part in parts if part.weight > _HARDLY),
                parts[1] if parts[1].weight > _HARDLY else NOT_FALLEN,
                still,
            )
            for now, doubt, still, *parts in zip(*ends, *stories, strict=True)
        ]


def mixed(found: Followed, ways: Array, mood: Array | float = 0.0) -> Mixed:
    """One level of all ways, each by its weight beforehand and by how well it foretold; `mood` is the log of what lasts of moods.

    `ways` are the same for all ads, or a column for each.
    """
    weights = ways.reshape(len(ways), -1) * found.chances
    weights /= weights.sum(axis=0)
    joined = [_joined(weights, found, some, mood) for some in (_LEVEL, _FALL, _RISE)]
    parts = Parts(*(np.array(of) for of in zip(*joined, strict=True)))
    likely = np.where(parts.weight > _HARDLY, parts.weight, 0.0)
    likely /= likely.sum(axis=0)
    now = (likely * parts.now).sum(axis=0)
    doubt = (likely * (parts.doubt + (parts.now - now) ** 2)).sum(axis=0)
    return Mixed(now, doubt, parts, found.doubt[0])


def _joined(weights: Array, found: Followed, some: slice, mood: Array | float) -> Parts:
    """One story of several ways."""
    weight = weights[some].sum(axis=0)
    share = weights[some] / np.where(weight > _HARDLY, weight, 1.0)
    now = (share * found.now[some]).sum(axis=0)
    doubt = (share * (found.doubt[some] + (found.now[some] - now) ** 2)).sum(axis=0)
    if some == _LEVEL:
        nothing = np.zeros_like(now)
        return Parts(weight, now + mood, doubt, nothing, nothing, nothing)
    days = np.array([STRETCH_DAYS * (STRETCHES - since) for since, _ in RAMPS]) @ share
    slope, fell = ((share * of[some]).sum(axis=0) for of in (found.slope, found.fell))
    return Parts(weight, now + mood, doubt, slope, fell, days)


def learned(chances: Array) -> Array:
    """How often the rates of these ads go each way: the levels, when they begin to fall or to rise."""
    ways = USUAL_WAYS
    for _ in range(_ROUNDS):
        weights = ways[:, None] * chances
        sums = _AS_MANY_ADS * USUAL_WAYS + (weights / weights.sum(axis=0)).sum(axis=1)
        ways = sums / sums.sum()
    return ways
