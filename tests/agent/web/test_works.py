"""What takes longer than an answer: once per key, told as it happens, ended with the server."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pkgutil import resolve_name
from typing import Any

import pytest

from agent.run.events import Noted, TextDelta, ToolFinished, ToolStarted
from agent.setup.stops import ConfigError
from agent.web import looks
from agent.web.page_app import Site
from agent.web.works import News, Work, Works
from agent.writes.change_events import Landed, NotNewest, Progress
from tests.agent.web.conftest import Browser, Propose
from tests.tools.support import TENT
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


def test_what_ends_while_a_page_is_made_is_looked_at_again(
    browser: Browser, site: Site, propose: Propose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that read how it was before does not stand there as if it were the end."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    account = "act_123456789"
    for key, path, begun in (
        (looks.ALL, "/", "agent.web.glance_page.at_a_glance"),
        (looks.key_of(account), f"/accounts/{account}", "agent.web.account_page.looks.snapshots"),
        (looks.key_of(account), f"/accounts/{account}/campaigns", "agent.web.account_page.looks.snapshots"),
        (change_set.id, f"/sets/{change_set.id}", "agent.web.set_page.stored_set"),
    ):
        go_on = threading.Event()
        work = site.house.works.begin(key, lambda _, go_on=go_on: go_on.wait(30) and None)
        reading = resolve_name(begun)

        def ending(
            *given: Any, go_on: Any = go_on, work: Any = work, reading: Any = reading, **named: Any
        ) -> Any:
            go_on.set()
            list(work.told(30))
            return reading(*given, **named)

        with monkeypatch.context() as patched:
            patched.setattr(begun, ending)
            browser.get(path)
        assert work.over
        assert 'http-equiv="refresh"' in browser.page.text, path
        assert 'http-equiv="refresh"' not in (browser.get(path), browser.page.text)[1], path
