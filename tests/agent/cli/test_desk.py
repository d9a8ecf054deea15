"""A talk that goes on another day, what stands behind a slash, and what is meant by no command at all."""

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from agent.cli.entry import _guarded, cli
from agent.run.talk_store import open_talks
from tests.agent.servers import Messages, messages_server
from tests.agent.support import ACCOUNT
from tests.attacks.test_a_yes import ASKED, READY, chat, terminal  # noqa: F401
from tests.tools.support import TENT

Said = Callable[..., tuple[int, str]]
JAPAN = "act_234567890"
TOKEN = "EAAB" + "x" * 40


@pytest.fixture
def command(ws: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a command in this process; gives its exit code and all that it said."""

    def call(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        code = _guarded([str(argument) for argument in arguments])
        return code, "".join(capsys.readouterr())

    return call


@pytest.fixture
def talk(command: Said, monkeypatch: pytest.MonkeyPatch) -> Said:
    """A talk line by line, where nobody can be asked; gives its exit code and what was said."""

    def call(*lines: str, more: tuple[object, ...] = ("--sandbox",)) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code, said = command("chat", "--model", "offline", *more)
        return code, " ".join(said.split())

    return call


def listed(command: Said) -> list[dict[str, Any]]:
    return list(json.loads(command("sessions", "--json")[1])["sessions"])


def test_a_talk_goes_on_where_it_ended(command: Said, talk: Said, ws: Path) -> None:
    """In its world and account, knowing what was said, and told what was decided meanwhile; a token is kept nowhere."""
    _, said = talk(
        "use japan", f"spend by campaign yesterday {TOKEN}", f"pause {TENT}", "use outdoor", f"pause {TENT}"
    )
    (kept,) = listed(command)
    assert f"`adsteward chat --resume {kept['id']}` goes on with this talk" in said
    assert (kept["account"], kept["requests"], kept["sandbox"]) == (ACCOUNT, 4, True)
    assert kept["first"] == "spend by campaign yesterday [hidden]"
    assert TOKEN not in "".join(
        p.read_text(errors="replace") for p in (ws / "state").rglob("*") if p.is_file()
    )
    (waits,) = (row["id"] for row in json.loads(command("history", "--json")[1])["change_sets"])
    assert command("apply", waits)[0] == 0
    code, said = talk("undo", "/undo", more=("--resume",))
    assert code == 0
    assert f"Going on with {kept['id']}" in said
    assert f"{waits} was applied" in said
    assert "SANDBOX Northwind Outdoor (demo)" in said
    assert said.count("activate ad “Static – Tent 20% off”") == 2
    assert [(one["id"], one["requests"]) for one in listed(command)] == [(kept["id"], 6)]
    shown = command("sessions", "--width", 60)[1]
    assert kept["id"] in shown
    assert max(map(len, shown.splitlines())) <= 60


def test_a_model_hears_what_was_said_and_what_happened(
    command: Said, talk: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The messages of before go to it with their calls and results, and the news as words, not as an order."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    script = Messages([("list_ads", {"limit": 1})], "There are 85.", "Fine.")
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        talk("how many ads?", more=("--sandbox", "--model", "claude-x"))
        talk("thanks", more=("--resume", listed(command)[0]["id"], "--model", "claude-x"))
    first, *_, news, told, last = script.bodies[-1]["messages"]
    assert first == {"role": "user", "content": "how many ads?"}
    assert "The talk goes on" in news["content"]
    assert told["content"][0]["text"] == "Nothing was proposed or changed with adsteward since."
    assert last == {"role": "user", "content": "thanks"}
    assert script.results()[0]["tool_use_id"] == "t1_0"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--resume", "t-00000000"), "There is no talk 't-00000000'. `adsteward sessions` lists them."),
        (
            ("--resume", "--account", "act_999"),
            f"was had in the sandbox, {ACCOUNT}, and you say --account act_999",
        ),
        (("--resume", "--sandbox-state", "other.sqlite"), "and you say --sandbox-state other.sqlite"),
    ],
)
def test_a_talk_goes_on_nowhere_else(talk: Said, more: tuple[str, ...], why: str) -> None:
    """Another account or world than its own is refused, and so is a talk that is not there."""
    talk("spend yesterday")
    code, said = talk("spend today", more=more)
    assert (code, why in said) == (2, True), said


def test_two_talks_of_one_origin_are_two(command: Said, talk: Said, ws: Path) -> None:
    """Where a talk was written by another process since, what goes on here gets an id of its own; a damaged one is named."""
    talk("spend yesterday")
    (kept,) = listed(command)
    code, said = talk("spend today", "/resume", f"/resume {kept['id']}", "spend yesterday", "/resume t-zz")
    assert code == 0
    assert "There is no talk 't-zz'" in said
    assert len(listed(command)) == 2
    with open_talks(ws / "state") as talks:
        talks.run("UPDATE talks SET content=replace(content, ?, ?)", '"version": 1', '"version": 7')
    code, said = command("sessions")
    assert f"{kept['id']} was kept by another version of adsteward." in " ".join(said.split())
    assert talk(more=("--resume", kept["id"]))[0] == 2


def test_a_talk_goes_on_on_another_machine(
    command: Said, talk: Said, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a shared database: the same person alone, told where it was had and what was decided there; a sandbox in a file stays there."""
    monkeypatch.setenv("ADSTEWARD_PERSON", "maria")
    talk(f"pause {TENT}")
    talk("spend yesterday", more=("--sandbox", "--sandbox-state", tmp_path / "kept.sqlite"))
    (second, first) = listed(command)
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(there))
    monkeypatch.setattr("agent.run.going_talk.machine", lambda: "there")
    code, said = talk("how many ads?", more=("--resume", first["id"]))
    assert code == 0, said
    assert f"It was had in the sandbox of {first['machine']}; this machine has its own." in said
    assert "Going on with" in said
    assert listed(command)[0] | {"requests": 2, "machine": "there"} == listed(command)[0]
    code, said = talk("how many ads?", more=("--resume", second["id"]))
    assert (code, f"in the sandbox of a file on {second['machine']}: go on with it there" in said) == (
        2,
        True,
    )
    monkeypatch.setenv("ADSTEWARD_PERSON", "paul")
    assert listed(command) == []
    assert "There is no talk" in talk("hi", more=("--resume", first["id"]))[1]
    monkeypatch.setenv("ADSTEWARD_DATABASE_URL", "postgresql:///none?host=/nowhere")
    assert "cannot be used" in command("sessions")[1]


def test_a_talk_that_cannot_be_kept_is_had_all_the_same(
    command: Said, talk: Said, database: str, ws: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is no text, a file of talks that is none, a bug: each is said behind what was asked for, and ends no talk."""

    def wrong() -> str:
        raise RuntimeError("nobody foresaw this")

    def had() -> str:
        code, said = talk(f"find ad {TENT}", "how many ads?")
        assert (code, said.count("What was said is not kept, to go on with another day: ")) == (0, 2), said
        assert "Nothing was changed" not in said
        return said

    monkeypatch.setenv("ADSTEWARD_PERSON", "\udcff")
    assert r"Your name '\udcff' is no text that can be kept: set ADSTEWARD_PERSON to another." in had()
    code, said = command("sessions")
    assert (code, "is no text that can be kept" in said) == (2, True)
    monkeypatch.delenv("ADSTEWARD_DATABASE_URL")
    (ws / "state" / "talks.sqlite").mkdir()
    assert "The file of talks" in had()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("agent.run.going_talk.machine", wrong)
    assert "adsteward hit a bug (RuntimeError)" in had()


def test_a_second_undo_takes_back_no_undo(command: Said, talk: Said, ws: Path) -> None:
    """It says that `redo` makes the change again, and `/redo` proposes that; nothing is proposed by surprise."""
    kept = ("--sandbox-state", ws / "kept.sqlite")
    pause = json.dumps({"ids": [TENT], "status": "PAUSED"})
    assert command("tool", "set_status", pause, "--approve", "safe", *kept)[0] == 0
    for asked, states in (("/undo", 2), ("/undo", 2), ("/redo", 3), ("/redo", 3)):
        said = talk(asked, more=kept)[1]
        rows = json.loads(command("history", "--json")[1])["change_sets"]
        assert len(rows) == states, (asked, said)
        if rows[0]["state"] == "proposed":
            assert command("apply", rows[0]["id"])[0] == 0
        if (asked, states) == ("/undo", 2) and rows[0]["state"] == "applied":
            assert f"`undo {rows[0]['id']}` makes it again (in a chat: `redo`)" in said
    assert "The last thing done was no undo" in said


def test_what_stands_behind_a_slash(
    talk: Said, ws: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command does its work without a model, a slip gets the right suggestion, and what is no command is a request."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").touch()
    for typed, answer in (
        ("/help", "/export [FILE]: the last table as .xlsx, .csv or .json"),
        ("/acc", f"→ Northwind Outdoor (demo) {ACCOUNT} active"),
        ("/use", f"Northwind Japan (demo) {JAPAN} active"),
        ("/use japan", f"SANDBOX · Northwind Japan (demo) ({JAPAN}, JPY)"),
        ("/waiting", "Nothing waits for an approval."),
        ("/apply", "Nothing waits for an approval."),
        ("/undo", f"Nothing was applied in {ACCOUNT} that could be undone."),
        ("/undo cs-000000000000", "Nothing to undo. There is no change set cs-000000000000."),
        ("/resume", "No talk was kept"),
        ("/chart", "Picture: "),
        ("/chart of daily spend last month", "Picture: "),
        ("/export", "There is no table yet"),
        ("/sessions", "/resume ID goes on with one."),
        ("/history", "adsteward has proposed nothing in this account yet."),
        ("/wating", "There is no /wating. Did you mean /waiting?"),
        ("/sing", "There is no /sing. /help lists what there is; nothing was asked or changed."),
    ):
        code, said = talk(typed)
        assert code == 0
        assert answer in said, (typed, said)
    _, said = talk(
        "spend by campaign last month",
        "/export",
        "/export there.csv",
        "/export a.txt",
        "/export b.csv",
        "/quit",
        "no",
    )
    assert "insights.xlsx: 4 rows (insights)." in said
    assert "there.csv is there already, and stays as it is" in said
    assert "use .csv, .xlsx, .json" in said
    assert (tmp_path / "insights.xlsx").exists()
    assert len((tmp_path / "b.csv").read_text().splitlines()) == 5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["how are my ads doing?"], ["run", "how are my ads doing?"]),
        (["status?", "--sandbox"], ["run", "status?", "--sandbox"]),
        (["spend", "last", "week", "--json"], ["run", "spend last week", "--json"]),
        (["--sandbox"], ["chat", "--sandbox"]),
        (["--sandbox", "--model", "offline"], ["chat", "--sandbox", "--model", "offline"]),
        (["--sandbox", "history", "--json"], ["history", "--sandbox", "--json"]),
        (["--sandbox", "daily check"], ["run", "daily check", "--sandbox"]),
        (["history"], ["history"]),
        (["aply", "cs-1"], ["aply", "cs-1"]),
        (["aply", "cs-1", "now", "please"], ["aply", "cs-1", "now", "please"]),
        (["hello"], ["hello"]),
    ],
)
def test_what_people_mean_who_name_no_command(typed: list[str], meant: list[str]) -> None:
    """A request is run, options alone are of the chat, options before a command are the command's; a slip stays one."""
    context = click.Context(cli)
    cli.parse_args(context, typed)
    assert [*context._protected_args, *context.args] == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["aply", "cs-1"], "Did you mean one of: 'apply', 'replay'?"),
        (["run", "hi", "--sandbx"], "'--sandbox'"),
        (["--sandbx"], "'--sandbox'"),
        (
            ["work", "--once", "--sandbox"],
            "Leave it out: this takes the sandbox and Meta's accounts together",
        ),
        (["show", "spend", "last", "week"], "adsteward run 'show spend last week'"),
        (["how", "are", "my", "ads"], "If it is a request: `adsteward run 'how are my ads'`"),
        (["stop", "--sandbox"], "If it is a request: `adsteward run stop --sandbox`"),
        (["pause", "everything"], "If it is a request: `adsteward run 'pause everything'`"),
        (["history", "--widht", "80"], "Did you mean '--width'?"),
    ],
)
def test_a_slip_gets_the_right_suggestion(command: Said, typed: list[str], said: str) -> None:
    """For commands, options and requests that begin like a command."""
    code, told = command(*typed)
    assert code == 2
    assert said in told


def test_every_list_can_be_put_into_a_file(command: Said, tmp_path: Path) -> None:
    """Accounts, waiting sets, talks and schedules, with the exit code of what could not be written."""
    command(
        "tool",
        "set_status",
        json.dumps({"ids": [TENT], "status": "PAUSED"}),
        "--sandbox",
        "--approve",
        "none",
    )
    command("schedule", "add", "daily check", "--sandbox")
    for number, (words, rows) in enumerate(
        {
            ("accounts", "--sandbox"): 3,
            ("inbox",): 1,
            ("schedule", "list"): 1,
            ("sessions",): 0,
            ("history",): 1,
        }.items()
    ):
        file = tmp_path / f"{number}.json"
        code, said = command(*words, "--output", file)
        assert (code, f"{rows} row" in said) == (0, True), said
        assert len(json.loads(file.read_text())) == rows
        assert command(*words, "--output", file)[0] == 2
        told = json.loads(command(*words, "--json", "--output", file, "--force")[1])
        assert told["output"]["rows"] == rows
    spent = [row["spend_today"] for row in json.loads((tmp_path / "0.json").read_text())]
    assert all(float(figure) >= 0 for figure in spent)


def test_a_width_holds_for_one_command(command: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines keep to it, and the environment is as it was."""
    monkeypatch.delenv("COLUMNS", raising=False)
    _, said = command("accounts", "--sandbox", "--width", 40)
    assert max(map(len, said.splitlines())) <= 40
    assert not os.environ.get("COLUMNS")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(command: Said, shell: str) -> None:
    """The script asks adsteward itself, which answers with its commands."""
    code, script = command("completion", shell)
    assert code == 0
    assert f"_ADSTEWARD_COMPLETE={shell}_complete" in script


def test_a_real_terminal(terminal: Any, ws: Path) -> None:  # noqa: F811
    """Several lines in one paste are one request, Tab completes what was read, and a talk is left in peace with Ctrl-D."""
    opened = chat(terminal)
    opened.paste("spend by campaign\nlast month")
    assert re.search(r"Spend [\d,]+\.\d\d USD[^>]*Complete: all 4 rows", opened.until(READY))
    opened.type("pause summer sa\t")
    opened.until("Summer Sale – Sales")
    opened.type("\n")
    opened.until(ASKED)
    opened.answer("later", READY)
    opened.type("\x04")
    assert "goes on with this talk" in " ".join(opened.end().split())
    assert opened.code == 0


def test_what_is_advised_in_a_talk_works_there(
    talk: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is written over with --force, a set or an account that is not there is named so, and no command is a dead end without its ID."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_text("mine")
    _, said = talk("spend by campaign last 7 days", "/export e.csv", "/export e.csv --force", "export this")
    assert "e.csv is there already, and stays as it is; --force writes over it." in said
    assert said.count("4 rows") >= 2
    assert (tmp_path / "e.csv").read_text() != "mine"
    _, said = talk("show cs-nope", "/show", "/forget", "/use nobody", "use nobody", "use japan")
    assert "There is no change set cs-nope." in said
    assert said.count("Nothing waits for an approval.") == 2
    assert said.count("There is no account called 'nobody'") == 2
    assert "From here" not in said
    assert "SANDBOX Northwind Japan (demo)" in said


def test_forget_it_is_the_note_after_a_note_and_the_set_after_a_set(talk: Said, ws: Path) -> None:
    """What was said last is meant: the set that waits stays as long as a note was kept since."""
    _, said = talk(f"pause {TENT}", "remember that we close in January", "forget it", "history", "forget it")
    first, _, second = said.partition("Forgotten: ")
    assert "We close in January" in second
    assert "is withdrawn" not in first
    assert second.count("is withdrawn. Nothing was changed") == 1


def test_launch_says_what_to_say_for_pictures(command: Said, ws: Path, tmp_path: Path) -> None:
    """A folder or a picture is no launch file: the request that takes them is named."""
    (tmp_path / "hero.png").touch()
    for given, what in ((tmp_path, "a folder"), (tmp_path / "hero.png", "a picture")):
        code, said = command("launch", given, "--sandbox")
        assert code != 0
        assert f"is {what}, and a launch file is a text" in " ".join(said.split())
        assert "make ads from" in said
