"""Changes whom an ad set reaches and where its ads appear; what is not named stays."""

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.objects import AdObject
from tools.domain.references import require
from tools.domain.settings import field_states
from tools.domain.settings.targeting import audience
from tools.domain.settings.targeting_edits import TargetingEdit, edited
from tools.domain.text import listed
from tools.domain.tool import TOOLSET, Context, Proposal, Tool, ToolError

MOST_SETS = 20
_FIELDS = f"{objects.FIELDS['adset']},targeting,promoted_object"
REVIEW = "Meta reviews its ads again, and the learning phase begins anew"


class EditTargetingInput(TargetingEdit):
    adset_ids: list[str] = Field(min_length=1, max_length=MOST_SETS)
    reason: str = ""


def run(args: EditTargetingInput, ctx: Context) -> Proposal:
    named = require(ctx, args.adset_ids)
    if others := [obj.name for obj in named if obj.level != "adset"]:
        raise ToolError(f"{others[0]} is no ad set; targeting belongs to ad sets.")
    ids = [obj.id for obj in named]
    found = objects.find(ctx.graph, ctx.account.id, ids, ("adset",), fields=_FIELDS)
    changes, already = list[Change](), list[str]()
    touched = objects.touched(ctx.graph, ctx.account.id, list(found.values()))
    for adset_id in ids:
        change = _change(ctx, found[adset_id], args, index=len(changes))
        if field_states.alike(change.before, change.after):
            already.append(change.name)
        else:
            changes.append(change.model_copy(update=touched[adset_id]._asdict()))
    return Proposal(tuple(changes), f"targeted so already: {listed(already)}" if already else "")


def _change(ctx: Context, obj: AdObject, args: EditTargetingInput, *, index: int) -> Change:
    present = obj.row.get("targeting")
    if not isinstance(present, dict) or not present:
        raise ToolError(f"Meta does not show the targeting of {obj.name}; it cannot be changed here.")
    spec, shown = edited(ctx, present, args)
    promoted = obj.row.get("promoted_object") or {}
    reach = audience(ctx, spec, str(obj.row.get("optimization_goal") or ""), promoted)
    note = "its budget stays; how much of it is spent may change with whom it reaches"
    return ctx.change(
        "edit",
        Effect.CHANGE_SPEND,
        index=index,
        **obj.about,
        request=Request(path=obj.id, params={"targeting": spec}),
        before=field_states.texts({"targeting": present}, ["targeting"]),
        after=field_states.texts({"targeting": spec}, ["targeting"]),
        shown=shown | {"audience": reach, "review": REVIEW},
        spend=Spend(daily_minor=0, currency=ctx.account.currency, note=note),
        reason=args.reason or "asked for",
        undo_note="set back to the targeting that is there now; its ads are reviewed again",
    )


TOOL = Tool(
    name="edit_targeting",
    description="Change whom ad sets reach, or their placements; what is not given stays.",
    Input=EditTargetingInput,
    effect=Effect.CHANGE_SPEND,
    run=run,
    toolset=TOOLSET,
    words="Audience, country, age, gender, interests, placements of a running ad set.",
)
