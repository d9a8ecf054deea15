"""The node: one object of the Graph as it is stored, and what can be told from it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PARENTS = {"ad": ("adset", "campaign"), "adset": ("campaign",), "campaign": ()}
"""The levels above each delivering kind, nearest first."""
SETTABLE = ("ACTIVE", "PAUSED", "DELETED", "ARCHIVED")
"""The statuses that can be set."""
HIDDEN = frozenset({"ARCHIVED", "DELETED"})
"""The statuses of what is no longer there, though it keeps its figures."""
BUDGETS = frozenset({"daily_budget", "lifetime_budget"})
"""The fields of which a campaign or an ad set has one, when it has a budget of its own."""


@dataclass
class Node:
    """One Graph object; `data` holds its stored fields as they go over the wire."""

    id: str
    kind: str
    serial: int
    data: dict[str, Any]

    @property
    def campaign_id(self) -> str:
        """The campaign that the node is or stands under."""
        return self.id if self.kind == "campaign" else str(self.data.get("campaign_id"))

    @property
    def hidden(self) -> bool:
        """Whether the node itself was archived or deleted."""
        return self.data.get("status") in HIDDEN


def has_budget(data: Mapping[str, Any]) -> bool:
    """Tell whether what an object is or was carries a budget of its own."""
    return any(data.get(name) for name in BUDGETS)
