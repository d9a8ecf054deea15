"""Reading: nodes with their asked fields, and the edges that lead from one to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import access, activities, fields, filters, insights, nodes, params, previews, status
from sandbox.errors import not_found, unknown_edge
from sandbox.fields import Field
from sandbox.metrics import METRICS
from sandbox.paging import Context, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.world import Node

    Args = Mapping[str, str]
    Edge = Callable[[Context, Node, Args], dict[str, Any]]

MOST_NODES = 500


def show(ctx: Context, node: Node, asked: tuple[Field, ...]) -> dict[str, Any]:
    """Give a node with the asked fields, in the order asked; empty fields are left out (§6)."""
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
    if (node.kind, field.name) in EDGES:
        args = {**field.args, "fields": _unparsed(field.below)} if field.below else dict(field.args)
        answer = EDGES[node.kind, field.name](ctx, node, args)
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


def listing(kind: str, *, through: str = "") -> Edge:
    """Make the edge that lists the nodes of a kind which name the start in `{through}_id`."""

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        having = {f"{through}_id": node.id} if through else {}
        found = _visible(ctx, ctx.world.of(kind, **having), kind, args)
        return _answer(ctx, f"{node.id}/{kind}s", found, args)

    return edge


def _visible(ctx: Context, found: list[Node], kind: str, args: Args) -> list[Node]:
    """Filter a list; archived nodes show when asked for, deleted ones never (§6, visibility)."""
    conditions = filters.parse(args)
    wanted = set(params.names(args, "effective_status"))
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
    rows = insights.run(ctx.world, insights.question(ctx.world, target, about))
    return condition.holds(rows[0].get(condition.field, 0) if rows else 0)


def _answer(ctx: Context, path: str, found: list[Node], args: Args) -> dict[str, Any]:
    """Give one page of nodes, and the count of all when `summary` asks for it."""
    asked = fields.parse(args.get("fields", ""))
    page = cut(ctx, path, [(-node.serial, node) for node in found], args, most=MOST_NODES)
    answer: dict[str, Any] = {"data": [show(ctx, node, asked) for node in page.items]}
    if page.items:
        answer["paging"] = page.paging
    if args.get("summary", "false").lower() not in {"", "0", "false"}:
        answer["summary"] = {"total_count": len(found)}
    return answer


def _images(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """List images, all or those with the asked hashes (§8.5)."""
    found = _visible(ctx, ctx.world.of("image"), "image", args)
    if "hashes" in args:
        hashes = params.names(args, "hashes")
        found = [image for image in found if image.data["hash"] in hashes]
    return _answer(ctx, f"{node.id}/adimages", found, args)


def _creatives_of_ad(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    return _answer(ctx, f"{node.id}/adcreatives", [ctx.world.nodes[node.data["creative_id"]]], args)


def _one_kind(kind: str, name: str) -> Edge:
    """Make an edge to all nodes of a kind whose name on the wire is not the kind's."""

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        found = _visible(ctx, ctx.world.of(kind), kind, args)
        return _answer(ctx, f"{node.id}/{name}", found, args)

    return edge


EDGES: dict[tuple[str, str], Edge] = {
    ("user", "adaccounts"): _one_kind("account", "adaccounts"),
    ("user", "accounts"): _one_kind("page", "accounts"),
    ("user", "permissions"): access.permissions,
    ("account", "campaigns"): listing("campaign"),
    ("account", "adsets"): listing("adset"),
    ("account", "ads"): listing("ad"),
    ("account", "adcreatives"): _one_kind("creative", "adcreatives"),
    ("account", "adimages"): _images,
    ("account", "adspixels"): _one_kind("pixel", "adspixels"),
    ("account", "instagram_accounts"): _one_kind("instagram", "instagram_accounts"),
    ("account", "promote_pages"): _one_kind("page", "promote_pages"),
    ("account", "activities"): activities.read,
    ("account", "minimum_budgets"): previews.minimum_budgets,
    ("account", "generatepreviews"): previews.generate,
    ("campaign", "adsets"): listing("adset", through="campaign"),
    ("campaign", "ads"): listing("ad", through="campaign"),
    ("adset", "ads"): listing("ad", through="adset"),
    ("ad", "adcreatives"): _creatives_of_ad,
    ("ad", "previews"): previews.of_node,
    ("creative", "previews"): previews.of_node,
    ("creative", "ads"): listing("ad", through="creative"),
    **{(kind, "insights"): insights.read for kind in insights.LEVELS},
}
"""Every edge that can be read, by the kind it starts from."""


def read(ctx: Context, path: tuple[str, ...], args: Args) -> dict[str, Any]:
    """Answer a GET of a node or of one of its edges."""
    node = ctx.world.of("user")[0] if path[0] == "me" else ctx.world.nodes.get(path[0])
    if node is None:
        raise not_found(path[0])
    if len(path) == 1:
        return show(ctx, node, fields.parse(args.get("fields", "")))
    edge = EDGES.get((node.kind, "/".join(path[1:])))
    if edge is None:
        raise unknown_edge("/".join(path[1:]))
    return edge(ctx, node, args)
