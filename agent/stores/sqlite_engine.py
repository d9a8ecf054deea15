"""One SQLite file that survives kill -9, for the processes of one machine."""

import errno
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from agent.setup.file_lock import held


class SqliteFile:
    """An engine of its own file. Raises sqlite3.Error, and OSError when the file cannot be there."""

    shared = False
    ahead_s = 0.0

    def __init__(self, path: Path, *, synchronous: str) -> None:
        self._folder = path.parent
        self._folder.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise OSError(errno.ELOOP, "it is a link to another file", str(path))
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(f"PRAGMA synchronous={synchronous}")

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def prepare(self, schema: str, bring_up_to_date: Callable[[], None]) -> None:
        known = zlib.crc32(f"whole {schema}".encode()) >> 1  # kept in a file that has all of this schema
        if self._db.execute("PRAGMA user_version").fetchone()[0] == known:
            return
        try:
            self._db.executescript(f"BEGIN IMMEDIATE; {schema}")
            bring_up_to_date()
            self._db.execute(f"PRAGMA user_version={known}")
            self.commit()
        except BaseException:
            if self.in_transaction:
                self.rollback()
            raise

    def begin(self, names: Sequence[str]) -> None:  # noqa: ARG002 - a file has one writer at a time
        self._db.execute("BEGIN IMMEDIATE")

    def hold(self, names: Sequence[str]) -> None:
        """One writer at a time holds all names."""

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        self._db.execute("ROLLBACK")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._db.execute(statement, values)

    def columns(self, table: str) -> set[str]:
        return {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}

    @contextmanager
    def lease(self, name: str, *, once: bool = False) -> Iterator[None]:
        with held(path := self._folder / f"{name}.lock"):
            try:
                yield
            finally:
                if once:
                    with suppress(OSError):  # where an open file cannot go, closing it removes it
                        path.unlink()

    def close(self) -> None:
        self._db.close()
