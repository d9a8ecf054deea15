"""Who works: each worker under a name of its own that others can see to be alive."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.metadata import version

from agent.setup.who_and_where import machine
from agent.stores.database import Database, to_text
from agent.stores.unreachable import Unreachable

TOLD = timedelta(hours=1)
"""How long it is told that a worker ended without a word, once another has begun."""


class WorkerNames(Database):
    """Tables with one of `workers` among them."""

    @contextmanager
    def alive(self) -> Iterator[str]:
        """Be a worker, under a name that others can see to be alive: it is free again when this process dies."""
        owner = secrets.token_hex(6)
        who = (owner, machine(), os.getpid(), version("adsteward"), self.stamp())
        with self.lease(f"worker-{owner}", once=True):
            self.run("INSERT INTO workers(owner, machine, pid, release, began_at) VALUES (?,?,?,?,?)", *who)
            self._note_the_dead()
            try:
                yield owner
            finally:
                with suppress(Unreachable):
                    self.run("DELETE FROM workers WHERE owner=?", owner)

    def _note_the_dead(self) -> None:
        """Remember for a while who ended without a word; who only lost its connection is back under another name."""
        for row in self.all("SELECT * FROM workers"):
            if self.lives(row["owner"]):
                continue
            back = (row["machine"], row["pid"]) == (machine(), os.getpid())
            if back or (row["dead_at"] and row["dead_at"] < to_text(self.now() - TOLD)):
                self.run("DELETE FROM workers WHERE owner=?", row["owner"])
            elif not row["dead_at"]:
                self.run("UPDATE workers SET dead_at=? WHERE owner=?", self.stamp(), row["owner"])

    def lives(self, owner: str) -> bool:
        """Whether the worker of a name is alive."""
        try:
            with self.lease(f"worker-{owner}", once=True):
                return False
        except BlockingIOError:
            return True
