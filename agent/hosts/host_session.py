"""What hosts ask for, without their protocol: one open session, one call at a time, plain values in and out."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from agent.hosts import gate_approvals, gate_notices, host_answers, plain_lines, standing_approval
from agent.hosts.host_answers import CALL_S, Answer
from agent.models.model import ToolCall
from agent.run.braking import by_hand, only_stops, or_by_hand, settings_of_calls, settings_of_set
from agent.run.events import Emit, Noted
from agent.run.places import found_set
from agent.run.reopen import carry_out, check_applicable, policy_for, settled_or_approved
from agent.run.report import StoredSet
from agent.run.session import Session
from agent.run.toolbox import Toolbox
from agent.setup.found_token import find_token
from agent.setup.readable_files import given_by
from agent.setup.settings import Options, Settings, load_settings
from agent.writes.approval import DecidedBefore, Decision, Nobody, ruling_on
from agent.writes.journal import Journal
from tools.domain.changes import ChangeSet
from tools.domain.text import block
from tools.domain.tool import Picture
from tools.graph import WaitBudget

Job = TypeVar("Job")
HOST_WAIT_S = 45.0
"""How long a call may wait for Meta; hosts give up after a minute."""
STALE_AFTER_S = 900.0
"""After this time the account is read anew, as a server may run for weeks."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide, and in which words a yes is given."""

    about: str
    """What the answer is bound to: the digest of a change set, or a text."""
    text: str
    yes: str = "Apply these changes"


def open_for_host(settings: Settings, listener: Emit, wait_budget: WaitBudget) -> Session:
    """A session in which nothing is approved beforehand. Raises Stop."""
    return Session.open(
        settings.options,
        approver=Nobody(),
        listener=listener,
        mode="none",
        sleep=wait_budget.rest,
        wait_budget=wait_budget,
        settings=settings,
    )


@dataclass(slots=True)
class Desk:
    """The tools for one host. Not for two threads at once; everything here raises Stop."""

    options: Options
    opening: Callable[[Settings, Emit, WaitBudget], Session] = open_for_host
    monotonic: Callable[[], float] = time.monotonic
    listener: Emit | None = None
    """Told what happens during a call."""
    wait_budget: WaitBudget = field(init=False)
    """Its time; it may be cut from any thread."""
    _session: Session | None = None
    _held: Settings | None = None
    """The settings as they were when the server began, and tightened since."""
    _opened_at: float = 0.0
    _told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = self.options.max_wait_s
        self.wait_budget = WaitBudget(HOST_WAIT_S if given is None else given)

    @property
    def call_s(self) -> float:
        """How long a call may take; more only where the operator lets it wait for longer than hosts usually do."""
        return CALL_S + max(0.0, self.wait_budget.limit_s - HOST_WAIT_S)

    def another(self) -> "Desk":
        """A desk like this one, for another thread."""
        return Desk(self.options, self.opening, self.monotonic)

    def standing(self, change_set_id: str) -> Answer:
        """Where a set stands when a call on it is not over in time; for any thread."""
        with self._journal() as journal:
            stored = StoredSet.read(journal, journal.change_set(change_set_id))
        return host_answers.overdue(stored, self.call_s)

    def call(self, calls: Sequence[ToolCall], asked_by: str, words: Sequence[str] = ()) -> Answer:
        """Run tool calls as one turn: reads at once, all writes as one change set that waits for its approval.

        `words` are what the person themselves said or agreed to.
        """
        with or_by_hand(brakes=only_stops(calls)):
            session = self._opened(settings_of_calls, calls)
        results, pictures = list[dict[str, Any]](), list[Picture]()

        def job(toolbox: Toolbox) -> str:
            for result in toolbox.run(calls):
                results.append(json.loads(result.content))
                pictures.extend(result.pictures)
            return next((str(r["error"]) for r in results if "error" in r), "")

        # A model's words give no files away: only workspace and current folder may be read.
        given = replace(given_by([], session.settings.workspace), words=tuple(words))
        report = session.play(asked_by, job, given)
        report = by_hand(report, brakes=only_stops(calls))
        if report.change_sets:
            (stored,) = report.change_sets
            if why := _beyond(session, stored.change_set):
                return host_answers.for_terminal(session, stored.change_set, why)
            gate_notices.post(stored.change_set)
            return host_answers.waiting(
                session, stored, [str(r[k]) for r in results for k in ("note", "error") if r.get(k)]
            )
        if report.exit_code:
            return host_answers.refused(report)
        content = results[0] if len(results) == 1 else {"results": results}
        return Answer(content, pictures=tuple(pictures))

    def show(self, change_set_id: str) -> Answer:
        """A stored change set as a person should see it, and where it stands."""
        session = self._opened_for(change_set_id)
        change_set = session.journal.change_set(change_set_id)
        stored = StoredSet.read(session.journal, change_set)
        if stored.state != "proposed":
            return host_answers.settled(stored)
        if why := _beyond(session, change_set):
            return host_answers.for_terminal(session, change_set, why)
        gate_notices.post(change_set)
        return host_answers.waiting(session, stored, [])

    def weigh(self, change_set_id: str, grant: str) -> Question | Answer:
        """Apply a set that was approved by somebody who may, else give the question for a person.

        Asks nobody and notes nothing where a question is the answer, so it can be called again.
        """
        session = self._opened_for(change_set_id)
        change_set = session.journal.change_set(change_set_id)
        check_applicable(session, change_set)
        if settled_or_approved(session, change_set):
            return host_answers.applied(session, carry_out(session, change_set))
        if why := _beyond(session, change_set):
            return host_answers.for_terminal(session, change_set, why)
        if grant:
            gate_approvals.redeem(grant, change_set, session.now)
            return self.decided(change_set_id, Decision("approved", "the person at the host's gate"))
        return _asked_for(session, change_set)

    def decided(self, change_set_id: str, decision: Decision) -> Answer:
        """Do as a person decided; `later` leaves the set as it is."""
        session = self._opened_for(change_set_id)
        session.approver = DecidedBefore(decision)
        return host_answers.applied(session, carry_out(session, session.journal.change_set(change_set_id)))

    def unanswered(self, change_set_id: str, why: str) -> Answer:
        """The answer when nobody could be asked."""
        return host_answers.approval_required(self._opened_for(change_set_id), change_set_id, why)

    def noted(self) -> list[str]:
        """What the person should hear once, beside the answer."""
        told, self._told = self._told, []
        return told

    def close(self) -> None:
        if self._session:
            if self._session.settings.whole:
                self._held = self._session.settings
            self._session.close()
            self._session = None

    def _journal(self) -> closing[Journal]:
        return closing(Journal(self._place.journal))

    @property
    def _place(self) -> Settings:
        """The settings by which its files are found."""
        return self._held or load_settings(self.options, whole=False)

    def _opened_for(self, change_set_id: str) -> Session:
        """The session to look at a stored set or to apply it in."""
        with self._journal() as journal:
            change_set = found_set(self._place.workspace, journal, change_set_id)
        return self._opened(settings_of_set, change_set)

    def _opened(self, settings_of: Callable[[Options, Job], Settings], job: Job) -> Session:
        """The session, with the settings of the first one, or those that the job can do with, and with the token as it is now."""
        token = find_token(sandbox=self.options.sandbox)
        stale = self.monotonic() - self._opened_at > STALE_AFTER_S
        half = self._session is not None and not self._session.settings.whole
        if self._session is None or token != self._session.settings.token or stale or half:
            self.close()
            held = self._held or settings_of(self.options, job)
            self._session = self.opening(replace(held, token=token), self._tell, self.wait_budget)
            self._opened_at = self.monotonic()
        self._session.look_again()
        self._session.approver = Nobody()
        return self._session

    def _tell(self, event: Any) -> None:
        if isinstance(event, Noted):
            self._told.append(event.text)
        if self.listener:
            self.listener(event)


def _asked_for(session: Session, change_set: ChangeSet) -> Question | Answer:
    """What stack.md lets through is applied; of all else, the question for a person, or why nobody is asked."""
    if session.journal.state(change_set.id) == "declined":
        return host_answers.approval_required(session, change_set.id, "A person declined it.")
    if standing := standing_approval.allowing(session, change_set):
        return host_answers.applied(session, carry_out(session, change_set, standing))
    ruling = ruling_on(session.journal, change_set, policy_for(session, change_set))
    text = block(plain_lines.whole(change_set))
    if len(text) > plain_lines.QUESTION_WIDTH:
        return host_answers.too_long(session, change_set)
    reason = plain_lines.safe(ruling.reason, width=500)
    return Question(
        change_set.digest, f"{text}\n\n{reason[:1].upper()}{reason[1:]}.\n\nApply this change set?"
    )


def _beyond(session: Session, change_set: ChangeSet) -> str:
    """Why a yes is not enough for a set; then no host may approve it."""
    return ruling_on(session.journal, change_set, policy_for(session, change_set)).why_word
