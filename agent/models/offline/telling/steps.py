"""A plan as a generator: it yields the tool calls of a turn, is sent their results, and returns the answer.

A plan keeps no state between turns: `follow` replays it over the results so far, each time from the start.
"""

import json
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agent.models.model import Ending
from agent.models.offline.language.pieces import clean

T = TypeVar("T")
LONGEST_ERROR = 600
LOST = "I lost the thread: what came back is not what I asked for. Nothing more was done; please ask again."


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    """What stands beside the question whether to do it."""
    whole: bool = False
    """Proposed only if all such calls of the turn are."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave: content, or what went wrong."""

    name: str
    content: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)


Calls = tuple[Call, ...]
Steps = Generator[Calls, Sequence[Result], T]
Plan = Steps[str]


class Ended(Exception):  # noqa: N818 - the way out of a plan, not always an error
    """Ends a plan early, with the answer: something that was asked for is not there or not clear."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last word on a request, and how it ended."""

    text: str
    ending: Ending = ""


def one(call: Call) -> Steps[Result]:
    """A turn with a single call."""
    (result,) = yield (call,)
    return result


def needed(call: Call) -> Steps[dict[str, Any]]:
    """A single call whose content the plan cannot go on without. Raises Ended with the error."""
    result = yield from one(call)
    if result.error:
        raise Ended(failed(result))
    return result.content


def rows_of(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The rows that stand under a name in a result; whatever is no row is left out."""
    found = content.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def failed(result: Result) -> str:
    """The answer for a tool that gave an error."""
    said, *of_arguments = clean(result.error).split(" Arguments: ", 1)
    if of_arguments:  # a model's: its field and its list are no words for a person
        said = re.sub(r"^\w+: (?:[\w.]+: )?", "", said).replace("_", " ")
    text = _within(said)
    return text if text.startswith("Refused") else f"That did not work: {text}"


def _within(text: str) -> str:
    """An error of bearable length: cut in its middle, so that its last sentence, the way out, stays whole."""
    if len(text) <= LONGEST_ERROR:
        return text
    way_out = re.split(r"(?<=[.!?])\s+", text)[-1]
    if len(way_out) > LONGEST_ERROR // 2:
        return f"{text[: LONGEST_ERROR - 1]}…"
    head = text[: LONGEST_ERROR - len(way_out) - 2].rpartition(" ")[0]
    return f"{head} … {way_out}"


def follow(plan: Steps[Answer], turns: Sequence[Sequence[Result]]) -> Calls | Answer:
    """The next calls of a plan after the turns that were taken, or its answer."""
    try:
        calls = next(plan)
        for results in turns:
            if [call.name for call in calls] != [result.name for result in results]:
                return Answer(LOST, "refused")
            calls = plan.send(results)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    return calls


def result_of(name: str, arguments: Any, text: Any, *, is_error: bool) -> Result:
    """A tool result as the loop hands it back."""
    given = arguments if isinstance(arguments, dict) else {}
    try:
        content = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return Result(name, error=f"{name} gave no readable result.", arguments=given)
    if is_error or ("error" in content and set(content) <= {"error", "refused"}):
        return Result(name, content, str(content.get("error") or f"{name} failed."), given)
    return Result(name, content, arguments=given)
