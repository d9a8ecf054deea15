"""Answers one Graph call: who asks, what for, and in which envelope."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import access, creates, edges, images, wire, writes
from sandbox.errors import GraphError, invalid, not_found, unknown_edge
from sandbox.paging import Context

if TYPE_CHECKING:
    from sandbox.wire import Call
    from sandbox.world import World

GOOD = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """Status, JSON body and headers of one answer."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def good(self) -> bool:
        """Tell whether the call went well."""
        return self.status == GOOD


def answer(world: World, call: Call) -> Answer:
    """Answer a call; whatever goes wrong, it comes back as a Graph error (§3)."""
    world.usage.count(write=call.method != "GET")
    try:
        return Answer(GOOD, _result(world, call), headers(world, call))
    except GraphError as error:
        return refusal(world, call, error)
    except Exception:  # noqa: BLE001  no traceback may leave; it goes to the log
        _log.exception("%s /%s failed", call.method, "/".join(call.path))
        unknown = GraphError(code=1, message="An unknown error occurred", http_status=500, transient=True)
        return refusal(world, call, unknown)


def refusal(world: World, call: Call, error: GraphError) -> Answer:
    """Wrap an error, with the headers every answer has."""
    challenge = {"www-authenticate": f'OAuth "Facebook Platform" "invalid_token" "{error.message}"'}
    extra = challenge if error.code == 190 else {}
    return Answer(error.http_status, error.envelope(), headers(world, call) | extra)


def headers(world: World, call: Call) -> dict[str, str]:
    """Give the headers of every answer (§4.1)."""
    return {"facebook-api-version": call.version, **world.usage.headers(world.account.data["account_id"])}


def _result(world: World, call: Call) -> dict[str, Any]:
    wire.check_version(call.version)
    access.authorise(call.token, write=call.method != "GET")
    ctx = Context(world, call.base, call.token)
    if call.method == "GET":
        with world.reading():
            return _read(ctx, call)
    with world.writing():
        return _write(ctx, call)


def _read(ctx: Context, call: Call) -> dict[str, Any]:
    if not call.path:
        # §5: multi-reads by `?ids=` are gone from every version.
        raise invalid(
            "The parameter ids is no longer supported" if "ids" in call.params else "Unsupported get request"
        )
    if call.path == ("debug_token",):
        return access.debug_token(ctx.world, call.params)
    return edges.read(ctx, call.path, call.params)


def _write(ctx: Context, call: Call) -> dict[str, Any]:
    match call.method, call.path:
        case "POST", (node_id,):
            return writes.update(ctx, node_id, call.params)
        case "DELETE", (node_id,):
            return writes.delete(ctx, node_id, call.params)
        case method, (node_id, edge):
            if node_id != ctx.world.account.id:
                raise not_found(node_id, method)
            return _write_edge(ctx, call, edge)
    raise invalid(f"Unsupported {call.method.lower()} request")


def _write_edge(ctx: Context, call: Call, edge: str) -> dict[str, Any]:
    if edge == "adimages":
        return images.upload(ctx, call) if call.method == "POST" else images.delete(ctx, call)
    if call.method == "POST" and edge in creates.CREATES:
        return creates.create(ctx, edge, call.params)
    raise unknown_edge(edge)
