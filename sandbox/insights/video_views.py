"""How far the videos of ads were watched.

Of the impressions of an ad some play its video, of those some get to the second second, and so on: each count is an
even share of the one before, whatever part of the impressions is looked at. So no count is above an earlier one, and
the parts of any slicing add up to the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from operator import add, sub
from random import Random
from typing import TYPE_CHECKING

from sandbox.insights.ad_assets import video_of

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.state import World

CURVE_S = (*range(15), 15, 20, 25, 30, 40, 50, 60)
"""The seconds of the video curve."""
SECONDS = {
    "video_continuous_2_sec_watched_actions": 2,
    "video_view": 3,
    "video_6_sec_watched_actions": 6,
    "video_15_sec_watched_actions": 15,
    "video_thruplay_watched_actions": 15,
    "video_30_sec_watched_actions": 30,
}
"""Counts by the second that they take, or nearly the end of a shorter video."""
PERCENTS = {f"video_p{percent}_watched_actions": percent for percent in (25, 50, 75, 95, 100)}
PLAYS, WATCHED_S = "video_play_actions", "watched_s"
COUNTS = (PLAYS, *SECONDS, *PERCENTS, *(f"at {second}" for second in CURVE_S), WATCHED_S)
"""What is counted of videos, in the order of `Views`."""
_PLACES = {name: place for place, name in enumerate(COUNTS)}
_NEARLY = 0.97
_WHOLE = 1_000_000
_USUAL_S = 15

Views = tuple[int, ...]
"""The counts of an ad or of several, or nothing where no video played."""


def added(one: Views, other: Views) -> Views:
    """Add two parts."""
    return tuple(map(add, one, other)) if one and other else one or other


def number(views: Views, name: str) -> int:
    """Give one count."""
    return views[_PLACES[name]] if views else 0


@dataclass(frozen=True, eq=False)
class Watching:
    """How people watch the video of one ad: shares of a million impressions, falling, each with its place."""

    shares: tuple[tuple[int, int], ...]
    mean_ms: int

    def between(self, first: int, last: int) -> Views:
        """Count what the impressions after the first and up to the last made of it."""
        return tuple(map(sub, upto(self, last), upto(self, first)))


@lru_cache(maxsize=8192)
def upto(watching: Watching, impressions: int) -> Views:
    """Count what the first impressions of an ad made of its video; each day begins where another one ended."""
    counts, before, passed = [0] * len(COUNTS), _WHOLE, impressions
    for place, share in watching.shares:
        # As many of those that passed before as stand, evenly spread, in front of this one.
        passed = (2 * passed * share + before - 1) // (2 * before)
        counts[place], before = passed, share
    counts[-1] = counts[0] * watching.mean_ms // 1000
    return tuple(counts)


def watching(world: World, ad: Node) -> Watching | None:
    """Give how the video of an ad is watched; None for an ad without one."""
    video_id = video_of(world, ad)
    if video_id is None:
        return None
    video = world.nodes.get(video_id)
    length_s = video.data.get("length", _USUAL_S) if video else _USUAL_S
    return _drawn(f"{world.seed}/{ad.id}/{video_id}", length_s)


@lru_cache(maxsize=512)
def _drawn(key: str, length_s: int) -> Watching:
    random = Random(f"{key}/video")
    playing, patience_s = random.uniform(0.86, 0.96), random.uniform(3.0, 9.0)
    times: dict[str, float] = {PLAYS: 0.0}
    times |= {name: min(second, _NEARLY * length_s) for name, second in SECONDS.items()}
    times |= {name: length_s * percent / 100 for name, percent in PERCENTS.items()}
    times |= {f"at {second}": second for second in CURVE_S if second <= length_s}
    shares = [
        (_PLACES[name], round(_WHOLE * playing / (1 + time_s / patience_s)))
        for name, time_s in sorted(times.items(), key=lambda one: one[1])
    ]
    return Watching(tuple(shares), round(1000 * patience_s * math.log1p(length_s / patience_s)))
