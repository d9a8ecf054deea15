"""The journal: what was proposed, approved and done, in SQLite; it survives kill -9 and only ever grows.

`change_sets` holds exact contents, `runs` one row per change set with its state and epoch, `changes`
one row per change as a fold of `events`. Events are append-only and chained by hash per run.
A change goes PLANNED → SENT → CONFIRMED | REJECTED | CONFLICT, and back to PLANNED only when it is
known that nothing was executed.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from agent.errors import ConfigError
from tools.changes import Change, ChangeSet
from tools.tool import Applied

State = Literal["PLANNED", "SENT", "CONFIRMED", "REJECTED", "CONFLICT"]
SetState = Literal["proposed", "approved", "applying", "applied", "partly_applied", "failed", "declined", "undone"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS change_sets (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, content TEXT NOT NULL, account TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
  run_id TEXT PRIMARY KEY REFERENCES change_sets(id), account TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '', state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS approvals (
  run_id TEXT NOT NULL, digest TEXT NOT NULL, who TEXT NOT NULL, ts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS changes (
  change_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
  target TEXT NOT NULL, payload TEXT NOT NULL, before TEXT NOT NULL, marker TEXT NOT NULL, state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0, sent_at TEXT, result TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT '',
  undone_by TEXT);
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one change stands."""

    change: Change
    state: State
    attempt: int = 0
    sent_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def said(self) -> str:
        """The outcome in one word for people and JSON."""
        if self.state == "SENT":
            return "unknown"
        if self.state == "PLANNED":
            return "not sent"
        return {"CONFIRMED": "done", "REJECTED": "refused", "CONFLICT": "changed by somebody else"}[self.state]


class Journal:
    """One journal file; open it per process. Raises ConfigError when the file cannot be used."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(f"The journal {path} cannot be used ({error}). Nothing was changed.") from None
        self._db.row_factory = sqlite3.Row

    def close(self) -> None:
        self._db.close()

    # -- change sets ---------------------------------------------------------------------------------

    def propose(self, change_set: ChangeSet) -> None:
        """Store a change set, exactly; nothing is sent for it before `approve`."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO change_sets VALUES (?,?,?,?,?)",
                (change_set.id, change_set.digest, change_set.content, change_set.account, change_set.created_at),
            )
            self._db.execute(
                "INSERT INTO runs(run_id, account, state) VALUES (?,?,'proposed')",
                (change_set.id, change_set.account),
            )
            for position, change in enumerate(change_set.changes):
                self._db.execute(
                    "INSERT INTO changes(change_id, run_id, position, kind, target, payload, before, marker, state)"
                    " VALUES (?,?,?,?,?,?,?,?,'PLANNED')",
                    (
                        change.id,
                        change_set.id,
                        position,
                        change.kind,
                        change.target,
                        _json(change.request.params),
                        _json(change.before),
                        change.marker,
                    ),
                )
            self._event(change_set.id, "proposed", {"digest": change_set.digest})

    def change_set(self, change_set_id: str) -> ChangeSet:
        """A stored change set, unaltered.

        Raises ConfigError when there is none, or when its content is not what its id was printed for.
        """
        row = self._db.execute("SELECT * FROM change_sets WHERE id=?", (change_set_id,)).fetchone()
        if row is None:
            raise ConfigError(f"There is no change set {change_set_id}. `adsteward history` lists them.")
        try:
            change_set = ChangeSet.model_validate_json(row["content"])
        except ValueError:
            change_set = None
        if change_set is None or change_set.id != change_set_id or change_set.digest != row["digest"]:
            raise ConfigError(
                f"{change_set_id} was altered after it was proposed: its content no longer fits its digest."
                " Nothing was changed; ask for the change again."
            )
        return change_set

    def state(self, change_set_id: str) -> SetState:
        row = self._db.execute("SELECT state FROM runs WHERE run_id=?", (change_set_id,)).fetchone()
        state: SetState = row["state"]
        return state

    def approve(self, change_set: ChangeSet, who: str) -> None:
        """Record that exactly this content was approved, and by whom."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO approvals VALUES (?,?,?,?)",
                (change_set.id, change_set.digest, who, self._stamp()),
            )
            self._set_state(change_set.id, "approved", {"who": who, "digest": change_set.digest})

    def decline(self, change_set: ChangeSet, who: str, reason: str) -> None:
        with self._transaction():
            self._set_state(change_set.id, "declined", {"who": who, "reason": reason})

    def approved(self, change_set: ChangeSet) -> bool:
        """Whether exactly this content was approved and not declined since."""
        row = self._db.execute(
            "SELECT 1 FROM approvals WHERE run_id=? AND digest=?", (change_set.id, change_set.digest)
        ).fetchone()
        return row is not None and self.state(change_set.id) not in ("proposed", "declined")

    # -- applying ------------------------------------------------------------------------------------

    @contextmanager
    def lease(self, change_set: ChangeSet, owner: str) -> Iterator[int]:
        """Hold the account while changes are applied; gives the epoch. The kernel frees it on kill -9.

        Raises ConfigError when another process holds it.
        """
        lock = FileLock(self._path.with_name(f"{change_set.account}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ConfigError(
                f"Another adsteward is applying changes to {change_set.account}. Try again when it is done."
            ) from None
        try:
            with self._transaction():
                self._db.execute(
                    "UPDATE runs SET epoch=epoch+1, owner=? WHERE run_id=?", (owner, change_set.id)
                )
                self._set_state(change_set.id, "applying", {"owner": owner})
            row = self._db.execute("SELECT epoch FROM runs WHERE run_id=?", (change_set.id,)).fetchone()
            yield int(row["epoch"])
        finally:
            lock.release()

    def intend(
        self, change_set_id: str, epoch: int, sending: Sequence[tuple[Outcome, Mapping[str, Any]]]
    ) -> None:
        """Commit, before a byte is sent, that these changes are being sent.

        Raises ConfigError when another process has taken the run over or sent one of them.
        """
        with self._transaction():
            row = self._db.execute("SELECT epoch FROM runs WHERE run_id=?", (change_set_id,)).fetchone()
            for outcome, payload in sending:
                cursor = self._db.execute(
                    "UPDATE changes SET state='SENT', attempt=attempt+1, sent_at=?, payload=?, note=''"
                    " WHERE change_id=? AND state='PLANNED' AND attempt=?",
                    (self._stamp(), _json(payload), outcome.change.id, outcome.attempt),
                )
                if cursor.rowcount != 1 or row["epoch"] != epoch:
                    raise ConfigError("Another adsteward has taken this change set over; this one stops here.")
                self._event(change_set_id, "sent", {"attempt": outcome.attempt + 1}, outcome.change.id)

    def record(
        self,
        change_set_id: str,
        outcome: Outcome,
        state: State,
        *,
        note: str = "",
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Commit what became of one change; guarded by its state and attempt, so that no fact is overwritten."""
        with self._transaction():
            cursor = self._db.execute(
                "UPDATE changes SET state=?, note=?, result=? WHERE change_id=? AND state=? AND attempt=?",
                (
                    state,
                    note,
                    _json(result if result is not None else outcome.result),
                    outcome.change.id,
                    outcome.state,
                    outcome.attempt,
                ),
            )
            stale = cursor.rowcount != 1
            self._event(
                change_set_id,
                "late answer" if stale else state.lower(),
                {"note": note, "result": dict(result or {})},
                outcome.change.id,
            )
            if state == "CONFIRMED" and not stale and outcome.change.restores:
                self._db.execute(
                    "UPDATE changes SET undone_by=? WHERE change_id=?",
                    (outcome.change.id, outcome.change.restores),
                )

    def outcomes(self, change_set: ChangeSet) -> list[Outcome]:
        """Where every change of the set stands, in its order."""
        rows = self._db.execute("SELECT * FROM changes WHERE run_id=?", (change_set.id,)).fetchall()
        by_id = {row["change_id"]: row for row in rows}
        return [
            Outcome(
                change=change,
                state=by_id[change.id]["state"],
                attempt=by_id[change.id]["attempt"],
                sent_at=_moment(by_id[change.id]["sent_at"]),
                result=json.loads(by_id[change.id]["result"]),
                note=by_id[change.id]["note"],
            )
            for change in change_set.changes
        ]

    def finish(self, change_set: ChangeSet) -> SetState:
        """Give the set the state its changes add up to."""
        states = {outcome.state for outcome in self.outcomes(change_set)}
        state: SetState = (
            "applied" if states <= {"CONFIRMED"} else "partly_applied" if "CONFIRMED" in states else "failed"
        )
        with self._transaction():
            self._set_state(change_set.id, state, {})
            self._mark_undone(change_set)
        return state

    # -- looking back --------------------------------------------------------------------------------

    def recent(self, account: str, limit: int) -> list[dict[str, Any]]:
        """The newest change sets of an account, for people and the model."""
        rows = self._db.execute(
            "SELECT s.id, s.created_at, r.state, s.content FROM change_sets s JOIN runs r ON r.run_id = s.id"
            " WHERE s.account=? ORDER BY s.created_at DESC, s.rowid DESC LIMIT ?",
            (account, limit),
        ).fetchall()
        return [
            {
                "id": row["id"],
                "when": row["created_at"],
                "state": row["state"],
                "request": (content := json.loads(row["content"]))["request"],
                "changes": len(content["changes"]),
            }
            for row in rows
        ]

    def applied(self, account: str, *, change_set_id: str = "", since: datetime | None = None) -> list[Applied]:
        """Confirmed changes of one set, or of the account since a moment, oldest first."""
        where, values = ("c.run_id=?", change_set_id) if change_set_id else ("c.sent_at>=?", _text(since))
        rows = self._db.execute(
            "SELECT c.change_id, c.run_id, c.result, c.undone_by, c.sent_at FROM changes c"
            f" JOIN runs r ON r.run_id = c.run_id WHERE r.account=? AND c.state='CONFIRMED' AND c.sent_at IS NOT NULL AND {where}"  # noqa: S608
            " ORDER BY c.sent_at, c.position",
            (account, values),
        ).fetchall()
        sets = {run_id: self.change_set(run_id) for run_id in {row["run_id"] for row in rows}}
        changes = {change.id: change for stored in sets.values() for change in stored.changes}
        return [
            Applied(
                change=changes[row["change_id"]],
                change_set_id=row["run_id"],
                at=_moment(row["sent_at"]) or self._now(),
                result=json.loads(row["result"]),
                undone=row["undone_by"] is not None,
            )
            for row in rows
        ]

    def events(self, change_set_id: str) -> list[dict[str, Any]]:
        """All events of one change set. Raises ConfigError when the chain was broken."""
        rows = self._db.execute("SELECT * FROM events WHERE run_id=? ORDER BY seq", (change_set_id,)).fetchall()
        previous = ""
        for row in rows:
            previous = _link(previous, row["change_id"], row["ts"], row["event"], row["data"])
            if previous != row["hash"]:
                raise ConfigError(f"The journal of {change_set_id} was altered at event {row['seq']}.")
        return [dict(row) for row in rows]

    # -- inside --------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _set_state(self, change_set_id: str, state: SetState, data: Mapping[str, Any]) -> None:
        self._db.execute("UPDATE runs SET state=? WHERE run_id=?", (state, change_set_id))
        self._event(change_set_id, state, data)

    def _mark_undone(self, change_set: ChangeSet) -> None:
        """A set all of whose confirmed changes were taken back is `undone`."""
        restored = [change.restores for change in change_set.changes if change.restores]
        for run in {
            row["run_id"]
            for change_id in restored
            for row in self._db.execute("SELECT run_id FROM changes WHERE change_id=?", (change_id,))
        }:
            open_ones = self._db.execute(
                "SELECT COUNT(*) AS n FROM changes WHERE run_id=? AND state='CONFIRMED' AND undone_by IS NULL",
                (run,),
            ).fetchone()
            if open_ones["n"] == 0:
                self._set_state(run, "undone", {"by": change_set.id})

    def _event(self, run_id: str, event: str, data: Mapping[str, Any], change_id: str = "") -> None:
        last = self._db.execute(
            "SELECT hash FROM events WHERE run_id=? ORDER BY seq DESC LIMIT 1", (run_id,)
        ).fetchone()
        ts, text = self._stamp(), _json(data)
        chained = _link(last["hash"] if last else "", change_id, ts, event, text)
        self._db.execute(
            "INSERT INTO events(run_id, change_id, ts, event, data, hash) VALUES (?,?,?,?,?,?)",
            (run_id, change_id, ts, event, text, chained),
        )

    def _stamp(self) -> str:
        return _text(self._now())


def _link(previous: str, *parts: str) -> str:
    return hashlib.sha256("\x1f".join((previous, *parts)).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _text(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else ""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
