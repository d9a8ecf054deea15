"""The rows of a list of ads."""

from typing import Any

from agent.models.offline.language.slots import Found
from agent.models.offline.telling.steps import rows_of


def nodes(content: dict[str, Any]) -> list[Found]:
    """All rows of a list_ads result, each parent before its parts."""
    found = list[Found]()
    for campaign in rows_of(content, "campaigns"):
        found.append(_node("campaign", campaign))
        for adset in rows_of(campaign, "adsets"):
            found.append(_node("adset", adset))
            for ad in adset.get("ads") or []:
                if isinstance(ad, list) and len(ad) >= 3:
                    row = {"id": ad[0], "name": ad[1], "status": ad[2], "now": "".join(map(str, ad[3:4]))}
                    found.append(_node("ad", row))
    return found


def _node(level: str, row: dict[str, Any]) -> Found:
    name = str(row.get("name") or row.get("id"))
    daily, lifetime, now = (str(row.get(key) or "") for key in ("daily_budget", "lifetime_budget", "now"))
    now = now or "learning" * bool(row.get("learning"))
    return Found(str(row.get("id")), level, name, str(row.get("status")), "", daily, lifetime, now)
