"""The book of standing orders: what is due, who took it, and how it ended."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.fleet.order_book import OrderBook
from agent.fleet.orders import Claim, End, Order
from agent.setup.stops import ConfigError
from tests.agent.fleet.conftest import JAPAN, OUTLET, US, Add
from tests.agent.support import Clock

pytestmark = pytest.mark.usefixtures("engine")
ON_A_FILE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
DAY_S, HOUR_S = 86_400, 3_600
DONE = End("done", 0, "fine", ("cs-000000000001",), "/t.jsonl", US.timezone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def taken(claim: Claim | None) -> Claim:
    assert claim
    return claim


def dues(book: OrderBook, order: Order) -> list[datetime]:
    return [slot.due for slot in book.slots(order)]


def test_a_time_is_taken_once_by_one_of_many(
    book: OrderBook, open_book: Callable[[], OrderBook], add: Add, clock: Clock
) -> None:
    """Not before it is due, by one worker, and again only at its next time."""
    order, other = add(), open_book()
    assert book.claim("a") is None
    clock.later(HOUR_S)
    claim = taken(book.claim("a"))
    assert (claim.order, claim.due, claim.late, claim.attempt) == (order, utc("2026-11-27T13:00"), "", 1)
    assert other.claim("b") is None
    assert [one.owner for one in other.running()] == ["a"]
    book.finish(claim, DONE)
    assert other.claim("b") is None
    assert dues(book, order) == [utc("2026-11-28T13:00")]
    last = book.slots(order)[0].last
    assert last
    assert (last["status"], last["exit_code"], last["answer"], last["change_sets"]) == (
        "done",
        0,
        "fine",
        '["cs-000000000001"]',
    )
    clock.later(DAY_S)
    assert taken(other.claim("b")).due == utc("2026-11-28T13:00")


def test_an_account_and_an_order_are_busy_with_one_run_at_a_time(
    book: OrderBook, add: Add, clock: Clock
) -> None:
    """Of an order for all accounts one is taken after the other, beside it only other accounts' orders."""
    every, alone, elsewhere = add(US, JAPAN), add(US), add(OUTLET)
    clock.later(DAY_S)
    first, second = taken(book.claim("a")), taken(book.claim("b"))
    assert (first.order, first.spot) == (every, US)
    assert second.order == elsewhere
    assert book.claim("c") is None  # `alone` waits for the account, and Japan for `every`
    assert book.claim_now(alone, US, "c") is None
    assert book.claim_now(alone, OUTLET, "c") is None  # it has no such account
    book.finish(first, DONE)
    third, fourth = taken(book.claim("a")), taken(book.claim("b"))
    assert [(one.order, one.spot) for one in (third, fourth)] == [(alone, US), (every, JAPAN)]
    book.finish(third, DONE)
    extra = taken(book.claim_now(alone, US, "a"))
    assert (extra.due, extra.late, dues(book, alone)) == (clock.now(), "", [utc("2026-11-28T13:00")])


def test_missed_times_are_one_late_one_that_says_so(book: OrderBook, add: Add, clock: Clock) -> None:
    """However many passed while nothing ran, one is done, and the next is the usual one."""
    order = add()
    clock.later(3 * DAY_S + 2 * HOUR_S + 1800)  # Monday 09:30
    claim = taken(book.claim("a"))
    assert claim.late == (
        "late by 73 h 30 min: it was due at 2026-11-27 08:00 UTC-05:00;"
        " 3 later times that passed meanwhile counted as done with it"
    )
    book.finish(claim, DONE, claim.late)
    assert book.claim("a") is None
    assert dues(book, order) == [utc("2026-12-01T13:00")]
    last = book.slots(order)[0].last
    assert last
    assert last["note"] == claim.late
    clock.at = utc("2026-12-01T13:14")
    assert taken(book.claim("a")).late == ""
    assert replace(claim, missed=0, claimed_at=utc("2026-11-27T13:20")).late == (
        "late by 20 min: it was due at 2026-11-27 08:00 UTC-05:00"
    )


def test_what_passes_in_a_pause_is_not_caught_up_on(book: OrderBook, add: Add, clock: Clock) -> None:
    """Paused it never comes, resumed at its next time; removed it is not there any more."""
    order = add()
    book.set_state(order, "paused")
    clock.later(5 * DAY_S)
    assert (book.claim("a"), book.due_orders(), book.next_due()) == (None, [], None)
    book.set_state(book.order(order.id), "active")
    assert (book.claim("a"), dues(book, order)) == (None, [utc("2026-12-02T13:00")])
    book.set_state(book.order(order.id), "active")  # which it is
    clock.later(DAY_S)
    book.set_state(book.order(order.id), "active")  # what is due stays due
    assert [one.id for one in book.due_orders()] == [order.id]
    book.set_state(order, "removed")
    assert (book.claim("a"), book.orders()) == (None, [])


@pytest.mark.parametrize(
    "order_id", ["", "s2", "1", "s0", "s01", "s1; DROP TABLE orders", "S９", "s99999999999"]
)
def test_an_id_that_is_none_changes_nothing(book: OrderBook, add: Add, order_id: str) -> None:
    """What is not there is said, with where to look; the case of the letter is free."""
    order = add()
    with pytest.raises(ConfigError, match=r"There is no schedule .*Nothing was changed"):
        book.order(order_id)
    assert book.order("S1") == order


def test_the_accounts_of_all_are_those_of_today(book: OrderBook, add: Add, clock: Clock) -> None:
    """New ones come, moved clocks count, and one that is gone goes only when all are known."""
    order = add(US, JAPAN)
    moved = replace(US, timezone="Europe/Berlin")
    assert book.refresh(order, [moved, OUTLET], complete=False) == []
    assert {slot.spot.account: slot.due for slot in book.slots(order)} == {
        "act_1": utc("2026-11-28T07:00"),
        "act_2": utc("2026-11-27T23:00"),
        "act_3": utc("2026-11-27T13:00"),
    }
    assert book.refresh(order, [moved, OUTLET], complete=True) == [JAPAN]
    assert [slot.spot for slot in book.slots(order)] == [moved, OUTLET]
    clock.later(DAY_S)
    assert taken(book.claim("a")).spot == OUTLET


def test_an_order_follows_the_clock_of_its_account(book: OrderBook, add: Add, clock: Clock) -> None:
    """When Meta says another time zone at the end of a run, the next time is by that one."""
    order = add()
    clock.later(HOUR_S)
    book.finish(taken(book.claim("a")), replace(DONE, timezone="Asia/Tokyo"))
    assert dues(book, order) == [utc("2026-11-27T23:00")]


def test_a_clock_that_is_set_back_repeats_nothing(book: OrderBook, add: Add, clock: Clock) -> None:
    """A time that was taken is not taken again, even when it seems to come once more."""
    order = add()
    clock.later(HOUR_S)
    book.finish(taken(book.claim("a")), DONE)
    clock.later(-2 * HOUR_S)
    book.set_state(order, "paused")
    book.set_state(book.order(order.id), "active")
    assert dues(book, order) == [utc("2026-11-27T13:00")]
    clock.later(2 * HOUR_S)
    assert (book.claim("a"), dues(book, order)) == (None, [utc("2026-11-28T13:00")])


def test_one_of_many_takes_over_from_the_dead(
    book: OrderBook, open_book: Callable[[], OrderBook], add: Add, clock: Clock
) -> None:
    """Once; and what the dead one says later about its end does not count."""
    order = add()
    clock.later(HOUR_S)
    dead, other = taken(book.claim("dead")), open_book()
    mine = taken(other.take_over(dead, "b"))
    assert (mine.attempt, mine.owner, book.take_over(dead, "c")) == (2, "b", None)
    book.finish(dead, replace(DONE, answer="late word"))
    assert [one.owner for one in book.running()] == ["b"]
    other.finish(mine, DONE)
    last = book.slots(order)[0].last
    assert last
    assert (last["answer"], last["attempt"], book.running()) == ("fine", 2, [])


def test_the_end_of_a_run_is_kept_for_three_months(book: OrderBook, add: Add, clock: Clock) -> None:
    """Older ones go; a long answer is cut, as its transcript has it whole."""
    order = add()
    clock.later(HOUR_S)
    book.finish(taken(book.claim("a")), replace(DONE, answer="x" * 9_000))
    last = book.slots(order)[0].last
    assert last
    assert len(last["answer"]) == 2_000
    clock.later(91 * DAY_S)
    book.finish(taken(book.claim("a")), DONE)
    assert [row["answer"] for row in book.all("SELECT answer FROM order_runs")] == ["fine"]


@ON_A_FILE
def test_a_file_that_is_no_book_is_said(state: Path) -> None:
    """Its name, why, and that nothing was changed."""
    state.mkdir()
    (state / "schedules.sqlite").write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"The file of schedules .*schedules\.sqlite.* Nothing was changed"):
        OrderBook.of(state)


def test_what_is_kept_survives_as_it_was(
    book: OrderBook, open_book: Callable[[], OrderBook], add: Add
) -> None:
    """Another process reads the same orders."""
    add(US, JAPAN, request="pause “x” · 100 %", every="monday", approve="safe")
    again = open_book()
    assert again.orders() == book.orders()
    assert again.orders()[0].when == "every monday at 08:00"
    with pytest.raises((sqlite3.IntegrityError, OSError), match=r"(?i)not.null"):
        again.run("INSERT INTO orders(request) VALUES ('x')")
