"""What a change rests on: all that would make it mean something else, read when it is proposed and before it is sent."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum, auto
from typing import Any, NamedTuple

from tools.domain import objects
from tools.domain.change_kind import Known
from tools.domain.changes import Change, Effect, Level
from tools.domain.money import Money
from tools.domain.naming.namesakes import NAMESAKES, came_since, namesakes
from tools.domain.objects import NOUNS, AdObject
from tools.domain.settings import field_states
from tools.domain.text import listed
from tools.graph import GraphReader

Facts = dict[str, str]
"""By "ad set 123 status", how it reads; what is nested, by the digest of its canonical text."""

_BUDGETS = ("daily_budget", "lifetime_budget")
_DIGEST = "sha256"
_OWN: dict[Level, tuple[str, ...]] = {
    "ad": ("name", "status", "creative"),
    "adset": (
        *("name", "status", *_BUDGETS, "optimization_goal", "billing_event", "bid_strategy", "bid_amount"),
        *("targeting", "promoted_object", "start_time", "end_time"),
    ),
    "campaign": (
        "name",
        "status",
        *_BUDGETS,
        "objective",
        "bid_strategy",
        "special_ad_categories",
        "stop_time",
    ),
}
_AROUND: dict[Level, tuple[str, ...]] = {
    "campaign": ("name", "status", *_BUDGETS, "stop_time"),
    "adset": ("name", "status", *_BUDGETS, "end_time"),
    "ad": ("name", "status", "creative"),
}
"""Of parents, and of what hangs below; a lifetime budget is spent faster when it ends earlier."""
_ABOVE: dict[Level, str] = {
    level: f"{level}{{id,{','.join(_AROUND[level])}}}" for level in ("campaign", "adset")
}
_STOPPED = ("name", "status", "creative")
"""What counts of an object that is stopped; a name may say that it is to be left alone, also that of a parent."""
DELIVERS = "delivers"
_READ: dict[Level, str] = {
    "ad": f"id,name,status,creative{{id}},adset_id,campaign_id,{_ABOVE['adset']},{_ABOVE['campaign']}",
    "adset": f"id,campaign_id,{','.join(_OWN['adset'])},{_ABOVE['campaign']}",
    "campaign": f"id,{','.join(_OWN['campaign'])}",
}
_UNDER: dict[Level, tuple[Level, ...]] = {"campaign": ("adset", "ad"), "adset": ("ad",), "ad": ()}
MOST_TOLD = 4


class Depth(IntEnum):
    """How far around its object a change looks."""

    STATE = auto()
    """Its status and content: what is stopped is the better stopped, whatever is around it.

    The budgets that it draws on are kept, too: who takes it back must know whether they are as they were.
    """
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
    holders = {subjects[change.id][1] for change in about if _looks_below(change)}
    below = _below(graph, account, [found[holder] for holder in sorted(holders) if holder in found])
    starting = [
        found[change.target]
        for change in about
        if change.effect is Effect.START_SPEND and change.target in found
    ]
    running = _running(graph, account, starting)
    resting = {
        change.id: _facts(change, found.get(subjects[change.id][1]), below) | running.get(change.target, {})
        for change in about
    }
    for change_id, fact in namesakes(graph, account, changes).items():
        resting[change_id] = resting.get(change_id, {}) | fact
    return Ground(found, resting)


def inherited(change: Change, earlier: Sequence[Change]) -> Facts:
    """What a change of something that is not there yet rests on: all that those rest on which make it."""
    by_id, facts, waiting = {other.id: other for other in earlier}, Facts(), list[str]()
    waiting += [change.made_by] if change.made_by else []
    while waiting:
        made = by_id.get(waiting.pop())
        facts |= made.rests_on if made else {}
        waiting += made.depends_on if made else ()
    return facts


def differences(
    change: Change, ground_now: Ground, own: Sequence[Change], made: Iterable[str], currency: str
) -> str:
    """What reads otherwise than when a change was proposed, or nothing; not what its own set (`own`, `made`) does."""
    done: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for mine in own:
        for field, value in mine.after.items():
            done[mine.target, field].append(value)
    removed = [other for other in own if other.row.known is Known.BY_ABSENCE]
    gone = {part for other in removed for part in (other.target, *other.below)}
    touched = {
        part
        for other in own
        if other.target and other.effect is not Effect.START_SPEND
        for part in other.names
    }
    then, new, stops = change.rests_on, set(made), _depth(change) is Depth.STATE
    now = ground_now.facts.get(change.id, {})
    found = []
    for key in sorted({*then, *now}):
        before, after = then.get(key), now.get(key)
        what, object_id, field = key.rsplit(" ", 2)
        if field == NAMESAKES:
            if said := came_since(change, before or "", after or "", new) if before is not None else "":
                found.append(f"{what} {object_id} {said}")
            continue
        if before == after or (
            stops and not (field == "name" or (object_id == change.target and field in _STOPPED))
        ):
            continue
        if before is None or after is None:  # told once for each object
            ours = object_id in (gone if after is None else new)
            other = field == "status" and not ours
        elif field == DELIVERS:  # with nothing running a budget that was being spent is a new one
            other = after == "no" and object_id not in touched
        else:
            reads = _whole(ground_now.objects.get(object_id), field, after)
            other = not any(
                field_states.same(field, value, reads) for value in done.get((object_id, field), ())
            )
        if other:
            found.append(f"{what} {object_id} {_told(field, before, after, currency)}")
    return listed(found, most=MOST_TOLD)


def _whole(obj: AdObject | None, field: str, fact: str) -> str:
    """A field as changes hold it: what has parts as it was read, for a digest tells only that it is another."""
    return obj.now([field])[field] if obj and fact.startswith(_DIGEST) else fact


def same_budgets(done: Change, back: Change) -> bool:
    """Whether all budgets that taking a change back would spend are those that were there when it was made."""
    budgets = {key: text for key, text in back.rests_on.items() if text and key.endswith(_BUDGETS)}
    return all(done.rests_on.get(key) == text for key, text in budgets.items())


def _depth(change: Change) -> Depth:
    if change.effect is Effect.STOP_SPEND:
        return Depth.STATE
    if change.effect is Effect.START_SPEND or change.row.known is Known.BY_ABSENCE:
        return Depth.WHOLE
    return Depth.AROUND


def _looks_below(change: Change) -> bool:
    """A paused campaign is started again with the budgets of its ad sets."""
    depth = _depth(change)
    return depth is Depth.WHOLE or (depth is Depth.STATE and change.level == "campaign")


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
        mine = [change for change in changes if change.target in ids]
        more = sorted({name for change in mine for name in change.after}.difference(_OWN[level]))
        fields = ",".join((_READ[level], *more))
        found |= objects.find(graph, account, ids, (level,), fields=fields)
    return found


def _below(graph: GraphReader, account: str, parents: Sequence[AdObject]) -> dict[str, Facts]:
    """What hangs below each of these, with its status, budgets and content. Raises GraphFailure."""
    under: dict[str, Facts] = {}
    for level in ("campaign", "adset"):
        ids = sorted({obj.id for obj in parents if obj.level == level})
        for lower in _UNDER[level] if ids else ():
            edge = f"{account}/{objects.EDGES[lower]}"
            rows = graph.read_all(edge, fields=_READ[lower], filtering=[objects.within(level, ids)]).rows
            for row in rows:
                holder = under.setdefault(str(row.get(f"{level}_id")), {})
                holder |= _stated(lower, str(row["id"]), row, _AROUND[lower])
    return under


def _running(graph: GraphReader, account: str, starting: Sequence[AdObject]) -> dict[str, Facts]:
    """Whether the budget above each of these is being spent already. Raises GraphFailure."""
    above = {obj.id: holder for obj in starting if (holder := _budget_above(obj))}
    busy = objects.delivering(graph, account, above.values())
    return {
        object_id: {f"{NOUNS[level]} {holder} {DELIVERS}": "yes" if holder in busy else "no"}
        for object_id, (level, holder) in above.items()
    }


def _budget_above(obj: AdObject) -> tuple[Level, str] | None:
    rows: tuple[tuple[Level, Mapping[str, Any]], ...] = (("campaign", obj.campaign), ("adset", obj.adset))
    for level, row in rows:
        if level != obj.level and any(objects.minor_units(row, name) for name in _BUDGETS):
            return level, str(obj.row[f"{level}_id"])
    return None


def _facts(change: Change, obj: AdObject | None, below: Mapping[str, Facts]) -> Facts:
    if obj is None:
        return {}
    stops = _depth(change) is Depth.STATE
    own, around = (_AROUND, dict.fromkeys(_AROUND, ("name", *_BUDGETS))) if stops else (_OWN, _AROUND)
    mine = _stated(obj.level, obj.id, obj.row, own[obj.level])
    if "adset_id" in obj.row:
        mine |= _stated("adset", str(obj.row["adset_id"]), obj.adset, around["adset"])
    if "campaign_id" in obj.row:
        mine |= _stated("campaign", str(obj.row["campaign_id"]), obj.campaign, around["campaign"])
    return mine | (below.get(obj.id, {}) if _looks_below(change) else {})


def _stated(level: Level, object_id: str, row: Mapping[str, Any], fields: Iterable[str]) -> Facts:
    return {f"{NOUNS[level]} {object_id} {field}": _text(row.get(field)) for field in fields}


def _text(value: Any) -> str:
    """A value as a fact: an id for a creative, a digest for what has parts."""
    if isinstance(value, Mapping) and set(value) == {"id"}:
        return str(value["id"])
    if isinstance(value, Mapping | list):
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return f"{_DIGEST} {hashlib.sha256(canonical.encode()).hexdigest()[:16]}" if value else ""
    return "" if value is None else str(value)


def _told(field: str, before: str | None, after: str | None, currency: str) -> str:
    if before is None or after is None:
        return "is gone" if after is None else f"is new ({field} {after or 'empty'})"
    if before.startswith(_DIGEST) or after.startswith(_DIGEST):
        return f"has another {field.replace('_', ' ')}"
    if field in _BUDGETS:
        before, after = (
            Money(int(text), currency).said if text.isdecimal() else text or "none"
            for text in (before, after)
        )
    return f"{field.replace('_', ' ')} {before or 'empty'} → {after or 'empty'}"
