"""A book of standing orders on a clock that stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ALL, Order, Spot
from tests.agent.support import Clock

US, JAPAN, OUTLET = (
    Spot("act_1", "Shop", "America/New_York"),
    Spot("act_2", "Japan", "Asia/Tokyo"),
    Spot("act_3", "Outlet", "America/New_York"),
)
KEPT = {"sandbox": True, "sandbox_state": None, "model": None, "max_turns": 30, "max_wait_s": None}
Add = Callable[..., Order]


@pytest.fixture
def clock() -> Clock:
    """Friday, 07:00 in New York."""
    made = Clock()
    made.at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def open_book(state: Path, clock: Clock) -> Iterator[Callable[[], OrderBook]]:
    """Opens the file once more, as another process does."""
    opened = list[OrderBook]()

    def start() -> OrderBook:
        opened.append(OrderBook(state / "schedules.sqlite", now=clock.now))
        return opened[-1]

    yield start
    for book in opened:
        book.close()


@pytest.fixture
def book(open_book: Callable[[], OrderBook]) -> OrderBook:
    return open_book()


@pytest.fixture
def add(book: OrderBook) -> Add:
    """Adds "daily check" at 08:00, in one account unless several are given."""

    def one(*spots: Spot, **other: Any) -> Order:
        spots = spots or (US,)
        asked: dict[str, Any] = {"at": time(8), "every": "day", "approve": "none", "options": KEPT} | other
        account = ALL if len(spots) > 1 else spots[0].account
        return book.add(asked.pop("request", "daily check"), **{"account": account, **asked}, spots=spots)

    return one
