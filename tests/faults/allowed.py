"""Whether what happened was allowed: somebody said yes before, and no day had more than its limits."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.account import PERSON
from tests.faults.kept import meant
from tests.faults.moved import REMOVES, planned_by
from tools.domain.changes import Change, Effect

if TYPE_CHECKING:
    from tests.faults.history import History

DAY_S = 86_400.0
LATE_S = 180.0
"""What is sent may happen so much later, and clocks differ."""
YES = ("approved", "beforehand")
NEW_ADS = ("create_ad", "refresh_ad")
NEW_OBJECTS = ("create_campaign", "create_ad_set", "create_creative", "create_ad", "make_rule")
ENDS = ("end_time", "stop_time", "spend_cap")


@dataclass(frozen=True, slots=True)
class Done:
    """A change that happened: when, and when somebody had said yes to it."""

    change: Change
    at_s: float
    yes_s: float


def unasked(history: "History") -> str:
    """A write of a set to which nobody had said yes within the day before its process began, or nothing.

    What cannot be taken back needs a person who does, whatever was allowed beforehand.
    """
    if _clocks_lie(history):
        return ""
    final = {s.id for s in history.planned if any(c.kind in REMOVES for c in s.changes)}
    for arrival, who, key in history.server.requested:
        began_s, _ = history.server.begun[arrival]
        given = [a for a in history.answers if a.set_id == who and a.arrival < arrival]
        yes = YES[:1] if who in final else YES
        if not any(a.says in yes and began_s - a.at_s <= DAY_S + LATE_S for a in given):
            return f"request {arrival} for {key} of {who}, which nobody approved: {given}"
    return ""


def over(history: "History") -> str:
    """What passes a limit of the day that ends with any write, or nothing."""
    if _clocks_lie(history) or history.met.numbers_lost:
        return ""
    done = list(_done(history))
    for last in done:
        day = [d for d in done if last.at_s - DAY_S + LATE_S < d.at_s <= last.at_s]
        longer = [d for d in done if last.yes_s - DAY_S + LATE_S < d.at_s <= last.at_s]
        for said, judged in _judged(history):
            if (much := judged(day)) and judged(longer):
                return f"{said}: {much} within the day until {last.at_s:g} s"
    return ""


def _clocks_lie(history: "History") -> bool:
    """Whether neither clock told how much time has passed."""
    return history.clock.was_set and history.server.lied


def _done(history: "History") -> Iterator[Done]:
    """Every change that happened, each time it did.

    Not of a set of which one copy of the folder did what Meta had refused to another: that its room was given away
    by then is no promise (docs/trust.md).
    """
    twice = {who for who, _, _ in history.server.refused} & _from_several(history)
    planned = planned_by(history)
    for commit in history.account.commits:
        for change in planned.get(commit.key, ()) if commit.who not in (PERSON, *twice) else ():
            yes = [a.at_s for a in history.answers if a.set_id == commit.who and a.arrival < commit.arrival]
            yield Done(change, commit.at_s, max(yes, default=commit.at_s))


def _from_several(history: "History") -> set[str]:
    """The sets that were sent from more than one state folder."""
    places = {(c.who, id(history.server.places.get(c.arrival))) for c in history.account.commits}
    counted = Counter(who for who, _ in places)
    return {who for who, number in counted.items() if number > 1}


def _judged(history: "History") -> Iterator[tuple[str, Callable[[Sequence[Done]], str]]]:
    limits = history.limits
    most = limits.daily_budget_ceiling("EUR").minor
    least = limits.lowering_limit("EUR").minor
    yield "max_pauses_per_day", _counts(_pauses, limits.max_pauses_per_day)
    yield "max_new_ads_per_day", _counts(lambda c: int(c.kind in NEW_ADS), limits.max_new_ads_per_day)
    yield "max_new_objects_per_day", _counts(lambda c: int(c.kind in NEW_OBJECTS), limits.new_objects_limit)
    yield "max_daily_budget", lambda day: _sums(day, most, 1)
    yield "max_lowering_per_day", lambda day: _sums(day, least, -1)
    yield "max_budget_step_pct", lambda day: _steps(day, int(limits.max_budget_step_pct))


def _counts(number: Callable[[Change], int], most: int) -> Callable[[Sequence[Done]], str]:
    def judged(day: Sequence[Done]) -> str:
        changes = {d.change.id: d.change for d in day}.values()
        total = sum(number(c) for c in changes)
        return f"{total}, not {most}" if total > most else ""

    return judged


def _pauses(change: Change) -> int:
    stops = change.effect is Effect.STOP_SPEND or change.kind in REMOVES or _ends_sooner(change)
    return change.stops if stops else 0


def _ends_sooner(change: Change) -> bool:
    """Whether an end or a cap is set where none was, or moved nearer."""
    before, after = meant(change.before), meant(change.after)
    return any(after.get(n) and (not before.get(n) or _nearer(after[n], before[n])) for n in ENDS)


def _nearer(after: str, before: str) -> bool:
    return int(after) < int(before) if after.isdecimal() else after < before


def _budgets(day: Sequence[Done]) -> dict[str, list[tuple[int, int]]]:
    """By holder, from what to what its budget was set, each change once."""
    budgets = defaultdict[str, list[tuple[int, int]]](list)
    for change in {d.change.id: d.change for d in day if d.change.kind == "set_budget"}.values():
        budgets[change.target].append((int(change.before["daily_budget"]), int(change.after["daily_budget"])))
    return budgets


def _sums(day: Sequence[Done], most: int, sign: int) -> str:
    """What all budgets together gain (`sign` 1, with those that were made) or lose."""
    moved = [sign * sum(after - before for before, after in steps) for steps in _budgets(day).values()]
    made = {d.change.id: d.change.spend.once_started_minor for d in day}.values()
    total = sum(max(0, step) for step in moved) + (sum(made) if sign > 0 else 0)
    return f"{total}, not {most}" if total > most else ""


def _steps(day: Sequence[Done], pct: int) -> str:
    for holder, steps in _budgets(day).items():
        base, last = steps[0][0], steps[-1][1]
        if abs(last - base) * 100 > base * pct:
            return f"{holder} went from {base} to {last}, not {pct} %"
    return ""
