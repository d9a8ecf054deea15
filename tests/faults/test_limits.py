"""The limits of a day and the yes to a set, judged by the server's record, in a history with a tight day."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent.writes.generations import Generation
from agent.writes.journal import Journal
from tests.faults.account import PERSON
from tests.faults.checks import Violation
from tests.faults.history import History, fast_folder
from tests.faults.people import TIGHT, Person
from tests.faults.plans import Wish

PAUSES = [[Wish("ad status", 0, 3)], [Wish("ad status", 2, 3)]]
"""Three pauses and three more: two more than a day may have."""


@pytest.fixture
def tight() -> Iterator[History]:
    with fast_folder() as folder:
        (path := Path(folder) / "state").mkdir()
        with closing(History(path, limits=TIGHT)) as history:
            yield history


def proposed(history: History, number: int = 2) -> list[Any]:
    return [history.propose(wishes, approved=False) for wishes in PAUSES[:number]]


def paused(history: History) -> int:
    return sum(c.values.get("status") == "PAUSED" for c in history.account.commits)


def test_the_second_set_of_a_day_waits(tight):
    """Three pauses are done, the next three would be six of four: a plain yes does not do."""
    for change_set in proposed(tight):
        tight.run(change_set)
    assert paused(tight) == 3
    assert list(tight.verdicts.values()) == ["approved", "later"]


def test_what_another_process_approves_while_a_person_thinks_counts(tight):
    """The yes comes after the day was filled."""
    first, second = proposed(tight)
    tight.decide(
        first, "ask", Person(tight.clock, tight.answered, meanwhile=[lambda: tight.beside(tight.place, 1)])
    )
    tight.run(first)
    assert tight.verdicts == {first.id: "later", second.id: "approved"}
    assert paused(tight) == 3


@pytest.mark.parametrize("how", ["put back", "a copy"])
def test_a_folder_that_does_not_know_its_day_lets_nothing_through(tight, how):
    """What was approved since the backup, or from the other folder, is not in it; a day later its own is all."""
    first, second = proposed(tight)
    tight.place.back_up()
    copy = tight.copy()
    tight.run(first)
    if how == "put back":
        tight.restore(0)
    else:
        tight.place = copy
    tight.run(second)
    assert tight.verdicts[second.id] == "later"
    assert paused(tight) == 3
    tight.clock.sleep(86_400)
    tight.run(second)
    assert paused(tight) == 6


def test_a_clock_that_is_set_forward_frees_no_day(tight):
    """By Meta's clock the day goes on."""
    first, second = proposed(tight)
    tight.run(first)
    tight.set_clock(90_000)
    tight.run(second)
    assert tight.verdicts[second.id] == "later"


def test_an_approval_that_is_a_day_old_by_metas_clock_holds_no_more(tight):
    """Though this machine's clock was set back meanwhile: it is asked again."""
    (change_set,) = proposed(tight, 1)
    tight.decide(change_set, "ask", Person(tight.clock, tight.answered))
    tight.clock.sleep(87_000)
    tight.set_clock(-86_400)
    asked = len(tight.answers)
    tight.run(change_set)
    assert len(tight.answers) == asked + 1
    assert paused(tight) == 3


def test_a_clock_that_is_set_forward_opens_no_locked_budget(history):
    """The fifth change of a budget within an hour of Meta's waits, whatever this machine's clock says."""
    for number in range(5):
        history.planner.budgets.clear()
        change_set = history.propose([Wish("budget", 0)])
        history.set_clock(7200 if number == 4 else 0)
        history.run(change_set)
    done = [c for c in history.account.commits if c.thing.id == "20" and c.who != PERSON]
    assert len(done) == 4
    assert "four times within the hour" in history.observer.outcomes(change_set)[0].note


def test_a_day_with_too_much_is_seen(tight, monkeypatch):
    """A program that judges nothing passes the limit, and the record of the server tells."""
    monkeypatch.setattr("agent.writes.envelope.Envelope.over", lambda *_: "")
    first, second = proposed(tight)
    tight.run(first)
    with pytest.raises(Violation, match="over: max_pauses_per_day"):
        tight.run(second)


def test_a_folder_that_was_put_back_and_not_noticed_is_seen(tight, monkeypatch):
    """Without the number outside of the folder the day would be forgotten."""
    monkeypatch.setattr(Generation, "bring_in_line", lambda *_: "")
    monkeypatch.setattr(Generation, "raise_it", lambda *_: None)
    first, second = proposed(tight)
    tight.place.back_up()
    tight.run(first)
    tight.restore(0)
    with pytest.raises(Violation, match="over: max_pauses_per_day"):
        tight.run(second)


def test_what_nobody_approved_is_seen(tight, monkeypatch):
    """A program that takes every set for approved is caught with its first write."""
    monkeypatch.setattr(Journal, "approved", lambda *_: True)
    with pytest.raises(Violation, match="unasked"):
        tight.run(proposed(tight, 1)[0])
