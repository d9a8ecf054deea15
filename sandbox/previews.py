"""Small read-only edges: previews of ads, and minimum budgets (graph-api-facts §8.3, §9)."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from sandbox import creatives, params
from sandbox.errors import required
from sandbox.wire import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.paging import Context
    from sandbox.world import Node

FORMATS = (
    "DESKTOP_FEED_STANDARD",
    "MOBILE_FEED_STANDARD",
    "INSTAGRAM_STANDARD",
    "INSTAGRAM_STORY",
    "INSTAGRAM_REELS",
    "FACEBOOK_REELS_MOBILE",
    "FACEBOOK_STORY_MOBILE",
)


def of_node(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /{ad or creative}/previews`."""
    creative = ctx.world.nodes[node.data["creative_id"]] if node.kind == "ad" else node
    return _iframe(creative.id, str(creative.data.get("name", "")), args)


def generate(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /act_X/generatepreviews` for an existing creative or the spec of one to be."""
    spec = params.mapping(args, "creative")
    if spec is None:
        raise required("creative")
    if "creative_id" not in spec:
        creatives.checked(ctx.world, flat(spec))
        return _iframe(node.id, str(spec.get("name", "")), args)
    return of_node(ctx, creatives.existing(ctx.world, spec["creative_id"]), args)


def _iframe(about: str, name: str, args: Mapping[str, str]) -> dict[str, Any]:
    ad_format = params.choice(args, "ad_format", FORMATS)
    source = f"https://www.facebook.example/ads/preview?d={about}&t={ad_format}"
    body = (
        f'<iframe src="{html.escape(source)}" title="{html.escape(name)}" width="540" height="690"></iframe>'
    )
    return {"data": [{"body": body}]}


def minimum_budgets(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /act_X/minimum_budgets` in minor units."""
    del ctx, args
    least = node.data["min_daily_budget"]
    return {
        "data": [
            {
                "currency": node.data["currency"],
                "min_daily_budget_imp": least,
                "min_daily_budget_high_freq": least * 5,
                "min_daily_budget_low_freq": least * 40,
                "min_daily_budget_video_views": least,
            }
        ]
    }
