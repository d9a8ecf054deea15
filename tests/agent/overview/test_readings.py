"""Reading what is kept: all parts, reads alone, nothing left lying about; what fails leaves what was there."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from agent.cli.entry import _guarded
from agent.overview.all_accounts import look_at_all
from agent.overview.readings import (
    ADS,
    CHECK,
    DAYS,
    FRESH,
    OWN_FILES,
    look,
    look_at_ad,
    place_of,
    renew,
)
from agent.overview.snapshots import Place, Snapshots
from agent.run.session import Session
from agent.setup.stops import ConfigError
from agent.writes.journal import Journal
from tests.agent.conftest import Open
from tests.agent.overview.conftest import NOW, Looked
from tests.agent.support import ACCOUNT, Faults, Sandbox, graph_error, is_write

OUTLET = "act_345678901"


def test_a_look_keeps_every_part_and_only_reads(looked: Looked) -> None:
    """Seven answers with their rows, told one by one; no write, no change set, no file of a run stays."""
    (kept,) = looked.snapshots.all_of(*(part for part in _parts(looked)), sandboxed=True)
    assert (looked.report.status, kept.place.account, len(kept.parts)) == ("done", ACCOUNT, 8)
    assert not [part.problem for part in kept.parts.values() if part.problem]
    assert [done for done, _, _ in looked.told] == list(range(8))
    assert {of for _, of, _ in looked.told} == {7}
    assert not [request for request in looked.requests if is_write(request)]
    with closing(Journal(looked.state / "journal.sqlite")) as journal:
        assert journal.recent("", 10) == []
    assert [path.suffix for path in (looked.state / "results").iterdir()] == [
        ".jsonl"
    ]  # what was seen before
    assert not [key for part in kept.parts.values() for key in OWN_FILES if key in part.answer]
    assert len(kept.parts[ADS].answer["rows"]) == 65
    assert len(kept.parts[DAYS].answer["rows"]) == 35


def _parts(looked: Looked) -> list[str]:
    return [row["part"] for row in looked.snapshots.all("SELECT DISTINCT part FROM overview_parts")]


def test_the_file_is_the_persons_alone_and_holds_no_token(looked: Looked) -> None:
    """It stands in the private state folder."""
    assert (looked.state.stat().st_mode & 0o077) == 0
    assert b"sandbox-token" not in (looked.state / "overview.sqlite").read_bytes()


def test_what_cannot_be_read_says_why_and_stays_as_it_was(
    open_session: Open, faults: Faults, snapshots: Snapshots
) -> None:
    """A dead token ends the look at once: every part keeps its old answer and its age, with the reason beside it."""
    session = open_session()
    place = place_of(session)
    snapshots.now = lambda: NOW - timedelta(days=2)
    snapshots.keep(place, CHECK, {"old": "answer"})
    snapshots.now = lambda: NOW
    asked = len(faults.requests)
    faults.reads = [graph_error(190)]
    report = look(session, snapshots)
    assert (report.status, len(faults.requests) - asked) == ("error", 1)
    (kept,) = snapshots.all_of(CHECK, DAYS, sandboxed=True)
    check, days = kept.parts[CHECK], kept.parts[DAYS]
    assert (check.answer, check.taken_at, check.tried_at) == ({"old": "answer"}, NOW - timedelta(days=2), NOW)
    assert "190" in check.problem
    assert (days.answer, days.taken_at, days.problem) == ({}, None, check.problem)
    snapshots.keep(place, CHECK, {"new": "answer"})
    assert snapshots.all_of(CHECK, sandboxed=True)[0].parts[CHECK].problem == ""


def test_one_refusal_takes_nothing_from_the_other_parts(open_session: Open, snapshots: Snapshots) -> None:
    """What a tool refuses stands with its part; the run is told of it."""
    session = open_session()
    report = look_at_ad(session, snapshots, "99999")
    assert "99999" in report.answer
    (kept,) = snapshots.all_of("ad 99999", sandboxed=True)
    assert "99999" in kept.parts["ad 99999"].problem


def test_only_what_somebody_looked_at_is_read_anew_and_not_too_often(
    open_session: Open, faults: Faults, snapshots: Snapshots
) -> None:
    """An account that nobody wants to see costs no request, nor does one that was read within the hour."""
    session = open_session()
    asked = len(faults.requests)
    assert renew(session, snapshots) is None
    snapshots.keep(place_of(session), CHECK, {})
    assert renew(session, snapshots) is None
    assert len(faults.requests) == asked
    snapshots.now = lambda: NOW + FRESH
    faults.reads = [graph_error(190)]
    assert renew(session, snapshots) is not None


def test_long_tables_are_cut_and_say_so(
    open_session: Open, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out is counted beside the rows that are kept."""
    from agent.overview import readings

    monkeypatch.setattr(readings, "MOST_ROWS", 3)
    monkeypatch.setattr(
        readings,
        "readings",
        lambda _: (readings.Reading("tree", "t", "list_ads", {"limit": 0}, "ads", lambda row: row["level"]),),
    )
    readings.look(open_session(), snapshots)
    (kept,) = snapshots.all_of("tree", sandboxed=True)
    answer = kept.parts["tree"].answer
    assert ([row["level"] for row in answer["rows"]], answer["rows_left_out"]) == (["ad"] * 3, "82 rows more")


def test_one_account_takes_nothing_from_the_others_and_what_is_gone_is_kept_no_longer(
    open_session: Open, faults: Faults, snapshots: Snapshots
) -> None:
    """An account that cannot be opened says why; one that the token no longer sees leaves the page once all were listed."""
    gone = Place("sandbox", "act_7", "Gone", "USD", "UTC")

    def opened(account: str) -> Session:
        if account == "act_8":
            raise ConfigError("Its stack.md cannot be read.")
        session = open_session(account=account)
        faults.reads = [graph_error(190)]
        return session

    for complete, left in (
        (False, ["Gone", "Northwind Outdoor (demo)"]),
        (True, ["Northwind Outdoor (demo)"]),
    ):
        snapshots.keep(gone, CHECK, {})
        reads = look_at_all([("act_8", "Odd"), (ACCOUNT, "")], opened, snapshots, complete=complete)
        odd, ours = list(reads)
        assert (odd.problem, odd.exit_code) == ("Its stack.md cannot be read.", 2)
        assert ("190" in ours.problem, ours.exit_code) == (True, 4)
        assert [one.place.name for one in snapshots.all_of(CHECK, sandboxed=True)] == left


def no_ads(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    """The account can be opened, and its ads not read."""
    refused = "adsets" in request.url.path or "/ads" in request.url.path
    return graph_error(190)(forward, request) if refused else forward()


def test_accounts_are_read_anew_from_the_command_line(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`accounts --refresh` says of each account whether all of it was read, or why not, and keeps it."""
    sandbox, faults = Sandbox(), Faults()
    faults.dated = lambda _: None
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    folder = tmp_path_factory.mktemp("ws")
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    asked = ["accounts", "--refresh", "--sandbox", "--account", OUTLET]
    assert _guarded(asked) == 0
    assert f"Northwind Outlet (demo) ({OUTLET}): read." in " ".join(capsys.readouterr().out.split())
    with closing(Snapshots.of(folder / "state")) as kept:
        (one,) = kept.all_of(CHECK, sandboxed=True)
        assert one.place.account == OUTLET
        assert "disabled" in one.parts[CHECK].answer["answers"]["problems"][0]
    file = folder / "read.json"
    faults.reads = [no_ads] * 20
    assert _guarded([*asked, "--json", "--output", str(file)]) == 4
    told = json.loads(capsys.readouterr().out)
    assert (json.loads(file.read_text()), told["output"]["rows"]) == (told["accounts"], 1)
    assert _guarded([*asked, "--output", str(file)]) == 2
    assert "is there already, and stays as it is" in capsys.readouterr().err
    assert (told["complete"], told["accounts"][0]["account"]) == (False, OUTLET)
    assert "190" in told["accounts"][0]["problem"]
