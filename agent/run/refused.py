"""What a run would not or could not do, and what that makes of its end."""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from agent.models.model import Ending
from agent.setup.stops import Exit, LimitReached, MetaFailed, Stop
from agent.writes.change_events import Settled
from tools.domain.tool import GuardrailError, ToolError
from tools.graph import Family, GraphError, GraphFailure, Held
from tools.graph.errors import AnswerRefused, OddAnswer

Status = Literal["done", "needs_approval", "declined", "refused", "not_understood", "error", "limit"]
_LINE = re.compile(r"\b(?:max_[a-z_]+|protect(?=ed by \S+\.md))")
"""Names a line of a brand file in the words of a refusal."""


class Cause(Enum):
    """Who or what said no; with it how the run ends when nothing came of it after all."""

    INPUT = "refused", Exit.USAGE
    GUARDRAIL = "refused", Exit.LIMIT
    LIMIT = "limit", Exit.LIMIT
    META = "error", Exit.META

    @property
    def end(self) -> tuple[Status, Exit]:
        """Status and exit code."""
        end: tuple[Status, Exit] = self.value
        return end


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call was not done, for the model, and who says so."""

    reason: str
    cause: Cause = Cause.INPUT
    passing: bool = False
    about: tuple[str, ...] = ()
    """The ids of what the guardrails refuse, where they would not refuse the rest."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that was not done, and why; `line` is that of stack.md which forbids it."""

    what: str
    why: str
    cause: Cause
    writes: bool = False
    passing: bool = False
    """Whether the same may go well a little later."""

    @property
    def line(self) -> str:
        if self.cause is not Cause.GUARDRAIL:
            return ""
        return ", ".join(dict.fromkeys(_LINE.findall(self.why)))

    def as_json(self) -> dict[str, str]:
        return {"what": self.what, "why": self.why, "line": self.line}


@dataclass(slots=True)
class Refusals:
    """The refusals of a run. `left` are those that nothing made good: a read by any later call, a write by a later write."""

    all: list[Refused] = field(default_factory=list)
    left: list[Refused] = field(default_factory=list)

    def add(self, refused: Refused) -> None:
        self.all.append(refused)
        self.left.append(refused)

    def went_well(self, *, writes: bool) -> None:
        """A call after them was done."""
        self.left = [] if writes else [refused for refused in self.left if refused.writes]

    def said(self, ending: Ending, request: str, why: str) -> None:
        """Note what the rules refused by themselves, without a tool."""
        if ending == "refused" and not self.left:
            self.add(Refused(request, why, Cause.INPUT, writes=True))

    @property
    def cause(self) -> Cause | None:
        """What speaks of the run as a whole: Meta's refusal first, then a limit, then what was asked wrongly."""
        order = (Cause.META, Cause.LIMIT, Cause.GUARDRAIL, Cause.INPUT)
        found = {refused.cause for refused in self.left}
        return next((cause for cause in order if cause in found), None)

    @property
    def passing(self) -> bool:
        """Whether all that is left undone may go well a little later."""
        return bool(self.left) and all(refused.passing for refused in self.left)

    @property
    def failure(self) -> str:
        """What Meta, or a limit, refused last, if nothing went well after it."""
        told = [refused.why for refused in self.left if refused.cause in (Cause.META, Cause.LIMIT)]
        return told[-1] if told else ""


def passes(stop: BaseException | None) -> bool:
    """Whether what ended a run, or the failure that it was raised for, may be no more a little later."""
    if isinstance(stop, Stop):
        return stop.passing or passes(stop.__context__)
    if isinstance(stop, Held):
        return not stop.locked
    if isinstance(stop, GraphError):
        return stop.family in (Family.THROTTLE, Family.TRANSIENT)
    lasting = (AnswerRefused, OddAnswer)
    return isinstance(stop, GraphFailure) and not isinstance(stop, lasting)


def of_settled(settled: Settled) -> Refused:
    """What ended the applying of a set early."""
    cause = Cause.LIMIT if settled.held else Cause.META
    return Refused(settled.change_set_id, settled.failure, cause, writes=True)


def stop_of(failure: GraphFailure, more: str = "") -> Stop:
    """The end of a run after a failure that no further call can help."""
    kind = LimitReached if cause_of(failure) is Cause.LIMIT else MetaFailed
    return kind(f"{failure}{more}")


def cause_of(error: ToolError | GraphFailure) -> Cause:
    """Who said no."""
    if isinstance(error, GraphFailure):
        return Cause.LIMIT if isinstance(error, Held) and not error.locked else Cause.META
    return Cause.GUARDRAIL if isinstance(error, GuardrailError) else Cause.INPUT
