"""When automated rules run: on their schedule, as the clock is moved over it (docs/graph-api.md §9)."""

from __future__ import annotations

import contextlib
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.edges import routes, rules
from sandbox.objects.context import Context
from sandbox.request.clock import DAY_S
from sandbox.request.refusals import GraphError
from sandbox.request.versions import CURRENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sandbox.world.node import Node
    from sandbox.world.state import World

SLOT_S = 1800
"""Rules look at most every half hour."""
_LOOK_BACK_S = 8 * DAY_S
"""No schedule pauses for longer than a week."""


def run(world: World, since: float) -> None:
    """Run each enabled rule that was due since a moment, once, with the figures of now."""
    until = world.clock()
    ctx = Context(world, "", "", CURRENT, routes.READS)
    for rule in reversed(world.of("rule", status="ENABLED")):
        active = world.owner(rule).data["account_status"] == 1
        if active and _due(rule, world.calendar(rule).zone, since, until):
            # What a rule compares may not be comparable; that is the rule's affair, the clock goes on.
            with contextlib.suppress(GraphError):
                rules.run(ctx, world.nodes[rule.id], manual=False)


def _due(rule: Node, zone: ZoneInfo, since: float, until: float) -> bool:
    """Tell whether one of the rule's times lies after `since` and not after `until`."""
    if rule.data["evaluation_spec"]["evaluation_type"] != "SCHEDULE":
        return False
    first = math.floor(max(since, until - _LOOK_BACK_S) / SLOT_S) + 1
    slots = range(first, math.floor(until / SLOT_S) + 1)
    spec = rule.data["schedule_spec"]
    return any(_holds(spec, datetime.fromtimestamp(slot * SLOT_S, zone)) for slot in slots)


def _holds(spec: Mapping[str, Any], at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    if spec["schedule_type"] != "CUSTOM":
        return minute % {"SEMI_HOURLY": 30, "HOURLY": 60, "DAILY": 1440}[spec["schedule_type"]] == 0
    return any(
        row["start_minute"] <= minute <= row["end_minute"]
        and at.isoweekday() % 7 in row.get("days", range(7))
        for row in spec["schedule"]
    )
