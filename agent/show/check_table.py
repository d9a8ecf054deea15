"""The findings about the set-up on a screen, each with its next step."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from agent.health.check import Check, summary, worst_first
from agent.show.screen import Screen
from tools.domain.text import clean_lines

MARKS = {"problem": ("✗", "red"), "warning": ("!", "yellow"), "fine": ("✓", "green")}


def show(checks: Sequence[Check], screen: Screen) -> None:
    """How it stands in a line, then the findings with their next steps below them."""
    grid = Table.grid(padding=(0, 1))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for check in worst_first(checks):
        mark, style = MARKS[check.state]
        grid.add_row(Text(mark, style=style), Text(clean_lines(check.what)), Text(clean_lines(check.found)))
        for text, text_style in ((check.problem, "red"), (check.warning, "yellow"), (check.hint, "dim")):
            if text:
                grid.add_row("", "", Text(f"→ {clean_lines(text)}", style=text_style))
    screen.say(summary(checks), style="bold")
    screen.out.print(grid)
