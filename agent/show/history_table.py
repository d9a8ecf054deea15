"""The change sets of a workspace as a table: what `adsteward history` shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from agent.show.change_lines import world_name
from agent.show.wrapped_rows import Rows
from tools.domain.text import clock, visible

HEADS = ("", "account", "when", "state", ">changes", "asked for")


def table(sets: Sequence[Mapping[str, Any]]) -> Rows:
    """One row per set, in the order they come in."""
    return Rows("", HEADS, [_row(one) for one in sets], names=HEADS.index("asked for"))


def _row(one: Mapping[str, Any]) -> tuple[Text, ...]:
    cells = (
        one["id"],
        f"{world_name(one['world'])} {visible(one['account'])}",
        clock(datetime.fromisoformat(one["when"])),
        one["state"],
        str(one["changes"]),
        visible(one["request"]),
    )
    return tuple(Text(cell) for cell in cells)
