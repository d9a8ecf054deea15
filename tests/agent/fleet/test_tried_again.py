"""A time that failed in passing is tried again, a few times and not for long, unless something came of it meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.fleet.order_book import OrderBook
from agent.fleet.orders import End
from agent.fleet.tries import TRY_AGAIN_MIN
from agent.setup.stops import Exit
from agent.writes.journal import Journal
from tests.agent.fleet.conftest import JAPAN, US, Add
from tests.agent.fleet.test_due_work import Fleet, die, killed, proposed
from tests.agent.support import Clock

pytestmark = pytest.mark.usefixtures("engine")

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
AWAY = End("error", Exit.META, "no connection", passing=True)


@pytest.fixture
def fleet(state: Path, clock: Clock, open_book: Callable[[], OrderBook]) -> Fleet:
    return Fleet(state, clock, open_book)


@pytest.fixture
def journal(state: Path, clock: Clock, book: OrderBook) -> Iterator[Journal]:
    with closing(Journal(state / "journal.sqlite", now=clock.now)) as opened:
        yield opened


def test_it_is_tried_again_after_growing_waits_and_then_comes_as_usual(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """Each try is said beforehand and seen in the book; the last failure waits for the next time."""
    order = add()
    clock.later(HOUR_S)  # 08:00
    fleet.during = [lambda _: AWAY] * 4
    for wait_min, said in zip((*TRY_AGAIN_MIN, 0), ("08:05", "08:25", "09:25", ""), strict=True):
        assert fleet.once() == [4]
        note = f"tried again from 2026-11-27 {said} UTC-05:00 on" if said else ""
        assert fleet.told[-1][3:] == ("no connection", note)
        again = clock.now() + timedelta(minutes=wait_min) if said else None
        assert book.slots(order)[0].again == again
        assert book.next_due() == (again or book.slots(order)[0].due)
        assert fleet.once() == []
        clock.later(wait_min * MINUTE_S)
    assert (len(fleet.ran), fleet.once()) == (4, [])
    clock.later(DAY_S)
    assert fleet.once() == [0]


def test_it_is_tried_again_when_meta_said(fleet: Fleet, add: Add, clock: Clock, book: OrderBook) -> None:
    """Neither sooner nor later, and never within the same minute."""
    order = add()
    clock.later(HOUR_S)
    fleet.during = [lambda _: replace(AWAY, wait_s=600), lambda _: replace(AWAY, wait_s=2)]
    for wait_s in (600, 60):
        assert fleet.once() == [4]
        assert book.slots(order)[0].again == clock.now() + timedelta(seconds=wait_s)
        clock.later(wait_s)
    assert fleet.once() == [0]


def test_one_that_goes_well_is_over(fleet: Fleet, add: Add, clock: Clock, book: OrderBook) -> None:
    """Once, in its own account, and late tries say by how much."""
    order = add(US, JAPAN)
    clock.later(HOUR_S)
    fleet.during = [lambda _: AWAY]
    assert fleet.once() == [4]
    assert [slot.again is not None for slot in book.slots(order)] == [True, False, False]
    clock.later(30 * MINUTE_S)
    assert fleet.once() == [0]
    assert fleet.told[-1][4] == "late by 25 min: it was due at 2026-11-27 08:05 UTC-05:00"
    assert [slot.again for slot in book.slots(order)] == [None] * 3
    assert fleet.once() == []


@pytest.mark.parametrize(
    "end",
    [
        End("error", Exit.META, "the token is dead"),
        End("needs_approval", Exit.APPROVAL, "waits", ("cs-000000000001",), passing=True),
        End("done", Exit.DONE, "fine"),
    ],
)
def test_what_lasts_or_led_to_something_is_not_tried_again(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook, end: End
) -> None:
    """A dead token is dead in five minutes, too, and a proposal is never made twice."""
    order = add()
    clock.later(HOUR_S)
    fleet.during = [lambda _: end]
    fleet.once()
    assert book.slots(order)[0].again is None
    clock.later(2 * HOUR_S)
    assert fleet.once() == []


def test_nothing_is_tried_again_once_something_was_proposed_meanwhile(
    fleet: Fleet, add: Add, clock: Clock, journal: Journal
) -> None:
    """By whomever, in that account: a person is told what waits instead."""
    add()
    clock.later(HOUR_S)
    fleet.during = [lambda _: AWAY]
    fleet.once()
    clock.later(2 * MINUTE_S)
    made = proposed(journal, clock)
    clock.later(3 * MINUTE_S)
    assert fleet.once() == [3]
    assert "It is not tried again, as something was proposed in its account meanwhile." in fleet.told[-1][3]
    assert f"{made.id} waits since it was proposed" in fleet.told[-1][3]
    clock.later(2 * HOUR_S)
    assert (len(fleet.ran), fleet.once()) == (1, [])


def test_its_next_time_takes_the_place_of_a_try(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """Late, only the usual one is done; and none is tried again behind its next time."""
    order = add()
    clock.later(HOUR_S)
    fleet.during = [lambda _: AWAY]
    fleet.once()
    clock.later(DAY_S)
    assert (fleet.once(), fleet.once()) == ([0], [])
    clock.later(DAY_S - 4 * MINUTE_S)
    book.run("UPDATE slots SET due=?", clock.now().isoformat(timespec="microseconds"))
    fleet.during = [lambda _: AWAY]
    assert fleet.once() == [4]  # four minutes before the next
    assert book.slots(order)[0].again is None


def test_a_paused_order_and_one_begun_by_hand_are_not_tried_again(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """A person decides when it comes."""
    order = add()
    fleet.during = [lambda _: AWAY, lambda _: AWAY, lambda _: book.set_state(order, "paused") or AWAY]
    fleet.worker().now(order)
    assert book.slots(order)[0].again is None
    clock.later(HOUR_S)
    fleet.once()
    assert book.slots(order)[0].again
    book.set_state(order, "paused")
    assert book.slots(order)[0].again is None
    book.set_state(book.order(order.id), "active")
    clock.later(DAY_S)
    fleet.once()
    assert (book.slots(order)[0].again, fleet.once()) == (None, [])


def test_a_worker_that_died_over_a_try_ends_the_trying(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """It is stood in for once, as over any run; killed again, its next time comes as usual."""
    order = add()
    clock.later(HOUR_S)
    fleet.during = [lambda _: AWAY, die, die]
    fleet.once()
    clock.later(5 * MINUTE_S)
    killed(fleet)
    killed(fleet)
    assert fleet.once() == [130]
    assert book.slots(order)[0].again is None
    clock.later(HOUR_S)
    assert (len(fleet.ran), fleet.once()) == (3, [])


def test_a_book_of_before_learns_it(
    state: Path, clock: Clock, add: Add, book: OrderBook, engine: str
) -> None:
    """A file without the table gets it, and keeps its orders."""
    order = add()
    if engine == "postgres":
        pytest.skip("what is shared has no file of before")
    book.run("DROP TABLE again")
    book.run("PRAGMA user_version=1")
    with closing(OrderBook(state / "schedules.sqlite", now=clock.now)) as opened:
        assert opened.slots(order)[0].again is None
