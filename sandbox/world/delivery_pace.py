"""How fast each ad spends, and since when: a budget is shared by the ads that run under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.request.clock import DAY_S, seconds
from sandbox.world import ad_review
from sandbox.world.node import has_budget
from sandbox.world.node_history import ALWAYS
from sandbox.world.owners import offset

if TYPE_CHECKING:
    from sandbox.world.accounts import Accounts
    from sandbox.world.node import Node
    from sandbox.world.node_history import Data
    from sandbox.world.profiles import Profiles

Rates = tuple[tuple[float, float], ...]
"""Spend per day in account currency, each from a moment on."""

NEW_USE = 0.95
"""The share of its budget that something new spends."""
_PACED = {
    "campaign": ("status", "daily_budget", "lifetime_budget", "start_time", "stop_time"),
    "adset": ("status", "daily_budget", "lifetime_budget", "start_time", "end_time"),
    "ad": ("status", "creative_id"),
}


@dataclass
class _Moment:
    """A campaign and everything below it at one moment."""

    campaign: Data
    adsets: dict[str, Data]
    running: list[Node]


class Pacing:
    """The rates of every ad, campaign by campaign; made anew when something in the campaign was written."""

    def __init__(self, accounts: Accounts, profiles: Profiles) -> None:
        """Take the accounts whose budgets, states and history decide, and how their ads behave."""
        self._accounts = accounts
        self._profiles = profiles
        self._made: dict[str, tuple[int, dict[str, Rates]]] = {}
        self._use: dict[str, float] = {}

    def rates(self, ad: Node) -> Rates:
        """Give an ad's rates, oldest first."""
        campaign = self._accounts.nodes[ad.data["campaign_id"]]
        revision = self._accounts.revision(campaign.id)
        known = self._made.get(campaign.id)
        if known is None or known[0] != revision:
            known = self._made[campaign.id] = (revision, self._campaign(campaign))
        return known[1].get(ad.id, ())

    def _campaign(self, campaign: Node) -> dict[str, Rates]:
        adsets = self._accounts.of("adset", campaign_id=campaign.id)
        ads = self._accounts.of("ad", campaign_id=campaign.id)
        rates: dict[str, list[tuple[float, float]]] = {ad.id: [] for ad in ads}
        for moment in [ALWAYS, *self._moments([campaign, *adsets, *ads])]:
            found = self._at(campaign, adsets, ads, moment)
            spends = self._spends(found) if found else {}
            for ad in ads:
                rates[ad.id].append((moment, spends.get(ad.id, 0.0)))
        return {ad: tuple(paces) for ad, paces in rates.items()}

    def _moments(self, family: list[Node]) -> list[float]:
        """Give every moment at which something may begin or stop to spend, or change its pace."""
        moments: set[float] = set()
        for node in family:
            moments.update(self._accounts.history.changes(node, *_PACED[node.kind]))
            for _, data in self._accounts.history.states(node):
                ends = (seconds((data or {}).get(name)) for name in ("start_time", "end_time", "stop_time"))
                moments.update(end for end in ends if end is not None and end > self._accounts.birth)
            if node.kind == "ad":
                began = ad_review.began(self._accounts, node)
                moments.update(began, (at + ad_review.REVIEW_S for at in began))
        return sorted(moments)

    def _at(self, campaign: Node, adsets: list[Node], ads: list[Node], moment: float) -> _Moment | None:
        """Find out what ran at a moment, or None when the campaign did not."""
        at, history = max(moment, self._accounts.birth), self._accounts.history
        data = history.at(campaign, moment)
        if not _runs(data, at) or self._accounts.owner(campaign).data["account_status"] != 1:
            return None
        alive = {a.id: d for a in adsets if (d := history.at(a, moment)) is not None and _runs(d, at)}
        running = [
            ad
            for ad in ads
            if ad.data["adset_id"] in alive
            and _runs(history.at(ad, moment), at)
            and ad_review.state(self._accounts, ad, moment) is None
            and self._profiles.of(ad) is not None
        ]
        return _Moment(data or {}, alive, running)

    def _spends(self, found: _Moment) -> dict[str, float]:
        """Share each budget among the ads under it, by how much each would spend."""
        pools: dict[str, list[Node]] = {}
        shared = has_budget(found.campaign)
        for ad in found.running:
            pools.setdefault(ad.data["campaign_id" if shared else "adset_id"], []).append(ad)
        spends: dict[str, float] = {}
        for holder, ads in pools.items():
            data = found.campaign if shared else found.adsets[holder]
            profiles = {ad.id: self._profiles.of(ad) for ad in ads}
            wants = {ad_id: profile.daily_spend if profile else 0.0 for ad_id, profile in profiles.items()}
            budget = self._per_day(holder, data)
            use = self._use.setdefault(holder, self._first_use(holder, sum(wants.values()), budget))
            spends |= {ad: use * budget * want / sum(wants.values()) for ad, want in wants.items()}
        return spends

    def _first_use(self, holder: str, wanted: float, budget: float) -> float:
        """What was there from the start spends what its ads want; `budget` covers that."""
        new = self._accounts.history.states(self._accounts.nodes[holder])[0][1] is None
        return NEW_USE if new or not budget else min(1.0, wanted / budget)

    def _per_day(self, holder: str, data: Data) -> float:
        """Give a budget per day in units of the currency; a lifetime budget is spread evenly."""
        units = offset(self._accounts.owner(self._accounts.nodes[holder]).data["currency"])
        if data.get("daily_budget"):
            return int(data["daily_budget"]) / units
        start, end = seconds(data.get("start_time")), seconds(data.get("end_time") or data.get("stop_time"))
        days = max(1.0, ((end or 0) - (start or self._accounts.birth)) / DAY_S)
        return int(data.get("lifetime_budget") or 0) / units / days


def _runs(data: Data | None, moment: float) -> bool:
    """Tell whether a node is switched on and within its schedule."""
    if data is None or data["status"] != "ACTIVE":
        return False
    start, end = seconds(data.get("start_time")), seconds(data.get("end_time") or data.get("stop_time"))
    return (start is None or start <= moment) and (end is None or moment < end)
