"""What happens in a run, as values. The loop emits; screens, JSON output and the transcript listen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.writes.change_events import ChangeEvent
from tools.graph.wire import Exchange, Smaller, Waiting


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
class Noted:
    """Something the person should hear once."""

    text: str


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
    | ChangeEvent
    | Noted
    | RunEnded
    | Exchange
    | Waiting
    | Smaller
)
Emit = Callable[[Event], None]
