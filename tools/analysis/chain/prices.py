"""What a click and a view of each ad cost now, and where that is heading: price per view and click rate, day by day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tools.analysis.chain import paths
from tools.analysis.chain.daybook import DAYS, SCALE, WIDTH, Daybooks
from tools.analysis.chain.moods import Counts, Moods, in_stretches, rates, scatter_of
from tools.analysis.chain.paths import Array, Mixed, Series
from tools.analysis.chain.rates_now import Level, Price
from tools.analysis.strength import half

MOST_ADS = 1000
"""Ads that moods and ways are learned from, as more change little; and so many are followed at once, as more leave the cache."""
_DRIFT = 0.07**2
"""Variance of the log by which an ad's rate of older days differs from that of the newest weeks without any fall."""
_FEW = 5.0
"""So many ads must say how rates were before until it is half believed."""
LEAST_CLICKS = 20
"""In four weeks; with fewer the price of a click is not known better than by what was spent."""


def prices_of(books: Daybooks, ads: Iterable[str]) -> dict[str, Price]:
    """What clicks and views cost each of these ads, where its days say so; not with too few clicks, or where most views have no price."""
    known = sorted((ad for ad in ads if ad in books), key=lambda ad: crc32(ad.encode(errors="replace")))
    if not known:
        return {}
    some = Days.of(sorted(known[:MOST_ADS]), books)
    clicks, views = Rates.of(some, some.clicked, some.older), Rates.of(some, some.paid, None)
    found = dict(_prices(some, clicks.own, views.own))
    for start in range(MOST_ADS, len(known), MOST_ADS):
        days = Days.of(known[start : start + MOST_ADS], books)
        rest = clicks.of_others(days, days.clicked, days.older), views.of_others(days, days.paid, None)
        found.update(_prices(days, *rest))
    return found


class Older(NamedTuple):
    """The days before the newest four weeks of each ad: how many there are, their impressions and their clicks."""

    days: Array
    impressions: Array
    clicks: Array


class Days(NamedTuple):
    """The newest four weeks of some ads, day by day, and what came before."""

    ads: Sequence[str]
    halves: NDArray[np.intp]
    clicked: Counts
    """Clicks on views."""
    paid: Counts
    """Views on money, in ten-thousandths of the major unit."""
    older: Older

    @classmethod
    def of(cls, ads: Sequence[str], books: Daybooks) -> Self:
        """Take the daybooks of some ads."""
        numbers = np.frombuffer(books.numbers, dtype=np.int64).reshape(-1, WIDTH)
        rows = numbers[[books.place(ad) for ad in ads]].astype(np.float64)
        spend, views, clicks = (rows[:, start : start + DAYS] for start in range(0, 3 * DAYS, DAYS))
        halves = np.array([half(ad) for ad in ads])
        return cls(ads, halves, Counts(clicks, views), Counts(views, spend), Older(*rows[:, 3 * DAYS :].T))

    @property
    def priced(self) -> NDArray[np.bool_]:
        """The ads with enough clicks, and a price on most days with views."""
        views, spend = self.paid
        unpaid = ((views != 0) & (spend == 0)).sum(axis=-1)
        most: NDArray[np.bool_] = (views != 0).sum(axis=-1) > 2 * unpaid
        enough: NDArray[np.bool_] = self.clicked.seen.sum(axis=-1) >= LEAST_CLICKS
        return np.logical_and(enough, most)


class _Now(NamedTuple):
    """Where a rate of each ad stands, where anything is known of it."""

    level: Mixed
    known: NDArray[np.bool_]


def _prices(days: Days, clicks: _Now, views: _Now) -> Iterator[tuple[str, Price]]:
    counted = (days.clicked.seen.sum(axis=-1) + days.older.clicks).astype(int).tolist()
    known = (days.priced & clicks.known & views.known).tolist()
    bare = (
        column.tolist() for column in (views.level.now + log(SCALE), views.level.doubt, views.level.still)
    )
    levels = zip(clicks.level.levels(), *bare, strict=True)
    for ad, some, told, (by_click, now, doubt, still) in zip(days.ads, counted, known, levels, strict=True):
        if told:
            yield ad, Price(by_click, Level(now, doubt, still=still), some)


@dataclass(frozen=True)
class Rates:
    """One rate of all ads: the account's moods, and how often it goes which way, for either half of the ads."""

    moods: Moods
    ways: Array
    """A column for either half, learned from the other."""
    then: Array
    """The log of how much higher the account's rates were before the four weeks, for either half."""
    own: _Now
    """Where those stand that all this was learned from, each by what the others say."""

    @classmethod
    def of(cls, days: Days, counts: Counts, older: Older | None) -> Self:
        """Learn from these ads, and from what was `older` than they are."""
        moods = Moods.of(counts)
        then = _then(counts, older, days.halves) if older else np.zeros(2)
        series = _series(counts, older, (moods.others, moods.scatter, then[days.halves]))
        found, known = paths.followed(series), series.known
        ways = np.array([paths.learned(found.chances[:, known & (days.halves != side)]) for side in (0, 1)]).T
        own = paths.mixed(found, ways[:, days.halves], np.log(moods.lasting_of_others))
        return cls(moods, ways, then, _Now(own, known))

    def of_others(self, days: Days, counts: Counts, older: Older | None) -> _Now:
        """Where the rate of ads stands that nothing was learned from, the mood of single days aside."""
        moods, then = self.moods, self.then[days.halves]
        series = _series(counts, older, (moods.factors, moods.scatter, then))
        level = paths.mixed(paths.followed(series), self.ways[:, days.halves], np.log(moods.lasting))
        return _Now(level, series.known)


def _then(counts: Counts, older: Older, halves: NDArray[np.intp]) -> Array:
    """By what log the rates of either half of the ads were higher before: the middle of the other half's ads."""
    number, mass = counts.seen.sum(axis=-1), counts.exposure.sum(axis=-1)
    enough = (np.minimum(number, older.clicks) >= LEAST_CLICKS) & (np.minimum(mass, older.impressions) > 0)
    found = []
    for side in (0, 1):
        some = enough & (halves != side)
        gaps = np.log(older.clicks[some] * mass[some] / (older.impressions[some] * number[some]))
        found.append(np.median(gaps) * len(gaps) / (len(gaps) + _FEW) if len(gaps) else 0.0)
    return np.array(found)


def _series(counts: Counts, older: Older | None, usual: tuple[Array, float, Array]) -> Series:
    """Log rates of stretches of days with their variances, and before them that of older days, as if they had been like the newest four weeks."""
    factors, scatter, then = usual
    under = counts.exposure * factors
    rate, own = rates(counts.seen, under), scatter_of(Counts(counts.seen, under), scatter)
    seen, exposed, days = (in_stretches(of) for of in (counts.seen, under, (under != 0).astype(float)))
    there = (exposed > 0) & (rate > 0)[:, None]
    half_an_event = 0.5 / np.where(rate > 0, rate, 1.0)[:, None]
    logs = np.log((seen + 0.5) / (exposed + half_an_event)) * there
    noise = (1 / (seen + 0.5) + own[:, None] / np.maximum(1, days)) * there
    before = _before(older, scatter, then) if older else np.zeros((2, len(logs)))
    return Series(*(np.vstack([first, of.T]) for first, of in zip(before, (logs, noise), strict=True)))


def _before(older: Older, scatter: float, then: Array) -> tuple[Array, Array]:
    there, seen = older.impressions > 0, older.clicks + 0.5
    logs = np.log(seen / np.where(there, older.impressions, 1.0)) - then
    return logs * there, (1 / seen + scatter / np.maximum(1, older.days) + _DRIFT) * there
