"""The only place that writes to Meta: sends an approved change set, journals each step, looks before any resend.

`apply` is resumable: it loads what is stored, skips what is confirmed, looks at what was sent without an
answer, and goes on. It may be killed at any moment and called again.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from agent.setup.stops import NotApproved
from agent.setup.undisturbed import undisturbed
from agent.writes import outgoing
from agent.writes.change_events import EmitChange, NotNewest, Progress, Settled
from agent.writes.clocks import Clocks
from agent.writes.course import Course
from agent.writes.first_look import SETTLE_CREATE_S
from agent.writes.generations import Behind
from agent.writes.journal import Journal
from agent.writes.journal_reader import Outcome, State
from agent.writes.look import Witness
from agent.writes.resolve import Settler
from tools.domain.change_kind import Known, Limit
from tools.domain.changes import ChangeSet
from tools.domain.files import NOTHING_CLOSED, Closed
from tools.domain.kinds import Kind
from tools.domain.spend import LOCKED, next_budget_change
from tools.graph import (
    Answer,
    Executed,
    Family,
    GraphError,
    GraphFailure,
    GraphReader,
    GraphWriter,
    Held,
    NotSent,
    WriteRequest,
)
from tools.graph.retry import ATTEMPTS, reason_of, wait_before

FINAL = frozenset({Family.VALIDATION, Family.PERMISSION, Family.NOT_FOUND})
SEND_DEADLINE = timedelta(seconds=2)
IN_VAIN = "because nothing was made that would use it"


class Applier:
    """Applies approved change sets of one account."""

    def __init__(
        self,
        journal: Journal,
        reader: GraphReader,
        writer: GraphWriter,
        emit: EmitChange,
        *,
        closed: Closed = NOTHING_CLOSED,
        settle_s: float = SETTLE_CREATE_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._writer = writer
        self._emit = emit
        self._closed = closed
        self._clocks = Clocks(now, writer.clock)
        self._monotonic = monotonic
        self._began = 0.0, 0
        """When sending began, and how many changes had come to an end before."""
        self._tried = set[str]()
        """Changes that were sent since then: what was tried often enough waits for the next apply."""
        self._locked = set[str]()
        """Changes of ad sets whose budget Meta has locked for an hour."""
        self._settler = Settler(
            Witness(reader), writer.wait, self._clocks, settle_s=settle_s, monotonic=monotonic
        )

    def apply(self, change_set: ChangeSet) -> Settled:
        """Bring the account to what the set says, as far as Meta lets us; safe to call again at any time.

        Raises NotApproved when the set was not approved as it is, ConfigError when another process is applying.
        """
        if not self._journal.approved(change_set):
            raise NotApproved(f"{change_set.id} is not approved, or not any more. Nothing was changed.")
        failure: GraphFailure | None = None
        with self._journal.lease(change_set, owner=f"pid {os.getpid()}") as epoch:
            course = Course(self._journal, change_set, epoch)
            try:
                self._bring_in_line(course)
                self._settler.settle(course)
                self._settler.look_first(course)
                course.leave_taken_back()
                self._send_all(course)
                self._settler.prove(course)
            except GraphFailure as stopped:
                failure = stopped
            finally:
                state = self._journal.finish(change_set)
        fatal = failure is not None and failure.ends_the_run
        held = isinstance(failure, Held) and not failure.locked
        settled = Settled(change_set.id, state, course.outcomes, str(failure or ""), fatal, held)
        self._emit(settled)
        return settled

    def unproven(self, change_set: ChangeSet) -> bool:
        """Whether something of an applied set was not read back yet, and its approval still lets us look again."""
        outcomes = self._journal.outcomes(change_set)
        return self._journal.approved(change_set) and any(
            o.change.readable and not o.proven for o in outcomes
        )

    def _bring_in_line(self, course: Course) -> None:
        """Compare the journal with the number that is kept outside, and tell when it is not the newest."""
        if said := self._journal.bring_in_line(self._clocks.moment):
            self._emit(NotNewest(course.change_set.id, said))

    def _send_all(self, course: Course) -> None:
        """Send group after group until nothing can be sent any more."""
        self._locked.clear()
        self._tried.clear()
        self._began = self._monotonic(), course.ended
        while ready := self._ready(course):
            group = self._group(ready)
            if not self._settler.await_videos(course, group):
                return
            try:
                failures = self._send_standing(course, group)
            except Behind:  # another copy of the journal sends at the same time
                self._bring_in_line(course)
                self._settler.look_first(course)
                continue
            if fatal := [failure for failure in failures if failure.ends_the_run]:
                raise fatal[0]
            self._settler.settle(course)
            unsent = [f for f in failures if f.executed is Executed.NO and not _final(f) and not _locked(f)]
            if unsent and not self._wait_to_go_on(course, unsent):
                return

    def _send_standing(self, course: Course, group: Sequence[Outcome]) -> list[GraphFailure]:
        """Send what stands as it was approved; gives the failures."""
        writes = 0 if group[0].change.request.upload else len(group)
        with self._writer.room(writes):  # no wait for room may come between the last look and the write
            standing = self._settler.still_standing(course, group)
            return self._send(course, standing) if standing else []

    def _ready(self, course: Course) -> list[Outcome]:
        """Changes to send now: planned, not locked, not tried enough, and everything they build on confirmed."""
        ready = list[Outcome]()
        for outcome in reversed(course.at("PLANNED")):
            if course.in_vain(outcome):
                tried = "given up after it failed" if outcome.attempt else "not sent"
                course.record(outcome, "REJECTED", note=f"{tried}, {IN_VAIN}")
        for outcome in course.at("PLANNED"):
            enough = outcome.attempt >= ATTEMPTS and outcome.change.id in self._tried
            if enough or self._budget_locked(course, outcome):
                continue
            parents = course.parents(outcome)
            if failed := [p for p in parents if p.state in ("REJECTED", "CONFLICT")]:
                course.record(
                    outcome, "REJECTED", note=f"not sent, because it builds on {failed[0].change.name}"
                )
            elif all(p.state == "CONFIRMED" for p in parents):
                ready.append(outcome)
        return ready

    def _group(self, ready: Sequence[Outcome]) -> list[Outcome]:
        """What goes out next: some uploads, or a batch, in which no campaign has two of its ad sets (§5).

        What removes something goes last: what stands in it takes no change after that.
        """
        if uploads := [o for o in ready if o.change.request.upload]:
            return uploads[: self._writer.uploads_at_once]
        ready = [o for o in ready if o.change.row.known is not Known.BY_ABSENCE] or ready
        group, campaigns = list[Outcome](), set[str]()
        for outcome in ready:
            campaign = "".join(outcome.change.names[1:2]) if outcome.change.level == "adset" else ""
            if campaign and campaign in campaigns:
                continue
            campaigns.add(campaign)
            group.append(outcome)
        return group[: self._writer.largest_batch]

    def _send(self, course: Course, group: Sequence[Outcome]) -> list[GraphFailure]:
        """Build the requests, journal the intent, send once, journal what came of it; gives the failures.

        What cannot be sent as it was approved is refused and left out.
        """
        built, results = list[tuple[Outcome, WriteRequest]](), course.results()
        for outcome in group:
            try:
                built.append((outcome, outgoing.request(outcome, results, self._closed)))
            except outgoing.FileChanged as changed:
                course.record(outcome, "REJECTED", note=str(changed))
        if not built:
            return []
        with undisturbed():
            sent = course.intend(
                [(outcome, request.params) for outcome, request in built], self._clocks.moment
            )
            answers = self._send_once(sent, [request for _, request in built])
            with course.together():
                for outcome, answer in zip(sent, answers, strict=True):
                    self._record(course, outcome, answer)
        self._emit(self._progress(course, sent[0].change.kind))
        return [answer for answer in answers if isinstance(answer, GraphFailure)]

    def _send_once(self, sent: Sequence[Outcome], requests: Sequence[WriteRequest]) -> Sequence[Answer]:
        """Send once and give what came back, unless this machine slept since the intent: then nothing is sent."""
        now = self._clocks.now()
        if now - min(o.sent_at or now for o in sent) > SEND_DEADLINE:
            return [NotSent("asleep between intent and sending")] * len(sent)
        for outcome in sent:
            self._tried.add(outcome.change.id)
            self._settler.sending(outcome)
        answers = self._writer.send(requests)
        for outcome, request in zip(sent, requests, strict=True):
            if request.video:  # its last request was the one that makes it
                self._settler.sending(outcome)
        return answers

    def _record(self, course: Course, outcome: Outcome, answer: Answer) -> None:
        """Write down what an answer proves; without proof the change stays SENT until we have looked."""
        if not isinstance(answer, GraphFailure):
            made = outgoing.object_made(outcome.change, course.results())
            result = {"id": made} if made else outgoing.result(outcome, answer)
            if outcome.change.creates and not result:
                course.unanswered(outcome, "Meta's answer names nothing that was created")
            else:
                course.record(outcome, "CONFIRMED", result=result)
            return
        odd = isinstance(answer, GraphError) and answer.family is Family.UNKNOWN
        earlier = _final(answer) and outcome.lost_at is not None  # an attempt that may still be executed
        if odd or earlier:
            course.unanswered(outcome, f"refused, but perhaps done all the same: {answer}", doubted=True)
        elif answer.executed is Executed.UNKNOWN:
            course.unanswered(outcome, str(answer))
        else:
            if _locked(answer):
                self._locked.add(outcome.change.id)
            state: State = "REJECTED" if _final(answer) else "PLANNED"
            course.record(outcome, state, note=str(answer), lost_at=outcome.lost_at)

    def _progress(self, course: Course, kind: Kind) -> Progress:
        """How far it is, and how long the rest takes at the pace so far."""
        began_s, before = self._began
        pace_s = (self._monotonic() - began_s) / max(1, course.ended - before)
        same = [outcome for outcome in course.outcomes if outcome.change.kind == kind]
        return Progress(
            course.change_set.id,
            len(course.at("CONFIRMED")),
            len(course.outcomes),
            kind=kind,
            of_kind=(sum(o.state == "CONFIRMED" for o in same), len(same)),
            failed=len(course.at("REJECTED", "CONFLICT")),
            left_s=pace_s * (len(course.outcomes) - course.ended),
        )

    def _wait_to_go_on(self, course: Course, failures: Sequence[GraphFailure]) -> bool:
        """Wait before the next attempt; False when there were enough, or the run may not wait that long."""
        attempt = max((o.attempt for o in course.at("PLANNED")), default=0)
        worst = max(failures, key=lambda failure: wait_before(failure, attempt))
        wait_s = wait_before(worst, attempt)
        return 0 < attempt < ATTEMPTS and self._writer.wait(reason_of(worst), wait_s)

    def _budget_locked(self, course: Course, outcome: Outcome) -> bool:
        """Whether an ad set had its four budget changes of the hour (docs/graph-api.md §4.4); says until when."""
        change = outcome.change
        if change.id in self._locked or change.row.limit is not Limit.BUDGET_STEP or change.level != "adset":
            return change.id in self._locked
        free_at = next_budget_change(self._journal, change.account, change.target, self._clocks.now())
        if free_at is None:
            return False
        note = f"not sent: {LOCKED}; apply it again after {free_at:%H:%M} UTC"
        if outcome.note != note:
            course.record(outcome, "PLANNED", note=note, lost_at=outcome.lost_at)
        return True


def _final(failure: GraphFailure) -> bool:
    """Whether Meta refused the write itself: another attempt would be refused too."""
    return isinstance(failure, GraphError) and failure.family in FINAL


def _locked(failure: GraphFailure) -> bool:
    """Whether only this ad set's budget is locked, for an hour: no reason to wait with the others."""
    return isinstance(failure, GraphError) and (failure.code, failure.subcode) == (613, 1487632)
