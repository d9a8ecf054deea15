"""What a change rests on: all that would make it mean something else, read when it is proposed and before it is sent."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum, auto
from typing import Any, NamedTuple

from tools.domain import objects
from tools.domain.change_kind import Known
from tools.domain.changes import Change, Effect, Level
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject
from tools.domain.text import listed
from tools.graph import GraphReader

Facts = dict[str, str]
"""By "ad set 123 status", how it reads; what is nested, by the digest of its canonical text."""

_BUDGETS = ("daily_budget", "lifetime_budget")
_OWN: dict[Level, tuple[str, ...]] = {
    "ad": ("status", "creative"),
    "adset": (
        *("status", *_BUDGETS, "optimization_goal", "billing_event", "bid_strategy", "bid_amount"),
        *("targeting", "promoted_object", "start_time", "end_time"),
    ),
    "campaign": ("status", *_BUDGETS, "objective", "bid_strategy", "special_ad_categories", "stop_time"),
}
_PARENT = ("status", *_BUDGETS)
_ABOVE = "campaign{id,name,status,daily_budget,lifetime_budget}"
_READ: dict[Level, str] = {
    "ad": f"id,name,status,creative{{id}},adset_id,campaign_id,adset{{id,name,status,daily_budget,lifetime_budget}},{_ABOVE}",
    "adset": f"id,name,campaign_id,{','.join(_OWN['adset'])},{_ABOVE}",
    "campaign": f"id,name,{','.join(_OWN['campaign'])}",
}
_UNDER: dict[Level, tuple[Level, ...]] = {"campaign": ("adset", "ad"), "adset": ("ad",), "ad": ()}
MOST_TOLD = 4


class Depth(IntEnum):
    """How far around its object a change looks."""

    STATE = auto()
    """Its status and content: what is stopped is the better stopped, whatever is around it."""
    AROUND = auto()
    """All its settings, and status and budgets of its parents."""
    WHOLE = auto()
    """And all that hangs below it."""


class Ground(NamedTuple):
    """The objects that changes are about, by id, and what each change rests on, by its own id."""

    objects: dict[str, AdObject]
    facts: dict[str, Facts]


def ground(
    graph: GraphReader, account: str, changes: Sequence[Change], known: Mapping[str, AdObject] | None = None
) -> Ground:
    """How everything around these changes reads now. Raises GraphFailure.

    `known` are objects that were read a moment ago; they do where only status and content count.
    """
    subjects = {change.id: subject for change in changes if (subject := _subject(change))[1]}
    about = [change for change in changes if change.id in subjects]
    found = _read(graph, account, about, subjects, known or {})
    holders = [subjects[change.id][1] for change in about if _depth(change) is Depth.WHOLE]
    below = _below(graph, account, [found[holder] for holder in holders if holder in found])
    resting = {change.id: _facts(change, found.get(subjects[change.id][1]), below) for change in about}
    return Ground(found, resting)


def differences(
    then: Mapping[str, str], now: Mapping[str, str], own: Iterable[Change], made: Iterable[str], currency: str
) -> str:
    """What reads otherwise than when a change was proposed, or nothing; not what its own set (`own`, `made`) does."""
    done = {(change.target, field): value for change in own for field, value in change.after.items()}
    gone = {change.target for change in own if change.row.known is Known.BY_ABSENCE}
    new = set(made)
    found = []
    for key in sorted({*then, *now}):
        before, after = then.get(key), now.get(key)
        what, object_id, field = key.rsplit(" ", 2)
        expected = after is not None and done.get((object_id, field)) == after
        ours = (after is None and object_id in gone) or (before is None and object_id in new)
        if before != after and not expected and not ours:
            found.append(f"{what} {object_id} {_told(field, before, after, currency)}")
    return listed(found, most=MOST_TOLD)


def _depth(change: Change) -> Depth:
    if change.effect is Effect.STOP_SPEND:
        return Depth.STATE
    if change.effect is Effect.START_SPEND or change.row.known is Known.BY_ABSENCE:
        return Depth.WHOLE
    return Depth.AROUND


def _subject(change: Change) -> tuple[Level, str]:
    """The object that counts: the one that is changed, or the one in which something is made; no id for none."""
    if change.level is None:
        return "ad", ""
    if change.target:
        return change.level, change.target
    parents: dict[str, Level] = {"adset_id": "adset", "campaign_id": "campaign"}
    for name, level in parents.items():
        if isinstance(parent := change.request.params.get(name), str):
            return level, parent
    return "ad", ""


def _read(
    graph: GraphReader,
    account: str,
    changes: Sequence[Change],
    subjects: Mapping[str, tuple[Level, str]],
    known: Mapping[str, AdObject],
) -> dict[str, AdObject]:
    found, wanted = dict[str, AdObject](), dict[Level, set[str]]()
    for change in changes:
        level, object_id = subjects[change.id]
        if _depth(change) is Depth.STATE and object_id in known:
            found[object_id] = known[object_id]
        elif object_id:
            wanted.setdefault(level, set()).add(object_id)
    for level, ids in wanted.items():
        found |= objects.find(graph, account, ids, (level,), fields=_READ[level])
    return found


def _below(graph: GraphReader, account: str, parents: Sequence[AdObject]) -> dict[str, Facts]:
    """What hangs below each of these, with its status, budgets and content. Raises GraphFailure."""
    under: dict[str, Facts] = {}
    for level in ("campaign", "adset"):
        ids = sorted({obj.id for obj in parents if obj.level == level})
        for lower in _UNDER[level] if ids else ():
            edge = f"{account}/{objects.EDGES[lower]}"
            rows = graph.read_all(edge, fields=_READ[lower], filtering=[objects.within(level, ids)]).rows
            fields = _OWN["ad"] if lower == "ad" else _PARENT
            for row in rows:
                holder = under.setdefault(str(row.get(f"{level}_id")), {})
                holder |= _stated(lower, str(row["id"]), row, fields)
    return under


def _facts(change: Change, obj: AdObject | None, below: Mapping[str, Facts]) -> Facts:
    if obj is None:
        return {}
    depth = _depth(change)
    if depth is Depth.STATE:
        return _stated(obj.level, obj.id, obj.row, ("status", *(("creative",) if obj.level == "ad" else ())))
    mine = _stated(obj.level, obj.id, obj.row, _OWN[obj.level])
    if "adset_id" in obj.row:
        mine |= _stated("adset", str(obj.row["adset_id"]), obj.adset, _PARENT)
    if "campaign_id" in obj.row:
        mine |= _stated("campaign", str(obj.row["campaign_id"]), obj.campaign, _PARENT)
    return mine | (below.get(obj.id, {}) if depth is Depth.WHOLE else {})


def _stated(level: Level, object_id: str, row: Mapping[str, Any], fields: Iterable[str]) -> Facts:
    return {f"{NOUNS[level]} {object_id} {field}": _text(row.get(field)) for field in fields}


def _text(value: Any) -> str:
    """A value as a fact: an id for a creative, a digest for what has parts."""
    if isinstance(value, Mapping) and set(value) == {"id"}:
        return str(value["id"])
    if isinstance(value, Mapping | list):
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return f"sha256 {hashlib.sha256(canonical.encode()).hexdigest()[:16]}" if value else ""
    return "" if value is None else str(value)


def _told(field: str, before: str | None, after: str | None, currency: str) -> str:
    if before is None or after is None:
        return f"{'is gone' if after is None else 'is new'} ({field} {before or after or 'empty'})"
    if before.startswith("sha256") or after.startswith("sha256"):
        return f"has another {field.replace('_', ' ')}"
    if field in _BUDGETS:
        before, after = (
            Money(int(text), currency).said if text.isdecimal() else text or "none"
            for text in (before, after)
        )
    return f"{field.replace('_', ' ')} {before or 'empty'} → {after or 'empty'}"
