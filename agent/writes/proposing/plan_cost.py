"""Says before a plan is approved what it takes of Meta's allowance (docs/graph-api.md §4.2)."""

import math
from collections.abc import Sequence

from tools.domain.changes import Change
from tools.graph import Forecast
from tools.graph.allowance import READ_POINTS, WINDOW_S, WRITE_POINTS

PER_READ = 50
"""Changes that one read checks, or reads back."""
PER_PART = 2
"""Changes that go out together where points are few; before each part it is looked whether the world has moved."""


def plan_cost(changes: Sequence[Change], forecast: Forecast) -> str:
    """In a line: the points a plan needs, those that are free, and how long it takes when they are too few."""
    reads = 2 * math.ceil(len(changes) / PER_READ)
    points = WRITE_POINTS * len(changes) + READ_POINTS * reads
    if not forecast.tier:
        return (
            f"needs about {points:,} points of Meta's allowance; Meta has not said how many this account has"
        )
    said = f"needs about {points:,} points of Meta's allowance; you have about {forecast.points_left:,} of {forecast.points:,} ({forecast.tier} access)"
    missing = points - forecast.points_left
    if missing <= 0:
        return said
    missing += READ_POINTS * math.ceil(missing / WRITE_POINTS / PER_PART)
    minutes = math.ceil(missing / forecast.points * WINDOW_S / 60)
    return f"{said}, so it takes about {minutes} min: it is sent in parts"
