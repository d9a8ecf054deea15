"""What a change rests on, by the record of the server: was it sent into the world that it was approved in.

Nothing of the product says here what counts. The one thing nobody can avoid is an edit between the last read and
the write. How far back a last read may lie: `FRESH_S` before the write, or before a read that is itself so recent;
for a deletion it comes after any write before it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.account import GONE, Account, Commit, Row
from tests.faults.kept import meant, said
from tests.faults.server import Asked
from tools.domain.changes import Change, ChangeSet, Effect, marker_of

if TYPE_CHECKING:
    from tests.faults.history import History

FRESH_S = 2.0
JUST_PROPOSED_S = 5.0
"""So soon after it was proposed a pause rests on what was read then."""
World = dict[str, Row]
"""Every thing that is there at a moment, with its kind."""
Facts = dict[tuple[str, str], Any]
_AROUND = {
    "campaign": ("status", "daily_budget"),
    "adset": ("status", "daily_budget"),
    "ad": ("status", "creative_id"),
}
_ALL = _AROUND | {"adset": ("status", "daily_budget", "targeting"), "rule": ("status",)}
_PARENTS = (("adset_id", "adset"), ("campaign_id", "campaign"))
REMOVES = ("archive", "delete")


def key_of(change: Change, account: Account) -> str:
    """By what the server recognises the write of a change; nothing where what it is about was never made."""
    if change.kind == "upload_image" and change.request.upload:
        return md5(Path(change.request.upload.path).read_bytes(), usedforsecurity=False).hexdigest()
    return change.marker if change.creates else target_of(change, account)


def target_of(change: Change, account: Account) -> str:
    """What a change is about, also where an earlier one of its set has made that."""
    return account.made.get(marker_of(change.made_by), "") if change.made_by else change.target


def planned_by(history: "History") -> dict[tuple[str, str], list[Change]]:
    """Every planned change, by its set and what the server recognises it by."""
    planned = defaultdict[tuple[str, str], list[Change]](list)
    for change_set in history.planned:
        for change in change_set.changes:
            planned[change_set.id, key_of(change, history.account)].append(change)
    return planned


def world_at(account: Account, commits: Sequence[Commit]) -> World:
    """The account with these commits and no others."""
    made = {c.thing.id for c in account.commits if c.verb == "create"}
    world = {t.id: {"kind": t.kind, **t.versions[0][1]} for t in account.things.values() if t.id not in made}
    for commit in commits:
        world[commit.thing.id] = {
            "kind": commit.thing.kind,
            **world.get(commit.thing.id, {}),
            **commit.values,
        }
    return world


def facts(change: Change, world: World, target: str) -> Facts:
    """All that this change rests on, as it reads there. What is made before it rests on what that is made in."""
    start, stop = change.effect is Effect.START_SPEND, change.effect is Effect.STOP_SPEND
    subject = target or next((str(i) for i in _named_parents(change)), "")
    row = world.get(subject)
    if not row or row["kind"] not in _ALL or _gone(row, world):
        return {}
    if stop:
        return {(subject, name): row.get(name) for name in ("status", "creative_id")}
    set_here = meant(change.after).keys() - {"creative"} if target else set()
    found = {(subject, name): said(row.get(name)) for name in {*_ALL[row["kind"]], *set_here}}
    above = _above(row, world)
    for parent in above:
        found |= {(parent, name): world[parent].get(name) for name in _AROUND[world[parent]["kind"]]}
    if start or change.kind in REMOVES:
        for below in _below(subject, world):
            found |= {(below, name): world[below].get(name) for name in _AROUND[world[below]["kind"]]}
    holder = next((p for p in reversed(above) if world[p].get("daily_budget")), "")
    if start and holder:
        found[holder, "delivers"] = any(_runs(ad, world) for ad in _below(holder, world))
    return found


def _named_parents(change: Change) -> Iterator[str]:
    for name, _ in _PARENTS:
        if isinstance(parent := change.request.params.get(name), str):
            yield parent


def _above(row: Row, world: World) -> list[str]:
    """Its ad set with what that stands in, and its campaign."""
    found = list[str]()
    if adset := row.get("adset_id"):
        found = [adset, *_above(world[adset], world)]
    return [*found, campaign] if (campaign := row.get("campaign_id")) else found


def _below(subject: str, world: World) -> Iterator[str]:
    if world.get(subject, {}).get("kind") == "ad":
        return
    for id_, row in world.items():
        if row["kind"] in _ALL and subject in _above(row, world) and not _gone(row, world):
            yield id_


def _gone(row: Row, world: World) -> bool:
    """Whether it is deleted or archived, or anything that it stands in."""
    return any(one["status"] in GONE for one in (row, *(world[i] for i in _above(row, world))))


def _runs(id_: str, world: World) -> bool:
    row = world[id_]
    return row["kind"] == "ad" and all(world[i]["status"] == "ACTIVE" for i in (id_, *_above(row, world)))


def unmoved(history: "History", who: str, change: Change, sent: Asked, ours: Mapping[str, set[Any]]) -> str:
    """What was otherwise than approved all the time from the last read to the write, or nothing; `ours` is what is `done_by` the set."""
    if change.effect is Effect.STOP_SPEND and sent.at_s < history.proposed_s[who] + JUST_PROPOSED_S:
        return ""
    account, removes = history.account, change.kind in REMOVES
    first, target = _first_read(history.server.asked, sent, last=removes), target_of(change, account)
    before = [c for c in account.commits if c.arrival < first.arrival and c.at_s <= first.as_of_s]
    between = [c for c in account.commits if c not in before and c.arrival <= sent.arrival - 1]
    then = _then(change, history, who)
    states = [world_at(account, [*before, *between[:n]]) for n in range(len(between) + 1)]
    if removes and any(world[target]["status"] == change.after["status"] for world in states):
        return ""  # doing that again is harmless
    worlds = [facts(change, world, target) for world in states]
    for key in sorted({*then, *(k for now in worlds for k in now)}):
        if all(_other(key, then, now, ours) for now in worlds):
            return f"{key} was {then.get(key, 'not there')} and is {[now.get(key, 'not there') for now in worlds]}"
    return ""


def touched(history: "History", who: str, change: Change) -> bool:
    """Whether anybody else did anything around it since it was proposed."""
    now = world_at(history.account, history.account.commits)
    then = history.proposed_world[who]
    target, rested = target_of(change, history.account), _then(change, history, who)
    read = rested | facts(change, now, target)
    near = {id_ for id_, _ in read}
    holders = {id_ for id_, name in read if name == "delivers"}
    near |= {below for holder in holders for world in (then, now) for below in _below(holder, world)}
    near |= {target, *_named_parents(change)}
    since = history.proposed_commits[who]
    others = [c for c in history.account.commits[since:] if c.who != who]
    above = {id_ for i in (target, *_named_parents(change)) if i in now for id_ in _above(now[i], now)}
    return any(
        c.thing.id in near
        or near & set(_above({**c.thing.row}, now))
        or (c.thing.id in above and ("name" in c.values or c.values.get("status") in GONE))
        for c in others  # a name may say that all in it is to be left alone
    )


def _then(change: Change, history: "History", who: str) -> Facts:
    """What it rested on when it was proposed: where its object was not there yet, all that this was to stand in."""
    world = history.proposed_world[who]
    if not change.made_by:
        return facts(change, world, change.target)
    by_id = {c.id: c for c in _set(history, who).changes}
    found, waiting = Facts(), [change.made_by]
    while waiting:
        made = by_id[waiting.pop()]
        found |= facts(made, world, "")
        waiting += made.depends_on
    return found


def _set(history: "History", who: str) -> ChangeSet:
    return next(s for s in history.planned if s.id == who)


def _first_read(asked: Sequence[Asked], sent: Asked, *, last: bool) -> Asked:
    """The oldest of the reads that were still recent when the write went out."""
    first, since_s = sent, sent.at_s
    for one in reversed(asked):
        if one.who != sent.who or one.arrival >= sent.arrival:
            continue
        if one.answered_s < since_s - FRESH_S or (last and one.writes):
            break
        since_s = min(since_s, one.at_s)
        if not one.writes:
            first = Asked(one.arrival, one.who, False, one.at_s, min(first.as_of_s, one.as_of_s))
    return first


def done_by(history: "History", who: str) -> Mapping[str, set[Any]]:
    """What the set itself does, by thing: values, and what it makes, deletes or stops."""
    ours = defaultdict[str, set[Any]](set)
    world = world_at(history.account, history.account.commits)
    for change in _set(history, who).changes:
        target = target_of(change, history.account)
        ours[target] |= {*map(said, meant(change.after).values()), change.kind}
        if change.kind in REMOVES:
            for id_, row in world.items():
                ours[id_] |= {"gone"} if target in (id_, *_above(row, world)) else set()
    for commit in history.account.commits:
        if commit.who == who:
            ours[commit.thing.id] |= {commit.verb, *map(said, commit.values.values())}
    return ours


def _other(key: tuple[str, str], then: Facts, now: Facts, ours: Mapping[str, set[Any]]) -> bool:
    id_, name = key
    if key not in now:
        return name != "delivers" and "gone" not in ours[id_]
    if key not in then:
        return name != "delivers" and "create" not in ours[id_]
    if name == "delivers":
        stops = any({"PAUSED", "gone"} & own for own in ours.values())
        return bool(then[key] and not now[key] and not stops)
    return bool(now[key] != then[key] and now[key] not in ours[id_])
