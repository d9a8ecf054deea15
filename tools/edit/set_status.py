"""Pauses or activates ads, ad sets and campaigns."""

from typing import Literal

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.objects import AdObject
from tools.domain.references import NEW, require
from tools.domain.running import judged_otherwise
from tools.domain.spend import pausing_spend, starting_spend
from tools.domain.text import listed
from tools.domain.tool import Context, Input, Proposal, Tool
from tools.edit.starting_new import activation, as_objects, made_in_turn

MOST_IDS = 200


class StatusInput(Input):
    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)
    status: Literal["ACTIVE", "PAUSED"]
    reason: str = ""


def run(args: StatusInput, ctx: Context) -> Proposal:
    made = made_in_turn(ctx, [i for i in args.ids if i.startswith(NEW)])
    there = [i for i in args.ids if not i.startswith(NEW)]
    found = require(ctx, there, lately=args.status == "PAUSED") if there else []
    found += as_objects(ctx, made)
    wanted = [o for o in found if o.status != args.status]
    spend = pausing_spend(ctx, wanted) if args.status == "PAUSED" else starting_spend(ctx, wanted)
    touched = objects.touched(ctx.graph, ctx.account.id, [obj for obj in wanted if obj.id not in made])
    changes = tuple(
        _change(ctx, obj, args, spend=spend[obj.id], index=index).model_copy(update=touched[obj.id]._asdict())
        if obj.id in touched
        else activation(
            ctx, made[obj.id], spend=spend[obj.id], index=index, reason=args.reason or "asked for"
        )
        for index, obj in enumerate(wanted)
    )
    already = [
        o.name + ("" if o.effective_status == o.status else f" (effectively {o.effective_status})")
        for o in found
        if o.status == args.status
    ]
    note = f"already {args.status}: {listed(already)}" if already else ""
    weighed = ctx.weighed.get(frozenset(obj.id for obj in found), ()) if args.status == "PAUSED" else ()
    return Proposal(changes, note, (*judged_otherwise(ctx, wanted, args.status), *weighed))


def _change(ctx: Context, obj: AdObject, args: StatusInput, *, spend: Spend, index: int) -> Change:
    judged = ctx.evidence.get(obj.id)
    evidence = judged if judged and judged.speaks_for == args.status else None
    said = "" if judged and not judged.speaks_for else args.reason
    return ctx.change(
        "set_status",
        Effect.STOP_SPEND if args.status == "PAUSED" else Effect.START_SPEND,
        index=index,
        **obj.about,
        request=Request(path=obj.id, params={"status": args.status}),
        before={"status": obj.status},
        after={"status": args.status},
        spend=spend,
        reason=(evidence.reason if evidence else said) or "asked for",
        basis=evidence.numbers if evidence else {},
        undo_note=f"set back to {obj.status}",
    )


TOOL = Tool(
    name="set_status",
    description="Pause or activate ads, ad sets or campaigns by id, name, label:NAME or new:NAME.",
    Input=StatusInput,
    effect=Effect.START_SPEND,
    run=run,
    words="Pause, stop, turn off, switch off, activate, resume, turn on.",
)
