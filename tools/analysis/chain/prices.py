"""What a click and a view of each ad cost now, and where that is heading: price per view and click rate, day by day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import exp, log
from operator import mul
from statistics import median
from typing import Self
from zlib import crc32

from tools.analysis.chain import paths
from tools.analysis.chain.daybook import SCALE, Before, Daybook
from tools.analysis.chain.moods import Moods, Series, scatter_of
from tools.analysis.chain.paths import DAYS, STRETCH_DAYS, Followed, Level
from tools.analysis.strength import half
from tools.analysis.tally import Week

MOST_ADS = 1000
"""Ads that moods and ways are learned from; more change little."""
_DRIFT = 0.07**2
"""Variance of the log by which an ad's rate of older days differs from that of the newest weeks without any fall."""
_FEW = 5.0
"""So many ads must say how rates were before until it is half believed."""
LEAST_CLICKS = 20
"""In four weeks; with fewer the price of a click is not known better than by what was spent."""


@dataclass(frozen=True, slots=True)
class Price:
    """One ad's rates of today as logs: clicks per view, and views per major unit of money."""

    clicks: Level
    views: Level
    counted: int = 1
    """Clicks that these are known by."""

    @property
    def of_click(self) -> float:
        """What one click costs now, in major units."""
        return exp(-self.clicks.now - self.views.now)

    @property
    def of_view(self) -> float:
        """What one view costs now, in major units."""
        return exp(-self.views.now)


def prices_of(books: Mapping[str, Daybook]) -> dict[str, Price]:
    """What clicks and views cost each of these ads, where its days say so."""
    chain = Chain.over(books)
    found = ((ad, chain.price(ad)) for ad in books)
    return {ad: price for ad, price in found if price}


def at_prices_of_now(weeks: Iterable[tuple[int, Week]], price: Price, by: str) -> list[float]:
    """What the clicks of weeks, or their views, would cost now, by the share of their results that is known."""
    clicks = by == "clicks"
    each = price.of_click if clicks else price.of_view
    spent = []
    for _, week in weeks:
        ripe = 1.0
        if week.unripe:
            ripe = max(0.0, float(week.ripe)) / float(week.spend) if week.spend else 0.0
        elif week.spend <= 0:
            ripe = 0.0
        spent.append(ripe * max(0, week.clicks if clicks else week.impressions) * each)
    return spent


class Chain:
    """The prices of all ads of an account; moods and ways are learned from a part of a large one, each half by the other."""

    def __init__(self, clicks: "Rates", views: "Rates", books: Mapping[str, Daybook]) -> None:
        """Hold both rates of the ads with `books`."""
        self._clicks, self._views, self._books = clicks, views, books

    @classmethod
    def over(cls, books: Mapping[str, Daybook]) -> Self:
        """Learn from these ads."""
        sample = sorted(books, key=lambda ad: crc32(ad.encode(errors="replace")))[:MOST_ADS]
        some = {ad: books[ad] for ad in sorted(sample)}
        clicks = Rates.of(
            {ad: (book.clicks, book.impressions) for ad, book in some.items()},
            {ad: book.before for ad, book in some.items()},
        )
        views = Rates.of({ad: (book.impressions, book.spend) for ad, book in some.items()})
        return cls(clicks, views, books)

    def price(self, ad: str) -> Price | None:
        """What the days of an ad say; None with too few clicks, or where most views have no price."""
        book = self._books.get(ad)
        if book is None:
            return None
        spent, seen, clicked = book.spend, book.impressions, book.clicks
        counted = sum(clicked)
        if counted < LEAST_CLICKS or not book.priced:
            return None
        before = book.before
        clicks = self._clicks.level(ad, clicked, seen, before)
        views = self._views.level(ad, seen, spent)
        if clicks is None or views is None:
            return None
        bare = Level(views.now + log(SCALE), views.doubt, still=views.still)
        return Price(clicks, bare, counted + before.clicks)


@dataclass(frozen=True)
class Rates:
    """One rate of all ads: the account's moods, and how often it goes which way, for either half of the ads."""

    moods: Moods
    common: Sequence[float]
    lasting: float
    ways: tuple[Sequence[float], Sequence[float]]
    then: tuple[float, float]
    """The log of how much higher the account's rates were before the four weeks."""

    @classmethod
    def of(cls, series: Mapping[str, Series], older: Mapping[str, Before] | None = None) -> Self:
        """Learn from these series by ad, and from what was `older` than they are."""
        moods = Moods.of(series)
        common = moods.others("")
        seen = {ad: _stretches(*rates, moods.others(ad), moods.scatter) for ad, rates in series.items()}
        then = _then(series, older or {})
        halves: tuple[list[Followed], list[Followed]] = ([], [])
        for ad, stretches in seen.items():
            before = _before((older or {}).get(ad), then[half(ad)], moods.scatter)
            if found := paths.followed(stretches, before):
                halves[1 - half(ad)].append(found)
        ways = paths.learned(halves[0]), paths.learned(halves[1])
        return cls(moods, common, moods.lately(common), ways, then)

    def level(
        self, ad: str, counts: Sequence[float], exposure: Sequence[float], older: Before | None = None
    ) -> Level | None:
        """Where the rate of one ad stands, the mood of single days aside."""
        own = ad in self.moods.own
        factors = self.moods.others(ad) if own else self.common
        stretches = _stretches(counts, exposure, factors, self.moods.scatter)
        found = paths.followed(stretches, _before(older, self.then[half(ad)], self.moods.scatter))
        if found is None:
            return None
        lasting = self.moods.lately(factors) if own else self.lasting
        return paths.mixed(found, self.ways[half(ad)], log(lasting))


def _then(series: Mapping[str, Series], older: Mapping[str, Before]) -> tuple[float, float]:
    """By what log the rates of either half of the ads were higher before: the middle of the other half's ads."""
    gaps: tuple[list[float], list[float]] = ([], [])
    for ad, (counts, exposure) in series.items():
        number, mass, was = sum(counts), sum(exposure), older.get(ad)
        if was and was.clicks >= LEAST_CLICKS <= number and was.impressions > 0 and mass > 0:
            gaps[1 - half(ad)].append(log(was.clicks * mass / (was.impressions * number)))
    one, other = (median(found) * len(found) / (len(found) + _FEW) if found else 0.0 for found in gaps)
    return one, other


def _before(older: Before | None, then: float, scatter: float) -> tuple[float, float]:
    """The log rate of older days, as if they had been like the newest four weeks, and its variance."""
    if not older or older.impressions <= 0:
        return paths.UNKNOWN
    seen = older.clicks + 0.5
    return log(seen / older.impressions) - then, 1 / seen + scatter / older.days + _DRIFT


def _stretches(
    counts: Sequence[float], exposure: Sequence[float], factors: Sequence[float], scatter: float
) -> list[tuple[float, float]]:
    """Log rates of stretches of days with their variances; 0 for those without exposure."""
    under = list(map(mul, exposure, factors))
    number, mass = sum(counts), sum(under)
    if number <= 0 or mass <= 0:
        return list(repeat((0.0, 0.0), DAYS // STRETCH_DAYS))
    usual = 0.5 * mass / number
    scatter = scatter_of(counts, under, number / mass, scatter)
    days = map(_with_any, _in_fours(under)) if 0.0 in under else repeat(STRETCH_DAYS, DAYS // STRETCH_DAYS)
    found = []
    sums = map(sum, _in_fours(counts)), map(sum, _in_fours(under))
    for seen, exposed, number in zip(*sums, days, strict=True):
        if exposed > 0:
            found.append((log((seen + 0.5) / (exposed + usual)), 1 / (seen + 0.5) + scatter / number))
        else:
            found.append((0.0, 0.0))
    return found


def _in_fours(days: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """The days of each stretch."""
    return zip(*[iter(days)] * STRETCH_DAYS, strict=True)


def _with_any(days: Sequence[float]) -> int:
    return STRETCH_DAYS - days.count(0.0)
