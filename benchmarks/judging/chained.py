"""Accounts whose cost per result is made of its parts: CPM / (click rate times conversion rate).

Nothing of the judgement's model is used: prices, clicks and sales are drawn day by day around true rates, with days that
are good or bad for one ad, for the account, for a weekday. The truth is the cost of today without the mood of the day.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache

from benchmarks.accounts import (
    DAYS,
    NOW_HOUR,
    TARGET,
    TODAY,
    Account,
    count,
    delay,
    members,
    scale_of,
)
from benchmarks.judging.worlds import WORLDS, Shape, Story, World, broken, told
from tools.analysis.rows import AdDay, AdInfo

TARGET_ROAS, MIN_CTR, BASKET = 2.8, 1.0, 70.0


@cache
def known_share(ago: int) -> float:
    """The share of results that are shown so many days later, as `accounts.delay` draws them for these worlds."""
    rng, mix = random.Random(ago), WORLDS[0].mix
    return sum(delay(mix, rng) < ago - rng.random() + NOW_HOUR for _ in range(4000)) / 4000


@dataclass(frozen=True)
class Insight:
    """All that can be known of an ad but its cost of today: its results, and its spend at the prices of today, in targets."""

    results: float
    exposure: float
    pull: float


@dataclass(frozen=True)
class Chained(Account):
    """An account with the ads whose click rate fell, and what an ideal observer knows."""

    tired: frozenset[str]
    insights: dict[str, Insight]


def simulate(world: World, seed: int) -> Chained:
    """Make one account; the same seed makes the same account."""
    rng = random.Random(f"{world.mix.name}{seed}")
    mood = [rng.lognormvariate(0, 0.06) for _ in range(DAYS + 1)]
    ads, days, tired = list[AdInfo](), list[AdDay](), set[str]()
    truth, insights, pages = dict[str, float](), dict[str, Insight](), dict[str, Shape]()
    for info, pull in members(world.mix, rng):
        ad = replace(info, optimization_goal="LINK_CLICKS") if world.goal == "CTR" else info
        page = (
            pages[ad.adset_id] if ad.adset_id in pages else pages.setdefault(ad.adset_id, broken(world, rng))
        )
        story = told(world, rng, world.mix.cost(rng) * pull, page)
        made = list(_Life.begun(world, rng, ad, story).days(mood))
        ads.append(ad)
        truth[ad.ad_id] = story.cost
        tired |= {ad.ad_id} if story.tired else set()
        days += [row for row, _ in made]
        results = sum(float(row.clicks if world.goal == "CTR" else row.results) for row, _ in made)
        insights[ad.ad_id] = Insight(results, sum(exposure for _, exposure in made), pull)
    return Chained(tuple(ads), tuple(days), truth, {}, frozenset(tired), insights)


@dataclass(frozen=True)
class _Life:
    """One ad day by day; rates are those of today."""

    world: World
    rng: random.Random
    ad: AdInfo
    story: Story
    per_mille: float
    click_rate: float
    per_click: float
    """Results that a click brings, or without views would."""
    scale: float
    basket: float

    @classmethod
    def begun(cls, world: World, rng: random.Random, ad: AdInfo, story: Story) -> "_Life":
        """Draw price and click rate; the conversion rate is what makes the cost."""
        per_mille = rng.lognormvariate(math.log(11), 0.3)
        basket = BASKET * rng.lognormvariate(0, 0.25) if world.goal == "ROAS" else BASKET
        click_rate = rng.lognormvariate(math.log(0.012), 0.4)
        allowed = basket / TARGET_ROAS if world.goal == "ROAS" else TARGET
        if world.goal == "CTR":
            click_rate = MIN_CTR / 100 / story.cost
        # an ad that was good was given money for it
        scale = scale_of(world.mix, rng, story.cost / story.clicks[0])
        per_click = per_mille / 1000 / (click_rate * allowed * story.cost)
        return cls(world, rng, ad, story, per_mille, click_rate, min(0.5, per_click), scale, basket)

    def days(self, mood: list[float]) -> Iterator[tuple[AdDay, float]]:
        """Each day with what its spend is worth at the prices of today, in targets, by the results that can be known."""
        for ago in range(DAYS, 0, -1):
            day = TODAY - timedelta(days=ago)
            if (self.ad.created and day < self.ad.created) or self.rng.random() < 0.04:
                continue
            yield self._day(ago, mood[DAYS - ago])

    def _day(self, ago: int, mood: float) -> tuple[AdDay, float]:
        rng, world, at = self.rng, self.world, DAYS - ago
        spend = round(TARGET * self.scale / 30 * rng.lognormvariate(-0.08, 0.4), 2)
        price = self.per_mille * world.season(ago) * mood * self._luck(world.price_noise)
        seen = count(rng, 1000 * spend / price)
        falls = self.story.clicks[at]
        clicked = seen * self.click_rate * falls
        clicks = count(rng, clicked * self._luck(world.click_noise))
        per_click = self.per_click * self.story.sales[at] * self._luck(world.sale_noise)
        viewed = clicked / falls if world.views else 0.0
        bought = count(rng, per_click * ((1 - world.views) * clicks + world.views * viewed))
        known = sum(delay(world.mix, rng) < ago - rng.random() + NOW_HOUR for _ in range(bought))
        worth = sum(self._order() for _ in range(known))
        row = AdDay(
            ad_id=self.ad.ad_id,
            date=TODAY - timedelta(days=ago),
            spend=Decimal(str(spend)),
            impressions=seen,
            clicks=clicks,
            results=Decimal(known),
            value=Decimal(f"{worth:.2f}"),
        )
        return row, self._worth(seen, falls, at, ago)

    def _worth(self, seen: int, falls: float, at: int, ago: int) -> float:
        if self.world.goal == "CTR":
            return seen * falls * MIN_CTR / 100
        gone = self.world.views + (1 - self.world.views) * falls
        allowed = self.basket / TARGET_ROAS if self.world.goal == "ROAS" else TARGET
        return seen * self.per_mille / 1000 / allowed * gone * self.story.sales[at] * known_share(ago)

    def _luck(self, noise: float) -> float:
        return self.rng.lognormvariate(-(noise**2) / 2, noise)

    def _order(self) -> float:
        """One basket; a few are very large where the world has such. The mean is the ad's own."""
        tail = self.world.tail
        if tail and self.rng.random() < tail:
            return self.basket * min(200.0, 2.5 * self.rng.paretovariate(1.6)) / self._mean_of_baskets()
        return self.basket * self.rng.lognormvariate(-0.18, 0.6) / self._mean_of_baskets()

    def _mean_of_baskets(self) -> float:
        """Ordinary baskets and the tail together, before they are made to have mean 1; Pareto 1.6 has mean 2.67."""
        return 1 - self.world.tail + self.world.tail * 2.5 * 1.6 / 0.6
