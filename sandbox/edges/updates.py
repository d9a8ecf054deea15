"""Updates and deletions of campaigns, ad sets, ads and creatives (docs/graph-api.md §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import budget_checks, creatives, edge_reads, labels, write_checks
from sandbox.objects import activities, schema
from sandbox.request import fields, params
from sandbox.request.refusals import invalid
from sandbox.world import status
from sandbox.world.node import has_budget
from sandbox.world.owners import NO_SPEND_CAP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{id}`: check everything, then change, log and answer with the asked fields."""
    change = schema.given(node.kind, args)
    changed = set(change)
    _check_change(ctx, node, change)
    account = account_of(ctx, node)
    made: list[Node] = []
    if labels.FIELD in change:
        rows, made = labels.resolve(ctx.world, node.data["account_id"], change[labels.FIELD])
        change[labels.FIELD] = rows
    if "creative" in change:
        wanted = change.pop("creative").get("creative_id")
        change["creative_id"] = creatives.existing(ctx.world, node.data["account_id"], wanted).id
    if change.get("spend_cap") == NO_SPEND_CAP:
        change["spend_cap"] = None
    after = _checked(ctx, account, node, ctx.world.changed(node, change), changed)
    if params.validate_only(args):
        return {"success": True}
    budget_checks.count_change(ctx.world, node, changed)
    ctx.world.commit([*made, after], activities.updates(ctx.world, node, after))
    return {"success": True, **answer_fields(ctx, after, args)}


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{id}`, which is an update to DELETED."""
    return update(ctx, node, {**args, "status": "DELETED"})


def account_of(ctx: Context, node: Node) -> Node:
    """Give the ad account that a node belongs to."""
    return ctx.world.nodes[f"act_{node.data['account_id']}"]


def answer_fields(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Give the fields a write asked to read back (§6, read after write)."""
    asked = fields.parse(args.get("fields", ""))
    return edge_reads.show(ctx, node, asked) if asked else {}


def _check_change(ctx: Context, node: Node, change: dict[str, Any]) -> None:
    fixed = sorted(change.keys() & schema.FIXED[node.kind])
    if fixed:
        raise invalid(f"{fixed[0]} cannot be changed after creation", blame=fixed[0])
    status.check_editable(ctx.world, node, set(change))
    if "status" in change:
        status.check_transition(node, change["status"])


def _checked(ctx: Context, account: Node, before: Node, after: Node, changed: set[str]) -> Node:
    """Hold the object as it will be against the rules, as far as they look at what changes."""
    if not changed - {"name", "status", labels.FIELD}:
        return after
    if after.kind == "campaign":
        write_checks.campaign(ctx, account, before.data, after.data, changed)
        if changed & {"daily_budget", "lifetime_budget"} and _children_have_budgets(ctx, after):
            raise budget_checks.on_both()
    elif after.kind == "adset":
        above = ctx.world.nodes[after.data["campaign_id"]]
        after.data = write_checks.adset(ctx, account, above, after.data, changed)
    elif after.kind == "ad":
        above = ctx.world.nodes[after.data["adset_id"]]
        used = ctx.world.nodes[after.data["creative_id"]]
        write_checks.ad(ctx, above, used, after.data if "tracking_specs" in changed else {}, after.id)
    return after


def _children_have_budgets(ctx: Context, campaign: Node) -> bool:
    """Tell whether ad sets below a campaign keep budgets of their own."""
    return any(
        has_budget(adset.data)
        for adset in ctx.world.of("adset", campaign_id=campaign.id)
        if adset.data["status"] != "DELETED"
    )
