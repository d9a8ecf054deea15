"""The account's audit log (docs/graph-api.md §9)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.request import params
from sandbox.request.paging import cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

_OBJECT_TYPES = {
    "campaign": "CAMPAIGN",
    "adset": "AD_SET",
    "ad": "AD",
    "creative": "CREATIVE",
    "image": "IMAGE",
    "account": "ACCOUNT",
}
_CATEGORIES = {
    "budget": "BUDGET",
    "spend": "BUDGET",
    "run_status": "STATUS",
    "bid": "BID",
    "target": "TARGETING",
    "duration": "DATE",
    "schedule": "DATE",
}
"""The category of the event types that hold a word; each event is also of its object's category."""
CATEGORIES = (
    "ACCOUNT",
    "AD",
    "AD_SET",
    "AUDIENCE",
    "BID",
    "BUDGET",
    "CAMPAIGN",
    "DATE",
    "STATUS",
    "TARGETING",
)

EDITED = "edit_and_update_ad_creative"
"""What happens to a creative; Meta has no other name for its creation."""
UPDATES = {
    ("campaign", "status"): "update_campaign_run_status",
    ("adset", "status"): "update_ad_set_run_status",
    ("ad", "status"): "update_ad_run_status",
    ("campaign", "name"): "update_campaign_name",
    ("adset", "name"): "update_ad_set_name",
    ("ad", "name"): "update_ad_friendly_name",
    ("campaign", "budget"): "update_campaign_budget",
    ("adset", "budget"): "update_ad_set_budget",
    ("adset", "targeting"): "update_ad_set_target_spec",
    ("ad", "creative_id"): "update_ad_creative",
    ("ad", "adlabels"): "update_ad_labels",
    ("campaign", "spend_cap"): "update_campaign_group_spend_cap",
    ("campaign", "start_time"): "update_campaign_schedule",
    ("campaign", "stop_time"): "update_campaign_schedule",
    ("adset", "bid_strategy"): "update_ad_set_bid_strategy",
    ("adset", "bid_amount"): "update_ad_set_bidding",
    ("adset", "optimization_goal"): "update_ad_set_optimization_goal",
    ("adset", "start_time"): "update_ad_set_duration",
    ("adset", "end_time"): "update_ad_set_duration",
    ("creative", "name"): EDITED,
    ("creative", "status"): EDITED,
}
"""The event type of a change by kind and field, from Meta's list (SDK 26); it names no other changes."""
UNNAMED = "unknown"


def entry(world: World, node: Node, event_type: str, extra: dict[str, Any]) -> dict[str, Any]:
    """Make one log entry."""
    user = world.of("user")[0]
    return {
        "event_type": event_type,
        "event_time": world.timestamp(),
        "translated_event_type": event_type.replace("_", " ").capitalize(),
        "actor_id": user.id,
        "actor_name": user.data["name"],
        "application_name": "adsteward sandbox",
        "object_id": node.id,
        "object_name": node.data.get("name", ""),
        "object_type": _OBJECT_TYPES[node.kind],
        "extra_data": json.dumps(extra),
        "account": world.owner(node).id,
    }


def updates(world: World, before: Node, after: Node) -> list[dict[str, Any]]:
    """Log every field that a write changed, each as its own entry with old and new value."""
    entries = []
    for name in after.data.keys() | before.data.keys():
        old, new = before.data.get(name), after.data.get(name)
        if old == new or name == "updated_time":
            continue
        what = "budget" if name.endswith("_budget") else name
        event_type = UPDATES.get((after.kind, what), UNNAMED)
        entries.append(entry(world, after, event_type, {"field": name, "old_value": old, "new_value": new}))
    return sorted(entries, key=lambda row: str(row["event_type"]))


def read(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /act_X/activities`, newest first; time, objects and category narrow it."""
    since, until = (_moment(args, name) for name in ("since", "until"))
    category = params.choice(args, "category", ("", *CATEGORIES), default="")
    about = {args["oid"], *params.names(args, "extra_oids")} if "oid" in args else set()
    if params.flag(args, "add_children"):
        found = ctx.world.nodes.values()
        about |= {n.id for n in found if about & {n.data.get("adset_id"), n.data.get("campaign_id")}}
    chosen = [
        (-position, row)
        for position, row in enumerate(ctx.world.activities)
        if row.get("account", node.id) == node.id
        and ("oid" not in args or row["object_id"] in about)
        and (not category or category in _categories(row))
        and (since is None or _seconds(row) >= since)
        and (until is None or _seconds(row) <= until)
    ]
    address = f"{ctx.base}/{node.id}/activities"
    page = cut(chosen[::-1], args, most=500, address=address, token=ctx.token)
    asked = params.names(args, "fields") or [
        "event_type",
        "event_time",
        "object_id",
        "object_name",
        "extra_data",
    ]
    rows = [{name: row[name] for name in asked if name in row and name != "account"} for row in page.items]
    return {"data": rows, "paging": page.paging} if rows else {"data": []}


def of_adset(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /{ad set}/activities`."""
    return read(ctx, ctx.world.owner(node), {**args, "oid": node.id})


def _categories(row: dict[str, Any]) -> set[str]:
    found = {category for word, category in _CATEGORIES.items() if word in row["event_type"]}
    return found | {row["object_type"]}


def _seconds(row: dict[str, Any]) -> float:
    return datetime.strptime(row["event_time"], "%Y-%m-%dT%H:%M:%S%z").timestamp()


def _moment(args: Mapping[str, str], name: str) -> float | None:
    """Read a moment given in unix seconds or as an ISO date."""
    return params.seconds(args[name], name) if name in args else None
