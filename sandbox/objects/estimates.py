"""Estimates and advice: audiences, budgets, volumes and recommendations (docs/graph-api.md §8.3, §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.objects import targeting_checks
from sandbox.request import enums, params
from sandbox.request.refusals import invalid, required
from sandbox.world import status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

MOST_ADS_PER_PAGE = 250
_RUNNING = {"ACTIVE", "PENDING_REVIEW", "IN_PROCESS", "PREAPPROVED", "WITH_ISSUES"}
_ESTIMATE = (
    "estimate_ready",
    "estimate_mau_lower_bound",
    "estimate_mau_upper_bound",
    "targeting_optimization_types",
)


def _rows(rows: list[dict[str, Any]], args: Args, known: tuple[str, ...]) -> dict[str, Any]:
    asked = params.names(args, "fields")
    for name in asked:
        if name not in known:
            raise invalid(f"Tried accessing nonexisting field ({name})")
    return {"data": [{n: v for n, v in row.items() if not asked or n in asked} for row in rows]}


def delivery(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/delivery_estimate`, or that of an ad set, with the fields of v26.0."""
    if node.kind == "adset":
        spec = node.data["targeting"]
    else:
        params.choice(args, "optimization_goal", enums.GOALS)
        spec = _asked(ctx, args)
    people = targeting_checks.audience(spec)
    row = {
        "estimate_ready": True,
        "estimate_mau_lower_bound": round(people * 0.85),
        "estimate_mau_upper_bound": people,
        "targeting_optimization_types": [],
    }
    return _rows([row], args, _ESTIMATE)


def reach(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/reachestimate`: one object under `data`."""
    del node
    people = targeting_checks.audience(_asked(ctx, args))
    bounds = {"users_lower_bound": round(people * 0.85), "users_upper_bound": people}
    return {"data": {**bounds, "estimate_ready": True}}


def _asked(ctx: Context, args: Args) -> dict[str, Any]:
    if "targeting_spec" not in args:
        raise required("targeting_spec")
    spec = params.mapping(args, "targeting_spec")
    return targeting_checks.checked(spec, ctx.version, ctx.world.today, "targeting_spec")


def minimum_budgets(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/minimum_budgets` in minor units."""
    del ctx
    least = int(node.data["min_daily_budget"])
    row = {
        "currency": node.data["currency"],
        "min_daily_budget_imp": least,
        "min_daily_budget_high_freq": least * 5,
        "min_daily_budget_low_freq": least * 40,
        "min_daily_budget_video_views": least,
    }
    return _rows([row], args, tuple(row))


def _running(world: World, account: Node) -> list[Node]:
    ads = world.of("ad", account_id=account.data["account_id"])
    return [ad for ad in ads if status.effective(world, ad) in _RUNNING]


def volume(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/ads_volume`: how many ads run or wait for review, against the page's limit."""
    del args
    count = len(_running(ctx.world, node))
    page = ctx.world.of("page")[0]
    row = {
        "ads_running_or_in_review_count": count,
        "current_account_ads_running_or_in_review_count": count,
        "limit_on_ads_running_or_in_review": MOST_ADS_PER_PAGE,
        "actor_id": page.id,
        "actor_name": page.data["name"],
    }
    return {"data": [row]}


def recommendations(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/recommendations`: one row that holds the list."""
    del args
    wanted = [ad.id for ad in _running(ctx.world, node) if ctx.world.truth.get(ad.id) == "fatigued"]
    dismissed = node.data.get("applied_recommendations") or []
    rows = [
        {
            "recommendation_signature": f"creative_fatigue_{ad_id}",
            "type": "CREATIVE_FATIGUE",
            "object_ids": [ad_id],
            "recommendation_content": {"body": "Add new creatives: people have seen this one often."},
        }
        for ad_id in sorted(wanted)
        if f"creative_fatigue_{ad_id}" not in dismissed
    ]
    return {"data": [{"recommendations": rows}]}


def apply_recommendation(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/recommendations`: the advice is taken and not given again."""
    signature = params.text(args, "recommendation_signature")
    given = recommendations(ctx, node, {})["data"][0]["recommendations"]
    if signature not in {row["recommendation_signature"] for row in given}:
        raise invalid(f"Recommendation {signature} does not exist", blame="recommendation_signature")
    applied = [*(node.data.get("applied_recommendations") or []), signature]
    ctx.world.commit([ctx.world.changed(node, {"applied_recommendations": applied})])
    return {"success": True}
