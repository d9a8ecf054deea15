"""Carries out calls, and makes the chosen ones go wrong as the faults say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.http import answering
from sandbox.http.answering import Answer
from sandbox.objects import old_shapes
from sandbox.request import params, periods
from sandbox.request.paging import DEFAULT_LIMIT, beyond
from sandbox.request.refusals import GraphError
from sandbox.world.faults import Weight, error_of

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
        rule = world.faults.strike(call.method, "/" + "/".join(call.path), partial(_weight, world, call))
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
        _mark(world, given.body["report_run_id"], rule["report"])
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


def _mark(world: World, report_id: str, end: str) -> None:
    with world.writing():
        report = world.nodes[report_id]
        key = "end" if end.startswith("Job ") else "percent"
        world.keep(replace(report, data={**report.data, key: end}))


def _weight(world: World, call: Call) -> Weight:
    """Tell how much a call asks for; a period only where it asks for figures."""
    try:
        limit = params.whole(call.params, "limit") or DEFAULT_LIMIT
        days = _days(world, call) if call.path[1:] == ("insights",) else 0
    except GraphError:
        return Weight()
    return Weight(limit, days, "after" in call.params)


def _days(world: World, call: Call) -> int:
    node = world.nodes.get(call.path[0])
    if node is None:
        return 0
    if node.kind == "report":
        period = periods.Period(*(date.fromisoformat(node.data[end]) for end in ("date_start", "date_stop")))
    else:
        calendar = world.calendar(node)
        period = periods.asked(call.params, calendar.date(calendar.number(world.clock())), calendar.date(0))
    return (period.until - period.since).days + 1


def _misled(body: dict[str, Any], asked: str, how: str) -> dict[str, Any]:
    """Promise more of a list than there is: under new cursors, the same, or none; or repeat a cursor before its end."""
    paging = body.get("paging") or {}
    own = (paging.get("cursors") or {}).get("after") or ""
    if how == "stuck":
        after = asked or own
    elif "next" in paging:
        return body
    else:
        after = {"new": own or (beyond(asked) if asked else ""), "same": asked or own, "none": ""}[how]
    cursors = {"cursors": {"before": after, "after": after}} if after else {}
    return {**body, "paging": {**cursors, "next": "https://graph.facebook.com/next"}}


def _spoiled(world: World, call: Call, given: Answer, rule: Rule) -> Answer:
    """Put what the rule says into the answer."""
    if "error" in rule:
        given = answering.refusal(world, call, error_of(rule["error"]))
    if "html" in rule:
        given = Answer(rule["html"], HTML.format(f"{rule['html']} Error"), {})
    body = rule.get("body", given.body)
    if "cursors" in rule and isinstance(body, dict) and "data" in body:
        body = _misled(body, call.params.get("after", ""), rule["cursors"])
    if "null_items" in rule and isinstance(body, list):
        body = [None if place in rule["null_items"] else item for place, item in enumerate(body)]
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        body = {**body, "data": _odd(body["data"], rule)}
    if "old_shapes" in rule and given.good:
        body = old_shapes.old(body)
    return Answer(
        given.status,
        body,
        given.headers | rule.get("headers", {}),
        delay_s=rule.get("delay_s", 0.0),
        lost=rule.get("drop", False),
        mark=rule.get("mark", False),
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
