"""Takes an applied change set back, except where somebody else has changed things since."""

from collections.abc import Mapping

from tools import objects
from tools.changes import Change, Effect, Request, Spend
from tools.objects import AdObject
from tools.tool import Applied, Context, Input, Proposal, Tool, ToolError, listed


class UndoInput(Input):
    change_set_id: str


def run(args: UndoInput, ctx: Context) -> Proposal:
    applied = ctx.ledger.applied(ctx.account.id, change_set_id=args.change_set_id)
    if not applied:
        raise ToolError(f"{args.change_set_id} has no applied changes. history lists what can be undone.")
    open_ones = [a for a in applied if not a.undone]
    changes, notes = list[Change](), list[str]()
    present = _present(ctx, open_ones)
    for item in reversed(open_ones):
        change, note = _inverse(ctx, item, present, index=len(changes))
        changes += [change] if change else []
        notes += [note] if note else []
    if len(open_ones) < len(applied):
        notes.append(f"{len(applied) - len(open_ones)} were undone before")
    return Proposal(tuple(changes), listed(notes, most=10))


def _present(ctx: Context, applied: list[Applied]) -> dict[str, AdObject]:
    ids = [object_id(a) for a in applied if a.change.level]
    return objects.find(ctx.graph, ctx.account.id, ids) if ids else {}


def object_id(applied: Applied) -> str:
    """The object a change was made to, or the one it created."""
    return applied.change.target or str(applied.result.get("id") or "")


def _inverse(
    ctx: Context, applied: Applied, present: Mapping[str, AdObject], *, index: int
) -> tuple[Change | None, str]:
    """The change that takes this one back, or why there is none."""
    done = applied.change
    if done.kind in ("upload_image", "delete"):
        return None, f"{done.name}: {done.undo_note}"
    if done.kind == "create_creative":
        return _deletion(ctx, applied, index=index), ""
    obj = present.get(object_id(applied))
    if obj is None:
        return None, f"{done.name}: no longer there, left alone"
    now = {field: str(obj.row.get(field) or "") for field in done.after}
    if now == done.before:
        return None, f"{done.name}: already as it was before"
    if now != done.after:
        return None, f"{done.name}: changed by somebody else since ({_said(now)}), left alone"
    if done.kind == "create_ad":
        return _deletion(ctx, applied, index=index), ""
    return _restoration(ctx, applied, obj, index=index), ""


def _restoration(ctx: Context, applied: Applied, obj: AdObject, *, index: int) -> Change:
    done = applied.change
    starts = done.before.get("status") == "ACTIVE"
    effect = Effect.START_SPEND if starts else Effect.STOP_SPEND
    daily = done.spend.daily_minor
    return ctx.change(
        done.kind,
        Effect.CHANGE_SPEND if done.kind == "set_budget" else effect,
        index=index,
        level=obj.level,
        target=obj.id,
        name=obj.name,
        names=obj.names,
        request=Request(path=obj.id, params=dict(done.before)),
        before=done.after,
        after=done.before,
        spend=Spend(daily_minor=None if daily is None else -daily, currency=done.spend.currency),
        reason=f"undo of {applied.change_set_id}",
        undo_note=f"set back to {_said(done.after)}",
        restores=done.id,
    )


def _deletion(ctx: Context, applied: Applied, *, index: int) -> Change:
    done = applied.change
    return ctx.change(
        "delete",
        Effect.IRREVERSIBLE,
        index=index,
        level=done.level,
        target=object_id(applied),
        name=done.name,
        names=done.names,
        request=Request(method="DELETE", path=object_id(applied)),
        before=done.after,
        after={"status": "DELETED"},
        reason=f"undo of {applied.change_set_id}",
        undo_note="a deleted object cannot come back",
        restores=done.id,
    )


def _said(state: Mapping[str, str]) -> str:
    return ", ".join(state.values())


TOOL = Tool(
    name="undo",
    description="Propose taking back an applied change set; what others changed since is left alone and reported.",
    Input=UndoInput,
    effect=Effect.IRREVERSIBLE,
    run=run,
)
