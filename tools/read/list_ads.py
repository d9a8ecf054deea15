"""Lists campaigns, ad sets and ads as a tree with status and budgets; the empty ones, too, where nothing narrows the list."""

from collections import Counter
from typing import Any

from pydantic import Field, field_validator, model_validator

from tools.domain import objects
from tools.domain.changes import Effect, Level
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import Context, Input, Result, Tool, ToolError
from tools.graph import Listing
from tools.read import rejections

MOST_ADS = 100
MOST_EMPTY = 50
"""Campaigns and ad sets without ads; they are not looked for where the ads do not fit either."""
MOST_REASONS = 20
"""Rejected ads that are told in full."""
# docs/graph-api.md §8.7; deleted ads are never listed
STATUSES = (
    "ACTIVE PAUSED ARCHIVED CAMPAIGN_PAUSED ADSET_PAUSED PENDING_REVIEW DISAPPROVED PREAPPROVED"
    " PENDING_BILLING_INFO IN_PROCESS WITH_ISSUES"
).split()


class ListInput(Input):
    campaign_id: str | None = None
    adset_id: str | None = None
    effective_status: list[str] = Field(default=[], description="such as DISAPPROVED, with why")
    name: str | None = Field(default=None, description="part of an ad's name")

    @field_validator("effective_status")
    @classmethod
    def _known(cls, values: list[str]) -> list[str]:
        values = [value.upper() for value in values]
        if unknown := [value for value in values if value not in STATUSES]:
            raise ValueError(f"{unknown[0]!r} is no status; use {', '.join(STATUSES)}")
        return values

    @model_validator(mode="after")
    def _one_parent(self) -> "ListInput":
        if self.campaign_id and self.adset_id:
            raise ValueError("give campaign_id or adset_id, not both")
        return self


def run(args: ListInput, ctx: Context) -> Result:
    listing = ads(ctx, args)
    found = [objects.parse("ad", row) for row in listing.rows]
    if args.name:
        found = [ad for ad in found if args.name.casefold() in ad.name.casefold()]
    shown, empty = found[:MOST_ADS], _empty(ctx, args, found)
    content: dict[str, Any] = {
        "complete": listing.said("ads"),
        "matching": len(found),
        "by_status": dict(Counter(ad.effective_status for ad in found)),
        "campaigns": _tree(ctx, shown, empty[:MOST_EMPTY]),
    }
    if rejections.STATUSES & set(args.effective_status):
        bad = [ad for ad in shown if ad.effective_status in rejections.STATUSES]
        content["why"] = [rejections.why(ad) for ad in bad[:MOST_REASONS]]
    left = {"ads": len(found) - len(shown), "empty campaigns and ad sets": len(empty) - MOST_EMPTY}
    if left_out := [f"{number} {what}" for what, number in left.items() if number > 0]:
        content["left_out"] = f"{listed(left_out)}; narrow by campaign_id, adset_id, status or name"
    return Result(content)


def ads(ctx: Context, args: ListInput) -> Listing:
    """All ads that fit the given parent and statuses. Raises GraphFailure, ToolError for an unknown parent."""
    level: Level = "adset" if args.adset_id else "campaign"
    parent = args.adset_id or args.campaign_id
    filtering = [objects.within(level, [parent])] if parent else None
    asks_why = rejections.STATUSES & set(args.effective_status)
    listing = ctx.graph.read_all(
        f"{ctx.account.id}/ads",
        fields=rejections.AD_FIELDS if asks_why else objects.FIELDS["ad"],
        filtering=filtering,
        effective_status=args.effective_status or None,
        summary="true",
    )
    if (
        parent
        and not listing.rows
        and parent not in objects.find(ctx.graph, ctx.account.id, [parent], [level])
    ):
        raise ToolError(f"{parent} is no {objects.NOUNS[level]} of {ctx.account.id} (or it is archived).")
    return listing


def _empty(ctx: Context, args: ListInput, ads: list[AdObject]) -> list[AdObject]:
    """Campaigns and ad sets in which none of these ads stands. Raises GraphFailure."""
    if args.name or args.effective_status or args.adset_id or len(ads) > MOST_ADS:
        return []
    within = [objects.within("campaign", [args.campaign_id])] if args.campaign_id else None
    busy = {str(ad.row.get(f"{level}_id")) for ad in ads for level in ("campaign", "adset")}
    levels: tuple[Level, ...] = ("campaign", "adset")
    holders = [
        objects.parse(level, row)
        for level in levels
        for row in ctx.graph.read_all(
            f"{ctx.account.id}/{level}s", fields=objects.FIELDS[level], filtering=within
        ).rows
    ]
    return [holder for holder in holders if holder.id not in busy]


def _tree(ctx: Context, found: list[AdObject], empty: list[AdObject]) -> list[dict[str, Any]]:
    campaigns = dict[str, dict[str, Any]]()
    for ad in found:
        campaign_id, adset_id = str(ad.row.get("campaign_id")), str(ad.row.get("adset_id"))
        campaign = campaigns.setdefault(campaign_id, _node(ctx, campaign_id, ad.campaign) | {"adsets": {}})
        adset = campaign["adsets"].setdefault(adset_id, _node(ctx, adset_id, ad.adset) | {"ads": []})
        adset["ads"].append([ad.id, ad.name, ad.effective_status])
    for holder in empty:
        campaign_id = str(holder.row.get("campaign_id") or holder.id)
        top = holder.row if holder.level == "campaign" else holder.campaign
        campaign = campaigns.setdefault(campaign_id, _node(ctx, campaign_id, top) | {"adsets": {}})
        if holder.level == "adset":
            campaign["adsets"][holder.id] = _node(ctx, holder.id, holder.row) | {"ads": []}
    return [c | {"adsets": list(c["adsets"].values())} for c in campaigns.values()]


def _node(ctx: Context, node_id: str, row: dict[str, Any]) -> dict[str, Any]:
    node = {"id": node_id, "name": row.get("name"), "status": row.get("status")}
    for field in ("daily_budget", "lifetime_budget"):
        text = str(row.get(field) or "0")
        if text not in ("", "0"):
            node[field] = str(Money.from_minor_text(text, ctx.account.currency))
    if (row.get("learning_stage_info") or {}).get("status") == "LEARNING":
        node["learning"] = True
    return node


TOOL = Tool(
    name="list_ads",
    description=(
        "List ads under their ad sets and campaigns, with status and budgets; ads are [id, name, effective_status]."
        " Archived only if asked for."
    ),
    Input=ListInput,
    effect=Effect.READ,
    run=run,
    words="Overview of the Meta (Facebook, Instagram) ad account: campaigns, ad sets, ads, what is running.",
)
