"""Tables as CSV, XLSX or JSON: figures are numbers, ids stay whole, and no text becomes a formula."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO

from tools.domain.tables.kept_tables import Row, write_rows
from tools.domain.text import cell, paired

FORMATS = ("csv", "xlsx", "json")
MOST_ROWS = 1_048_575
"""Of a sheet, beside its head."""
LONGEST_TEXT = 32_767
"""Of a cell."""
WIDEST = 60
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?")
_MOST_DIGITS = 15
"""A spreadsheet keeps no more of a number."""
_NO_NUMBERS = re.compile(r"(?:^|_)(?:ids?|name|hash)$")
"""Columns whose digits are no figures."""

Rows = Callable[[], Iterable[Row]]


def write(file: BinaryIO, form: str, rows: Rows, columns: Sequence[str] = ()) -> int:
    """Write a table into an open file; gives the number of rows.

    Raises OSError, and ValueError for more rows than a sheet has.
    """
    names, count = list(columns), 0
    for row in rows():
        names += [name for name in row if name not in names] if not columns else []
        count += 1
    if form == "xlsx":
        _xlsx(file, rows, names, count)
        return count
    text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="" if form == "csv" else "\n")
    if form == "csv":
        _csv(text, rows, names)
    else:
        write_rows(text, rows())
    text.detach()  # flushed, and the file stays open
    return count


def _csv(file: io.TextIOWrapper, rows: Rows, names: Sequence[str]) -> None:
    table = csv.writer(file, quoting=csv.QUOTE_ALL)  # some split at semicolons
    table.writerow([cell(name) for name in names])
    figures = _decimals(rows, names)
    table.writerows(
        [
            _text(row.get(name)).lstrip("+") if name in figures else cell(_text(row.get(name)))
            for name in names
        ]
        for row in rows()
    )


def _xlsx(file: BinaryIO, rows: Rows, names: Sequence[str], count: int) -> None:
    if count > MOST_ROWS:
        raise ValueError(f"{count:,} rows are more than a sheet has; take csv or json")
    with _book(file) as book:
        _sheet(book, "adsteward", rows, names)


def write_sheets(file: BinaryIO, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Write several small tables as the sheets of one XLSX, by their names. Raises OSError."""
    with _book(file) as book:
        for title, rows in sheets.items():
            _sheet(
                book, title, partial(iter, rows), list(dict.fromkeys(name for row in rows for name in row))
            )


def _book(file: BinaryIO) -> Any:
    import xlsxwriter

    return xlsxwriter.Workbook(file, {"constant_memory": True})


def _sheet(book: Any, title: str, rows: Rows, names: Sequence[str]) -> None:
    decimals = _decimals(rows, names)
    sheet, head = book.add_worksheet(title), book.add_format({"bold": True})
    plain = book.add_format()
    literal = book.add_format({"quote_prefix": True})  # what a person sees as a leading apostrophe
    numbers = {
        n: book.add_format({"num_format": "#,##0" + ("." + "0" * n if n else "")}) for n in decimals.values()
    }
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        sheet.set_column(place, place, min(max(len(name) + 2, 12), WIDEST))
        sheet.write_string(0, place, name, head)
    for line, row in enumerate(rows(), 1):
        for place, name in enumerate(names):
            value = row.get(name)
            if name in decimals and value not in (None, ""):
                sheet.write_number(line, place, float(Decimal(str(value))), numbers[decimals[name]])
            elif text := _text(value)[:LONGEST_TEXT]:
                sheet.write_string(line, place, text, plain if cell(text) == text else literal)


def _decimals(rows: Rows, names: Sequence[str]) -> dict[str, int]:
    """The columns that hold figures alone, and how many decimals theirs have."""
    found: dict[str, int] = {}
    texts = {name for name in names if _NO_NUMBERS.search(name)}
    for row in rows():
        for name, value in row.items():
            if value in (None, "") or name in texts:
                continue
            if not _is_number(value):
                texts.add(name)
                continue
            found[name] = max(found.get(name, 0), len(str(value).partition(".")[2]))
    return {name: places for name, places in found.items() if name not in texts and name in names}


def _is_number(value: Any) -> bool:
    text = str(value)
    digits = sum(c.isdigit() for c in text)
    return not isinstance(value, bool) and digits <= _MOST_DIGITS and bool(_NUMBER.fullmatch(text))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return paired(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
