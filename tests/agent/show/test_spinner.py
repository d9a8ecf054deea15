"""What says that something is being done is there only meanwhile, and only for people at a terminal."""

import io
import threading

import pytest

from agent.run.events import RunEnded, ToolStarted, TurnStarted
from agent.show import spinner
from agent.show.screen import Screen
from agent.show.spinner import Spinner
from agent.writes.change_events import Proposed
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tools.graph import Exchange

WITHIN_S = 30


class Tty(io.StringIO):
    """A terminal that tells when something was drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        self.drawn.set()
        return written

    def next(self) -> str:
        """All that stands there once something more was drawn."""
        self.drawn.clear()
        assert self.drawn.wait(WITHIN_S)
        return self.getvalue()


@pytest.fixture
def tty(monkeypatch: pytest.MonkeyPatch) -> Tty:
    monkeypatch.setattr(spinner, "UNNOTICED_S", 0.0)
    monkeypatch.setattr(spinner, "EVERY_S", 0.001)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Tty()


def test_it_says_what_how_much_and_how_long_and_leaves_nothing(tty: Tty) -> None:
    """Rows are counted with separators; after `hide` the line is erased and nothing more is written."""
    busy = Spinner(tty)
    busy.show("get insights")
    busy.read(1_200)
    busy.read(34)
    assert "get insights" in tty.next()
    assert "get insights · 1,234 rows read · 0 s" in tty.next()
    busy.hide()
    shown = tty.getvalue()
    assert shown.endswith("\r\x1b[2K")
    busy.show("thinking")
    assert "rows" not in tty.next()[len(shown) :]
    busy.hide()


@pytest.mark.parametrize("wish", [("NO_COLOR", "1"), ("TERM", "dumb"), None])
def test_it_is_not_there_where_it_is_not_wanted(
    tty: Tty, monkeypatch: pytest.MonkeyPatch, wish: tuple[str, str] | None
) -> None:
    """NO_COLOR, a dumb terminal, a file, and no stream at all."""
    if wish:
        monkeypatch.setenv(*wish)
    threads = threading.active_count()
    for stream in (tty if wish else io.StringIO(), None):
        busy = Spinner(stream)
        busy.show("thinking")
        busy.read(3)
        busy.hide()
    assert threading.active_count() == threads
    assert tty.getvalue() == ""


def test_nothing_turns_between_a_change_set_and_its_question(tty: Tty) -> None:
    """It begins with a turn or a call, and ends before anything is shown or said."""
    screen = Screen()
    screen._spinner = Spinner(tty)
    told = iter(
        (TurnStarted(1), ToolStarted("1", "set_status", {}), Exchange("GET", "act_1", {}, "ok", 5, rows=7))
    )
    screen(next(told))
    assert "thinking" in tty.next()
    screen(next(told))
    screen(next(told))
    assert "set status" in tty.next()
    for quiets in (
        lambda: screen(Proposed(a_set(change()), "")),
        lambda: screen.say("x"),
        lambda: screen(RunEnded("done", "")),
    ):
        screen(TurnStarted(2))
        tty.next()
        quiets()
        shown = tty.getvalue()
        assert shown.endswith("\r\x1b[2K")
        assert screen._spinner._what == ""
