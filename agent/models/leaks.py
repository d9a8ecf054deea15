"""Answers that answer nothing: silence, thoughts alone, and calls that were written as text. None of them is run."""

import json
import re
from collections.abc import Sequence
from typing import Any

from agent.models.model import Message, Reply
from tools import registry

_THOUGHTS = re.compile(r"\s*<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_CLOSED = re.compile(r".*?\n?</(?:think|thinking|reasoning)>\s*(?:\n|\Z)", re.DOTALL | re.IGNORECASE)
"""Thoughts that some servers begin for the model: it only ends them, on a line of their own."""
_END = re.compile(r"\s*(?:<\|(?:im_end|eot_id|eom_id|endoftext|end)\|>|<end_of_turn>|</s>)\s*\Z")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(
    r"</?tool_calls?\b|<\|?tool_calls?\b|<function[=_]|<function_calls?>|<invoke\b|</?tool_code>|<tool_use\b"
    r"|\[TOOL_CALLS?\]|\[TOOL_REQUEST\]|<\|python_tag\|>|<\|channel\|>|<\|im_start\|>|<\|action_start\|>"
    r"|<\|tool_calls_section|<｜(?:tool|DSML)|\bto=functions\.|```tool_code",
    re.IGNORECASE,
)
"""What models put around calls, in the forms of several makes."""
_NAMES = ("name", "tool", "tool_name", "function", "action", "recipient_name")
_ARGUMENTS = ("arguments", "parameters", "input", "args", "action_input", "params")
_FENCED = re.compile(r"```\w*\s*(.*?)(?:```|\Z)", re.DOTALL)
_TOOL = "|".join(sorted(registry.BY_NAME, key=len, reverse=True))
_WRITTEN = re.compile(
    rf'\{{\s*"(?:{"|".join(_NAMES)})"\s*:\s*"(?:[\w.]*\W)?(?:{_TOOL})"\s*,\s*"(?:{"|".join(_ARGUMENTS)})"'
    rf"|^\s*Action:\s*`?(?:{_TOOL})\b"
    rf"|^\s*Tool:\s*`?(?:{_TOOL})`?\s*\n\s*(?:Arguments|Parameters|Input):"
    rf"|\A\s*(?:{_TOOL})\s*\n\s*(?:```\w*\s*)?\{{"
    rf"|\A\s*\[?(?:print\()?(?:{_TOOL})\(.*\)\)?\]?\s*\Z",
    re.DOTALL | re.MULTILINE,
)


def answer(text: str, messages: Sequence[Message]) -> str:
    """What a text says after the thoughts that it begins with, and before a mark that ends it.

    A mark that the model may have heard, as in the name of an ad, hides nothing.
    """
    while found := _THOUGHTS.match(text):
        text = text[found.end() :]
    for form in (_CLOSED, _END):
        found = form.match(text) if form is _CLOSED else form.search(text)
        if found and not _quoted(found[0], messages):
            text = text[: found.start()] + text[found.end() :]
    return text


def unusable(reply: Reply, messages: Sequence[Message]) -> str:
    """Why a reply without calls is no answer to the messages; nothing if it is one."""
    said = answer(reply.text, messages).strip()
    if not _UNSEEN.sub("", said):
        thought = reply.text.strip() or any("thinking" in b["type"] for b in reply.message["content"])
        return "thoughts and no answer" if thought else "nothing"
    return "a tool call written as text" if _leaked(said, _heard(messages)) else ""


def _quoted(found: str, messages: Sequence[Message]) -> bool:
    """Whether the mark at the end of what was found stands in anything that the model was told."""
    return found[found.rindex("<") :].strip().casefold() in _heard(messages)


def _heard(messages: Sequence[Message]) -> str:
    """What the model may have quoted: names of ads can look like anything."""
    said = [message["content"] for message in messages if message["role"] == "user"]
    return json.dumps(said, ensure_ascii=False).replace("\\", "").casefold()


def _leaked(text: str, heard: str) -> bool:
    found = [match[0] for form in (_MARKS, _WRITTEN) for match in form.finditer(text)]
    if any(mark.casefold() not in heard for mark in found):
        return True
    return any(map(_is_call, (text, *_FENCED.findall(text))))


def _is_call(text: str) -> bool:
    """Whether a text is in JSON what a call would be, and nothing else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(map(_called, values))


def _called(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("function"), dict):
        value = value["function"]
    named = any(isinstance(value.get(name), str) for name in _NAMES)
    return (named and any(name in value for name in _ARGUMENTS)) or (
        bool(value) and set(value) <= set(registry.BY_NAME)
    )
