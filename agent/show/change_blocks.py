"""The two tables that a decision rests on: the evidence, and what would be changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.run.report import spend, values
from tools.analysis.verdicts import Review, Verdict
from tools.domain.changes import Change, ChangeSet
from tools.domain.money import Money
from tools.domain.objects import NOUNS
from tools.domain.text import clean, counted

SHOWN = {"pause": 12, "watch": 3, "scale": 3}
"""Rows per verdict; the file that the tool names has them all."""
DENSE_FROM = 20
"""Changes above which each is written in as few lines as it takes."""
STYLES = {"pause": "red", "watch": "yellow", "scale": "green", "protected": "magenta"}


def evidence(
    review: Review, *, currency: str, protected: Collection[str], trends: Mapping[str, str]
) -> RenderableType | None:
    """The verdicts that matter, the costliest first, and the counts of all; nothing when there are none.

    `trends` are lines of blocks by ad id: what a result cost from week to week.
    """
    rows = [v for decision, most in SHOWN.items() for v in _weightiest(review, decision)[:most]]
    if not rows:
        return None
    trend = ("cost by week",) if trends else ()
    table = _table(f"Evidence, in {currency}", "", "ad", ">spend", ">results", ">each", ">worse", *trend)
    for verdict in rows:
        cells = _evidence_row(verdict, protected=verdict.ad.ad_id in protected)
        table.add_row(*cells, *(Text(trends.get(verdict.ad.ad_id, "")) for _ in trend))
    counts = Counter(v.decision for v in review.verdicts)
    said = ", ".join(f"{n} {decision}" for decision, n in counts.items())
    assumed = [f"  assumed: {clean(text)}" for text in review.assumptions if text.startswith("no ")]
    lines = [f"  All {len(review.verdicts)} ads: {said}", *assumed]
    lines.append("  worse: how sure it is that a result truly costs more than the target")
    return Group(table, *(Text(line, style="yellow" if line in assumed else "dim") for line in lines))


def change_set(proposed: ChangeSet) -> RenderableType:
    """What would be done, now → then, what it does to spend per day, and why."""
    title = f"Change set {proposed.id} · {clean(proposed.account_name)} ({proposed.account})"
    table = _table(title, "what", "now → then", ">spend per day")
    notes = list(dict.fromkeys(c.spend.note for c in proposed.changes if c.spend.note))
    shared = shared_ending([c.reason for c in proposed.changes])
    for change in proposed.changes:
        own = f"\n{clean(change.spend.note)}" if change.spend.note and len(notes) > 1 else ""
        why = clean(change.reason.removesuffix(shared))
        below = " · ".join(part for part in (change.target, why) if part)
        what = (f"{verb(change)} ", "bold"), clean(change.name), (f"\n{below}" if below else "", "dim")
        then = transition(change)
        if len(proposed.changes) > DENSE_FROM:
            then = Text(" · ".join(then.plain.splitlines()))
        table.add_row(Text.assemble(*what), then, Text((spend(change) or "unknown") + own))
    lines = [total_effect(proposed.changes) + (f"; {notes[0]}" if len(notes) == 1 else "")]
    lines += [f"each: {shared.strip(' ;()')}"] if shared else []
    return Group(
        table, *(Text(f"  {clean(line)}", style="bold" if line is lines[0] else "dim") for line in lines)
    )


def total_effect(changes: Iterable[Change]) -> str:
    """The sum of what is known about spend per day, and how much is not."""
    changes = tuple(changes)
    known = [c.spend.daily_minor for c in changes if c.spend.daily_minor is not None]
    total = Money(sum(known), changes[0].spend.currency)
    sign = "+" if total.minor > 0 else ""
    unknown = len(changes) - len(known)
    rest = f", and {unknown} whose effect is not known beforehand" if unknown else ""
    return f"{counted(len(changes), 'change')}, {sign}{total} per day{rest}"


def shared_ending(reasons: Sequence[str]) -> str:
    """A remark in brackets that all of several reasons end with, to be said once."""
    if len(reasons) < 2 or not reasons[0].endswith(")"):
        return ""
    ending = reasons[0][reasons[0].rfind(" (") :]
    return ending if all(reason.endswith(ending) for reason in reasons) else ""


def _weightiest(review: Review, decision: str) -> list[Verdict]:
    """The verdicts of one decision, those that matter most first."""
    found = [v for v in review.verdicts if v.decision == decision]
    return sorted(found, key=lambda v: -(v.gain_per_day or 0)) if decision == "scale" else found


def _table(title: str, *columns: str) -> Table:
    """A table without lines, which fits 80 columns and reads the same in a pipe; ">" aligns to the right.

    Only names and texts give way when there is no room.
    """
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    table.padding = (0, 1, 0, 0)
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"),
            justify="right" if right else "left",
            no_wrap=column not in ("ad", "what"),
        )
    return table


def _evidence_row(verdict: Verdict, *, protected: bool) -> tuple[Text, ...]:
    seen, decision = verdict.totals, "protected" if protected else verdict.decision
    return (
        Text(decision, style=STYLES.get(decision, "")),
        Text(clean(verdict.ad.name)),
        Text(f"{seen.spend:.2f}"),
        Text(f"{seen.results:.0f}"),
        Text("none" if seen.cpa is None else f"{seen.cpa:.2f}"),
        Text(_sure(verdict.probability_worse)),
    )


def _sure(probability: float | None) -> str:
    """A probability in percent; nothing is ever quite certain."""
    if probability is None:
        return ""
    return "> 99 %" if probability > 0.99 else "< 1 %" if probability < 0.01 else f"{probability * 100:.0f} %"


def verb(change: Change) -> str:
    """What a change does, and to what kind of object."""
    paused = change.row.verb_when_paused if change.after.get("status") == "PAUSED" else ""
    return (paused or change.row.verb) + (
        f" {NOUNS[change.level]}" if change.level and not change.creates else ""
    )


def transition(change: Change) -> Text:
    """How the object is now and how it will be."""
    before, after = values(change, change.before), values(change, change.after)
    shown = [f"{name}: {clean(value)}" for name, value in change.shown.items()]
    if change.creates:
        budgets = [f"{name.replace('_', ' ')}: {value}" for name, value in after.items() if name != "status"]
        return Text("\n".join(["new", *filter(None, [after.get("status")]), *budgets, *shown]))
    return Text(
        "\n".join([*(f"{before.get(name, 'new')} → {value}" for name, value in after.items()), *shown])
    )
