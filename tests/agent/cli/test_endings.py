"""How it ended has one meaning each, whichever command or host asked: exit code, status and refusals agree."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from PIL import Image

from agent.cli.entry import _guarded, cli
from agent.run.refused import Cause, Refusals, Refused, Status
from agent.run.report import STANDS
from agent.setup.stops import Exit
from agent.writes.journal_reader import SetState
from tests.agent.support import Sandbox, ScriptedModel, brand, graph_error


def call(name: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """A tool call of a scripted model."""
    return name, arguments


EVERGREEN, TENT = "23848000000060", "23848000000001"
PROTECTED = f"protect:\n  - '{EVERGREEN}'\n"
ADSET = "23847000000001"


@pytest.fixture
def ended(ws, capsys):
    """Runs a command with --json; gives exit code, status and the report."""

    def ran(*arguments: str) -> tuple[int, str, dict[str, Any]]:
        capsys.readouterr()
        code = _guarded([*arguments, "--sandbox", "--json"])
        report = json.loads(capsys.readouterr().out)
        return code, report["status"], report

    return ran


INPUT = [
    ("run", 'pause the ad "No such name"'),
    ("run", "set the budget of ad set 23847999999999 to 40 USD"),
    ("run", f"set the budget of ad set {ADSET} to 40 EUR"),
    ("run", f"set the budget of ad set {ADSET} to minus 5"),
    ("run", "upload missing.png"),
    ("tool", "inspect", '{"id": "23847999999999"}'),
    ("tool", "set_status", '{"ids": ["23848999999999"], "status": "PAUSED"}'),
    ("tool", "set_budget", f'{{"id": "{ADSET}", "daily_budget": "40 EUR"}}'),
    ("tool", "upload_image", '{"paths": ["missing.png"]}'),
    ("launch", "missing.yaml"),
    ("launch", "missing.yaml", "--dry-run"),
]


@pytest.mark.parametrize("command", INPUT, ids=" ".join)
def test_what_is_not_there_or_wrong_is_bad_input(ended, command):
    """Exit 2, wherever it is asked for; Meta is not blamed and nothing is proposed."""
    code, status, report = ended(*command)
    assert (code, status in ("refused", "error"), report["change_sets"]) == (2, True, [])
    assert "Meta error" not in report["answer"]


@pytest.mark.parametrize(
    "command", [("no_such_tool",), ("inspect", '{"id":'), ("inspect", "[]"), ("inspect", '{"id": 1}')]
)
def test_a_tool_speaks_json_whatever_it_is_given(ws, capsys, command):
    """What cannot even begin is told as an object, too, without being asked for."""
    assert _guarded(["tool", *command, "--sandbox"]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["status"] == "error"
    assert told.err == ""


def test_a_secret_in_a_name_is_refused_in_words_and_as_a_call(ended):
    """A request loses it before a model reads it; nothing is proposed under the name that is left."""
    token = f"EAAB{'a1B2c3D4' * 4}"
    fields = {"name": f"W {token}", "objective": "sales", "daily_budget": "50 USD"}
    words = ended("run", f'create a sales campaign called "W {token}" with 50 USD a day')
    called = ended("tool", "create_campaign", json.dumps(fields))
    for code, status, report in (words, called):
        assert (code, status, report["change_sets"]) == (2, "refused", [])
        assert "an access token or another secret. Leave it out" in report["answer"]
        assert token not in json.dumps(report)
    assert words[2]["refusals"] == called[2]["refusals"]


GUARDED = [
    ("run", f"pause ad {EVERGREEN}"),
    ("tool", "set_status", f'{{"ids": ["{EVERGREEN}"], "status": "PAUSED"}}'),
]


@pytest.mark.parametrize("command", GUARDED, ids=" ".join)
def test_a_guardrail_is_a_limit_and_names_its_line(ended, ws, command):
    """Exit 6 and refused: the request is right, and stack.md forbids it."""
    brand(ws, PROTECTED)
    code, status, report = ended(*command, "--approve", "all")
    assert (code, status, report["change_sets"]) == (6, "refused", [])
    (refused,) = report["refusals"]
    assert (refused["what"], refused["line"]) == ("set_status", "protect")
    assert "protected by stack.md" in refused["why"]


def test_a_budget_over_the_ceiling_names_its_line(ended, ws):
    """`max_daily_budget`, from the words of the refusal."""
    brand(ws, "max_daily_budget: 50 USD\n")
    code, status, report = ended("run", f"set the budget of ad set {ADSET} to 500 USD", "--approve", "all")
    assert (code, status, report["refusals"][0]["line"]) == (6, "refused", "max_daily_budget")


def test_a_launch_into_what_is_protected_is_a_guardrails_refusal(ended, ws, tmp_path):
    """The file is right, and stack.md forbids it."""
    brand(ws, f"protect:\n  - '{ADSET}'\ndefault_link: https://example.com\n")
    picture = tmp_path / "hero.jpg"
    Image.new("RGB", (1080, 1080), "green").save(picture)
    file = tmp_path / "launch.yaml"
    file.write_text(
        f"adset_id: '{ADSET}'\npage_id: '104200000000001'\ndestination_url: https://example.com\nads:\n"
        f"  - {{name: One, image_path: {picture}, bodies: [Text]}}\n",
        encoding="utf-8",
    )
    code, status, report = ended("launch", str(file))
    assert (code, status, report["change_sets"]) == (6, "refused", []), report["answer"]


@pytest.mark.parametrize("words", ["mumble the frobnicator", "yes and no", "spend by moon phase"])
def test_what_is_not_understood_says_so(ended, words):
    """Exit 7; nothing was done, and help is the answer."""
    code, status, report = ended("run", words)
    assert (code, status, report["change_sets"]) == (7, "not_understood", [])


@pytest.mark.parametrize("words", ["how are my ads doing?", "help", "list ads", "history"])
def test_an_answer_is_done(ended, words):
    """Exit 0."""
    assert ended("run", words)[:2] == (0, "done")


def test_declined_and_waiting_are_three(ended, capsys):
    """A set that waits needs an approval; once it is declined, a script cannot apply it; history says the same."""
    code, status, report = ended("run", f"pause ad {TENT}")
    assert (code, status) == (3, "needs_approval")
    (waiting,) = report["change_sets"]
    assert waiting["status"] == _in_history(capsys) == "needs_approval"
    assert _guarded(["decline", waiting["id"]]) == 0
    assert ended("apply", waiting["id"])[:2] == (3, "declined")
    assert _in_history(capsys) == "declined"
    assert set(STANDS) == set(get_args(SetState))
    assert set(STANDS.values()) <= set(get_args(Status))


def _in_history(capsys) -> str:
    """The status of the newest set in `history --json`."""
    capsys.readouterr()
    assert _guarded(["history", "--limit", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["change_sets"][0]["status"]


def test_what_the_guardrails_forbid_by_now_is_not_applied(ended, ws):
    """Exit 6, as if it were asked for now."""
    code, _, report = ended("run", f"pause ad {TENT}")
    assert code == 3
    brand(ws, f"protect:\n  - '{TENT}'\n")
    assert ended("apply", report["change_sets"][0]["id"])[:2] == (6, "refused")


def test_partly_done_is_done_and_lists_what_was_not(open_session, sandbox: Sandbox):
    """One call of a turn is refused, the other is carried out."""
    session = open_session("all")
    calls = [call("set_status", ids=[TENT], status="PAUSED"), call("inspect", id="1")]
    report = session.run("pause it and look at 1", ScriptedModel([calls, "Done."]))
    assert (report.status, report.exit_code) == ("done", 0)
    assert [refused.what for refused in report.refusals] == ["inspect"]
    assert TENT in sandbox.paused()


def test_what_a_model_made_good_is_done(open_session):
    """A read that failed and went well at the second try leaves no trace on the end, but stays in the list."""
    turns = [[call("inspect", id="1")], [call("inspect", id=TENT)], "It runs."]
    report = open_session("none").run("look at the tent ad", ScriptedModel(turns))
    assert (report.status, report.exit_code, len(report.refusals)) == ("done", 0, 1)


def test_a_write_that_was_refused_is_not_made_good_by_reading(open_session):
    """The model only talks about it afterwards: a script must know that nothing was done."""
    turns = [[call("set_status", ids=["1"], status="PAUSED")], [call("list_ads")], "I could not find it."]
    report = open_session("all").run("pause ad 1", ScriptedModel(turns))
    assert (report.status, report.exit_code) == ("refused", 2)


def test_what_meta_refuses_is_an_error(open_session, faults):
    """Exit 4, with Meta's words."""
    session = open_session("none")
    faults.reads = [graph_error(100)] * 8
    report = session.run("look", ScriptedModel([[call("list_accounts")], "Sorry."]))
    assert (report.status, report.exit_code) == ("error", 4)


CAUSES = [*Cause]


@pytest.mark.parametrize("first", CAUSES)
@pytest.mark.parametrize("second", CAUSES)
def test_the_gravest_refusal_speaks_for_the_run(first: Cause, second: Cause):
    """Meta's before a limit, a limit before a guardrail, that before bad input; a later write makes all of them good."""
    refusals = Refusals()
    refusals.add(Refused("one", "why", first, writes=True))
    refusals.add(Refused("two", "why", second))
    order = [Cause.META, Cause.LIMIT, Cause.GUARDRAIL, Cause.INPUT]
    assert refusals.cause is min((first, second), key=order.index)
    refusals.went_well(writes=False)
    assert refusals.cause is first
    refusals.went_well(writes=True)
    assert (refusals.cause, len(refusals.all)) == (None, 2)


def _groups(group: click.Group) -> Iterator[tuple[click.Group, click.Command]]:
    """Every command with the group that lists it."""
    for command in group.commands.values():
        yield group, command
        if isinstance(command, click.Group):
            yield from _groups(command)


def test_help_lists_commands_whole_and_by_use(capsys: pytest.CaptureFixture[str]) -> None:
    """No text is cut at 80 columns, in no group, and what one begins with comes first; the word itself is help as well."""
    for group, command in _groups(cli):
        room = 78 - 6 - max(map(len, group.commands))
        assert not command.get_short_help_str(room).endswith("..."), command.name
    assert _guarded(["help"]) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.partition("Commands:\n")[2].splitlines()[:3]] == [
        "chat",
        "run",
        "demo",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["help", "apply"], "Apply the saved change set ID"),
        (["--json", "help", "schedule", "add"], "Have REQUEST done again and again"),
        (["help", "me", "please", "--sandbox", "--model", "offline"], "how are my ads doing?"),
        (["--sandbox", "--model", "offline", "help", "me"], "how are my ads doing?"),
    ],
)
def test_words_behind_help_are_a_command_or_a_request(
    typed: list[str], said: str, ws: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of the command that is named, else what is asked, with or without quotes."""
    assert _guarded(typed) == 0
    assert said in capsys.readouterr().out


def test_a_word_behind_options_is_told_how_it_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """The chat that nobody typed is no part of the request."""
    assert _guarded(["--sandbox", "spend"]) == Exit.USAGE
    assert "If it is a request: `adsteward run spend --sandbox`" in capsys.readouterr().err


def test_undo_and_outcomes_without_a_token_name_the_sandbox_where_the_last_change_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was applied in the sandbox is taken back there, and no token is asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FACEBOOK_ACCESS_TOKEN", raising=False)
    place = ["--workspace", str(tmp_path)]
    assert _guarded(["run", "pause Static – Bug net", "--sandbox", "--approve", "safe", *place]) == 0
    capsys.readouterr()
    for asked, way in (
        (["undo"], "adsteward undo cs-"),
        (["history", "--outcomes"], "--outcomes --sandbox`"),
    ):
        assert _guarded([*asked, *place]) == Exit.USAGE
        told = capsys.readouterr().err
        assert "what was applied last was in the sandbox" in told
        assert way in told
