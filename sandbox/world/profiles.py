"""How each ad behaves: what it spends, sells and tires of, as the demo account says or as its id draws it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from sandbox.request.clock import BIRTHDAY
from sandbox.world.owners import offset

if TYPE_CHECKING:
    from sandbox.world.accounts import Accounts
    from sandbox.world.node import Node

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
    offset: int = 100
    """How many minor units make one of the currency."""

    def freshness(self, day: int) -> float:
        """Give 1 for an ad people still look at, falling to a half over three weeks of fatigue."""
        if self.fatigue_from is None:
            return 1.0
        return 1.0 - 0.5 * min(max(day - self.fatigue_from, 0), FATIGUE_DAYS) / FATIGUE_DAYS


class Profiles:
    """The profile of every ad; None is that of an ad which never runs."""

    def __init__(self, accounts: Accounts, known: dict[str, Profile | None]) -> None:
        """Take the profiles of the ads that were there from the start."""
        self._accounts = accounts
        self._known = known

    def __len__(self) -> int:
        """Count the ads whose profile is known."""
        return len(self._known)

    def of(self, ad: Node) -> Profile | None:
        """Give how an ad behaves; one that was made later draws its behaviour from its id."""
        if ad.id not in self._known:
            self._known[ad.id] = self._drawn(ad)
        return self._known[ad.id]

    def _drawn(self, ad: Node) -> Profile:
        random = Random(f"{self._accounts.seed}/{ad.id}/profile")
        goal = self._accounts.nodes[ad.data["adset_id"]].data.get("optimization_goal")
        sells, scale = goal in {"OFFSITE_CONVERSIONS", "VALUE"}, self._accounts.price_level(ad)
        return Profile(
            daily_spend=random.uniform(20, 40) * scale,
            cpa=random.uniform(17, 33) * scale if sells else None,
            ctr=random.uniform(0.009, 0.018),
            cpm=random.uniform(11, 17) * scale,
            first_day=BIRTHDAY,
            audience=random.randint(45_000, 90_000),
            basket=random.uniform(55, 80) * scale if sells else 0.0,
            offset=offset(self._accounts.owner(ad).data["currency"]),
        )
