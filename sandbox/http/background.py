"""Carries out the calls of a named set (docs/graph-api.md §5, `async_batch_requests`)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.http import batch_calls
from sandbox.request import params

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.http.answering import Answer
    from sandbox.request.incoming import Call
    from sandbox.world.state import World


def carry_out(world: World, call: Call, set_id: str, perform: Callable[[Call], Answer]) -> None:
    """Carry out the calls of a set one after the other; each fails or goes well by itself."""
    wanted = params.array(call.params, "adbatch") or []
    items = [{"method": "POST", **item, "omit_response_on_success": False} for item in wanted]
    rows = batch_calls.run(world, replace(call, path=(), params={"batch": json.dumps(items)}), perform)
    with world.writing():
        for item, row in zip(wanted, rows, strict=True):
            world.keep(world.draft("job", _job(world, set_id, item, row)))


def _job(world: World, set_id: str, item: dict[str, Any], row: dict[str, Any] | None) -> dict[str, Any]:
    now = world.timestamp()
    return {
        "account_id": world.nodes[set_id].data["account_id"],
        "set_id": set_id,
        "status": "SUCCESS" if row and row["code"] == 200 else "ERROR",
        "scope_object_id": str(item["relative_url"]).lstrip("/").partition("/")[0],
        "type": "ASYNC_BATCH",
        "input": item,
        "result": json.loads(row["body"]) if row else None,
        "created_time": now,
        "updated_time": now,
    }
