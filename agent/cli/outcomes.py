"""`adsteward history --outcomes`: what came of changes, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agent.cli.opening import open_session
from agent.setup.settings import Options
from agent.show.screen import Screen
from agent.show.table_file import chosen, ended
from agent.show.wrapped_rows import Rows
from tools.domain.text import clean, visible

MOST_SETS = 50
STYLES = {"cheaper": "green", "dearer": "red"}


def outcomes(options: Options, limit: int) -> int:
    """The newest changes with the cost per result before and since. Raises Stop."""
    screen = None if options.json else Screen(verbose=options.verbose)
    output = chosen(options)
    session = open_session(options, "none", screen=screen)
    try:
        asked = {"limit": min(limit, MOST_SETS), "outcomes": True}
        report, result = session.tool("history", asked, request="history --outcomes")
        if options.json:
            return ended(report, output, session.tables.newest, as_json=True, result=result)
        if screen and isinstance(result, dict) and "outcomes" in result:
            screen.out.print(table(result["outcomes"], str(result["outcomes_note"])))
        return ended(report, output, session.tables.newest, as_json=False)
    finally:
        session.close()


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
