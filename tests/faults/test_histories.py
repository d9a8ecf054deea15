"""Random histories under faults and deaths: no write is doubled, none is lost, none goes unreported."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults import faults
from tests.faults.history import History, fast_folder
from tests.faults.people import MIDDLING, TIGHT, WIDE, Person
from tests.faults.plans import MAKERS, Wish
from tests.faults.server import LATE_S, LISTED_S, SHOWN_S

PLACES = 3
"""The most copies of the state folder in one history."""
JUMPS_S = (-86_400, -3_600, -5, 90, 3_600, 86_400)
SERVERS = (
    *((wrong_s, "right") for wrong_s in (-2, 0, 2)),
    *((0, date) for date in ("missing", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT")),
)
"""How wrong the server's clock is, and what it says."""
EDITS = st.sampled_from(
    [
        *("status", "budget", "above status", "above budget", "above status", "above budget"),
        *("creative", "targeting", "above targeting", "new ad", "above new ad", "above new ad set"),
        *("ARCHIVED", "DELETED", "above DELETED", "name", "labels", "above name", "above end"),
    ]
)
"""What other people do to things that sets are about, and to what these stand in."""
SETS = 3
"""The most change sets in one history."""
WAITS_S = (1, 20, 61, 95, 3700, 40_000, 87_000)
LIMITS = {"wide": WIDE, "middling": MIDDLING, "tight": TIGHT}
MODES = st.sampled_from(["ask", "ask", "all", "safe"])
SAYS = st.sampled_from(["approved", "approved", "approved", "declined", "later"])
DIES_EARLY = st.sampled_from([*[None] * 8, 1, 2, 3, 4])
THINKS_S = st.sampled_from([1, 1, 30, 4_000, 87_000])

SOME = [faults.Items(first, step) for first in range(3) for step in (1, 2, 5)]
WRITE_FAULTS = [
    *[None] * 6,
    *faults.BROKEN,
    *faults.THROTTLED,
    *faults.ENDS,
    *faults.REFUSED,
    *(fault for which in SOME for fault in faults.batch_faults(which)),
    *(faults.late(after_s, reset=reset) for after_s in (1, 31, LATE_S) for reset in (False, True)),
    *(faults.slow(before_s, after_s) for before_s in (0, 12, 25) for after_s in (0, 4)),
]
READ_FAULTS = [
    *[None] * 10,
    *faults.EVERY_READ_FAULT,
    *(faults.stale(listed_s, shown_s) for listed_s in (5, LISTED_S) for shown_s in (1, SHOWN_S)),
    *(faults.slow(before_s, after_s) for before_s in (0, 12) for after_s in (0, 14)),
]
FEW = [n for n in MAKERS if n == "budget" or any(w in n for w in ("ad set", "campaign", "creative", "rule"))]
"""Wishes about that of which there is little."""
WISHES = st.lists(
    st.one_of(
        st.builds(
            Wish,
            st.sampled_from([name for name in MAKERS if name not in FEW]),
            st.integers(0, 70),
            st.sampled_from([1, 2, 3]),
        ),
        st.builds(Wish, st.sampled_from(FEW), st.integers(0, 4), st.sampled_from([1, 2])),
    ),
    min_size=1,
    max_size=3,
)
MANY = st.builds(
    lambda what, count, rest: [Wish(what, 0, count), *rest],
    st.sampled_from(["ad status", "new ads"]),
    st.integers(49, 56),
    WISHES,
)
DELETES = st.builds(
    lambda number, index, count: [Wish("launch", number), Wish("delete ads", index, count)],
    st.integers(0, 2),
    st.integers(0, 70),
    st.sampled_from([1, 3]),
)
"""What cannot be undone, after something else was sent."""
PLANS = st.integers(0, 39).flatmap(lambda n: MANY if n == 39 else DELETES if n > 29 else WISHES)
INDEX = st.integers(0, 20)
EDIT = st.tuples(st.just("edit"), EDITS, INDEX)
BESIDE = st.tuples(st.sampled_from(["apply", "apply", "approve", "apply a copy"]), st.just(""), INDEX)
SET = st.tuples(st.just("clock"), st.just(""), INDEX)
AT_WORK = st.lists(st.tuples(st.integers(1, 20), st.one_of(EDIT, EDIT, BESIDE, SET)), max_size=3)
"""What happens at which step of a process: also while it waits, and between two attempts."""
BETWEEN = st.one_of(
    EDIT,
    EDIT,
    st.tuples(st.sampled_from(["clock", "server", "wait", "wait"]), st.just(""), INDEX),
    st.tuples(
        st.sampled_from(["restore", "restore", "use another", "copy", "lose home"]), st.just(""), INDEX
    ),
)
"""What happens while no process is at work."""
NEVER_5 = [None] * 5
SCRIPT = {
    "which": st.integers(0, SETS - 1),
    "fresh": st.booleans(),
    "writes": st.lists(st.sampled_from(WRITE_FAULTS), max_size=6),
    "reads": st.lists(st.sampled_from(READ_FAULTS), max_size=8),
    "happens": AT_WORK,
    "dies_at": st.sampled_from(NEVER_5 * 5 + list(range(1, 40, 2))),
    "frozen": st.sampled_from(
        [*NEVER_5, *((at, s) for at in (2, 5, 9, 14, 20, 30) for s in (1.5, 5, 60, 4000))]
    ),
}


class Histories(RuleBasedStateMachine):
    """One account and its journal; each rule is something that happens to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = fast_folder()
        self.history: History | None = None
        self.whole = True

    @initialize(page_rows=st.sampled_from([500, 7]), limits=st.sampled_from(["wide", *LIMITS]), wishes=PLANS)
    def begin(self, page_rows, limits, wishes):
        path = Path(self.folder.name) / "state"
        path.mkdir()
        self.history = History(path, page_rows=page_rows, limits=LIMITS[limits])
        self.history.propose(wishes, approved=False)
        self.history.place.back_up()

    @precondition(lambda self: len(self.history.planned) < SETS)
    @rule(wishes=PLANS, at_once=st.booleans(), overlaps=st.sampled_from([False, False, True]))
    def propose(self, wishes, at_once, overlaps):
        """`overlaps`: also what another set that is not finished is about."""
        self.history.propose(wishes, approved=False, at_once=at_once, overlaps=overlaps)
        self.history.place.back_up()

    @rule(
        which=st.integers(0, SETS - 1),
        mode=MODES,
        says=SAYS,
        thinks_s=THINKS_S,
        happens=AT_WORK,
        dies_at=DIES_EARLY,
    )
    def decide(self, which, mode, says, thinks_s, happens, dies_at):
        """While a person has the question before them, anything may happen."""
        history = self.history
        if not (sets := history.sets):
            return
        self.whole = False
        person = Person(
            history.clock, history.answered, says, thinks_s, [self._act(*what) for _, what in happens]
        )
        history.decide(sets[which % len(sets)], mode, person, dies_at=dies_at)
        history.place.back_up()
        self.whole = True

    @rule(**SCRIPT)
    def apply(self, **script):
        self._run(**script)

    @rule(**SCRIPT)
    def apply_again(self, **script):
        """As `apply`; more often than the rest."""
        self._run(**script)

    @rule(what=st.lists(BETWEEN, min_size=1, max_size=2))
    def between(self, what):
        """Between proposal, approval and send, or between two runs."""
        for one in what:
            self._act(*one)()

    def _run(self, which, fresh, writes, reads, happens, dies_at, frozen):
        if not (sets := self.history.sets):
            return
        freezes_at, frozen_s = frozen or (None, 0.0)
        self.whole = False
        self.history.run(
            sets[which % len(sets)],
            writes,
            reads,
            fresh=fresh,
            dies_at=dies_at,
            freezes_at=freezes_at,
            frozen_s=frozen_s,
            meanwhile=[(at, self._act(*what)) for at, what in happens],
        )
        self.history.place.back_up()
        self.whole = True

    def _act(self, name, what, index):
        """Something that can happen."""
        history = self.history
        return {
            "edit": lambda: history.meddle(what, index),
            "apply": lambda: history.beside(history.place, index),
            "approve": lambda: history.beside(history.place, index, applies=False),
            "apply a copy": lambda: history.beside(self._another(), index),
            "clock": lambda: history.set_clock(JUMPS_S[index % len(JUMPS_S)]),
            "server": lambda: history.other_server(*SERVERS[index % len(SERVERS)]),
            "wait": lambda: history.clock.sleep(WAITS_S[index % len(WAITS_S)]),
            "restore": lambda: history.restore(index),
            "lose home": history.lose_home,
            "copy": self._copy,
            "use another": lambda: self._use(index),
        }[name]

    def _another(self):
        """Another state folder, a copy of this one where there is none."""
        places = self.history.places
        return self.history.copy() if len(places) == 1 else places[self.history.place is places[0]]

    def _copy(self):
        if len(self.history.places) < PLACES:
            self.history.place = self.history.copy()

    def _use(self, index):
        self.history.place = self.history.places[index % len(self.history.places)]

    def teardown(self):
        try:
            if self.history and self.whole:
                self.history.end()
        finally:
            if self.history:
                self.history.close()
            self.folder.cleanup()


@pytest.mark.hypothesis
def test_the_account_ends_as_planned(histories: settings) -> None:
    """Whatever fails and dies: nothing is doubled, lost, or called other than it is."""
    run_state_machine_as_test(Histories, settings=histories)
