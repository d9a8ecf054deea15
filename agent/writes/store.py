"""The tables of the journal, with append-only events chained by hash per run."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from agent.setup.stops import ConfigError
from agent.setup.who_and_where import machine
from agent.stores.database import Database, to_json
from tools.domain.changes import Change

SCHEMA = """
CREATE TABLE IF NOT EXISTS change_sets (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, content TEXT NOT NULL, account TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
  run_id TEXT PRIMARY KEY REFERENCES change_sets(id), account TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, state_at TEXT);
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
CREATE INDEX IF NOT EXISTS sets_by_age ON change_sets(created_at);
CREATE INDEX IF NOT EXISTS sets_by_account ON change_sets(account, created_at);
CREATE INDEX IF NOT EXISTS runs_by_account ON runs(account, state);
CREATE INDEX IF NOT EXISTS runs_by_state ON runs(state);
CREATE INDEX IF NOT EXISTS approvals_by_run ON approvals(run_id);
CREATE INDEX IF NOT EXISTS changes_by_run ON changes(run_id, position);
CREATE INDEX IF NOT EXISTS changes_by_kind ON changes(kind);
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


class Store(Database):
    """The tables of the journal."""

    schema = SCHEMA
    what = "The journal"

    def _bring_up_to_date(self) -> None:
        """Give a journal of an older version the columns it lacks; what its notes prove is kept as a value."""
        there = self.columns("changes")
        if "lost_at" not in there:
            self.run("ALTER TABLE changes ADD COLUMN lost_at TEXT")
        if "sent_by_meta" not in there:
            self.run("ALTER TABLE changes ADD COLUMN sent_by_meta TEXT")
        if "proof" not in there:
            self.run("ALTER TABLE changes ADD COLUMN proof TEXT NOT NULL DEFAULT ''")
            for proof, note in NOTES_OF_OLD.items():
                self.run("UPDATE changes SET proof=? WHERE note LIKE ?", proof, f"{note}%")
        if "state_at" not in self.columns("runs"):
            self.run("ALTER TABLE runs ADD COLUMN state_at TEXT")
            self.run(
                "UPDATE runs SET state_at=(SELECT MAX(e.ts) FROM events e"
                " WHERE e.run_id=runs.run_id AND e.change_id='' AND e.event=runs.state)"
            )
        self.run("CREATE INDEX IF NOT EXISTS runs_by_age ON runs(state_at)")
        self.run("CREATE INDEX IF NOT EXISTS runs_of_account_by_age ON runs(account, state_at)")
        for table, column in (("approvals", "ts_by_meta"), ("numbering", "missed")):
            if column not in self.columns(table):
                self.run(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
        if self.one("SELECT 1 FROM numbering") is None:
            self.run(
                "INSERT INTO numbering(id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM numbering)",
                secrets.token_hex(8),
            )

    @property
    def journal_id(self) -> str:
        """The journal's own, which no copy shares that began anew."""
        row = self.one("SELECT id FROM numbering")
        return str(row["id"]) if row else ""

    @property
    def origin(self) -> dict[str, str]:
        """Which machine it is, where others use the journal too: transcripts stay on the machine of their run."""
        return {"machine": machine()} if self.shared else {}

    def plan(self, run_id: str, position: int, change: Change) -> None:
        """Put down one change of a run, of which nothing was sent yet."""
        self.run(
            "INSERT INTO changes(change_id, run_id, position, kind, target, payload, before, marker, state)"
            " VALUES (?,?,?,?,?,?,?,?,'PLANNED')",
            change.id,
            run_id,
            position,
            change.kind,
            change.target,
            to_json(change.request.params),
            to_json(change.before),
            change.marker,
        )

    def event(self, run_id: str, event: str, data: Mapping[str, Any], change_id: str = "") -> None:
        """Append one event to the chain of its run, within a transaction."""
        with self.transaction(run_id):
            self._append(run_id, event, data, change_id)

    def _append(self, run_id: str, event: str, data: Mapping[str, Any], change_id: str) -> None:
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
