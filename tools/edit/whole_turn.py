"""What the changes of a turn do to spend taken together: one call does not know what another one starts, moves or stops."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tools.domain import objects
from tools.domain.change_kind import Limit
from tools.domain.changes import LEVELS, Change, Effect, Spend
from tools.domain.objects import AdObject
from tools.domain.references import NEW
from tools.domain.spend import WITH_PARENT, WITH_PAUSE, WITH_START, starting_spend
from tools.domain.tool import Context
from tools.edit.starting_new import as_objects
from tools.graph import GraphFailure

UNREAD = "what it starts together with the rest of the set could not be read"


def together(ctx: Context, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes with what each adds to a day beside all the others, whichever calls they came from.

    What cannot be read is not known then, and a person decides. What is paused or edited lowers nothing of what
    is started: it may fail.
    """
    starting = [change for change in changes if change.effect is Effect.START_SPEND]
    edits = [change for change in changes if _edits(change)]
    spend = dict[str, Spend]()
    if starting and len({_call(change) for change in (*starting, *edits)}) > 1:
        spend |= _started(ctx, starting, edits)
    return tuple(
        change.model_copy(update={"spend": spend.get(change.id) or _saved(change, changes)})
        for change in changes
    )


def _started(ctx: Context, starting: Sequence[Change], edits: Sequence[Change]) -> dict[str, Spend]:
    """By the id of a change, what it adds; an edit of what is started is counted there."""
    after = dict[str, dict[str, str]]()
    for change in edits:
        after[change.target] = after.get(change.target, {}) | change.after
    try:
        effects = _most(ctx, _objects(ctx, starting), after)
    except GraphFailure:
        unknown = Spend(daily_minor=None, currency=ctx.account.currency, note=UNREAD)
        return {change.id: unknown for change in starting}
    about = {change.id: change.target or f"{NEW}{change.made_by}" for change in (*starting, *edits)}
    counted, spend = set[str](), dict[str, Spend]()
    for change in sorted(starting, key=_edits):
        if effect := effects.get(about[change.id]):
            spend[change.id] = _none(effect, WITH_START) if about[change.id] in counted else effect
            counted.add(about[change.id])
    inside = [change for change in edits if change.target in counted and change.id not in spend]
    return spend | {change.id: _none(change.spend, WITH_START) for change in inside}


def _most(ctx: Context, starting: list[AdObject], after: Mapping[str, dict[str, str]]) -> dict[str, Spend]:
    """What each adds, as it is or with the settings that it will have: whichever is more. Raises GraphFailure."""
    effects = starting_spend(ctx, starting)
    if after:
        for i, edited in starting_spend(ctx, [_edited(obj, after) for obj in starting]).items():
            effects[i] = max(
                effects.get(i, edited), edited, key=lambda s: (s.daily_minor is None, s.daily_minor or 0)
            )
    return effects


def _objects(ctx: Context, starting: Sequence[Change]) -> list[AdObject]:
    """All that is started, as it reads now or will be made. Raises GraphFailure."""
    there = {change.target for change in starting if change.target}
    levels = [level for level in LEVELS if any(c.target and c.level == level for c in starting)]
    by_id = {change.id: change for change in ctx.pending}
    made = {change.made_by: by_id[change.made_by] for change in starting if change.made_by}
    found = objects.find(ctx.graph, ctx.account.id, there, levels) if there else {}
    return [*found.values(), *as_objects(ctx, made)]


def _edited(obj: AdObject, after: Mapping[str, dict[str, str]]) -> AdObject:
    """The object and its parents with the settings that they will have."""
    row = obj.row | after.get(obj.id, {})
    for level in ("campaign", "adset"):
        if isinstance(above := obj.row.get(level), dict):
            row[level] = above | after.get(str(obj.row.get(f"{level}_id")), {})
    return replace(obj, row=row)


def _saved(change: Change, changes: Sequence[Change]) -> Spend:
    """What it saves, unless that is saved already by what another change of the set stops."""
    stopped = {c.target for c in changes if c.target and _stops(c)}
    own = {change.target} if _stops(change) else set()
    saves = change.spend.stays_minor or (change.spend.daily_minor or 0) < 0
    if not saves or not (holders := stopped.intersection(change.names) - own):
        return change.spend
    return _none(change.spend, WITH_PAUSE if change.target in holders else WITH_PARENT)


def _none(spend: Spend, note: str) -> Spend:
    return spend.model_copy(update={"daily_minor": 0, "stays_minor": 0, "note": note})


def _edits(change: Change) -> bool:
    """Whether it sets when something runs, or how it may."""
    return change.row.limit is Limit.DELIVERY and bool(change.target)


def _stops(change: Change) -> bool:
    removes = change.row.limit is Limit.PAUSES and change.effect is Effect.IRREVERSIBLE
    return removes or change.effect is Effect.STOP_SPEND


def _call(change: Change) -> str:
    """The tool call that it comes from."""
    return change.id.rpartition(".")[0]
