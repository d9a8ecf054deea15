"""Lists campaigns, ad sets and ads as a tree with status and budgets."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pydantic import Field, field_validator, model_validator

from tools.domain import objects, running
from tools.domain.changes import Effect, Level
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.running import Running
from tools.domain.tool import Context, Input, Result, Tool, ToolError
from tools.graph import Listing
from tools.read import rejections

MOST_ADS = 100
MOST_REASONS = 20
"""Rejected ads that are told in full."""
# docs/graph-api.md §8.7; deleted ads are never listed
STATUSES = (
    "ACTIVE PAUSED ARCHIVED CAMPAIGN_PAUSED ADSET_PAUSED PENDING_REVIEW DISAPPROVED PREAPPROVED"
    " PENDING_BILLING_INFO IN_PROCESS WITH_ISSUES"
).split()
RUNNING = "RUNNING"
"""Our own word, for what is switched on and is not kept from running."""


class ListInput(Input):
    campaign_id: str | None = None
    adset_id: str | None = None
    effective_status: list[str] = Field(default=[], description="such as RUNNING, DISAPPROVED")
    name: str | None = Field(default=None, description="part of an ad's name")

    @field_validator("effective_status")
    @classmethod
    def _known(cls, values: list[str]) -> list[str]:
        values = [value.upper() for value in values]
        if unknown := [value for value in values if value not in (RUNNING, *STATUSES)]:
            raise ValueError(f"{unknown[0]!r} is no status; use {', '.join((RUNNING, *STATUSES))}")
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
    halts = _Halts(ctx, running.used_up(ctx, found))
    now = {ad.id: halts.of(ad) for ad in found}
    if RUNNING in args.effective_status:
        found = [ad for ad in found if now[ad.id].runs or ad.effective_status in args.effective_status]
    shown = found[:MOST_ADS]
    content: dict[str, Any] = {
        "complete": listing.said("ads"),
        "matching": len(found),
        "by_status": dict(Counter(ad.effective_status for ad in found)),
        **running.counted(now[ad.id] for ad in found),
        "campaigns": _tree(halts, shown),
    }
    if inherited := _inherited(args.effective_status):
        content["status_note"] = f"PAUSED includes {' and '.join(inherited)}"
    if rejections.STATUSES & set(args.effective_status):
        bad = [ad for ad in shown if ad.effective_status in rejections.STATUSES]
        content["why"] = [rejections.why(ad) for ad in bad[:MOST_REASONS]]
    if len(found) > len(shown):
        content["left_out"] = (
            f"{len(found) - len(shown)} ads; narrow by campaign_id, adset_id, status or name"
        )
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
        effective_status=_asked_for(args.effective_status) or None,
        summary="true",
        keep=True,
    )
    if (
        parent
        and not listing.rows
        and parent not in objects.find(ctx.graph, ctx.account.id, [parent], [level])
    ):
        raise ToolError(f"{parent} is no {objects.NOUNS[level]} of {ctx.account.id} (or it is archived).")
    return listing


def _inherited(statuses: list[str]) -> list[str]:
    """What is asked for with these, because a person means it as well."""
    return [more for status in statuses for more in running.INHERITED.get(status, ()) if more not in statuses]


def _asked_for(statuses: list[str]) -> list[str]:
    """The statuses in Meta's words."""
    meta = [s for status in statuses for s in (running.SWITCHED_ON if status == RUNNING else (status,))]
    return list(dict.fromkeys([*meta, *_inherited(statuses)]))


@dataclass(frozen=True, slots=True)
class _Halts:
    """Knows what keeps things from running that are switched on."""

    ctx: Context
    used_up: set[str]

    def of(self, obj: AdObject) -> Running:
        return running.standing(obj, self.ctx.account, self.ctx.here, self.used_up)

    def said(self, obj: AdObject) -> str:
        """What halts it, or nothing."""
        now = self.of(obj)
        return now.said if now.halted else ""


def _tree(halts: _Halts, found: list[AdObject]) -> list[dict[str, Any]]:
    campaigns = dict[str, dict[str, Any]]()
    for ad in found:
        campaign_id, adset_id = str(ad.row.get("campaign_id")), str(ad.row.get("adset_id"))
        above = _node(halts, "campaign", campaign_id, ad.campaign)
        campaign = campaigns.setdefault(campaign_id, above | {"adsets": {}})
        holder = _node(halts, "adset", adset_id, ad.adset)
        adset = campaign["adsets"].setdefault(adset_id, holder | {"ads": []})
        halted = halts.said(ad)
        adset["ads"].append([ad.id, ad.name, ad.effective_status, *([halted] if halted else [])])
    return [c | {"adsets": list(c["adsets"].values())} for c in campaigns.values()]


def _node(halts: _Halts, level: Level, node_id: str, row: dict[str, Any]) -> dict[str, Any]:
    ctx, node = halts.ctx, {"id": node_id, "name": row.get("name"), "status": row.get("status")}
    if halted := halts.said(objects.parse(level, {"id": node_id, **row})):
        node["now"] = halted
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
        " Archived only if asked for; no empty ad sets."
    ),
    Input=ListInput,
    effect=Effect.READ,
    run=run,
    words="Overview of the Meta (Facebook, Instagram) ad account: campaigns, ad sets, ads, what is running.",
)
