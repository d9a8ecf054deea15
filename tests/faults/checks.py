"""What must hold after every run and at the end, judged by the server's own record of what happened."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from agent.writes.journal_reader import Outcome
from tests.faults import allowed, moved
from tests.faults.account import PERSON, Commit, Row, Thing
from tests.faults.kept import meant
from tests.faults.moved import key_of, planned_by
from tools.domain.changes import Change

if TYPE_CHECKING:
    from tests.faults.history import History

REPORTED = ("done", "unknown", "conflict")
MOST_ATTEMPTS = 4
BUDGETS_AN_HOUR = 4
HARMLESS = ("upload_image", "set_status", "edit", "rename", "label", "subscribe", "archive", "delete")


class Violation(AssertionError):  # noqa: N818 - a finding, not an error
    """A promise that was broken; `kind` names it in a word."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(f"{kind}: {said}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Fate:
    """One planned change: what the journal says of it, and what the server did for it."""

    key: tuple[str, str]
    proposed_s: float
    change: Change
    outcome: Outcome
    commits: Sequence[Commit]
    thing: Thing | None
    """What it changed or made."""
    others: Sequence[Commit]
    """What others did to the same thing since it was proposed."""
    results: dict[str, Row]
    """What the changes of the set gave, as the journal has it."""

    def meant(self, value: Any) -> Any:
        """What a parameter stands for."""
        if isinstance(value, dict) and "$from" in value:
            return self.results[value["$from"]].get(value["field"])
        return value

    @property
    def wanted(self) -> dict[str, Any]:
        """What must be read of it, under the names the server keeps it by."""
        if self.change.kind == "refresh_ad":
            return {"creative_id": self.meant(self.change.request.params["creative"]["creative_id"])}
        return meant(self.change.after)

    @property
    def set_id(self) -> str:
        return self.key[0]

    def __str__(self) -> str:
        change, outcome = self.change, self.outcome
        happened = [f"{c.verb} at {c.at_s:g} s by request {c.arrival}" for c in self.commits]
        return (
            f"{change.kind} {change.target or change.name} ({self.set_id}) is {outcome.state}"
            f" after {outcome.attempt} attempts ({outcome.note or 'no note'}); at the server: {happened or 'nothing'}"
        )


def fates_of(history: "History") -> list[Fate]:
    """Every planned change of a history with what became of it."""
    by_key, by_thing = defaultdict[Any, list[Commit]](list), defaultdict[str, list[Commit]](list)
    for commit in history.account.commits:
        by_key[commit.key].append(commit)
        by_thing[commit.thing.id].append(commit)
    fates = []
    for change_set in history.sets:
        since = history.proposed_s[change_set.id]
        outcomes = history.observer.outcomes(change_set)
        results = {o.change.id: o.result for o in outcomes}
        for outcome in outcomes:
            key = key_of(outcome.change, history.account)
            commits = by_key[change_set.id, key]
            id_ = commits[0].thing.id if commits else key
            others = [c for c in by_thing[id_] if c.who != change_set.id and c.at_s >= since]
            thing = history.account.things.get(id_)
            fate = Fate((change_set.id, key), since, outcome.change, outcome, commits, thing, others, results)
            fates.append(fate)
    return fates


def after_a_run(history: "History") -> list[Fate]:
    """All that holds at any time. Raises Violation."""
    fates = fates_of(history)
    _nobody_else_wrote(history)
    _journalled_first(history, fates)
    _as_it_was(history, fates)
    for fate in fates:
        _once(fate)
        _reported(history, fate)
        if fate.outcome.state == "CONFIRMED":
            _true(fate)
        if fate.outcome.state == "REJECTED":
            _refused(history, fate, {f.change.id: f for f in fates})
    _budgets_unlocked(history)
    if said := allowed.unasked(history):
        raise Violation("unasked", said)
    if said := allowed.over(history):
        raise Violation("over", said)
    return fates


def at_the_end(history: "History") -> None:
    """After the last fault and enough runs nothing is open, and conflicts come from other people's edits."""
    for fate in after_a_run(history):
        turned_down = history.verdicts.get(fate.set_id) in ("declined", "later")
        if fate.outcome.state in ("PLANNED", "SENT") and not turned_down:
            raise Violation("lost", f"{fate}; it never came to an end")
        beside = [c for c in fate.commits if history.server.places[c.arrival] is not history.place]
        near = fate.others or moved.touched(history, fate.set_id, fate.change)
        if fate.outcome.state == "CONFLICT" and not (near or beside):  # a copy at work is somebody else
            raise Violation("false conflict", f"{fate}; nobody else touched it")


def _nobody_else_wrote(history: "History") -> None:
    planned = planned_by(history)
    for commit in history.account.commits:
        if commit.who != PERSON and commit.key not in planned:
            raise Violation("stranger", f"{commit} was never planned")


def _journalled_first(history: "History", fates: Sequence[Fate]) -> None:
    """Each request was announced in the journal, and none came after the journal had it confirmed."""
    requests = defaultdict[tuple[str, str], list[int]](list)
    for arrival, who, key in history.server.requested:
        requests[who, key].append(arrival)
    for fate in fates:
        asked = requests[fate.key]
        if len(asked) > (announced := history.announced[fate.change.id]):
            raise Violation("unannounced", f"{fate}; {len(asked)} requests, {announced} announced")
        confirmed_at = history.place.confirmed_at.get(fate.change.id)
        ours = [arrival for arrival in asked if history.server.places[arrival] is history.place]
        if confirmed_at is not None and any(arrival > confirmed_at for arrival in ours):
            raise Violation("needless", f"{fate}; sent again after it was confirmed")


def _as_it_was(history: "History", fates: Sequence[Fate]) -> None:
    """Nothing was sent into another world than the one it was approved in."""
    asked = {one.arrival: one for one in history.server.asked}
    by_key = {fate.key: fate for fate in fates}
    ours = cache(partial(moved.done_by, history))
    for arrival, who, key in history.server.requested:
        fate = by_key.get((who, key))
        if fate is None or (arrival, key) in history.judged:
            continue
        if what := moved.unmoved(history, who, fate.change, asked[arrival], ours(who)):
            raise Violation("moved", f"{fate}; request {arrival} was sent although {what}")
        history.judged.add((arrival, key))


def _once(fate: Fate) -> None:
    """Nothing is made twice, and nothing is set again to what it already was made to be.

    Same bytes make the same image, and the same status or name is the same: these may be sent again when
    they are not seen, without waiting for a list that lags behind. A budget may not.
    """
    if fate.change.kind in HARMLESS:
        return
    for again in fate.commits[1:]:
        if fate.change.creates or again.old == again.values:
            raise Violation("doubled", str(fate))


def _reported(history: "History", fate: Fate) -> None:
    """What was sent from this state folder since it was last put back is not called unsent or refused."""
    place, places = history.place, history.server.places
    ours = [c for c in fate.commits if places[c.arrival] is place and c.arrival > place.restored_at]
    last = max(_touching(fate), key=lambda c: c.serial, default=None)
    set_back = last is not None and last.who != fate.set_id  # nobody can tell it then from never done
    if ours and set_back and "perhaps done all the same" in fate.outcome.note:
        return
    if ours and fate.outcome.said not in REPORTED:
        raise Violation("unreported", f"{fate}, which the journal calls {fate.outcome.said!r}")


def _true(fate: Fate) -> None:
    """What is called done was done, as approved, and still is unless somebody else changed it since."""
    change, thing = fate.change, fate.thing
    if thing is None:
        raise Violation("lie", f"{fate}; there is no such thing")
    if change.creates:
        result = fate.outcome.result
        if thing.id not in (result.get("id"), result.get("hash")):
            raise Violation("lie", f"{fate}; the journal has {result}")
        _as_approved(fate, thing.versions[0][1])
    elif change.kind == "delete":
        if thing.row.get("status") != "DELETED":
            raise Violation("lie", f"{fate}; it is {thing.row.get('status')}")
    elif not _reads(thing.row, fate.wanted):
        was = any(_reads(row, fate.wanted) for at_s, row in thing.versions if at_s >= fate.proposed_s)
        last = max(_touching(fate), key=lambda c: c.serial, default=None)
        if not was or last is None or last.who == fate.set_id:
            raise Violation("lie", f"{fate}; it reads {thing.row}")


def _as_approved(fate: Fate, made: Row) -> None:
    """What is new is PAUSED, where it belongs, under its name."""
    params = fate.change.request.params
    for name in ("name", "campaign_id", "adset_id", "daily_budget", "status"):
        if name in params and made[name] != fate.meant(params[name]):
            raise Violation("lie", f"{fate}; its {name} is {made[name]}")


def _touching(fate: Fate) -> Iterator[Commit]:
    return (c for c in (*fate.commits, *fate.others) if c.values.keys() & fate.wanted.keys())


def _reads(row: Row, wanted: dict[str, str]) -> bool:
    return all(row.get(name) == value for name, value in wanted.items())


def _refused(history: "History", fate: Fate, by_id: dict[str, Fate]) -> None:
    """Called refused: by the server, because of what it builds on or what would use it, or given up without an answer."""
    keys = (fate.key, (fate.set_id, "")) if fate.change.kind == "upload_video" else (fate.key,)
    refused = any((who, key) in keys for who, key, _ in history.server.refused)
    parents = [by_id[parent].outcome.state for parent in fate.change.depends_on]
    given_up = fate.outcome.attempt >= MOST_ATTEMPTS
    users = {other.outcome.state for other in by_id.values() if fate.change.id in other.change.depends_on}
    in_vain = bool(users) and users <= {"REJECTED", "CONFLICT"}
    if fate.outcome.attempt and fate.outcome.note.startswith("not sent"):
        raise Violation("lie", f"{fate}; it was tried")
    if not (refused or given_up or in_vain or {"REJECTED", "CONFLICT"} & set(parents)):
        raise Violation("invented", f"{fate}; the server never refused it")


def _budgets_unlocked(history: "History") -> None:
    """Meta locks a budget for an hour after four changes in one."""
    budgets = defaultdict[str, list[float]](list)
    for commit in history.account.commits:
        if commit.who != PERSON and "daily_budget" in commit.values:
            budgets[commit.thing.id].append(commit.at_s)
    for id_, times in budgets.items():
        if any(later - first < 3600 for first, later in zip(times, times[BUDGETS_AN_HOUR:], strict=False)):
            raise Violation("budget locked", f"{id_} was changed at {times}")
