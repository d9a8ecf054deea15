"""The offline model: reads the person's last words, and plans over the tool results that came after them."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from agent.models.model import RULES, Message, Reply, ToolCall
from agent.models.offline.language.items import Items, itemised
from agent.models.offline.language.slots import NotPossible, NotUnderstood, Request
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.frames import frame_of
from agent.models.offline.reading import answer, read
from agent.models.offline.replay import talk_before
from agent.models.offline.telling.read_answers import unclear
from agent.models.offline.telling.steps import Answer, Result, follow, result_of

_SAYS_NOTHING = ("unknown", "fill", "join", "end")
_LOOK_UPS = ("find_names", "list_accounts")
_TALKS = frozenset(
    "undo redo do_it other drop_it forget_it forget_last forget remember notes help why_done".split()
)
_GREETS = frozenset({"hello", "yes", "no"})
_LEANS = "It leans on what was said or done before, so it is no standing order: each run begins anew. Say whole what is to be done."


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
        requests = _requests(messages) or [(len(messages), "")]
        (at, text), today = requests[-1], _today(system)
        before = [(said, _turns(messages[first:end])) for (first, said), (end, _) in pairwise(requests)]
        step = follow(
            answer(
                text,
                today,
                replace(talk_before(before, today, _currency(system)), notes=_notes(system)),
            ),
            _turns(messages[at:]),
        )
        if isinstance(step, Answer):
            if on_text:
                on_text(step.text)
            content = [{"type": "text", "text": step.text}]
            message = {"role": "assistant", "content": content}
            return Reply(message, step.text, (), "end_turn", ending=step.ending)
        first = 1 + sum(block.get("type") == "tool_use" for block in _blocks(messages, "assistant"))
        calls = tuple(
            ToolCall(f"call_{number}", call.name, call.arguments, call.note, call.whole)
            for number, call in enumerate(step, start=first)
        )
        asked = [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls]
        return Reply({"role": "assistant", "content": asked}, "", calls, "tool_use")


def pulls_brake(text: str) -> bool:
    """Whether a request stops all, or what adsteward started; no name is looked up."""
    with suppress(NotPossible, NotUnderstood):
        try:
            next(read(text, None, Talk()))
        except StopIteration as understood:
            request: Request = understood.value
            return request.want in ("stop", "pause") and frame_of(request) in ("stop", "set_all")
    return False


def why_no_standing_order(text: str, today: date) -> str:
    """Why a request would be asked back at any time, or leans on a talk; nothing where it would be done.

    No name is looked up: what is in quotes, or of several words that nobody knows, may be one.
    """
    with suppress(NotUnderstood):
        items = itemised(text)
        if all(item.kind in _SAYS_NOTHING for item in items.row):
            return unclear("")
        if _leans(items):
            return _LEANS
    turns = list[list[Result]]()
    while not isinstance(step := follow(answer(text, today, Talk()), turns), Answer):
        if step[0].name not in _LOOK_UPS:
            return ""
        names = [str(part) for part in step[0].arguments.get("parts", ())]
        known = [name for name in names if name not in {items.words[at].text for at in items.slips}]
        if word := next(
            (name for name in known if name.islower() and name.isalpha() and f'"{name}"' not in text), ""
        ):
            return f'"{word}": if that is a name, put it in quotes, such as: pause "{word}".'
        fits = {name: {"how": "whole", "fits": [{"id": "10000000", "name": name}]} for name in known}
        turns.append([Result(step[0].name, {"parts": fits})])
    return step.text if step.ending else _LEANS


def _leans(items: Items) -> bool:
    """Whether words stand for what was said or done before, or only talk."""
    row = [item for item in items.row if item.kind not in ("fill", "end")]
    wants = {item.value for item in row if item.kind == "want"}
    refers = any(item.kind in ("ref", "go_on") and not item.is_a("ref:your_work") for item in row)
    return refers or row[0].joins or bool(wants & _TALKS) or all(item.value in _GREETS for item in row)


def _today(system: str) -> date | None:
    match = re.search(r"Today is ([0-9]{4}-[0-9]{2}-[0-9]{2})", system)
    with suppress(ValueError):
        return date.fromisoformat(match[1]) if match else None
    return None


def _currency(system: str) -> str:
    match = re.search(r", currency ([A-Z]{3})\.", system)
    return match[1] if match else ""


def _notes(system: str) -> tuple[str, ...]:
    """Those that a model is shown; no line of them can end what is around them."""
    match = re.search(r"\n<notes>\n(.*?)\n</notes>\n", system, re.DOTALL)
    return tuple(match[1].splitlines()) if match else ()


def _requests(messages: list[Message]) -> list[tuple[int, str]]:
    """Where words of the person stand, and the words."""
    found = list[tuple[int, str]]()
    for index, message in enumerate(messages):
        content = message.get("content")
        texts = [str(b.get("text")) for b in _parts(content) if b.get("type") == "text"]
        if message.get("role") == "user" and (isinstance(content, str) or texts):
            found.append((index, content if isinstance(content, str) else "\n".join(texts)))
    return found


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
