"""What a person sees: the world, what is being done, the evidence, the changes and what became of them."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rich.text import Text

from agent.models.model import NO_MODEL, RULES
from agent.run.events import (
    Event,
    Noted,
    RunEnded,
    RunStarted,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnStarted,
)
from agent.show import evidence_table, launch_tables
from agent.show.broken_lines import has_width, open_console, put
from agent.show.change_blocks import ChangeBlocks
from agent.show.flowing_text import FlowingText
from agent.show.spinner import Spinner
from agent.writes.change_events import Decided, Landed, NotNewest, Progress, Proposed, Settled
from tools.domain.settings.meta_words import in_words
from tools.domain.text import clean, clean_lines, counted, harmless, shortened, visible
from tools.graph import Exchange, Smaller, Waiting
from tools.graph.redact import Redactor

_COMMAND = re.compile(r"adsteward (?=(?:apply|undo|show|decline) (?:cs-[0-9a-f]{12}|ID)\b|history`)")
"""How a next step is written for a shell; in a talk the same words are typed without the program's name."""
MOST_SAID, MOST_LISTED = 200, 3
"""Characters of a call, and items of a list in it."""
ANSWERED_MOST = 25
"""Changes of which an answer made by code says each one's outcome."""
OUTCOME_STYLES = {
    "done": "green",
    "unknown": "bold red",
    "refused": "red",
    "conflict": "yellow",
}


class Screen:
    """A listener for people. Tables and answers go to `out`, progress to `progress`.

    `talking`: text is shown while it is written, and everything goes to one place, as in a talk.
    `aside`: all of it goes to standard error, for commands whose output is for a program.
    """

    def __init__(self, *, verbose: bool = False, talking: bool = False, aside: bool = False) -> None:
        self.out = open_console(stderr=aside)
        self.progress = open_console(stderr=not talking)
        self._verbose = verbose
        self._talking = talking
        self._spinner = Spinner(None if aside else self.progress.file)
        self._text: FlowingText | None = None
        self._answered = False
        """Whether an answer made by code says what was refused or not approved, and what to do next."""
        self._ends_with_failure = False
        """Whether the answer is what failed: of a command that asks no model."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Exchange) and not self._verbose:
            self._spinner.read(event.rows)
            return
        self.quiet()
        if isinstance(event, TextDelta):
            self._delta(event.text)
            return
        self._close_text()
        self._show(event)
        match event:
            case TurnStarted():
                self._spinner.show("thinking")
            case ToolStarted():
                self._spinner.show(event.name.replace("_", " "))
            case Decided(decision="approved"):
                self._spinner.show("applying")

    def _show(self, event: Event) -> None:  # noqa: C901, PLR0912 - one line per kind of event
        match event:
            case RunStarted():
                self._begun(event)
            case ToolStarted():
                self.line(f"  · {clean(_asked(event.name, event.arguments))[:MOST_SAID]}", style="dim")
            case ToolFinished(is_error=True) if self._verbose or not (
                self._answered or self._ends_with_failure
            ):
                self.line(f"  ! {event.name}: {self._refusal(event.content)}", style="yellow")
            case ToolFinished():
                self._evidence(event.details)
            case Proposed():
                self.out.print(ChangeBlocks(event.change_set), soft_wrap=not has_width(self.out))
                if event.cost:
                    self.line(f"  {event.cost[0].upper()}{event.cost[1:]}.", style="dim")
            case Decided() if event.decision == "approved" or not self._answered:
                self.line(_decision(event), style="bold")
            case NotNewest() if self._talking:
                self.line(f"  {event.said}", style="yellow")
            case Progress() if event.of > 1:
                self.line(f"  · {launch_tables.progress(event)}", style="dim")
            case Settled():
                self.settled(event)
            case Landed():
                self.out.print(launch_tables.summary(event))
                self.out.print(launch_tables.whereabouts(event), soft_wrap=True)
            case Noted():
                self.line(f"  {event.text}", style="yellow")
            case RunEnded():
                self._answered = self._ends_with_failure = False
            case Waiting():
                until = event.until.astimezone()
                self.line(
                    f"  … waiting until {until:%H:%M:%S} ({event.reason}); Ctrl-C is safe", style="yellow"
                )
            case Smaller():
                self.line(f"  · {event.reason}", style="dim")
            case Exchange() if self._verbose:
                call = _called(f"{event.method} {event.path}", event.params)
                self.line(f"  > {call} → {event.outcome} ({event.elapsed_ms} ms)", style="dim")

    def quiet(self) -> None:
        """Take away what says that something is being done."""
        self._spinner.hide()

    def line(self, text: str, *, style: str = "") -> None:
        """A line of progress, without secrets; kept apart from the answer, so that output can be piped."""
        self.quiet()
        shown = clean_lines(Redactor().text(self._next_steps(text)))
        put(self.progress, Text(shown, style=style))

    def say(self, text: str, *, style: str = "") -> None:
        """A piece of the answer."""
        self.quiet()
        self._close_text()
        put(self.out, Text(clean_lines(self._next_steps(text)), style=style))

    def settled(self, event: Settled) -> None:
        """What became of each change; only what did not simply work gets its own line."""
        counts = Counter(outcome.said for outcome in event.outcomes)
        proven = all(outcome.note == "read back" for outcome in event.outcomes)
        summary = ", ".join(f"{n} {said}" for said, n in counts.items()) + (
            ", and read back" if proven else ""
        )
        style = "bold green" if event.complete else "bold red"
        put(self.out, Text(f"  {event.change_set_id}: {summary}", style=style))
        answered = self._answered and len(event.outcomes) <= ANSWERED_MOST
        for outcome in () if answered else event.outcomes:
            if outcome.said != "done" or outcome.note not in ("", "read back"):
                said = (outcome.said, OUTCOME_STYLES.get(outcome.said, ""))
                note = (f" · {clean(outcome.note)}" if outcome.note else "", "dim")
                which = f" ({outcome.change.target})" if outcome.change.target else ""
                put(self.out, Text.assemble("    ", said, f" {visible(outcome.change.name)}{which}", note))
        for text in event.left:
            put(self.out, Text(f"    {clean(text)}", style="yellow"))
        if event.failure and not (answered or self._ends_with_failure):
            put(self.out, Text(f"  Stopped early: {clean(event.failure)}", style="red"))

    def _begun(self, event: RunStarted) -> None:
        self._answered = event.model == RULES and not self.out.stderr
        self._ends_with_failure = event.model == NO_MODEL and not self.out.stderr
        if not self._talking:
            self.line(f"{event.world} · model {event.model}", style="bold")

    def _refusal(self, content: str) -> str:
        """What a tool refused: its first sentence, as the answer tells the rest; all of it with `--verbose`."""
        with suppress(ValueError, AttributeError):
            content = str(json.loads(content).get("error", content))
        sentence = re.split(r"(?<=[.:;]) ", content, maxsplit=1)[0]
        return content if self._verbose else shortened(sentence, 120).rstrip(":;")

    def _evidence(self, details: Mapping[str, Any]) -> None:
        """A review or a file that a tool gave with its result."""
        if isinstance(file := details.get("file"), str):
            self.say(f"  → {visible(file)} ({counted(int(details['rows']), 'row')})")
        if table := evidence_table.evidence_of(details):
            self.out.print(table)

    def _delta(self, text: str) -> None:
        if self._talking:
            self._text = self._text or FlowingText(self.out)
            self._text.add(harmless(self._next_steps(text)))

    def _next_steps(self, text: str) -> str:
        return _COMMAND.sub("", text) if self._talking else text

    def _close_text(self) -> None:
        if self._text:
            self._text.end()
            self._text = None


def _decision(event: Decided) -> str:
    if event.decision == "later":
        return f"Not approved yet: {event.reason}. Nothing was changed. Approve with: adsteward apply {event.change_set_id}"
    reason = f": {event.reason}" if event.reason else ""
    if event.decision == "declined":
        return f"Declined by {event.who}{reason}. Nothing was changed."
    return f"Approved by {event.who}{reason}"


def _asked(tool: str, arguments: Any) -> str:
    """Which tool is called with what, in words; of a long list how many."""
    given = arguments if isinstance(arguments, dict) else {"": arguments}
    few = {
        name: f"{len(value)} of them" if isinstance(value, list) and len(value) > MOST_LISTED else value
        for name, value in given.items()
    }
    return in_words(tool.replace("_", " "), few)


def _called(name: str, arguments: Any) -> str:
    """What is asked of Meta, with what."""
    return f"{name} {_arguments(arguments)}".rstrip()


def _arguments(arguments: Any) -> str:
    if not isinstance(arguments, dict):
        return shortened(visible(arguments), 100)
    pairs = [f"{name}={_short(value)}" for name, value in arguments.items() if value not in (None, "", [])]
    return shortened(visible(" ".join(pairs)), MOST_SAID)


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > MOST_LISTED:
        return f"[{len(value)}]"
    return str(value)
