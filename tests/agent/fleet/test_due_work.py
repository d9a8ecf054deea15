"""Workers do what is due, each time once, whenever one of them dies."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.fleet.due_work import BETWEEN, MOST_BESIDE, Worker
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import Claim, End, Order, Spot
from agent.setup.stops import Exit, MetaFailed
from agent.writes.journal import Journal
from tests.agent.fleet.conftest import JAPAN, OUTLET, US, Add
from tests.agent.support import Clock, Killed
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet

pytestmark = pytest.mark.usefixtures("engine")
DAY_S, HOUR_S = 86_400, 3_600


@dataclass
class Fleet:
    """Workers on one state folder, with runs that end as they are told to."""

    state: Path
    clock: Clock
    open_book: Callable[[], OrderBook]
    ran: list[tuple[str, str]] = field(default_factory=list)
    """Order and account of each run that began."""
    told: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    during: list[Callable[[Claim], Any]] = field(default_factory=list)
    """What happens in the next runs; an End ends it."""
    seen: Callable[[Order], tuple[list[Spot], bool]] = lambda _: ([US, JAPAN, OUTLET], True)

    def worker(self) -> Worker:
        return Worker(self.open_book(), self.state, self._run, self.seen, self._tell)

    def once(self) -> list[int]:
        worker = self.worker()
        worker.once()
        return worker.exits

    def _run(self, claim: Claim) -> End:
        self.ran.append((claim.order.id, claim.spot.account))
        end = self.during.pop(0)(claim) if self.during else None
        return end if isinstance(end, End) else End("done", 0, "fine", (), "", claim.spot.timezone)

    def _tell(self, claim: Claim, end: End, note: str) -> None:
        self.told.append((claim.order.id, claim.spot.account, end.exit_code, end.answer, note))

    def locks(self) -> list[Path]:
        return list(self.state.glob("worker-*.lock"))


@pytest.fixture
def fleet(state: Path, clock: Clock, open_book: Callable[[], OrderBook]) -> Fleet:
    return Fleet(state, clock, open_book)


def die(_: Claim) -> None:
    raise Killed


@pytest.fixture
def journal(state: Path, clock: Clock, book: OrderBook) -> Iterator[Journal]:
    with closing(Journal(state / "journal.sqlite", now=clock.now)) as opened:
        yield opened


def proposed(journal: Journal, clock: Clock, number: int = 0) -> ChangeSet:
    """A set for account act_1 that was proposed now."""
    at = clock.now().astimezone(UTC).isoformat(timespec="seconds")
    made = ChangeSet(
        run_id="r", created_at=at, world="sandbox", account="act_1", currency="USD", request="daily check",
        changes=(change(id=f"r.{number}"),),
    )  # fmt: skip
    journal.propose(made)
    return made


def killed(fleet: Fleet) -> None:
    with pytest.raises(Killed):
        fleet.once()


def test_what_is_due_is_done_in_every_account_one_at_a_time(fleet: Fleet, add: Add, clock: Clock) -> None:
    """All of them, a failure of one keeps none of the others, and nothing is done twice."""
    add(US, JAPAN, OUTLET)
    fleet.during = [lambda _: End("error", Exit.META, "Meta failed")]
    assert fleet.once() == []
    clock.later(DAY_S)
    assert fleet.once() == [4, 0, 0]
    assert fleet.ran == [("s1", "act_1"), ("s1", "act_3"), ("s1", "act_2")]
    assert [line[2:] for line in fleet.told][:1] == [(4, "Meta failed", "late by 23 h 0 min: it was due at 2026-11-27 08:00 UTC-05:00")]  # fmt: skip
    assert (fleet.once(), fleet.locks()) == ([], [])


def test_a_second_worker_does_only_what_the_first_is_not_at(fleet: Fleet, add: Add, clock: Clock) -> None:
    """While a run lasts, another worker leaves its account and its order alone, asks nothing for it, and takes what is free."""
    add(US, JAPAN), add(US), add(OUTLET)
    clock.later(DAY_S)
    asked = list[str]()
    fleet.seen = lambda order: (asked.append(order.id) or [US, JAPAN], True)
    fleet.during = [lambda _: fleet.once()]
    assert fleet.once() == [0, 0, 0]
    assert fleet.ran == [("s1", "act_1"), ("s3", "act_3"), ("s2", "act_1"), ("s1", "act_2")]
    assert asked == ["s1"]


def test_a_worker_that_died_before_anything_came_of_it_is_stood_in_for_once(
    fleet: Fleet, add: Add, clock: Clock
) -> None:
    """Killed between taking and running: done again, and said; killed again, it waits for its next time."""
    add()
    clock.later(HOUR_S)
    fleet.during = [die]
    killed(fleet)
    clock.later(60)
    assert fleet.once() == [0]
    assert fleet.told == [("s1", "act_1", 0, "fine", "begun again after its worker ended")]
    clock.later(DAY_S)
    fleet.during = [die, die]
    killed(fleet)
    killed(fleet)
    assert fleet.once() == [130]
    assert (
        fleet.told[-1][3]
        == "Its worker ended while it ran. Nothing was changed; its next time comes as usual."
    )
    assert (len(fleet.ran), fleet.once()) == (4, [])
    clock.later(DAY_S)
    assert fleet.once() == [0]


@pytest.mark.parametrize(
    ("reached", "code", "told"),
    [
        ("proposed", 3, "waits since it was proposed"),
        ("approved", 4, "was approved"),
        ("applying", 4, "is being applied, or was cut off"),
        ("applied", 0, "was so already"),
    ],
)
def test_what_may_have_been_sent_is_never_done_again(
    fleet: Fleet, add: Add, clock: Clock, journal: Journal, reached: str, code: int, told: str
) -> None:
    """The journal decides: once a dead run had proposed something, a person is told what became of it instead."""
    add()
    clock.later(HOUR_S)
    before, sets = proposed(journal, clock), list[ChangeSet]()
    clock.later(1)

    def propose(_: Claim) -> None:
        clock.later(0.5)
        sets.append(proposed(journal, clock, 1))
        journal._store.run("UPDATE runs SET state=? WHERE run_id=?", reached, sets[0].id)
        raise Killed

    fleet.during = [propose]
    killed(fleet)
    assert fleet.once() == [code]
    (line,) = fleet.told
    assert "it is not done again" in line[3]
    assert f"{sets[0].id} {told}" in line[3]
    assert before.id not in line[3]
    assert fleet.ran == [("s1", "act_1")]
    assert journal.state(sets[0].id) == reached
    assert (fleet.once(), fleet.told) == ([], [line])


def test_what_is_stopped_or_due_anew_is_not_done_twice(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook
) -> None:
    """After a death: a paused order rests, and where the next time is there already, that one is done."""
    order = add()
    clock.later(HOUR_S)
    fleet.during = [die]
    killed(fleet)
    book.set_state(order, "paused")
    assert fleet.once() == [130]
    book.set_state(book.order(order.id), "active")
    clock.later(DAY_S)
    fleet.during = [die]
    killed(fleet)
    clock.later(DAY_S)
    assert fleet.once() == [130, 0]
    assert len(fleet.ran) == 3


def test_only_the_dead_are_stood_in_for(
    fleet: Fleet, add: Add, clock: Clock, book: OrderBook, engine: str
) -> None:
    """A lock that is held is a worker that lives; after kill -9 the file is there, and its lock is free."""
    add()
    clock.later(HOUR_S)
    book.claim("other")
    with fleet.open_book().lease("worker-other"):
        assert fleet.once() == []
    if engine == "sqlite":
        (fleet.state / "worker-other.lock").touch()
    assert (fleet.once(), fleet.locks()) == ([0], [])


@pytest.mark.parametrize(("sets", "again"), [((), True), (("cs-000000000001",), False)])
def test_who_stops_the_worker_stops_no_order(
    fleet: Fleet, add: Add, clock: Clock, sets: tuple[str, ...], again: bool
) -> None:
    """Ctrl-C within a run: nothing else is begun; it is done again only when nothing had come of it."""
    add(), add(OUTLET)
    clock.later(HOUR_S)
    fleet.during = [lambda _: End("error", Exit.INTERRUPTED, "Interrupted.", sets)]
    worker = fleet.worker()
    with pytest.raises(KeyboardInterrupt):
        worker.once()
    assert (worker.exits, fleet.locks(), fleet.ran) == ([130], [], [("s1", "act_1")])
    assert (fleet.told[0][4] == "the next `adsteward work` does it again") is again
    assert fleet.once() == ([0, 0] if again else [0])
    assert fleet.ran[1:] == ([("s1", "act_1")] if again else []) + [("s2", "act_3")]
    assert fleet.once() == []


def test_who_stops_an_extra_time_has_stopped_it(fleet: Fleet, add: Add) -> None:
    """What a person began with `schedule run` and stopped is over."""
    order = add()
    fleet.during = [lambda _: End("error", Exit.INTERRUPTED, "Interrupted.")]
    worker = fleet.worker()
    with pytest.raises(KeyboardInterrupt):
        worker.now(order)
    assert (worker.exits, fleet.once()) == ([130], [])


def test_a_loop_does_each_day_once(fleet: Fleet, add: Add, clock: Clock) -> None:
    """It looks again and again, and Ctrl-C while it waits leaves nothing behind."""
    add(US, JAPAN)
    fleet.seen = lambda _: ([US, JAPAN], True)

    def sleep(_: float) -> None:
        clock.later(6 * HOUR_S)
        if clock.now() > datetime(2026, 12, 1, 12, tzinfo=UTC):
            raise KeyboardInterrupt

    worker = fleet.worker()
    with pytest.raises(KeyboardInterrupt):
        worker.until_stopped(sleep)
    assert sorted(fleet.ran) == [("s1", "act_1")] * 4 + [("s1", "act_2")] * 4
    assert (set(worker.exits), fleet.locks()) == ({0}, [])


def test_a_clock_that_was_ahead_for_a_moment_puts_nothing_off(fleet: Fleet, add: Add, clock: Clock) -> None:
    """What it did in the wrong year was the next time; by the right clock those after it are done as ever."""
    add(US)
    clock.later(3000 * DAY_S)
    assert fleet.once() == [0]
    clock.later(-3000 * DAY_S)
    ended = [fleet.once()]
    for _ in range(3):
        clock.later(DAY_S)
        ended.append(fleet.once())
    assert ended == [[], [], [0], [0]]


def test_an_account_that_is_gone_is_left_out_and_said(fleet: Fleet, add: Add, clock: Clock) -> None:
    """Once, where all accounts are known; a list that cannot be read leaves it to the runs to say why."""
    add(US, JAPAN)

    def refuse(_: Order) -> tuple[list[Spot], bool]:
        raise MetaFailed("no answer")

    fleet.seen = refuse
    clock.later(DAY_S)
    fleet.once()
    assert sorted(fleet.ran) == [("s1", "act_1"), ("s1", "act_2")]
    fleet.seen = lambda _: ([US], True)
    clock.later(DAY_S)
    assert fleet.once() == [2, 0]
    assert fleet.told[-2][1:4] == ("act_2", 2, "act_2 is no longer among the accounts that the token sees; s1 leaves it out.")  # fmt: skip
    clock.later(DAY_S)
    assert fleet.once() == [0]


def test_now_is_an_extra_time(fleet: Fleet, add: Add, clock: Clock, book: OrderBook) -> None:
    """In each account, a paused order too, beside the usual times; a busy account is named."""
    order = add(US, JAPAN)
    book.set_state(order, "paused")
    worker = fleet.worker()
    assert worker.now(book.order("s1")) == []
    assert fleet.ran == [("s1", "act_1"), ("s1", "act_2")]
    clock.later(1)
    other = add(US)
    book.claim_now(other, US, "someone")
    with fleet.open_book().lease("worker-someone"):
        assert worker.now(order) == [US]
    assert book.slots(other)[0].due == datetime(2026, 11, 27, 13, tzinfo=UTC)


def test_a_flood_beside_the_schedules_does_not_keep_them(fleet: Fleet, add: Add, clock: Clock) -> None:
    """What is due comes after the first part of the other work, and the rest of that in the same round."""
    add(US)
    clock.later(DAY_S)
    worker, parts = fleet.worker(), [[0] * MOST_BESIDE, [0] * MOST_BESIDE, [0]]
    seen = list[int]()

    def beside(_: str, most: int) -> list[int]:
        assert most == (BETWEEN if len(seen) == 1 else MOST_BESIDE)
        seen.append(len(fleet.ran))
        return parts.pop(0)

    worker.beside = beside
    worker.once()
    assert (seen, len(worker.exits)) == ([0, 1, 1], 2 * MOST_BESIDE + 2)
