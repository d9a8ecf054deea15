"""Updates and deletions of campaigns, ad sets, ads and creatives (graph-api-facts §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import activities, creatives, edges, fields, params, schema, status
from sandbox.errors import GraphError, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.paging import Context
    from sandbox.world import Node, World

BUDGET_CHANGES = 4
HOUR = 3600


def update(ctx: Context, node_id: str, args: Mapping[str, str], method: str = "post") -> dict[str, Any]:
    """Answer `POST /{id}`: check everything, then change, log and answer with the asked fields."""
    world = ctx.world
    node = world.nodes.get(node_id)
    if node is None or node.kind not in schema.READERS:
        raise not_found(node_id, method)
    change = schema.given(node.kind, args)
    _check_change(world, node, change)
    if "creative" in change:
        change["creative_id"] = creatives.existing(world, change.pop("creative").get("creative_id")).id
    after = world.changed(node, change)
    _check_budget(world, node, change, after)
    if params.validate_only(args):
        return {"success": True}
    _count_budget_change(world, node, change)
    world.commit([after], activities.updates(world, node, after))
    return {"success": True, **answer_fields(ctx, after, args)}


def delete(ctx: Context, node_id: str, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `DELETE /{id}`, which is an update to DELETED."""
    return update(ctx, node_id, {**args, "status": "DELETED"}, "delete")


def answer_fields(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Give the fields a write asked to read back (§6, read after write)."""
    asked = fields.parse(args.get("fields", ""))
    return edges.show(ctx, node, asked) if asked else {}


def _check_change(world: World, node: Node, change: dict[str, Any]) -> None:
    fixed = sorted(change.keys() & schema.FIXED[node.kind])
    if fixed:
        raise invalid(f"{fixed[0]} cannot be changed after creation", blame=fixed[0])
    status.check_editable(world, node, set(change))
    if "status" in change:
        status.check_transition(node, change["status"])


def _check_budget(world: World, node: Node, change: dict[str, Any], after: Node) -> None:
    """Refuse a budget where there must be none, or of the other kind than before (§3.3)."""
    if not schema.has_budget(change):
        return
    schema.check_budgets(after.data)
    if node.kind == "adset":
        campaign = world.level(node, "campaign")
        if campaign and schema.has_budget(campaign.data):
            raise schema.budget_on_both()
    elif any(schema.has_budget(adset.data) for adset in world.of("adset", campaign_id=node.id)):
        raise schema.budget_on_both()


def _count_budget_change(world: World, node: Node, change: dict[str, Any]) -> None:
    """Allow four budget changes per ad set and hour (§4.4, 613/1487632)."""
    if node.kind != "adset" or not schema.has_budget(change):
        return
    now = world.clock()
    recent = [moment for moment in world.budget_changes.get(node.id, []) if now - moment < HOUR]
    if len(recent) >= BUDGET_CHANGES:
        raise GraphError(
            code=613,
            subcode=1487632,
            message="(#613) Calls to this api have exceeded the rate limit.",
            title="Budget changed too often",
            user_message="You can change the budget of an ad set at most 4 times per hour. Try again in an hour.",
        )
    world.budget_changes[node.id] = [*recent, now]
