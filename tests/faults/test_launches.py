"""A launch of several pictures, creatives and ads: killed and cut off anywhere, it ends as exactly the wanted ads."""

import httpx
import pytest

from tests.faults import faults
from tests.faults.history import History
from tests.faults.plans import Wish

ADS_EACH, PICTURES = 4, 3
LAUNCH = [Wish("launches", 0, ADS_EACH)]
WRITES = PICTURES + 2
"""Requests that write when nothing fails: each picture, the creatives, the ads."""
DROPPED = (
    faults.lost("dropped before", httpx.ReadError),
    faults.lost("reset after", httpx.ReadError, after=True),
    faults.late(20, reset=True),
)


@pytest.fixture
def steps(new_history) -> int:
    """How many steps the launch takes when nothing fails."""
    with new_history() as history:
        history.run(history.propose(LAUNCH))
        assert history.server.seen["write requests"] == WRITES
        return history.steps


def ends_as_wanted(history: History) -> None:
    """Every ad once and PAUSED, every creative once, and nothing that nobody planned."""
    history.end()
    (change_set,) = history.sets
    wanted = {
        kind: [c.name for c in change_set.changes if c.kind == f"create_{kind}"]
        for kind in ("ad", "creative")
    }
    for kind, names in wanted.items():
        ours = [t for t in history.account.of(kind) if str(t.row["name"]).startswith("New ")]
        assert sorted(t.row["name"] for t in ours) == sorted(names)
        assert kind != "ad" or {t.row["status"] for t in ours} == {"PAUSED"}


def test_a_launch_killed_at_any_step(new_history, steps):
    """Before and after each commit and each request; the next process goes on."""
    for step in range(1, steps + 1):
        with new_history() as history:
            assert history.run(history.propose(LAUNCH), dies_at=step) is None
            ends_as_wanted(history)


def test_a_launch_killed_again_and_again(new_history, steps):
    """Each process does a little more before it dies, too."""
    for length in range(3, steps, 5):
        with new_history() as history:
            change_set = history.propose(LAUNCH)
            for dies_at in range(length, steps + length, length):
                history.run(change_set, dies_at=dies_at)
            ends_as_wanted(history)


@pytest.mark.parametrize("fault", DROPPED, ids=repr)
@pytest.mark.parametrize("place", range(WRITES))
def test_a_launch_cut_off_anywhere(new_history, steps, fault, place):
    """Any write loses its answer, and the process lives on or dies anywhere after it."""
    for dies_at in (None, *range(12, steps, 9)):
        with new_history() as history:
            history.run(history.propose(LAUNCH), [None] * place + [fault], dies_at=dies_at)
            ends_as_wanted(history)


@pytest.mark.parametrize("fault", faults.batch_faults(faults.Items()), ids=repr)
def test_some_of_a_launch_fail(new_history, fault):
    """Some creatives or ads of a batch have another fate; no promise is broken, and what can be made is made."""
    for place in (PICTURES, PICTURES + 1):
        with new_history() as history:
            history.run(history.propose(LAUNCH), [None] * place + [fault])
            history.end()
