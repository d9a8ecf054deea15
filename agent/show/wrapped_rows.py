"""Rows about things with names: in columns where there is room, else one below the other; no name and no id is cut."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from agent.show.broken_lines import wrapped

LEAST_FOR_NAMES = 20
_INDENT = 2


class Rows:
    """A table whose column `names` wraps. A heading with ">" is of numbers; the title is bold."""

    def __init__(
        self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Text]], *, names: int = 0
    ) -> None:
        self._title, self._heads, self._rows, self._names = title, heads, rows, names

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heads = [Text(head.removeprefix(">")) for head in self._heads]
        widths = [max(map(_width, column)) for column in zip(heads, *self._rows, strict=True)]
        others = sum(width + 1 for index, width in enumerate(widths) if index != self._names)
        if options.max_width - others >= min(widths[self._names], LEAST_FOR_NAMES):
            yield self._columns()
        else:
            if self._title:
                yield Text(self._title, style="bold")
            for row in self._rows:
                yield from self._block(row, console, options.max_width)

    def _columns(self) -> Table:
        table = Table(
            title=self._title, title_justify="left", title_style="bold", header_style="dim", box=None
        )
        table.padding = (0, 1, 0, 0)
        for index, head in enumerate(self._heads):
            table.add_column(
                head.removeprefix(">"),
                justify="right" if head.startswith(">") else "left",
                no_wrap=index != self._names,
                overflow="fold",
            )
        for row in self._rows:
            table.add_row(*row)
        return table

    def _block(self, row: Sequence[Text], console: Console, width: int) -> Iterator[Text]:
        """The name with what has no heading before it, then the rest, each under its heading."""
        bare = [cell for cell, head in zip(row, self._heads, strict=True) if not head and cell.plain]
        yield from _wrapped(Text(" ").join([*bare, row[self._names]]), console, width, 0)
        told = [
            Text.assemble((f"{head.removeprefix('>')} ", "dim"), cell)
            for index, (cell, head) in enumerate(zip(row, self._heads, strict=True))
            if index != self._names and head and cell.plain
        ]
        for line in _packed(told, width - 2 * _INDENT):
            yield from _wrapped(line, console, width, _INDENT)


def _packed(parts: Sequence[Text], width: int) -> list[Text]:
    """As many parts in a line as have room there."""
    lines = list[Text]()
    for part in parts:
        if lines and lines[-1].cell_len + part.cell_len + 3 <= width:
            lines[-1] = Text(" · ").join([lines[-1], part])
        else:
            lines.append(part)
    return lines


def _width(cell: Text) -> int:
    return max((line.cell_len for line in cell.split("\n")), default=0)


def _wrapped(text: Text, console: Console, width: int, indent: int) -> Iterator[Text]:
    for number, piece in enumerate(wrapped(text, console, max(width - indent - _INDENT, LEAST_FOR_NAMES))):
        yield Text(" " * (indent + (_INDENT if number else 0))) + piece
