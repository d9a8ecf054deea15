"""A yes is a yes to what was on the screen: typed after the question, in the world that the set was made for.

An attacker words what a person pastes; colleagues and scripts name sets in the wrong place.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent.cli.entry import _guarded
from agent.writes.journal import Journal
from tests.agent.servers import Messages, graph_server, messages_server
from tests.agent.support import ACCOUNT, Sandbox
from tests.attacks.terminals import PROMPT, Terminal, packed, terminals
from tests.tools.support import EARLY_BIRD, JACKET, TENT

ASKED, READY = "why not: ", PROMPT
PAUSE = json.dumps({"ids": [TENT], "status": "PAUSED"})
OTHER = "act_987654321"


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that every command finds."""
    folder = tmp_path / "ws"
    folder.mkdir()
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def terminal(ws: Path) -> Iterator[Callable[..., Terminal]]:
    with terminals() as start:
        yield start


@pytest.fixture
def cli(ws: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs a command without a terminal; gives its exit code and all that it said."""

    def call(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        code = _guarded([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out + err

    return call


def proposed(cli: Callable[..., tuple[int, str]], *place: object, ids: str = TENT) -> str:
    """The id of a set that waits."""
    pause = json.dumps({"ids": [ids], "status": "PAUSED"})
    code, said = cli("tool", "set_status", pause, "--approve", "none", *place)
    assert code == 3, said
    return str(json.loads(said)["change_sets"][0]["id"])


def states(ws: Path) -> dict[str, str]:
    with closing(Journal(ws / "state" / "journal.sqlite")) as journal:
        return {row["id"]: row["state"] for row in journal.recent("", 100)}


def statuses(ws: Path, *ads: str) -> list[str]:
    with Sandbox(ws / "state" / "sandbox.sqlite") as sandbox:
        return [sandbox.status(ad) for ad in ads]


def chat(terminal: Callable[..., Terminal], *more: str, **options: Any) -> Terminal:
    model = () if "--model" in more else ("--model", "offline")
    opened = terminal("chat", "--sandbox", *model, *more, **options)
    opened.until(READY)
    return opened


# What is typed before the question


def test_three_pasted_lines_approve_nothing(terminal, ws) -> None:
    """The scenario of the report, as lines that come at once, and as a terminal marks a paste; then a typed yes approves."""
    talk = chat(terminal, columns=40)
    talk.type('pause "Static – Tent 20% off"\nyes\nshow spend\n')
    talk.until(ASKED)
    assert statuses(ws, TENT) == ["ACTIVE"]
    talk.paste("yes")
    shown = talk.until(ASKED)
    assert "Pasted text answers no question" in " ".join(shown.split())
    shown = talk.answer("yes\nshow spend\nyes", ASKED, READY)
    assert "Pasted text answers no question" in " ".join(shown.split())
    assert statuses(ws, TENT) == ["ACTIVE"]
    talk.answer("yes", READY)
    assert statuses(ws, TENT) == ["PAUSED"]


@pytest.mark.parametrize("elsewhere", [(), ("stderr",)], ids=["terminal", "2> file"])
def test_pastes_that_go_on_decide_nothing(terminal, ws, elsewhere) -> None:
    """Three of them, each with its yes and however the answer is written: the set waits, as if nobody had answered."""
    talk = chat(terminal, elsewhere=elsewhere)
    talk.answer(f"pause {TENT}", ASKED)
    for paste in ("yes", "y\r"):
        talk.paste(paste)
        talk.until(ASKED)
    talk.paste("yes\nyes\nyes")
    shown = talk.until(READY)
    assert "Nothing was changed yet" in " ".join(shown.split())
    assert set(states(ws).values()) == {"proposed"}
    assert statuses(ws, TENT) == ["ACTIVE"]


COMMANDS = (
    ("run", f"pause {TENT}", "--model", "offline"),
    ("tool", "set_status", PAUSE, "--approve", "ask"),
    ("run", f"pause {TENT}", "--model", "offline", "--json", "--approve", "ask"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=["run", "tool", "run --json"])
def test_what_was_typed_ahead_answers_no_command(terminal, ws, command) -> None:
    """Keys that wait since before the process began are thrown away when the question comes."""
    opened = terminal(*command, "--sandbox", typed_before=b"yes\ny\nyes\nover\n", columns=40)
    opened.until(ASKED)
    assert set(states(ws).values()) == {"proposed"}
    opened.answer("no")
    assert opened.code == 3
    assert set(states(ws).values()) == {"declined"}
    assert statuses(ws, TENT) == ["ACTIVE"]


def test_apply_and_undo_are_asked_and_take_no_typing_ahead(terminal, ws, cli) -> None:
    """By id at a terminal: the whole set stands above the question, and a yes typed before it is not its answer."""
    change_set = proposed(cli, "--sandbox")
    for command, word, before in (("apply", "pause", "ACTIVE"), ("undo", "activate", "PAUSED")):
        opened = terminal(command, change_set, typed_before=b"yes\n", columns=40)
        shown = packed(opened.until(ASKED))
        assert packed(f"{word} ad “Static – Tent 20% off” ({TENT})") in shown
        assert "Pasted text" not in opened.answer("later")  # nothing was left to be read
        assert opened.code == 3
        assert statuses(ws, TENT) == [before]
        again = terminal(command, change_set)
        again.until(ASKED)
        again.answer("yes")
        assert again.code == 0
    assert statuses(ws, TENT) == ["ACTIVE"]


# `later` leads somewhere


def test_later_in_a_chat_leads_somewhere(terminal, ws) -> None:
    """Shown, applied by `it` and by id, withdrawn: with the built-in model, at 40 columns."""
    talk = chat(terminal, columns=40)
    talk.answer(f"pause {TENT}", ASKED)
    talk.answer("later", READY)
    (first,) = states(ws)
    waiting = talk.answer("show what waits", READY)
    assert packed(f"pause ad “Static – Tent 20% off” ({TENT})") in packed(waiting)
    assert first in waiting
    assert "Apply this change?" in talk.answer("apply it", ASKED)
    talk.answer("yes", READY)
    assert statuses(ws, TENT) == ["PAUSED"]
    assert "Nothing waits" in talk.answer("apply it", READY)

    for ad in (JACKET, EARLY_BIRD):
        talk.answer(f"{'activate' if ad == EARLY_BIRD else 'pause'} {ad}", ASKED)
        talk.answer("later", READY)
    second, third = (i for i, state in reversed(states(ws).items()) if state == "proposed")
    waiting = talk.answer("What is waiting?", READY)
    assert {second, third} <= set(waiting.split())
    shown = talk.answer(f"please apply {second.upper()} now", ASKED)
    assert packed(f"({JACKET})") in packed(shown)
    talk.answer("no", READY)
    assert states(ws) == {first: "applied", second: "declined", third: "proposed"}
    assert "withdrawn" in talk.answer("forget it", READY)
    assert states(ws)[third] == "declined"
    assert statuses(ws, JACKET, EARLY_BIRD) == ["ACTIVE", "PAUSED"]
    shown = talk.answer(f"adsteward apply {third}", ASKED)
    assert packed(f"activate ad “Static – Early bird summer” ({EARLY_BIRD})") in packed(shown)
    talk.answer("later", READY)


def test_later_works_with_a_model_that_is_a_server_and_is_not_asked(terminal, ws) -> None:
    """The words about what waits never reach it, so it cannot bend them; it hears how they ended. `do it` may be meant for it."""
    script = Messages(
        "What should I do?",
        [("set_status", {"ids": [TENT], "status": "PAUSED"})],
        "It waits.",
        "Fine.",
        [("decline", {"change_set_id": "cs-000000000000"})],
        "There is none.",
    )
    with messages_server(script) as url:
        env = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none"}
        talk = chat(terminal, "--model", "claude-scripted", env=env)
        assert "What should I do?" in talk.answer("do it", READY)
        talk.answer("pause the tent", ASKED)
        talk.answer("l", READY)
        asked = len(script.bodies)
        talk.answer("show what waits", READY)
        talk.answer("do it", ASKED)
        talk.answer("later", READY)
        talk.answer("forget it", READY)
        assert len(script.bodies) == asked
        assert statuses(ws, TENT) == ["ACTIVE"]
        assert set(states(ws).values()) == {"declined"}
        talk.answer("thanks", READY)
        heard = json.dumps(script.bodies[-1]["messages"])
        assert "is withdrawn. Nothing was changed" in heard
        talk.answer("decline the other", READY)
        assert "There is no change set cs-000000000000" in json.dumps(script.results())


def test_a_model_can_withdraw_but_not_approve(cli, ws, monkeypatch) -> None:
    """Its tool declines a set of this world that waits, and refuses what is applied or belongs elsewhere."""
    change_set, kept = proposed(cli, "--sandbox"), proposed(cli, "--sandbox-state", ws / "kept.sqlite")
    applied = proposed(cli, "--sandbox", ids=JACKET)
    cli("apply", applied)
    for wanted, said in (
        (kept, "belongs to sandbox:"),
        (applied, f": `adsteward undo {applied}` takes it back. Nothing was changed."),
        (change_set, "declined"),
    ):
        told = cli("tool", "decline", json.dumps({"change_set_id": wanted}), "--sandbox")[1]
        assert said in told
    assert states(ws) == {change_set: "declined", kept: "proposed", applied: "applied"}


def test_what_was_declined_is_not_applied_by_typing_its_id(cli, terminal, ws) -> None:
    """In a pipe it is refused, whatever approves; a person at a terminal is asked anew."""
    change_set = proposed(cli, "--sandbox")
    assert cli("decline", change_set, "--reason", "not today") == (
        0,
        f"{change_set} is declined. Nothing was changed in the account.\n",
    )
    for more in ((), ("--approve", "safe"), ("--approve", "all"), ("--json",)):
        code, said = cli("apply", change_set, *more)
        assert (code, "was declined" in said) == (3, True)
    assert cli("apply", change_set, "--approve", "ask")[0] == 3
    assert statuses(ws, TENT) == ["ACTIVE"]
    terminal("apply", change_set).until(ASKED)
    assert states(ws) == {change_set: "declined"}


# The world of a set


def live(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in (
        ("FACEBOOK_ACCESS_TOKEN", "sandbox-token"),
        ("META_GRAPH_URL", url),
        ("META_AD_ACCOUNT", ACCOUNT),
    ):
        monkeypatch.setenv(name, value)


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FACEBOOK_ACCESS_TOKEN", "META_GRAPH_URL", "META_AD_ACCOUNT"):
        monkeypatch.delenv(name)


COMMANDS_BY_ID = ("apply", "undo", "show", "decline")


def test_a_set_of_the_live_account_is_touched_nowhere_else(cli, ws, monkeypatch) -> None:
    """The scenario of the report, `apply cs-… --sandbox`, with its siblings: each is refused, and nothing is sent anywhere."""
    with Sandbox() as account, graph_server(account) as url:
        live(monkeypatch, url)
        change_set = proposed(cli)
        wrong = (("--sandbox",), ("--sandbox-state", ws / "kept.sqlite"), ("--account", OTHER))
        for command in COMMANDS_BY_ID:
            for options in wrong:
                code, said = cli(command, change_set, *options)
                assert (code, f"you say {options[0]}" in said) == (2, True), (command, options)
                assert "Nothing was changed" in said
        for url_now in ("http://127.0.0.1:9", "https://graph.facebook.com"):
            monkeypatch.setenv("META_GRAPH_URL", url_now)
            assert cli("apply", change_set, "--max-wait", 0)[0] != 0
        assert states(ws) == {change_set: "proposed"}
        assert not account.writes()
        monkeypatch.setenv("META_GRAPH_URL", url)
        assert cli("apply", change_set, "--account", ACCOUNT)[0] == 0
        assert [write["object_id"] for write in account.writes()] == [TENT]
        assert cli("undo", change_set, "--sandbox")[0] == 2
        assert len(account.writes()) == 1


def test_a_set_of_a_sandbox_is_touched_in_no_other(cli, ws, monkeypatch) -> None:
    """Its state file, the usual one and the live account are three worlds, although the account's id is the same."""
    files = {name: ws / f"{name}.sqlite" for name in ("one", "two")}
    usual, kept = proposed(cli, "--sandbox"), proposed(cli, "--sandbox-state", files["one"])
    refused = (
        (usual, ("--sandbox-state", files["one"])),
        (kept, ("--sandbox-state", files["two"])),
        (usual, ("--account", OTHER)),
        (kept, ("--sandbox", "--account", OTHER)),
    )
    for command in COMMANDS_BY_ID:
        for change_set, options in refused:
            assert cli(command, change_set, *options)[0] == 2, (command, options)
    assert set(states(ws).values()) == {"proposed"}
    with Sandbox() as account, graph_server(account) as url:
        live(monkeypatch, url)
        assert cli("apply", usual)[0] != 0
        assert not account.writes()
        elsewhere(monkeypatch)
    assert cli("apply", kept, "--sandbox")[0] == 0
    assert statuses(ws, TENT) == ["ACTIVE"]
    with Sandbox(files["one"]) as sandbox:
        assert sandbox.status(TENT) == "PAUSED"
    for tool, arguments in (("undo", {"change_set_id": kept}), ("decline", {"change_set_id": kept})):
        _, said = cli("tool", tool, json.dumps(arguments), "--sandbox", "--approve", "all")
        assert json.loads(said)["result"]["error"]
    assert states(ws)[kept] == "applied"


def test_a_chat_touches_no_set_of_another_world(cli, terminal, ws) -> None:
    """`apply` and `forget` with the id of one: refused with both worlds named, and it still waits."""
    kept = proposed(cli, "--sandbox-state", ws / "kept.sqlite")
    talk = chat(terminal, columns=40)
    assert "Nothing waits" in talk.answer("show what waits", READY)
    for word in ("apply", "forget", "/decline"):
        said = packed(talk.answer(f"{word} {kept}", READY, ASKED))
        assert packed(f"{kept} was made for sandbox:{ws / 'kept.sqlite'}") in said
    assert "Nothing waits" in talk.answer("apply it", READY)
    assert states(ws) == {kept: "proposed"}


def test_what_was_done_in_one_world_counts_in_no_other(cli, ws) -> None:
    """A limit of one pause a day: the sandbox's does not use up that of another one, and its own does."""
    (ws / "brand").mkdir()
    (ws / "brand" / "stack.md").write_text("max_pauses_per_day: 1\n", encoding="utf-8")
    pause = ("tool", "set_status", PAUSE, "--approve", "safe")
    other = json.dumps({"ids": [JACKET], "status": "PAUSED"})
    assert cli(*pause, "--sandbox")[0] == 0
    assert cli("tool", "set_status", other, "--approve", "safe", "--sandbox")[0] == 3
    assert cli(*pause, "--sandbox-state", ws / "kept.sqlite")[0] == 0


def test_history_and_show_name_the_world(cli, ws, monkeypatch) -> None:
    """Of every set, for people and for programs, and the account with it."""
    sets = {"SANDBOX": proposed(cli, "--sandbox")}
    with Sandbox() as account, graph_server(account) as url:
        live(monkeypatch, url)
        sets["LIVE"] = proposed(cli)
    worlds = {"SANDBOX": "sandbox", "LIVE": url}
    rows = {row["id"]: row for row in json.loads(cli("history", "--json")[1])["change_sets"]}
    history = cli("history")[1]
    assert len(history.splitlines()) == len(sets)
    for name, change_set in sets.items():
        assert f"{change_set}  {name} {ACCOUNT}  " in history
        assert (rows[change_set]["world"], rows[change_set]["account"]) == (worlds[name], ACCOUNT)
        shown = cli("show", change_set)[1]
        assert shown.startswith(f"{name} · Northwind Outdoor (demo) · {ACCOUNT} · USD\n")
        assert f"world: {worlds[name]}" in shown
        assert json.loads(cli("show", change_set, "--json")[1])["world"] == worlds[name]


# `--approve ask` where the output is for a program

ASKING = (
    ("tool", "set_status", PAUSE, "--approve", "ask"),
    ("run", f"pause {TENT}", "--model", "offline", "--json", "--approve", "ask"),
)


@pytest.mark.parametrize("command", ASKING, ids=["tool", "run --json"])
def test_json_for_a_program_and_a_question_for_the_person(terminal, ws, tmp_path, command) -> None:
    """On standard error, whole, at 40 columns; standard output holds one JSON object and nothing else."""
    out = tmp_path / "out.json"
    opened = terminal(*command, "--sandbox", columns=40, elsewhere=("stdout",), out=out)
    shown = opened.until(ASKED)
    assert packed(f"pause ad “Static – Tent 20% off” ({TENT})") in packed(shown)
    assert packed("SANDBOX · Northwind Outdoor (demo)") in packed(shown)
    opened.answer("yes")
    told = json.loads(out.read_text())
    assert (opened.code, told["status"]) == (0, "done")
    assert statuses(ws, TENT) == ["PAUSED"]


@pytest.mark.parametrize(
    "command",
    [
        *ASKING,
        ("run", f"pause {TENT}", "--model", "offline", "--approve", "ask"),
        ("apply",),
        ("apply", "--json"),
    ],
    ids=["tool", "run --json", "run", "apply", "apply --json"],
)
def test_where_nobody_can_be_asked_it_is_said(cli, ws, command) -> None:
    """A pipe: the set waits, and the reason names the missing terminal."""
    if command[0] == "apply":
        command = (*command, proposed(cli, "--sandbox"), "--approve", "ask")
    else:
        command = (*command, "--sandbox")
    code, said = cli(*command)
    assert code == 3
    assert "nobody can be asked: the input is no terminal" in said
    assert set(states(ws).values()) == {"proposed"}
