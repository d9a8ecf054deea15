"""Makes an ad from a creative; it is always created PAUSED."""

from typing import Any

from tools.create.ad_parts import ad_change, check_dynamic, must_mix
from tools.create.creative_spec import mixed_by_ad_set
from tools.domain import objects
from tools.domain.changes import Effect
from tools.domain.copying.ad_creatives import named_creative
from tools.domain.naming.new_names import NewName
from tools.domain.objects import AdObject
from tools.domain.references import Named, maker, reference, require_one
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError


class AdInput(Input):
    name: NewName
    creative_id: str
    adset_id: str | None = None


def run(args: AdInput, ctx: Context) -> Proposal:
    adset, within = _adset(args.adset_id or ctx.brand.default_adset_id, ctx)
    shown, spec = named_creative(ctx, args.creative_id)
    if mixed_by_ad_set(spec) and within:
        must_mix(adset, maker(ctx, within.waits_for).request.params)
    elif mixed_by_ad_set(spec):
        check_dynamic(ctx, [adset])
    return Proposal((ad_change(ctx, args.name, adset, shown, within=within),))


def _adset(adset_id: str | None, ctx: Context) -> tuple[AdObject, Named | None]:
    """The ad set, and the reference to it when it is of this turn. Raises ToolError."""
    if not adset_id:
        raise ToolError("An ad needs an ad set: give adset_id, or set default_adset_id in stack.md.")
    named = reference(ctx, "create_ad_set", adset_id, "id")
    if named.waits_for:
        made = maker(ctx, named.waits_for)
        row: dict[str, Any] = {"id": adset_id, "name": made.name, "campaign_id": made.names[1]}
        row |= {"campaign": {"name": made.names[-1]}}
        return objects.parse("adset", row), named
    return require_one(ctx, adset_id, ("adset",)), None


TOOL = Tool(
    name="create_ad",
    description="Make an ad, PAUSED, from a creative id (or new:NAME of this turn). Ad set defaults to stack.md.",
    Input=AdInput,
    effect=Effect.CREATE,
    run=run,
    words="New ad, launch.",
)
