"""Updates of an ad account itself: its name, its spend cap, who benefits and who pays (docs/graph-api.md §4.4)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sandbox.edges.updates import answer_fields
from sandbox.objects import activities, nodes, schema
from sandbox.request import params
from sandbox.request.clock import DAY_S
from sandbox.request.refusals import GraphError, invalid
from sandbox.world.owners import NO_SPEND_CAP, offset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

CAP_CHANGES = 10
"""How often a day the spend cap may be changed."""
_CAP = ("spend_cap", "spent_before")
_TEXTS = {"name": schema.LONGEST_NAME, "default_dsa_beneficiary": 512, "default_dsa_payor": 512}
_EVENTS = {"spend_cap": "ad_account_update_spend_limit", "spent_before": "ad_account_reset_spend_limit"}


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X`; the cap comes in whole currency (the SDK's float) and is kept in minor units."""
    change: dict[str, Any] = {
        name: schema.short(longest)(args, name) for name, longest in _TEXTS.items() if name in args
    }
    change |= _cap(node, args) | _action(ctx.world, node, args)
    after = ctx.world.changed(node, change)
    if any(after.data.get(name) != node.data.get(name) for name in _CAP):
        _count(ctx.world, node)
    if params.validate_only(args):
        return {"success": True}
    if after.data != node.data:
        ctx.world.commit([after], _log(ctx.world, node, after))
    return {"success": True, **answer_fields(ctx, after, args)}


def _cap(node: Node, args: Args) -> dict[str, Any]:
    if "spend_cap" not in args:
        return {}
    currency = node.data["currency"]
    try:
        minor = Decimal(args["spend_cap"]) * offset(currency)
        whole = int(minor)
    except (InvalidOperation, ValueError, OverflowError):
        raise invalid("Param spend_cap must be a number", blame="spend_cap") from None
    if whole < 0 or whole != minor or whole > int(NO_SPEND_CAP):
        raise invalid(f"Param spend_cap must be an amount of {currency}", blame="spend_cap")
    return {"spend_cap": str(whole)}


def _action(world: World, node: Node, args: Args) -> dict[str, Any]:
    if "spend_cap_action" not in args:
        return {}
    if params.choice(args, "spend_cap_action", ("reset", "delete")) == "delete":
        return {"spend_cap": "0"}
    return {"spent_before": str(nodes.spent(world, node))}


def _count(world: World, node: Node) -> None:
    recent = [at for at in world.history.changes(node, *_CAP) if world.clock() - at < DAY_S]
    if len(recent) >= CAP_CHANGES:
        raise GraphError(
            code=613,
            message="(#613) Calls to this api have exceeded the rate limit.",
            title="Spend cap changed too often",
            user_message=f"The spend cap of an ad account can be changed {CAP_CHANGES} times a day.",
        )


def _log(world: World, before: Node, after: Node) -> list[dict[str, Any]]:
    return [
        activities.entry(
            world, after, event, {"field": name, "old_value": before.data.get(name), "new_value": new}
        )
        for name, event in _EVENTS.items()
        if (new := after.data.get(name)) != before.data.get(name)
    ]
