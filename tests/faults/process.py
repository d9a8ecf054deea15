"""One run of the program on the test world, which can be made to die at any step.

The only place that calls the constructors of what is tested.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent.setup.stops import ConfigError
from agent.stores.sqlite_engine import SqliteFile
from agent.writes.apply import Applier
from agent.writes.approval import Approver, decide
from agent.writes.change_events import Settled
from agent.writes.clocks import Clocks
from agent.writes.journal import Journal
from agent.writes.policy import Policy
from tests.faults.clock import Clock
from tests.faults.places import Place
from tests.faults.server import TOKEN, GraphServer
from tools.graph import GraphReader, GraphWriter, ServerClock, Wire


class Killed(BaseException):
    """The process is dead: nothing it holds does anything any more."""


@dataclass(slots=True)
class Steps:
    """Counts the steps of a process, and kills or freezes it at one of them, or lets something else happen.

    Steps are: before and after each commit of the journal, before and after each request, and amid each wait.
    """

    clock: Clock
    dies_at: int | None = None
    freezes_at: int | None = None
    frozen_s: float = 0.0
    meanwhile: Sequence[tuple[int, Callable[[], None]]] = ()
    """What happens, from which step on, after the next request or commit or amid a wait: then it holds no lock."""
    count: int = 0
    dead: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, kind: str) -> None:
        if self.dead:
            raise Killed
        self.count += 1
        if self.count == self.freezes_at and kind.endswith("commit"):
            self.seen[f"frozen {kind}"] += 1
            self.clock.freeze(self.frozen_s)
        if kind.startswith("after"):
            due = [act for at, act in self.meanwhile if at <= self.count]
            self.meanwhile = [(at, act) for at, act in self.meanwhile if at > self.count]
            for act in due:
                act()
        if self.count == self.dies_at:
            self.dead = True
            self.seen[f"killed {kind}"] += 1
            raise Killed

    def living(self) -> None:
        if self.dead:
            raise Killed


class MortalDb:
    """The journal's connection: each COMMIT is two steps, and the dead write nothing."""

    def __init__(self, db: sqlite3.Connection, steps: Steps) -> None:
        self._db, self._steps = db, steps

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        self._steps.living()
        if statement != "COMMIT":
            return self._db.execute(statement, values)
        self._steps("before a commit")
        done = self._db.execute(statement)
        self._steps("after a commit")
        return done

    @property
    def in_transaction(self) -> bool:
        self._steps.living()
        return self._db.in_transaction

    def close(self) -> None:
        """What was not committed is gone, as it is when the kernel closes the file."""
        self._db.close()


class MortalWire(httpx.BaseTransport):
    """The way to the server: each request is two steps."""

    def __init__(self, server: GraphServer, steps: Steps) -> None:
        self._server, self._steps = server, steps

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._steps("before a request")
        try:
            return self._server.handle_request(request)
        finally:
            self._steps("after a request")


class Process:
    """`adsteward apply ID`, from start to end or death."""

    def __init__(self, place: Place, server: GraphServer, steps: Steps, *, fresh: bool = False) -> None:
        clock = server.account.clock
        self._place, self._server = place, server
        self.journal = Journal(place.journal, now=clock.now, generations=place.generations)
        if fresh:  # the process that proposed is still the same
            self.journal._fresh |= place.fresh
        engine = self.journal._store._engine
        assert isinstance(engine, SqliteFile)
        engine._db = MortalDb(engine._db, steps)  # type: ignore[assignment]

        def slept(seconds: float) -> None:
            clock.sleep(seconds / 2)
            steps("after half a wait")
            clock.sleep(seconds / 2)

        self._wire = Wire(
            TOKEN,
            base_url="http://graph",
            transport=MortalWire(server, steps),
            sleep=slept,
            clock=ServerClock(clock.monotonic),
        )
        if server.dates != "missing":  # the account was read when it was opened
            self._wire.clock.heard({"date": server.date}, clock.monotonic())
        self._clocks = Clocks(clock.now, self._wire.clock)
        self.journal.meta_now = lambda: self._wire.clock.latest
        self.applier = Applier(
            self.journal,
            GraphReader(self._wire),
            GraphWriter(self._wire, threads=1),  # one after the other, so that each death has its place
            _nobody,
            now=clock.now,
            monotonic=clock.monotonic,
        )

    @contextmanager
    def at_work(self, change_set_id: str) -> Iterator[None]:
        """What it asks is asked for this set, until it ends or dies."""
        account, server = self._server.account, self._server
        kept = account.who, server.place, server.began
        account.who, server.place = change_set_id, self._place
        server.began = account.clock.at_s, account.arrival
        try:
            yield
        finally:
            account.who, server.place, server.began = kept
            self.journal.close()
            self._wire.close()

    def decide(self, change_set_id: str, policy: Policy, approver: Approver) -> str:
        """Have a set decided as each surface does, after the journal's number was compared."""
        self.journal.bring_in_line(self._clocks.moment)
        change_set = self.journal.change_set(change_set_id)
        try:
            return decide(self.journal, approver, change_set, policy, _nobody).verdict
        except ConfigError:  # applied, approved or declined meanwhile
            return "settled"

    def apply(self, change_set_id: str) -> Settled:
        """Apply a stored set."""
        return self.applier.apply(self.journal.change_set(change_set_id))


def _nobody(_: Any) -> None:
    """Nobody watches."""


Make = Callable[..., Process]
