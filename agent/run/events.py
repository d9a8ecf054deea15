"""What happens in a run, as values. The loop emits; screens, JSON output and the transcript listen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.writes.journal_reader import Outcome
from tools.domain.changes import ChangeSet
from tools.graph.wire import Exchange, Waiting


@dataclass(frozen=True, slots=True)
class RunStarted:
    run_id: str
    request: str
    world: str
    account: str
    model: str


@dataclass(frozen=True, slots=True)
class TurnStarted:
    number: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the model's text while it is being written."""

    text: str


@dataclass(frozen=True, slots=True)
class Replied:
    """The model's whole answer, stored before any tool runs."""

    message: dict[str, Any]
    stop_reason: str
    usage: dict[str, int]


@dataclass(frozen=True, slots=True)
class ToolStarted:
    call_id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ToolFinished:
    call_id: str
    name: str
    content: str
    is_error: bool
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposed:
    change_set: ChangeSet
    ruling: str
    cost: str = ""
    """What it takes of Meta's allowance."""


@dataclass(frozen=True, slots=True)
class Decided:
    change_set_id: str
    decision: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far apply has come."""

    change_set_id: str
    done: int
    of: int
    kind: str = ""
    """The kind of change that was sent last."""
    of_kind: tuple[int, int] = (0, 0)
    """How many of that kind are done, and how many there are."""
    failed: int = 0
    left_s: float = 0.0
    """Seconds that the rest takes at the pace so far."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of a change set after apply."""

    change_set_id: str
    state: str
    outcomes: tuple[Outcome, ...]
    failure: str = ""
    """Why it stopped before the end, if it did."""
    fatal: bool = False
    """Whether no further call can help: the token is dead or Meta has locked something."""

    @property
    def complete(self) -> bool:
        return self.state == "applied"


@dataclass(frozen=True, slots=True)
class LaunchedAd:
    """One ad of a launch, as its results are kept and shown."""

    launch: str
    name: str
    outcome: str
    adset_id: str
    image_hashes: tuple[str, ...] = ()
    creative_id: str = ""
    ad_id: str = ""
    made_at: str = ""
    preview_url: str = ""
    manager_url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """Where the results of a launch were put."""

    change_set_id: str
    ads: tuple[LaunchedAd, ...]
    files: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEnded:
    status: str
    answer: str


Event = (
    RunStarted
    | TurnStarted
    | TextDelta
    | Replied
    | ToolStarted
    | ToolFinished
    | Proposed
    | Decided
    | Progress
    | Settled
    | Landed
    | RunEnded
    | Exchange
    | Waiting
)
Emit = Callable[[Event], None]


def to_all(*listeners: Emit) -> Emit:
    """One listener that passes every event on, in order."""

    def emit(event: Event) -> None:
        for listener in listeners:
            listener(event)

    return emit
