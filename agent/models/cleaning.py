"""A model's answer as it can be used and sent back: what servers get wrong is put right where that is safe.

Thinking, and whatever else is in order, stays exactly as it came.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import count
from math import isfinite
from typing import Any

from agent.models.model import Message, Reply, ToolCall, Usage
from tools import registry
from tools.domain.text import paired
from tools.domain.tool import ToolError

_STOPS = {
    "stop": "end_turn",
    "eos": "end_turn",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "length": "max_tokens",
    "content_filter": "refusal",
}
"""What servers of other makes say instead."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64


def cleaned(
    content: Any, stop_reason: object, usage: Usage | None = None, before: Sequence[Message] = ()
) -> Reply:
    """The reply in a message's content; its call ids are none of the messages before."""
    blocks = [block for part in _parts(content) if (block := _cleaned(part))]
    used = {
        block.get("id")
        for message in before
        for block in _parts(message.get("content"))
        if isinstance(block, dict)
    }
    for block in blocks:
        if block["type"] == "tool_use":
            block["id"] = _id(block.get("id"), used)
            used.add(block["id"])
    calls = tuple(ToolCall(b["id"], b["name"], b["input"]) for b in blocks if b["type"] == "tool_use")
    reason = str(stop_reason or ("tool_use" if calls else "end_turn"))
    return Reply(
        message={"role": "assistant", "content": blocks},
        text="".join(block["text"] for block in blocks if block["type"] == "text"),
        calls=calls,
        stop_reason=_STOPS.get(reason, reason),
        usage=usage or Usage(),
    )


def usage_of(told: Any) -> Usage:
    """Tokens as far as a server counts them."""
    told = told if isinstance(told, Mapping) else {}
    inputs = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return Usage(sum(_number(told.get(name)) for name in inputs), _number(told.get("output_tokens")))


def _number(value: Any) -> int:
    return max(value, 0) if type(value) is int else 0


def _parts(content: Any) -> list[Any]:
    """The blocks of a content, which may be a text or one block alone."""
    return content if isinstance(content, list) else [content] if isinstance(content, str | Mapping) else []


def _cleaned(part: Any) -> dict[str, Any] | None:
    """A block that can be sent back; None for one that says nothing, which servers send and refuse."""
    if isinstance(part, str):
        part = {"type": "text", "text": part}
    if not isinstance(part, Mapping):
        return None
    block = {name: _sendable(value) for name, value in part.items() if value is not None}
    block.setdefault("type", "text" if "text" in block else None)
    if block["type"] == "tool_use":
        return _call(block)
    if block["type"] == "text":
        text = block.get("text")
        return block if isinstance(text, str) and text.strip() else None
    return block if isinstance(block["type"], str) else None


def _call(block: dict[str, Any]) -> dict[str, Any]:
    """A call with the name of a tool if it means one, and with an object for its arguments."""
    given = block.pop("arguments", {})
    given = block.get("input", given)
    if isinstance(given, str):
        given = _object(given)
    name = str(block.get("name") or "")
    try:
        name = registry.find(name).name
    except ToolError:
        name = _NOT_IN_NAMES.sub("_", name)[:_LONGEST_NAME] or "unknown"
    return block | {"name": name, "input": given if isinstance(given, dict) else {"arguments": given}}


def _object(text: str) -> Any:
    """The object that a text holds; a text that holds none is left to the tool, which says what it wants."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return text
    return _sendable(value) if isinstance(value, dict) else text


def _id(given: Any, used: set[Any]) -> str:
    """An id as it came if it can be one, or one that is."""
    own = _NOT_IN_NAMES.sub("_", given) if isinstance(given, str) else ""
    if own and own not in used:
        return own
    return next(name for n in count(1) if (name := f"{own or 'call'}_{n}") not in used)


def _sendable(value: Any) -> Any:
    """A value without halves of characters and without what is no number, which no request can hold."""
    if isinstance(value, str):
        return paired(value)
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, list):
        return [_sendable(item) for item in value]
    return {paired(str(k)): _sendable(v) for k, v in value.items()} if isinstance(value, dict) else value
