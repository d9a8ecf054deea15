"""Activating what the same turn makes: a change of its own after the one that creates it, which stays PAUSED."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.domain import objects
from tools.domain.changes import Change, Effect, Level, Request, Spend
from tools.domain.objects import AdObject
from tools.domain.references import NEW
from tools.domain.text import listed
from tools.domain.tool import Context, ToolError

_PARENTS: Mapping[Level, tuple[Level, str]] = {
    "ad": ("adset", "adset_id"),
    "adset": ("campaign", "campaign_id"),
}
_TAKEN = ("daily_budget", "lifetime_budget", "start_time", "end_time", "stop_time")
"""What its request says of when and how much it may spend."""


def made_in_turn(ctx: Context, texts: Sequence[str]) -> dict[str, Change]:
    """The changes that make what `new:NAME` names, by the id it has until then. Raises ToolError."""
    made = [change for change in ctx.pending if change.row.must_be_paused]
    found = dict[str, Change]()
    for text in texts:
        fitting = [change for change in made if change.name == text.removeprefix(NEW).strip()]
        if len(fitting) > 1:
            raise ToolError(f"{text!r} names {len(fitting)} things of this turn; give them different names.")
        if not fitting:
            have = listed([change.name for change in made]) or "nothing that runs"
            raise ToolError(f"{text!r} names nothing proposed before it in this turn (there is: {have}).")
        if not fitting[0].level:
            raise ToolError(f"{text!r} is {fitting[0].row.creates}: a person switches it on in Ads Manager.")
        found[_id(fitting[0])] = fitting[0]
    return found


def as_objects(ctx: Context, made: Mapping[str, Change]) -> list[AdObject]:
    """What these changes make as it will read, PAUSED in its place. Raises GraphFailure."""
    pending = {change.id: change for change in ctx.pending}
    rows = dict[str, dict[str, Any]]()
    return [objects.parse(change.level or "ad", _row(ctx, change, pending, rows)) for change in made.values()]


def activation(ctx: Context, made: Change, *, spend: Spend, index: int, reason: str) -> Change:
    """The change that starts it once it is there."""
    return ctx.change(
        "set_status",
        Effect.START_SPEND,
        index=index,
        level=made.level,
        made_by=made.id,
        name=made.name,
        names=made.names,
        where=made.where,
        request=Request(path=f"{NEW}{made.name}", params={"status": "ACTIVE"}),
        before={"status": "PAUSED"},
        after={"status": "ACTIVE"},
        spend=spend,
        reason=reason,
        undo_note="set back to PAUSED",
        depends_on=(made.id,),
    )


def _row(
    ctx: Context, change: Change, pending: Mapping[str, Change], rows: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """As Meta would list it; what it stands in is read once, or is made in this turn, too."""
    params, level = change.request.params, change.level or "ad"
    row: dict[str, Any] = {"id": _id(change), "name": change.name, "status": "PAUSED"}
    row |= {name: params[name] for name in _TAKEN if name in params}
    if level not in _PARENTS:
        return row
    above, parameter = _PARENTS[level]
    named = params[parameter]
    if isinstance(named, Mapping):
        holder = _row(ctx, pending[str(named["$from"])], pending, rows)
    else:
        if str(named) not in rows:
            found = objects.find(ctx.graph, ctx.account.id, [str(named)], (above,))
            rows[str(named)] = found[str(named)].row if str(named) in found else {"id": str(named)}
        holder = rows[str(named)]
    row |= {f"{above}_id": holder["id"], above: holder}
    if above == "adset":
        row |= {"campaign_id": holder.get("campaign_id"), "campaign": holder.get("campaign") or {}}
    return row


def _id(change: Change) -> str:
    return f"{NEW}{change.id}"
