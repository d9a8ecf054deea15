"""`adsteward replay FILE`: makes recorded requests again. Reads are sent, writes become one change set."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from agent.cli.opening import approval_mode, at_terminal, open_session, silent
from agent.models.model import ToolCall
from agent.notices.run_notices import telling
from agent.run.listeners.recorded_writes import NotReplayed, tool_call
from agent.run.listeners.recording import Recorded, Recording, load
from agent.run.loop import ToolResult
from agent.run.refused import Cause, Refused, stop_of
from agent.run.toolbox import Toolbox
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.ending import reported
from agent.show.screen import Screen
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.files import given
from tools.domain.text import counted
from tools.graph import GraphFailure, GraphReader, NotSent
from tools.graph.redact import HIDDEN, Redactor
from tools.graph.request import checked_path

UNSENDABLE = frozenset({"method", "batch", "path", "self"})
"""Parameters that would make something else of a read."""


@dataclass(slots=True)
class Step:
    """A recorded request and what becomes of it."""

    recorded: Recorded
    call: ToolCall | None = None
    """The tool call that proposes a write."""
    outcome: str = ""
    """`ok`, an error's label, or what became of a write; empty when it was not made again."""
    because: str = ""
    """Why it was not replayed."""

    def as_json(self) -> dict[str, Any]:
        recorded = self.recorded
        return {
            "line": recorded.line,
            "item": recorded.item or None,
            "method": _shown(recorded.method),
            "path": _shown(recorded.path),
            "tool": self.call.name if self.call else None,
            "was": _shown(recorded.outcome),
            "outcome": self.outcome or "not replayed",
            "because": "" if self.outcome else self.because or "the replay ended before it",
        }

    def __str__(self) -> str:
        shown = self.as_json()
        what = " ".join(shown[part] for part in ("method", "path") if shown[part])
        said = shown["outcome"]
        if shown["because"]:
            said += f": {shown['because']}"
        elif self.call:
            said += f" ({self.call.name})"
        elif self.recorded.item:
            said += f" (its batch was {shown['was']})"
        else:
            said += ", as recorded" if self.outcome == self.recorded.outcome else f" (was {shown['was']})"
        return f"{self.recorded.place:<5} {what} → {said}"


@dataclass(slots=True)
class Replay:
    """One replay of a recording in one world."""

    recording: Recording
    steps: list[Step] = field(default_factory=list)

    def run(self, toolbox: Toolbox, say: Callable[[Step], None]) -> str:
        """Send the reads in their order, then propose all writes together; gives what failed, or nothing.

        Raises MetaFailed or LimitReached when no further call can help.
        """
        context = toolbox.context
        for step in self.steps:
            step.call, step.because = self._planned(step.recorded, context.account, context.brand)
        for _, line in groupby(self.steps, key=lambda step: step.recorded.line):
            steps = list(line)
            _read([s for s in steps if not s.because and not s.call], context.graph)
            for step in steps:
                if step.because:
                    toolbox.refusals.add(Refused(f"line {step.recorded.place}", step.because, Cause.INPUT))
                if not step.call:
                    say(step)
        if any(step.outcome == "ok" for step in self.steps):
            toolbox.refusals.went_well(writes=False)
        writes = [step for step in self.steps if step.call]
        self._write(writes, toolbox)
        for step in writes:
            say(step)
        failed = [s for s in self.steps if not s.call and s.outcome not in ("", "ok")]
        return f"Meta refused or failed {counted(len(failed), 'read')}." if failed else ""

    def _write(self, writes: Sequence[Step], toolbox: Toolbox) -> None:
        """Have all writes proposed in one change set, and decided about."""
        results = list[ToolResult]()
        try:
            results += toolbox.run([step.call for step in writes if step.call])
        finally:
            for step in writes if toolbox.change_sets else ():
                step.outcome = "see the change set"  # what an end in the middle leaves to be said
            for step, result in zip(writes, results, strict=False):
                step.outcome, step.because = _became(json.loads(result.content))

    def said(self) -> str:
        """What was done, in a few lines."""
        reads = [s for s in self.steps if s.outcome and not s.call]
        other = [s for s in reads if s.outcome != s.recorded.outcome]
        writes = [s for s in self.steps if s.outcome and s.call]
        left = [s for s in self.steps if not s.outcome]
        sent = f"{counted(len(reads), 'read')} sent again, {len(other)} with another outcome than recorded"
        lines = [f"{sent}; {counted(len(writes), 'write')} proposed; {len(left)} not replayed."]
        if self.recording.cut_off:
            lines.append("The recording is cut off in its last line; the whole lines before it count.")
        return "\n".join(lines)

    def _planned(self, recorded: Recorded, account: Account, brand: Brand) -> tuple[ToolCall | None, str]:
        """The tool call of a write, nothing for a read that may be sent, or why it is not replayed."""
        try:
            _check(recorded)
            if recorded.method == "GET":
                return None, ""
            source = f"recorded in {self.recording.path.name}, line {recorded.place}"
            return ToolCall(recorded.place, *tool_call(recorded, account, brand, source)), ""
        except NotReplayed as reason:
            return None, str(reason)
        except RecursionError:
            return None, "it is nested too deep"


def replay(options: Options, path: Path, line: int | None) -> int:
    """Make the requests of a recording again, all or those of one line, in the world of the options."""
    recording = load(path)
    requests = [r for r in recording.requests if line in (None, r.line)]
    if not requests:
        where = f"line {line} of {path}" if line else str(path)
        raise ConfigError(f"There is no request in {where}. Nothing was sent.")
    if options.record and options.record.resolve() == path.resolve():
        raise ConfigError(f"{path} cannot be replayed and recorded to at once. Nothing was sent.")
    mode = approval_mode(options)
    screen = None if options.json else Screen(verbose=options.verbose)
    session = open_session(options, mode, fresh=options.sandbox, screen=screen)
    with closing(session), telling(session, attended=at_terminal()):
        now, then = session.settings.graph_version, recording.header.get("graph_version")
        if screen and now != then:
            screen.line(f"  recorded with Graph {_shown(str(then))}, sent with {now}", style="yellow")
        play = Replay(recording, [Step(request) for request in requests])
        say = (lambda step: screen.say(str(step))) if screen else silent
        words = f"replay {path.name}" + (f" --line {line}" if line else "")
        report = session.play(words, lambda toolbox: play.run(toolbox, say), given([]))
        report = replace(report, answer="\n".join(filter(None, (report.answer, play.said()))))
        return reported(report, as_json=options.json, replayed=[step.as_json() for step in play.steps])


def _check(recorded: Recorded) -> None:
    """What no request may hold. Raises NotReplayed."""
    if recorded.unreadable:
        raise NotReplayed(recorded.unreadable)
    if HIDDEN in str(Redactor().value([recorded.path, recorded.params])):
        raise NotReplayed("it holds a value that is hidden in recordings")
    if names := UNSENDABLE.intersection(recorded.params):
        raise NotReplayed(f"the parameter {min(names)!r} would make another request of it")
    try:
        checked_path(recorded.path)
        json.dumps(recorded.params, ensure_ascii=False).encode()
    except ValueError:
        raise NotReplayed("its path or a parameter cannot be sent") from None


def _read(steps: Sequence[Step], graph: GraphReader) -> None:
    """The reads of one line: a batch again as a batch. Raises MetaFailed when no further call can help."""
    if not steps:
        return
    calls = [(step.recorded.path, step.recorded.params) for step in steps]
    answers: Sequence[Any]
    try:
        answers = graph.get_many(calls) if steps[0].recorded.item else [graph.get(calls[0][0], **calls[0][1])]
    except GraphFailure as failure:
        answers = [failure] * len(steps)
    for step, answer in zip(steps, answers, strict=True):
        step.outcome = answer.label if isinstance(answer, GraphFailure) else "ok"
    for answer in answers:
        if isinstance(answer, GraphFailure) and (answer.ends_the_run or isinstance(answer, NotSent)):
            raise stop_of(answer, " The replay ended there; nothing was changed.")


def _became(result: dict[str, Any]) -> tuple[str, str]:
    """What a tool's result says of its only change: its outcome, or why it was not proposed."""
    if "error" in result:
        return "", str(result["error"])
    if "change_set" not in result:
        return "nothing to change", ""
    (change,) = result["changes"]
    return (change["outcome"], "") if isinstance(change, dict) else (str(result["state"]), "")


def _shown(text: str) -> str:
    """A piece of a file that somebody else may have written."""
    text = Redactor().text(text)
    return text if len(text) <= 120 else f"{text[:119]}…"
