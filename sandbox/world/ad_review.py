"""What Meta decides in its own time: the review of ads, and the learning phase of ad sets (§7.5, §8.7)."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sandbox.request.clock import DAY_S

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.node_history import Data
    from sandbox.world.state import World

REVIEW_S = 900
"""How long a review takes on the clock."""
FORBIDDEN = {
    "miracle cure": ("Misleading Claims", "Ads must not promise cures."),
    "guaranteed results": ("Misleading Claims", "Ads must not guarantee results."),
    "get rich quick": ("Unacceptable Business Practices", "Ads must not promise fast money."),
    "lose weight fast": ("Personal Health", "Ads must not promise fast weight loss."),
    "are you overweight": ("Personal Attributes", "Ads must not assert or imply personal attributes."),
}
"""Phrases an ad is disapproved for, with the reason it is given."""
LEARNING_CONVERSIONS = 50
LEARNING_S = 7 * DAY_S
LARGE_STEP = 0.2
"""A budget change beyond this share restarts the learning phase."""
_REVIEWED = ("targeting", "optimization_goal", "billing_event")
_BUDGETS = ("daily_budget", "lifetime_budget")


def began(world: World, ad: Node) -> list[float]:
    """Give the moments at which the ad went into review: made, given other content, or aimed elsewhere."""
    history = world.history
    moments = history.changes(ad, "creative_id")
    adset = world.level(ad, "adset")
    if adset is not None:
        moments += history.changes(adset, *_REVIEWED)
    return sorted(moments)


def state(world: World, ad: Node, moment: float) -> str | None:
    """Give PENDING_REVIEW or DISAPPROVED, or None for an ad that may run."""
    past = [at for at in began(world, ad) if at <= moment]
    if not past:
        found = ad.data.get("review")
        return None if found is None else str(found)
    if moment < past[-1] + REVIEW_S:
        return "PENDING_REVIEW"
    return "DISAPPROVED" if _objections(world, world.history.at(ad, moment)) else None


def feedback(world: World, ad: Node) -> dict[str, Any] | None:
    """Give `ad_review_feedback`: what a disapproved ad was disapproved for."""
    if state(world, ad, world.clock()) != "DISAPPROVED":
        return None
    objections = _objections(world, ad.data) if began(world, ad) else {}
    return {"global": objections} if objections else ad.data.get("ad_review_feedback")


def _objections(world: World, ad: Data | None) -> dict[str, str]:
    creative = world.nodes.get(str((ad or {}).get("creative_id")))
    if creative is None:
        return {}
    shown = [creative.data.get(name) for name in ("object_story_spec", "asset_feed_spec")]
    text = json.dumps(shown, ensure_ascii=False).casefold()
    return dict(reason for phrase, reason in FORBIDDEN.items() if phrase in text)


def learning(world: World, adset: Node) -> dict[str, Any] | None:
    """Give `learning_stage_info`: LEARNING until 50 results, and FAIL when a week brings fewer."""
    stage: dict[str, Any] | None = adset.data.get("learning_stage_info")
    edits = [*_edits(world, adset), (stage or {}).get("last_sig_edit_ts")]
    since = max((edit for edit in edits if edit is not None), default=None)
    if since is None:
        return stage
    moment = world.clock()
    count = _results(world, adset, since, min(moment, since + LEARNING_S))
    status = (
        "SUCCESS" if count >= LEARNING_CONVERSIONS else "FAIL" if moment > since + LEARNING_S else "LEARNING"
    )
    return {**(stage or {}), "status": status, "last_sig_edit_ts": round(since), "conversions": count}


def _edits(world: World, adset: Node) -> list[float]:
    """Give the moments of the significant edits (§7.5)."""
    history = world.history
    edits = history.changes(adset, *_REVIEWED)
    for ad in world.of("ad", adset_id=adset.id) if len(history) else ():
        edits += history.changes(ad, "creative_id")[_made_since(world, ad) :]
    states = history.states(adset)
    for (_, before), (at, after) in pairwise(states):
        if before and after and any(_far(before.get(name), after.get(name)) for name in _BUDGETS):
            edits.append(at)
    return edits


def _made_since(world: World, ad: Node) -> int:
    """Tell whether the first change of an ad is its making, which restarts nothing."""
    return int(world.history.states(ad)[0][1] is None)


def _far(before: Any, after: Any) -> bool:
    return bool(before and after) and abs(int(after) - int(before)) > LARGE_STEP * int(before)


def _results(world: World, adset: Node, since: float, until: float) -> int:
    calendar = world.calendar(adset)
    first, last = calendar.number(since), calendar.number(until)
    sells = adset.data.get("optimization_goal") in {"OFFSITE_CONVERSIONS", "VALUE"}
    return sum(
        figures.purchases if sells else figures.link_clicks
        for ad in world.of("ad", adset_id=adset.id)
        for day, figures in world.delivery.days(ad.id, last).items()
        if day >= first
    )
