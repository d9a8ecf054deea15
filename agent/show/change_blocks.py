"""A change set on a screen: its lines broken at the width there is, each under where it began."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from agent.show.broken_lines import has_width, wrapped
from agent.show.change_lines import Line, change_set_lines
from tools.domain.changes import ChangeSet

GOES_ON = "│ "
"""Before what was broken off: a long name could else be so filled up that its end looks like a line of the set."""
_STYLES = {"spend": "yellow", "why": "dim"}


class ChangeBlocks:
    """All of a set, for any width from 40 columns up; where none is known no line is broken."""

    def __init__(self, change_set: ChangeSet) -> None:
        self._lines = change_set_lines(change_set)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            text, indent = _text(line), 2 * line.depth
            if not has_width(console):
                yield Text(" " * indent) + text
                continue
            for number, piece in enumerate(
                wrapped(text, console, max(options.max_width - indent - len(GOES_ON), 20))
            ):
                yield Text.assemble(" " * indent, (GOES_ON if number else "", "dim"), piece)


def _text(line: Line) -> Text:
    style = line.style or _STYLES.get(line.word, "")
    word = (f"{line.word}: ", "dim") if line.word else ""
    return Text.assemble(word, (line.text, style))
