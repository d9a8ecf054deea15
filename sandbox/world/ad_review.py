"""The review of ads: what Meta decides in its own time (docs/graph-api.md §8.7)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world.accounts import Accounts
    from sandbox.world.node import Node
    from sandbox.world.node_history import Data

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
AIM = ("targeting", "optimization_goal", "billing_event")
"""The fields of an ad set that decide whom its ads go to, and what for."""


def began(accounts: Accounts, ad: Node) -> list[float]:
    """Give the moments at which the ad went into review: made, given other content, or aimed elsewhere."""
    history = accounts.history
    if not len(history):
        return []
    moments = history.changes(ad, "creative_id")
    adset = accounts.level(ad, "adset")
    if adset is not None:
        moments += history.changes(adset, *AIM)
    return sorted(moments)


def state(accounts: Accounts, ad: Node, moment: float) -> str | None:
    """Give PENDING_REVIEW or DISAPPROVED, or None for an ad that may run."""
    past = [at for at in began(accounts, ad) if at <= moment]
    if not past:
        found = ad.data.get("review")
        return None if found is None else str(found)
    if moment < past[-1] + REVIEW_S:
        return "PENDING_REVIEW"
    return "DISAPPROVED" if _objections(accounts, accounts.history.at(ad, moment)) else None


def feedback(accounts: Accounts, ad: Node) -> dict[str, Any] | None:
    """Give `ad_review_feedback`: what a disapproved ad was disapproved for."""
    if state(accounts, ad, accounts.clock()) != "DISAPPROVED":
        return None
    objections = _objections(accounts, ad.data) if began(accounts, ad) else {}
    return {"global": objections} if objections else ad.data.get("ad_review_feedback")


def _objections(accounts: Accounts, ad: Data | None) -> dict[str, str]:
    creative = accounts.nodes.get(str((ad or {}).get("creative_id")))
    if creative is None:
        return {}
    shown = [creative.data.get(name) for name in ("object_story_spec", "asset_feed_spec")]
    text = json.dumps(shown, ensure_ascii=False).casefold()
    return dict(reason for phrase, reason in FORBIDDEN.items() if phrase in text)
