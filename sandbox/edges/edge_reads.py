"""Reading: nodes with their asked fields, and the edges that lead from one to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.insights import insights_edge
from sandbox.insights.metrics import METRICS
from sandbox.objects import access, nodes
from sandbox.request import fields, filters, params
from sandbox.request.enums import EFFECTIVE_STATUSES
from sandbox.request.fields import Field
from sandbox.request.paging import cut
from sandbox.request.refusals import not_one_of, too_much
from sandbox.world import status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node

    Args = Mapping[str, str]

MOST_NODES = 500
MOST_SHOWN = 20_000
"""How many nodes one answer may hold, those inside others included."""


def show(ctx: Context, node: Node, asked: tuple[Field, ...]) -> dict[str, Any]:
    """Give a node with the asked fields, in the order asked; empty fields are left out (§6)."""
    if next(ctx.shown) >= MOST_SHOWN:
        raise too_much()
    shown: dict[str, Any] = {}
    for field in asked or tuple(Field(name) for name in nodes.DEFAULTS.get(node.kind, ("id",))):
        value = _field_value(ctx, node, field)
        if value is not None:
            shown[field.args.get("as", field.name)] = value
    return shown | {"id": node.id}


def _field_value(ctx: Context, node: Node, field: Field) -> Any:
    if field.name in nodes.LINKS and f"{field.name}_id" in node.data:
        linked = ctx.world.nodes[node.data[f"{field.name}_id"]]
        return show(ctx, linked, field.below)
    if (node.kind, field.name) in ctx.reads:
        args = {**field.args, "fields": _unparsed(field.below)} if field.below else dict(field.args)
        answer = ctx.reads[node.kind, field.name](ctx, node, args)
        return answer if answer["data"] else None
    return _projected(nodes.value(ctx.world, node, field.name), field.below)


def _unparsed(asked: tuple[Field, ...]) -> str:
    """Write fields back into text, for the edge that will read them and for its paging links."""
    return ",".join(
        field.name
        + "".join(f".{name}({value})" for name, value in field.args.items())
        + (f"{{{_unparsed(field.below)}}}" if field.below else "")
        for field in asked
    )


def _projected(value: Any, below: tuple[Field, ...]) -> Any:
    """Keep the asked parts of a structured value such as `adlabels{name}`."""
    if not below:
        return value
    if isinstance(value, list):
        return [_projected(item, below) for item in value]
    if isinstance(value, dict):
        return {f.name: _projected(value[f.name], f.below) for f in below if f.name in value}
    return value


def listing(kind: str, path: str, *, through: str = "") -> Edge:
    """Make the edge that lists the nodes of a kind: of the account, or those that name the start in a field."""

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        found = ctx.world.of(kind, **{through: node.id}) if through else _owned(ctx, node, kind)
        return answer(ctx, f"{node.id}/{path}", visible(ctx, found, kind, args), args)

    return edge


def _owned(ctx: Context, node: Node, kind: str) -> list[Node]:
    """Give what belongs to an account or, as pages do, to nobody in particular."""
    owner = node.data.get("account_id")
    found = [n for n in ctx.world.of(kind) if owner is None or n.data.get("account_id", owner) == owner]
    return [n for n in found if access.reaches(ctx.token, n)]


def visible(ctx: Context, found: list[Node], kind: str, args: Args) -> list[Node]:
    """Filter a list; archived nodes show when asked for, deleted ones never (§6, visibility)."""
    conditions = filters.parse(args)
    wanted = set(params.names(args, "effective_status"))
    if wanted - set(EFFECTIVE_STATUSES):
        raise not_one_of("effective_status", EFFECTIVE_STATUSES)
    if "updated_since" in args:
        since = params.seconds(args["updated_since"], "updated_since")
        found = [n for n in found if params.seconds(n.data.get("updated_time", "0"), "updated_time") >= since]
    asked = wanted | filters.named_statuses(conditions, kind)
    if kind in {"campaign", "adset", "ad"}:
        states = {node.id: status.effective(ctx.world, node) for node in found}
        found = [
            n
            for n in found
            if states[n.id] != "DELETED" and (states[n.id] != "ARCHIVED" or "ARCHIVED" in asked)
        ]
        found = [n for n in found if not wanted or states[n.id] in wanted]
    else:
        found = [node for node in found if node.data.get("status") != "DELETED"]
    return [node for node in found if all(_holds(ctx, node, condition, args) for condition in conditions)]


def _holds(ctx: Context, node: Node, condition: filters.Condition, args: Args) -> bool:
    if condition.field not in METRICS:
        return condition.holds(nodes.filter_value(ctx.world, node, condition.level, condition.field))
    target = ctx.world.level(node, condition.level) if condition.level else node
    if target is None:
        return False
    about = {"date_preset": args.get("date_preset", "maximum"), "fields": condition.field}
    rows = insights_edge.run(ctx.world, insights_edge.question(ctx.world, target, about))
    return condition.holds(rows[0].get(condition.field, 0) if rows else 0)


def answer(ctx: Context, path: str, found: list[Node], args: Args) -> dict[str, Any]:
    """Give one page of nodes, and the count of all when `summary` asks for it."""
    asked = fields.parse(args.get("fields", ""))
    placed = [(-node.serial, node) for node in found]
    page = cut(placed, args, most=MOST_NODES, address=f"{ctx.base}/{path}", token=ctx.token)
    answer: dict[str, Any] = {"data": [show(ctx, node, asked) for node in page.items]}
    if page.items:
        answer["paging"] = page.paging
    if args.get("summary", "false").lower() not in {"", "0", "false"}:
        answer["summary"] = {"total_count": len(found)}
    return answer


def creatives_of(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{ad or ad set}/adcreatives`."""
    ids = {ad.data["creative_id"]: None for ad in nodes.ads_below(ctx.world, node)}
    return answer(ctx, f"{node.id}/adcreatives", [ctx.world.nodes[creative] for creative in ids], args)


def nothing(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer an edge that leads to kinds this account has none of."""
    return answer(ctx, node.id, [], args)
