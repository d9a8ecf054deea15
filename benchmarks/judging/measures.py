"""What is measured of a judgement on accounts with known true costs, and the limit that an ideal observer sets."""

import math
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from benchmarks.judging.chained import Chained, Insight
from benchmarks.judging.worlds import STEADY, World, told

BAD, TOLERANCE, SURE, FLAG = 1.5, 1.15, 0.9, 0.75
LEAST_SPEND = 2.0
"""Ads are old enough when they are out of learning, a week old and have spent so many targets."""
_GRID = [math.exp(x / 12) for x in range(-30, 61)]


@dataclass
class Tally:
    """Flags against the truth, over several accounts of a world."""

    flagged: int = 0
    wrong: int = 0
    told: float = 0.0
    """How many of the flagged the method itself expects to be wrong."""
    sure: int = 0
    sure_right: int = 0
    bad: int = 0
    found: int = 0
    tired: int = 0
    tired_found: int = 0
    raised: int = 0
    raised_wrong: int = 0

    def add(
        self, account: Chained, chances: Mapping[str, float], flags: Collection[str], raised: Collection[str]
    ) -> None:
        """Count one account: the chance of each judged ad to be worse, who is flagged, and whose budget is to be raised."""
        truth, early = account.truth, account.early
        old = {ad for ad in truth if ad not in early and account.insights[ad].exposure >= LEAST_SPEND}
        bad = {ad for ad in old if truth[ad] >= BAD}
        self.flagged += len(flags)
        self.wrong += sum(ad in early or truth[ad] <= TOLERANCE for ad in flags)
        self.told += sum(1 - chances[ad] for ad in flags)
        sure = [ad for ad in flags if chances[ad] >= SURE]
        self.sure += len(sure)
        self.sure_right += sum(truth[ad] > TOLERANCE and ad not in early for ad in sure)
        self.bad += len(bad)
        self.found += len(bad.intersection(flags))
        tired = bad & account.tired
        self.tired += len(tired)
        self.tired_found += len(tired.intersection(flags))
        self.raised += len(raised)
        self.raised_wrong += sum(truth[ad] > 1 for ad in raised)

    def cells(self) -> list[str]:
        """Found, wrong, told, right when sure, tired found of how many, wrongly raised."""
        return [
            pct(self.found, self.bad),
            pct(self.wrong, self.flagged),
            pct(self.told, self.flagged),
            pct(self.sure_right, self.sure),
            f"{pct(self.tired_found, self.tired)} of {self.tired}" if self.tired else "–",
            pct(self.raised_wrong, self.raised),
        ]


def ideal(world: World, account: Chained, tally: Tally) -> None:
    """The judgement of one who knows how the world draws costs, and of each ad how all its rates went; only its cost is to be found."""
    costs = _beforehand(world)
    chances, better = {}, {}
    for ad, seen in account.insights.items():
        if ad not in account.early and seen.exposure >= LEAST_SPEND:
            chances[ad], better[ad] = _known(costs, seen)
    flags = [ad for ad, p in chances.items() if p >= FLAG]
    tally.add(account, chances, flags, [ad for ad, p in better.items() if p >= SURE])


@cache
def _beforehand(world: World) -> tuple[float, ...]:
    """How often costs of today fall into each cell of the grid, before an ad set pulls at them."""
    rng, cells = random.Random(1), [0.5] * len(_GRID)
    for _ in range(20000):
        cost = told(
            world, rng, world.mix.cost(rng), STEADY if rng.random() >= world.broken else [rng.uniform(1.5, 4)]
        ).cost
        place = round(12 * math.log(cost)) + 30
        cells[max(0, min(len(cells) - 1, place))] += 1
    return tuple(math.log(cell) for cell in cells)


def _known(costs: tuple[float, ...], seen: Insight) -> tuple[float, float]:
    """The chances to be worse than tolerance, and better than target."""
    n, x = seen.results, seen.exposure
    moved = round(12 * math.log(seen.pull))
    logs = [
        costs[max(0, min(len(costs) - 1, place - moved))] - n * math.log(cost) - x / cost
        for place, cost in enumerate(_GRID)
    ]
    top = max(logs)
    mass = [math.exp(value - top) for value in logs]
    whole = sum(mass)
    worse = sum(m for m, cost in zip(mass, _GRID, strict=True) if cost > TOLERANCE)
    return worse / whole, sum(m for m, cost in zip(mass, _GRID, strict=True) if cost <= 1) / whole


def pct(part: float, whole: float) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "–"
