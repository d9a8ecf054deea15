"""Ad labels: nodes of an account that campaigns, ad sets, ads and creatives carry (docs/graph-api.md §8.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import edge_reads
from sandbox.objects import activities, schema
from sandbox.request import params
from sandbox.request.refusals import invalid, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

KINDS = {"campaign": "campaigns", "adset": "adsets", "ad": "ads", "creative": "adcreatives"}
"""What can carry labels, and the edge that lists it."""
FIELD = "adlabels"


def resolve(
    world: World, account_id: str, rows: list[dict[str, str]], *, offset: int = 0
) -> tuple[list[dict[str, str]], list[Node]]:
    """Give the stored form of labels given by id or name, and the labels that must be made for it."""
    stored: dict[str, dict[str, str]] = {}
    made: list[Node] = []
    for row in rows:
        if "id" in row:
            label = world.get(row["id"], "label")
            if label is None or label.data["account_id"] != account_id:
                raise invalid(f"Ad label {row['id']} does not exist in this ad account", blame=FIELD)
        else:
            known = [*world.of("label", account_id=account_id, name=row["name"]), *made]
            label = next((n for n in known if n.data["name"] == row["name"]), None)
            label = label if label and label.data["status"] == "ACTIVE" else None
        if label is None:
            label = _draft(world, account_id, row["name"], offset=offset + len(made))
            made.append(label)
        stored[label.id] = {"id": label.id, "name": label.data["name"]}
    return list(stored.values()), made


def _draft(world: World, account_id: str, name: str, *, offset: int = 0) -> Node:
    now = world.timestamp()
    data = {
        "account_id": account_id,
        "name": name,
        "status": "ACTIVE",
        "created_time": now,
        "updated_time": now,
    }
    return world.draft("label", data, offset=offset)


def create(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/adlabels`; the name that is there already gives its label."""
    rows, made = resolve(ctx.world, node.data["account_id"], [{"name": params.text(args, "name")}])
    if not params.validate_only(args):
        ctx.world.commit(made)
    return {"id": rows[0]["id"], "name": rows[0]["name"]}


def add(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{object}/adlabels`: the labels join those that are there."""
    rows, made = resolve(ctx.world, node.data["account_id"], _rows(args))
    have = {row["id"] for row in node.data.get(FIELD, ())}
    new = [*node.data.get(FIELD, ()), *(row for row in rows if row["id"] not in have)]
    return _change(ctx, node, new, made, args)


def remove(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{object}/adlabels`; without `adlabels` all go."""
    gone = _rows(args) if FIELD in args else node.data.get(FIELD, ())
    drop = {(name, row[name]) for row in gone for name in ("id", "name") if name in row}
    kept = [r for r in node.data.get(FIELD, ()) if not drop & {("id", r["id"]), ("name", r["name"])}]
    return _change(ctx, node, kept, [], args)


def _rows(args: Args) -> list[dict[str, str]]:
    rows = schema.labels(args, FIELD)
    if not rows:
        raise required(FIELD)
    return rows


def _change(
    ctx: Context, node: Node, rows: list[dict[str, str]], made: list[Node], args: Args
) -> dict[str, Any]:
    after = ctx.world.changed(node, {FIELD: rows})
    if not params.validate_only(args):
        ctx.world.commit([*made, after], activities.updates(ctx.world, node, after))
    return {"success": True}


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{label}`: a new name, also on everything that carries the label."""
    name = params.text(args, "name")
    return _everywhere(ctx, node, {"name": name}, [{"id": node.id, "name": name}])


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{label}`: nothing carries it any more."""
    del args
    return _everywhere(ctx, node, {"status": "DELETED"}, [])


def _everywhere(
    ctx: Context, node: Node, change: dict[str, Any], instead: list[dict[str, str]]
) -> dict[str, Any]:
    changed = [ctx.world.changed(node, change)]
    for holder in _holders(ctx.world, set(KINDS), {node.id}):
        rows = [new for row in holder.data[FIELD] for new in (instead if row["id"] == node.id else [row])]
        changed.append(ctx.world.changed(holder, {FIELD: rows}))
    ctx.world.commit(changed)
    return {"success": True}


def _holders(world: World, kinds: set[str], ids: set[str], *, every: bool = False) -> list[Node]:
    found = []
    for node in world.nodes.values():
        have = {row["id"] for row in node.data.get(FIELD) or ()} & ids if node.kind in kinds else set()
        if have and (have == ids or not every):
            found.append(node)
    return sorted(found, key=lambda node: -node.serial)


def labelled(kind: str) -> Edge:
    """Make `act_X/adsbylabels` and its like: `ad_label_ids`, with `operator` ANY (default) or ALL."""
    path = f"{KINDS[kind]}bylabels"

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        ids = set(params.names(args, "ad_label_ids"))
        if not ids:
            raise required("ad_label_ids")
        every = params.choice(args, "operator", ("ALL", "ANY"), default="ANY") == "ALL"
        found = [
            holder
            for holder in _holders(ctx.world, {kind}, ids, every=every)
            if holder.data["account_id"] == node.data["account_id"]
        ]
        return edge_reads.answer(ctx, f"{node.id}/{path}", edge_reads.visible(ctx, found, kind, args), args)

    return edge


def carriers(kind: str) -> Edge:
    """Make the edge from a label to the objects of a kind that carry it."""

    def edge(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        found = edge_reads.visible(ctx, _holders(ctx.world, {kind}, {node.id}), kind, args)
        return edge_reads.answer(ctx, f"{node.id}/{KINDS[kind]}", found, args)

    return edge
