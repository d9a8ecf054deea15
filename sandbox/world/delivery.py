"""What each ad delivered on each day, in whole counts and whole minor units.

Before the world began, figures depend on the seed, the ad and the day's number alone, never on the
calendar, so the same seed gives the same verdicts on any date. From its first day on they follow what
is switched on and budgeted at each moment.
"""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sandbox.request.clock import BIRTHDAY, counted
from sandbox.world.delivered import NOTHING, Figures, Table
from sandbox.world.delivery_pace import Pacing

if TYPE_CHECKING:
    from sandbox.request.clock import Calendar
    from sandbox.world.accounts import Accounts
    from sandbox.world.delivery_pace import Rates
    from sandbox.world.node import Node
    from sandbox.world.profiles import Profile, Profiles

ATTRIBUTED = (0.45, 0.70, 0.88)
"""Share of a day's purchases known the same day, a day later and two days later (docs/graph-api.md §7.3)."""
TABLES_PER_AD = 3
"""How many tables of figures are kept: those of now, and of moments that reports were asked for."""


class _Day(NamedTuple):
    """A day that is over: what was spent, what was bought in the end, and the day's luck."""

    number: int
    spend: float
    purchases: int
    luck: list[float]
    figures: Figures


class Delivery:
    """The figures of every ad, made when they are first asked for."""

    def __init__(self, accounts: Accounts, profiles: Profiles) -> None:
        """Take the accounts that the ads belong to, and how the ads behave."""
        self._accounts = accounts
        self._profiles = profiles
        self._pacing = Pacing(accounts, profiles)
        self._made: dict[tuple[str, float], tuple[int, Table]] = {}

    def days(self, ad_id: str, last: int) -> dict[int, Figures]:
        """Give the ad's figures by day number up to `last`, as they are known now."""
        table = self.table(self._accounts.nodes[ad_id], self._accounts.clock())
        days = {table.first + place: figures for place, figures in enumerate(table.days)}
        return {day: figures for day, figures in days.items() if figures.impressions and day <= last}

    def table(self, ad: Node, moment: float) -> Table:
        """Give the ad's figures as they were known at a moment."""
        key, revision = (ad.id, counted(moment)), self._accounts.revision(ad.data["campaign_id"])
        known = self._made.get(key)
        if known is None or known[0] != revision:
            if len(self._made) >= TABLES_PER_AD * len(self._profiles):
                self._made.clear()
            known = self._made[key] = (revision, self._make(ad, counted(moment)))
        return known[1]

    def _make(self, ad: Node, moment: float) -> Table:
        profile = self._profiles.of(ad)
        if profile is None:
            return Table(BIRTHDAY, [])
        calendar, seed = self._accounts.calendar(ad), f"{self._accounts.seed}/{ad.id}"
        return _table(seed, profile, calendar, self._pacing.rates(ad), moment)


@lru_cache(maxsize=512)
def _table(seed: str, profile: Profile, calendar: Calendar, rates: Rates, moment: float) -> Table:
    """Draw what an ad delivered until a moment; worlds in which it ran alike share it."""
    today = calendar.number(moment)
    known, owed = _known(seed, profile, today)
    first, figures = profile.first_day if known else BIRTHDAY, list(known)
    for number in range(BIRTHDAY, today + 1):
        spend = _spent(rates, calendar, number, moment)
        luck = Random(f"{seed}/{number}")
        noise = [luck.uniform(0.85, 1.15) for _ in range(5)]
        day, owed = _settled(profile, number, spend * noise[0], noise, owed)
        figures += [NOTHING] * (number - first - len(figures))
        figures.append(_seen(seed, profile, day, today))
    return Table(first, figures)


@lru_cache(maxsize=1024)
def _known(seed: str, profile: Profile, today: int) -> tuple[tuple[Figures, ...], float]:
    """Give the days before the world began as they are known today, and the purchase under way when it did."""
    past, owed = _past(seed, profile)
    known, late = past[: max(0, today + 1 - profile.first_day)], len(ATTRIBUTED)
    figures = [day.figures for day in known[:-late]]
    return (*figures, *(_seen(seed, profile, day, today) for day in known[-late:])), owed


def _seen(seed: str, profile: Profile, day: _Day, today: int) -> Figures:
    """Give a day with the purchases that are attributed by now; each keeps its place in the queue."""
    age = today - day.number
    if age >= len(ATTRIBUTED) or not day.purchases:
        return day.figures
    random = Random(f"{seed}/{day.number}/late")
    known = sum(random.random() < ATTRIBUTED[age] for _ in range(day.purchases))
    return _figures(profile, day.number, day.spend, known, day.luck)


@lru_cache(maxsize=512)
def _past(seed: str, profile: Profile) -> tuple[tuple[_Day, ...], float]:
    """Draw the days before any world began, the same in each: one stream per ad, the same number of draws a day."""
    random = Random(seed)
    owed, days = random.random(), []
    last = BIRTHDAY - 1 if profile.last_day is None else min(profile.last_day, BIRTHDAY - 1)
    for number in range(profile.first_day, last + 1):
        noise = [0.85 + 0.3 * random.random() for _ in range(5)]
        day, owed = _settled(profile, number, profile.daily_spend * noise[0], noise, owed)
        days.append(day)
    return tuple(days), owed


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
    if profile.cpa is not None and number >= profile.first_day + profile.quiet_days:
        owed += spend / profile.cpa * profile.freshness(number) * noise[1]
    purchases = math.floor(owed)
    figures = _figures(profile, number, spend, purchases, noise)
    return _Day(number, spend, purchases, noise, figures), owed - purchases


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
