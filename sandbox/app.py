"""The ASGI application: HTTP around the world."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox import TOKENS, batch, graph, nodes, schema, wire
from sandbox.errors import GraphError
from sandbox.world import World

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from sandbox.wire import Call

_SECRET = re.compile("|".join(map(re.escape, TOKENS)) + r"|(?<=access_token=)[^&\"\s]+")
_UNLOGGED = ("access_token", "input_token", "appsecret_proof")


def create_app(
    state: Path | None = None, *, fresh: bool = False, now: datetime | None = None, seed: int = 7
) -> Starlette:
    """Make the application around the world kept in `state`, or around one in memory.

    A state that exists goes on where it was and keeps its own seed and moment, unless `fresh`.
    """
    # Starlette is slow to load and `sandbox.app` is imported by programs that may not need it.
    from starlette.applications import Starlette
    from starlette.routing import Route

    world = World.open(state, fresh=fresh, now=now, seed=seed)

    async def endpoint(request: Request) -> Response:
        return await _respond(world, request)

    app = Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "POST", "DELETE"])])
    app.state.world = world
    return app


async def _respond(world: World, request: Request) -> Response:
    from starlette.responses import JSONResponse

    call = wire.Call(request.method, (), {}, "")
    try:
        call = await wire.read(request)
        given = _answer(world, call)
    except GraphError as error:
        given = graph.refusal(world, call, error)
    return JSONResponse(given.body, given.status, given.headers)


def _answer(world: World, call: Call) -> graph.Answer:
    if call.path[:1] == ("sandbox",):
        return _backstage(world, call)
    _hear(world, call)
    if call.method == "POST" and not call.path and "batch" in call.params:
        wire.check_version(call.version)
        rows = batch.run(world, call, lambda item: _hear(world, item, in_batch=True))
        return graph.Answer(graph.GOOD, rows, graph.headers(world, call))
    return graph.answer(world, call)


def _hear(world: World, call: Call, *, in_batch: bool = False) -> None:
    """Log a call without anything secret."""
    shown = {
        name: _SECRET.sub("<token>", value) for name, value in call.params.items() if name not in _UNLOGGED
    }
    entry: dict[str, Any] = {"method": call.method, "path": "/" + "/".join(call.path), "params": shown}
    if call.files:
        entry["files"] = [file.filename for file in call.files]
    world.requests.append(entry | ({"in_batch": True} if in_batch else {}))


def _backstage(world: World, call: Call) -> graph.Answer:
    """Answer `/sandbox/state` and `/sandbox/requests`, which Meta does not have; they need no token."""
    if call.method == "GET" and call.path[1:] == ("requests",):
        return graph.Answer(graph.GOOD, {"data": list(world.requests)}, {})
    if call.method == "GET" and call.path[1:] == ("state",):
        with world.reading():
            return graph.Answer(graph.GOOD, _state(world), {})
    raise GraphError(code=2500, http_status=404, message="Unknown path components: /sandbox")


def _state(world: World) -> dict[str, Any]:
    """Give the writable fields of every object, and how many there are of each kind."""
    objects = {
        node.id: {"kind": node.kind}
        | {name: node.data[name] for name in _writable(node.kind) if name in node.data}
        for node in world.nodes.values()
    }
    counts = {kind: len(world.of(kind)) for kind in nodes.FIELDS}
    return {
        "now": world.timestamp(),
        "seed": world.seed,
        "counts": counts | {"activity": len(world.activities)},
        "objects": objects,
    }


def _writable(kind: str) -> list[str]:
    return [*schema.READERS.get(kind, ()), *(["creative_id", "campaign_id"] if kind == "ad" else [])]
