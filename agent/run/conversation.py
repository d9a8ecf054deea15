"""The conversation with a model: both sides in turn, each call with its result, whatever went wrong."""

import json
from collections.abc import Sequence
from typing import Any

from agent.models.model import Message
from agent.run.report import Report, StoredSet
from tools.domain.text import clean, listed, shortened

MOST_CHANGES = 20
LONGEST_RESULT = 4000
"""A request that broke off because it was too long must not make the next one too long as well."""
NO_RESULT = json.dumps(
    {"error": "The request ended before this call had its result. What was changed is said below."}
)


NUDGE = (
    "Your last answer could not be used: it was {wrong}, and none of it was done. If you need a tool, call it as a tool"
    " of this conversation, not in a text. Otherwise answer the request in plain words."
)


def add_answer(messages: list[Message], message: Message) -> None:
    """An answer that was resumed stays one message."""
    if messages[-1]["role"] == "assistant":
        message = message | {"content": [*messages.pop()["content"], *message["content"]]}
    messages.append(message)


def nudged(messages: Sequence[Message], wrong: str) -> list[Message]:
    """The messages with a word on an answer that was none, behind what the other side said last."""
    word = {"type": "text", "text": NUDGE.format(wrong=wrong)}
    *before, last = messages
    if last["role"] == "assistant":
        return [*messages, {"role": "user", "content": [word]}]
    said = last["content"]
    blocks = [{"type": "text", "text": said}] if isinstance(said, str) else said
    return [*before, {"role": "user", "content": [*blocks, word]}]


def noted_last(messages: Sequence[Message]) -> bool:
    """Whether a note was kept since a change set was spoken of last."""
    for message in reversed(messages):
        content = message["content"]
        for block in reversed(content if isinstance(content, list) else []):
            said = str(block.get("content")) if block.get("type") == "tool_result" else ""
            if any(word in said for word in ('"remembered"', '"forgotten"', '"change_set"')):
                return '"remembered"' in said
    return False


def closed(conversation: Sequence[Message], report: Report) -> list[Message]:
    """A request that broke off after it proposed something, so that the next can speak of it.

    Each call has a result, and at the end stands in words how it ended and what was changed.
    """
    messages = [_short(message) for message in conversation]
    if pending := _calls(messages[-1]):
        results = [
            {"type": "tool_result", "tool_use_id": i, "content": NO_RESULT, "is_error": True} for i in pending
        ]
        messages.append({"role": "user", "content": results})
    told = {"type": "text", "text": _told(report)}
    before = messages.pop()["content"] if messages[-1]["role"] == "assistant" else []
    return [*messages, {"role": "assistant", "content": [*before, told]}]


def _calls(message: Message) -> list[str]:
    if message["role"] != "assistant":
        return []
    return [block["id"] for block in message["content"] if block.get("type") == "tool_use"]


def _short(message: Message) -> Message:
    if message["role"] != "user" or isinstance(message["content"], str):
        return message
    return message | {"content": [_short_block(block) for block in message["content"]]}


def _short_block(block: dict[str, Any]) -> dict[str, Any]:
    content = block.get("content")
    return block | {"content": shortened(content, LONGEST_RESULT)} if isinstance(content, str) else block


def _told(report: Report) -> str:
    why = shortened(clean(report.answer), 500)
    return "\n".join([f"(This request broke off. {why})", *map(_state, report.change_sets)])


def _state(stored: StoredSet) -> str:
    """One change set with its id, by which it can be taken back, shown or applied."""
    changes = [f"{clean(o.change.name)} {o.target}: {o.change.kind} {o.said}" for o in stored.outcomes]
    return f"Change set {stored.change_set.id} is {stored.state}. {listed(changes, most=MOST_CHANGES)}."
