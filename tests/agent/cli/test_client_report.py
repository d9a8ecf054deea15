"""`adsteward report`, and the same report from a chat and on a schedule."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.cli.desk.report import _period
from tests.agent.cli.test_schedules import cli, faults, make_due
from tests.agent.support import Faults, brand

__all__ = ["cli", "faults"]  # fixtures of theirs
Cli = Callable[..., tuple[int, Any, str]]


@pytest.mark.usefixtures("faults")
def test_a_report_is_put_where_the_person_says(cli: Cli, ws: Path, tmp_path: Path) -> None:
    """In the brand's language; the sentences on the screen are those of the file, which takes no file's place unasked."""
    brand(ws, "report_language: de\nconversion_event: purchase\n")
    where = tmp_path / "bericht.html"
    code, said, _ = cli("report", "--sandbox", "--period", "2026-10", "--output", str(where))
    assert code == 0
    text = where.read_text(encoding="utf-8")
    assert "1. bis 31. Oktober 2026" in text
    assert "verglichen mit dem Zeitraum 1. bis 30. September 2026" in text
    assert said.startswith("Ausgegeben wurden")
    assert f"{where}: 2026-10-01 to 2026-10-31, compared with 2026-09-01 to 2026-09-30." in said
    code, _, err = cli("report", "--sandbox", "--output", str(where))
    assert code == 2
    assert "is there already" in err
    assert where.read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("faults")
def test_what_a_script_gets(cli: Cli, ws: Path, tmp_path: Path) -> None:
    """The report of a run with the file and the sentences; without --output the file lies among the results."""
    where = tmp_path / "r.xlsx"
    options = (
        "--sandbox",
        "--json",
        "--compare",
        "none",
        "--language",
        "es",
        "--period",
        "last week mon sun",
    )
    code, told, _ = cli("report", *options, "--output", str(where))
    assert (code, told["status"], told["result"]["file"]) == (0, "done", str(where))
    assert "compared_with" not in told["result"]
    assert told["result"]["summary"][0].startswith("Se gastaron")
    with zipfile.ZipFile(where) as book:
        assert 'sheet name="En resumen"' in book.read("xl/workbook.xml").decode()
    (kept,) = (ws / "state" / "results").glob("report-*.xlsx")
    assert kept.read_bytes() == where.read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--period", "soon"), "--period soon: write a period such as last_week, this_month, last_month,"),
        (("--period", "2026-13"), "--period 2026-13: write a period"),
        (
            ("--period", "2026-10-05..2026-10-01"),
            "the first day is after the last; write 2026-10-01..2026-10-05.",
        ),
        (
            ("--period", "2026-10-05..soon"),
            "--period 2026-10-05..soon: write days as in 2026-10-01..2026-10-15.",
        ),
        (("--period", "maximum"), "--period maximum: write a period such as"),
        (("--compare", "then"), "--compare then: use previous, last_year"),
        (("--output", "r.doc"), "use .html, .pdf, .xlsx, .png"),
        (("--output", "none/r.html"), "there is no such folder"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_asked(
    cli: Cli, faults: Faults, options: tuple[str, ...], said: str
) -> None:
    """What is allowed is said, and Meta is not asked."""
    code, _, err = cli("report", "--sandbox", *options)
    assert (code, said in err) == (2, True)
    assert faults.requests == []


def test_a_week_is_taken_as_it_is_said() -> None:
    """Weeks go from Monday, as in a chat."""
    weeks = {
        "this week": "this_week_mon_today",
        "last_week": "last_week_mon_sun",
        "Last-Week": "last_week_mon_sun",
    }
    assert {text: _period(text) for text in weeks} == {
        text: {"date_preset": preset} for text, preset in weeks.items()
    }


@pytest.mark.usefixtures("faults")
def test_a_period_to_come_has_no_report(cli: Cli, ws: Path) -> None:
    """Nothing is written, and why is said once."""
    code, _, err = cli("report", "--sandbox", "--period", "2099-01")
    assert (code, "lies in the future" in err) == (2, True)
    assert list((ws / "state").glob("results/report-*")) == []


@pytest.mark.usefixtures("faults")
def test_a_schedule_makes_a_report_and_says_where_it_is(cli: Cli, ws: Path) -> None:
    """The request of a chat comes back each month, and its answer names the file."""
    code, _, _ = cli("schedule", "add", "make a report for last month", "--every", "month", "--sandbox")
    assert code == 0
    make_due(ws)
    code, done, _ = cli("work", "--once", "--json")
    (ran,) = done["runs"]
    (kept,) = (ws / "state" / "results").glob("report-*.html")
    assert (code, ran["status"], str(kept) in ran["answer"]) == (0, "done", True)
