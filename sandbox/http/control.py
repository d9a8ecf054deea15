"""What lies behind `/sandbox/`, which Meta does not have: clock, faults, requests, state. Needs no token."""

from __future__ import annotations

from collections import Counter
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from sandbox import DEMO_ACCOUNT
from sandbox.http import rule_schedules
from sandbox.objects import nodes, schema, webhook_calls, webhook_events
from sandbox.objects.webhooks import OF_ACCOUNT
from sandbox.request import clock, jsontext
from sandbox.request.refusals import GraphError, invalid, not_one_of
from sandbox.world.outbox import Event

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.world.state import World

ROOM = "sandbox"


async def answer(world: World, request: Request, path: tuple[str, ...]) -> dict[str, Any]:
    """Answer a request to this machine's own address. Raises GraphError."""
    act = _ACTS.get((request.method, "/".join(path[1:])))
    if act is None or not _from_here(request):
        raise GraphError(code=2500, http_status=404, message="Unknown path components: /sandbox")
    wanted = _parsed(await request.body()) if request.method == "POST" else None
    if request.method == "GET":
        with world.reading():
            return act(world, wanted)
    with world.writing():
        answered = act(world, wanted)
    webhook_calls.deliver(world)  # once it is on file
    return answered


def _from_here(request: Request) -> bool:
    try:
        return request.client is None or ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _parsed(body: bytes) -> Any:
    try:
        return jsontext.read(body)
    except ValueError:
        raise invalid("The body must be JSON") from None


def _clock(world: World, wanted: Any) -> dict[str, Any]:
    """Show the clock, after moving it when that is wanted; rules that became due have run."""
    if wanted is not None:
        before = world.clock()
        world.move(clock.asked(wanted, before))
        rule_schedules.run(world, before)
        webhook_events.catch_up(world)
    running = getattr(world.clock, "standing", None) is None
    return {"now": clock.iso(world.clock()), "running": running, "began": clock.iso(world.birth)}


def _faults(world: World, wanted: Any) -> dict[str, Any]:
    """Show the faults, after adding those that are wanted."""
    if wanted is not None:
        world.faults.add(wanted)
    return {"data": world.faults.shown()}


def _clear_faults(world: World, _: Any) -> dict[str, Any]:
    world.faults.clear()
    return {"success": True}


def _requests(world: World, _: Any) -> dict[str, Any]:
    return {"data": list(world.requests)}


def _webhooks(world: World, wanted: Any) -> dict[str, Any]:
    """Show how webhooks are delivered, after another way, or an event of any kind, was ordered."""
    if wanted is not None:
        known = {"twice", "newest_first", "field", "value", "account_id", "time"}
        if not isinstance(wanted, dict) or wanted.keys() - known:
            raise invalid(f"Send an object with {', '.join(sorted(known))}")
        world.outbox.twice = bool(wanted.get("twice", world.outbox.twice))
        world.outbox.newest_first = bool(wanted.get("newest_first", world.outbox.newest_first))
        if "field" in wanted:
            world.outbox.add([_ordered(world, wanted)])
    kept = world.outbox
    return {
        "twice": kept.twice,
        "newest_first": kept.newest_first,
        "waiting": len(kept.waiting),
        "delivered": kept.delivered,
    }


def _ordered(world: World, wanted: dict[str, Any]) -> Event:
    """Read an event that is ordered: of the demo account and now, unless it says otherwise."""
    value, at = wanted.get("value", {}), wanted.get("time", world.clock())
    number = str(wanted.get("account_id", DEMO_ACCOUNT)).removeprefix("act_")
    if wanted["field"] not in OF_ACCOUNT:
        raise not_one_of("field", OF_ACCOUNT)
    if not isinstance(value, dict) or isinstance(at, bool) or not isinstance(at, int | float):
        raise invalid("value must be an object, and time unix seconds")
    return Event(float(at), number, wanted["field"], value)


def _state(world: World, _: Any) -> dict[str, Any]:
    """Give the writable fields of every object, and how many there are of each kind."""
    objects = {
        node.id: {"kind": node.kind}
        | {name: node.data[name] for name in _writable(node.kind) if name in node.data}
        for node in world.nodes.values()
    }
    counts = Counter(node.kind for node in world.nodes.values())
    return {
        "now": world.timestamp(),
        "seed": world.seed,
        "tier": world.usage.tier.name,
        "counts": {kind: counts[kind] for kind in nodes.FIELDS} | {"activity": len(world.activities)},
        "objects": objects,
    }


@cache
def _writable(kind: str) -> list[str]:
    return [*schema.READERS.get(kind, ()), *(["creative_id", "campaign_id"] if kind == "ad" else [])]


_ACTS = {
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): _requests,
    ("GET", "state"): _state,
    ("GET", "webhooks"): _webhooks,
    ("POST", "webhooks"): _webhooks,
}
