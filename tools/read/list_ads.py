"""Lists campaigns, ad sets and ads as a tree with status and budgets; the empty ones, too, where no status narrows the list."""

from collections import Counter
from typing import Any

from pydantic import Field, field_validator, model_validator

from tools.domain import account, objects, running
from tools.domain.changes import Effect, Level
from tools.domain.naming import roster
from tools.domain.naming.matching import Known, fitting, folded, is_label
from tools.domain.objects import AdObject
from tools.domain.references import require_one
from tools.domain.settings.ad_statuses import INHERITED, SWITCHED_ON, SWITCHES, WAITING
from tools.domain.text import listed
from tools.domain.tool import Context, ReadInput, Result, Tool
from tools.graph import ListCall, Listing, is_digits
from tools.read import rejections
from tools.read.account_tree import Halts, alike, flat, holders_of, numbers, tree

MOST_ADS = 100
MOST_EMPTY = 50
"""Campaigns and ad sets without ads."""
MOST_REASONS = 20
"""Rejected ads that are told in full."""
# docs/graph-api.md §8.7; deleted ads are never listed
STATUSES = (
    "ACTIVE PAUSED ARCHIVED CAMPAIGN_PAUSED ADSET_PAUSED PENDING_REVIEW DISAPPROVED PREAPPROVED"
    " PENDING_BILLING_INFO IN_PROCESS WITH_ISSUES"
).split()
RUNNING = "RUNNING"
"""Our own word, for what is switched on and is not kept from running."""


class ListInput(ReadInput):
    campaign_id: str | None = None
    adset_id: str | None = None
    effective_status: list[str] = Field(default=[], description="such as RUNNING, DISAPPROVED")
    name: str | None = Field(default=None, description="part of a name, or label:NAME")
    limit: int = Field(default=MOST_ADS, strict=True, ge=0, description="0: counts only")

    @field_validator("effective_status")
    @classmethod
    def _known(cls, values: list[str]) -> list[str]:
        values, known = [value.upper() for value in values], (RUNNING, *STATUSES, *SWITCHES)
        if unknown := [value for value in values if value not in known]:
            raise ValueError(f"{unknown[0]!r} is no status; use {', '.join(known)}")
        if len(values) > 1 and (alone := [value for value in values if value in SWITCHES]):
            raise ValueError(f"{alone[0]} goes with no other status: give it alone")
        return values

    @model_validator(mode="after")
    def _one_parent(self) -> "ListInput":
        if self.campaign_id and self.adset_id:
            raise ValueError("give campaign_id or adset_id, not both")
        return self


def run(args: ListInput, ctx: Context) -> Result:
    args = _with_ids(args, ctx)
    listing = ads(ctx, args)
    found = _named(ctx, args.name, [objects.parse("ad", row) for row in listing.rows])
    _, known = account.current(ctx.graph, ctx.account)
    halts = Halts(ctx, known, running.used_up(ctx, found))
    now = {ad.id: halts.of(ad) for ad in found}
    waiting = _waiting(args.effective_status, found)
    found = [ad for ad in found if ad not in waiting and _fits(ad, args.effective_status, now[ad.id])]
    empty = _empty(ctx, args, found) if listing.complete else []
    everything = [*holders_of(found), *empty, *found]
    content: dict[str, Any] = {
        "complete": listing.said("ads"),
        "matching": len(found),
        "by_status": dict(Counter(ad.effective_status for ad in found)),
        **running.counted(now[ad.id] for ad in found),
        "counts": numbers(everything) | ({"without ads": len(empty)} if empty else {}),
    }
    if inherited := _inherited(args.effective_status):
        content["status_note"] = f"PAUSED includes {' and '.join(inherited)}"
    if waiting:
        on = Counter(now[ad.id].word for ad in waiting)
        content["also_on"] = listed([f"{n} {word}" for word, n in on.items()]) + "; status ON lists them, too"
    if same := alike(everything):
        content["same_name"] = same
    handle = ctx.keep("ads", flat(halts, everything))
    if args.limit:
        content |= _shown(args, halts, found, empty, handle)
    return Result(content)


def _shown(
    args: ListInput, halts: Halts, found: list[AdObject], empty: list[AdObject], handle: str
) -> dict[str, Any]:
    """The tree, why ads were rejected, and what is not shown."""
    shown = found[: min(args.limit, MOST_ADS)]
    most_empty = min(args.limit, MOST_EMPTY)
    content: dict[str, Any] = {"campaigns": tree(halts, shown, empty[:most_empty])}
    if rejections.STATUSES & set(args.effective_status):
        bad = [ad for ad in shown if ad.effective_status in rejections.STATUSES]
        content["why"] = [rejections.why(ad) for ad in bad[:MOST_REASONS]]
    left = {"ads": len(found) - len(shown), "empty campaigns and ad sets": len(empty) - most_empty}
    if left_out := [f"{number} {what}" for what, number in left.items() if number > 0]:
        narrow = "narrow by campaign_id, adset_id, status or name, or read_result"
        content["left_out"] = f"{listed(left_out)}; {narrow} {handle}"
    return content


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
    if parent and not listing.rows:
        require_one(ctx, parent, (level,))
    return listing


def _with_ids(args: ListInput, ctx: Context) -> ListInput:
    """The input with the id of a campaign or ad set that was given by its name. Raises ToolError."""
    levels: tuple[Level, ...] = ("campaign", "adset")
    given = {level: str(getattr(args, f"{level}_id") or "") for level in levels}
    found = {
        f"{level}_id": require_one(ctx, text, (level,)).id
        for level, text in given.items()
        if text and not is_digits(text)
    }
    return args.model_copy(update=found)


def _named(ctx: Context, name: str | None, found: list[AdObject]) -> list[AdObject]:
    """Those that are called so or have that label, and what stands in what does."""
    if not name:
        return found
    if is_label(name):
        known = [Known.of(obj) for obj in roster.everything(ctx, labels=True)]
        marked = {one.id for one in fitting(name, known)}
        return [obj for obj in found if marked & {obj.id, *obj.parent_ids}]
    key = folded(name)
    return [
        obj
        for obj in found
        if any(key in folded(str(row.get("name") or "")) for row in (obj.row, obj.adset, obj.campaign))
    ]


def _fits(ad: AdObject, statuses: list[str], now: running.Running) -> bool:
    """Whether an ad is what our own words mean; what Meta's mean was asked of Meta."""
    if statuses and statuses[0] in SWITCHES:
        return ad.status == SWITCHES[statuses[0]]
    return RUNNING not in statuses or now.runs or ad.effective_status in statuses


def _waiting(statuses: list[str], found: list[AdObject]) -> list[AdObject]:
    """Those of a list of what runs that do not yet, and will without anybody's doing."""
    more = set(WAITING) - set(statuses) if {RUNNING, "ACTIVE"} & set(statuses) else set()
    return [ad for ad in found if running.effective(ad) in more]


def _inherited(statuses: list[str]) -> list[str]:
    """What is asked for with these, because a person means it as well."""
    return [more for status in statuses for more in INHERITED.get(status, ()) if more not in statuses]


def _asked_for(statuses: list[str]) -> list[str]:
    """The statuses in Meta's words; none for what only the own switch of an ad tells."""
    if set(statuses) & set(SWITCHES):
        return []
    meta = [s for status in statuses for s in (SWITCHED_ON if status == RUNNING else (status,))]
    meta += WAITING if {RUNNING, "ACTIVE"} & set(statuses) else ()
    return list(dict.fromkeys([*meta, *_inherited(statuses)]))


def _empty(ctx: Context, args: ListInput, ads: list[AdObject]) -> list[AdObject]:
    """Campaigns and ad sets in which none of these ads stands. Raises GraphFailure."""
    if args.effective_status:
        return []
    levels: tuple[Level, ...] = ("adset",) if args.adset_id else ("campaign", "adset")
    parent = args.adset_id or args.campaign_id
    within = [objects.within(levels[0], [parent])] if parent else None
    busy = {holder.id for holder in holders_of(ads)}
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
    return _named(ctx, args.name, [holder for holder in holders if holder.id not in busy])


TOOL = Tool(
    name="list_ads",
    description="List ads ([id, name, effective_status]) under their ad sets and campaigns, with budgets.",
    Input=ListInput,
    effect=Effect.READ,
    run=run,
    words="Overview of the Meta (Facebook, Instagram) ad account: campaigns, ad sets, ads, what is running.",
)
