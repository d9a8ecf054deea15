"""The line that requests are typed on: several lines, what was typed before, completion, and keys that answer no question."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth, DummyOutput

from agent.cli.desk import slash
from agent.cli.desk.editor import Editor, _output
from agent.cli.desk.suggestions import Known, Suggestions
from agent.cli.desk.typed_before import LONGEST, MOST_BYTES, MOST_LINES, TypedBefore
from agent.show import keyboard
from tools.graph.redact import HIDDEN, Redactor

TOKEN = "EAAB" + "x" * 40
NAMES = ["Static – Tent 20% off", "Static – Bug net", "Summer – Prospecting", "«odd» \x1b[2J name"]


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as given:
        yield given


@pytest.fixture
def before(tmp_path: Path) -> TypedBefore:
    return TypedBefore(tmp_path / "state" / "typed", Redactor().text)


@pytest.fixture
def suggestions() -> Suggestions:
    arguments = {"use": lambda: [("act_1", "Japan"), ("act_2", "Outlet")]}
    return Suggestions(Known(slash.HELP, arguments, lambda: NAMES))


@pytest.fixture
def editor(keys: PipeInput, before: TypedBefore, suggestions: Suggestions) -> Iterator[Editor]:
    made = Editor(before, suggestions, given=keys, shown=DummyOutput())
    yield made
    keyboard.forgetting.remove(made.forget)


def ask(editor: Editor) -> str:
    return editor.ask("LIVE", "Shop (act_1, USD)", "bold white on red")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("how are my ads?\r", "how are my ads?"),
        ("\x1b[200~one\r\ntwo\n\nthree\x1b[201~\r", "one\ntwo\n\nthree"),
        ("one\x1b\rtwo\r", "one\ntwo"),
        ("one\\\rtwo\r", "one\ntwo"),
        ("paus\x1b[D\x1b[Da\x1b[Fe\r", "paause"),
        ("a\\b\r", "a\\b"),
    ],
)
def test_what_is_sent(editor: Editor, keys: PipeInput, typed: str, sent: str) -> None:
    """Enter sends, a paste of several lines is one message, Alt-Enter or a backslash at the end begins a new line."""
    keys.send_text(typed)
    assert ask(editor) == sent


def test_ctrl_c_and_ctrl_d_are_told_apart(editor: Editor, keys: PipeInput) -> None:
    """One forgets the line, the other leaves."""
    keys.send_text("pause it\x03")
    with pytest.raises(KeyboardInterrupt):
        ask(editor)
    keys.send_text("\x04")
    with pytest.raises(EOFError):
        ask(editor)


def test_keys_read_ahead_are_forgotten_with_the_question(editor: Editor, keys: PipeInput) -> None:
    """What came with a request waits for the next line, but not beyond a question that is asked between."""
    keys.send_text("one\rtwo\ryes\r")
    assert [ask(editor), ask(editor)] == ["one", "two"]
    keyboard.forget_pending()
    keys.send_text("later\r")
    assert ask(editor) == "later"


def test_what_was_typed_is_kept_without_secrets(
    editor: Editor, keys: PipeInput, before: TypedBefore, tmp_path: Path
) -> None:
    """For the arrow keys, Ctrl-R and the next talk, in a file of the person's alone; a token is in none of them."""
    for text in ("spend yesterday", f"my token is {TOKEN}", "spend yesterday", "spend yesterday"):
        keys.send_text(f"{text}\r")
        ask(editor)
    path = tmp_path / "state" / "typed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = [json.loads(line) for line in path.read_text().splitlines()]
    assert kept == ["spend yesterday", f"my token is {HIDDEN}", "spend yesterday"]
    assert TOKEN not in "".join(before.get_strings())
    keys.send_text("\x1b[A\x1b[A\r")
    assert ask(editor) == f"my token is {HIDDEN}"
    keys.send_text("\x12spend\r\r")
    assert ask(editor) == "spend yesterday"


def test_what_was_typed_before_is_bounded_and_never_in_the_way(before: TypedBefore, tmp_path: Path) -> None:
    """The oldest make room, endless texts are not kept, and a file that is damaged or open to others is nothing before."""
    path = tmp_path / "state" / "typed"
    path.parent.mkdir()
    path.write_text('no JSON\n{"a": 1}\n"good"\n' * MOST_LINES)
    path.chmod(0o600)
    before.store_string("newest")
    before.store_string("x" * (LONGEST + 1))
    kept = path.read_text().splitlines()
    assert (len(kept), kept[-1], set(kept[:-1])) == (MOST_LINES, '"newest"', {'"good"'})
    path.write_text("".join(json.dumps("y" * LONGEST) + "\n" for _ in range(180)))
    before.store_string("ä" * LONGEST)
    assert path.stat().st_size < MOST_BYTES
    path.chmod(0o644)
    assert list(before.load_history_strings()) == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/", [f"/{name}" for name in slash.HELP]),
        ("/un", ["/undo"]),
        ("/use ", ["act_1", "act_2"]),
        ("use jap", ["act_1"]),
        ("pause st", NAMES[:2]),
        ("pause “", NAMES),
        ('rename "bug', ["Static – Bug net"]),
        ("pause summer – pro", ["Summer – Prospecting"]),
        ("make an ad from her", ["hero.jpg"]),
        ("launch ./fol", ["folder/"]),
        ("launch folder/a", ["ads.json"]),
        ("what did I spend", []),
        ("/nothing", []),
        ("open ~nobody-here/", []),
        ("p", []),
    ],
)
def test_what_a_text_may_go_on_as(
    suggestions: Suggestions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, offered: list[str]
) -> None:
    """Commands behind a slash, accounts by id or name, names as far as they are typed or quoted, files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "ads.json").touch()
    (tmp_path / "hero.jpg").touch()
    found = list(suggestions.get_completions(Document(typed), CompleteEvent()))
    assert [one.text for one in found] == offered
    assert not any("\x1b" in one.display_text for one in found)


@pytest.mark.parametrize(("columns", "lines"), [(80, 3), (24, 4)])
def test_the_prompt_says_where_it_is(monkeypatch: pytest.MonkeyPatch, columns: int, lines: int) -> None:
    """World and account stand above the mark, the live world in its colour, broken where the window ends."""
    from agent.cli.desk import editor

    size = type("Size", (), {"columns": columns})
    output = type("Out", (), {"get_size": staticmethod(lambda: size)})
    monkeypatch.setattr(editor, "get_app", lambda: type("App", (), {"output": output}))
    told = editor._prompt("LIVE", "Northwind (act_123456789, USD)", editor._here("bold white on red"))
    text = "".join(part for _, part in told)
    assert text.split() == "LIVE Northwind (act_123456789, USD) >".split()
    assert text.count("\n") == lines - 1
    assert ("bold fg:ansiwhite bg:ansired", "LIVE") in told


def test_the_prompt_has_no_colours_where_none_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR holds for the line that is typed on as well."""
    terminal, other = os.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    with os.fdopen(other, "w") as shown, os.fdopen(terminal):
        monkeypatch.setattr("sys.stdout", shown)
        monkeypatch.delenv("NO_COLOR", raising=False)
        assert _output().get_default_color_depth() != ColorDepth.DEPTH_1_BIT
        monkeypatch.setenv("NO_COLOR", "1")
        assert _output().get_default_color_depth() == ColorDepth.DEPTH_1_BIT
