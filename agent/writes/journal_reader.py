"""What the journal holds, read: change sets exactly as they were proposed, and where each change stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from agent.setup.stops import AbsentError, ConfigError
from agent.stores.database import to_moment, to_text
from agent.stores.engine import Row
from agent.writes import set_lists
from agent.writes.clocks import Moment
from agent.writes.day import APPROVAL_HOLDS, NOT_APPROVED, Day, day_of
from agent.writes.store import Store
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


class Archive:
    """The reading half of the journal. Raises ConfigError when the file cannot be used."""

    tables = Store

    def __init__(
        self, path: Path, *, now: Callable[[], datetime], begun: datetime = ALWAYS, world: str = ""
    ) -> None:
        """What was done before `begun` counts and can be undone no more: it was done to a sandbox that is gone.

        `world` narrows what is listed and what can be undone to the sets made for it.
        """
        self._folder, self.begun, self._world = path.parent, begun, world
        self.meta_now: Callable[[], datetime | None] = lambda: None
        """The time by Meta's clock, where it is known: what was sent within its day counts as well."""
        self._store: Store = self.tables(path, now=now)

    @property
    def id(self) -> str:
        """Its own, which no copy shares that began anew."""
        return self._store.journal_id

    @property
    def moment(self) -> Moment:
        """The present, by both clocks."""
        return Moment(self._store.now(), self.meta_now())

    def close(self) -> None:
        self._store.close()

    def change_set(self, change_set_id: str) -> ChangeSet:
        """A stored change set, unaltered.

        Raises AbsentError when there is none, ConfigError when its content is not what its id was printed for.
        """
        row = self._store.one("SELECT * FROM change_sets WHERE id=?", change_set_id)
        if row is None:
            raise AbsentError(f"There is no change set {change_set_id}. `adsteward history` lists them.")
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
        """The state of a stored change set. Raises AbsentError when there is none."""
        row = self._store.one("SELECT state FROM runs WHERE run_id=?", change_set_id)
        if row is None:
            raise AbsentError(f"There is no change set {change_set_id}. `adsteward history` lists them.")
        state: SetState = row["state"]
        return state

    def approved(self, change_set: ChangeSet) -> bool:
        """Whether exactly this content was approved within the last day, by both clocks, and not declined since."""
        rows = self._store.all(
            "SELECT ts, ts_by_meta FROM approvals WHERE run_id=? AND digest=?",
            change_set.id,
            change_set.digest,
        )
        given = [Moment(datetime.fromisoformat(row["ts"]), to_moment(row["ts_by_meta"])) for row in rows]
        holds = any(at.most_ago(self.moment) <= APPROVAL_HOLDS for at in given)
        return holds and self.state(change_set.id) not in NOT_APPROVED

    def approved_by(self, who: str, account: str, since: datetime) -> list[ChangeSet]:
        """The sets of an account that `who` approved since a moment, oldest first."""
        rows = self._store.all(
            "SELECT a.run_id FROM approvals a JOIN runs r ON r.run_id = a.run_id"
            " WHERE a.who=? AND r.account=? AND a.ts>=? GROUP BY a.run_id ORDER BY MIN(a.ts)",
            *(who, account, to_text(since)),
        )
        return [self.change_set(row["run_id"]) for row in rows]

    def day(self, account: str, *, besides: str = "") -> Day:
        """What counts against the limits of an account now; of the set `besides` only what is done."""

        def here(run_id: str) -> ChangeSet | None:
            stored = self.change_set(run_id)
            return stored if self._world in ("", stored.world) and not self.elsewhere(stored) else None

        return day_of(self._store, account, here, now=self.moment, begun=self.begun, besides=besides)

    def left(self, change_set: ChangeSet) -> list[Change]:
        """The changes of a set that may still be sent."""
        return [outcome.change for outcome in self.outcomes(change_set) if not outcome.ended]

    def taken_back(self, change_set: ChangeSet) -> dict[str, str]:
        """By change that takes something back: which other set took that back already."""
        other = (
            "SELECT u.run_id FROM changes c JOIN changes u ON u.change_id = c.undone_by"
            " WHERE c.change_id=? AND u.run_id<>?"
        )
        ids = {change.id: change.restores for change in change_set.changes if change.restores}
        found = {i: self._store.one(other, restored, change_set.id) for i, restored in ids.items()}
        return {change_id: str(row["run_id"]) for change_id, row in found.items() if row}

    def outcomes(self, change_set: ChangeSet) -> list[Outcome]:
        """Where every change of the set stands, in its order."""
        rows = self._store.all("SELECT * FROM changes WHERE run_id=?", change_set.id)
        by_id = {row["change_id"]: row for row in rows}
        return [outcome_of(change, by_id[change.id]) for change in change_set.changes]

    def recent(
        self, account: str, limit: int, state: str = "", since: datetime | None = None
    ) -> list[dict[str, Any]]:
        """The change sets that became what they are last, of one account or (with "") of all, for people and the model.

        Those in one state or any, and since a moment or ever.
        """
        return set_lists.recent(self._store, self._asked(account, state, since), limit, self.begun)

    def done(self, account: str) -> list[str]:
        """The sets of which something was sent in an account, by id, the last one first."""
        return set_lists.done(self._store, self._asked(account, "", None))

    def count(self, account: str, since: datetime | None = None) -> int:
        """How many change sets there are, of one account or (with "") of all, that became what they are since a moment or ever."""
        return set_lists.number(self._store, self._asked(account, "", since))

    def _asked(self, account: str, state: str, since: datetime | None) -> set_lists.Asked:
        moment = to_text(since) if since else ""
        return {"account": account, "state": state, "since": moment, "world": self._world}

    def elsewhere(self, change_set: ChangeSet) -> str:
        """The other machine in whose own sandbox a set was made, or nothing: what it changed is not here."""
        own = change_set.world.startswith("sandbox")
        return set_lists.elsewhere(change_set.world, self._origin(change_set.id)) if own else ""

    def _origin(self, change_set_id: str) -> str:
        row = self._store.one("SELECT data FROM events WHERE run_id=? AND event='proposed'", change_set_id)
        return str(row["data"]) if row else ""

    def applied(
        self, account: str, *, change_set_id: str = "", since: datetime | None = None, unknown: bool = False
    ) -> list[Applied]:
        """Changes that were sent and confirmed, of one set or of the account since a moment, oldest first.

        `unknown` includes those that were sent and whose outcome nobody knows. Moments are those of this machine's
        clock as it goes now.
        """
        now, since = self.moment, max(since or ALWAYS, self.begun)
        by_meta = since + (now.meta - now.ours) if now.meta and since > ALWAYS else since
        rows = self._store.all(
            "SELECT c.* FROM changes c JOIN runs r ON r.run_id = c.run_id WHERE r.account=? AND ? IN ('', c.run_id)"
            " AND (c.state IN ('CONFIRMED', ?) OR (? AND c.lost_at IS NOT NULL)) AND (c.sent_at >= ? OR c.sent_by_meta >= ?)"
            " ORDER BY c.sent_at, c.position",
            *(account, change_set_id, "SENT" if unknown else "CONFIRMED", unknown),
            *(to_text(at) if since > ALWAYS else "" for at in (since, by_meta)),
        )
        sets = {run_id: self.change_set(run_id) for run_id in {row["run_id"] for row in rows}}
        sets = {i: s for i, s in sets.items() if self._world in ("", s.world) and not self.elsewhere(s)}
        changes = {change.id: change for stored in sets.values() for change in stored.changes}
        found = [
            Applied(
                change=changes[row["change_id"]],
                change_set_id=row["run_id"],
                at=Moment(datetime.fromisoformat(row["sent_at"]), to_moment(row["sent_by_meta"])).told_by(
                    now
                ),
                result=json.loads(row["result"]),
                undone=row["undone_by"] is not None,
                known=row["state"] == "CONFIRMED",
            )
            for row in rows
            if row["run_id"] in sets
        ]
        return sorted((applied for applied in found if applied.at >= since), key=lambda applied: applied.at)

    def made_on(self, change_set_id: str) -> str:
        """The machine on which a set was proposed, and whose is its transcript; empty where only one uses the journal."""
        return str(json.loads(self._origin(change_set_id) or "{}").get("machine", ""))

    def removed(self, beside: ChangeSet) -> set_lists.Removed:
        """What sets of the same account and world archived or deleted, as far as that is not gone itself."""
        since = self.begun if beside.world == "sandbox" else ALWAYS
        return set_lists.removed(self._store, beside.account, beside.world, since)

    def told_of(self) -> set[str]:
        """The accounts of which Meta tells the app because it was asked to here, and not to stop since."""
        rows = self._store.all(
            "SELECT r.account, c.before FROM changes c JOIN runs r ON r.run_id = c.run_id"
            " WHERE c.kind='subscribe' AND c.state='CONFIRMED' ORDER BY COALESCE(c.sent_at, '')"
        )
        last = {row["account"]: json.loads(row["before"]) for row in rows}
        return {account for account, before in last.items() if before.get("webhooks") == "off"}

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
