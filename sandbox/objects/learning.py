"""The learning phase of ad sets (docs/graph-api.md §7.5)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sandbox.request.clock import DAY_S
from sandbox.world.ad_review import AIM
from sandbox.world.node import BUDGETS

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.state import World

LEARNING_CONVERSIONS = 50
LEARNING_S = 7 * DAY_S
LARGE_STEP = 0.2
"""A budget change beyond this share restarts the learning phase."""


def stage(world: World, adset: Node) -> dict[str, Any] | None:
    """Give `learning_stage_info`: LEARNING until 50 results, and FAIL when a week brings fewer."""
    kept: dict[str, Any] | None = adset.data.get("learning_stage_info")
    edits = [*_edits(world, adset), (kept or {}).get("last_sig_edit_ts")]
    since = max((edit for edit in edits if edit is not None), default=None)
    if since is None:
        return kept
    moment = world.clock()
    count = _results(world, adset, since, min(moment, since + LEARNING_S))
    status = (
        "SUCCESS" if count >= LEARNING_CONVERSIONS else "FAIL" if moment > since + LEARNING_S else "LEARNING"
    )
    return {**(kept or {}), "status": status, "last_sig_edit_ts": round(since), "conversions": count}


def _edits(world: World, adset: Node) -> list[float]:
    """Give the moments of the significant edits (§7.5)."""
    history = world.history
    edits = history.changes(adset, *AIM)
    for ad in world.of("ad", adset_id=adset.id) if len(history) else ():
        made = history.states(ad)[0][1] is None  # its making is the first change, and restarts nothing
        edits += history.changes(ad, "creative_id")[int(made) :]
    states = history.states(adset)
    for (_, before), (at, after) in pairwise(states):
        if before and after and any(_far(before.get(name), after.get(name)) for name in BUDGETS):
            edits.append(at)
    return edits


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
