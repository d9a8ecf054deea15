"""Creation of campaigns, ad sets, creatives and ads (graph-api-facts §8.1, §8.2, §8.4, §8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import activities, creatives, params, schema
from sandbox.demo import ACCOUNT_NUMBER
from sandbox.errors import GraphError, explained, invalid, required
from sandbox.wire import flat
from sandbox.writes import answer_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.paging import Context
    from sandbox.world import Node, World

    Args = Mapping[str, str]


def _new(world: World, kind: str, data: dict[str, Any], *, offset: int = 0) -> Node:
    now = world.timestamp()
    common = {"account_id": ACCOUNT_NUMBER, "status": "ACTIVE", "created_time": now, "updated_time": now}
    data = common | {name: value for name, value in data.items() if value is not None}
    if data["status"] not in {"ACTIVE", "PAUSED"}:
        raise invalid("Param status must be one of {ACTIVE, PAUSED}", blame="status")
    return world.draft(kind, data, offset=offset)


def campaign(world: World, args: Args) -> list[Node]:
    """Make a campaign; without a budget the sharing flag must be said (4834011)."""
    schema.check_required(("name", "objective", "special_ad_categories"), args)
    data = schema.given("campaign", args)
    schema.check_budgets(data)
    sharing = data.get("is_adset_budget_sharing_enabled")
    if schema.has_budget(data) and sharing:
        text = "Ad set budget sharing cannot be used together with a campaign budget."
        raise explained(4834002, "Budget sharing conflict", text, blame="is_adset_budget_sharing_enabled")
    if not schema.has_budget(data) and sharing is None:
        text = "You must specify True or False in is_adset_budget_sharing_enabled if you are not using campaign budget."
        raise explained(4834011, "Must specify budget sharing", text, blame="is_adset_budget_sharing_enabled")
    if sharing and "bid_strategy" not in data:
        text = "Ad set budget sharing needs a bid strategy on the campaign."
        raise explained(4834005, "Bid strategy missing", text, blame="bid_strategy")
    return [_new(world, "campaign", {"buying_type": "AUCTION"} | data)]


def adset(world: World, args: Args) -> list[Node]:
    """Make an ad set under a campaign that is alive."""
    schema.check_required(("name", "campaign_id", "billing_event", "optimization_goal", "targeting"), args)
    data = schema.given("adset", args)
    parent = world.get(data["campaign_id"], "campaign")
    if parent is None or parent.data["status"] == "ARCHIVED":
        raise invalid(f"Campaign {data['campaign_id']} does not exist or is archived", blame="campaign_id")
    _check_money(data, campaign_budget=schema.has_budget(parent.data))
    goal = data["optimization_goal"]
    if goal in {"OFFSITE_CONVERSIONS", "VALUE"}:
        _check_promoted(world, data.get("promoted_object"))
    if data["billing_event"] not in {"IMPRESSIONS", goal}:
        raise invalid(f"billing_event {data['billing_event']} does not fit {goal}", blame="billing_event")
    return [_new(world, "adset", {"learning_stage_info": {"status": "LEARNING"}} | data)]


def _check_money(data: dict[str, Any], *, campaign_budget: bool) -> None:
    if campaign_budget and schema.has_budget(data):
        raise schema.budget_on_both()
    if not campaign_budget and not schema.has_budget(data):
        text = "An ad set needs a daily or lifetime budget when its campaign has none."
        raise explained(1487061, "Budget missing", text, blame="daily_budget")
    schema.check_budgets(data)
    strategy = data.get("bid_strategy")
    if strategy in {"COST_CAP", "LOWEST_COST_WITH_BID_CAP"} and not data.get("bid_amount"):
        raise required("bid_amount")
    if strategy == "LOWEST_COST_WITH_MIN_ROAS" and not data.get("bid_constraints"):
        raise required("bid_constraints")


def _check_promoted(world: World, promoted: dict[str, Any] | None) -> None:
    if not promoted:
        raise required("promoted_object")
    if world.get(promoted.get("pixel_id"), "pixel") is None:
        raise invalid(f"Pixel {promoted.get('pixel_id')} does not exist", blame="promoted_object")
    if not promoted.get("custom_event_type"):
        raise required("promoted_object[custom_event_type]")


def creative(world: World, args: Args) -> list[Node]:
    """Make a creative."""
    return [world.draft("creative", creatives.checked(world, args))]


def ad(world: World, args: Args) -> list[Node]:
    """Make an ad; its creative is named by id or written out in place."""
    schema.check_required(("name", "adset_id", "creative"), args)
    data = schema.given("ad", args)
    parent = world.get(data["adset_id"], "adset")
    if parent is None or parent.data["status"] == "ARCHIVED":
        raise invalid(f"Ad set {data['adset_id']} does not exist or is archived", blame="adset_id")
    spec, made = data.pop("creative"), []
    if "creative_id" in spec:
        used = creatives.existing(world, spec["creative_id"])
    else:
        made = creative(world, flat(spec))
        used = made[0]
    data |= {"creative_id": used.id, "campaign_id": parent.data["campaign_id"]}
    return [*made, _new(world, "ad", data, offset=len(made))]


CREATES: dict[str, tuple[Callable[[World, Args], list[Node]], str]] = {
    "campaigns": (campaign, "create_campaign_group"),
    "adsets": (adset, "create_ad_set"),
    "adcreatives": (creative, "create_ad_creative"),
    "ads": (ad, "create_ad"),
}
"""What makes the nodes of each edge, and the event it is logged as."""


def create(ctx: Context, edge: str, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/{edge}`; the last node made is the one that was asked for."""
    if ctx.world.account.data["account_status"] != 1:
        raise GraphError(code=200, http_status=403, message="(#200) The ad account is not active")
    make, event = CREATES[edge]
    drafts = make(ctx.world, args)
    if params.validate_only(args):
        return {"success": True}
    node = drafts[-1]
    extra: dict[str, Any] = {
        name: node.data[name] for name in ("status", "adset_id", "campaign_id") if name in node.data
    }
    ctx.world.commit(drafts, [activities.entry(ctx.world, node, event, extra)])
    return {"id": node.id, **answer_fields(ctx, node, args)}
