"""What takes longer than an answer: once per key, told as it happens, ended with the server."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.run.events import Noted, TextDelta, ToolFinished, ToolStarted
from agent.setup.stops import ConfigError
from agent.web.works import News, Work, Works
from agent.writes.change_events import Landed, NotNewest, Progress
from tools.graph import Smaller, Waiting


@pytest.fixture
def works() -> Iterator[Works]:
    made = Works()
    yield made
    made.close()


def test_what_happens_is_told_by_what_it_is() -> None:
    """Steps, what the person should hear, and pieces of the answer; tokens and what nobody sees are in none."""
    token = "EAAB" + "x" * 40
    until = datetime(2026, 11, 27, 12, tzinfo=UTC)
    heard: tuple[tuple[Any, News | None], ...] = (
        (ToolStarted("1", "review_performance", {}), News("step", "review performance")),
        (ToolFinished("1", "inspect", "{}", is_error=False), None),
        (Progress("cs-1", 1, 3), News("step", "1 of 3 changes done")),
        (Smaller("asking for less"), News("step", "asking for less")),
        (Waiting("too many calls", 60, until), News("step", f"waiting until {until.astimezone():%H:%M:%S}: too many calls")),
        (Noted(f"hear {token}\u202e"), News("note", "hear [hidden]")),
        (NotNewest("cs-1", "an older journal"), News("note", "an older journal")),
        (Landed("cs-1", (), ("a.csv", "b.json"), ("c cannot be written",)), News("note", "The results are in a.csv, b.json. c cannot be written")),
        (TextDelta("one "), News("text", "one ")),
        (TextDelta("two"), News("text", "two")),
    )  # fmt: skip
    work = Work()
    for event, _ in heard:
        work.hear(event)
    work.end(None)
    assert list(work.told(0)) == [news for _, news in heard if news]
    assert (work.written, len(work.steps), len(work.notes)) == ("one two", 4, 3)


def test_a_key_is_worked_on_once_at_a_time_and_tries_are_numbered(works: Works) -> None:
    """A second beginning gives the first, until it is over; whoever watches is told that it still goes on."""
    go_on = threading.Event()

    def job(_: Work) -> Any:
        assert go_on.wait(30)
        raise ConfigError("It went wrong. Nothing was changed.")

    first = works.begin("a", job)
    assert works.begin("a", job) is first
    assert next(first.told(0)) is None
    go_on.set()
    assert list(first.told(30)) == []
    assert (first.over, first.answer) == (True, "It went wrong. Nothing was changed.")
    second = works.begin("a", job)
    assert (first.number, second.number, works.of("a") is second) == (1, 2, True)
    assert works.of("b") is None
