"""Takes an applied change set back, except where somebody else has changed things since."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import Field

from tools.domain import objects
from tools.domain.change_kind import Known, Undone
from tools.domain.changes import LEVELS, Change, Effect, Request, Spend, resolved
from tools.domain.objects import AdObject
from tools.domain.settings import field_states
from tools.domain.settings.subscriptions import switched_back
from tools.domain.spend import pausing_spend, starting_spend
from tools.domain.text import counted, gathered, listed
from tools.domain.tool import Applied, Context, Input, Proposal, Tool, ToolError, object_id
from tools.edit import last_set
from tools.edit.drift import as_sent, inside, settings_changed, showing
from tools.graph import Family, GraphError, GraphFailure

_SETTINGS = frozenset({"targeting", "bid_strategy", "bid_amount", "adlabels"})
"""What objects are not read with everywhere."""
ALREADY = "already as it was before"
UNREAD = "what it spends could not be read"


class UndoInput(Input):
    change_set_id: str = Field(min_length=1)


def run(args: UndoInput, ctx: Context) -> Proposal:
    applied = ctx.ledger.applied(ctx.account.id, change_set_id=args.change_set_id, unknown=True)
    if lost := [a.change.name for a in applied if not a.known]:
        raise ToolError(
            f"What became of {listed(lost)} is not known yet. `adsteward apply {args.change_set_id}` looks; then undo."
        )
    if not applied:
        raise ToolError(f"Nothing to undo. {ctx.ledger.standing(ctx.account.id, args.change_set_id)}")
    results = {a.change.id: a.result for a in applied}
    open_ones = [replace(a, change=resolved(a.change, results)) for a in applied if not a.undone]
    if not open_ones:
        older = last_set.older(ctx.ledger.applied(ctx.account.id))
        return Proposal((), f"{args.change_set_id} was taken back already; {older}")
    held, shown = inside(ctx, open_ones), showing(ctx, open_ones)
    present = _present(ctx, open_ones)
    touched = objects.touched(ctx.graph, ctx.account.id, [obj for obj in present.values() if obj])
    changes, notes = list[Change](), list[str]()
    others = settings_changed(ctx, open_ones)
    for item in reversed(open_ones):  # what was built on another thing goes before it
        if other := others.get(object_id(item)):
            notes.append(f"{item.change.name}: somebody changed its {other} since, so it is not deleted")
            continue
        started = next((a.change for a in open_ones if a.change.made_by == item.change.id), None)
        above = [a for a in open_ones if item.change.id in a.change.depends_on and a.change != started]
        uses = {a.change.id: a.change.name for a in above if object_id(a) in present}
        holds = held.get(object_id(item), uses | shown.get(object_id(item), {}))
        change, note = _inverse(ctx, item, present, holds, changes, started=started)
        if change and change.row.undone is Undone.SET_BACK:
            below, stops = touched[change.target]
            idle = {} if change.effect is Effect.START_SPEND else {"stops": stops}
            change = change.model_copy(update={"below": below} | idle)
            if pattern := ctx.brand.is_protected(*change.below):
                notes.append(
                    f"{change.name}: an ad under it is protected by {ctx.brand.file('protect')} ({pattern}), left alone"
                )
                continue
        changes += [change] if change else []
        notes += [note] if note else []
    told = _weighed(changes, _spend(ctx, changes, present))
    return _proposal(ctx, open_ones, told, notes, before=len(applied) - len(open_ones))


def _proposal(
    ctx: Context,
    open_ones: Sequence[Applied],
    changes: Sequence[Change],
    notes: Sequence[str],
    *,
    before: int,
) -> Proposal:
    """What is taken back, with why the rest is not. Raises ToolError when nothing can be that is not as before."""
    change_set_id = open_ones[0].change_set_id
    again = last_set.makes_again(ctx, open_ones) if changes else ""
    earlier = (
        [f"{counted(before, 'change')} {'was' if before == 1 else 'were'} undone before"] if before else []
    )
    said = listed([*gathered(notes, {a.change.name for a in open_ones}), *earlier], most=10)
    if not changes and not all(note.endswith(ALREADY) for note in notes):
        raise ToolError(f"{change_set_id} is not taken back, and nothing was changed. {said}.")
    return Proposal(tuple(changes), "; ".join(filter(None, (again, said))))


def _weighed(changes: Sequence[Change], spend: Mapping[str, Spend]) -> list[Change]:
    """The changes, those of a status with what they do to spend where that is told by id."""
    return [
        c.model_copy(update={"spend": spend[c.target]})
        if "status" in c.request.params and c.target in spend
        else c
        for c in changes
    ]


def _spend(
    ctx: Context, changes: Sequence[Change], present: Mapping[str, AdObject | None]
) -> dict[str, Spend]:
    """By id, what starting again adds, and what pausing again saves where starting it was said to add nothing.

    What is not taken back counts with none of them. A pause is not held up by figures: what they do not tell is not
    known. Raises GraphFailure for a start.
    """
    pairs = [(c, obj) for c in changes if "status" in c.request.params and (obj := present.get(c.target))]
    spend = starting_spend(ctx, [obj for c, obj in pairs if c.effect is Effect.START_SPEND])
    unsaid = [obj for c, obj in pairs if obj.id not in spend and not c.spend.daily_minor]
    try:
        return spend | pausing_spend(ctx, unsaid)
    except GraphFailure:
        unknown = Spend(daily_minor=None, currency=ctx.account.currency, note=UNREAD)
        return spend | {obj.id: unknown for obj in unsaid}


def _present(ctx: Context, applied: Sequence[Applied]) -> dict[str, AdObject | None]:
    """Everything the changes were made to that is still there, and what ads showed before them.

    Creatives have no status to compare.
    """
    ids = [object_id(a) for a in applied if a.change.level]
    found: dict[str, AdObject | None] = dict(objects.find(ctx.graph, ctx.account.id, ids)) if ids else {}
    for level in LEVELS:
        edited = [a for a in applied if a.change.level == level and set(a.change.after) & _SETTINGS]
        names = sorted(_SETTINGS.intersection(name for a in edited for name in a.change.after))
        fields = ",".join([objects.FIELDS[level], *names])
        wanted = [object_id(a) for a in edited if found.get(object_id(a))]
        found |= objects.find(ctx.graph, ctx.account.id, wanted, (level,), fields=fields) if wanted else {}
    creatives = [
        object_id(a) for a in applied if a.change.row.undone is Undone.DELETED and not a.change.level
    ]
    creatives += [before for a in applied if (before := a.change.before.get("creative"))]
    rows = ctx.graph.get_many([(i, {"fields": "id,status"}) for i in creatives])
    for creative_id, row in zip(creatives, rows, strict=True):
        if isinstance(row, GraphFailure):
            if not (isinstance(row, GraphError) and row.family is Family.NOT_FOUND):
                raise row
        elif row.get("status") != "DELETED":
            found[creative_id] = None
    return found


def _inverse(
    ctx: Context,
    applied: Applied,
    present: Mapping[str, AdObject | None],
    holds: Mapping[str, str],
    changes: Sequence[Change],
    *,
    started: Change | None,
) -> tuple[Change | None, str]:
    """The change that takes this one back, or why there is none.

    `holds`: names of what was built on it, or stands in it; `changes` are those found so far; `started` is the
    change of the same set that activated what this one made.
    """
    if applied.change.row.undone is Undone.SWITCHED_BACK:
        return switched_back(ctx, applied, len(changes))
    done, obj = applied.change, present.get(object_id(applied))
    left = started.after if started and obj and obj.now(started.after) == started.after else {}
    then = done.model_copy(update={"after": done.after | left})
    if reason := _final(ctx, applied, present) or (_drift(then, obj) if obj else ""):
        return None, f"{done.name}: {reason}"
    if obj is None or done.creates:
        return _deletion_last(ctx, applied, holds, changes, started)
    return _restoration(ctx, applied, obj, index=len(changes)), ""


def _final(ctx: Context, applied: Applied, present: Mapping[str, AdObject | None]) -> str:
    """Why nothing can be taken back here, whatever it looks like now."""
    done = applied.change
    if done.row.undone is Undone.NEVER:
        return done.undo_note
    if object_id(applied) not in present:
        return "no longer there, left alone"
    if late := field_states.passed(done.before, ctx.now()):
        return (
            f"its {late.replace('_', ' ')} of before is past, and Meta takes no such time; pause it instead"
        )
    if (shown := done.before.get("creative")) and shown not in present:
        return f"the creative {shown} that it showed before is gone, left alone"
    obj = present[object_id(applied)]
    pattern = ctx.brand.is_protected(done.name, *(obj.names if obj else done.names))
    return f"protected by {ctx.brand.file('protect')} ({pattern}), left alone" if pattern else ""


def _drift(done: Change, obj: AdObject) -> str:
    """How the object differs from what the change left, or nothing."""
    now = obj.now(done.after)
    if field_states.alike(now, done.before):
        return ALREADY
    if not field_states.alike(now, done.after):
        other = {
            name: field_states.parted(name, done.after.get(name, ""), text) for name, text in now.items()
        }
        return f"changed again since (now {_said(other, done.spend.currency)}), left alone"
    renamed = done.creates and obj.name != done.name
    return f"renamed since to {obj.name}, so it is not deleted" if renamed else ""


def _deletion_last(
    ctx: Context,
    applied: Applied,
    holds: Mapping[str, str],
    changes: Sequence[Change],
    started: Change | None = None,
) -> tuple[Change | None, str]:
    """A thing goes after all that was made with it or in it, paused where it was started, and stays while one stays."""
    gone = {c.target: c.id for c in changes if c.row.known is Known.BY_ABSENCE}
    freed = {c.restores: c.id for c in changes} | gone
    if staying := [name for key, name in holds.items() if key not in freed]:
        verb = "still holds" if applied.change.row.holds_others else "still used by"
        return None, f"{applied.change.name}: {verb} {listed(staying)}, left alone"
    paused = [change.id for change in changes if started and change.restores == started.id]
    first = (*(freed[key] for key in holds), *paused)
    return _deletion(ctx, applied, index=len(changes), depends_on=first), ""


def _restoration(ctx: Context, applied: Applied, obj: AdObject, *, index: int) -> Change:
    done, now = applied.change, obj.now(applied.change.after)
    effect = Effect.START_SPEND if _starts(done) else Effect.STOP_SPEND
    daily = done.spend.daily_minor
    return ctx.change(
        done.kind,
        effect if "status" in done.before else _taking_back(done),
        index=index,
        **obj.about,
        request=Request(path=obj.id, params=field_states.sent(done.before)),
        before=now,
        after=done.before,
        spend=Spend(
            daily_minor=None if daily is None else -daily,
            currency=done.spend.currency,
            note="" if daily is not None else "nor was that of what it takes back",
        ),
        reason=f"undo of {applied.change_set_id}",
        undo_note=f"set back to {_said(now, done.spend.currency)}",
        restores=done.id,
    )


def _taking_back(done: Change) -> Effect:
    """A later end or a higher cap that let something run again is no start when it is taken back."""
    return Effect.CHANGE_SPEND if done.effect is Effect.START_SPEND else done.effect


def _starts(done: Change) -> bool:
    """Whether taking this change back starts spend."""
    return done.before.get("status") == "ACTIVE"


def _deletion(ctx: Context, applied: Applied, *, index: int, depends_on: tuple[str, ...] = ()) -> Change:
    done = applied.change
    return ctx.change(
        "delete",
        Effect.IRREVERSIBLE,
        index=index,
        level=done.level,
        target=object_id(applied),
        name=done.name,
        names=done.names,
        where=done.where,
        request=Request(method="DELETE", path=object_id(applied)),
        before=done.after or (as_sent(done) if done.row.must_be_paused else {}),
        after={"status": "DELETED"},
        shown={} if done.level else {"what it is": done.row.verb.removeprefix("new ")},
        reason=f"undo of {applied.change_set_id}",
        undo_note="a deleted object cannot come back; if you want it again, have it made anew",
        depends_on=depends_on,
        restores=done.id,
    )


def _said(state: Mapping[str, str], currency: str) -> str:
    """A state in words, budgets as amounts."""
    return ", ".join(field_states.said(name, text, currency) for name, text in state.items())


TOOL = Tool(
    name="undo",
    description="Take back an applied change set (ids: history); what changed since is left alone.",
    Input=UndoInput,
    effect=Effect.IRREVERSIBLE,
    run=run,
    words="Revert, roll back, restore.",
)
