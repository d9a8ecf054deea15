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

from agent.run.events import Emit, Progress, Settled
from agent.setup.stops import ConfigError
from agent.writes import outgoing
from agent.writes.journal import Journal
from agent.writes.journal_reader import Outcome, State
from agent.writes.look import Witness
from agent.writes.resolve import ODD_REFUSAL, SETTLE_CREATE_S, Settler
from tools.domain.budget_changes import LOCKED, next_budget_change
from tools.domain.changes import ChangeSet, Kind
from tools.graph import (
    Executed,
    Family,
    GraphError,
    GraphFailure,
    GraphReader,
    GraphWriter,
    NotSent,
    WriteRequest,
)
from tools.graph.retry import ATTEMPTS, reason_of, wait_before

FINAL = frozenset({Family.VALIDATION, Family.PERMISSION, Family.NOT_FOUND})
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
        self._emit = emit
        self._now = now
        self._monotonic = monotonic
        self._began = 0.0, 0
        """When sending began, and how many changes had come to an end before."""
        self._locked = set[str]()
        """Changes of ad sets whose budget Meta has locked for an hour."""
        self._settler = Settler(
            journal, Witness(reader), writer.wait, settle_s=settle_s, now=now, monotonic=monotonic
        )

    def apply(self, change_set: ChangeSet) -> Settled:
        """Bring the account to what the set says, as far as Meta lets us; safe to call again at any time.

        Raises ConfigError when the set was not approved as it is, or another process is applying.
        """
        if not self._journal.approved(change_set):
            raise ConfigError(f"{change_set.id} is not approved, or not any more. Nothing was changed.")
        self._locked.clear()
        failure: GraphFailure | None = None
        with self._journal.lease(change_set, owner=f"pid {os.getpid()}") as epoch:
            try:
                self._settler.settle(change_set)
                self._settler.check(change_set)
                self._send_all(change_set, epoch)
                self._settler.prove(change_set)
            except GraphFailure as stopped:
                failure = stopped
            finally:
                state = self._journal.finish(change_set)
        outcomes = tuple(self._journal.outcomes(change_set))
        fatal = failure is not None and failure.ends_the_run
        settled = Settled(change_set.id, state, outcomes, str(failure or ""), fatal=fatal)
        self._emit(settled)
        return settled

    def _send_all(self, change_set: ChangeSet, epoch: int) -> None:
        """Send group after group until nothing can be sent any more."""
        ended = sum(o.state not in ("PLANNED", "SENT") for o in self._journal.outcomes(change_set))
        self._began = self._monotonic(), ended
        while ready := self._ready(change_set):
            group = self._group(ready)
            if not self._settler.await_videos(change_set, group):
                return
            failures = self._send(change_set, epoch, group)
            if fatal := [failure for failure in failures if failure.ends_the_run]:
                raise fatal[0]
            self._settler.settle(change_set)
            unsent = [f for f in failures if f.executed is Executed.NO and not _final(f) and not _locked(f)]
            if unsent and not self._pause(change_set, unsent):
                return

    def _ready(self, change_set: ChangeSet) -> list[Outcome]:
        """Changes to send now: planned, not locked, and everything they build on confirmed."""
        outcomes = {outcome.change.id: outcome for outcome in self._journal.outcomes(change_set)}
        ready = []
        for change_id, outcome in outcomes.items():
            if outcome.state != "PLANNED" or self._budget_locked(change_set, outcome):
                continue
            parents = [outcomes[parent] for parent in outcome.change.depends_on]
            if failed := [p for p in parents if p.state in ("REJECTED", "CONFLICT")]:
                note = f"not sent, because it builds on {failed[0].change.name}"
                self._journal.record(change_set.id, outcome, "REJECTED", note=note)
                outcomes[change_id] = replace(outcome, state="REJECTED")
            elif all(p.state == "CONFIRMED" for p in parents):
                ready.append(outcome)
        return ready

    def _group(self, ready: Sequence[Outcome]) -> list[Outcome]:
        """What goes out next: some uploads, or a batch, in which no campaign has two of its ad sets (§5)."""
        if uploads := [o for o in ready if o.change.request.upload]:
            return uploads[: self._writer.uploads_at_once]
        group, campaigns = list[Outcome](), set[str]()
        for outcome in ready:
            campaign = "".join(outcome.change.names[1:2]) if outcome.change.level == "adset" else ""
            if campaign and campaign in campaigns:
                continue
            campaigns.add(campaign)
            group.append(outcome)
        return group[: self._writer.largest_batch]

    def _send(self, change_set: ChangeSet, epoch: int, group: Sequence[Outcome]) -> list[GraphFailure]:
        """Journal the intent, send once, journal what came of it; gives the failures."""
        group, requests = self._built(change_set, group)
        if not requests:
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
            for outcome in group:
                self._settler.sending(sent[outcome.change.id])
            answers = self._writer.send(requests)
            for outcome, request in zip(group, requests, strict=True):
                if request.video:  # its last request was the one that makes it
                    self._settler.sending(sent[outcome.change.id])
        with self._journal.together():
            for outcome, answer in zip(group, answers, strict=True):
                self._record(change_set, sent[outcome.change.id], answer)
        self._emit(self._progress(change_set, group[0].change.kind))
        return [answer for answer in answers if isinstance(answer, GraphFailure)]

    def _built(
        self, change_set: ChangeSet, group: Sequence[Outcome]
    ) -> tuple[Sequence[Outcome], list[WriteRequest]]:
        """The requests of a group; what cannot be sent as it was approved is refused and left out."""
        results = {o.change.id: o.result for o in self._journal.outcomes(change_set)}
        built, requests = list[Outcome](), list[WriteRequest]()
        for outcome in group:
            try:
                requests.append(outgoing.request(outcome, results))
            except outgoing.FileChanged as changed:
                self._journal.record(change_set.id, outcome, "REJECTED", note=str(changed))
            else:
                built.append(outcome)
        return built, requests

    def _progress(self, change_set: ChangeSet, kind: Kind) -> Progress:
        """How far it is, and how long the rest takes at the pace so far."""
        outcomes = self._journal.outcomes(change_set)
        ended = sum(outcome.state not in ("PLANNED", "SENT") for outcome in outcomes)
        began_s, before = self._began
        pace_s = (self._monotonic() - began_s) / max(1, ended - before)
        return Progress(
            change_set.id,
            sum(outcome.state == "CONFIRMED" for outcome in outcomes),
            len(outcomes),
            kind=kind,
            of_kind=(
                sum(o.change.kind == kind and o.state == "CONFIRMED" for o in outcomes),
                sum(o.change.kind == kind for o in outcomes),
            ),
            failed=sum(outcome.state in ("REJECTED", "CONFLICT") for outcome in outcomes),
            left_s=pace_s * (len(outcomes) - ended),
        )

    def _record(self, change_set: ChangeSet, outcome: Outcome, answer: dict[str, Any] | GraphFailure) -> None:
        """Write down what an answer proves; without proof the change stays SENT until we have looked."""
        if isinstance(answer, GraphFailure):
            odd = isinstance(answer, GraphError) and answer.family is Family.UNKNOWN
            earlier = _final(answer) and outcome.lost_at is not None  # an attempt that may still be executed
            if odd or earlier or answer.executed is Executed.UNKNOWN:
                said = f"{ODD_REFUSAL}: {answer}" if odd or earlier else str(answer)
                self._journal.unanswered(change_set.id, outcome, said)
                return
            if _locked(answer):
                self._locked.add(outcome.change.id)
            state: State = "REJECTED" if _final(answer) else "PLANNED"
            self._journal.record(change_set.id, outcome, state, note=str(answer), lost_at=outcome.lost_at)
            return
        result = outgoing.result(outcome, answer)
        if outcome.change.creates and not result:
            self._journal.unanswered(change_set.id, outcome, "Meta's answer names nothing that was created")
            return
        self._journal.record(change_set.id, outcome, "CONFIRMED", result=result)

    def _pause(self, change_set: ChangeSet, failures: Sequence[GraphFailure]) -> bool:
        """Wait before the next attempt; False when there were enough, or the run may not wait that long."""
        attempt = max(
            (o.attempt for o in self._journal.outcomes(change_set) if o.state == "PLANNED"), default=0
        )
        worst = max(failures, key=lambda failure: wait_before(failure, attempt))
        wait_s = wait_before(worst, attempt)
        if not 0 < attempt < ATTEMPTS or not self._writer.may_wait(reason_of(worst), wait_s):
            return False
        self._writer.wait(reason_of(worst), wait_s)
        return True

    def _budget_locked(self, change_set: ChangeSet, outcome: Outcome) -> bool:
        """Whether an ad set had its four budget changes of the hour (graph-api-facts §4.4); says until when."""
        change = outcome.change
        if change.id in self._locked or change.kind != "set_budget" or change.level != "adset":
            return change.id in self._locked
        free_at = next_budget_change(self._journal, change.account, change.target, self._now())
        if free_at is None:
            return False
        note = f"not sent: {LOCKED}; apply it again after {free_at:%H:%M} UTC"
        if outcome.note != note:
            self._journal.record(change_set.id, outcome, "PLANNED", note=note, lost_at=outcome.lost_at)
        return True


def _final(failure: GraphFailure) -> bool:
    """Whether Meta refused the write itself: another attempt would be refused too."""
    return isinstance(failure, GraphError) and failure.family in FINAL


def _locked(failure: GraphFailure) -> bool:
    """Whether only this ad set's budget is locked, for an hour: no reason to wait with the others."""
    return isinstance(failure, GraphError) and (failure.code, failure.subcode) == (613, 1487632)
