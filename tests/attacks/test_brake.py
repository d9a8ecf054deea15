"""Whatever else is set, wrong or away: all can be stopped."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli.desk.talk import Talk
from agent.cli.entry import _guarded
from agent.cli.waiting import Waiting
from agent.models.claude import Claude
from agent.run.session import Session
from agent.setup.stops import Exit
from agent.show.screen import Screen

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
