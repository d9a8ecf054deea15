"""How many ads of each account run: the number that limits of calls rise with."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sandbox.request.clock import counted
from sandbox.world import status

if TYPE_CHECKING:
    from sandbox.world.accounts import Accounts
    from sandbox.world.node import Node


class ActiveAds:
    """Counts running ads campaign by campaign, anew where something was written or a quarter of an hour went by."""

    def __init__(self, accounts: Accounts) -> None:
        """Take the accounts that the ads belong to."""
        self._accounts = accounts
        self._sums: dict[str, tuple[tuple[int, float], int]] = {}
        self._counts: dict[str, tuple[tuple[int, float], int]] = {}

    def of(self, account: Node) -> int:
        """Give how many ads of an account run."""
        key = (len(self._accounts.history), counted(self._accounts.clock()))
        known, number = self._sums.get(account.id, (None, 0))
        if known != key:
            number = self._sum(account.data["account_id"], key[1])
            self._sums[account.id] = (key, number)
        return number

    def _sum(self, account_id: str, moment: float) -> int:
        below = defaultdict[str, list["Node"]](list)
        for ad in self._accounts.of("ad", account_id=account_id):
            below[ad.campaign_id].append(ad)
        return sum(self._below(campaign_id, ads, moment) for campaign_id, ads in below.items())

    def _below(self, campaign_id: str, ads: list[Node], moment: float) -> int:
        key = (self._accounts.revision(campaign_id), moment)
        known, count = self._counts.get(campaign_id, (None, 0))
        if known != key:
            count = sum(status.effective(self._accounts, ad) == "ACTIVE" for ad in ads)
            self._counts[campaign_id] = (key, count)
        return count
