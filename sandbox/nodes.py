"""The fields of each kind of node and how their values come about (graph-api-facts §6, wire types)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import status
from sandbox.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world import Node, World

    Resolver = Callable[[World, Node], Any]

TYPE_NAMES = {
    "account": "AdAccount", "campaign": "Campaign", "adset": "AdSet", "ad": "Ad", "creative": "AdCreative",
    "image": "AdImage", "page": "Page", "instagram": "InstagramUser", "pixel": "AdsPixel", "user": "User",
}  # fmt: skip

LINKS = {"campaign": "campaign", "adset": "adset", "creative": "creative"}
"""Fields that stand for one other node, and its kind."""


def _stored(names: str) -> dict[str, Resolver]:
    def resolver(name: str) -> Resolver:
        return lambda _, node: node.data.get(name)

    return {name: resolver(name) for name in names.split()}


def _today_spend(world: World, node: Node) -> int:
    days = (world.delivery.days(ad.id, world.day_index) for ad in ads_below(world, node))
    return sum(figures[world.day_index].spend for figures in days if world.day_index in figures)


def _budget_remaining(world: World, node: Node) -> str | None:
    budget = node.data.get("daily_budget") or node.data.get("lifetime_budget")
    return str(max(0, int(budget) - _today_spend(world, node))) if budget else None


def _learning(world: World, node: Node) -> dict[str, Any] | None:
    """Add the count of conversions since the last significant edit (graph-api-facts §7.5)."""
    stage = node.data.get("learning_stage_info")
    if not stage or stage["status"] != "LEARNING":
        return stage or None
    days = (world.delivery.days(ad.id, world.day_index) for ad in ads_below(world, node))
    return {**stage, "conversions": sum(day.purchases for figures in days for day in figures.values())}


def _amount_spent(world: World, node: Node) -> str:
    days = (world.delivery.days(ad.id, world.day_index) for ad in ads_below(world, node))
    return str(sum(day.spend for figures in days for day in figures.values()))


def _link_data(name: str) -> Resolver:
    def resolve(_: World, node: Node) -> Any:
        story = node.data.get("object_story_spec") or {}
        return (story.get("link_data") or {}).get(name)

    return resolve


def ads_below(world: World, node: Node) -> list[Node]:
    """Give every ad of an account, campaign, ad set, or the ad itself, whatever its status."""
    if node.kind == "ad":
        return [node]
    return world.of("ad") if node.kind == "account" else world.of("ad", **{f"{node.kind}_id": node.id})


_COMMON: dict[str, Resolver] = {"id": lambda _, node: node.id, **_stored("name account_id")}
_STATUSES: dict[str, Resolver] = {
    **_stored("status created_time updated_time adlabels start_time"),
    "configured_status": lambda _, node: node.data["status"],
    "effective_status": status.effective,
}
_BUDGETS: dict[str, Resolver] = {
    **_stored("daily_budget lifetime_budget bid_strategy promoted_object pacing_type"),
    "budget_remaining": _budget_remaining,
}

FIELDS: dict[str, dict[str, Resolver]] = {
    "account": _COMMON
    | _stored(
        "account_status disable_reason currency timezone_name timezone_id min_daily_budget spend_cap balance "
        "created_time is_prepay_account owner user_tasks business funding_source capabilities"
    )
    | {
        "amount_spent": _amount_spent,
        "timezone_offset_hours_utc": lambda world, _: int(world.now.strftime("%z")) / 100,
    },
    "campaign": _COMMON
    | _STATUSES
    | _BUDGETS
    | _stored(
        "objective buying_type special_ad_categories special_ad_category_country spend_cap stop_time "
        "is_adset_budget_sharing_enabled issues_info"
    ),
    "adset": _COMMON
    | _STATUSES
    | _BUDGETS
    | _stored(
        "campaign_id optimization_goal billing_event bid_amount bid_constraints targeting attribution_spec "
        "end_time destination_type is_dynamic_creative dsa_beneficiary dsa_payor daily_min_spend_target "
        "daily_spend_cap lifetime_min_spend_target lifetime_spend_cap issues_info"
    )
    | {"learning_stage_info": _learning},
    "ad": _COMMON
    | _STATUSES
    | _stored("campaign_id adset_id tracking_specs conversion_domain ad_review_feedback issues_info"),
    "creative": _COMMON
    | _stored("status object_story_spec asset_feed_spec degrees_of_freedom_spec adlabels url_tags")
    | {
        "title": _link_data("name"),
        "body": _link_data("message"),
        "image_hash": _link_data("image_hash"),
        "link_url": _link_data("link"),
        "call_to_action_type": lambda world, node: (_link_data("call_to_action")(world, node) or {}).get(
            "type"
        ),
        "instagram_user_id": lambda _, node: (node.data.get("object_story_spec") or {}).get(
            "instagram_user_id"
        ),
        "thumbnail_url": lambda _, node: f"https://images.northwind.example/thumbnail/{node.id}.jpg",
    },
    "image": _COMMON | _stored("hash url permalink_url width height status created_time updated_time"),
    "page": {"id": _COMMON["id"], **_stored("name category")},
    "instagram": {"id": _COMMON["id"], **_stored("username")},
    "pixel": _COMMON | _stored("creation_time last_fired_time is_unavailable owner_business"),
    "user": {"id": _COMMON["id"], **_stored("name")},
}

DEFAULTS = {
    "user": ("id", "name"),
    "page": ("id", "name"),
    "account": ("id", "account_id"),
    "image": ("id", "hash"),
}
"""What a node shows when no fields are asked; all others show their id only."""


def value(world: World, node: Node, name: str) -> Any:
    """Give a field's value; None means the field is left out of the answer."""
    try:
        resolve = FIELDS[node.kind][name]
    except KeyError:
        raise nonexisting(node, name) from None
    return resolve(world, node)


def nonexisting(node: Node, name: str) -> Exception:
    """Refuse a field in Meta's words."""
    return invalid(f"Tried accessing nonexisting field ({name}) on node type ({TYPE_NAMES[node.kind]})")


def filter_value(world: World, node: Node, level: str, name: str) -> Any:
    """Give what a condition compares: a field of the node or of the named level above it."""
    target = world.level(node, level) if level else node
    if target is None or name not in FIELDS[target.kind]:
        raise invalid(
            f"Filtering field {level}.{name} is invalid" if level else f"Filtering field {name} is invalid"
        )
    actual = value(world, target, name)
    return [label["name"] for label in actual or []] if name == "adlabels" else actual
