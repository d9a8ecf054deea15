"""One run of the program on the test world, which can be made to die at any step.

The only place that calls the constructors of what is tested.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent.writes.apply import Applier
from agent.writes.change_events import Settled
from agent.writes.journal import Journal
from tests.faults.clock import Clock
from tests.faults.places import Place
from tests.faults.server import TOKEN, GraphServer
from tools.graph import GraphReader, GraphWriter, ServerClock, Wire


class Killed(BaseException):
    """The process is dead: nothing it holds does anything any more."""


@dataclass(slots=True)
class Steps:
    """Counts the steps of a process, and kills or freezes it at one of them, or lets something else happen.

    Steps are: before and after each commit of the journal, before and after each request.
    """

    clock: Clock
    dies_at: int | None = None
    freezes_at: int | None = None
    frozen_s: float = 0.0
    jumps_at: int | None = None
    jump_s: float = 0.0
    meanwhile_at: int | None = None
    meanwhile: Callable[[], None] | None = None
    """What happens, from that step on, after the next request or commit: then it holds no lock on its journal."""
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
        if self.count == self.jumps_at:
            self.seen["clock set in mid-run"] += 1
            self.clock.jump(self.jump_s)
        if self.meanwhile and self.count >= (self.meanwhile_at or 0) and kind.startswith("after"):
            happens, self.meanwhile = self.meanwhile, None
            happens()
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
        self.journal._store._db = MortalDb(self.journal._store._db, steps)  # type: ignore[assignment]
        self._wire = Wire(
            TOKEN,
            base_url="http://graph",
            transport=MortalWire(server, steps),
            sleep=clock.sleep,
            clock=ServerClock(clock.monotonic),
        )
        self.applier = Applier(
            self.journal,
            GraphReader(self._wire),
            GraphWriter(self._wire, threads=1),  # one after the other, so that each death has its place
            _nobody,
            now=clock.now,
            monotonic=clock.monotonic,
        )

    def apply(self, change_set_id: str) -> Settled | None:
        """Apply a stored set; None when the process died."""
        account, server = self._server.account, self._server
        kept = account.who, server.place
        account.who, server.place = change_set_id, self._place
        try:
            return self.applier.apply(self.journal.change_set(change_set_id))
        except Killed:
            return None
        finally:
            account.who, server.place = kept
            self.journal.close()
            self._wire.close()


def _nobody(_: Any) -> None:
    """Nobody watches."""


Make = Callable[..., Process]
