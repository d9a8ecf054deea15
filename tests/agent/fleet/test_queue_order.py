"""What goes first, what waits without holding anything up, and what is not begun any more; with DBOS in `test_account_queue.py`."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from agent.fleet.fleet_state import due_since
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import End, Spot
from agent.setup.stops import Exit
from tests.agent.fleet.conftest import OUTLET, US, Add
from tests.agent.fleet.test_due_work import Fleet
from tests.agent.support import Clock

pytestmark = pytest.mark.usefixtures("engine")
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
MANY = [Spot(f"act_{number}", "Shop", "America/New_York") for number in range(10, 16)]
AWAY = End("error", Exit.META, "no connection", passing=True)


@pytest.fixture
def fleet(state: Path, clock: Clock, open_book: Callable[[], OrderBook]) -> Fleet:
    return Fleet(state, clock, open_book, seen=lambda _: (MANY, True))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_somebody_waits_for_goes_before_the_mornings_many(
    fleet: Fleet, add: Add, clock: Clock, workers: int
) -> None:
    """A schedule that is ahead, also one that came due last and while the others are done, and what webhooks told of: after one run at most."""
    add(*MANY)
    clock.later(DAY_S)
    late = add(US, ahead=True)
    beside = list[int]()
    fleet.during = [lambda _: None, lambda _: clock.later(DAY_S)]
    worker = fleet.worker()
    worker.workers, worker.beside = workers, lambda *_: beside.append(len(fleet.ran)) or []
    worker.once()
    assert fleet.ran[2] == (late.id, "act_1")
    assert [account for _, account in fleet.ran[:2]] == ["act_10", "act_11"]
    assert beside[:4] == [0, 1, 2, 4]
    assert fleet.ran.count((late.id, "act_1")) == 1


def test_in_one_account_it_goes_first_too(fleet: Fleet, add: Add, clock: Clock, book: OrderBook) -> None:
    """Whatever has been due for longer there; and it is told from the others, in the book of a release that knew none as well."""
    usual, ahead = add(OUTLET, at=add(US).at), add(OUTLET, ahead=True, request="pause underperforming ads")
    clock.later(DAY_S)
    book.run("UPDATE slots SET due='2026-11-27T12:30:00+00:00' WHERE order_number=?", usual.number)
    assert book.due_accounts() == ["act_3", "act_1"]
    assert book.due_accounts(ahead=True) == ["act_3"]
    claim = book.claim("someone", "act_3")
    assert claim
    assert (claim.order.id, claim.order.ahead, book.order("s1").ahead) == (ahead.id, True, False)


def test_a_book_of_an_earlier_release_gets_what_it_lacks(
    add: Add, book: OrderBook, open_book: Callable[[], OrderBook], engine: str
) -> None:
    """Its orders are as they were, and none is ahead."""
    add()
    book.run("ALTER TABLE orders DROP COLUMN ahead")
    book.run("PRAGMA user_version=0" if engine == "sqlite" else "DELETE FROM known_schemas")
    later = open_book()
    assert [(order.id, order.ahead) for order in later.orders()] == [("s1", False)]
    assert later.due_accounts() == []


def test_what_is_tried_again_later_holds_nothing_up(fleet: Fleet, add: Add, clock: Clock) -> None:
    """The others are done meanwhile, and its own account does its other orders."""
    add(*MANY[:3]), add(MANY[0], request="how many ads?")
    clock.later(DAY_S)
    fleet.during = [lambda _: AWAY]
    assert fleet.once() == [4, 0, 0, 0]
    assert fleet.ran[0] == ("s1", "act_10")
    assert ("s2", "act_10") in fleet.ran
    assert fleet.ran.count(("s1", "act_10")) == 1
    clock.later(6 * MINUTE_S)
    assert (fleet.once(), fleet.ran[-1]) == ([0], ("s1", "act_10"))


@pytest.mark.parametrize("end", ["paused", "removed"])
@pytest.mark.parametrize("now", [False, True])
def test_what_is_not_begun_is_not_done_once_its_schedule_is_stopped(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook, end: Literal["paused", "removed"], *, now: bool
) -> None:
    """By somebody else, while the first of many accounts is looked at: that run ends as usual, and a try of it is planned no more."""
    order = add(*MANY)
    clock.later(DAY_S)

    def stopped(_: object) -> End:
        book.set_state(order, end)
        return AWAY

    fleet.during = [stopped]
    worker = fleet.worker()
    assert (worker.now(order) if now else worker.once()) in ([], None)
    assert (len(fleet.ran), worker.exits, due_since(book), book.due_accounts()) == (1, [4], [], [])
    clock.later(HOUR_S)
    assert fleet.once() == []


def test_ctrl_c_begins_nothing_more_and_loses_nothing(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """What was not begun stays due, and the next worker does it."""
    add(*MANY)
    clock.later(DAY_S)
    fleet.during = [lambda _: End("error", Exit.INTERRUPTED, "Interrupted.")]
    with pytest.raises(KeyboardInterrupt):
        fleet.once()
    assert (len(fleet.ran), len(book.due_accounts())) == (1, len(MANY) - 1)
    assert fleet.once() == [0] * len(MANY)
    assert {account for _, account in fleet.ran} == {spot.account for spot in MANY}


def test_who_had_a_turn_goes_behind_those_who_had_none(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """Two orders that come due at once are no two turns in a row for the accounts whose names come first."""
    first, second = add(*MANY[:3]), add(*MANY[:3], request="how many ads?")
    clock.later(DAY_S)
    assert book.due_accounts() == ["act_10", "act_11", "act_12"]
    for _ in range(2):
        claim = book.claim("someone", book.due_accounts()[0])
        assert claim
        book.finish(claim, End("done", Exit.DONE, ""))
        clock.later(1)
    assert book.due_accounts() == ["act_12", "act_10", "act_11"]
    assert {first.id, second.id} == {"s1", "s2"}


def test_a_try_of_what_is_ahead_is_no_way_ahead_for_others(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """In the same account: whoever asks for what is ahead is given that alone."""
    ahead, usual = add(US, ahead=True), add(US, request="how many ads?")
    clock.later(DAY_S)
    fleet.during = [lambda _: AWAY]
    fleet.once()
    clock.later(6 * MINUTE_S)
    book.run("UPDATE slots SET due='2026-11-20T12:00:00+00:00' WHERE order_number=?", usual.number)
    claim = book.claim("someone", US.account, ahead=True)
    assert claim
    assert claim.order.id == ahead.id
