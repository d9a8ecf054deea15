"""What keeps tables: one file per state folder, or the database that several machines share. One port, two engines."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from agent.setup.environment import variable

FAILED = (OSError, sqlite3.Error)
"""What an engine raises that cannot be used any more."""


class Row(Protocol):
    """A row: its values by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any: ...
    def keys(self) -> Iterable[str]: ...


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Engine(Protocol):
    """Executes the statements of a `Database`; placeholders are `?`. One per object, for one thread at a time."""

    shared: bool
    """Whether other machines use it too."""
    ahead_s: float
    """How far its clock is ahead of this machine's: all who share it count by one. Taken anew with each `begin`."""

    @property
    def in_transaction(self) -> bool: ...

    def prepare(self, schema: str, bring_up_to_date: Callable[[], None]) -> None:
        """Make the tables that are not there, and give those of an older version what they lack."""

    def begin(self, names: Sequence[str]) -> None:
        """Begin a transaction; whoever works on one of these names waits."""

    def hold(self, names: Sequence[str]) -> None:
        """Within a transaction: have others wait for these names too."""

    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def execute(self, statement: str, values: Sequence[Any] = ()) -> Rows: ...
    def columns(self, table: str) -> set[str]: ...

    def lease(self, name: str, *, once: bool = False) -> AbstractContextManager[None]:
        """Hold a name alone, beyond transactions, until the end or this process's death; one used `once` leaves nothing.

        Raises BlockingIOError when another holds it. An engine that loses what it holds executes nothing more meanwhile.
        """

    def close(self) -> None: ...


def open_engine(
    path: Path, now: Callable[[], datetime], *, synchronous: str, file_alone: bool = False
) -> Engine:
    """The database that the environment names, unless only the file is meant, else the file. Raises ConfigError, OSError and sqlite3.Error."""
    if not file_alone and (url := shared_url()):
        from agent.stores.postgres_engine import Postgres  # psycopg, which only the extra `scale` has

        return Postgres(url, now, synchronous=synchronous)
    from agent.stores.sqlite_engine import SqliteFile

    return SqliteFile(path, synchronous=synchronous)


def shared_url() -> str:
    """The database that machines share; empty where files are used. It may hold a password."""
    return variable("ADSTEWARD_DATABASE_URL")


def shared_place() -> str:
    """The database that machines share, without its password; empty where files are used. Raises ConfigError."""
    if url := shared_url():
        from agent.stores.postgres_engine import place_of

        return place_of(url)
    return ""
