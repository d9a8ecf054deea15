"""Puts an ad into other ad sets as well, PAUSED, with the same creative and so with its likes and comments.

Or beside itself with exactly one thing different, for an A/B test.

Meta's own copying takes no label (docs/graph-api.md §8.8), so a copy whose answer is lost could not be told
from one that was never made; an ad made anew can.
"""

from typing import Any, Self

from pydantic import Field, model_validator

from tools.create.ad_parts import ad_change, check_dynamic
from tools.domain import objects
from tools.domain.changes import Change, Effect, JsonParams
from tools.domain.copying.ad_creatives import creatives, spec_change
from tools.domain.copying.variants import Part, checked, variant
from tools.domain.naming.new_names import NewName
from tools.domain.references import Named, require, row_of
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError, sending

MOST_SETS = 20
_FIELDS = (
    "id,name,adset_id,adset{is_dynamic_creative},creative{id,name,status},conversion_domain,tracking_specs"
)


class DuplicateInput(Input):
    ad_id: str
    adset_ids: list[str] = Field(default=[], max_length=MOST_SETS, description="its own if left out")
    name: NewName | None = None
    change: Part | None = Field(default=None, description="the one thing that differs, for an A/B test")
    to: str | None = Field(
        default=None, min_length=1, description="its new value; an image by hash or new:FILENAME"
    )
    reason: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.change is None) != (self.to is None):
            raise ValueError("change and to go together")
        if self.change is None and not self.adset_ids:
            raise ValueError("give adset_ids, or change and to for an ad with one thing different")
        if self.change and self.to:
            checked(self.change, self.to)
        return self


def run(args: DuplicateInput, ctx: Context) -> Proposal:
    source = _source(ctx, args.ad_id)
    creative = source["creative"]
    ad = objects.parse("ad", source)
    adsets = require(ctx, args.adset_ids or [str(source.get("adset_id"))], levels=("adset",))
    if (source.get("adset") or {}).get("is_dynamic_creative") is True:
        check_dynamic(ctx, adsets)
    made = list[Change]()
    shows = Named(str(creative["id"]), "", f"{creative.get('name') or creative['id']} ({creative['id']})")
    note = f"copy of {ad.name} ({ad.id}), with its likes and comments"
    if args.change and args.to:
        other = variant(ctx, creatives(ctx, [shows.value])[shows.value], args.change, args.to)
        called = f"{(args.name or ad.name)[:370]} · {args.change} {ctx.here:%Y-%m-%d}"
        made = [spec_change(ctx, called, other.params, waits_for=other.waits_for, shown=other.shown)]
        shows = Named.made_by(made[0])
        note = f"copy of {ad.name} ({ad.id}) with another {args.change}; a new post, without its likes and comments"
    for adset in adsets:
        same_place = adset.id == source.get("adset_id")
        copied = args.name or (
            f"{ad.name} – {args.change or 'copy'}" if same_place or args.change else ad.name
        )
        change = ad_change(
            ctx,
            copied[:400],
            adset,
            shows,
            index=len(made),
            notes=(note,),
            reason=args.reason or "asked for",
        )
        made.append(_tracked(change, source))
    return Proposal(tuple(made))


def _source(ctx: Context, ad_id: str) -> dict[str, Any]:
    """The ad with its creative. Raises ToolError when there is none that can be used again."""
    source = row_of(ctx, ad_id, "ad", _FIELDS)
    creative = source.get("creative") or {}
    if not creative.get("id"):
        raise ToolError(
            f"Meta does not say which creative {source.get('name')} shows: it cannot be used again."
        )
    if creative.get("status") == "DELETED":
        raise ToolError(f"The creative of {source.get('name')} was deleted, so it cannot be used again.")
    return source


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
    description=(
        "Put an ad into other ad sets too, PAUSED, with the same creative, so likes and comments are kept;"
        " or beside itself with one thing different, for an A/B test."
    ),
    Input=DuplicateInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Copy an ad into another ad set, A/B test, split test, variant.",
)
