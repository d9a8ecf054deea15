"""The tables of one kind, as their users see them: statements, transactions and leases, whatever the engine."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from agent.setup.remedies import remedy
from agent.setup.stops import ConfigError
from agent.stores.engine import Row, open_engine, shared_place
from agent.stores.unreachable import NotReached, Unreachable


def utc_now() -> datetime:
    """By this computer's clock."""
    return datetime.now(UTC)


class Database:
    """One SQLite file of ours, or its tables in the database that machines share. Raises ConfigError when it cannot be used.

    SQL is written once, for both: `?` for values, ON CONFLICT with its columns, no names of one engine alone.
    """

    schema: ClassVar[str]
    what: ClassVar[str]
    """What the file is, for whoever cannot use it."""
    file: ClassVar[str]
    """What it is called in a state folder."""
    synchronous: ClassVar[str] = "FULL"
    """FULL: every commit is on the disk before anything is sent that rests on it."""
    file_alone: ClassVar[bool] = False
    """Whether the file is meant, whatever database machines share."""

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        self.now = now
        try:
            self._engine = open_engine(path, now, synchronous=self.synchronous, file_alone=self.file_alone)
            self._engine.prepare(self.schema, self._bring_up_to_date)
        except sqlite3.Error as error:
            raise self._unusable(path, error) from None
        except Unreachable as error:
            raise NotReached(f"{error} Nothing was changed.") from None
        except OSError as error:
            raise self._unusable(error.filename or path, error.strerror or error) from None

    @classmethod
    def of(cls, state: Path, now: Callable[[], datetime] = utc_now) -> Self:
        """The tables of a state folder. Raises ConfigError."""
        return cls(state / cls.file, now=now)

    @classmethod
    def is_kept(cls, state: Path) -> bool:
        """Whether they are there, or may be in what machines share. Raises ConfigError."""
        return (state / cls.file).exists() or bool(shared_place())

    def close(self) -> None:
        self._engine.close()

    @property
    def ahead_s(self) -> float:
        """How far the clock that all count by is ahead of this machine's, since the last transaction began."""
        return self._engine.ahead_s

    @property
    def shared(self) -> bool:
        """Whether other machines use it too."""
        return self._engine.shared

    def _bring_up_to_date(self) -> None:
        """Give tables of an older version what they lack."""

    def _unusable(self, place: object, why: object) -> ConfigError:
        helps = remedy(why, place if isinstance(place, Path) else None)
        then = f" To go on: {helps}." if helps else ""
        return ConfigError(f"{self.what} {place} cannot be used ({why}). Nothing was changed.{then}")

    @contextmanager
    def transaction(self, *names: str) -> Iterator[None]:
        """All or nothing, durable when the outermost ends; others who work on one of these names wait.

        Without names all others do who change these tables so.
        """
        names = names or (self.what,)
        if not self._engine.in_transaction:
            self._if_lost = list[Callable[[], None]]()
        inside = self._engine.in_transaction
        if inside:
            self._engine.hold(names)
            yield
            return
        try:
            self._engine.begin(names)
            yield
            self._engine.commit()
        except BaseException:
            if self._engine.in_transaction:
                self._engine.rollback()
            for put_back in self._if_lost:
                put_back()
            raise

    def if_lost(self, put_back: Callable[[], None]) -> None:
        """Have something outside of the tables put back when the transaction that goes on comes to nothing."""
        self._if_lost.append(put_back)

    def lease(self, name: str, *, once: bool = False) -> AbstractContextManager[None]:
        """Hold a name alone until the end or this process's death; a name used `once` leaves nothing behind.

        Raises BlockingIOError when another holds it.

        Whoever lost it, as the connection to a shared database was, cannot commit anything more within.
        """
        return self._engine.lease(name, once=once)

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; gives the number of rows it touched."""
        return self._engine.execute(statement, values).rowcount

    def one(self, statement: str, *values: Any) -> Row | None:
        row: Row | None = self._engine.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: Any) -> list[Row]:
        return self._engine.execute(statement, values).fetchall()

    def columns(self, table: str) -> set[str]:
        return self._engine.columns(table)

    def stamp(self) -> str:
        return to_text(self.now())


def to_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def to_text(moment: datetime) -> str:
    """A moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
