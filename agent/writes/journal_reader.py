"""What the journal holds, read: change sets exactly as they were proposed, and where each change stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from sqlite3 import Row
from typing import Any, Literal

from agent.setup.stops import ConfigError
from agent.writes.clocks import Moment
from agent.writes.store import Store, to_moment, to_text
from tools.domain.changes import Change, ChangeSet
from tools.domain.tool import Applied

State = Literal["PLANNED", "SENT", "CONFIRMED", "REJECTED", "CONFLICT"]
SetState = Literal[
    "proposed", "approved", "applying", "applied", "partly_applied", "failed", "declined", "undone"
]


class Proof(StrEnum):
    """What is known of an outcome beside Meta's answer; kept with it in the journal."""

    NONE = ""
    ALREADY = "already"
    """It was so before anything was sent."""
    FOUND = "found"
    """It was seen in the account after its answer was lost."""
    READ_BACK = "read back"
    """It was seen in the account after Meta had confirmed it."""
    DOUBTED = "doubted"
    """Meta refused it in a way that does not prove that it was not done."""


DAY = timedelta(days=1)
APPROVAL_HOLDS = DAY
APPLYING_HOLDS = 2 * DAY
"""Longer than an approved set can go on sending: its approval counted when it began."""
NOT_APPROVED = frozenset({"proposed", "declined", "undone"})
ALWAYS = datetime.min.replace(tzinfo=UTC)
_SAID: dict[State, str] = {
    "PLANNED": "not sent",
    "SENT": "unknown",
    "CONFIRMED": "done",
    "REJECTED": "refused",
    "CONFLICT": "conflict",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one change stands."""

    change: Change
    state: State
    attempt: int = 0
    sent_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    lost_at: Moment | None = None
    """When an attempt was sent that has no answer and may still be executed, although it is not seen."""
    proof: Proof = Proof.NONE
    sent_by_meta: datetime | None = None
    """`sent_at` by Meta's clock, where it was known."""

    @property
    def sent(self) -> Moment | None:
        """When it was sent, by both clocks."""
        return Moment(self.sent_at, self.sent_by_meta) if self.sent_at else None

    @property
    def ended(self) -> bool:
        """Whether nothing is to be sent for it any more."""
        return self.state not in ("PLANNED", "SENT")

    @property
    def proven(self) -> bool:
        """Whether it need not be read back: what was proven once stays so, later changes are somebody else's."""
        return self.proof in (Proof.ALREADY, Proof.FOUND, Proof.READ_BACK)

    @property
    def target(self) -> str:
        """The id of what was changed or made (of an image, the hash), as far as it is known."""
        return str(self.change.target or self.result.get("id") or self.result.get("hash") or "")

    @property
    def said(self) -> str:
        """The outcome in a few words, for people and JSON."""
        return _SAID["SENT" if self.state == "PLANNED" and self.lost_at else self.state]


@dataclass(frozen=True, slots=True)
class Counted:
    """A change that counts against the limits of a day."""

    change: Change
    at: datetime
    """When it was sent last; of what only waits to be sent, when that was approved."""
    sent: bool
    sure: bool
    """Whether it is certainly done."""


class Archive:
    """The reading half of the journal. Raises ConfigError when the file cannot be used."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime], begun: datetime = ALWAYS, world: str = ""
    ) -> None:
        """What was done before `begun` counts against no limit: it was done to a sandbox that is gone.

        `world` narrows what is listed and what can be undone to the sets made for it.
        """
        self._folder = path.parent
        self._begun, self._world = begun, world
        self.meta_now: Callable[[], datetime | None] = lambda: None
        """The time by Meta's clock, where it is known: what was sent within its day counts as well."""
        self._store = Store(path, now=now)

    def close(self) -> None:
        self._store.close()

    def change_set(self, change_set_id: str) -> ChangeSet:
        """A stored change set, unaltered.

        Raises ConfigError when there is none, or when its content is not what its id was printed for.
        """
        row = self._store.one("SELECT * FROM change_sets WHERE id=?", change_set_id)
        if row is None:
            raise ConfigError(f"There is no change set {change_set_id}. `adsteward history` lists them.")
        try:
            change_set = ChangeSet.stored(row["content"])
        except ValueError:
            change_set = None
        if change_set is None or (change_set.id, change_set.digest) != (change_set_id, row["digest"]):
            raise ConfigError(
                f"{change_set_id} was altered after it was proposed: its content no longer fits its digest."
                " Nothing was changed; ask for the change again."
            )
        return change_set

    def state(self, change_set_id: str) -> SetState:
        """The state of a stored change set. Raises ConfigError when there is none."""
        row = self._store.one("SELECT state FROM runs WHERE run_id=?", change_set_id)
        if row is None:
            raise ConfigError(f"There is no change set {change_set_id}. `adsteward history` lists them.")
        state: SetState = row["state"]
        return state

    def approved(self, change_set: ChangeSet) -> bool:
        """Whether exactly this content was approved within the last day and not declined since."""
        row = self._store.one(
            "SELECT 1 FROM approvals WHERE run_id=? AND digest=? AND ts>=?",
            change_set.id,
            change_set.digest,
            to_text(self._store.now() - APPROVAL_HOLDS),
        )
        return row is not None and self.state(change_set.id) not in NOT_APPROVED

    def approved_by(self, who: str, account: str, since: datetime) -> list[ChangeSet]:
        """The sets of an account that `who` approved since a moment, oldest first."""
        rows = self._store.all(
            "SELECT a.run_id FROM approvals a JOIN runs r ON r.run_id = a.run_id"
            " WHERE a.who=? AND r.account=? AND a.ts>=? GROUP BY a.run_id ORDER BY MIN(a.ts)",
            who,
            account,
            to_text(since),
        )
        return [self.change_set(row["run_id"]) for row in rows]

    def day(self, account: str, *, besides: str = "") -> list[Counted]:
        """What counts against the limits of an account: done, perhaps done or approved in the last 24 hours, oldest first.

        Of the set `besides` only what is done. What was declined, refused or never approved does not count.
        """
        earliest = min(self._store.now(), self.meta_now() or self._store.now())
        rows = self._store.all(
            "SELECT c.*, r.state AS set_state, MAX(a.ts) AS approved_at FROM changes c JOIN runs r ON r.run_id=c.run_id"
            " JOIN approvals a ON a.run_id=c.run_id AND a.ts>=? WHERE r.account=? AND (c.run_id<>? OR c.state='CONFIRMED')"
            " GROUP BY c.change_id ORDER BY c.run_id, c.position",
            to_text(max(earliest - 3 * DAY, self._begun)),  # nothing is sent later than that
            account,
            besides,
        )
        times = {row["change_id"]: found for row in rows if (found := self._counts(row))}
        sets = [self.change_set(run_id) for run_id in {row["run_id"] for row in rows}]
        here = [stored for stored in sets if self._world in ("", stored.world)]
        changes = {change.id: change for stored in here for change in stored.changes}
        counted = [
            Counted(changes[row["change_id"]], *times[row["change_id"]], sure=row["state"] == "CONFIRMED")
            for row in rows
            if row["change_id"] in times and row["change_id"] in changes
        ]
        return sorted(counted, key=lambda item: item.at)

    def _counts(self, row: Row) -> tuple[datetime, bool] | None:
        """Since when a change counts, and whether it was sent; None when it does not count."""
        now = self._store.now()
        if row["state"] in ("CONFIRMED", "SENT", "CONFLICT") or row["lost_at"]:
            lost = Moment.parsed(row["lost_at"]).ours if row["lost_at"] else None
            sent = max(filter(None, (to_moment(row["sent_at"]), lost)), default=None)
            by_meta, meta_now = to_moment(row["sent_by_meta"] or ""), self.meta_now()
            lately = by_meta and meta_now and by_meta >= meta_now - DAY  # whatever this machine's clock said
            if sent and sent >= self._begun and (sent >= now - DAY or lately):
                return sent, True
        holds = APPLYING_HOLDS if row["set_state"] == "applying" else APPROVAL_HOLDS
        approved = datetime.fromisoformat(row["approved_at"])
        waits = row["state"] in ("PLANNED", "SENT") and row["set_state"] not in NOT_APPROVED
        return (approved, False) if waits and approved >= now - holds else None

    def left(self, change_set: ChangeSet) -> list[Change]:
        """The changes of a set that may still be sent."""
        return [outcome.change for outcome in self.outcomes(change_set) if not outcome.ended]

    def outcomes(self, change_set: ChangeSet) -> list[Outcome]:
        """Where every change of the set stands, in its order."""
        rows = self._store.all("SELECT * FROM changes WHERE run_id=?", change_set.id)
        by_id = {row["change_id"]: row for row in rows}
        return [outcome_of(change, by_id[change.id]) for change in change_set.changes]

    def recent(self, account: str, limit: int, state: str = "") -> list[dict[str, Any]]:
        """The newest change sets, of one account or (with "") of all, in one state or any, for people and the model."""
        rows = self._store.all(
            "SELECT s.id, s.created_at, r.state, s.content FROM change_sets s JOIN runs r ON r.run_id = s.id"
            " WHERE ? IN ('', s.account) AND ? IN ('', json_extract(s.content, '$.world'))"
            " AND ? IN ('', r.state) ORDER BY s.created_at DESC, s.rowid DESC LIMIT ?",
            account,
            self._world,
            state,
            limit,
        )
        return [
            {
                "id": row["id"],
                "when": row["created_at"],
                "state": row["state"],
                "request": (content := json.loads(row["content"]))["request"],
                "changes": len(content["changes"]),
                "world": content["world"],
                "account": content["account"],
            }
            for row in rows
        ]

    def applied(
        self, account: str, *, change_set_id: str = "", since: datetime | None = None, unknown: bool = False
    ) -> list[Applied]:
        """Changes that were sent and confirmed, of one set or of the account since a moment, oldest first.

        `unknown` includes those that were sent and whose outcome nobody knows.
        """
        rows = self._store.all(
            "SELECT c.change_id, c.run_id, c.state, c.result, c.undone_by, c.sent_at FROM changes c"
            " JOIN runs r ON r.run_id = c.run_id WHERE r.account=? AND ? IN ('', c.run_id)"
            " AND (c.state IN ('CONFIRMED', ?) OR (? AND c.lost_at IS NOT NULL)) AND c.sent_at >= ? ORDER BY c.sent_at, c.position",
            account,
            change_set_id,
            "SENT" if unknown else "CONFIRMED",
            unknown,
            to_text(since) if since else "",
        )
        sets = {run_id: self.change_set(run_id) for run_id in {row["run_id"] for row in rows}}
        if self._world:
            sets = {run_id: stored for run_id, stored in sets.items() if stored.world == self._world}
        changes = {change.id: change for stored in sets.values() for change in stored.changes}
        return [
            Applied(
                change=changes[row["change_id"]],
                change_set_id=row["run_id"],
                at=datetime.fromisoformat(row["sent_at"]),
                result=json.loads(row["result"]),
                undone=row["undone_by"] is not None,
                known=row["state"] == "CONFIRMED",
            )
            for row in rows
            if row["run_id"] in sets
        ]

    def events(self, change_set_id: str) -> list[dict[str, Any]]:
        """All events of one change set. Raises ConfigError when the chain was broken."""
        return self._store.events(change_set_id)


def outcome_of(change: Change, row: Row) -> Outcome:
    """A row of `changes` as the outcome of its change."""
    return Outcome(
        change=change,
        state=row["state"],
        attempt=row["attempt"],
        sent_at=to_moment(row["sent_at"]),
        result=json.loads(row["result"]),
        note=row["note"],
        lost_at=Moment.parsed(row["lost_at"]) if row["lost_at"] else None,
        proof=Proof(row["proof"]),
        sent_by_meta=to_moment(row["sent_by_meta"]),
    )
