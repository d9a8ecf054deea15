"""Custom conversions of an account (docs/graph-api.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges.updates import answer_fields
from sandbox.objects import schema
from sandbox.request import enums, params
from sandbox.request.refusals import invalid

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
