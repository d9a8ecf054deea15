"""Who works: each worker under a name of its own that others can see to be alive."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version

from agent.setup.who_and_where import machine
from agent.stores.database import Database
from agent.stores.unreachable import Unreachable


class WorkerNames(Database):
    """Tables with one of `workers` among them."""

    @contextmanager
    def alive(self) -> Iterator[str]:
        """Be a worker, under a name that others can see to be alive: it is free again when this process dies."""
        owner = secrets.token_hex(6)
        who = (owner, machine(), os.getpid(), version("adsteward"), self.stamp())
        with self.lease(f"worker-{owner}", once=True):
            self.run("INSERT INTO workers(owner, machine, pid, release, began_at) VALUES (?,?,?,?,?)", *who)
            try:
                yield owner
            finally:
                with suppress(Unreachable):
                    self.run("DELETE FROM workers WHERE owner=?", owner)

    def lives(self, owner: str) -> bool:
        """Whether the worker of a name is alive."""
        try:
            with self.lease(f"worker-{owner}", once=True):
                return False
        except BlockingIOError:
            return True
