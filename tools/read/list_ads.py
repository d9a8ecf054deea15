"""Lists campaigns, ad sets and ads as a tree with status and budgets; the empty ones, too, where nothing narrows the list."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pydantic import Field, field_validator, model_validator

from tools.domain import account, objects, running
from tools.domain.account import Account
from tools.domain.changes import Effect, Level
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.running import Running
from tools.domain.text import listed
from tools.domain.tool import Context, Input, Result, Tool, ToolError
from tools.graph import ListCall, Listing
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
    _, known = account.current(ctx.graph, ctx.account)
    halts = _Halts(ctx, known, running.used_up(ctx, found))
    now = {ad.id: halts.of(ad) for ad in found}
    if RUNNING in args.effective_status:
        found = [ad for ad in found if now[ad.id].runs or ad.effective_status in args.effective_status]
    shown, empty = found[:MOST_ADS], _empty(ctx, args, found)
    content: dict[str, Any] = {
        "complete": listing.said("ads"),
        "matching": len(found),
        "by_status": dict(Counter(ad.effective_status for ad in found)),
        **running.counted(now[ad.id] for ad in found),
        "campaigns": _tree(halts, shown, empty[:MOST_EMPTY]),
    }
    if inherited := _inherited(args.effective_status):
        content["status_note"] = f"PAUSED includes {' and '.join(inherited)}"
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


def _empty(ctx: Context, args: ListInput, ads: list[AdObject]) -> list[AdObject]:
    """Campaigns and ad sets in which none of these ads stands. Raises GraphFailure."""
    if args.name or args.effective_status or args.adset_id or len(ads) > MOST_ADS:
        return []
    within = [objects.within("campaign", [args.campaign_id])] if args.campaign_id else None
    busy = {str(ad.row.get(f"{level}_id")) for ad in ads for level in ("campaign", "adset")}
    levels: tuple[Level, ...] = ("campaign", "adset")
    lists = ctx.graph.lists(
        *(
            ListCall(
                f"{ctx.account.id}/{level}s",
                200,
                {"fields": objects.FIELDS[level], "filtering": within},
                keep=True,
            )
            for level in levels
        )
    )
    holders = [objects.parse(at, row) for at, rows in zip(levels, lists, strict=True) for row in rows]
    return [holder for holder in holders if holder.id not in busy]


@dataclass(frozen=True, slots=True)
class _Halts:
    """Knows what keeps things from running that are switched on."""

    ctx: Context
    account: Account
    used_up: set[str]

    def of(self, obj: AdObject) -> Running:
        return running.standing(obj, self.account, self.ctx.here, self.used_up)

    def said(self, obj: AdObject) -> str:
        """What halts it, or nothing."""
        now = self.of(obj)
        return now.said if now.halted else ""


def _tree(halts: _Halts, found: list[AdObject], empty: list[AdObject]) -> list[dict[str, Any]]:
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


def _node(halts: _Halts, level: Level, node_id: str, row: dict[str, Any]) -> dict[str, Any]:
    ctx, node = halts.ctx, {"id": node_id, "name": row.get("name"), "status": row.get("status")}
    obj = objects.parse(level, {"id": node_id, **row})
    if halted := halts.said(obj):
        node["now"] = halted
    for field in ("daily_budget", "lifetime_budget"):
        text = str(row.get(field) or "0")
        if text not in ("", "0"):
            node[field] = str(Money.from_minor_text(text, ctx.account.currency))
    if level == "adset" and obj.learning:
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
