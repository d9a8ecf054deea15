"""What a person sees: the world, what is being done, the evidence, the changes and what became of them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.archive import Outcome
from agent.events import (
    Decided,
    Event,
    Progress,
    Proposed,
    RunStarted,
    Settled,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from agent.report import spend, values
from tools.analysis.verdicts import Review, Verdict
from tools.changes import Change, ChangeSet
from tools.graph import Exchange, Waiting
from tools.money import Money
from tools.objects import NOUNS

WIDE = 120
EVIDENCE_ROWS = 12
STYLES = {"pause": "red", "watch": "yellow", "scale": "green", "too early": "cyan"}
OUTCOME_STYLES = {
    "done": "green",
    "unknown": "bold red",
    "refused": "red",
    "changed by somebody else": "yellow",
}


def clean(text: object) -> str:
    """Text from the API made harmless for a terminal: no control characters, no hidden marks, one line."""
    one_line = " ".join(str(text).split())
    return "".join(c for c in one_line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


class Screen:
    """A listener for people. Tables and answers go to `out`, progress to `progress`."""

    def __init__(self, *, verbose: bool = False, streaming: bool = False) -> None:
        self.out = Console(highlight=False, width=None if Console().is_terminal else WIDE)
        self.progress = Console(stderr=True, highlight=False, width=None if Console().is_terminal else WIDE)
        self._verbose = verbose
        self._streaming = streaming
        self._text_open = False

    def __call__(self, event: Event) -> None:  # noqa: C901 - one line per kind of event
        if isinstance(event, TextDelta):
            self._delta(event.text)
            return
        self._close_text()
        match event:
            case RunStarted() if not self._streaming:
                self.line(f"{event.world} · model {event.model}", style="bold")
            case ToolStarted():
                self.line(f"  · {event.name} {_arguments(event.arguments)}", style="dim")
            case ToolFinished(is_error=True):
                self.line(f"  ! {event.name}: {event.content}", style="yellow")
            case ToolFinished():
                if isinstance(review := event.details.get("review"), Review):
                    self.evidence(review)
            case Proposed():
                self.change_set(event.change_set)
            case Decided():
                self.line(_decision(event), style="bold")
            case Progress() if event.of > 1:
                self.line(f"  · {event.done} of {event.of} changes made", style="dim")
            case Settled():
                self.settled(event)
            case Waiting():
                until = event.until.astimezone()
                self.line(
                    f"  … waiting until {until:%H:%M:%S} ({event.reason}); Ctrl-C is safe", style="yellow"
                )
            case Exchange() if self._verbose:
                call = f"  > {event.method} {event.path} {_arguments(event.params)} → {event.outcome}"
                self.line(f"{call} ({event.elapsed_ms} ms)", style="dim")

    def line(self, text: str, *, style: str = "") -> None:
        """A line of progress; kept apart from the answer, so that output can be piped."""
        self.progress.print(Text(clean_lines(text), style=style), soft_wrap=True)

    def say(self, text: str, *, style: str = "") -> None:
        """A piece of the answer."""
        self._close_text()
        self.out.print(Text(clean_lines(text), style=style))

    def evidence(self, review: Review) -> None:
        """The verdicts that matter, the costliest first, and how many were left out."""
        counts = Counter(v.decision for v in review.verdicts)
        shown = [v for v in review.verdicts if v.decision in STYLES and v.decision != "too early"][
            :EVIDENCE_ROWS
        ]
        if not shown:
            return
        table = _table(
            "Evidence", "verdict", "ad", ">spend", ">results", ">cost per result", ">chance too dear"
        )
        for verdict in shown:
            table.add_row(*_evidence_row(verdict))
        self.out.print(table)
        self.out.print(
            Text("  " + ", ".join(f"{n} {decision}" for decision, n in counts.items()), style="dim")
        )

    def change_set(self, change_set: ChangeSet) -> None:
        """What would be done, now → then, why, and what it does to spend per day."""
        title = f"Change set {change_set.id} · {clean(change_set.account_name)} ({change_set.account})"
        table = _table(title, "what", "now → then", ">spend per day", "why")
        notes = list(dict.fromkeys(change.spend.note for change in change_set.changes if change.spend.note))
        for change in change_set.changes:
            effect = spend(change) or "unknown"
            own = f"\n{clean(change.spend.note)}" if change.spend.note and len(notes) > 1 else ""
            table.add_row(_what(change), _transition(change), Text(effect + own), Text(clean(change.reason)))
        self.out.print(table)
        said = f" ({clean(notes[0])})" if len(notes) == 1 else ""
        self.out.print(Text(f"  {total_effect(change_set.changes)}{said}", style="bold"))

    def settled(self, event: Settled) -> None:
        """What became of each change; only what did not simply work gets its own line."""
        counts = Counter(outcome.said for outcome in event.outcomes)
        summary = ", ".join(f"{n} {said}" for said, n in counts.items())
        self.out.print(
            Text(f"  {event.change_set_id}: {summary}", style="bold green" if event.complete else "bold red")
        )
        for outcome in event.outcomes:
            if outcome.said != "done" or outcome.note not in ("", "read back"):
                self.out.print(Text.assemble("    ", _outcome(outcome)))
        if event.failure:
            self.out.print(Text(f"  Stopped early: {clean(event.failure)}", style="red"))

    def _delta(self, text: str) -> None:
        if self._streaming:
            self.out.print(Text("".join(c for c in text if c == "\n" or c.isprintable())), end="")
            self._text_open = True

    def _close_text(self) -> None:
        if self._text_open:
            self.out.print()
            self._text_open = False


def total_effect(changes: Iterable[Change]) -> str:
    """The sum of what is known about spend per day, and how much is not."""
    changes = tuple(changes)
    known = [c.spend.daily_minor for c in changes if c.spend.daily_minor is not None]
    total = Money(sum(known), changes[0].spend.currency)
    sign = "+" if total.minor > 0 else ""
    unknown = len(changes) - len(known)
    rest = f", and {unknown} whose effect is not known beforehand" if unknown else ""
    noun = "change" if len(changes) == 1 else "changes"
    return f"{len(changes)} {noun}, {sign}{total} per day{rest}"


def clean_lines(text: str) -> str:
    return "\n".join(_kept(line) for line in text.splitlines())


def _kept(line: str) -> str:
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def _table(title: str, *columns: str) -> Table:
    """A table; a column that begins with ">" is aligned to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", pad_edge=False)
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"),
            justify="right" if right else "left",
            no_wrap=right and "spend per" not in column,
        )
    return table


def _evidence_row(verdict: Verdict) -> tuple[Text, ...]:
    seen = verdict.totals
    chance = "" if verdict.probability_worse is None else f"{verdict.probability_worse * 100:.0f} %"
    return (
        Text(verdict.decision, style=STYLES.get(verdict.decision, "")),
        Text(clean(verdict.ad.name)),
        Text(f"{seen.spend:.2f}"),
        Text(f"{seen.results:.0f}"),
        Text("none" if seen.cpa is None else f"{seen.cpa:.2f}"),
        Text(chance),
    )


def _what(change: Change) -> Text:
    verbs = {
        "set_status": "pause" if change.after.get("status") == "PAUSED" else "activate",
        "set_budget": "budget of",
        "upload_image": "upload",
        "create_creative": "new creative",
        "create_ad": "new ad",
        "delete": "delete",
    }
    noun = f" {NOUNS[change.level]}" if change.level and not change.creates else ""
    return Text.assemble(
        (f"{verbs[change.kind]}{noun} ", "bold"), clean(change.name), (f"\n{change.target}", "dim")
    )


def _transition(change: Change) -> Text:
    before, after = values(change, change.before), values(change, change.after)
    if not after:
        return Text("new")
    return Text("\n".join(f"{before.get(name, 'new')} → {value}" for name, value in after.items()))


def _outcome(outcome: Outcome) -> Text:
    style = OUTCOME_STYLES.get(outcome.said, "")
    return Text.assemble(
        (outcome.said, style),
        f" {clean(outcome.change.name)}",
        (f" · {clean(outcome.note)}", "dim") if outcome.note else "",
    )


def _decision(event: Decided) -> str:
    if event.decision == "later":
        return f"Not approved yet: {event.reason}. Nothing was changed. Approve with: adsteward apply {event.change_set_id}"
    if event.decision == "declined":
        return (
            f"Declined by {event.who}"
            + (f": {event.reason}" if event.reason else "")
            + ". Nothing was changed."
        )
    return f"Approved by {event.who}" + (f": {event.reason}" if event.reason else "")


def _arguments(arguments: Any) -> str:
    if not isinstance(arguments, dict):
        return clean(arguments)[:100]
    pairs = [f"{name}={_short(value)}" for name, value in arguments.items() if value not in (None, "", [])]
    return clean(" ".join(pairs))[:200]


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 3:
        return f"[{len(value)}]"
    return str(value)
