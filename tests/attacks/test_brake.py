"""Whatever else is set, wrong or away: all can be stopped."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cli.desk.talk import Talk
from agent.cli.entry import _guarded
from agent.cli.waiting import Waiting
from agent.hosts.host_session import Desk
from agent.models.claude import Claude
from agent.models.model import ToolCall
from agent.models.offline import Offline
from agent.run.session import Session
from agent.setup import trusted
from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Exit
from agent.show.screen import Screen
from tests.agent.support import Faults, interrupt, refuse

WRONG = ("max_pauses_per_day: many", "currency: EUR", "timezone: Mars", "model: nobody's")


@pytest.fixture
def stack(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(workspace))
    return workspace / "brand" / "stack.md"


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("words", [("run", "stop everything"), ("tool", "stop", '{"reach": "all"}')])
def test_no_line_of_a_brand_file_holds_the_brake_up(
    stack: Path, capsys: pytest.CaptureFixture[str], wrong: str, words: tuple[str, ...]
) -> None:
    """A wrong value, another currency than the account's, a model that is not there: it is proposed, and said what is wrong."""
    stack.write_text(f"{wrong}\n", encoding="utf-8")
    assert _guarded([*words, "--sandbox", *(["--json"] if words[0] == "run" else [])]) == Exit.APPROVAL
    (change_set,) = json.loads(capsys.readouterr().out)["change_sets"]
    assert len(change_set["changes"]) > 2
    assert _guarded(["apply", change_set["id"], "--sandbox"]) == 0


@pytest.mark.parametrize("words", ["stop everything", "stop", "pause all ads", "alles anhalten"])
def test_a_language_model_that_is_away_holds_no_brake_up(
    stack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Nor does one that would understand something else: what stops all is read by rules."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    assert _guarded(["run", words, "--sandbox", "--model", "somebody"]) in (Exit.DONE, Exit.APPROVAL)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_BASE_URL")
    assert _guarded(["run", words, "--sandbox", "--model", "somebody"]) in (Exit.DONE, Exit.APPROVAL)


def test_a_talk_with_a_language_model_that_is_away_is_stopped_all_the_same(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is proposed by the rules, and asked about as anything is."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    session = open_session()
    Talk(Claude("somebody", sleep=lambda _: None), Waiting(session, Screen())).do("stop everything")
    assert [(row["request"], row["state"]) for row in session.journal.recent("", 9)] == [
        ("stop everything", "proposed")
    ]


def test_a_set_that_is_being_applied_holds_no_brake_up(
    stack: Path, open_session: Callable[..., Session], capsys: pytest.CaptureFixture[str]
) -> None:
    """It may wait for Meta for long, or its process may stand still: what stops all is sent beside it."""
    session = open_session("none")
    (waiting,) = session.tool("set_status", {"ids": ["23848000000001"], "status": "PAUSED"})[0].change_sets
    with session.journal.lease(waiting.change_set, "a process that stands still"):
        assert _guarded(["run", "stop everything", "--sandbox", "--json"]) == Exit.APPROVAL
        (change_set,) = json.loads(capsys.readouterr().out)["change_sets"]
        assert _guarded(["apply", waiting.change_set.id, "--sandbox"]) == Exit.USAGE
        assert "Another adsteward is applying" in capsys.readouterr().err
        assert _guarded(["apply", change_set["id"], "--sandbox"]) == 0


STOPS = [("run", "stop everything"), ("tool", "stop", '{"reach": "all"}')]
BY_HAND = "Ads Manager stops ads at once: https://adsmanager.facebook.com"


@pytest.mark.parametrize("words", STOPS)
@pytest.mark.parametrize("version", ["v19.0", "v9.0"])
def test_a_version_that_meta_has_ended_holds_no_brake_up(
    stack: Path, capsys: pytest.CaptureFixture[str], version: str, words: tuple[str, ...]
) -> None:
    """A `graph_version` that was right once: the brake speaks the newer one that adsteward knows, when it proposes and when it applies."""
    stack.write_text(f"graph_version: {version}\n", encoding="utf-8")
    assert _guarded(["run", "list ads", "--sandbox"]) == Exit.META
    capsys.readouterr()
    assert _guarded([*words, "--sandbox", *(["--json"] if words[0] == "run" else [])]) == Exit.APPROVAL
    (change_set,) = json.loads(capsys.readouterr().out)["change_sets"]
    assert _guarded(["apply", change_set["id"], "--sandbox"]) == 0


def test_telemetry_that_cannot_be_sent_holds_no_brake_up(
    stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the variable says."""
    monkeypatch.setenv("ADSTEWARD_TELEMETRY", "junk")
    assert _guarded(["run", "list ads", "--sandbox"]) == Exit.USAGE
    assert _guarded(["run", "stop everything", "--sandbox"]) == Exit.APPROVAL


@pytest.mark.parametrize("words", STOPS)
@pytest.mark.parametrize("held_up", ["journal", "record", "database", "token"])
def test_a_brake_that_cannot_be_pulled_says_where_a_person_stops_all(
    stack: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    held_up: str,
    words: tuple[str, ...],
) -> None:
    """A damaged journal, a record of workspaces that others read, a database that is away, no token: Ads Manager is named, and only then."""
    sandbox = [] if held_up == "token" else ["--sandbox"]
    if held_up == "journal":
        journal = stack.parents[1] / "state" / "journal.sqlite"
        journal.parent.mkdir(exist_ok=True)
        journal.write_bytes(b"junk" * 2000)
    elif held_up == "record":
        trusted.choose(stack.parents[1])
        trusted.record().chmod(0o644)
        monkeypatch.delenv("ADSTEWARD_WORKSPACE")
        monkeypatch.chdir(stack.parents[1])
    elif held_up == "database":
        monkeypatch.setenv("ADSTEWARD_DATABASE_URL", "junk")
    assert _guarded([*words, *sandbox]) == Exit.USAGE
    told = capsys.readouterr()
    assert (told.out + told.err).count(BY_HAND) == 1
    assert _guarded(["run", "list ads", *sandbox]) == Exit.USAGE
    assert BY_HAND not in capsys.readouterr().err


def test_a_brake_that_meta_does_not_answer_says_where_a_person_stops_all(
    open_session: Callable[..., Session], faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a talk, where the settings are those of all else; another request is not answered so."""
    talk = Talk(Offline(), Waiting(open_session(), Screen()))
    faults.reads = [refuse] * 99
    talk.do("stop everything")
    assert BY_HAND in capsys.readouterr().out
    talk.do("list ads")
    assert BY_HAND not in capsys.readouterr().out


def test_a_pause_of_one_ad_that_fails_sends_nobody_to_switch_campaigns_off(
    stack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only pauses is applied as the brake is; where that is done by hand is said of what was to stop, and no more."""
    pause = json.dumps({"ids": ["23848000000012"], "status": "PAUSED"})
    assert _guarded(["tool", "set_status", pause, "--sandbox"]) == Exit.APPROVAL
    (change_set,) = json.loads(capsys.readouterr().out)["change_sets"]
    monkeypatch.setenv("META_GRAPH_URL", "http://127.0.0.1:9")
    assert _guarded(["apply", change_set["id"], "--max-wait", "0"]) == Exit.META
    told = capsys.readouterr()
    assert BY_HAND in told.out + told.err
    assert "campaign" not in told.out + told.err


def test_a_brake_that_its_person_breaks_off_sends_them_nowhere_else(
    open_session: Callable[..., Session], faults: Faults
) -> None:
    """Ctrl-C is no brake that failed."""
    session = open_session()
    session.settings = replace(session.settings, brakes=True)
    faults.reads = [interrupt]
    report, _ = session.tool("stop", {"reach": "all"})
    assert report.exit_code == Exit.INTERRUPTED
    assert BY_HAND not in report.answer


def test_a_brake_that_a_host_cannot_pull_says_where_a_person_stops_all(workspace: Path) -> None:
    """A server that runs, and one whose journal cannot be used: in the answer, for whoever reads the chat."""
    desk = Desk(Options(sandbox=True, workspace=workspace))
    desk.call([ToolCall("1", "list_ads", {})], "look")
    desk.close()
    (workspace / "state" / "journal.sqlite").write_bytes(b"junk" * 2000)
    with pytest.raises(ConfigError, match=BY_HAND):
        desk.call([ToolCall("2", "stop", {"reach": "all"})], "stop")
