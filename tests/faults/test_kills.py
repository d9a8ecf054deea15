"""Plans with every kind of change, killed at each of their steps, alone and after each kind of fault."""

import pytest

from tests.faults import faults
from tests.faults.history import History
from tests.faults.plans import Wish

PLAN = [
    Wish("launch", 0, 2),
    Wish("ad status", 3, 2),
    Wish("ad set status", 1),
    Wish("budget", 2),
    Wish("new ads", 4),
    Wish("delete ads", 9),
]
MORE = [
    *(
        Wish("started structure", 1),
        Wish("rules"),
        Wish("video"),
        Wish("variants", 4),
        Wish("ad set times", 1),
    ),
    *(Wish("ad name", 7), Wish("ad set label", 2), Wish("spend cap"), Wish("targeting", 3)),
    *(Wish("archive ads", 11), Wish("archive ad sets", 3), Wish("delete rules", 1)),
]
"""What is edited, and what is made and started by one set."""
WRITES = 4
"""Requests that write when nothing fails: the upload, the creative with all that builds on nothing, its ads, the deletion."""


@pytest.fixture
def steps(new_history) -> int:
    """How many steps the plan takes when nothing fails."""
    with new_history() as history:
        history.run(history.propose(PLAN))
        assert history.server.seen["write requests"] == WRITES
        return history.steps


def test_a_kill_at_any_step_does_no_harm(new_history, steps):
    """Before and after each commit and each request; the next process goes on and ends as planned."""
    for step in range(1, steps + 1):
        with new_history() as history:
            assert history.run(history.propose(PLAN), dies_at=step) is None
            history.end()


def test_a_second_kill_does_no_harm_either(new_history, steps):
    """The process that takes over is killed, too, and the third one right after it started."""
    for first in range(1, steps + 1, 7):
        for second in range(1, steps, 11):
            with new_history() as history:
                change_set = history.propose(PLAN)
                history.run(change_set, dies_at=first)
                history.run(change_set, dies_at=second)
                history.run(change_set, dies_at=2)
                history.end()


@pytest.mark.parametrize("fault", faults.EVERY_WRITE_FAULT, ids=repr)
def test_each_fault_of_a_write_at_each_place(new_history, fault):
    """Whichever write it hits, and wherever the process is killed after it."""
    for place in range(WRITES):
        for dies_at in (None, *range(10 + 12 * place, 46, 12)):
            with new_history() as history:
                history.run(history.propose(PLAN), [None] * place + [fault], dies_at=dies_at)
                history.end()


@pytest.mark.parametrize("fault", faults.EVERY_READ_FAULT, ids=repr)
def test_each_fault_of_a_read_while_looking(new_history, fault):
    """A write lost its answer, and one of the reads that look for it fails."""
    for place in range(4):
        with new_history() as history:
            change_set = history.propose(PLAN)
            lost = [None, faults.late(20, reset=True)]
            history.run(change_set, lost, [None] * place + [fault])
            history.end()


def test_a_frozen_process_that_thaws_does_no_harm(new_history: History, steps):
    """The lid is closed for an hour at any commit."""
    for step in range(1, steps + 1):
        with new_history() as history:
            history.run(history.propose(PLAN), freezes_at=step, frozen_s=3600)
            history.end()


def test_a_kill_amid_edits_and_what_is_started_at_once(new_history):
    """At some steps, and without the answer to a write before it: all of it is done, each once."""
    for step in range(7, 102, 23):
        with new_history() as history:
            change_set = history.propose(MORE)
            history.run(change_set, [None] * (step // 12) + [faults.late(20, reset=True)], dies_at=step)
            history.end()
            assert {o.state for o in history.observer.outcomes(change_set)} == {"CONFIRMED"}
