"""Objects that Meta told of and nobody has looked at yet, and what was told before: it survives kill -9.

An event is known by its content, so that one that comes again is nothing new. Of two for one object only the newer
counts, whichever comes first.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.fleet.orders import End, moment
from agent.hooks.told_events import FIELDS, TellsOf
from agent.stores.database import Database, to_json, to_text
from agent.stores.engine import Row

LOOKS = "webhooks"
"""Whoever stores or takes looks does so alone."""
KEPT = timedelta(days=30)
"""How long an event is known after it came; Meta tries for a day and a half to deliver it."""
MOST_ATTEMPTS = 4
AGAIN_AFTER_S = (60.0, 300.0, 1800.0)
"""When a look is tried again that did not reach Meta, or for which the limits had no room."""
LONGEST_ANSWER = 2000
_OF_STATE = "SELECT * FROM looks WHERE state=? AND field IN ({})"
_KNOWN = _OF_STATE.format(",".join("?" * len(FIELDS)))
"""Of a field that this release knows."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look that is to be taken, or was."""

    number: int
    account: str
    field: str
    object_id: str
    told_at: datetime
    said: str
    options: Mapping[str, Any]
    """In which world it is taken, and how long it may wait."""
    state: str
    """`waiting`, `running`, `ended`, or `superseded` by a newer one for the same object."""
    owner: str = ""
    attempt: int = 0
    answer: str = ""


class LookQueue(Database):
    """What was told, each with its look."""

    what = "The file of webhooks"
    file = "hooks.sqlite"
    schema = """
CREATE TABLE IF NOT EXISTS looks (
  number INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL, account TEXT NOT NULL, field TEXT NOT NULL,
  object_id TEXT NOT NULL, told_at TEXT NOT NULL, received_at TEXT NOT NULL, said TEXT NOT NULL, options TEXT NOT NULL,
  state TEXT NOT NULL, due TEXT NOT NULL, owner TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 0,
  ended_at TEXT, status TEXT, exit_code INTEGER, answer TEXT NOT NULL DEFAULT '', UNIQUE (identity, options));
CREATE INDEX IF NOT EXISTS looks_of_object ON looks(account, object_id, field, told_at);
CREATE INDEX IF NOT EXISTS looks_to_take ON looks(state, due);
CREATE INDEX IF NOT EXISTS looks_by_age ON looks(received_at);
"""

    def store(self, events: Iterable[TellsOf], options: Mapping[str, Any]) -> int:
        """Keep what is new, durably, all or nothing; gives how much that is. Raises one of FAILED."""
        with self.transaction(LOOKS):
            stored = sum(self._stored(event, to_json(options)) for event in events)
            old = to_text(self.now() - KEPT)
            self.run("DELETE FROM looks WHERE received_at<? AND state IN ('ended', 'superseded')", old)
        return stored

    def _stored(self, event: TellsOf, options: str) -> int:
        if self.one("SELECT 1 FROM looks WHERE identity=? AND options=?", event.identity, options):
            return 0
        same = (event.account, event.object_id, event.field, options)
        told_at, now = to_text(event.told_at), self.stamp()
        newer = self.one(
            "SELECT 1 FROM looks WHERE account=? AND object_id=? AND field=? AND options=? AND told_at>?",
            *(*same, told_at),
        )
        self.run(
            "INSERT INTO looks(account, object_id, field, options, identity, told_at, received_at, due, said,"
            " state) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            *(*same, event.identity, told_at, now, now, event.said, "superseded" if newer else "waiting"),
        )
        if not newer:
            self.run(
                "UPDATE looks SET state='superseded' WHERE account=? AND object_id=? AND field=? AND options=?"
                " AND state='waiting' AND identity<>?",
                *(*same, event.identity),
            )
        return 1

    def take(self, owner: str) -> Look | None:
        """Take the look that has waited longest and is due; a field that only a newer release knows is left to that."""
        with self.transaction(LOOKS):
            row = self.one(
                f"{_KNOWN} AND due<=? ORDER BY due, number LIMIT 1", "waiting", *FIELDS, self.stamp()
            )
            if row is None:
                return None
            set_ = "UPDATE looks SET state='running', owner=?, attempt=attempt+1 WHERE number=?"
            self.run(set_, owner, row["number"])
            taken = self.one("SELECT * FROM looks WHERE number=?", row["number"])
        return _look(taken) if taken else None

    def running(self) -> list[Look]:
        """What was taken and has no end yet, whether its worker lives or not."""
        return [_look(row) for row in self.all(_KNOWN, "running", *FIELDS)]

    def put_back(self, look: Look, wait_s: float = 0.0) -> None:
        """Let a look be taken again, if it is still its owner's: it only reads, so twice does no harm."""
        due = to_text(self.now() + timedelta(seconds=wait_s))
        self.run(
            "UPDATE looks SET state='waiting', due=? WHERE number=? AND owner=? AND state='running'",
            *(due, look.number, look.owner),
        )

    def finish(self, look: Look, end: End) -> bool:
        """Keep how a look ended, if it is still its owner's; False when it is tried again later."""
        if end.passing and look.attempt < MOST_ATTEMPTS:
            self.put_back(look, AGAIN_AFTER_S[look.attempt - 1])
            return False
        self.run(
            "UPDATE looks SET state='ended', ended_at=?, status=?, exit_code=?, answer=?"
            " WHERE number=? AND owner=? AND state='running'",
            *(self.stamp(), end.status, int(end.exit_code), end.answer[:LONGEST_ANSWER]),
            *(look.number, look.owner),
        )
        return True

    def newest(self, limit: int) -> list[Look]:
        """The last that were told, newest first."""
        return [_look(row) for row in self.all("SELECT * FROM looks ORDER BY number DESC LIMIT ?", limit)]

    def due(self) -> list[datetime]:
        """Since when looks wait that could be taken, by any release."""
        rows = self.all("SELECT due FROM looks WHERE state='waiting' AND due<=? LIMIT 10000", self.stamp())
        return [moment(row["due"]) for row in rows]

    def waiting(self) -> int:
        """How many looks nobody has taken yet. Raises one of FAILED when that cannot be told any more."""
        row = self.one("SELECT COUNT(*) AS n FROM looks WHERE state='waiting'")
        return int(row["n"]) if row else 0


def _look(row: Row) -> Look:
    return Look(
        number=row["number"],
        account=row["account"],
        field=row["field"],
        object_id=row["object_id"],
        told_at=moment(row["told_at"]),
        said=row["said"],
        options=json.loads(row["options"]),
        state=row["state"],
        owner=row["owner"],
        attempt=row["attempt"],
        answer=row["answer"],
    )
