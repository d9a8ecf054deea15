"""What can be told of a custom audience: its size, its state, and the uploads to it (docs/graph-api.md §9.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.objects.audiences import PEOPLE

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.state import World

LEAST_SEED, LEAST_SHOWN = 100, 1000
"""The least people of a lookalike's source, and the least number that is shown of any audience."""


def found(listed: int) -> int:
    """Give how many of the people of a list Meta finds again."""
    return listed * 3 // 5


def people(node: Node) -> int:
    """Give how many people are in an audience, before Meta looks which of them it knows."""
    if node.data["subtype"] == "LOOKALIKE":
        spec = json.loads(node.data["lookalike_spec"])
        countries = spec.get("countries") or [spec["country"]]
        share = round((spec["ratio"] - spec.get("starting_ratio", 0)) * 100)
        return int(sum(PEOPLE[country][1] for country in countries) * share // 100)
    return int(node.data.get("people", 0)) + len(node.data.get("members", ()))


def _bound(share: int) -> Any:
    def bound(_: World, node: Node) -> int:
        count = people(node)
        if count == 0:
            return -1
        known = found(count) if node.data["subtype"] == "CUSTOM" else count
        return max(LEAST_SHOWN, round(known * share // 100, -2))

    return bound


def _delivery(_: World, node: Node) -> dict[str, Any]:
    if people(node) < LEAST_SEED:
        return {"code": 300, "description": "Audience Too Small"}
    return {"code": 200, "description": "This audience is ready for use."}


def _seeded(world: World, node: Node) -> list[str] | None:
    made = world.of("audience", origin_audience_id=node.id)
    return [one.id for one in made if "gone_at" not in one.data] or None


def _sources(_: World, node: Node) -> dict[str, str]:
    kind = {"CUSTOM": "FILE_IMPORTED", "LOOKALIKE": "DERIVED"}.get(node.data["subtype"], "EVENT_BASED")
    return {"type": kind, "sub_type": "MULTI_HASHES" if kind == "FILE_IMPORTED" else "ANYTHING"}


FIELDS: dict[str, Any] = {
    "approximate_count_lower_bound": _bound(90),
    "approximate_count_upper_bound": _bound(105),
    "delivery_status": _delivery,
    "operation_status": lambda _, __: {"code": 200, "description": "Normal"},
    "permission_for_actions": lambda _, __: {
        "can_edit": "true",
        "can_see_insight": "true",
        "can_share": "true",
    },
    "lookalike_audience_ids": _seeded,
    "data_source": _sources,
}
"""The fields that are not simply kept."""
