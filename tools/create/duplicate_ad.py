"""Puts an ad into other ad sets as well, PAUSED, with the same creative and so with its likes and comments.

Meta's own copying takes no label (docs/graph-api.md §8.8), so a copy whose answer is lost could not be told
from one that was never made; an ad made anew can.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from tools.create.ad_parts import ad_change
from tools.domain import objects
from tools.domain.arguments.absent import why_absent
from tools.domain.changes import Change, Effect, JsonParams
from tools.domain.objects import AdObject
from tools.domain.references import Named
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError, sending
from tools.graph import GraphFailure

MOST_SETS = 20
_FIELDS = (
    "id,name,adset_id,adset{is_dynamic_creative},creative{id,name,status},conversion_domain,tracking_specs"
)


class DuplicateInput(Input):
    ad_id: str
    adset_ids: list[str] = Field(min_length=1, max_length=MOST_SETS)
    name: str | None = Field(default=None, min_length=1, max_length=400)
    reason: str = ""


def run(args: DuplicateInput, ctx: Context) -> Proposal:
    rows = objects.rows(ctx.graph, ctx.account.id, "ad", args.ad_id, _FIELDS)
    if not rows:
        raise ToolError(f"{why_absent(ctx.graph, ctx.account, [args.ad_id], 'ad')} list_ads shows them.")
    source = rows[0]
    creative = source.get("creative") or {}
    if not (creative_id := str(creative.get("id") or "")):
        raise ToolError(
            f"Meta does not say which creative {source.get('name')} shows: it cannot be used again."
        )
    if creative.get("status") == "DELETED":
        raise ToolError(f"The creative of {source.get('name')} was deleted, so it cannot be used again.")
    wanted = list(dict.fromkeys(args.adset_ids))
    adsets = objects.find(ctx.graph, ctx.account.id, wanted, ("adset",))
    if missing := [i for i in wanted if i not in adsets]:
        raise ToolError(why_absent(ctx.graph, ctx.account, missing, "ad set"))
    if (source.get("adset") or {}).get("is_dynamic_creative") is True:
        _check_dynamic(ctx, adsets)
    name, called = (
        str(source.get("name") or args.ad_id),
        f"{creative.get('name') or creative_id} ({creative_id})",
    )
    copies = []
    for index, adset_id in enumerate(wanted):
        copied = args.name or (f"{name} – copy" if adset_id == source.get("adset_id") else name)
        note = (f"copy of {name} ({args.ad_id}), with its likes and comments",)
        change = ad_change(
            ctx,
            copied,
            adsets[adset_id],
            Named(creative_id, "", called),
            index=index,
            notes=note,
            reason=args.reason or "asked for",
        )
        copies.append(_tracked(change, source))
    return Proposal(tuple(copies))


def _check_dynamic(ctx: Context, adsets: Mapping[str, AdObject]) -> None:
    """A creative of a dynamic-creative ad set needs one (1885553), and is alone in it. Raises ToolError."""
    rows = ctx.graph.get_many([(i, {"fields": "is_dynamic_creative,ads.limit(1){id}"}) for i in adsets])
    for adset, row in zip(adsets.values(), rows, strict=True):
        if isinstance(row, GraphFailure):
            raise row
        if row.get("is_dynamic_creative") is not True:
            raise ToolError(
                f"The ad's parts are mixed by its ad set (dynamic creative), and {adset.name} ({adset.id}) mixes none:"
                " Meta refuses it there. Give ad sets with dynamic creative."
            )
        if (row.get("ads") or {}).get("data"):
            raise ToolError(
                f"{adset.name} ({adset.id}) has dynamic creative and takes one ad, which it has already."
            )


def _tracked(change: Change, source: dict[str, Any]) -> Change:
    """The copy with what the ad itself says about conversions: its domain and its pixels."""
    specs = [s for s in source.get("tracking_specs") or [] if isinstance(s, dict) and s.get("fb_pixel")]
    more: JsonParams = {"tracking_specs": [*specs]} if specs else {}
    if source.get("conversion_domain"):
        more["conversion_domain"] = str(source["conversion_domain"])
    params = change.request.params | more
    return sending(change, params)


TOOL = Tool(
    name="duplicate_ad",
    description="Put an ad into other ad sets too, PAUSED, with the same creative, so likes and comments are kept.",
    Input=DuplicateInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Copy an ad into another ad set.",
)
