"""The emergency brake: pauses what adsteward itself started or raised, before any analysis."""

from datetime import timedelta

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Effect, Request, Spend, raises_spend
from tools.domain.text import listed
from tools.domain.tool import Applied, Context, Input, Proposal, Tool, object_id


class StopInput(Input):
    hours: int = Field(default=24, ge=1, le=168)


def run(args: StopInput, ctx: Context) -> Proposal:
    since = ctx.now() - timedelta(hours=args.hours)
    applied = ctx.ledger.applied(ctx.account.id, since=since, unknown=True)
    started = {object_id(a): a for a in applied if started_spend(a) and not a.undone}
    found = objects.find(ctx.graph, ctx.account.id, started) if started else {}
    active = [obj for obj in found.values() if obj.status == "ACTIVE"]
    running = [obj for obj in active if not ctx.brand.is_protected(*obj.names)]
    kept = [obj.name for obj in active if obj not in running]
    changes = tuple(
        ctx.change(
            "set_status",
            Effect.STOP_SPEND,
            index=index,
            level=obj.level,
            target=obj.id,
            name=obj.name,
            names=obj.names,
            where=obj.where,
            request=Request(path=obj.id, params={"status": "PAUSED"}),
            before={"status": obj.status},
            after={"status": "PAUSED"},
            spend=Spend(daily_minor=None, currency=ctx.account.currency, note="stops"),
            reason=f"stop: {started[obj.id].change.row.deed} in the last {args.hours} h",
            undo_note="set back to ACTIVE",
            emergency=True,
        )
        for index, obj in enumerate(running)
    )
    if kept:
        return Proposal(changes, f"protected by stack.md, still running: {listed(kept)}")
    return Proposal(changes, "" if changes else _nothing(args, len(started)))


def started_spend(applied: Applied) -> bool:
    """Whether this change could have made the account spend more, or on other content: activated, created, raised, refreshed."""
    change = applied.change
    return raises_spend(change) or change.row.must_be_paused or change.effect is Effect.CHANGE_CONTENT


def _nothing(args: StopInput, started: int) -> str:
    if started:
        return f"what adsteward started in the last {args.hours} h ({started}) is paused or gone already"
    return f"adsteward started and raised nothing in the last {args.hours} h"


TOOL = Tool(
    name="stop",
    description=(
        "Emergency brake: pause everything adsteward itself activated, created or raised in the last hours (24)."
    ),
    Input=StopInput,
    effect=Effect.STOP_SPEND,
    run=run,
    words="Panic, kill switch, halt spend.",
)
