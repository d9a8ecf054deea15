"""Tables that stand in a text, as the built-in rules write them: as they are where they fit, else one row below the other."""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

_HEAD = re.compile(r" {4,}\S")
_ROW = re.compile(r" {2}\S")
_BETWEEN = re.compile(r" {2,}")
_INDENT = 4


def fitted(text: str, columns: int) -> str:
    """The text with each table that is wider than so many columns told row by row, each figure behind its heading."""
    lines, told, place = text.split("\n"), list[str](), 0
    while place < len(lines):
        rows = list(_rows(lines[place:]))
        if rows and max(map(cell_len, lines[place : place + 1 + len(rows)])) > columns:
            heads = _cells(lines[place])
            for name, *figures in rows:
                told += [f"  {name}", *_packed(heads, figures, columns)]
            place += 1 + len(rows)
        else:
            told.append(lines[place])
            place += 1
    return "\n".join(told)


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """The rows below a line of headings, each with its name before its figures; none where it is no such line."""
    heads = _cells(lines[0]) if _HEAD.match(lines[0]) else []
    for line in lines[1:] if heads else ():
        cells = _cells(line)
        if not _ROW.match(line) or len(cells) != len(heads) + 1:
            return
        yield cells


def _cells(line: str) -> list[str]:
    return _BETWEEN.split(line.strip())


def _packed(heads: Sequence[str], figures: Sequence[str], columns: int) -> Iterator[str]:
    """As many figures in a line as have room."""
    line = ""
    for part in (f"{head} {figure}" for head, figure in zip(heads, figures, strict=True) if figure != "-"):
        if line and cell_len(line) + 3 + cell_len(part) > columns - _INDENT:
            yield " " * _INDENT + line
            line = ""
        line = f"{line} · {part}" if line else part
    if line:
        yield " " * _INDENT + line
