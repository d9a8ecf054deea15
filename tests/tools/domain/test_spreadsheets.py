"""Tables become files in which figures are figures, ids stay whole and no name is a formula."""

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest

from tools.domain.tables import spreadsheets
from tools.domain.tables.kept_tables import Tables

HOSTILE = ["=1+1", "+1", "-2+3", "@x", "\t=1", " =cmd|' /C calc'!A0", "＝1", "\u200b=1", "-"]
ROWS: list[dict[str, Any]] = [
    {
        "id": "23848000000001234",
        "name": name,
        "spend": "12.50",
        "delta": "-3.1",
        "rise": "+4.5",
        "count": number,
    }
    for number, name in enumerate([*HOSTILE, "Plain <&> “name”", "half \ud83d", "2024"])
]


def made(form: str, rows: list[dict[str, Any]] = ROWS) -> bytes:
    file = io.BytesIO()
    assert spreadsheets.write(file, form, lambda: rows) == len(rows)
    return file.getvalue()


def test_csv_has_no_formula_and_keeps_negative_numbers() -> None:
    """Names that would be formulas have an apostrophe before them; -3.1 stays what it is."""
    head, *rows = csv.reader(io.StringIO(made("csv").decode(), newline=""))
    assert head == ["id", "name", "spend", "delta", "rise", "count"]
    assert {(row[3], row[4]) for row in rows} == {("-3.1", "4.5")}
    assert all(row[1] == f"'{name}" for row, name in zip(rows, HOSTILE, strict=False))
    assert rows[len(HOSTILE)][1] == "Plain <&> “name”"


def test_xlsx_has_numbers_whole_ids_and_no_formula() -> None:
    """Figures are numbers with their decimals, ids and names are texts; those like formulas are marked as literal."""
    book = zipfile.ZipFile(io.BytesIO(made("xlsx")))
    sheet, styles = (book.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    assert "<f>" not in sheet
    cells = dict(re.findall(r'<c r="([A-Z]+\d+)"([^>]*)>', sheet))
    values = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><v>([^<]*)</v>', sheet))
    assert (values["C2"], values["D2"], values["E2"], values["F3"]) == ("12.5", "-3.1", "4.5", "1")
    assert all('t="inlineStr"' in cells[place] for place in ("A2", "B2", f"B{len(ROWS) + 1}"))
    formats = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert formats
    literal = [i for i, one in enumerate(re.findall(r"<xf [^>]*>", formats[0])) if "quotePrefix" in one]
    marked = [f"B{n}" for n in range(2, len(ROWS) + 2) if f's="{literal[0]}"' in cells[f"B{n}"]]
    assert marked == [f"B{n}" for n in range(2, len(HOSTILE) + 2)]


def test_json_is_the_rows() -> None:
    """As they are, one a line; halves of characters are escaped."""
    rows = json.loads(made("json"))
    assert rows[0] == ROWS[0]
    assert made("json").count(b"\n") == len(ROWS) + 2


@pytest.mark.parametrize("form", spreadsheets.FORMATS)
def test_an_empty_table_is_a_file_too(form: str) -> None:
    """No rows and no columns are no fault."""
    made(form, [])
    made(form, [{}, {"a": None, "b": [1, {"c": "="}], "d": True}])


def test_a_column_of_figures_and_words_is_a_column_of_words() -> None:
    """Leading zeros, more digits than a sheet keeps, and anything beside a figure stay as they were written."""
    rows = [{"zip": "007", "long": "1234567890123456", "age": "18", "n": "5"}, {"age": "65+", "n": ""}]
    sheet = zipfile.ZipFile(io.BytesIO(made("xlsx", rows))).read("xl/worksheets/sheet1.xml").decode()
    assert dict(re.findall(r'<c r="([A-Z]+2)"[^>]*><v>([^<]*)</v>', sheet)) == {"D2": "5"}


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the other forms are named."""
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 2)
    with pytest.raises(ValueError, match="take csv or json"):
        made("xlsx")


def test_only_the_newest_tables_are_kept() -> None:
    """A handle opens what it was given for, and nothing that lies beside it."""
    tables = Tables()
    for number in range(60):
        tables.add(f"t{number}", "t", [{"n": number}])
    assert len(tables.handles) == 50
    assert tables.newest is not None
    assert list(tables.newest.rows()) == [{"n": 59}]
    found = tables.find("/elsewhere/t30.json")
    assert found is not None
    assert list(found.rows()) == [{"n": 30}]
    assert tables.find("t1") is None
    tables.add("y", "yen", [{"spend": "5", "currency": "JPY"}, {"spend": "6"}], "USD")
    assert [row["currency"] for row in tables.newest.rows()] == ["JPY", "USD"]
    tables.add("x", "on the way", [])
    tables.forget("on the way")
    tables.forget("never made")
    assert tables.newest is not None
    assert tables.newest.handle == "y"
