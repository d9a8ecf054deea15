"""Campaigns, ad sets and ads as a tree for a model, and as rows for a table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tools.domain import objects, running
from tools.domain.account import Account
from tools.domain.changes import Level
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject
from tools.domain.running import Running
from tools.domain.tool import Context

MOST_ALIKE = 10
BUDGETS = ("daily_budget", "lifetime_budget")


@dataclass(frozen=True, slots=True)
class Halts:
    """Knows what keeps things from running that are switched on."""

    ctx: Context
    account: Account
    """As it is now."""
    used_up: set[str]

    def of(self, obj: AdObject) -> Running:
        """How an object stands."""
        return running.standing(obj, self.account, self.ctx.here, self.used_up)

    def said(self, obj: AdObject) -> str:
        """What halts it, or nothing."""
        now = self.of(obj)
        return now.said if now.halted else ""


def tree(halts: Halts, found: Iterable[AdObject], empty: Iterable[AdObject]) -> list[dict[str, Any]]:
    """Ads under their ad sets and campaigns, and those in which no ad stands."""
    campaigns = dict[str, dict[str, Any]]()

    def within(obj: AdObject, campaign_id: str) -> dict[str, Any]:
        above = _node(halts, "campaign", campaign_id, obj.campaign)
        sets: dict[str, Any] = campaigns.setdefault(campaign_id, above | {"adsets": {}})["adsets"]
        return sets

    for ad in found:
        adset_id = str(ad.row.get("adset_id"))
        node = _node(halts, "adset", adset_id, ad.adset)
        adset = within(ad, str(ad.row.get("campaign_id"))).setdefault(adset_id, node | {"ads": []})
        halted = halts.said(ad)
        adset["ads"].append([ad.id, ad.name, ad.effective_status, *([halted] if halted else [])])
    for holder in empty:
        sets = within(holder, str(holder.row.get("campaign_id") or holder.id))
        if holder.level == "adset":
            sets[holder.id] = _node(halts, "adset", holder.id, holder.row) | {"ads": []}
    return [c | {"adsets": list(c["adsets"].values())} for c in campaigns.values()]


def _node(halts: Halts, level: Level, node_id: str, row: dict[str, Any]) -> dict[str, Any]:
    ctx, node = halts.ctx, {"id": node_id, "name": row.get("name"), "status": row.get("status")}
    obj = objects.parse(level, {"id": node_id, **row})
    if halted := halts.said(obj):
        node["now"] = halted
    for field in BUDGETS:
        text = str(row.get(field) or "0")
        if text not in ("", "0"):
            node[field] = str(Money.from_minor_text(text, ctx.account.currency))
    if level == "adset" and obj.learning:
        node["learning"] = True
    return node


def holders_of(ads: Iterable[AdObject]) -> list[AdObject]:
    """The campaigns and ad sets of ads, each once, as the ads' own rows know them."""
    found = dict[str, AdObject]()
    for ad in ads:
        campaign_id, adset_id = (str(ad.row.get(f"{level}_id")) for level in ("campaign", "adset"))
        above = {"campaign_id": campaign_id, "campaign": ad.campaign}
        found.setdefault(campaign_id, objects.parse("campaign", {**ad.campaign, "id": campaign_id}))
        found.setdefault(adset_id, objects.parse("adset", {**ad.adset, **above, "id": adset_id}))
    return list(found.values())


def flat(halts: Halts, found: Iterable[AdObject]) -> list[dict[str, Any]]:
    """One row for each object, budgets as figures beside their currency."""
    account, rows = halts.ctx.account, list[dict[str, Any]]()
    for obj in found:
        row: dict[str, Any] = {
            "level": NOUNS[obj.level],
            "id": obj.id,
            "name": obj.name,
            "status": obj.effective_status,
        }
        row |= {"now": halts.of(obj).said}
        row |= {"campaign_id": str(obj.row.get("campaign_id") or "")} if obj.level != "campaign" else {}
        row |= {"ad_set_id": str(obj.row.get("adset_id") or "")} if obj.level == "ad" else {}
        row |= {"campaign": obj.campaign.get("name") if obj.level != "campaign" else ""}
        row |= {"ad_set": obj.adset.get("name") if obj.level == "ad" else ""}
        for field in BUDGETS:
            minor = objects.minor_units(obj.row, field)
            row[field] = f"{Money(minor, account.currency).major:.{account.decimals}f}" if minor else ""
        rows.append(row | {"currency": account.currency})
    return rows


def numbers(found: Sequence[AdObject]) -> dict[str, int]:
    """How many campaigns, ad sets and ads these are."""
    counts = Counter(obj.level for obj in found)
    return {f"{NOUNS[level]}s": counts[level] for level in ("campaign", "adset", "ad")}


def alike(found: Iterable[AdObject]) -> list[str]:
    """Names that several things of one level have, the most frequent first."""
    names = Counter((obj.level, obj.name) for obj in found).most_common()
    told = [f"{name} ({n} {NOUNS[level]}s)" for (level, name), n in names if n > 1]
    rest = len(told) - MOST_ALIKE
    return told[:MOST_ALIKE] + ([f"{rest} more"] if rest > 0 else [])
