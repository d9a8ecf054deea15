"""The journal: what was proposed, approved and done. It survives kill -9 and only ever grows.

`change_sets` holds exact contents, `runs` one row per change set with its state and epoch, `changes`
one row per change as a fold of `events`. A change goes PLANNED → SENT → CONFIRMED | REJECTED | CONFLICT,
and back to PLANNED only when it is known that nothing was executed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.setup.stops import ConfigError
from agent.stores.database import to_json, to_text
from agent.writes import set_states
from agent.writes.beside import beside
from agent.writes.clocks import Moment
from agent.writes.day import Day, OtherJournals
from agent.writes.generations import Doubt, Generation
from agent.writes.journal_reader import ALWAYS, Archive, Outcome, Proof, SetState, State, outcome_of
from tools.domain.changes import Change, ChangeSet
from tools.domain.tool import Applied

UNSEEN = "unseen"
"""The event of a set that somebody wanted to apply while its account was not seen."""
Objection = Callable[[Sequence[Change], Day], str]


class Journal(Archive):
    """The journal of one workspace; open it per process. Raises ConfigError when the file cannot be used.

    `generations` is where its number is kept outside of its folder, if not in the person's own.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        begun: datetime = ALWAYS,
        world: str = "",
        generations: Path | None = None,
    ) -> None:
        super().__init__(path, now=now, begun=begun, world=world)
        self._generation = Generation(self._store, self._folder, generations)
        self._others = OtherJournals(self._store, path, generations, lambda other: beside(self, other, world))
        self._fresh = set[str]()
        """Sets that this process proposed."""

    def bring_in_line(self, at: Moment) -> str:
        """Compare this journal with what is kept outside; gives a sentence for the person when they differ."""
        return self._generation.bring_in_line(at) or self._others.replaced(at, self._folder)

    def day(self, account: str, *, besides: str = "") -> Day:
        """What counts against the limits of an account now, in this journal and in others of this person."""
        own = super().day(account, besides=besides)
        return self._others.added(own, self._world, account, self.moment)

    def sent_since(self, account: str, since: datetime) -> list[Applied]:
        """What was sent in an account since a moment, from other workspaces of this person too, whatever became of it."""
        own = self.applied(account, since=since, unknown=True)
        return own + self._others.sent_since(self._world, account, since)

    def doubt(self, change_set: ChangeSet) -> Doubt | None:
        """Why its changes must be looked for before they are sent; None when this journal knows all of them.

        It does of what its own process proposed, as long as its number is the one outside.
        """
        elsewhere = self._generation.elsewhere(change_set.id)
        if elsewhere is None and change_set.id in self._fresh and not self._generation.blind:
            return None
        return Doubt(elsewhere)

    def propose(self, change_set: ChangeSet) -> None:
        """Store a change set, exactly; nothing is sent for it before `approve`."""
        with self._store.transaction(change_set.id):
            self._store.run(
                "INSERT INTO change_sets(id, digest, account, created_at, content) VALUES (?,?,?,?,?)",
                *(change_set.id, change_set.digest, change_set.account, change_set.created_at),
                change_set.content,
            )
            run = "INSERT INTO runs(run_id, account, state, state_at) VALUES (?,?,'proposed',?)"
            self._store.run(run, change_set.id, change_set.account, self._store.stamp())
            for position, change in enumerate(change_set.changes):
                self._store.plan(change_set.id, position, change)
            self._store.event(change_set.id, "proposed", {"digest": change_set.digest} | self._store.origin)
            self._generation.begin(Moment(self._store.now()))
        self._fresh.add(change_set.id)

    def approve(
        self, change_set: ChangeSet, who: str, objection: Objection = lambda _changes, _day: ""
    ) -> str:
        """Record that exactly this content was approved, and by whom; gives what speaks against it, then nothing is recorded.

        `objection` judges what is left of the set by what counts of the day; no other approval comes between that and the
        record. An approval holds for a day; a set that was begun can be approved again, to go on.
        Raises ConfigError when it was applied or undone meanwhile.
        """
        place = change_set.world, change_set.account
        with self._others.alone(*place), self._store.transaction(change_set.account, change_set.id):
            self._of_here(change_set)
            self._only_from(
                change_set, ("proposed", "declined", "approved", "applying", "partly_applied", "failed")
            )
            at = self.moment
            self._generation.bring_in_line(at)  # a day in which something was approved elsewhere is not known
            day = self.day(change_set.account, besides=change_set.id)
            if said := objection(self.left(change_set), day):
                return said
            self._store.run(
                "INSERT INTO approvals(run_id, digest, who, ts, ts_by_meta) VALUES (?,?,?,?,?)",
                *(change_set.id, change_set.digest, who),
                *(to_text(at.ours), to_text(at.meta) if at.meta else None),
            )
            self._set_state(change_set.id, "approved", {"who": who, "digest": change_set.digest})
            self._others.note(*place, at)
            self._generation.raise_it(at)
        return ""

    def decline(self, change_set: ChangeSet, who: str, reason: str) -> None:
        """Record that it was declined. Raises ConfigError when it was approved meanwhile and can be applied, or was applied."""
        with self._store.transaction(change_set.id):
            vain: tuple[SetState, ...] = ("approved",) if set_states.hopeless(self, change_set) else ()
            self._only_from(change_set, ("proposed", "declined", *vain))
            self._set_state(change_set.id, "declined", {"who": who, "reason": reason})

    def assign(self, change_set: ChangeSet, who: str, name: str) -> None:
        """Record who is asked to decide on it; anybody may all the same. Raises ConfigError when it waits no more."""
        with self._store.transaction():
            self._only_from(change_set, ("proposed",))
            self._store.event(change_set.id, "assigned", {"who": who, "to": name})

    def withdraw(self, account: str, change_set_id: str, who: str, reason: str) -> str:
        """Decline a set of this account and world, for whom it is said; gives why it cannot be, or nothing."""
        try:
            self._only_from(change_set := self._here(account, change_set_id), ("proposed",))
            self.decline(change_set, who, reason)
        except ConfigError as error:
            return str(error)
        return ""

    def standing(self, account: str, change_set_id: str) -> str:
        """What a set of this account and world is by now, and what can be done with it; or that it is none."""
        try:
            return set_states.standing(self, self._here(account, change_set_id))
        except ConfigError as error:
            return str(error)

    def _here(self, account: str, change_set_id: str) -> ChangeSet:
        """A set of this account and world. Raises ConfigError."""
        change_set = self.change_set(change_set_id)
        if change_set.account != account or self._world not in ("", change_set.world):
            raise ConfigError(f"{change_set_id} belongs to {change_set.world}, {change_set.account}.")
        return change_set

    @contextmanager
    def lease(self, change_set: ChangeSet, owner: str) -> Iterator[int]:
        """Hold the account while changes are applied; gives the epoch. The kernel frees it on kill -9.

        What `stop` proposed holds only itself: it waits for no other set, which may wait for Meta, or stand still.
        Raises ConfigError when another process holds it.
        """
        brakes = all(change.emergency for change in change_set.changes)
        held = f"{change_set.account}-{change_set.id}" if brakes else change_set.account
        self._of_here(change_set)
        with ExitStack() as holding:
            try:
                holding.enter_context(self._store.lease(held, once=brakes))
                holding.enter_context(self._others.applying("" if brakes else change_set.world, held))
            except BlockingIOError:
                busy = f"Another adsteward is applying changes to {change_set.account}. Nothing was sent now; when it is done,"
                raise ConfigError(f"{busy} this goes on with: adsteward apply {change_set.id}") from None
            with self._store.transaction(change_set.id):
                self._store.run("UPDATE runs SET epoch=epoch+1, owner=? WHERE run_id=?", owner, change_set.id)
                self._set_state(change_set.id, "applying", {"owner": owner})
            yield self._epoch(change_set.id)

    def together(self, *change_set_ids: str) -> AbstractContextManager[None]:
        """Commit all records made inside at once, of these sets: one wait for the disk, and all or none after a crash."""
        return self._store.transaction(*change_set_ids)

    def intend(
        self,
        change_set_id: str,
        epoch: int,
        sending: Sequence[tuple[Outcome, Mapping[str, Any]]],
        at: Moment | None = None,
    ) -> list[Outcome]:
        """Commit, before a byte is sent, that these changes are being sent `at` a moment; gives them as they stand now.

        Raises ConfigError when another process has taken the run over or sent one of them, and Behind when
        something was sent of which this journal does not know.
        """
        sent, at = list[Outcome](), at or Moment(self._store.now())
        by_meta = to_text(at.meta) if at.meta else None
        with self._store.transaction(change_set_id):
            for outcome, payload in sending:
                touched = self._store.run(
                    "UPDATE changes SET state='SENT', attempt=attempt+1, sent_at=?, sent_by_meta=?, payload=?,"
                    " note='', proof='' WHERE change_id=? AND state='PLANNED' AND attempt=?",
                    *(to_text(at.ours), by_meta, to_json(payload), outcome.change.id, outcome.attempt),
                )
                if touched != 1 or self._epoch(change_set_id) != epoch:
                    raise ConfigError(
                        "Another adsteward has taken this change set over; this one stops here."
                    )
                begun = replace(outcome, state="SENT", attempt=outcome.attempt + 1, note="", proof=Proof.NONE)
                self._store.event(change_set_id, "sent", {"attempt": begun.attempt}, outcome.change.id)
                sent.append(replace(begun, sent_at=at.ours, sent_by_meta=at.meta))
            self._generation.raise_it(at)
        return sent

    def record(
        self,
        change_set_id: str,
        outcome: Outcome,
        state: State,
        *,
        note: str = "",
        result: Mapping[str, Any] | None = None,
        lost_at: Moment | None = None,
        proof: Proof = Proof.NONE,
    ) -> Outcome:
        """Commit what became of one change; gives it as it stands now.

        `lost_at` is when an attempt was sent that may still be executed, `proof` what is known beside Meta's answer.
        Guarded by the state and attempt that `outcome` was read with: a late answer of a fenced process is
        still written down as an event, but overwrites nothing.
        """
        change, kept = outcome.change, outcome.result if result is None else result
        with self._store.transaction(change_set_id):
            touched = self._store.run(
                "UPDATE changes SET state=?, note=?, result=?, lost_at=?, proof=?"
                " WHERE change_id=? AND state=? AND attempt=?",
                *(state, note, to_json(kept), lost_at.text if lost_at else None, proof),
                *(change.id, outcome.state, outcome.attempt),
            )
            event = state.lower() if touched else "late answer"
            self._store.event(change_set_id, event, {"note": note, "result": dict(kept)}, change.id)
            if touched and state == "CONFIRMED" and change.restores:
                undone = "UPDATE changes SET undone_by=? WHERE change_id=? AND undone_by IS NULL"
                self._store.run(undone, change.id, change.restores)
            elif touched and state == "CONFLICT" and change.restores:  # read back, it is as it was
                not_undone = "UPDATE changes SET undone_by=NULL WHERE change_id=? AND undone_by=?"
                self._store.run(not_undone, change.restores, change.id)
            return (
                self._reread(outcome)
                if not touched
                else replace(outcome, state=state, note=note, result=dict(kept), lost_at=lost_at, proof=proof)
            )

    def unanswered(self, change_set_id: str, outcome: Outcome, why: str, *, doubted: bool = False) -> Outcome:
        """Note why nobody knows yet what became of a change that was sent; gives it as it stands now."""
        proof = Proof.DOUBTED if doubted else Proof.NONE
        with self._store.transaction(change_set_id):
            touched = self._store.run(
                "UPDATE changes SET note=?, proof=? WHERE change_id=? AND state='SENT' AND attempt=?",
                *(why, proof, outcome.change.id, outcome.attempt),
            )
            self._store.event(change_set_id, "unanswered", {"note": why}, outcome.change.id)
            return replace(outcome, note=why, proof=proof) if touched else self._reread(outcome)

    def finish(self, change_set: ChangeSet) -> SetState:
        """Give the set the state its changes add up to."""
        state = set_states.summed(self._store, change_set)
        with self._store.transaction(change_set.id):
            for run_id in set_states.undone_by(self._store, change_set):
                self._set_state(run_id, "undone", {"by": change_set.id})
            self._set_state(change_set.id, state, {})  # last, so that lists have it before what it took back
        set_states.retire(self, change_set, lambda other, why: self.decline(other, "adsteward", why))
        return state

    def unseen(self, change_set: ChangeSet, why: str) -> None:
        """Note that the account of a set could not be seen when somebody wanted to apply it."""
        with self._store.transaction(change_set.id):
            self._store.event(change_set.id, UNSEEN, {"why": why})

    def _reread(self, outcome: Outcome) -> Outcome:
        """Where a change stands that another process has written to meanwhile."""
        row = self._store.one("SELECT * FROM changes WHERE change_id=?", outcome.change.id)
        return outcome_of(outcome.change, row) if row else outcome

    def _only_from(self, change_set: ChangeSet, states: tuple[SetState, ...]) -> None:
        if self.state(change_set.id) not in states:
            raise ConfigError(f"{set_states.standing(self, change_set)} Nothing was changed.")

    def _of_here(self, change_set: ChangeSet) -> None:
        if self.elsewhere(change_set):
            raise ConfigError(f"{set_states.standing(self, change_set)} Nothing was changed.")

    def _epoch(self, run_id: str) -> int:
        row = self._store.one("SELECT epoch FROM runs WHERE run_id=?", run_id)
        return int(row["epoch"]) if row else 0

    def _set_state(self, run_id: str, state: SetState, data: Mapping[str, Any]) -> None:
        at = self._store.stamp()
        self._store.run("UPDATE runs SET state=?, state_at=? WHERE run_id=?", state, at, run_id)
        self._store.event(run_id, state, data)
