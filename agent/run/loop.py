"""The loop: ask the model, run the tools it calls, give it the results, until it is done or a limit is reached."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum, auto
from typing import Any

from agent.models.cleaning import cleaned
from agent.models.leaks import answer, unusable
from agent.models.model import Message, Model, Reply, ToolCall, Usage
from agent.run.conversation import add_answer, nudged
from agent.run.events import Emit, Replied, TextDelta, TurnStarted
from agent.setup.stops import LimitReached, ModelFailed
from tools.domain.text import clean, shortened
from tools.domain.tool import Picture


class Step(Enum):
    """What to do after an answer."""

    RUN_TOOLS = auto()
    RESUME = auto()
    FINISH = auto()
    CUT = auto()
    STOP = auto()


STEPS: dict[str, Step] = {
    "end_turn": Step.FINISH,
    "stop_sequence": Step.FINISH,
    "tool_use": Step.RUN_TOOLS,
    "pause_turn": Step.RESUME,
    "max_tokens": Step.CUT,
    "model_context_window_exceeded": Step.CUT,
    "refusal": Step.STOP,
}
"""From stop reason to next step; one that is not here means stop."""
LONGEST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The answer to one tool call: exactly one per call, in the model's order."""

    call_id: str
    content: str
    is_error: bool = False
    pictures: tuple[Picture, ...] = ()
    """For hosts that show them; a model is told the names of their files."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What a tool knows beside its answer, for people; no model is told."""


@dataclass(slots=True)
class Limits:
    """What a run may use. All of it is checked in `check`, before the next answer is paid for."""

    max_turns: int = 30
    max_tokens: int = 2_000_000
    turns: int = 0
    usage: Usage = field(default_factory=Usage)

    def check(self) -> None:
        """Raises LimitReached."""
        if self.turns >= self.max_turns:
            raise LimitReached(
                f"The model did not come to an end within {self.max_turns} turns (--max-turns)."
            )
        if self.usage.input_tokens + self.usage.output_tokens >= self.max_tokens:
            raise LimitReached(f"The run used up its {self.max_tokens:,} tokens.")


def run(
    messages: list[Message],
    *,
    model: Model,
    system: str,
    tools: Callable[[], list[dict[str, Any]]],
    run_tools: Callable[[Sequence[ToolCall]], list[ToolResult]],
    limits: Limits,
    emit: Emit,
    stream: bool = False,
) -> Reply:
    """Drive the model until it ends its turn; gives its last reply. `messages` grows with the conversation.

    `tools` are asked for before each turn: a tool may have brought more of them.

    Raises LimitReached and ModelFailed.
    """
    on_text = (lambda text: emit(TextDelta(text))) if stream else None
    wrong = ""
    while True:
        limits.check()
        limits.turns += 1
        emit(TurnStarted(limits.turns))
        came = model.reply(system, tools(), nudged(messages, wrong) if wrong else messages, on_text)
        reply = _told(cleaned(came.message["content"], came.stop_reason, came.usage, messages), came)
        limits.usage.add(reply.usage)
        emit(Replied(reply.message, reply.stop_reason, asdict(reply.usage)))
        step = _step(reply)
        if step in (Step.CUT, Step.STOP):
            raise _ending(step, reply)
        before, wrong = wrong, "" if reply.calls else unusable(reply, messages)
        if wrong and before:
            raise ModelFailed(_no_answer(wrong, reply))
        if wrong:
            continue  # what came is not kept: it could not be sent back
        add_answer(messages, reply.message)
        if step is Step.FINISH:
            return replace(reply, text=answer(reply.text, messages))
        if step is Step.RUN_TOOLS:
            messages.append(_results(run_tools(reply.calls)))


def _no_answer(wrong: str, reply: Reply) -> str:
    came = shortened(clean(reply.text), LONGEST_SHOWN)
    shown = f' It came: "{came}".' if came else ""
    return (
        f"The model gave no answer that can be used, twice: {wrong}.{shown} None of it was run or done."
        " Ask again in other words, or with another --model."
    )


def _told(reply: Reply, came: Reply) -> Reply:
    """The reply with what the rules say beside their calls and answers; no message holds it, so no model can say it."""
    said = {call.id: (call.note, call.whole) for call in came.calls}
    marks = (said.get(call.id, ("", False)) for call in reply.calls)
    calls = tuple(
        replace(c, note=note, whole=all_) for c, (note, all_) in zip(reply.calls, marks, strict=True)
    )
    return replace(reply, calls=calls, ending=came.ending)


def _step(reply: Reply) -> Step:
    step = STEPS.get(reply.stop_reason, Step.STOP)
    if step in (Step.FINISH, Step.RESUME) and reply.calls:
        return Step.RUN_TOOLS  # local servers name the wrong stop reason; a call without a result is an error
    if step is Step.RUN_TOOLS and not reply.calls:
        return Step.FINISH
    return step


def _ending(step: Step, reply: Reply) -> Exception:
    if step is Step.CUT:
        return LimitReached(
            f"The model's answer was cut off ({reply.stop_reason}); none of its tool calls were run."
        )
    if reply.stop_reason == "refusal":
        said = shortened(clean(reply.text), LONGEST_SHOWN)
        told = f'The model refused to go on: "{said}".' if said else "The model refused to go on."
        return ModelFailed(f"{told} Nothing more was done; put the request in other words.")
    return ModelFailed(
        f"The model stopped for an unknown reason ({reply.stop_reason!r}). Nothing more was done."
    )


def _results(results: Sequence[ToolResult]) -> Message:
    """One user message with all results, as the Messages API wants them."""
    return {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": r.call_id, "content": r.content, "is_error": r.is_error}
            for r in results
        ],
    }
