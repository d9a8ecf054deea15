"""The fields of each kind of node and how their values come about (docs/graph-api.md §6, wire types)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.objects import custom_audience, learning, posts, report_runs, schema, videos
from sandbox.objects.field_names import KNOWN
from sandbox.objects.tokens import PAGE_TOKEN
from sandbox.request.refusals import invalid
from sandbox.world import ad_review, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.world.delivered import Table
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Resolver = Callable[[World, Node], Any]

TYPE_NAMES = {
    "account": "AdAccount", "campaign": "Campaign", "adset": "AdSet", "ad": "Ad", "creative": "AdCreative",
    "image": "AdImage", "page": "Page", "instagram": "InstagramUser", "pixel": "AdsPixel", "user": "User",
    "video": "Video", "label": "AdLabel", "rule": "AdRule", "post": "PagePost", "media": "InstagramMedia",
    "conversion": "CustomConversion", "report": "AdReportRun", "business": "Business",
    "jobset": "AdAsyncRequestSet", "job": "AdAsyncRequest", "audience": "CustomAudience", "app": "Application",
}  # fmt: skip

_TIMES = frozenset(
    "created_time updated_time start_time stop_time end_time ad_schedule_start_time ad_schedule_end_time".split()
)
"""Fields that are written in the time of the node's account."""
LINKS = {"campaign": "campaign", "adset": "adset", "creative": "creative"}
"""Fields that stand for one other node, and its kind."""


def _stored(names: str) -> dict[str, Resolver]:
    def resolver(name: str) -> Resolver:
        return lambda _, node: node.data.get(name)

    return {name: resolver(name) for name in names.split()}


def _tables(world: World, node: Node) -> Iterator[Table]:
    return (world.delivery.table(ad, world.clock()) for ad in ads_below(world, node))


def spent(world: World, node: Node) -> int:
    """Give what an object has ever spent, in minor units."""
    return sum(table.spend for table in _tables(world, node))


def _budget_remaining(world: World, node: Node) -> str | None:
    daily, lifetime = node.data.get("daily_budget"), node.data.get("lifetime_budget")
    if not daily:
        return str(max(0, int(lifetime) - spent(world, node))) if lifetime else None
    today = world.calendar(node).number(world.clock())
    gone = sum(table.between(today, today).spend for table in _tables(world, node))
    return str(max(0, int(daily) - gone))


def _amount_spent(world: World, node: Node) -> str:
    """Give what was spent since the last reset (`spend_cap_action`)."""
    return str(max(0, spent(world, node) - int(node.data.get("spent_before") or 0)))


def _story_part(*names: str) -> Resolver:
    """Read a part of the story, whichever kind it is."""

    def resolve(_: World, node: Node) -> Any:
        story = node.data.get("object_story_spec") or {}
        parts = [
            story[kind]
            for kind in ("link_data", "video_data", "photo_data")
            if isinstance(story.get(kind), dict)
        ]
        return next((part[name] for part in parts for name in names if name in part), None)

    return resolve


def _object_type(_: World, node: Node) -> str:
    story = node.data.get("object_story_spec") or {}
    return "VIDEO" if story.get("video_data") else "SHARE" if story.get("link_data") else "STATUS"


def ads_below(world: World, node: Node) -> list[Node]:
    """Give every ad of an account, campaign, ad set, or the ad itself, whatever its status."""
    if node.kind == "ad":
        return [node]
    return (
        world.of("ad", account_id=node.data["account_id"])
        if node.kind == "account"
        else world.of("ad", **{f"{node.kind}_id": node.id})
    )


_COMMON: dict[str, Resolver] = {"id": lambda _, node: node.id, **_stored("name account_id")}
_STATUSES: dict[str, Resolver] = {
    **_stored("created_time updated_time start_time issues_info"),
    "configured_status": lambda _, node: node.data["status"],
    "effective_status": status.effective,
}


def _jobs(*statuses: str) -> Resolver:
    """Count the calls of a set, or those that ended so; all have been carried out when its id is given."""

    def count(world: World, node: Node) -> int:
        jobs = world.of("job", set_id=node.id)
        return sum(not statuses or job.data["status"] in statuses for job in jobs)

    return count


def _business(world: World, _: Node) -> dict[str, Any]:
    business = world.of("business")[0]
    return {"id": business.id, "name": business.data["name"]}


def _written(kind: str) -> dict[str, Resolver]:
    """Whatever can be written can be read."""
    return _COMMON | _stored(" ".join(schema.READERS[kind]))


_TERMS = {"custom_audience_tos": 1, "web_custom_audience_tos": 1}
FIELDS: dict[str, dict[str, Resolver]] = {
    "account": _COMMON
    | _stored(
        "account_status disable_reason currency timezone_name timezone_id min_daily_budget spend_cap balance "
        "created_time is_prepay_account owner user_tasks funding_source capabilities "
        "default_dsa_beneficiary default_dsa_payor"
    )
    | {
        "amount_spent": _amount_spent,
        "timezone_offset_hours_utc": lambda world, node: world.calendar(node).offset_hours(world.clock()),
        "business": _business,
        "tos_accepted": lambda _, node: {} if node.data.get("terms_open") else _TERMS,
    },
    "campaign": _written("campaign")
    | _STATUSES
    | _stored("source_campaign_id")
    | {"budget_remaining": _budget_remaining},
    "adset": _written("adset")
    | _STATUSES
    | _stored("source_adset_id")
    | {"budget_remaining": _budget_remaining, "learning_stage_info": learning.stage},
    "ad": _written("ad")
    | _STATUSES
    | _stored("campaign_id source_ad_id")
    | {
        "ad_review_feedback": ad_review.feedback,
        "preview_shareable_link": lambda _, node: f"https://fb.example/preview/{node.id}",
    },
    "creative": _written("creative")
    | {
        "title": _story_part("name", "title"),
        "body": _story_part("message"),
        "image_hash": _story_part("image_hash"),
        "video_id": _story_part("video_id"),
        "link_url": _story_part("link"),
        "call_to_action": _story_part("call_to_action"),
        "call_to_action_type": lambda world, node: (_story_part("call_to_action")(world, node) or {}).get(
            "type"
        ),
        "object_type": _object_type,
        "effective_object_story_id": lambda _, node: posts.story_id(node),
        "effective_instagram_media_id": lambda _, node: node.data.get("source_instagram_media_id"),
        "instagram_user_id": lambda _, node: (
            node.data.get("instagram_user_id")
            or (node.data.get("object_story_spec") or {}).get("instagram_user_id")
        ),
        "thumbnail_url": lambda _, node: f"https://images.northwind.example/thumbnail/{node.id}.jpg",
    },
    "image": _COMMON | _stored("hash url permalink_url width height status created_time updated_time"),
    "video": _COMMON
    | _stored("title description length created_time updated_time")
    | {
        "status": videos.encoding,
        "picture": lambda _, node: f"https://images.northwind.example/thumbnail/{node.id}-0.jpg",
        "source": lambda _, node: f"https://videos.northwind.example/{node.id}.mp4",
    },
    "label": _COMMON | _stored("created_time updated_time"),
    "rule": _COMMON
    | _stored("status evaluation_spec execution_spec schedule_spec created_by created_time updated_time"),
    "conversion": _COMMON
    | _stored("custom_event_type pixel rule creation_time is_archived event_source_id description"),
    "page": {
        "id": _COMMON["id"],
        **_stored("name category"),
        "access_token": lambda _, __: PAGE_TOKEN,
        "tasks": lambda _, __: ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE"],
    },
    "post": {
        "id": _COMMON["id"],
        **_stored("message link created_time updated_time is_published permalink_url"),
        "promotable_id": lambda _, node: node.id,
        "from": lambda world, node: {
            "id": node.data["page_id"],
            "name": world.nodes[node.data["page_id"]].data["name"],
        },
    },
    "media": {"id": _COMMON["id"], **_stored("caption media_type permalink timestamp")},
    "instagram": {"id": _COMMON["id"], **_stored("username")},
    "pixel": _COMMON | _stored("creation_time last_fired_time is_unavailable owner_business"),
    "business": {"id": _COMMON["id"], **_stored("name")},
    "user": {"id": _COMMON["id"], **_stored("name role system_user_id")},
    "app": {"id": _COMMON["id"], **_stored("name link created_time")},
    "audience": _COMMON
    | _stored(
        "description subtype customer_file_source is_value_based lookalike_spec opt_out_link pixel_id "
        "retention_days rule time_content_updated time_created time_updated"
    )
    | custom_audience.FIELDS,
    "report": report_runs.FIELDS,
    "jobset": _COMMON
    | _stored("owner_id created_time updated_time")
    | {
        "total_count": _jobs(),
        "success_count": _jobs("SUCCESS"),
        "error_count": _jobs("ERROR"),
        **{f"{name}_count": lambda _, __: 0 for name in ("initial", "in_progress", "canceled")},
        "is_completed": lambda _, __: True,
    },
    "job": {
        "id": _COMMON["id"],
        **_stored("status type scope_object_id input result created_time updated_time"),
        "async_request_set": lambda _, node: {"id": node.data["set_id"]},
    },
}

DEFAULTS = {
    "user": ("id", "name"),
    "page": ("id", "name"),
    "app": ("id", "name"),
    "account": ("id", "account_id"),
    "image": ("id", "hash"),
    "report": tuple(report_runs.FIELDS),
}
"""What a node shows when no fields are asked; all others show their id only."""


def value(world: World, node: Node, name: str) -> Any:
    """Give a field's value; None means the field is left out of the answer."""
    resolve = FIELDS[node.kind].get(name)
    if resolve is None:
        if name not in KNOWN.get(node.kind, ()):
            raise nonexisting(node, name)
        return None
    found = resolve(world, node)
    return world.calendar(node).local(found) if name in _TIMES and found else found


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
