"""What each ad delivered on each day, in whole counts and whole cents.

Figures depend on the seed, the ad and the day's number alone, never on the calendar, so the same
seed gives the same verdicts on any date.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

HISTORY_DAYS = 90
TODAY_SHARE = 0.55
"""How much of today has happened."""
ATTRIBUTED = (0.45, 0.70, 0.88)
"""Share of a day's purchases known today, a day later and two days later (graph-api-facts §7.3)."""
FATIGUE_DAYS = 21


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How an ad behaves; money in account currency, days as numbers in the history."""

    daily_spend: float
    cpa: float | None
    ctr: float
    cpm: float = 14.0
    first_day: int = 0
    last_day: int | None = None
    quiet_days: int = 0
    fatigue_from: int | None = None
    audience: int = 60_000
    basket: float = 68.0

    def freshness(self, day: int) -> float:
        """Give 1 for an ad people still look at, falling to a half over three weeks of fatigue."""
        if self.fatigue_from is None:
            return 1.0
        return 1.0 - 0.5 * min(max(day - self.fatigue_from, 0), FATIGUE_DAYS) / FATIGUE_DAYS


class Figures(NamedTuple):
    """One ad's day, or a part or sum of such days. `revenue` and `spend` are cents."""

    impressions: int = 0
    clicks: int = 0
    link_clicks: int = 0
    landing_page_views: int = 0
    add_to_carts: int = 0
    purchases: int = 0
    revenue: int = 0
    spend: int = 0
    exposure: int = 0
    """Impressions times the size of the audience they went to: what reach is estimated from."""


class Delivery:
    """The figures of every ad, made on first use."""

    def __init__(self, seed: int, profiles: dict[str, Profile]) -> None:
        """Take the profile of each ad; ads without one never deliver."""
        self.seed = seed
        self._profiles = profiles
        self._made: dict[tuple[str, int], dict[int, Figures]] = {}

    def days(self, ad_id: str, today: int) -> dict[int, Figures]:
        """Give the ad's figures by day number as they are known today."""
        if ad_id not in self._profiles:
            return {}
        if (ad_id, today) not in self._made:
            self._made[ad_id, today] = self._make(ad_id, today)
        return self._made[ad_id, today]

    def _make(self, ad_id: str, today: int) -> dict[int, Figures]:
        profile = self._profiles[ad_id]
        random = Random(f"{self.seed}/{ad_id}")  # one stream per ad, the same number of draws a day
        owed = random.random()
        last = today if profile.last_day is None else min(profile.last_day, today)
        days = {}
        for day in range(profile.first_day, last + 1):
            noise = [random.uniform(0.85, 1.15) for _ in range(5)]
            spend = profile.daily_spend * noise[0] * (TODAY_SHARE if day == today else 1.0)
            owed += _expected_purchases(profile, day, spend) * noise[1]
            purchases, owed = math.floor(owed), owed % 1
            known = self._known(ad_id, purchases, day, today - day)
            days[day] = _figures(profile, day, spend, known, noise)
        return {day: figures for day, figures in days.items() if figures.impressions}

    def _known(self, ad_id: str, purchases: int, day: int, age: int) -> int:
        """Count the purchases that are attributed by now; each keeps its place in the queue."""
        if age >= len(ATTRIBUTED):
            return purchases
        random = Random(f"{self.seed}/{ad_id}/{day}/late")
        return sum(random.random() < ATTRIBUTED[age] for _ in range(purchases))


def _expected_purchases(profile: Profile, day: int, spend: float) -> float:
    if profile.cpa is None or day < profile.first_day + profile.quiet_days:
        return 0.0
    return spend / profile.cpa * profile.freshness(day)


def _figures(profile: Profile, day: int, spend: float, purchases: int, noise: list[float]) -> Figures:
    fresh = profile.freshness(day)
    impressions = round(spend / profile.cpm * 1000 * noise[2])
    clicks = round(impressions * profile.ctr * fresh * noise[3])
    link_clicks = round(clicks * 0.72)
    views = round(link_clicks * 0.8)
    carts = 0 if profile.cpa is None and profile.basket == 0 else purchases + round(views * 0.05)
    return Figures(
        impressions=impressions,
        clicks=clicks,
        link_clicks=link_clicks,
        landing_page_views=views,
        add_to_carts=carts,
        purchases=purchases,
        revenue=round(purchases * profile.basket * 100 * noise[4]),
        spend=round(spend * 100),
        exposure=impressions * round(profile.audience * fresh * fresh),
    )


def reach(impressions: int, exposure: int) -> int:
    """Estimate the people reached by one ad: a saturating share of the audience it was shown to.

    Not additive, as on Meta: the reach of a week is less than the sum of its days.
    """
    if not impressions:
        return 0
    audience = max(exposure / impressions, 1.0)
    return min(impressions, max(1, round(audience * -math.expm1(-impressions / audience))))


PEOPLE = 4_000_000


def joint_reach(parts: list[int]) -> int:
    """Estimate the people reached by several ads together: each draws from the same people."""
    missed = math.prod(1 - part / PEOPLE for part in parts)
    return max([round(PEOPLE * (1 - missed)), *parts], default=0)
