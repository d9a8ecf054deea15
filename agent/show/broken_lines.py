"""Lines for any width: broken where a width is known, each under where it began; whole where none is."""

import sys
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from agent.setup.environment import variable
from agent.show.text_tables import fitted
from tools.domain.sides import AGAIN, ISOLATED

WIDE = 120
"""Of tables where nobody says a width."""
LEAST = 20
_HANGING = 2


def open_console(*, stderr: bool = False) -> Console:
    """A console as wide as COLUMNS says, else as its terminal; what is neither holds lines of any length."""
    console = Console(highlight=False, stderr=stderr, width=_asked())
    if not has_width(console):
        console.width = WIDE
    return console


def has_width(console: Console) -> bool:
    """Whether lines are to be broken: at a terminal, or where COLUMNS asks for it."""
    return console.is_terminal or _asked() is not None


def put(console: Console, text: Text) -> None:
    """Print a text of one or more lines."""
    console.print(_Lines(text), soft_wrap=not has_width(console))


def put_plain(text: str, *, stderr: bool = False) -> None:
    """Print a text of ours on standard output or standard error; nothing where nobody reads it."""
    if (stream := sys.stderr if stderr else sys.stdout) is None:
        return
    console = open_console(stderr=stderr)
    if has_width(console):
        put(console, Text(fitted(text, console.width)))
    else:
        stream.write(f"{text}\n")


def wrapped(text: Text, console: Console, width: int) -> Iterator[Text]:
    """The pieces of a line, each of which isolates by itself what is read from the right: a line is a paragraph of its own."""
    inside = False
    for piece in text.wrap(console, width):
        piece.rstrip()
        opened, plain = inside, piece.plain
        inside = plain.rfind(ISOLATED) > plain.rfind(AGAIN) or (opened and AGAIN not in plain)
        begins_next, ended_before = plain.endswith(ISOLATED), opened and plain.startswith(AGAIN)
        yield Text.assemble(
            ISOLATED * (opened and not ended_before),
            piece[ended_before : len(piece) - begins_next],
            AGAIN * (inside and not begins_next),
        )


def hung(line: Text, console: Console, width: int) -> Iterator[Text]:
    """One line at this width: what is broken off an indented line stands two columns further in."""
    indent = len(line.plain) - len(line.plain.lstrip(" "))
    further = _HANGING if indent else 0
    for number, piece in enumerate(wrapped(line[indent:], console, max(width - indent - further, LEAST))):
        yield Text(" " * (indent + (further if number else 0))) + piece


class _Lines:
    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._text.split("\n", allow_blank=True):
            if has_width(console):
                yield from hung(line, console, options.max_width)
            else:
                yield line


def _asked() -> int | None:
    said = variable("COLUMNS")
    return int(said) if said.isdecimal() and 0 < len(said.lstrip("0")) < 5 else None
