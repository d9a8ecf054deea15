"""Answers one Graph call: who asks, what for, and in which envelope."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.edges import edge_reads, routes
from sandbox.objects import access, oauth, report_runs
from sandbox.objects.context import Context
from sandbox.request import fields, params, versions
from sandbox.request.refusals import GraphError, invalid, not_found, unknown_edge

if TYPE_CHECKING:
    from sandbox.objects.context import Edge
    from sandbox.request.incoming import Call
    from sandbox.world.node import Node
    from sandbox.world.state import World

GOOD = 200
MOST_IDS = 50
_PLATFORM = {(name,) for name in routes.WITHOUT_ADS}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """Status, JSON body (or HTML text) and headers of one answer; one that is `lost` never arrives."""

    status: int
    body: Any
    headers: dict[str, str]
    delay_s: float = 0.0
    lost: bool = False
    mark: bool = False
    """Whether a byte order mark stands before it."""

    @property
    def good(self) -> bool:
        """Tell whether the call went well."""
        return self.status == GOOD and not self.lost


def answer(world: World, call: Call) -> Answer:
    """Answer a call; whatever goes wrong, it comes back as a Graph error (§3)."""
    try:
        admit(world, call)
        return Answer(GOOD, _result(world, call), headers(world, call))
    except GraphError as error:
        return refusal(world, call, error)
    except Exception:  # noqa: BLE001  no traceback may leave; it goes to the log
        _log.exception("%s /%s failed", call.method, "/".join(call.path))
        return refusal(world, call, unknown())


def unknown() -> GraphError:
    """Make the error for what nobody foresaw."""
    return GraphError(code=1, message="An unknown error occurred", http_status=500, transient=True)


def refusal(world: World, call: Call, error: GraphError) -> Answer:
    """Wrap an error, with the headers every answer has."""
    trace = f"{world.seed}/{world.timestamp()}/{call.method}/{call.path}/{sorted(call.params.items())}"
    return Answer(error.http_status, error.envelope(trace), headers(world, call) | error.challenge())


def headers(world: World, call: Call) -> dict[str, str]:
    """Give the headers of every answer (§1, §4.1)."""
    try:
        about = versions.check(call.version, world.today, auto_upgrade=world.auto_upgrade)
    except GraphError:
        about = {"facebook-api-version": versions.CURRENT}
    account = account_of(world, call)
    with world.reading():
        return {
            **about,
            **world.usage.headers(account.data["account_id"], world.clock(), world.active_ads.of(account)),
        }


def admit(world: World, call: Call) -> None:
    """Count a call, and refuse it when a limit of its account is reached (§4)."""
    account = account_of(world, call)
    with world.reading():
        world.usage.admit(
            account.data["account_id"],
            world.clock(),
            write=call.method != "GET",
            insights=_is_insights(world, call),
            active_ads=world.active_ads.of(account),
        )


def account_of(world: World, call: Call) -> Node:
    """Give the ad account a call counts for; what belongs to none counts for the demo account."""
    return world.owner(world.nodes.get(call.path[0]) if call.path else None)


def _is_insights(world: World, call: Call) -> bool:
    found = world.nodes.get(call.path[0]) if call.path else None
    return call.path[-1:] == ("insights",) or (found is not None and found.kind == "report")


def _result(world: World, call: Call) -> dict[str, Any]:
    versions.check(call.version, world.today, auto_upgrade=world.auto_upgrade)
    if call.path[-1:] == ("instruments",) and call.method == "POST":
        return {"success": True}  # crash reports of Meta's SDK; they carry no token (§11.2)
    if call.path == ("oauth", "access_token") and call.method != "DELETE":
        with world.writing():
            return oauth.access_token(world, call.params)
    access.authorise(call.token, world.clock(), write=_needs_ads(world, call))
    access.check_proof(call.token, call.params.get("appsecret_proof"))
    versions.check_protocol(call.version, world.today, call.params)
    ctx = Context(world, call.base, call.token, call.version, routes.READS, call.files)
    if call.method == "GET":
        with world.reading():
            return _read(ctx, call)
    with world.writing():
        return _write(ctx, call)


def _needs_ads(world: World, call: Call) -> bool:
    """Tell whether a call changes something that belongs to ads."""
    return call.method != "GET" and not _is_insights(world, call) and call.path[-1:] not in _PLATFORM


def _read(ctx: Context, call: Call) -> dict[str, Any]:
    match call.path:
        case ():
            return _many(ctx, call)
        case (name,) if name in routes.ROOTS:
            return routes.ROOTS[name](ctx, call.params)
        case (node_id,):
            node = report_runs.polled(ctx.world, access.node(ctx, node_id))
            return edge_reads.show(ctx, node, fields.parse(call.params.get("fields", "")))
    node = access.node(ctx, call.path[0])
    return _edge(routes.READABLE, (node.kind, "/".join(call.path[1:])), node)(ctx, node, call.params)


def _many(ctx: Context, call: Call) -> dict[str, Any]:
    """Answer `GET /?ids=`, which v26.0 does not know, nor any version since October 2026 (§5)."""
    ids = params.names(call.params, "ids")
    if not ids:
        raise invalid("Unsupported get request")
    if versions.strict(call.version, ctx.world.today):
        raise invalid("The parameter ids is no longer supported", blame="ids")
    if len(ids) > MOST_IDS:
        raise invalid(f"Param ids must hold at most {MOST_IDS} ids", blame="ids")
    asked = fields.parse(call.params.get("fields", ""))
    return {node_id: edge_reads.show(ctx, access.node(ctx, node_id), asked) for node_id in ids}


def _write(ctx: Context, call: Call) -> dict[str, Any]:
    if not call.path:
        raise invalid(f"Unsupported {call.method.lower()} request")
    node = access.node(ctx, call.path[0], call.method)
    if ctx.world.owner(node).data["account_status"] != 1 and not _is_insights(ctx.world, call):
        raise GraphError(code=200, http_status=403, message="(#200) The ad account is not active")
    if len(call.path) > 1:
        edge = _edge(routes.WRITES, (call.method, node.kind, "/".join(call.path[1:])), node)
        return edge(ctx, node, call.params)
    table = routes.UPDATES if call.method == "POST" else routes.DELETES
    if node.kind not in table:
        raise not_found(node.id, call.method)
    return table[node.kind](ctx, node, call.params)


def _edge(table: dict[Any, Edge], key: tuple[str, ...], node: Node) -> Edge:
    """Find an edge; one that answers other methods only is 100/33, one that answers none 2500."""
    if key in table:
        return table[key]
    if key[-2:] in routes.READABLE or any(key[-2:] == known[1:] for known in routes.WRITES):
        raise not_found(node.id, "get" if table is routes.READABLE else key[0])
    raise unknown_edge(key[-1])
