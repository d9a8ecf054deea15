"""What each ad delivered on each day, in whole counts and whole minor units.

Before the world began, figures depend on the seed, the ad and the day's number alone, never on the
calendar, so the same seed gives the same verdicts on any date. From its first day on they follow what
is switched on and budgeted at each moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from operator import add, sub
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sandbox.request.clock import BIRTHDAY, counted
from sandbox.world.delivery_pace import Pacing
from sandbox.world.owners import offset

if TYPE_CHECKING:
    from sandbox.request.clock import Calendar
    from sandbox.world.delivery_pace import Rates
    from sandbox.world.node import Node
    from sandbox.world.state import World

ATTRIBUTED = (0.45, 0.70, 0.88)
"""Share of a day's purchases known the same day, a day later and two days later (graph-api-facts §7.3)."""
FATIGUE_DAYS = 21
TABLES_PER_AD = 3
"""How many tables of figures are kept: those of now, and of moments that reports were asked for."""


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
    offset: int = 100
    """How many minor units make one of the currency."""

    def freshness(self, day: int) -> float:
        """Give 1 for an ad people still look at, falling to a half over three weeks of fatigue."""
        if self.fatigue_from is None:
            return 1.0
        return 1.0 - 0.5 * min(max(day - self.fatigue_from, 0), FATIGUE_DAYS) / FATIGUE_DAYS


class Figures(NamedTuple):
    """One ad's day, or a part or sum of such days. `revenue` and `spend` are minor units."""

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


NOTHING = Figures()


class Table:
    """An ad's figures from its first day on, and their running sums."""

    def __init__(self, first: int, days: list[Figures]) -> None:
        """Take the figures of consecutive days."""
        self.first = first
        self.days = days
        self.sums = [NOTHING, *accumulate(days, added)]

    def places(self, since: int, until: int) -> tuple[int, int]:
        """Give where the days from `since` to `until`, both included, begin and end in the table."""
        begin = min(max(since - self.first, 0), len(self.days))
        return begin, max(begin, min(until - self.first + 1, len(self.days)))

    def between(self, since: int, until: int) -> Figures:
        """Give the sum over the days from `since` to `until`, both included."""
        begin, end = self.places(since, until)
        if end - begin == 1:
            return self.days[begin]
        return Figures._make(map(sub, self.sums[end], self.sums[begin]))


def added(one: Figures, other: Figures) -> Figures:
    """Add two sums of figures."""
    return Figures._make(map(add, one, other))


class _Day(NamedTuple):
    """A day that is over: what was spent, what was bought in the end, and the day's luck."""

    number: int
    spend: float
    purchases: int
    luck: list[float]
    figures: Figures


class Delivery:
    """The figures of every ad, made when they are first asked for."""

    def __init__(self, world: World, profiles: dict[str, Profile | None]) -> None:
        """Take the profiles of the ads that were there from the start; None is an ad that never runs."""
        self._world = world
        self._profiles = profiles
        self._pacing = Pacing(world)
        self._past: dict[str, tuple[list[_Day], float]] = {}
        self._made: dict[tuple[str, float], tuple[int, Table]] = {}

    def profile(self, ad: Node) -> Profile | None:
        """Give how an ad behaves; one that was made later draws its behaviour from its id."""
        if ad.id not in self._profiles:
            self._profiles[ad.id] = self._drawn(ad)
        return self._profiles[ad.id]

    def _drawn(self, ad: Node) -> Profile:
        random = Random(f"{self._world.seed}/{ad.id}/profile")
        goal = self._world.nodes[ad.data["adset_id"]].data.get("optimization_goal")
        sells, scale = goal in {"OFFSITE_CONVERSIONS", "VALUE"}, self._world.price_level(ad)
        return Profile(
            daily_spend=random.uniform(20, 40) * scale,
            cpa=random.uniform(17, 33) * scale if sells else None,
            ctr=random.uniform(0.009, 0.018),
            cpm=random.uniform(11, 17) * scale,
            first_day=BIRTHDAY,
            audience=random.randint(45_000, 90_000),
            basket=random.uniform(55, 80) * scale if sells else 0.0,
            offset=offset(self._world.owner(ad).data["currency"]),
        )

    def days(self, ad_id: str, last: int) -> dict[int, Figures]:
        """Give the ad's figures by day number up to `last`, as they are known now."""
        table = self.table(self._world.nodes[ad_id], self._world.clock())
        days = {table.first + place: figures for place, figures in enumerate(table.days)}
        return {day: figures for day, figures in days.items() if figures.impressions and day <= last}

    def table(self, ad: Node, moment: float) -> Table:
        """Give the ad's figures as they were known at a moment."""
        key, revision = (ad.id, counted(moment)), self._world.revision(ad.data["campaign_id"])
        known = self._made.get(key)
        if known is None or known[0] != revision:
            if len(self._made) >= TABLES_PER_AD * len(self._profiles):
                self._made.clear()
            known = self._made[key] = (revision, self._make(ad, counted(moment)))
        return known[1]

    def _make(self, ad: Node, moment: float) -> Table:
        profile = self.profile(ad)
        if profile is None:
            return Table(BIRTHDAY, [])
        calendar = self._world.calendar(ad)
        past, owed = self._over(ad, profile)
        today = calendar.number(moment)
        days = {day.number: self._seen(ad, profile, day, today) for day in past if day.number <= today}
        for number in range(BIRTHDAY, today + 1):
            spend = _spent(self._pacing.rates(ad), calendar, number, moment)
            luck = Random(f"{self._world.seed}/{ad.id}/{number}")
            noise = [luck.uniform(0.85, 1.15) for _ in range(5)]
            day, owed = _settled(profile, number, spend * noise[0], noise, owed)
            days[number] = self._seen(ad, profile, day, today)
        first = min(days, default=BIRTHDAY)
        return Table(first, [days.get(number, NOTHING) for number in range(first, max(days, default=0) + 1)])

    def _over(self, ad: Node, profile: Profile) -> tuple[list[_Day], float]:
        """Give the days before the world began, and the purchase that was under way when it did."""
        if ad.id not in self._past:
            random = Random(
                f"{self._world.seed}/{ad.id}"
            )  # one stream per ad, the same number of draws a day
            owed, days = random.random(), []
            last = BIRTHDAY - 1 if profile.last_day is None else min(profile.last_day, BIRTHDAY - 1)
            for number in range(profile.first_day, last + 1):
                noise = [0.85 + 0.3 * random.random() for _ in range(5)]
                day, owed = _settled(profile, number, profile.daily_spend * noise[0], noise, owed)
                days.append(day)
            self._past[ad.id] = days, owed
        return self._past[ad.id]

    def _seen(self, ad: Node, profile: Profile, day: _Day, today: int) -> Figures:
        """Give a day with the purchases that are attributed by now; each keeps its place in the queue."""
        age = today - day.number
        if age >= len(ATTRIBUTED) or not day.purchases:
            return day.figures
        random = Random(f"{self._world.seed}/{ad.id}/{day.number}/late")
        known = sum(random.random() < ATTRIBUTED[age] for _ in range(day.purchases))
        return _figures(profile, day.number, day.spend, known, day.luck)


def _spent(rates: Rates, calendar: Calendar, number: int, moment: float) -> float:
    """Add up what the rates make of a day until the moment."""
    begin, end = calendar.start(number), calendar.start(number + 1)
    until, total = min(end, moment), 0.0
    for (since, rate), upto in zip(rates, [*(at for at, _ in rates[1:]), math.inf], strict=True):
        total += rate * max(0.0, min(upto, until) - max(since, begin))
    return total / (end - begin)


def _settled(
    profile: Profile, number: int, spend: float, noise: list[float], owed: float
) -> tuple[_Day, float]:
    """Make a day as it will be in the end, and carry over the purchase that is under way."""
    owed += _expected_purchases(profile, number, spend) * noise[1]
    purchases = math.floor(owed)
    figures = _figures(profile, number, spend, purchases, noise)
    return _Day(number, spend, purchases, noise, figures), owed - purchases


def _expected_purchases(profile: Profile, day: int, spend: float) -> float:
    if profile.cpa is None or day < profile.first_day + profile.quiet_days:
        return 0.0
    return spend / profile.cpa * profile.freshness(day)


def _figures(profile: Profile, day: int, spend: float, purchases: int, noise: list[float]) -> Figures:
    impressions = round(spend / profile.cpm * 1000 * noise[2])
    if not impressions:
        return NOTHING
    fresh = profile.freshness(day)
    clicks = round(impressions * profile.ctr * fresh * noise[3])
    link_clicks = round(clicks * 0.72)
    views = round(link_clicks * 0.8)
    carts = 0 if profile.cpa is None and profile.basket == 0 else purchases + round(views * 0.05)
    revenue = round(purchases * profile.basket * profile.offset * noise[4])
    exposure = impressions * round(profile.audience * fresh * fresh)
    return Figures(
        impressions,
        clicks,
        link_clicks,
        views,
        carts,
        purchases,
        revenue,
        round(spend * profile.offset),
        exposure,
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
