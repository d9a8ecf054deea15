"""Named sets of calls that Meta carries out by itself (docs/graph-api.md §5, `async_batch_requests`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges.updates import answer_fields
from sandbox.request import params
from sandbox.request.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

EDGE = "async_batch_requests"
MOST_CALLS = 50


def create(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `POST /act_X/async_batch_requests`: take the calls; `background` carries them out."""
    calls = params.array(args, "adbatch") or []
    if not 0 < len(calls) <= MOST_CALLS:
        raise invalid(f"Param adbatch must hold 1 to {MOST_CALLS} calls", blame="adbatch")
    for call in calls:
        if not isinstance(call, dict) or not call.get("name") or not call.get("relative_url"):
            raise invalid("Each call of adbatch needs a name and a relative_url", blame="adbatch")
    now = ctx.world.timestamp()
    made = ctx.world.draft("jobset", {
        "account_id": node.data["account_id"],
        "name": params.text(args, "name"),
        "owner_id": ctx.world.of("user")[0].id,
        "created_time": now,
        "updated_time": now,
    })  # fmt: skip
    ctx.world.keep(made)
    return {"id": made.id, **answer_fields(ctx, made, args)}
