"""Pauses or activates ads, ad sets and campaigns."""

from typing import Literal

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Change, Effect, Level, Request, Spend
from tools.domain.insights import daily_spend_minor
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError, listed

MOST_IDS = 200


class StatusInput(Input):
    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)
    status: Literal["ACTIVE", "PAUSED"]
    reason: str = ""


def run(args: StatusInput, ctx: Context) -> Proposal:
    found = require(ctx, args.ids, lately=args.status == "PAUSED")
    wanted = [o for o in found if o.status != args.status]
    spend = _pausing_spend(ctx, wanted) if args.status == "PAUSED" else starting_spend(ctx, wanted)
    touched = objects.touched(ctx.graph, ctx.account.id, wanted)
    changes = tuple(
        _change(ctx, obj, args, spend=spend[obj.id], index=index).model_copy(update=touched[obj.id])
        for index, obj in enumerate(wanted)
    )
    already = [_already(o) for o in found if o.status == args.status]
    note = f"already {args.status}: {listed(already)}" if already else ""
    return Proposal(changes, note)


def _already(obj: AdObject) -> str:
    shown = "" if obj.effective_status == obj.status else f" (effectively {obj.effective_status})"
    return obj.name + shown


def require(ctx: Context, ids: list[str], *, lately: bool = False) -> list[AdObject]:
    """The objects with these ids, in order, each once. Raises ToolError when one is not of this account.

    `lately` takes what this run read within the last minute as it was.
    """
    known = ctx.fresh(ids) if lately else {}
    unknown = [i for i in ids if i not in known]
    found = known | (objects.find(ctx.graph, ctx.account.id, unknown) if unknown else {})
    missing = [i for i in dict.fromkeys(ids) if i not in found]
    if missing:
        raise ToolError(
            f"Not a campaign, ad set or ad of {ctx.account.id} (or archived): {listed(missing)}."
            " Use ids that list_ads or review_performance gave."
        )
    return [found[i] for i in dict.fromkeys(ids)]


def _change(ctx: Context, obj: AdObject, args: StatusInput, *, spend: Spend, index: int) -> Change:
    evidence = ctx.evidence.get(obj.id)
    if evidence and evidence.speaks_for != args.status:
        evidence = None
    return ctx.change(
        "set_status",
        Effect.STOP_SPEND if args.status == "PAUSED" else Effect.START_SPEND,
        index=index,
        level=obj.level,
        target=obj.id,
        name=obj.name,
        names=obj.names,
        request=Request(path=obj.id, params={"status": args.status}),
        before={"status": obj.status},
        after={"status": args.status},
        spend=spend,
        reason=(evidence.reason if evidence else args.reason) or "asked for",
        basis=evidence.numbers if evidence else {},
        undo_note=f"set back to {obj.status}",
    )


def _pausing_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """What each object spent per day of late; for an ad the budget itself stays with its ad set."""
    pausing = {obj.id for obj in wanted}
    notes: dict[Level, str] = {
        "ad": "the budget it drew on goes to the other ads",
        "adset": "",
        "campaign": "",
    }
    daily = {i: e.daily_spend_minor for i, e in ctx.evidence.items() if e.daily_spend_minor is not None}
    for level in notes:
        ids = [obj.id for obj in wanted if obj.level == level and obj.id not in daily]
        daily |= daily_spend_minor(ctx, level, ids)
    effects = dict[str, Spend]()
    for obj in wanted:
        inside = pausing.intersection(obj.parent_ids)
        minor, note = (0, "counted with its parent") if inside else (-daily[obj.id], notes[obj.level])
        effects[obj.id] = Spend(daily_minor=minor, currency=ctx.account.currency, note=note)
    return effects


def starting_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """At most the budget each object draws on, counted once where several share it."""
    counted = set[str]()
    effects = dict[str, Spend]()
    for obj in wanted:
        holder, ceiling = obj.budget_drawn_on()
        if not ceiling:
            effects[obj.id] = Spend(
                daily_minor=None, currency=ctx.account.currency, note="no daily budget known"
            )
        elif holder in counted:
            effects[obj.id] = Spend(
                daily_minor=0, currency=ctx.account.currency, note="shares a budget above"
            )
        else:
            most = Money(ceiling, ctx.account.currency)
            note = f"at most {most} per day" + (f"; its {p} is paused" if (p := obj.paused_parent) else "")
            effects[obj.id] = Spend(daily_minor=ceiling, currency=ctx.account.currency, note=note)
        counted.add(holder)
    return effects


TOOL = Tool(
    name="set_status",
    description="Pause or activate ads, ad sets or campaigns by id.",
    Input=StatusInput,
    effect=Effect.START_SPEND,
    run=run,
    words="Pause, stop, turn off, switch off, activate, resume, turn on.",
)
