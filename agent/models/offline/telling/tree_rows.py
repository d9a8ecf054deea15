"""The rows of a list of ads."""

from dataclasses import dataclass
from typing import Any

from agent.models.offline.telling.steps import rows_of


@dataclass(frozen=True, slots=True)
class Node:
    """One campaign, ad set or ad of a list. The status of an ad is its effective one."""

    level: str
    id: str
    name: str
    status: str
    daily: str = ""
    lifetime: str = ""
    """Budgets as the list writes them, such as "50.00 USD"."""
    now: str = ""
    """What keeps it from running although it is switched on, or that it is learning."""


def nodes(content: dict[str, Any]) -> list[Node]:
    """All rows of a list_ads result, each parent before its parts."""
    found = list[Node]()
    for campaign in rows_of(content, "campaigns"):
        found.append(_node("campaign", campaign))
        for adset in rows_of(campaign, "adsets"):
            found.append(_node("adset", adset))
            for ad in adset.get("ads") or []:
                if isinstance(ad, list) and len(ad) >= 3:
                    row = {"id": ad[0], "name": ad[1], "status": ad[2], "now": "".join(map(str, ad[3:4]))}
                    found.append(_node("ad", row))
    return found


def _node(level: str, row: dict[str, Any]) -> Node:
    name = str(row.get("name") or row.get("id"))
    daily, lifetime, now = (str(row.get(key) or "") for key in ("daily_budget", "lifetime_budget", "now"))
    now = now or "learning" * bool(row.get("learning"))
    return Node(level, str(row.get("id")), name, str(row.get("status")), daily, lifetime, now)
