"""Splits a day's figures among breakdown cells so that every slicing adds up exactly."""

from __future__ import annotations

import math
from random import Random

from sandbox.delivery import Figures
from sandbox.errors import GraphError, not_one_of

Cell = tuple[str, ...]

_AGES = {"18-24": 9, "25-34": 24, "35-44": 27, "45-54": 20, "55-64": 13, "65+": 7}
_GENDERS = {"female": 52, "male": 46, "unknown": 2}

DIMENSIONS: dict[tuple[str, ...], dict[Cell, int]] = {
    ("age", "gender"): {(a, g): x * y for a, x in _AGES.items() for g, y in _GENDERS.items()},
    ("publisher_platform", "platform_position"): {
        ("facebook", "feed"): 34,
        ("facebook", "facebook_stories"): 4,
        ("facebook", "facebook_reels"): 9,
        ("facebook", "marketplace"): 5,
        ("instagram", "feed"): 20,
        ("instagram", "instagram_stories"): 13,
        ("instagram", "instagram_reels"): 11,
        ("audience_network", "an_classic"): 3,
        ("messenger", "messenger_stories"): 1,
    },
    ("country",): {("US",): 87, ("CA",): 13},
    ("device_platform",): {("mobile_app",): 82, ("mobile_web",): 5, ("desktop",): 13},
}
"""The cells of each group of breakdowns with their share of impressions."""

# What each figure is split by: a cell with no click has no link click, and none is larger than its source.
_FOLLOWS = {
    "clicks": "impressions",
    "link_clicks": "clicks",
    "landing_page_views": "link_clicks",
    "add_to_carts": "link_clicks",
    "purchases": "link_clicks",
    "revenue": "purchases",
    "spend": "impressions",
    "exposure": "impressions",
}


def group_of(breakdowns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the group that holds all asked breakdowns (graph-api-facts §7.2, §7.6)."""
    known = [name for group in DIMENSIONS for name in group]
    for name in breakdowns:
        if name not in known:
            raise not_one_of("breakdowns", known)
    for group in DIMENSIONS:
        if set(breakdowns) <= set(group):
            return group
    raise GraphError(
        code=2,
        subcode=1504041,
        message=f"(#2) Current combination of data breakdown columns ({', '.join(breakdowns)}) is invalid",
    )


def split(figures: Figures, group: tuple[str, ...], key: str) -> dict[Cell, Figures]:
    """Share a day among the cells of a group; `key` names the ad and day.

    Counts are shared by systematic rounding from a random offset: exact like the largest remainder,
    but a single purchase does not always fall to the largest cell.
    """
    weights, random = DIMENSIONS[group], Random(key)
    parts = {"impressions": _share(figures.impressions, list(weights.values()), random.random())}
    for name, source in _FOLLOWS.items():
        by = parts[source] if any(parts[source]) else parts["impressions"]
        parts[name] = _share(getattr(figures, name), by, random.random())
    return {
        cell: Figures(**{name: counts[i] for name, counts in parts.items()})
        for i, cell in enumerate(weights)
        if parts["impressions"][i]
    }


def _share(total: int, weights: list[int], offset: float) -> list[int]:
    """Cut `total` in proportion to the weights; the parts are whole and add up to it."""
    whole, passed, before, parts = sum(weights), 0, 0, []
    for weight in weights:
        passed += weight
        upto = total if passed == whole else min(total, math.floor(total * passed / whole + offset))
        parts.append(upto - before)
        before = upto
    return parts
