"""The files of a state folder: SQLite that survives kill -9; that of the journal with append-only events chained by hash per run."""

import hashlib
import json
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from agent.setup.stops import ConfigError

SCHEMA = """
CREATE TABLE IF NOT EXISTS change_sets (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, content TEXT NOT NULL, account TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
  run_id TEXT PRIMARY KEY REFERENCES change_sets(id), account TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '', state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS approvals (
  run_id TEXT NOT NULL, digest TEXT NOT NULL, who TEXT NOT NULL, ts TEXT NOT NULL, ts_by_meta TEXT);
CREATE TABLE IF NOT EXISTS changes (
  change_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
  target TEXT NOT NULL, payload TEXT NOT NULL, before TEXT NOT NULL, marker TEXT NOT NULL, state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0, sent_at TEXT, result TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT '',
  undone_by TEXT, lost_at TEXT, proof TEXT NOT NULL DEFAULT '', sent_by_meta TEXT);
CREATE TABLE IF NOT EXISTS numbering (
  id TEXT NOT NULL, generation INTEGER NOT NULL DEFAULT 0, elsewhere TEXT, doubted_to INTEGER NOT NULL DEFAULT 0,
  missed TEXT);
CREATE INDEX IF NOT EXISTS changes_by_run ON changes(run_id, position);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, change_id TEXT NOT NULL, ts TEXT NOT NULL,
  event TEXT NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_run ON events(run_id, seq);
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_remain BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""

NOTES_OF_OLD = {
    "read back": "read back",
    "already": "was so already",
    "found": "found done after a lost answer",
    "doubted": "refused, but perhaps done all the same",
}
"""How notes began that proved something, before the proof had a column of its own."""
SYNCHRONOUS = "FULL"
"""Every commit is on the disk before anything is sent that rests on it."""


class Database:
    """One SQLite file of ours, open per process, with the tables of a schema. Raises ConfigError when it cannot be used."""

    schema: ClassVar[str]
    what: ClassVar[str]
    """What the file is, for whoever cannot use it."""

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        self.now = now
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
            known = zlib.crc32(self.schema.encode()) >> 1  # kept in a file that has this schema
            if self._db.execute("PRAGMA user_version").fetchone()[0] != known:
                self._db.executescript(f"BEGIN IMMEDIATE; {self.schema} PRAGMA user_version={known}; COMMIT")
            self._bring_up_to_date()
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(f"{self.what} {path} cannot be used ({error}). Nothing was changed.") from None
        self._db.row_factory = sqlite3.Row

    def close(self) -> None:
        self._db.close()

    def _bring_up_to_date(self) -> None:
        """Give a file of an older version what it lacks."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the outermost ends; other processes wait."""
        inside = self._db.in_transaction
        if inside:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; gives the number of rows it touched."""
        return self._db.execute(statement, values).rowcount

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(statement, values).fetchall()

    def stamp(self) -> str:
        return to_text(self.now())


class Store(Database):
    """The tables of the journal."""

    schema = SCHEMA
    what = "The journal"

    def _bring_up_to_date(self) -> None:
        """Give a journal of an older version the columns it lacks; what its notes prove is kept as a value."""
        there = {row[1] for row in self._db.execute("PRAGMA table_info(changes)")}
        if "lost_at" not in there:
            self._db.execute("ALTER TABLE changes ADD COLUMN lost_at TEXT")
        if "sent_by_meta" not in there:
            self._db.execute("ALTER TABLE changes ADD COLUMN sent_by_meta TEXT")
        if "proof" not in there:
            self._db.execute("ALTER TABLE changes ADD COLUMN proof TEXT NOT NULL DEFAULT ''")
            for proof, note in NOTES_OF_OLD.items():
                self._db.execute("UPDATE changes SET proof=? WHERE note LIKE ?", (proof, f"{note}%"))
        for table, column in (("approvals", "ts_by_meta"), ("numbering", "missed")):
            if column not in {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
        if self._db.execute("SELECT 1 FROM numbering").fetchone() is None:
            self._db.execute(
                "INSERT INTO numbering(id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM numbering)",
                (secrets.token_hex(8),),
            )

    def event(self, run_id: str, event: str, data: Mapping[str, Any], change_id: str = "") -> None:
        """Append one event to the chain of its run."""
        last = self.one("SELECT hash FROM events WHERE run_id=? ORDER BY seq DESC LIMIT 1", run_id)
        ts, text = self.stamp(), to_json(data)
        chained = _link(last["hash"] if last else "", change_id, ts, event, text)
        self.run(
            "INSERT INTO events(run_id, change_id, ts, event, data, hash) VALUES (?,?,?,?,?,?)",
            run_id,
            change_id,
            ts,
            event,
            text,
            chained,
        )

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """All events of one run. Raises ConfigError when the chain was broken."""
        rows, previous = self.all("SELECT * FROM events WHERE run_id=? ORDER BY seq", run_id), ""
        for row in rows:
            previous = _link(previous, row["change_id"], row["ts"], row["event"], row["data"])
            if previous != row["hash"]:
                raise ConfigError(f"The journal of {run_id} was altered at event {row['seq']}.")
        return [dict(row) for row in rows]


def _link(previous: str, *parts: str) -> str:
    return hashlib.sha256("\x1f".join((previous, *parts)).encode()).hexdigest()


def to_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def to_text(moment: datetime) -> str:
    """A moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
