"""Moves a campaign's budget to its ad sets (docs/graph-api.md §8.1, `adset_budgets`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import budget_checks, write_checks
from sandbox.edges.updates import account_of, answer_fields, update
from sandbox.objects import activities, schema
from sandbox.request import params
from sandbox.request.incoming import flat
from sandbox.request.refusals import invalid
from sandbox.world.node import BUDGETS, has_budget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]

_NAME = "adset_budgets"
_SHARING = "is_adset_budget_sharing_enabled"


def campaign(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{campaign}`: an update, or the move of its budget."""
    if params.flag(args, "migrate_to_advantage_plus") and not node.data.get("smart_promotion_type"):
        text = "Only legacy shopping and app campaigns can be migrated to Advantage+"
        raise invalid(text, blame="migrate_to_advantage_plus")
    return _move(ctx, node, args) if _NAME in args else update(ctx, node, args)


def _move(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Take the budget and the bid strategy off the campaign, and give each ad set its own; all of it or nothing."""
    if not has_budget(node.data):
        raise invalid("Only a campaign with a budget can hand it to its ad sets", blame=_NAME)
    rest = args.keys() & schema.READERS["campaign"].keys() - {_SHARING}
    if rest:
        raise invalid(f"{min(rest)} cannot be changed together with {_NAME}", blame=min(rest))
    sharing = params.flag(args, _SHARING) or False
    strategy = node.data.get("bid_strategy")
    off = {"daily_budget": None, "lifetime_budget": None, _SHARING: sharing}
    after = ctx.world.changed(node, off if sharing else {**off, "bid_strategy": None})
    account = account_of(ctx, node)
    write_checks.campaign(ctx, account, node.data, after.data, {_SHARING})
    moved = [(node, after)]
    for adset, change in _rows(ctx, node, args):
        own = change if sharing or adset.data.get("bid_strategy") else {**change, "bid_strategy": strategy}
        made = ctx.world.changed(adset, own)
        made.data = write_checks.adset(ctx, account, after, made.data, set(own))
        moved.append((adset, made))
    if params.validate_only(args):
        return {"success": True}
    for before, _ in moved:
        budget_checks.count_change(ctx.world, before, set(BUDGETS))
    log = [entry for before, made in moved for entry in activities.updates(ctx.world, before, made)]
    ctx.world.commit([made for _, made in moved], log)
    return {"success": True, **answer_fields(ctx, after, args)}


def _rows(ctx: Context, node: Node, args: Args) -> list[tuple[Node, dict[str, Any]]]:
    """Read the budget of every living ad set below the campaign; none may be left out."""
    below = {n.id: n for n in ctx.world.of("adset", campaign_id=node.id) if not n.hidden}
    given: dict[str, dict[str, Any]] = {}
    for row in params.array(args, _NAME) or []:
        adset_id = str(row.get("adset_id")) if isinstance(row, dict) else ""
        if adset_id not in below:
            raise invalid(f"{_NAME} must name ad sets of the campaign", blame=_NAME)
        change = schema.given("adset", flat({name: row[name] for name in BUDGETS & row.keys()}))
        if not has_budget(change):
            raise invalid(f"{_NAME} must give each ad set a budget", blame=_NAME)
        given[adset_id] = change
    missing = sorted(below.keys() - given.keys())
    if missing:
        raise invalid(f"{_NAME} leaves out ad set {missing[0]}", blame=_NAME)
    return [(below[adset_id], change) for adset_id, change in given.items()]
