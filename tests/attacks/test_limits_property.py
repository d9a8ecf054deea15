"""Random days of several sessions: nothing over the envelope was ever approved without a person who typed it.

The judgement here is naive and after the fact: who was approved when, what was sent when, what each budget stood at.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.writes.journal import Journal
from tests.attacks.limits import OVER, PERSON, Office, back, budget, new, pause
from tests.draws import examples
from tools.domain.changes import Change, ChangeSet

DAY = timedelta(days=1)
BUDGETS = [str(n) for n in range(10)]
LIMITS = {
    "max_pauses_per_day": 4,
    "max_new_ads_per_day": 3,
    "max_new_objects_per_day": 5,
    "max_daily_budget": "15.00",
    "max_lowering_per_day": "8.00",
}
COUNTS: dict[str, tuple[int, Callable[[Change], bool]]] = {
    "pauses": (4, lambda c: c.kind == "set_status"),
    "new ads": (3, lambda c: c.kind == "create_ad"),
    "new objects": (5, lambda c: bool(c.row.creates)),
}
MODES: dict[str, tuple[Any, Any]] = {
    "safe": ("safe", None),
    "all": ("all", None),
    "standing": ("standing", None),
    "yes": ("ask", PERSON),
    "over": ("ask", OVER),
}
PERCENT = st.sampled_from([50, 80, 80, 84, 90, 100, 110, 119, 120, 125, 200])
WAYS = st.one_of(
    st.just(["CONFIRMED"] * 10),
    st.lists(st.sampled_from(["CONFIRMED", "SENT", "REJECTED"]), min_size=10, max_size=10),
)
PICK = st.integers(0, 4)
PROPOSALS = st.one_of(
    st.tuples(st.just("pauses"), st.integers(1, 3)),
    st.tuples(st.just("new"), st.sampled_from(["create_ad", "create_campaign", "create_creative"])),
    st.tuples(st.just("budgets"), st.tuples(st.integers(0, 9), st.integers(1, 4), PERCENT)),
    st.tuples(st.just("undo"), PICK),
)
DECIDED = st.tuples(
    st.just("decide"), st.tuples(st.just(0), st.sampled_from(["safe", "all", "all", "yes", "over"]))
)
APPLIED = st.tuples(st.just("apply"), st.tuples(st.just(0), WAYS))
LATER = st.tuples(st.just("apply"), st.tuples(st.just(1), WAYS))
WAITS = st.tuples(st.just("wait"), st.sampled_from([0.1, 1, 6, 11.9, 12, 23.9, 24.1]))
STEPS = st.one_of(
    st.tuples(PROPOSALS, DECIDED, APPLIED),
    st.tuples(PROPOSALS, DECIDED, APPLIED, WAITS),
    st.tuples(PROPOSALS, DECIDED),
    st.tuples(PROPOSALS, DECIDED, PROPOSALS, DECIDED, LATER, APPLIED),
    st.tuples(PROPOSALS),
    st.tuples(st.tuples(st.just("decide"), st.tuples(PICK, st.sampled_from(sorted(MODES))))),
    st.tuples(st.tuples(st.just("apply"), st.tuples(PICK, WAYS))),
    st.tuples(st.tuples(st.just("decline"), PICK)),
    st.tuples(st.tuples(st.just("restart"), st.integers(0, 2))),
)
"""What happens together more often than by chance."""


@dataclass
class History:
    """What happens to an account, and what a witness writes down of it."""

    office: Office
    journals: dict[int, Journal] = field(default_factory=dict)
    sets: list[ChangeSet] = field(default_factory=list)
    approved: list[tuple[datetime, ChangeSet, bool]] = field(default_factory=list)
    """When, what, and whether a person typed that it goes over."""
    sent: dict[str, datetime] = field(default_factory=dict)
    """What may have been done, by the id of the change."""
    left: dict[str, set[str]] = field(default_factory=dict)
    """At each approval: the changes that were still to be sent."""
    worth: dict[str, list[tuple[datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    turn: int = 0

    @property
    def now(self) -> datetime:
        return self.office.clock.at

    def journal(self) -> Journal:
        """Three sessions take turns."""
        self.turn = (self.turn + 1) % 3
        return self.journals.setdefault(self.turn, self.office.session())

    def stands(self, name: str, at: datetime) -> int:
        """What a budget stood at."""
        return next((value for when, value in reversed(self.worth[name]) if when <= at), 1_000)

    def do(self, what: str, how: Any) -> None:
        self.office.clock.later(seconds=1)
        getattr(self, f"_{what}")(how)

    def _pauses(self, number: int) -> None:
        self._propose([pause(f"ad {n}") for n in range(number)])

    def _new(self, kind: str) -> None:
        self._propose([new(kind, daily=300 if kind == "create_campaign" else 0)])

    def _budgets(self, how: tuple[int, int, int]) -> None:
        begin, number, pct = how
        now = {name: self.stands(name, self.now) for name in BUDGETS[begin : begin + number]}
        self._propose([budget(name, worth, max(1, worth * pct // 100)) for name, worth in now.items()])

    def _undo(self, pick: int) -> None:
        done = [s for s in self.sets if all(c.id in self.sent and not c.creates for c in s.changes)]
        if done:
            changes = done[pick % len(done)].changes
            if all(
                c.kind == "set_budget" and str(self.stands(c.target, self.now)) in c.after.values()
                for c in changes
            ):
                self._propose([back(c) for c in changes])

    def _propose(self, changes: list[Change]) -> None:
        self.sets.append(self.office.propose(self.journal(), changes))

    def _decide(self, how: tuple[int, str]) -> None:
        if not self.sets:
            return
        made, journal = self.sets[-1 - how[0] % len(self.sets)], self.journal()
        if journal.state(made.id) in ("applied", "undone"):
            return
        mode, approver = MODES[how[1]]
        left = {c.id for c in journal.left(made)}
        if self.office.decide(journal, made, mode, approver).verdict == "approved":
            self.approved.append((self.now, made, how[1] == "over"))
            self.left[f"{self.now} {made.id}"] = left

    def _apply(self, how: tuple[int, list[Any]]) -> None:
        if not self.approved:
            return
        made, journal = self.approved[-1 - how[0] % len(self.approved)][1], self.journal()
        moved = [
            c
            for c in made.changes
            if c.kind == "set_budget" and str(self.stands(c.target, self.now)) not in c.before.values()
        ]
        if moved:
            return  # it would be a conflict: the account is not what it was
        before = {o.change.id: o for o in journal.outcomes(made)}
        self.office.apply(journal, made, how[1])
        for outcome in journal.outcomes(made):
            if before[outcome.change.id].state == "PLANNED" and outcome.state in ("CONFIRMED", "SENT"):
                self.sent[outcome.change.id] = self.now
                if outcome.change.kind == "set_budget":
                    ((_, value),) = outcome.change.after.items()
                    self.worth[outcome.change.target].append((self.now, int(value)))

    def _decline(self, pick: int) -> None:
        if self.sets:
            made, journal = self.sets[pick % len(self.sets)], self.journal()
            if journal.state(made.id) == "proposed":
                journal.decline(made, "a person", "")

    def _wait(self, hours: float) -> None:
        self.office.clock.later(hours=hours)

    def _restart(self, which: int) -> None:
        if journal := self.journals.pop(which, None):
            journal.close()

    def check(self) -> None:
        """Judge each approval that nobody typed a word for by all that was really sent around it."""
        for at, made, typed in self.approved:
            if typed:
                continue
            mine = [c for c in made.changes if c.id in self.left[f"{at} {made.id}"]]
            around = [c for c in self._around(at) if c.id not in {m.id for m in mine}]
            for name, (most, counts) in COUNTS.items():
                if needed := sum(map(counts, mine)):
                    assert needed + sum(map(counts, around)) <= most, (name, at, made)
            for way, most in ((1, 1_500), (-1, 800)):
                assert moved([*around, *mine], way) <= max(most, moved(around, way)), (way, at, made)
            for change in mine:
                if change.kind == "set_budget":
                    self._check_budget(change, at)

    def _around(self, at: datetime) -> list[Change]:
        """What was sent within the day before, or was approved by then and sent after all."""
        found = dict[str, Change]()
        for when, made, _ in self.approved:
            for change in made.changes:
                sent = self.sent.get(change.id)
                if sent and when <= at and (at - DAY < sent <= at or at < sent <= when + DAY):
                    found[change.id] = change
        return list(found.values())

    def _check_budget(self, change: Change, at: datetime) -> None:
        """One budget against what it stood at a day ago."""
        before, after = (int(text) for state in (change.before, change.after) for text in state.values())
        then = self.stands(change.target, at - DAY)
        assert after <= then * 1.2 if after > before else after >= then * 0.8, (change, then)


def moved(changes: list[Change], way: int) -> int:
    """What budgets gain (1) or lose (-1) by changes, each budget by itself; what is made is a gain."""
    sums = defaultdict[str, int](int)
    for change in changes:
        if change.kind == "set_budget":
            sums[change.target] += sum(map(int, change.after.values())) - sum(
                map(int, change.before.values())
            )
    made = sum(change.spend.once_started_minor for change in changes) if way == 1 else 0
    return made + sum(max(0, way * step) for step in sums.values())


@settings(max_examples=examples(60))
@given(steps=st.lists(STEPS, min_size=25, max_size=40))
def test_nothing_over_the_envelope_is_approved_without_a_person(
    steps: list[tuple[tuple[str, Any], ...]], new_folder: Any
) -> None:
    """Proposals, approvals, applies, undos and restarts in any order, from three sessions, over days."""
    history = History(Office(next(new_folder), brand=dict(LIMITS)))
    try:
        for step in steps:
            for what, how in step:
                history.do(what, how)
        history.check()
    finally:
        history.office.close()
