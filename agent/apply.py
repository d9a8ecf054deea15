"""The only place that writes to Meta: sends an approved change set, journals each step, looks before any resend.

`apply` is resumable: it loads what is stored, skips what is confirmed, looks at what was sent without an
answer, and goes on. It may be killed at any moment and called again.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from agent import outgoing
from agent.archive import Outcome, State
from agent.errors import ConfigError
from agent.events import Emit, Progress, Settled
from agent.journal import Journal
from agent.witness import Witness
from tools.changes import Change, ChangeSet
from tools.graph import Executed, Family, GraphError, GraphFailure, GraphReader, GraphWriter, NotSent
from tools.graph.batch import MAX_ITEMS
from tools.graph.retry import ATTEMPTS, MAX_WAIT_S, reason_of, wait_before

SETTLE_CREATE_S = 90.0
"""How long Meta may take to execute or list a create whose answer was lost: client timeout and a minute."""
FINAL = frozenset({Family.VALIDATION, Family.PERMISSION, Family.NOT_FOUND, Family.UNKNOWN})
LOOK_EVERY_S = 10.0
READ_BACK_WAITS_S = (1.0, 3.0)
PROVEN = "read back"
ALREADY = "was so already; nothing sent"
FOUND = "found done after a lost answer"
SEND_DEADLINE_S = 2.0


class Applier:
    """Applies approved change sets of one account."""

    def __init__(
        self,
        journal: Journal,
        reader: GraphReader,
        writer: GraphWriter,
        emit: Emit,
        *,
        settle_s: float = SETTLE_CREATE_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._writer = writer
        self._witness = Witness(reader)
        self._emit = emit
        self._settle_s = settle_s
        self._now = now
        self._monotonic = monotonic
        self._since: dict[tuple[str, int], float] = {}
        self._waited_s = 0.0

    def apply(self, change_set: ChangeSet) -> Settled:
        """Bring the account to what the set says, as far as Meta lets us; safe to call again at any time.

        Raises ConfigError when the set was not approved as it is, or another process is applying.
        """
        if not self._journal.approved(change_set):
            raise ConfigError(f"{change_set.id} is not approved. Nothing was changed.")
        failure: GraphFailure | None = None
        with self._journal.lease(change_set, owner=f"pid {os.getpid()}") as epoch:
            try:
                self._settle(change_set)
                self._check(change_set)
                self._send_all(change_set, epoch)
                self._prove(change_set)
            except GraphFailure as stopped:
                failure = stopped
            finally:
                state = self._journal.finish(change_set)
        outcomes = tuple(self._journal.outcomes(change_set))
        fatal = isinstance(failure, GraphError) and failure.ends_the_run
        settled = Settled(change_set.id, state, outcomes, str(failure or ""), fatal=fatal)
        self._emit(settled)
        return settled

    # Sending

    def _send_all(self, change_set: ChangeSet, epoch: int) -> None:
        """Send group after group until nothing can be sent any more."""
        while ready := self._ready(change_set):
            failures = self._send(change_set, epoch, _group(ready))
            if fatal := [f for f in failures if isinstance(f, GraphError) and f.ends_the_run]:
                raise fatal[0]
            self._settle(change_set)
            unsent = [f for f in failures if f.executed is Executed.NO and not _final(f)]
            if unsent and not self._pause(change_set, unsent):
                return

    def _ready(self, change_set: ChangeSet) -> list[Outcome]:
        """Changes to send now: planned, attempts left, and everything they build on confirmed."""
        outcomes = {outcome.change.id: outcome for outcome in self._journal.outcomes(change_set)}
        ready = []
        for change_id, outcome in outcomes.items():
            if outcome.state != "PLANNED":
                continue
            parents = [outcomes[parent] for parent in outcome.change.depends_on]
            if failed := [p for p in parents if p.state in ("REJECTED", "CONFLICT")]:
                note = f"not sent, because it builds on {failed[0].change.name}"
                self._journal.record(change_set.id, outcome, "REJECTED", note=note)
                outcomes[change_id] = replace(outcome, state="REJECTED")
            elif all(p.state == "CONFIRMED" for p in parents):
                ready.append(outcome)
        return ready

    def _send(self, change_set: ChangeSet, epoch: int, group: Sequence[Outcome]) -> list[GraphFailure]:
        """Journal the intent, send once, journal what came of it; gives the failures."""
        results = {o.change.id: o.result for o in self._journal.outcomes(change_set)}
        try:
            requests = [outgoing.request(outcome, results) for outcome in group]
        except outgoing.FileChanged as changed:
            self._journal.record(change_set.id, group[0], "REJECTED", note=str(changed))
            return []
        self._journal.intend(
            change_set.id, epoch, [(o, r.params) for o, r in zip(group, requests, strict=True)]
        )
        sent = {o.change.id: o for o in self._journal.outcomes(change_set)}
        if self._now() - min(sent[o.change.id].sent_at or self._now() for o in group) > timedelta(
            seconds=SEND_DEADLINE_S
        ):
            answers: Sequence[dict[str, Any] | GraphFailure] = [
                NotSent("asleep between intent and sending")
            ] * len(group)
        else:
            started = self._monotonic()
            self._since |= {(o.change.id, sent[o.change.id].attempt): started for o in group}
            answers = self._writer.send(requests)
        for outcome, answer in zip(group, answers, strict=True):
            self._record(change_set, sent[outcome.change.id], answer)
        done = sum(o.state == "CONFIRMED" for o in self._journal.outcomes(change_set))
        self._emit(Progress(change_set.id, done, len(change_set.changes)))
        return [answer for answer in answers if isinstance(answer, GraphFailure)]

    def _record(self, change_set: ChangeSet, outcome: Outcome, answer: dict[str, Any] | GraphFailure) -> None:
        if isinstance(answer, GraphFailure):
            if answer.executed is Executed.UNKNOWN:
                return  # stays SENT: unknown until we have looked
            state: State = "REJECTED" if _final(answer) else "PLANNED"
            self._journal.record(change_set.id, outcome, state, note=str(answer))
            return
        result = outgoing.result(outcome, answer)
        if outcome.change.creates and not result:
            return  # an answer without an id proves nothing: look for the object
        self._journal.record(change_set.id, outcome, "CONFIRMED", result=result)

    def _pause(self, change_set: ChangeSet, failures: Sequence[GraphFailure]) -> bool:
        """Wait before the next attempt; False when there were enough, or Meta asks for too long a wait."""
        attempt = max(
            (o.attempt for o in self._journal.outcomes(change_set) if o.state == "PLANNED"), default=0
        )
        worst = max(failures, key=lambda failure: wait_before(failure, attempt))
        wait_s = wait_before(worst, attempt)
        self._waited_s += wait_s
        if not 0 < attempt < ATTEMPTS or self._waited_s > MAX_WAIT_S:
            return False
        self._writer.wait(reason_of(worst), wait_s)
        return True

    # Looking

    def _settle(self, change_set: ChangeSet) -> None:
        """Find out what became of everything that was sent without an answer."""
        while unknown := [o for o in self._journal.outcomes(change_set) if o.state == "SENT"]:
            looked = [self._look(change_set, outcome) for outcome in unknown]
            waiting = [wait_s for wait_s in looked if wait_s > 0]
            if not waiting:
                return
            self._writer.wait(
                "to be sure what became of a write without an answer", min(*waiting, LOOK_EVERY_S)
            )

    def _look(self, change_set: ChangeSet, outcome: Outcome) -> float:
        """Look for one write without an answer; gives the seconds until it may be called absent, or 0.

        A create is planned again only when it is absent and Meta has had time to finish it. An absolute
        update may be repeated as soon as the object still reads as before.
        """
        left = self._unsettled_s(outcome)  # as of before the look, which may itself take long
        found = self._witness.look(outcome.change, outcome.attempt)
        if found.done:
            self._journal.record(
                change_set.id,
                outcome,
                "CONFIRMED",
                note=FOUND,
                result=found.result,
            )
            return 0.0
        if found.conflict:
            self._journal.record(change_set.id, outcome, "CONFLICT", note=found.conflict)
            return 0.0
        if outcome.change.creates and outcome.change.kind != "upload_image" and left > 0:
            return left
        if outcome.attempt >= ATTEMPTS:
            note = f"sent {outcome.attempt} times without an answer; Meta does not show it"
            self._journal.record(change_set.id, outcome, "REJECTED", note=note)
        else:
            self._journal.record(change_set.id, outcome, "PLANNED", note="looked: not done")
        return 0.0

    def _unsettled_s(self, outcome: Outcome) -> float:
        """Seconds until a create that is not found may be called absent.

        Measured by a clock that nobody can set, from the sending or, after a restart, from the first look;
        only then the time of day counts for what passed before.
        """
        key = (outcome.change.id, outcome.attempt)
        ours = key in self._since
        waited = self._monotonic() - self._since.setdefault(key, self._monotonic())
        if not ours and outcome.sent_at:
            before = (self._now() - outcome.sent_at).total_seconds()
            self._since[key] -= min(max(before, 0.0), self._settle_s)
            waited = self._monotonic() - self._since[key]
        return self._settle_s - waited

    def _check(self, change_set: ChangeSet) -> None:
        """Before sending: what already is as wanted needs nothing, what somebody else changed is left alone."""
        planned = [
            o
            for o in self._journal.outcomes(change_set)
            if o.state == "PLANNED" and o.change.target and o.change.level
        ]
        for outcome, found in zip(planned, self._witness.look_all([o.change for o in planned]), strict=True):
            if found.done:
                self._journal.record(change_set.id, outcome, "CONFIRMED", note=ALREADY)
            elif found.conflict:
                self._journal.record(change_set.id, outcome, "CONFLICT", note=found.conflict)

    def _prove(self, change_set: ChangeSet) -> None:
        """Read back what is not proven yet, a few times where Meta still shows the old state.

        A contradiction is a conflict. What was proven once stays so: later changes are somebody else's.
        """
        done = [
            o
            for o in self._journal.outcomes(change_set)
            if o.state == "CONFIRMED" and o.change.level and o.note not in (PROVEN, ALREADY, FOUND)
        ]
        for wait_s in (*READ_BACK_WAITS_S, 0.0):
            looked = self._witness.look_all([_created(o) for o in done])
            if wait_s == 0.0 or all(found.done or found.conflict for found in looked):
                break
            self._writer.wait("to read the changes back", wait_s)
        for outcome, found in zip(done, looked, strict=True):
            if found.done:
                self._journal.record(change_set.id, outcome, "CONFIRMED", note=PROVEN)
            else:
                note = f"Meta confirmed it, but it {found.conflict or 'still reads as before'}"
                self._journal.record(change_set.id, outcome, "CONFLICT", note=note)


def _final(failure: GraphFailure) -> bool:
    """Whether Meta refused the write itself: another attempt would be refused too."""
    return isinstance(failure, GraphError) and failure.family in FINAL


def _group(ready: Sequence[Outcome]) -> list[Outcome]:
    """What goes out next: an upload alone, or up to 50 others in one batch."""
    uploads = [o for o in ready if o.change.request.upload]
    return uploads[:1] or list(ready[:MAX_ITEMS])


def _created(outcome: Outcome) -> Change:
    """A created object is read back under the id Meta gave it."""
    change = outcome.change
    return change if change.target else change.model_copy(update={"target": outcome.result.get("id", "")})
