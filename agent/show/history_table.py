"""The change sets of a workspace as a table, in a pipe as one line each: what `adsteward history` shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from agent.show.change_lines import world_name
from agent.show.wrapped_rows import Rows
from tools.domain.text import clock_of, counted, visible

HEADS = ("", "account", "when", "state", ">changes", "asked for")


def table(sets: Sequence[Mapping[str, Any]]) -> Rows:
    """One row per set, in the order they come in."""
    rows = [tuple(map(Text, _cells(one, str(one["changes"])))) for one in sets]
    return Rows("", HEADS, rows, names=HEADS.index("asked for"))


def line(one: Mapping[str, Any]) -> str:
    """A set in one line, however long its request is."""
    return "  ".join(_cells(one, counted(one["changes"], "change")))


def _cells(one: Mapping[str, Any], changes: str) -> tuple[str, ...]:
    return (
        one["id"],
        f"{world_name(one['world'])} {visible(one['account'])}",
        clock_of(one["state_at"], one["timezone"]),
        one["said"],
        changes,
        visible(one["request"]) + (f" (declined: {visible(one['why'])})" if one.get("why") else ""),
    )
