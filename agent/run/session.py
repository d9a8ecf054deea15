"""One open session: a world, a journal, a model and the tools; runs requests and reports on them."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from agent.health.token_check import token_troubles
from agent.models.model import NO_MODEL, Message, Model, ToolCall
from agent.run import kept_notes, loop, prompts
from agent.run.braking import by_hand, or_by_hand
from agent.run.conversation import closed
from agent.run.events import Emit, Event, Noted, RunEnded, RunStarted
from agent.run.listeners.recording import Recorder
from agent.run.listeners.telemetry import measuring
from agent.run.listeners.telling import Telling
from agent.run.listeners.transcript import Transcript
from agent.run.other_accounts import OtherAccounts
from agent.run.refused import Refusals, of_settled, passes
from agent.run.report import Report, Said, StoredSet, applied_said, interrupted, status_of
from agent.run.toolbox import Toolbox, whole, without_tokens
from agent.setup.readable_files import given_by, given_in, with_pictures
from agent.setup.settings import Mode, Options, Settings, load_settings, look_again
from agent.setup.stops import Stop
from agent.setup.world import World, open_world
from agent.stores.account_tokens import with_own_token
from agent.stores.shared_limits import limits_of
from agent.writes.apply import Applier
from agent.writes.approval import Approver
from agent.writes.change_events import NotNewest
from agent.writes.journal import Journal
from agent.writes.journal_reader import ALWAYS
from agent.writes.launch_results import landing
from agent.writes.policy import Policy
from agent.writes.proposing.plan_cost import plan_cost
from tools import registry
from tools.domain.changes import ChangeSet
from tools.domain.files import Given
from tools.domain.settings.meta_words import in_words
from tools.domain.tables.kept_tables import Tables
from tools.domain.tool import Context, Evidence
from tools.graph import Stats, WaitBudget, WireEvent


@dataclass(slots=True)
class Session:
    """Open with `Session.open`, close when done. One run at a time."""

    settings: Settings
    world: World
    journal: Journal
    approver: Approver
    mode: Mode
    listener: Emit
    now: Callable[[], datetime]
    _recorder: Recorder | None = None
    _telling: Telling = field(default_factory=Telling)
    monotonic: Callable[[], float] = time.monotonic
    messages: list[Message] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The person's own words, all of them: what they name may be read."""
    toolsets: set[str] = field(default_factory=set)
    tables: Tables = field(default_factory=Tables)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    """What reviews of this session found, so that a later request can act on it."""
    weighed: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    """What they say beside the pauses they found."""
    _transcript: Transcript | None = None

    @classmethod
    def open(
        cls,
        options: Options,
        *,
        approver: Approver,
        listener: Emit,
        mode: Mode,
        fresh: bool = False,
        model: str = "",
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait_budget: WaitBudget | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """Read the settings (unless those of an earlier session hold on), open the account and the journal. Raises Stop."""
        settings = settings or load_settings(options)
        with or_by_hand(brakes=settings.brakes):
            settings = with_own_token(settings)
            recorder = Recorder.of(options.record, settings) if options.record else None
            listeners: list[Emit] = [recorder] if recorder else []
            telling = Telling(measuring(lambda: world.governor.forecast().percent, must=not settings.brakes))

            def tell(event: WireEvent) -> None:
                for told in listeners:  # screen and transcript are there once the world is open
                    told(event)

            world = open_world(
                settings, limits_of, tell, sleep, fresh=fresh, model=model, now=now, wait_budget=wait_budget
            )
            journal = Journal(world.settings.journal, now=now, begun=world.begun or ALWAYS, world=world.id)
            session = cls(world.settings, world, journal, approver, mode, listener, now, recorder, telling)
            listeners.append(session.emit)
            journal.meta_now = lambda: world.wire.clock.latest
            if said := journal.bring_in_line(journal.moment):
                session.emit(NotNewest("", said))
            return session

    def close(self) -> None:
        if self._transcript:
            self._transcript.close()
        self.journal.close()
        self.world.close()

    def emit(self, event: Event) -> None:
        """To the transcript of the run first, then to whoever watches."""
        self._telling.tell(event, self._transcript, self.listener)

    def run(self, request: str, model: Model, *, stream: bool = False) -> Report:
        """One request, from the person's words to the report. Never raises Stop: a report says how it ended."""
        request = with_pictures(without_tokens(whole(request), self.world.redactor))
        run_id = self._begin(request, model.name)
        self.said.append(request)
        toolbox = self._toolbox(run_id, request, given_by(self.said, self.settings.workspace))
        limits = loop.Limits(max_turns=self.settings.options.max_turns)
        conversation = [*self.messages, {"role": "user", "content": request}]
        told = kept_notes.kept(self.settings, self.world, self.now, self.emit)

        def talk() -> Said:
            last = loop.run(
                conversation,
                model=model,
                system=prompts.system(self.world, self.mode, now=self.now(), talking=stream, kept=told),
                tools=lambda: registry.definitions(self.toolsets),
                run_tools=toolbox.run,
                limits=limits,
                emit=self.emit,
                stream=stream,
            )
            self.messages = conversation
            toolbox.refusals.said(last.ending, request, last.text)
            return Said(last.text, toolbox.refusals.failure, last.ending)

        report = self._report(talk, toolbox.change_sets, toolbox.refusals, model=model.name, limits=limits)
        if report.change_sets and self.messages is not conversation:
            self.messages = closed(conversation, report)
        return report

    def tool(
        self, name: str, arguments: Any, *, request: str = "", given: Given | None = None
    ) -> tuple[Report, Any]:
        """One tool call without a model; gives the report and the tool's result. It may read `given`, else what it names."""
        content: Any = None

        def call(toolbox: Toolbox) -> str:
            nonlocal content
            (result,) = toolbox.run([ToolCall("cli", name, arguments)])
            content = json.loads(result.content)
            return str(content["error"]) if result.is_error else ""

        request = request or in_words(f"tool {name}", arguments)
        return self.play(request, call, given or given_in(arguments)), content

    def play(self, request: str, job: Callable[[Toolbox], str], given: Given) -> Report:
        """A job on the tools without a model, from its beginning to the report; it gives what failed, or nothing."""
        request = without_tokens(request, self.world.redactor)
        toolbox = self._toolbox(self._begin(request, NO_MODEL), request, given)

        def play() -> Said:
            failure = job(toolbox)
            return Said(failure=toolbox.refusals.failure or failure)

        return self._report(play, toolbox.change_sets, toolbox.refusals)

    def apply(self, change_set: ChangeSet) -> Report:
        """Apply a stored, approved change set."""
        self._begin(f"apply {change_set.id}", NO_MODEL)
        applier, refusals = self._applier(), Refusals()
        if self.journal.state(change_set.id) == "applied" and not applier.unproven(change_set):
            return self.stored(change_set, f"{change_set.id} was applied before; nothing was sent.")

        def apply() -> Said:
            settled = applier.apply(change_set)
            if settled.failure:
                refusals.add(of_settled(settled))
            return Said(applied_said(settled), settled.failure)

        return self._report(apply, [change_set], refusals)

    def stored(self, change_set: ChangeSet, answer: str = "") -> Report:
        """The report on a set of which nothing is sent now."""
        return self._report(lambda: Said(answer), [change_set])

    def look_again(self) -> None:
        """Take what the files of the settings say tighter by now, and tell that they changed."""
        self.settings, told = look_again(self.settings, self.world.account.currency)
        self.world = replace(self.world, settings=self.settings)
        if told:
            self.emit(Noted(told))

    def policy(self) -> Policy:
        return Policy(self.settings.loaded.brand, self.world.account, self.mode)

    def policy_now(self) -> Policy:
        self.look_again()
        return self.policy()

    def _begin(self, request: str, model: str) -> str:
        run_id = f"{self.now().astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.world.wire.wait_budget.renew()
        path = self.settings.state / "transcripts" / f"{run_id}.jsonl"
        if self._transcript:
            self._transcript.close()
        self._transcript = Transcript(path, self.world.redactor)
        self.emit(RunStarted(run_id, request, self.world.label, self.world.account.id, model))
        self.look_again()
        return run_id

    def _toolbox(self, run_id: str, request: str, given: Given) -> Toolbox:
        return Toolbox(
            context=Context(
                graph=self.world.reader,
                account=self.world.account,
                brand=self.settings.loaded.brand,
                ledger=self.journal,
                run_id=run_id,
                results_dir=self.settings.state / "results",
                now=self.now,
                evidence=self.evidence,
                weighed=self.weighed,
                given=replace(given, closed=self.world.closed, workspace=self.settings.workspace),
                toolsets=self.toolsets,
                tables=self.tables,
                notes=kept_notes.notebook(self.settings, self.world, self.now, self.emit),
                token_troubles=lambda: token_troubles(self.world, self.now),
            ),
            policy=self.policy(),
            policy_now=self.policy_now,
            approver=self.approver,
            journal=self.journal,
            applier=self._applier(),
            emit=self.emit,
            world=self.world.id,
            request=self.world.redactor.text(request),
            settings=self.settings.stamp,
            redactor=self.world.redactor,
            cost=lambda changes: plan_cost(changes, self.world.governor.forecast()),
            others=OtherAccounts(self.world),
        )

    def _applier(self) -> Applier:
        return Applier(
            self.journal,
            self.world.reader,
            self.world.writer,
            landing(self.emit, self.settings.workspace, self.world),
            closed=self.world.closed,
            now=self.now,
            monotonic=self.monotonic,
        )

    def _report(
        self,
        job: Callable[[], Said],
        change_sets: list[ChangeSet],
        refusals: Refusals | None = None,
        *,
        model: str = NO_MODEL,
        limits: loop.Limits | None = None,
    ) -> Report:
        """Do what a run consists of, and report on it, however it ends."""
        said, stop, refusals, limits = Said(), None, refusals or Refusals(), limits or loop.Limits()
        try:
            said = job()
        except Stop as stopped:
            stop = stopped
        except KeyboardInterrupt:
            stop = interrupted(self.journal, change_sets)
        stop = stop or self._telling.bug()
        stored = [StoredSet.read(self.journal, change_set) for change_set in change_sets]
        parts = [str(stop)] if stop else [said.answer, said.failure]
        parts += [*([self._recorder.problem] if self._recorder else []), *self._telling.not_newest()]
        report = Report(
            *status_of(stored, stop, said, refusals),
            answer="\n".join(part for part in parts if part),
            change_sets=tuple(stored),
            refusals=tuple(refusals.all),
            world=self.world.label,
            model=model,
            usage=limits.usage,
            turns=limits.turns,
            graph=Stats(**asdict(self.world.wire.stats)),
            transcript=str(self._transcript.path) if self._transcript else "",
            passing=passes(stop) if stop else refusals.passing,
        )
        report = by_hand(report, brakes=self.settings.brakes)
        self.emit(RunEnded(report.status, report.answer))
        return report
