"""Kinds of accounts in which one part of the cost turns: the click rate, the conversion rate, the price, the baskets."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from benchmarks.accounts import DAYS, TODAY, Mix, bell, classes

Shape = list[float]
"""A rate day by day, oldest first, against what it is today; the last is 1."""
Goal = Literal["CPA", "ROAS", "CTR"]


@dataclass(frozen=True)
class World:
    """One kind of account; shares are of its ads, noises standard deviations of a day's logarithm."""

    mix: Mix
    goal: Goal = "CPA"
    tired: float = 0.0
    """Share whose click rate falls."""
    fall: tuple[float, float] = (1.3, 2.6)
    """How much dearer it makes them; of `met`, how dear they are now."""
    met: bool = False
    """Whether tired ads met the target before."""
    recovered: float = 0.0
    """Share whose click rate was bad for weeks and is good again."""
    broken: float = 0.0
    """Share of ad sets whose conversion rate fell within a day."""
    season: Callable[[int], float] = lambda _: 1.0
    """The account's CPM so many days ago."""
    views: float = 0.0
    """Share of the results that come of seeing the ad, whether it is clicked or not."""
    tail: float = 0.0
    """Share of orders that are large, from a Pareto tail of index 1.6."""
    price_noise: float = 0.14
    click_noise: float = 0.14
    sale_noise: float = 0.2


def borderline(rng: random.Random) -> float:
    """Good ads, many near the target, and a third that is truly bad."""
    low, high = rng.choices([(0.5, 0.85), (0.85, 1.12), (1.5, 4.0)], [32, 36, 32])[0]
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def sales_days(ago: int) -> float:
    """Dear weekends, a sale last week and one two months ago; the week as a whole is 1."""
    weekend = 1.15 if (TODAY - timedelta(days=ago)).weekday() >= 5 else 0.94
    return weekend * (1.6 if 2 <= ago <= 6 or 58 <= ago <= 62 else 1.0)


WORLDS = (
    World(Mix("frontier-like", borderline), tired=0.05, fall=(1.5, 1.9), met=True),
    World(Mix("tired ads", bell), tired=0.3),
    World(Mix("recovered ads", bell), recovered=0.3),
    World(Mix("landing page broken", classes), broken=0.2),
    World(Mix("season", classes), season=sales_days),
    World(Mix("view-through", classes), views=0.85, tired=0.3),
    World(Mix("few large orders", classes), goal="ROAS", tail=0.1),
    World(Mix("ROAS", bell), goal="ROAS", tired=0.2),
    World(Mix("click rate", bell, spend=12.0), goal="CTR", tired=0.3),
)


@dataclass(frozen=True)
class Story:
    """What became of one ad: its cost of today, and how its click rate and its conversion rate went."""

    cost: float
    clicks: Shape
    sales: Shape

    @property
    def tired(self) -> bool:
        """Whether its click rate fell."""
        return self.clicks[0] > 1


STEADY = [1.0] * (DAYS + 1)


def told(world: World, rng: random.Random, cost: float, sales: Shape) -> Story:
    """Draw what became of an ad that costs `cost`, in an ad set whose conversion rate went like `sales`."""
    chance = rng.random()
    if chance < world.tired:
        dearer = rng.uniform(*world.fall)
        if world.met:
            now, cost = dearer, rng.uniform(0.65, 0.95)
            dearer = now / cost
        length = 14 if world.met else rng.randint(7, 21)
        clicks = _turned(dearer, length, 0 if world.met else rng.choice([0, 0, rng.randint(0, 10)]))
        # results that do not come of clicks do not go with them
        return Story(cost * _felt(world, dearer) * sales[0], clicks, sales)
    if chance < world.tired + world.recovered:
        worse = rng.uniform(1.5, 2.5)
        return Story(cost * sales[0], _turned(1 / worse, 5, rng.randint(7, 14)), sales)
    return Story(cost * sales[0], STEADY, sales)


def _felt(world: World, dearer: float) -> float:
    """How much the cost grows where only a part of the results comes of clicks."""
    if world.goal == "CTR":
        return dearer
    return world.views + (1 - world.views) * dearer


def broken(world: World, rng: random.Random) -> Shape:
    """The conversion rate of an ad set: steady, or fallen within a day."""
    if rng.random() >= world.broken:
        return STEADY
    return _turned(rng.uniform(1.5, 4.0), 1, rng.randint(5, 30))


def _turned(before: float, length: int, ended: int) -> Shape:
    """A rate that went from `before` to 1 over so many days, which ended so many days ago."""
    last = DAYS - ended
    return [before ** min(1.0, max(0.0, (last - day) / length)) for day in range(DAYS + 1)]
