"""Keeps what was written to the world in one SQLite file."""

from __future__ import annotations

import errno
import json
import sqlite3
import weakref
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.world.node import Node
from sandbox.world.node_history import Version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS world (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS node (id TEXT PRIMARY KEY, kind TEXT NOT NULL, serial INTEGER NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS activity (serial INTEGER PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS version (
  serial INTEGER PRIMARY KEY, write_number INTEGER NOT NULL, at REAL NOT NULL, node_id TEXT NOT NULL, before TEXT
);
CREATE TABLE IF NOT EXISTS fault (serial INTEGER PRIMARY KEY, data TEXT NOT NULL);
"""
_TABLE_NAMES = ("world", "node", "activity", "version", "fault")
SYNCHRONOUS = "NORMAL"


class Store:
    """Rows that differ from the demo account, what they replaced, the activity log and the faults.

    The write-ahead log hands every commit to the operating system before the answer goes out, so
    a killed process loses nothing. Without a path everything stays in memory.
    """

    def __init__(self, path: Path | None, *, fresh: bool = False) -> None:
        """Open or make the file; `fresh` empties it first. Raises OSError for a file that is none of the sandbox's."""
        if path is not None:
            _check_own(path)
            path.parent.mkdir(parents=True, exist_ok=True)
        # One connection serves whichever thread holds the world's lock.
        self._db = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10
        )
        weakref.finalize(self, self._db.close)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        self._db.executescript(_TABLES)
        if fresh:
            with self.transaction():
                for table in _TABLE_NAMES:
                    self._db.execute(f"DELETE FROM {table}")  # noqa: S608  literal names
        self._seen = self._version()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one commit, and keep other processes from writing meanwhile."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def changed_elsewhere(self) -> bool:
        """Tell, once per change, whether another process has written to the file."""
        seen, self._seen = self._seen, self._version()
        return seen != self._seen

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def begin(self, **values: str) -> None:
        """Write the settings that a world begins with, unless the file holds one already."""
        with self.transaction():
            if not self.settings():
                self.set(**values)

    def settings(self) -> dict[str, str]:
        """Give the settings of the world."""
        return dict(self._db.execute("SELECT key, value FROM world").fetchall())

    def set(self, **values: str) -> None:
        """Write settings."""
        self._db.executemany("INSERT OR REPLACE INTO world VALUES (?, ?)", values.items())

    def nodes(self) -> list[Node]:
        """Give every written node, oldest first."""
        rows = self._db.execute("SELECT id, kind, serial, data FROM node ORDER BY serial")
        return [Node(node_id, kind, serial, json.loads(data)) for node_id, kind, serial, data in rows]

    def put_node(self, node: Node) -> None:
        """Write one node."""
        self._db.execute(
            "INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?)",
            (node.id, node.kind, node.serial, json.dumps(node.data)),
        )

    def activities(self) -> list[dict[str, Any]]:
        """Give the activity log, oldest first."""
        rows = self._db.execute("SELECT data FROM activity ORDER BY serial")
        return [json.loads(data) for (data,) in rows]

    def put_activity(self, data: dict[str, Any]) -> None:
        """Append one entry to the activity log."""
        self._db.execute("INSERT INTO activity (data) VALUES (?)", (json.dumps(data),))

    def versions(self) -> list[Version]:
        """Give what every write replaced, oldest first."""
        rows = self._db.execute("SELECT write_number, at, node_id, before FROM version ORDER BY serial")
        return [
            Version(write, at, node_id, before and json.loads(before)) for write, at, node_id, before in rows
        ]

    def put_version(self, version: Version) -> None:
        """Append what a write replaced."""
        before = None if version.before is None else json.dumps(version.before)
        self._db.execute(
            "INSERT INTO version (write_number, at, node_id, before) VALUES (?, ?, ?, ?)",
            (version.write, version.at, version.node_id, before),
        )

    def faults(self) -> list[tuple[int, dict[str, Any]]]:
        """Give the faults that were ordered, each with its number, in their order."""
        rows = self._db.execute("SELECT serial, data FROM fault ORDER BY serial")
        return [(serial, json.loads(data)) for serial, data in rows]

    def put_fault(self, serial: int, data: dict[str, Any]) -> None:
        """Write one fault."""
        self._db.execute("INSERT OR REPLACE INTO fault VALUES (?, ?)", (serial, json.dumps(data)))

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._db.execute("DELETE FROM fault")

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._db.close()


def _check_own(path: Path) -> None:
    """Refuse a file that is there and holds something else; it is left as it is. Raises OSError."""
    if not path.exists():
        return
    if not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    if path.stat().st_size and not _holds_a_world(path):
        raise OSError(errno.EINVAL, "it is there and is no sandbox; it was left as it is")


def _holds_a_world(path: Path) -> bool:
    """Whether a file is a database with our tables alone; one without any is as good as none."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as error:
        if not isinstance(error, sqlite3.OperationalError):
            return False
        raise OSError(errno.EIO, f"{error}") from None
    return names - {"sqlite_sequence"} <= {*_TABLE_NAMES}
