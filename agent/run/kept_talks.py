"""Talks as they are kept, so that one can go on: without secrets, bounded, of one version.

What stands in them is data: words for a model, no settings, no approval, and no leave to open a file.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.models.model import Message
from agent.setup.stops import ConfigError
from tools.domain.text import shortened
from tools.graph.redact import Redactor

VERSION: Literal[1] = 1
MOST_BYTES = 400_000
MOST_MESSAGES = 390_000
"""Bytes of the messages among them."""
LONGEST_FIRST = 200
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


class Said(BaseModel):
    """One message of a talk."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str | list[dict[str, Any]]

    @model_validator(mode="after")
    def _of_a_talk(self) -> Self:
        """A person's side holds words and results alone: no picture or document that a model would fetch from somewhere."""
        for block in self.content if isinstance(self.content, list) else ():
            kind, inside = block.get("type"), block.get("content", "")
            ours = kind in ("text", "tool_result") and isinstance(inside, str)
            if not (ours if self.role == "user" else isinstance(kind, str)):
                raise ValueError("a block that no talk has")
        return self


class Talk(BaseModel):
    """A talk as it ended, with the place it was had in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = VERSION
    id: str = Field(pattern=r"^t-[0-9a-f]{8}$")
    world: str
    sandbox: bool
    sandbox_state: str | None
    account: str
    account_name: str
    model: str
    began: AwareDatetime
    ended: AwareDatetime
    first: str
    requests: int = Field(ge=1)
    toolsets: list[str]
    messages: list[Said]
    machine: str = ""
    """Where it was had; empty where an earlier version kept it."""

    def for_model(self, model: str) -> list[Message]:
        """The messages as they go to a model; what another one thought means nothing to it."""
        told = [message.model_dump() for message in self.messages]
        return told if model == self.model else _without(told, lambda block: block.get("type") in _THOUGHTS)


class Unread(NamedTuple):
    """What was kept and is no talk of this version."""

    id: str
    why: str


def new_id() -> str:
    """An id that can be typed."""
    return f"t-{secrets.token_hex(4)}"


def parsed(talk_id: str, text: str) -> Talk:
    """A talk as it was kept under an id. Raises ConfigError."""
    try:
        talk = Talk.model_validate_json(text)
    except ValidationError:
        raise ConfigError(
            f"{talk_id} {_why(text)}. `adsteward sessions` lists the others; nothing was changed."
        ) from None
    if talk.id != talk_id:
        raise ConfigError(
            f"{talk_id} holds another talk, so it is not used. `adsteward sessions` lists the others."
        )
    return talk


def as_kept(talk: Talk, messages: Sequence[Message], redactor: Redactor) -> str:
    """A talk as text, with its messages as far back as there is room, and without secrets."""
    told = talk.model_copy(
        update={"messages": [], "first": shortened(redactor.text(talk.first), LONGEST_FIRST)}
    )
    return json.dumps(told.model_dump(mode="json") | {"messages": _clean(_fitting(messages), redactor)})


def _why(text: str) -> str:
    """Why a text is no talk."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    other = isinstance(told, dict) and told.get("version") not in (None, VERSION)
    return "was kept by another version of adsteward" if other else "is damaged and cannot go on"


def _fitting(messages: Sequence[Message]) -> list[Message]:
    """The last messages that there is room for, from a request on."""
    room, begins = MOST_MESSAGES, len(messages)
    for place, message in reversed(list(enumerate(messages))):
        room -= len(json.dumps(message)) + 2
        if room < 0:
            break
        if message["role"] == "user" and isinstance(message["content"], str):
            begins = place
    return list(messages[begins:])


def _clean(messages: Sequence[Message], redactor: Redactor) -> list[Message]:
    """Messages without secrets. A thought goes back as it was or not at all."""
    whole = _without(
        messages, lambda block: block.get("type") in _THOUGHTS and redactor.value(block) != block
    )
    return [{"role": m["role"], "content": _redacted(m["content"], redactor)} for m in whole]


def _redacted(content: Any, redactor: Redactor) -> Any:
    if isinstance(content, str):
        return redactor.text(content)
    return [block if block.get("type") in _THOUGHTS else redactor.value(block) for block in content]


def _without(messages: Sequence[Message], wrong: Callable[[dict[str, Any]], bool]) -> list[Message]:
    """Messages without some of their blocks, and without those that have none left."""
    told = [
        m if isinstance(m["content"], str) else m | {"content": [b for b in m["content"] if not wrong(b)]}
        for m in messages
    ]
    return [m for m in told if m["content"]]
