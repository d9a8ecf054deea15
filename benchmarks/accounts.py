"""Simulated ad accounts with known true costs, for `judgement.py`.

Nothing of the judgement's model is used: people see ads, some click, some of those buy, and some buy days
later. Costs come from quality classes or heavy-tailed draws, delivery favours better ads, and days,
weekdays and the whole account have good and bad moods that no Poisson process knows.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.rows import AdDay, AdInfo

TODAY = date(2026, 7, 1)
TARGET = 25.0
DAYS = 91
"""As far back as the judgement looks; the rules look at 7 or 30 of them."""
YOUNG_DAYS = 7
NOW_HOUR = 10 / 24
"""The account is looked at at ten in the morning."""


@dataclass(frozen=True)
class Mix:
    """One kind of account; costs are multiples of the target, spends multiples of the target over 30 days."""

    name: str
    cost: Callable[[random.Random], float]
    spend: float = 45.0
    spread: float = 1.1
    drifting: float = 0.1
    late_days: float = 1.2
    late_share: float = 0.35
    noise: float = 0.25
    set_spread: float = 0.2
    favour: float = 0.3
    learning: float = 0.07
    young: float = 0.10
    tiny: float = 0.12
    giant: bool = False
    ads: int = 500


@dataclass(frozen=True)
class Account:
    """What Meta would show, and what only the simulation knows."""

    ads: tuple[AdInfo, ...]
    days: tuple[AdDay, ...]
    truth: dict[str, float]
    """True cost per result of today, in targets."""
    frequency: dict[str, float]

    @property
    def early(self) -> frozenset[str]:
        """Ads that nobody should judge yet: in the learning phase, or younger than a week."""
        first = TODAY - timedelta(days=YOUNG_DAYS)
        return frozenset(ad.ad_id for ad in self.ads if ad.learning or (ad.created and ad.created > first))


def classes(rng: random.Random) -> float:
    """Winners, decent ads, mild losers, plain losers, and ads that sell next to nothing."""
    low, high = rng.choices([(0.45, 0.8), (0.8, 1.1), (1.1, 1.5), (1.5, 3.5), (4, 40)], [20, 36, 16, 21, 7])[
        0
    ]
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def bell(rng: random.Random) -> float:
    """One hump, the usual spread of creatives."""
    return rng.lognormvariate(0.05, 0.5)


def heavy(rng: random.Random) -> float:
    """Most ads alike, a long tail of bad ones."""
    return 0.7 * rng.paretovariate(2.2)


def two_worlds(rng: random.Random) -> float:
    """Half the ads work well, half not at all well, nothing between."""
    return (
        rng.lognormvariate(math.log(0.75), 0.12)
        if rng.random() < 0.55
        else rng.lognormvariate(math.log(2.0), 0.2)
    )


MIXES = (
    Mix("frontier", classes),
    Mix("stable", bell, drifting=0.0, noise=0.15),
    Mix("drifting", classes, drifting=0.5),
    Mix("tiny budgets", classes, spend=8.0, spread=0.6),
    Mix("one huge winner", classes, giant=True),
    Mix("delayed conversions", classes, late_days=3.0, late_share=0.6),
    Mix("heavy tail", heavy, noise=0.35, set_spread=0.35),
    Mix("two worlds", two_worlds, favour=0.6),
    Mix("mostly good", lambda rng: 0.75 * classes(rng), set_spread=0.1),
    Mix("mostly bad", lambda rng: 1.6 * classes(rng), set_spread=0.3),
    Mix("small account", classes, ads=40),
)


def simulate(mix: Mix, seed: int) -> Account:
    """Make one account; the same seed makes the same account."""
    rng = random.Random(f"{mix.name}{seed}")
    mood = [
        rng.lognormvariate(0, mix.noise / 3) * (1.12 if d % 7 in (5, 6) else 0.95) for d in range(DAYS + 1)
    ]
    ads: list[AdInfo] = []
    days: list[AdDay] = []
    truth: dict[str, float] = {}
    frequency: dict[str, float] = {}
    for info, pull in members(mix, rng):
        cost = mix.cost(rng) * pull
        if mix.giant and not ads:
            cost = 0.4
        scale = mix.spend * 150 if mix.giant and not ads else scale_of(mix, rng, cost)
        path = _path(mix, rng, cost)
        ads.append(info)
        truth[info.ad_id] = path[-1]
        frequency[info.ad_id] = 1 + rng.lognormvariate(0.3, 0.6) + 0.25 * math.log(max(1, path[-1]))
        days += _days(mix, rng, info, scale, list(zip(path, mood, strict=True)))
    return Account(tuple(ads), tuple(days), truth, frequency)


def members(mix: Mix, rng: random.Random) -> Iterator[tuple[AdInfo, float]]:
    """Campaigns, ad sets and ads; with each ad what its campaign and ad set do to its cost."""
    number = group = 0
    while number < mix.ads:
        campaign, lift = f"c{number}", rng.lognormvariate(0, mix.set_spread / 2)
        for _ in range(rng.randint(1, 8)):
            group += 1
            pull = lift * rng.lognormvariate(0, mix.set_spread)
            learning = rng.random() < mix.learning
            for _ in range(rng.choice([1, 3, 5, 8, 12])):
                young = rng.random() < mix.young
                age = rng.randint(1, YOUNG_DAYS - 1) if young else rng.randint(YOUNG_DAYS, 180)
                number += 1
                yield _info(number, group, campaign, learning=learning, age=age), pull
                if number == mix.ads:
                    return


def _info(number: int, group: int, campaign: str, *, learning: bool, age: int) -> AdInfo:
    return AdInfo(
        ad_id=str(number),
        name=f"Ad {number}",
        adset_id=f"s{group}",
        adset_name=f"Set {group}",
        campaign_id=campaign,
        campaign_name=campaign,
        status="ACTIVE",
        effective_status="ACTIVE",
        optimization_goal="OFFSITE_CONVERSIONS",
        learning=learning,
        created=TODAY - timedelta(days=age),
    )


def scale_of(mix: Mix, rng: random.Random, cost: float) -> float:
    """Spend over thirty days, in targets; Meta gives more to what works."""
    if rng.random() < mix.tiny:
        return rng.uniform(0.2, 2)
    return mix.spend * rng.lognormvariate(0, mix.spread) * min(3.0, max(0.4, cost**-mix.favour))


def _path(mix: Mix, rng: random.Random, cost: float) -> list[float]:
    """The true cost of each day, oldest first; it turns for good, slowly or within a day."""
    if rng.random() >= mix.drifting:
        return [cost] * (DAYS + 1)
    factor = rng.choice([rng.uniform(1.4, 3.0), 1 / rng.uniform(1.4, 2.5)])
    start, length = rng.uniform(10, DAYS - 5), rng.choice([1, 7, 21])
    return [cost * factor ** min(1.0, max(0.0, (d - start) / length)) for d in range(DAYS + 1)]


def _days(
    mix: Mix, rng: random.Random, info: AdInfo, scale: float, days: list[tuple[float, float]]
) -> Iterator[AdDay]:
    per_click = rng.lognormvariate(math.log(0.9), 0.4)
    per_mille = rng.lognormvariate(math.log(11), 0.3)
    for ago in range(DAYS, 0, -1):
        if info.created and TODAY - timedelta(days=ago) < info.created:
            continue
        if rng.random() < 0.04:
            continue
        spend = round(TARGET * scale / 30 * rng.lognormvariate(-0.08, 0.4), 2)
        clicks = count(rng, spend / per_click)
        cost, mood = days[DAYS - ago]
        wanted = per_click / (TARGET * cost) * mood
        bought = count(rng, clicks * min(0.9, wanted * rng.lognormvariate(-(mix.noise**2) / 2, mix.noise)))
        seen = sum(delay(mix, rng) < ago - rng.random() + NOW_HOUR for _ in range(bought))
        worth = sum(rng.lognormvariate(math.log(70), 0.6) for _ in range(seen))
        yield AdDay(
            ad_id=info.ad_id,
            date=TODAY - timedelta(days=ago),
            spend=Decimal(str(spend)),
            impressions=count(rng, 1000 * spend / per_mille),
            clicks=clicks,
            results=Decimal(seen),
            value=Decimal(f"{worth:.2f}"),
        )


def delay(mix: Mix, rng: random.Random) -> float:
    """Days from the click to the conversion: most within hours, the others spread over a week."""
    if rng.random() >= mix.late_share:
        return rng.expovariate(8)
    return min(7.0, rng.lognormvariate(math.log(mix.late_days), 0.7))


def count(rng: random.Random, mean: float) -> int:
    """Draw a Poisson number."""
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number
