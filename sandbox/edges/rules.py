"""Automated rules of an account: what they match, what they do, and what they did (docs/graph-api.md §9)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.edges import edge_reads, rule_specs, updates
from sandbox.insights import insights_edge
from sandbox.objects import nodes
from sandbox.request import fields, params
from sandbox.request.filters import Condition
from sandbox.request.incoming import flat
from sandbox.request.refusals import GraphError, not_found
from sandbox.world.owners import offset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

_SWITCH = {"PAUSE": "PAUSED", "UNPAUSE": "ACTIVE"}
_MONEY = {"spent": "spend", "cpc": "cpc", "cpm": "cpm", "cost_per_link_click": "cost_per_inline_link_click"}
_PLAIN = {"impressions", "clicks", "ctr", "reach", "frequency", "cpp"}
_MOST_HISTORY = 100


def _data(args: Args, before: Mapping[str, Any]) -> dict[str, Any]:
    """Read a rule, or the parts of it that change."""
    data = dict(before)
    if "name" in args or not before:
        data["name"] = params.text(args, "name")
    if "evaluation_spec" in args or not before:
        data["evaluation_spec"] = rule_specs.evaluation(args)
    if {"execution_spec", "evaluation_spec"} & args.keys() or not before:
        given = (
            args
            if "execution_spec" in args or not before
            else {"execution_spec": json.dumps(data["execution_spec"])}
        )
        data["execution_spec"] = rule_specs.execution(given, data["evaluation_spec"])
    if "schedule_spec" in args:
        data["schedule_spec"] = rule_specs.schedule(args)
    if data["evaluation_spec"]["evaluation_type"] == "SCHEDULE" and not data.get("schedule_spec"):
        data["schedule_spec"] = {"schedule_type": "SEMI_HOURLY"}
    if "status" in args:
        data["status"] = params.choice(args, "status", rule_specs.STATUSES)
    return data


def create(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/adrules_library`."""
    now = ctx.world.timestamp()
    user = ctx.world.of("user")[0]
    data = {
        "account_id": node.data["account_id"],
        "status": "ENABLED",
        "created_time": now,
        "updated_time": now,
    }
    data |= _data(args, {}) | {"created_by": {"id": user.id, "name": user.data["name"]}, "history": []}
    rule = ctx.world.draft("rule", data)
    ctx.world.commit([rule])
    return {"id": rule.id, **updates.answer_fields(ctx, rule, args)}


def _living(node: Node, method: str) -> Node:
    if node.data["status"] == "DELETED":
        raise not_found(node.id, method)
    return node


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{rule}`."""
    ctx.world.commit([ctx.world.changed(_living(node, "post"), _data(args, node.data))])
    return {"success": True}


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{rule}`."""
    del args
    ctx.world.commit([ctx.world.changed(_living(node, "delete"), {"status": "DELETED"})])
    return {"success": True}


def preview(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{rule}/preview`: what the rule matches now; nothing changes."""
    asked = fields.parse(args.get("fields", ""))
    return {
        "data": [edge_reads.show(ctx, found, asked) for found in matches(ctx.world, _living(node, "post"))]
    }


def execute(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{rule}/execute`."""
    del args
    return run(ctx, node, manual=True)


def run(ctx: Context, node: Node, *, manual: bool) -> dict[str, Any]:
    """Act on what matches and write it into the history."""
    results = [_act(ctx, _living(node, "post"), found) for found in matches(ctx.world, node)]
    entry = {
        "evaluation_spec": node.data["evaluation_spec"],
        "execution_spec": node.data["execution_spec"],
        "schedule_spec": node.data.get("schedule_spec"),
        "is_manual": manual,
        "results": results,
        "timestamp": ctx.world.timestamp(),
    }
    history = [entry, *node.data["history"]][:_MOST_HISTORY]
    ctx.world.commit([ctx.world.changed(node, {"history": history})])
    return {"success": True}


def matches(world: World, rule: Node) -> list[Node]:
    """Give the living objects of the rule's kind that pass all its filters."""
    spec = rule.data["evaluation_spec"]
    kind = rule_specs.ENTITIES[rule_specs.entity(spec)]
    preset = next((str(row["value"]) for row in spec["filters"] if row["field"] == "time_preset"), "MAXIMUM")
    conditions = [row for row in spec["filters"] if row["field"] not in {"entity_type", "time_preset"}]
    living = (n for n in world.of(kind, account_id=rule.data["account_id"]) if not n.hidden)
    return [n for n in living if all(_holds(world, n, row, preset) for row in conditions)]


def _holds(world: World, node: Node, row: Mapping[str, Any], preset: str) -> bool:
    actual = _actual(world, node, str(row["field"]), preset)
    return actual is not None and Condition("", str(row["field"]), row["operator"], row["value"]).holds(
        actual
    )


def _actual(world: World, node: Node, name: str, preset: str) -> Any:
    """Give what a filter compares: a metric (money in minor units) or a field; None where there is none."""
    level, _, field = name.rpartition(".")
    cost = name.startswith("cost_per_") and name not in _MONEY
    if name not in _MONEY and name not in _PLAIN and name != "results" and not cost:
        return nodes.filter_value(world, node, "" if level == node.kind else level, field)
    row = _figures(world, node, preset)
    if name in _PLAIN:
        return row.get(name, "0")
    if name in _MONEY:
        value = row.get(_MONEY[name], "0" if name == "spent" else None)
        return None if value is None else _minor(world, node, value)
    wanted = "purchase" if name == "results" else name.removeprefix("cost_per_").removesuffix("_fb")
    rows = row.get("actions" if name == "results" else "cost_per_action_type", ())
    found = next((r["value"] for r in rows if r["action_type"] in {wanted, f"omni_{wanted}"}), None)
    if name == "results":
        return found or "0"
    return None if found is None else _minor(world, node, found)


def _minor(world: World, node: Node, amount: str) -> int:
    """Give an amount of a report in minimum units of the account's currency."""
    return round(Decimal(amount) * offset(world.owner(node).data["currency"]))


def _figures(world: World, node: Node, preset: str) -> dict[str, Any]:
    """Give the metrics of a node over the rule's period; `LAST_7_DAYS` and `LAST_7D` are the same."""
    names = (
        f"spend,actions,cost_per_action_type,cpc,cpm,cost_per_inline_link_click,{','.join(sorted(_PLAIN))}"
    )
    period = preset.lower().replace("_days", "d").replace("lifetime", "maximum")
    rows = insights_edge.run(
        world, insights_edge.question(world, node, {"date_preset": period, "fields": names})
    )
    return rows[0] if rows else {}


def _act(ctx: Context, rule: Node, node: Node) -> dict[str, Any]:
    kind = rule.data["execution_spec"]["execution_type"]
    change: dict[str, Any] = {}
    if kind in _SWITCH:
        change = {"status": _SWITCH[kind]}
    elif kind in rule_specs.BUDGETS:
        change = _budget(rule.data["execution_spec"], node)
    actions = [
        {"action": kind, "field": name, "old_value": node.data.get(name), "new_value": value}
        for name, value in change.items()
    ]
    result: dict[str, Any] = {
        "object_id": node.id,
        "object_type": rule_specs.entity(rule.data["evaluation_spec"]),
    }
    try:
        if change:
            updates.update(ctx, node, flat(change))
    except GraphError as error:
        return result | {"actions": [], "error": error.user_message or error.message}
    return result | {"actions": actions}


def _budget(spec: Mapping[str, Any], node: Node) -> dict[str, Any]:
    """Give the budget after the change: by percent or by minor units, up or down to the limit."""
    change = rule_specs.change_spec(spec)
    name = next((n for n in ("daily_budget", "lifetime_budget") if node.data.get(n)), None)
    if name is None:
        return {}
    amount, now = change["amount"], int(node.data[name])
    wanted = now + (now * amount // 100 if change.get("unit") == "PERCENTAGE" else amount)
    if change.get("limit"):
        wanted = min(wanted, change["limit"]) if amount > 0 else max(wanted, change["limit"])
    return {name: str(wanted)}


def history_of(*, whole_account: bool) -> Edge:
    """Make `GET /{rule}/history`, or `GET /act_X/adrules_history` over all rules, newest first."""

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        rules = ctx.world.of("rule", account_id=node.data["account_id"]) if whole_account else [node]
        rows = [
            ({"rule_id": rule.id} if whole_account else {}) | row
            for rule in rules
            for row in rule.data["history"]
        ]
        rows.sort(key=lambda row: row["timestamp"], reverse=True)
        if params.flag(args, "hide_no_changes"):
            rows = [row for row in rows if any(result["actions"] for result in row["results"])]
        if "object_id" in args:
            rows = [r for r in rows if any(x["object_id"] == args["object_id"] for x in r["results"])]
        return {"data": [{n: v for n, v in row.items() if v is not None} for row in rows]}

    return edge


def governing(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{object}/adrules_governed`: the enabled rules whose filters the object passes."""
    rules = ctx.world.of("rule", account_id=node.data["account_id"], status="ENABLED")
    found = [r for r in rules if any(n.id == node.id for n in matches(ctx.world, r))]
    return edge_reads.answer(ctx, f"{node.id}/adrules_governed", found, args)
