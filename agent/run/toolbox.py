"""Runs the tool calls of a turn: reads at once, all writes of the turn as one change set with one approval."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from agent.models.model import ToolCall
from agent.run import withholding
from agent.run.events import Emit, Noted, ToolFinished, ToolStarted
from agent.run.loop import ToolResult
from agent.run.other_accounts import OtherAccounts
from agent.run.refused import Cause, Refusal, Refusals, Refused, cause_of, of_settled, passes, stop_of
from agent.run.turn import Turn
from agent.setup import bugs
from agent.setup.settings import BUILT_IN, SANDBOX_OWN, STACK
from agent.setup.stops import LimitReached, MetaFailed, Stop
from agent.writes.apply import Applier
from agent.writes.approval import Approver, decide, ruling_on
from agent.writes.change_events import Proposed
from agent.writes.journal import Journal
from agent.writes.policy import Policy
from agent.writes.proposing import waiting_twins
from agent.writes.set_states import replace_equal
from tools import registry
from tools.domain import footing
from tools.domain.changes import Change, ChangeSet, Effect, unshown
from tools.domain.sides import unmarked
from tools.domain.text import harmless, listed, paired
from tools.domain.tool import Context, Picture, Proposal, ReadInput, Result, Tool, ToolError
from tools.edit.whole_turn import together
from tools.graph import GraphFailure
from tools.graph.answers import too_deep
from tools.graph.redact import HIDDEN, Redactor
from tools.read import going_down

Answer = Result | Proposal | Refusal
HALF = "Withheld, nothing of it is proposed or sent: the other half of the same wish was refused."


@dataclass(slots=True)
class Toolbox:
    """The tools of one run, with everything that stands between a model and the account."""

    context: Context
    policy: Policy
    policy_now: Callable[[], Policy]
    """The same after a look at the settings, which may be tighter by then."""
    approver: Approver
    journal: Journal
    applier: Applier
    emit: Emit
    world: str
    request: str
    redactor: Redactor
    settings: Mapping[str, str]
    """The guardrails the policy judges by, and their origin; kept with each change set."""
    cost: Callable[[Sequence[Change]], str]
    """Says what a plan takes of Meta's allowance."""
    others: OtherAccounts
    change_sets: list[ChangeSet] = field(default_factory=list)
    refusals: Refusals = field(default_factory=Refusals)
    _calls: int = 0

    def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """One result per call, in order. Raises MetaFailed when no further call can help."""
        self.context.pending = []
        self.context.pauses_left = self.policy.pauses_left(self.journal.day(self.context.account.id))
        answers = self._whole(calls, [_noted(self._call(call), call.note) for call in calls])
        proposals = [a for a in answers if isinstance(a, Proposal)]
        changes = tuple(change for proposal in proposals for change in proposal.changes)
        notes = tuple(dict.fromkeys(note for proposal in proposals for note in proposal.notes))
        turn = self._decide_and_apply(changes, notes) if changes else None
        if turn and turn.applied:
            self.context.roster.clear()
        results = [self._result(call, answer, turn) for call, answer in zip(calls, answers, strict=True)]
        if turn and turn.applied and turn.applied.failure:
            self.refusals.add(of_settled(turn.applied))
            if turn.applied.fatal:
                limit = turn.applied.held and turn.applied.nothing_done
                raise (LimitReached if limit else MetaFailed)(turn.applied.failure)
        return results

    def _call(self, call: ToolCall) -> Answer:
        """Do one call, and keep count of what was refused."""
        answer, writes = self._tried(call), _writes(call.name)
        if isinstance(answer, Refusal):
            self.refusals.add(Refused(call.name, answer.reason, answer.cause, writes, answer.passing))
        else:
            self.refusals.went_well(writes=writes)
        return answer

    def _whole(self, calls: Sequence[ToolCall], answers: Sequence[Answer]) -> list[Answer]:
        """The answers without changes that only refused calls were to use: alone they would be left over."""
        pairs = list(zip(calls, answers, strict=True))
        refused = [
            (c.name, c.arguments if too_deep(c.arguments) else meant(c).arguments, a.reason)
            for c, a in pairs
            if isinstance(a, Refusal)
        ]
        held = withholding.withheld(self.context.pending, refused) if refused else {}
        if any(call.whole for call, answer in pairs if isinstance(answer, Refusal)):
            pairs = [(c, self._half(c) if c.whole and isinstance(a, Proposal) else a) for c, a in pairs]
        return [self._without(held, call, answer) for call, answer in pairs]

    def _half(self, call: ToolCall) -> Refusal:
        self.refusals.add(Refused(call.name, HALF, Cause.INPUT, writes=True))
        return Refusal(HALF)

    def _without(self, held: Mapping[str, str], call: ToolCall, answer: Answer) -> Answer:
        """An answer without what is withheld; where nothing is left of it, it is a refusal."""
        mine = [c for c in answer.changes if c.id in held] if isinstance(answer, Proposal) else []
        if not isinstance(answer, Proposal) or not mine:
            return answer
        said = withholding.said(mine, held)
        if len(mine) < len(answer.changes):
            left = tuple(change for change in answer.changes if change.id not in held)
            return replace(answer, changes=left, note="\n".join(filter(None, (answer.note, said))))
        self.refusals.add(Refused(call.name, said, Cause.INPUT, writes=True))
        return Refusal(said)

    def _tried(self, call: ToolCall) -> Answer:
        """Find, validate, run and judge one call. What a tool did not foresee is a bug and ends the run."""
        if too_deep(call.arguments):
            return Refusal("The arguments are nested too deep.")
        call = meant(call)
        arguments = call.arguments
        text = self.redactor.tokens(json.dumps(arguments))
        clean = json.loads(text)
        self.emit(ToolStarted(call.id, call.name, clean))
        if arguments != clean or HIDDEN in text:  # a request has lost its secrets before a model reads it
            return Refusal(
                "The arguments contain an access token or another secret. Leave it out; no tool needs one."
            )
        self._calls += 1
        self.context.call_id = str(self._calls)  # not the model's id: some servers use one twice
        try:
            tool = registry.find(call.name)
            return self._judged(self._grounded(self._ran(tool, arguments)))
        except ToolError as error:
            return Refusal(str(error), cause_of(error))
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise stop_of(failure) from None
            return Refusal(str(failure), cause_of(failure), passes(failure))
        except Stop:
            raise
        except Exception as error:
            raise bugs.understood(error, self.redactor) from error  # never told to a model as an answer

    def _ran(self, tool: Tool, arguments: Any) -> Result | Proposal:
        """What a tool gives: a read in the account that it asks for, all else in that of the session."""
        if tool.effect is not Effect.READ:
            arguments = self.others.without_own(arguments, self.context)
        args = registry.validated(tool, arguments)
        if isinstance(args, ReadInput) and args.account:
            return self.others.run(tool, args, self.context)
        return tool.run(args, self.context)

    def _grounded(self, proposal: Result | Proposal) -> Result | Proposal:
        """A proposal whose changes hold what they rest on, as it reads now. Raises GraphFailure."""
        if isinstance(proposal, Result):
            return proposal
        ctx = self.context
        changes = [change for change in proposal.changes if not change.emergency]
        known = ctx.fresh(change.target for change in changes)
        facts = footing.ground(ctx.graph, ctx.account.id, changes, known).facts
        facts |= {c.id: footing.inherited(c, ctx.pending) for c in changes if c.made_by}
        grounded = tuple(c.model_copy(update={"rests_on": facts.get(c.id, {})}) for c in proposal.changes)
        return replace(proposal, changes=grounded)

    def _judged(self, proposal: Result | Proposal) -> Answer:
        """An answer as it is, a proposal with what goes down with it; or why the guardrails refuse it: then none of it joins the change set.

        Raises GraphFailure.
        """
        if isinstance(proposal, Result):
            return proposal
        refusals: dict[str, list[Change]] = {}
        for change in proposal.changes:
            if hidden := unshown(change):
                raise TypeError(f"{change.kind} has parameters that KINDS does not know: {hidden}")
            if refusal := self.policy.refusal(change):
                refusals.setdefault(refusal, []).append(change)
        taken = {field for change in self.context.pending for field in _fields(change)}
        if again := [c for c in proposal.changes if taken & _fields(c)]:
            refusals["it was already changed in this turn"] = again
        if refusals:
            names = {why: [change.name for change in about] for why, about in refusals.items()}
            ids = tuple(change.target for about in refusals.values() for change in about if change.target)
            return Refusal(_refused(names), Cause.GUARDRAIL, about=ids)
        remarks = going_down.told(self.context, proposal.changes)
        self.context.pending += proposal.changes
        return replace(proposal, remarks=proposal.remarks + remarks)

    def _decide_and_apply(self, changes: tuple[Change, ...], notes: tuple[str, ...]) -> Turn:
        """Make one change set of a turn's changes, have it decided, and apply it if it was approved."""
        asked = ChangeSet(
            run_id=self.context.run_id,
            created_at=self.context.now().astimezone(UTC).isoformat(timespec="seconds"),
            world=self.world,
            account=self.context.account.id,
            account_name=self.context.account.name,
            currency=self.context.account.currency,
            request=self.request,
            settings=dict(self.settings) | {"timezone": self.context.account.timezone},
            changes=together(self.context, changes),
            notes=notes,
        )
        change_set = waiting_twins.proposed(self.journal, asked, lambda said: self.emit(Noted(said)))
        replace_equal(self.journal, change_set, lambda old, why: self.journal.decline(old, "adsteward", why))
        self.change_sets.append(change_set)
        ruling = ruling_on(self.journal, change_set, self.policy)
        self.emit(Proposed(change_set, ruling.reason, self.cost(changes)))
        decision = decide(
            self.journal, self.approver, change_set, self.policy, self.emit, again=self.policy_now
        )
        if decision.verdict != "approved":
            return Turn(change_set, decision, None, changes)
        return Turn(change_set, decision, self.applier.apply(change_set), changes)

    def _result(self, call: ToolCall, answer: Answer, turn: Turn | None) -> ToolResult:
        if isinstance(answer, Refusal):
            refused: dict[str, Any] = {"refused": answer.about} if answer.about else {}
            why = answer.reason + self._no_file(answer.reason)
            return self._finished(call, {"error": why} | refused, is_error=True)
        if isinstance(answer, Result):
            return self._finished(call, answer.content, details=answer.details, pictures=answer.pictures)
        if not answer.changes or turn is None:
            return self._finished(call, {"state": "nothing to change", "note": answer.note})
        content = turn.content(answer.changes)
        return self._finished(call, content | ({"note": answer.note} if answer.note else {}))

    def _no_file(self, reason: str) -> str:
        """How to make the file that a refusal names, where there is none."""
        if STACK.name not in reason or self.settings.get("origin") not in (BUILT_IN, SANDBOX_OWN):
            return ""
        own = ", only the sandbox has its own" if self.world.startswith("sandbox") else ""
        return f"{'.' * (not reason.endswith('.'))} This workspace has no {STACK.name} yet{own}: `adsteward init` makes one."

    def _finished(
        self,
        call: ToolCall,
        content: dict[str, Any],
        *,
        is_error: bool = False,
        details: dict[str, Any] | None = None,
        pictures: tuple[Picture, ...] = (),
    ) -> ToolResult:
        text = paired(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
        self.emit(ToolFinished(call.id, call.name, text, is_error, details or {}))
        return ToolResult(call.id, text, is_error, pictures, details or {})


def _fields(change: Change) -> set[tuple[str, str]]:
    """Which fields of which object that is there already a change is about."""
    return set() if change.creates else {(change.target or change.made_by, name) for name in change.after}


def _writes(name: str) -> bool:
    """Whether a call is meant to change something, as far as there is such a tool."""
    try:
        return registry.find(name).effect is not Effect.READ
    except ToolError:
        return False


def _refused(names: Mapping[str, Sequence[str]]) -> str:
    """What the guardrails say no to: each reason, which a person reads first, with the names it is about."""
    said = "; as ".join(f"{why}: {listed([*map(repr, about)], most=10)}" for why, about in names.items())
    return f"Refused by the guardrails, as {said}. Nothing of this call was proposed."


def _noted(answer: Answer, note: str) -> Answer:
    """A proposal with what its call says beside it."""
    if not note or not isinstance(answer, Proposal):
        return answer
    return replace(answer, note="; ".join(filter(None, (note, answer.note))))


def meant(call: ToolCall) -> ToolCall:
    """A call as its tool reads it, so that a person sees what is done and not how it was sent."""
    try:
        tool = registry.find(call.name)
    except ToolError:
        return replace(call, arguments=whole(call.arguments))
    return replace(call, name=tool.name, arguments=whole(registry.understood(tool, call.arguments)))


def whole(arguments: Any) -> Any:
    """Arguments without halves of characters, which no file can hold, and the marks that our screens put into names."""
    return json.loads(unmarked(paired(json.dumps(arguments, ensure_ascii=False))))


def without_tokens(request: str, redactor: Redactor) -> str:
    """A request as it may be shown and kept; a token that was pasted into it goes to no model and no file."""
    plain = harmless(request)
    kept = redactor.tokens(plain)
    return kept if kept != plain else request
