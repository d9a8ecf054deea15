"""Shows more of a table that a tool gave: other rows, other columns, another order, or all of it as a file."""

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.tables import spreadsheets
from tools.domain.tables.kept_tables import Row, Table
from tools.domain.text import counted, listed
from tools.domain.tool import TOOLSET, Context, Input, Result, Tool, ToolError

MOST_ROWS = 100
LONGEST = 12_000
"""Characters of rows at once."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


class ReadInput(Input):
    handle: str = Field(default="", description="of a table a tool gave; the newest without it")
    offset: int = Field(default=0, strict=True, ge=0)
    limit: int = Field(default=25, strict=True, ge=0, le=MOST_ROWS)
    sort: str = Field(default="", description="a column; -column: highest first")
    columns: list[str] = Field(default=[])
    file: Literal["csv", "xlsx", "json"] | None = Field(
        default=None, description="into a file instead: all rows without limit"
    )


def run(args: ReadInput, ctx: Context) -> Result:
    table = ctx.tables.find(args.handle)
    if table is None:
        have = f"there is {listed(ctx.tables.handles)}" if ctx.tables.handles else "no tool gave one yet"
        raise ToolError(f"No table {args.handle!r}; {have}." if args.handle else "No tool gave a table yet.")
    try:
        rows = _chosen(list(table.rows()), args)
    except OSError as error:
        raise ToolError(
            f"{table.handle} cannot be read ({error.strerror}); ask for the figures again."
        ) from None
    if args.sort or args.columns:
        ctx.keep(table.what, rows)
    if args.file:
        limit = args.limit if "limit" in args.model_fields_set else None
        return _filed(ctx, args.file, table, rows[args.offset :][:limit], len(rows))
    shown = _short(rows[args.offset : args.offset + args.limit])
    first, last = args.offset + 1, args.offset + len(shown)
    said = f"{first} to {last} of {len(rows)}" if shown else f"none of {len(rows)}"
    left = {"left_out": f"ask again with offset {last}"} if shown and last < len(rows) else {}
    return Result({"table": table.handle, "shown": said, "rows": shown} | left)


def _chosen(rows: list[Row], args: ReadInput) -> list[Row]:
    """The rows in the order and with the columns that were asked for. Raises ToolError for a column that is none."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    key = args.sort.removeprefix("-")
    if rows and (unknown := [name for name in (*args.columns, key) if name and name not in names]):
        raise ToolError(f"No column {unknown[0]!r}; there are {', '.join(names)}.")
    if key:
        filled = sorted((r for r in rows if r.get(key) not in (None, "")), key=lambda r: _order(r[key]))
        blank = [row for row in rows if row.get(key) in (None, "")]
        rows = [*(reversed(filled) if args.sort.startswith("-") else filled), *blank]
    return [{name: row.get(name, "") for name in args.columns} for row in rows] if args.columns else rows


def _order(value: Any) -> tuple[bool, Decimal, str]:
    """Figures by size, before texts by the alphabet."""
    text = str(value)
    number = _NUMBER.fullmatch(text) is not None
    return not number, Decimal(text) if number else Decimal(), text.casefold()


def _short(rows: Sequence[Row]) -> list[Row]:
    """As many of the rows as a model should get at once, one at least."""
    room, shown = LONGEST, list[Row]()
    for row in rows:
        room -= len(str(row))
        if shown and room < 0:
            break
        shown.append(row)
    return shown


def _filed(ctx: Context, form: str, table: Table, rows: list[Row], there: int) -> Result:
    """Rows, of so many, in a file of the folder for results. Raises ToolError."""
    made = io.BytesIO()
    try:
        count = spreadsheets.write(made, form, lambda: rows)
    except ValueError as error:
        raise ToolError(f"{error}.") from None
    path = ctx.save_file(table.what, f".{form}", made.getvalue())
    return Result(
        {
            "file": path,
            "rows": f"{f'{count} of ' * (count < there)}{counted(there, 'row')}",
            "note": "tell the person the file",
        },
        {"file": path, "rows": count},
    )


TOOL = Tool(
    name="read_result",
    description="More rows of a table that a tool gave, sorted, some columns; or all of it as a spreadsheet file.",
    Input=ReadInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Export, spreadsheet, Excel, CSV, download, the rest, all rows, next page.",
)
