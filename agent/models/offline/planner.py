"""The offline model: reads the person's last words, and plans over the tool results that came after them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from agent.models.model import RULES, Message, Reply, ToolCall
from agent.models.offline.parse import parse
from agent.models.offline.plans import plan_for
from agent.models.offline.steps import Answer, Result, follow, result_of


class Offline:
    """Rules in the place of a model: no key, no network, no tokens."""

    name = RULES

    def reply(
        self,
        system: str,
        tools: list[dict[str, Any]],  # noqa: ARG002 - the rules know the tools
        messages: list[Message],
        on_text: Callable[[str], None] | None = None,
    ) -> Reply:
        """The next calls, or the answer. The same messages always give the same reply."""
        at, text = _request(messages)
        intent = parse(text, _today(system))
        earlier = [result for turn in _turns(messages[:at]) for result in turn]
        step = follow(plan_for(intent, earlier), _turns(messages[at:]))
        if isinstance(step, Answer):
            if on_text:
                on_text(step.text)
            content = [{"type": "text", "text": step.text}]
            message = {"role": "assistant", "content": content}
            return Reply(message, step.text, (), "end_turn", ending=step.ending)
        first = 1 + sum(block.get("type") == "tool_use" for block in _blocks(messages, "assistant"))
        calls = tuple(
            ToolCall(f"call_{number}", call.name, call.arguments, call.note)
            for number, call in enumerate(step, start=first)
        )
        asked = [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls]
        return Reply({"role": "assistant", "content": asked}, "", calls, "tool_use")


def _today(system: str) -> date | None:
    match = re.search(r"Today is ([0-9]{4}-[0-9]{2}-[0-9]{2})", system)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _request(messages: list[Message]) -> tuple[int, str]:
    """Where the latest words of the person stand, and the words."""
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].get("role") != "user":
            continue
        content = messages[index].get("content")
        texts = [b.get("text") for b in _parts(content) if b.get("type") == "text"]
        if isinstance(content, str) or texts:
            return index, content if isinstance(content, str) else "\n".join(str(text) for text in texts)
    return len(messages), ""


def _turns(messages: list[Message]) -> list[list[Result]]:
    """The results of each answered turn, in the order of its calls."""
    answers = {
        block.get("tool_use_id"): block
        for block in _blocks(messages, "user")
        if block.get("type") == "tool_result"
    }
    turns = [
        [
            _result(block, answers[block.get("id")])
            for block in _parts(message.get("content"))
            if block.get("id") in answers
        ]
        for message in messages
        if message.get("role") == "assistant"
    ]
    return [turn for turn in turns if turn]


def _result(use: dict[str, Any], answer: dict[str, Any]) -> Result:
    content = answer.get("content")
    text = content if isinstance(content, str) else "".join(str(b.get("text", "")) for b in _parts(content))
    return result_of(str(use.get("name")), use.get("input"), text, is_error=bool(answer.get("is_error")))


def _blocks(messages: list[Message], role: str) -> list[dict[str, Any]]:
    return [
        block
        for message in messages
        if message.get("role") == role
        for block in _parts(message.get("content"))
    ]


def _parts(content: Any) -> list[dict[str, Any]]:
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
