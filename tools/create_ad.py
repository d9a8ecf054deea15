"""Makes an ad from a creative; it is always created PAUSED."""

from pydantic import Field

from tools import objects
from tools.changes import Effect, Request
from tools.create_creative import reference
from tools.inspect import creative
from tools.objects import AdObject
from tools.tool import Context, Input, Proposal, Tool, ToolError


class AdInput(Input):
    name: str = Field(min_length=1, max_length=400)
    creative_id: str
    adset_id: str | None = None


def run(args: AdInput, ctx: Context) -> Proposal:
    adset = _adset(args.adset_id or ctx.brand.default_adset_id, ctx)
    value, parent = reference(ctx, "create_creative", args.creative_id, "id")
    if not parent and creative(ctx, args.creative_id).get("status") == "DELETED":
        raise ToolError(f"The creative {args.creative_id} was deleted. Make a new one with create_creative.")
    change = ctx.change(
        "create_ad",
        Effect.CREATE,
        level="ad",
        name=args.name,
        names=(*adset.names, args.name),
        request=Request(path=f"{ctx.account.id}/ads"),
        after={"status": "PAUSED"},
        shown={"ad set": f"{adset.name} ({adset.id})", "creative": args.creative_id.removeprefix("new:")},
        reason="asked for",
        undo_note="delete the ad while it is still PAUSED",
        depends_on=(parent,) if parent else (),
    )
    params = {
        "name": args.name,
        "adset_id": adset.id,
        "creative": {"creative_id": value},
        "status": "PAUSED",
        "adlabels": [{"name": change.marker}],
    }
    request = change.request.model_copy(update={"params": params})
    return Proposal((change.model_copy(update={"request": request}),))


def _adset(adset_id: str | None, ctx: Context) -> AdObject:
    if not adset_id:
        raise ToolError("An ad needs an ad set: give adset_id, or set default_adset_id in stack.md.")
    found = objects.find(ctx.graph, ctx.account.id, [adset_id], ("adset",)).get(adset_id)
    if found is None:
        raise ToolError(
            f"{adset_id} is no ad set of {ctx.account.id} (or it is archived). list_ads shows them."
        )
    return found


TOOL = Tool(
    name="create_ad",
    description="Make an ad, PAUSED, from a creative id (or new:CREATIVE_NAME of this turn). Ad set defaults to the brand file.",
    Input=AdInput,
    effect=Effect.CREATE,
    run=run,
)
