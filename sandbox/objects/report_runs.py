"""How far the preparation of a report is (docs/graph-api.md §7.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.state import World

STAGES = (
    ("Job Not Started", 0),
    ("Job Started", 0),
    ("Job Running", 40),
    ("Job Running", 80),
    ("Job Completed", 100),
)
"""What each look at a report finds; every second of the clock counts as a look, too."""


def polled(world: World, node: Node) -> Node:
    """Count a look at a report or a video; give any other node as it is."""
    if "looks" not in node.data:
        return node
    seen = replace(node, data={**node.data, "looks": node.data["looks"] + 1})
    world.keep(seen)
    return seen


def stage(world: World, report: Node) -> tuple[str, int]:
    passed = max(report.data["looks"] - 1, int(world.clock() - report.data["at"]), 0)
    name, percent = STAGES[min(passed, len(STAGES) - 1)]
    return (report.data.get("end", name), 100) if percent == 100 else (name, percent)


def _percent(world: World, report: Node) -> int | str | None:
    name, percent = stage(world, report)
    if name != "Job Completed" or "percent" not in report.data:
        return percent
    return str(percent) if report.data["percent"] == "percent as text" else None


def _failure(name: str) -> Any:
    return lambda world, report: _FAILURE[name] if stage(world, report)[0] in _BAD else None


_BAD = frozenset({"Job Failed", "Job Skipped"})
_FAILURE = {
    "error_code": -2,
    "error_subcode": 2490547,
    "error_message": "(#-2) The report could not be generated",
    "error_user_title": "Report Failed",
    "error_user_msg": "The report could not be generated. Please try again later.",
}
FIELDS: dict[str, Any] = {
    "id": lambda _, report: report.id,
    "account_id": lambda _, report: report.data["account_id"],
    "time_completed": lambda world, report: (
        int(report.data["at"]) if stage(world, report)[1] == 100 else None
    ),
    "time_ref": lambda _, report: int(report.data["at"]),
    "async_status": lambda world, report: stage(world, report)[0],
    "async_percent_completion": _percent,
    "date_start": lambda _, report: report.data["date_start"],
    "date_stop": lambda _, report: report.data["date_stop"],
    "is_running": lambda world, report: stage(world, report)[1] < 100,
    "is_async_export": lambda _, __: 0,
    **{name: _failure(name) for name in _FAILURE},
}
"""The fields of a report; those about its failure are there only when it failed (v25.0)."""
