"""What came of changes, as a table: what `adsteward history --outcomes` shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agent.show.wrapped_rows import Rows
from tools.domain.text import clean, visible

STYLES = {"cheaper": "green", "dearer": "red"}


def table(rows: Sequence[Mapping[str, Any]], note: str) -> RenderableType:
    """One line per set and ad set, and what the figures are."""
    if not rows:
        return Text(f"{note[:1].upper()}{note[1:]}.")
    lines = []
    for row in rows:
        verdict = clean(row["verdict"])
        style = next((style for word, style in STYLES.items() if verdict.startswith(word)), "")
        cells = (row["on"], row["what"], row["before"], row["since"])
        lines.append((*(Text(visible(cell)) for cell in cells), Text(verdict, style=style)))
    grid = Rows("", ("on", "what", ">before", ">since", "verdict"), lines, names=1)
    return Group(grid, Text(f"  {clean(note)}", style="dim"))
