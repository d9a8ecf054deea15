"""Tables on screens of any width: names wrap, ids and amounts are whole."""

import io
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from agent.health.check import Check
from agent.run.events import RunStarted
from agent.show import check_table, evidence_table, history_table, launch_tables, outcome_table
from agent.show.broken_lines import put_plain
from agent.show.screen import Screen
from agent.writes.change_events import Decided, Landed, LaunchedAd, Proposed, Settled
from agent.writes.journal_reader import Outcome
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tests.attacks.terminals import WIDTHS, packed
from tools.analysis.rows import AdInfo, Totals
from tools.analysis.verdicts import Review, Verdict

NAMES = ("Static – Tent 20% off, summer prospecting, variant B", "Averylongnamewithoutanyspaces_" * 3)
IDS = ("120210000000000001", "120210000000000002", "120210000000000003")


def on_screen(renderable: RenderableType, columns: int) -> str:
    out = Console(file=io.StringIO(), width=columns, force_terminal=True, color_system=None, highlight=False)
    out.print(renderable)
    return out.file.getvalue()


def without(text: str, *cells: str) -> str:
    """What stands in the other columns taken away, and the white space: a name is left."""
    for cell in cells:
        text = text.replace(cell, "")
    return packed(text)


def landed() -> Landed:
    kept = {"ad_id": IDS[0], "creative_id": IDS[1], "adset_id": IDS[2]}
    link = f"https://www.facebook.com/adsmanager/manage/ads?act=1&selected_ad_ids={IDS[0]}"
    ads = (LaunchedAd(launch="x", name=name, outcome="done", manager_url=link, **kept) for name in NAMES)
    return Landed("cs-1", tuple(ads), ("/x/results.json",))


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_launch_shows_names_and_ids_whole(columns: int) -> None:
    """Each id stands in one line, each name is there to its last letter, and so is the address of each ad."""
    screen = Screen()
    screen.out = Console(file=io.StringIO(), width=columns, force_terminal=True, color_system=None)
    screen(landed())
    text = screen.out.file.getvalue()
    for ad in landed().ads:
        assert packed(ad.name) in without(text, *IDS, "done")
        assert ad.manager_url in text
    for object_id in IDS:
        assert sum(object_id in line for line in text.splitlines() if "http" not in line) == 2
    table = on_screen(launch_tables.summary(landed()), columns)
    assert all(len(line) <= columns for line in table.splitlines())


def reviewed() -> Review:
    """Two ads to be paused that spent much."""
    seen = Totals(Decimal("1234567.5"), 1000, 100, Decimal(12345))
    verdicts = tuple(
        Verdict(
            ad=AdInfo(f"{n}", name, "2", "Set", "3", "Campaign", "ACTIVE", "ACTIVE", None, False, None),
            decision="pause",
            probability_worse=0.999,
            totals=seen,
            judged=seen,
            days=91,
            excess_per_day=Decimal(1),
            reason="",
        )
        for n, name in enumerate(NAMES)
    )
    return Review(verdicts, seen, (), 0.0, {}, {})


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_evidence_shows_every_name_and_figure(columns: int) -> None:
    """Amounts have separators; names that do not fit beside the figures stand above them."""
    review = reviewed()
    shown = evidence_table.evidence(
        review, currency="USD", protected=set(), trends={v.ad.ad_id: "█▅▇▇" for v in review.verdicts}
    )
    assert shown
    text = on_screen(shown, columns)
    for verdict in review.verdicts:
        assert packed(verdict.ad.name) in without(
            text, "1,234,567.50", "12,345", "100.01", "> 99 %", "█▅▇▇", "pause"
        )
        assert f"{verdict.totals.spend:,.2f}" in text
        assert "12,345" in text
    assert all(len(line) <= columns for line in text.splitlines())


@pytest.mark.parametrize("columns", WIDTHS)
def test_outcomes_and_checks_are_whole(columns: int) -> None:
    """What `history --outcomes` and `doctor` show: no word of it is cut."""
    row = {"on": "Nov 3", "what": f"paused {NAMES[1]}", "before": "1,222.00 (4)"}
    text = on_screen(
        outcome_table.table([row | {"since": "no results (0)", "verdict": "too early"}], "a note"), columns
    )
    told = without(text, "Nov 3", "1,222.00 (4)", "no results (0)", "too early")
    assert packed(row["what"]) in told
    assert all(value in text for key, value in row.items() if key != "what")
    screen = Screen()
    screen.out = Console(file=io.StringIO(), width=columns, force_terminal=True, color_system=None)
    check_table.show([Check("workspace", "/a/" + "very-long-folder-name/" * 6)], screen)
    assert packed("/a/" + "very-long-folder-name/" * 6) in packed(screen.out.file.getvalue())


ANSWER = (
    "Done: 1 of 1 underperforming ads paused.\n  Static – Tent 20% off: spent 3,597.56 USD without a purchase"
)


@pytest.mark.parametrize("columns", WIDTHS)
def test_columns_says_how_wide_a_pipe_is(monkeypatch, capsys, columns):
    """Headers, notes, decisions, answers, questions and tables keep to COLUMNS; without it a pipe gets whole lines."""
    said = "SANDBOX · Northwind Outdoor (demo) (act_123456789, USD)"
    events = (
        RunStarted("r", "x", said, "act_1", "offline"),
        Proposed(
            a_set(change(name=NAMES[0])), "", "needs about 23 points of Meta's allowance; you have 9,000"
        ),
        Decided("cs-1", "declined", "the person at the terminal", "too early for all of them"),
        Settled(
            "cs-1", "partly_applied", (Outcome(change(name=NAMES[0]), "SENT", note="no answer"),), "gone"
        ),
    )
    shown = dict[bool, str]()
    for asked in (True, False):
        monkeypatch.setenv("COLUMNS", str(columns)) if asked else monkeypatch.delenv("COLUMNS")
        screen = Screen()
        for event in events:
            screen(event)
        screen.say(ANSWER)
        put_plain(ANSWER)
        out, err = capsys.readouterr()
        shown[asked] = out + err
    assert max(map(cell_len, shown[True].splitlines())) <= columns
    assert packed(shown[True]) == packed(shown[False])
    assert shown[False].count(ANSWER) == 2
    assert f"{said} · model offline" in shown[False]


@pytest.mark.parametrize("said", ["", "0", "wide", "-4", "99999999"])
def test_a_width_that_is_none_is_not_obeyed(monkeypatch, capsys, said):
    """COLUMNS that names no width leaves lines whole."""
    monkeypatch.setenv("COLUMNS", said)
    put_plain(ANSWER * 3)
    assert capsys.readouterr().out == f"{ANSWER * 3}\n"


@pytest.mark.parametrize("columns", [40, 80])
def test_a_history_names_its_times_and_requests_whole(columns):
    """Each set has its id, its moment on the clock of the account, and what was asked for, at any width."""
    row = {
        "id": "cs-0123456789ab",
        "world": "sandbox",
        "account": "act_1",
        "when": "2026-11-27T13:40:00+00:00",
        "state_at": "2026-11-27T13:46:05+00:00",
        "timezone": "America/New_York",
    }
    row |= {
        "state": "applied",
        "said": "applied",
        "changes": 1,
        "request": f"tool set_status: ids {IDS[0]}; status PAUSED",
    }
    shown = on_screen(history_table.table([row]), columns)
    assert max(map(cell_len, shown.splitlines())) <= columns
    for part in (row["id"], row["request"], "2026-11-27 08:46 UTC-05:00", "changes 1"):
        assert packed(part) in packed(shown)
