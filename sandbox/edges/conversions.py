"""Custom conversions of an account, and events that a server reports (docs/graph-api.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges.updates import answer_fields
from sandbox.objects import schema
from sandbox.request import enums, params
from sandbox.request.refusals import explained, invalid, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node


def create(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `POST /act_X/customconversions`: a rule on the events of a pixel."""
    source = params.text(args, "event_source_id")
    if ctx.world.get(source, "pixel") is None:
        raise invalid(f"Pixel {source} does not exist", blame="event_source_id")
    params.text(args, "rule")
    if not params.mapping(args, "rule"):
        raise invalid("The rule must say something", blame="rule")
    data = {
        "account_id": node.data["account_id"],
        "name": schema.short(50)(args, "name"),
        "description": args.get("description"),
        "custom_event_type": params.choice(args, "custom_event_type", enums.EVENTS, default="OTHER"),
        "rule": args["rule"],
        "event_source_id": source,
        "pixel": {"id": source},
        "creation_time": ctx.world.timestamp(),
        "is_archived": False,
    }
    made = ctx.world.draft("conversion", data)
    if params.validate_only(args):
        return {"success": True}
    ctx.world.commit([made])
    return {"id": made.id, **answer_fields(ctx, made, args)}


MOST_EVENTS, WEEK_S = 1000, 7 * 86400


def events(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `POST /{pixel}/events`: they are checked and counted, and change no figures."""
    rows = params.array(args, "data")
    if not rows:
        raise required("data")
    if len(rows) > MOST_EVENTS:
        raise invalid(f"At most {MOST_EVENTS} events can be sent at a time", blame="data")
    for row in rows:
        _check_event(row, ctx.world.clock())
    return {"events_received": len(rows), "messages": [], "fbtrace_id": f"A{node.id}"}


def _check_event(row: Any, now: float) -> None:
    if not isinstance(row, dict):
        raise invalid("Param data must hold objects", blame="data")
    for name in ("event_name", "event_time", "user_data"):
        if not row.get(name):
            raise explained(2804001, "Missing parameter", f"The event lacks {name}.", blame=name)
    moment = params.seconds(str(row["event_time"]), "event_time")
    if not now - WEEK_S <= moment <= now + 60:
        text = "The event_time is in the future or more than seven days ago."
        raise explained(2804003, "Event timestamp out of range", text, blame="event_time")
