"""What the loop needs of a model: one answer at a time, in the terms of the Messages API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

RULES = "offline"
"""The name of the rules that stand in for a model; what they answer is said by code."""
NO_MODEL = "none"
"""That of commands which ask none."""
Message = dict[str, Any]
"""One message of the conversation, as the Messages API takes it."""


Ending = Literal["", "refused", "not_understood"]
"""Nothing: answered or done."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: Any
    note: str = ""
    """What a person must know beside what the call proposes; only the rules say anything here."""
    whole: bool = False
    """Proposed only if all such calls of the turn are: two halves of one wish. Only the rules ask for it."""


@dataclass(slots=True)
class Usage:
    """Tokens, all inputs counted, cached or not."""

    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, other: "Usage") -> None:
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer. `message` goes back unchanged, thinking blocks and all."""

    message: Message
    text: str
    calls: tuple[ToolCall, ...]
    stop_reason: str
    usage: Usage = field(default_factory=Usage)
    ending: Ending = ""
    """How a request ended, where that is known: only the rules say anything here."""


class Model(Protocol):
    """Claude, a local server, the offline rules or a script: they are the same to the loop."""

    name: str

    def reply(
        self,
        system: str,
        tools: list[dict[str, Any]],
        messages: list[Message],
        on_text: Callable[[str], None] | None = None,
    ) -> Reply:
        """The next answer. Raises ModelFailed when there is none that can be used."""
        ...
