"""A change set in words, complete and the same wherever it is shown: every change, every value that is sent.

Lines without a width; each surface breaks them as it can, and none leaves one out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from agent.show.differences import differing
from agent.show.leaves import leaves, names_of
from tools.domain.changes import Change, ChangeSet, Effect
from tools.domain.money import Money, separated
from tools.domain.objects import NOUNS, called
from tools.domain.settings import field_states
from tools.domain.text import counted, listed, visible

UNREAD = "was not read"
LONGEST_WHY = 60
MOST_BELOW = 10
"""Names of ads under a changed object; all of them are counted."""


class Line(NamedTuple):
    """One line: how deep it stands, its word, its text, and what it is."""

    depth: int
    word: str
    text: str
    style: str = ""

    @property
    def plain(self) -> str:
        return "  " * self.depth + (f"{self.word}: " if self.word else "") + self.text


@dataclass(frozen=True, slots=True)
class Block:
    """One change taken apart: what tells it from others, and what equal changes share."""

    number: int
    verb: str
    name: str
    target: str
    where: str
    body: tuple[tuple[str, str], ...]
    spend: str
    note: str
    why: str
    undo: str

    @property
    def called(self) -> str:
        return called(self.name, self.target) if self.target else f"“{self.name}”"

    @property
    def own(self) -> tuple[tuple[str, str], ...]:
        """What stays beside its name when it shares a block."""
        parts = ("in", self.where), ("spend", self.spend), ("spend note", self.note), ("why", self.why)
        return tuple((word, text) for word, text in parts if text)


def change_set_lines(proposed: ChangeSet) -> list[Line]:
    """The whole set: its head, and each change; equal ones share a block in which each is named."""
    return head_lines(proposed) + [line for members in blocks(proposed) for line in block_lines(members)]


def head_lines(proposed: ChangeSet) -> list[Line]:
    """Where it is, what all of it comes to, and what to weigh before a yes."""
    return [
        Line(0, "", heading(proposed), world_style(proposed.world)),
        Line(0, "", f"Change set {proposed.id}: {total_effect(proposed.changes)}", "bold"),
        *(Line(1, "", _said(note), "yellow") for note in proposed.notes),
    ]


def blocks(proposed: ChangeSet) -> list[list[Block]]:
    """All changes taken apart, in their order; neighbours that do the same are together."""
    names = names_of(proposed.changes)
    taken = [_block(number, change, names) for number, change in enumerate(proposed.changes, 1)]
    return [list(group) for _, group in groupby(taken, key=lambda b: (b.verb, b.body, b.undo))]


def heading(proposed: ChangeSet) -> str:
    """Which world and which account: the first thing to look at."""
    name = visible(proposed.account_name) or "account"
    return f"{world_name(proposed.world)} · {name} · {proposed.account} · {proposed.currency}"


def world_name(world: str) -> str:
    return "SANDBOX" if world.startswith("sandbox") else "LIVE"


def world_style(world: str) -> str:
    """Live has a colour of its own."""
    return "bold cyan" if world.startswith("sandbox") else "bold white on red"


def total_effect(changes: Sequence[Change]) -> str:
    """The sum of what is known about spend per day, what of it stays in budgets, and how much is not known."""
    known = [c.spend.daily_minor for c in changes if c.spend.daily_minor is not None]
    currency = changes[0].spend.currency
    unknown = [c for c in changes if c.spend.daily_minor is None]
    stays = sum(c.spend.stays_minor for c in changes)
    parts = (
        _per_day(sum(known), stays, currency, "budget" if len(changes) == 1 else "budgets") if known else []
    )
    stopping = [c for c in unknown if c.effect is Effect.STOP_SPEND]
    parts += [_stopped(stopping)] if stopping else []
    if rest := [c for c in unknown if c not in stopping]:
        parts.append(f"{len(rest)} whose effect is not known beforehand{_why(rest)}")
    started = Money(sum(c.spend.once_started_minor for c in changes), currency)
    more = f"; up to {started.said} per day once what is new is started" if started.minor else ""
    return f"{counted(len(changes), 'change')}, {', and '.join(parts)}{more}"


def _stopped(stopping: Sequence[Change]) -> str:
    """What stops where nobody read how much it spends, and why nobody did."""
    ads = sum(change.stops for change in stopping)
    what = (
        f"{counted(ads, 'ad')} stop{'s' if ads == 1 else ''} that spend{'s' if ads == 1 else ''} or soon would"
        if ads
        else "nothing runs that stops"
    )
    return f"{what}: how much per day {UNREAD}{_why(stopping)}"


def _why(unknown: Sequence[Change]) -> str:
    """Why their spend is not known, where it is the same for all."""
    notes = {change.spend.note for change in unknown}
    why = _said(notes.pop()) if len(notes) == 1 else ""
    return f" ({why})" if 0 < len(why) <= LONGEST_WHY else ""


def _block(number: int, change: Change, names: Mapping[str, str]) -> Block:
    """One change, complete."""
    return Block(
        number=number,
        verb=verb(change),
        name=visible(change.name),
        target=visible(change.target),
        where=" › ".join(visible(name) for name in change.where),
        body=tuple(_body(change, names)),
        spend=_effect(change),
        note=_said(change.spend.note),
        why=_said(change.reason),
        undo=_said(change.undo_note),
    )


def _effect(change: Change) -> str:
    """What a change does to the spend of a day."""
    if (minor := change.spend.daily_minor) is not None:
        return ", and ".join(_per_day(minor, change.spend.stays_minor, change.spend.currency, "budget"))
    if change.effect is Effect.STOP_SPEND:
        return f"stops, how much per day {UNREAD}"
    return "effect not known beforehand"


def _per_day(minor: int, stays: int, currency: str, where: str) -> list[str]:
    """What changes in a day; and what a pause leaves in a budget, which is no money saved."""
    left = [f"{Money(stays, currency).said} per day stays in the {where}, for other ads"] if stays else []
    return ([f"{_signed(minor, currency)} per day"] if minor or not left else []) + left


def verb(change: Change) -> str:
    """What a change does, and to what kind of object."""
    paused = change.row.verb_when_paused if change.after.get("status") == "PAUSED" else ""
    return (paused or change.row.verb) + (
        f" {NOUNS[change.level]}" if change.level and not change.creates else ""
    )


def _body(change: Change, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each value that is sent, before → after, and what was looked up for the person beside it."""
    told, rows = dict(sorted(change.shown.items())), list[tuple[str, str]]()
    looked_up = dict[str, str]()
    parts = {name: differing(change, name, names, told) for name in change.before}
    for word, _ in (row for found in parts.values() for row in found):
        told.pop(word, None)
    for parameter, word, value in leaves(change, names):
        if parts.get(parameter):
            rows += [row for row in parts[parameter] if row not in rows]
            continue
        if _names(looked_up.get(word, ""), value):
            continue
        text = value
        if _names(told.get(word, ""), value):
            text = looked_up[word] = visible(told.pop(word))
        row = word, _from_to(change, parameter, text)
        rows += [row] if row not in rows else []
    for field, after in sorted(change.after.items()):
        if field not in change.request.params:
            rows.append((field.replace("_", " "), _from_to(change, field, _state(change, field, after))))
    if upload := change.request.upload:
        told.pop("file", None)
        rows.append(
            ("file", f"{visible(upload.filename)} ({visible(upload.mime)}) from {visible(upload.path)}")
        )
    return [*_with_remarks(rows, told), *_below(change)]


def _with_remarks(rows: list[tuple[str, str]], told: Mapping[str, str]) -> list[tuple[str, str]]:
    """What else was looked up, behind the value it explains, or in a line of its own."""
    known, words = {text for _, text in rows}, {word for word, _ in rows}
    said = {visible(word): _said(text) for word, text in told.items() if visible(text) not in known}
    said = {word: text for word, text in said.items() if not _told_by_parts(word, text, rows)}
    seen = set[str]()
    explained = []
    for word, text in rows:
        more = f" ({said[word]})" if word in said and word not in seen else ""
        seen.add(word)
        explained.append((word, text + more))
    return explained + [(word, text) for word, text in said.items() if word not in words]


def _told_by_parts(word: str, remark: str, rows: Sequence[tuple[str, str]]) -> bool:
    """Whether several rows of a word say already what a remark lists."""
    values = [text for name, text in rows if name == word]
    return len(values) > 1 and all(any(part in value for value in values) for part in remark.split(", "))


def _below(change: Change) -> list[tuple[str, str]]:
    if not change.below:
        return []
    pairs = zip(change.below[::2], change.below[1::2], strict=False)
    ads = [called(visible(name), ad) for ad, name in pairs]
    stops = change.effect in (Effect.STOP_SPEND, Effect.IRREVERSIBLE)
    running = f" ({change.stops} running or about to)" if stops else ""
    return [("ads under it", f"{len(ads)}{running}: {listed(ads, most=MOST_BELOW)}")]


def _from_to(change: Change, parameter: str, after: str) -> str:
    """A value with the one before it, where there was one."""
    if parameter not in change.before:
        return after
    return f"{_state(change, parameter, change.before[parameter])} → {after}"


def _state(change: Change, field: str, text: str) -> str:
    return visible(field_states.said(field, text, change.spend.currency))


def _signed(minor: int, currency: str) -> str:
    return f"{'+' if minor > 0 else ''}{Money(minor, currency).said}"


def _names(shown: str, value: str) -> bool:
    """Whether a looked-up text says this very value, with a name beside it or among others."""
    return bool(shown) and re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", visible(shown)) is not None


def _said(text: str) -> str:
    """Words of ours or a model's, amounts with separators."""
    return separated(visible(text))


def block_lines(members: Sequence[Block]) -> list[Line]:
    """The lines of one block, of one change or of equal ones."""
    first = members[0]
    if len(members) == 1:
        where = first.own[:1] if first.where else ()
        told = (*where, *first.body, *first.own[len(where) :])
        head = Line(0, "", f"{first.number}. {first.verb} {first.called}", "bold")
        return [head, *(Line(2, word, text) for word, text in told), *_undo(first)]
    ending = shared_ending([member.why for member in members])
    members = [replace(member, why=member.why.removesuffix(ending)) for member in members]
    first = members[0]
    alike = set(first.own).intersection(*(member.own for member in members))
    common = [part for part in first.own if part in alike]
    common += [("each", ending.strip(" ()"))] if ending else []
    lines = [
        Line(
            0,
            "",
            f"{first.number}–{members[-1].number}. {first.verb}, {len(members)} times the same:",
            "bold",
        )
    ]
    lines += [Line(2, word, text) for word, text in (*first.body, *common)] + _undo(first)
    for member in members:
        lines.append(Line(1, "", f"{member.number}. {member.called}", "bold"))
        lines += [Line(3, word, text) for word, text in member.own if (word, text) not in alike]
    return lines


def shared_ending(reasons: Sequence[str]) -> str:
    """A remark in brackets that all of several reasons end with, to be said once."""
    if len(reasons) < 2 or not reasons[0].endswith(")"):
        return ""
    ending = reasons[0][reasons[0].rfind(" (") :]
    return ending if all(reason.endswith(ending) for reason in reasons) else ""


def _undo(shown: Block) -> list[Line]:
    return [Line(2, "undo", shown.undo, "dim")] if shown.undo else []
