"""Carries out calls, and makes the chosen ones go wrong as the faults say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.http import answering
from sandbox.http.answering import Answer
from sandbox.request.refusals import GraphError
from sandbox.world.faults import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.request.incoming import Call
    from sandbox.world.state import World

    Rule = dict[str, Any]
    Performer = Callable[[World, Call], Answer]

_ENDS = frozenset({"error", "drop", "html"})
HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>nginx</p></body></html>"


def perform(world: World, call: Call, go: Performer = answering.answer) -> Answer:
    """Carry out a call by `go`, unless a fault strikes it. The first rule that does decides."""
    with world.reading():
        rule = world.faults.strike(call.method, "/" + "/".join(call.path))
        if rule and "throttle_minutes" in rule:
            number = answering.account_of(world, call).data["account_id"]
            world.usage.block(number, world.clock() + 60 * rule["throttle_minutes"])
    if rule is None:
        return go(world, call)
    if rule.keys() & _ENDS and rule.get("when", "before") == "before":
        given = _uncarried(world, call)
    else:
        given = go(_as_of(world, rule) if call.method == "GET" else world, call)
    if "report" in rule and given.good and "report_run_id" in given.body:
        _doom(world, given.body["report_run_id"], rule["report"])
    return _spoiled(world, call, given, rule)


def _uncarried(world: World, call: Call) -> Answer:
    """Count a call that is not carried out: calls that fail count too (§4.4)."""
    try:
        answering.admit(world, call)
    except GraphError as error:
        return answering.refusal(world, call, error)
    return Answer(answering.GOOD, {}, answering.headers(world, call))


def _as_of(world: World, rule: Rule) -> World:
    if "stale_writes" in rule:
        return world.earlier(write=max(1, world.history.last_write + 1 - rule["stale_writes"]))
    if "stale_s" in rule:
        return world.earlier(write=world.history.first_after(world.clock() - rule["stale_s"]))
    return world


def _doom(world: World, report_id: str, end: str) -> None:
    with world.writing():
        report = world.nodes[report_id]
        world.keep(replace(report, data={**report.data, "end": end}))


def _spoiled(world: World, call: Call, given: Answer, rule: Rule) -> Answer:
    """Put what the rule says into the answer."""
    if "error" in rule:
        given = answering.refusal(world, call, error_of(rule["error"]))
    if "html" in rule:
        given = Answer(rule["html"], HTML.format(f"{rule['html']} Error"), {})
    body = given.body
    if "null_items" in rule and isinstance(body, list):
        body = [None if place in rule["null_items"] else item for place, item in enumerate(body)]
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        body = {**body, "data": _odd(body["data"], rule)}
    return Answer(
        given.status,
        body,
        given.headers | rule.get("headers", {}),
        delay_s=rule.get("delay_s", 0.0),
        lost=rule.get("drop", False),
    )


def _odd(rows: list[Any], rule: Rule) -> list[Any]:
    """Make rows of a list odd: other values, fields left out, rows that come again."""
    chosen = range(len(rows)) if "rows" not in rule else rule["rows"]
    odd = []
    for place, row in enumerate(rows):
        if place in chosen and isinstance(row, dict):
            kept = {name: value for name, value in row.items() if name not in rule.get("leave_out", ())}
            odd += [kept | rule.get("set", {})] * (1 + rule.get("repeat_rows", False))
        else:
            odd.append(row)
    return odd
