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
from tests.faults.plans import Wish
from tests.faults.server import LATE_S, LISTED_S, SHOWN_S

PLACES = 3
"""The most copies of the state folder in one history."""
JUMPS_S = (-86_400, -3_600, -5, 90, 3_600, 86_400)
DATES = st.tuples(
    st.sampled_from([-2, 0, 2]),
    st.sampled_from(["right", "right", "right", "missing", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"]),
)
"""How wrong the server's clock is, and what it says."""
EDITS = st.sampled_from(
    [
        *("status", "budget", "above status", "above budget", "above status", "above budget"),
        *("creative", "targeting", "above targeting", "new ad", "ARCHIVED", "DELETED"),
    ]
)
"""What other people do to things that sets are about, and to what these stand in."""
SETS = 3
"""The most change sets in one history."""
WAITS_S = (1, 20, 61, 95, 3700)

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
WISHES = st.lists(
    st.one_of(
        st.builds(
            Wish,
            st.sampled_from(
                ["ad status", "new ads", "launch", "launches", "structure", "refresh", "delete ads"]
            ),
            st.integers(0, 70),
            st.sampled_from([1, 2, 3]),
        ),
        st.builds(
            Wish,
            st.sampled_from(["budget", "ad set status", "campaign status", "delete creatives"]),
            st.integers(0, 4),
            st.sampled_from([1, 2]),
        ),
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
PLANS = st.integers(0, 39).flatmap(lambda n: MANY if n == 39 else WISHES)
SCRIPT = {
    "which": st.integers(0, SETS - 1),
    "fresh": st.booleans(),
    "writes": st.lists(st.sampled_from(WRITE_FAULTS), max_size=6),
    "reads": st.lists(st.sampled_from(READ_FAULTS), max_size=8),
}


class Histories(RuleBasedStateMachine):
    """One account and its journal; each rule is something that happens to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = fast_folder()
        self.history: History | None = None
        self.whole = True

    @initialize(page_rows=st.sampled_from([500, 7]), wishes=PLANS)
    def begin(self, page_rows, wishes):
        path = Path(self.folder.name) / "state"
        path.mkdir()
        self.history = History(path, page_rows=page_rows)
        self.history.propose(wishes)
        self.history.place.back_up()

    @precondition(lambda self: len(self.history.planned) < SETS)
    @rule(wishes=WISHES)
    def propose_and_approve(self, wishes):
        self.history.propose(wishes)
        self.history.place.back_up()

    @rule(**SCRIPT)
    def apply(self, which, fresh, writes, reads):
        self._run(which, fresh, writes, reads)

    @rule(dies_at=st.integers(1, 48), jump_s=st.sampled_from([0, *JUMPS_S]), **SCRIPT)
    def apply_and_die(self, which, fresh, writes, reads, dies_at, jump_s):
        """The clock may be set before the next process comes."""
        self._run(which, fresh, writes, reads, dies_at=dies_at)
        self.history.clock.jump(jump_s)

    @rule(freezes_at=st.integers(1, 40), frozen_s=st.sampled_from([1.5, 5, 60, 4000]), **SCRIPT)
    def apply_and_sleep(self, which, fresh, writes, reads, freezes_at, frozen_s):
        self._run(which, fresh, writes, reads, freezes_at=freezes_at, frozen_s=frozen_s)

    @rule(jumps_at=st.integers(1, 40), jump_s=st.sampled_from(JUMPS_S), **SCRIPT)
    def apply_while_the_clock_is_set(self, which, fresh, writes, reads, jumps_at, jump_s):
        self._run(which, fresh, writes, reads, jumps_at=jumps_at, jump_s=jump_s)

    @rule(meanwhile_at=st.integers(1, 20), other=st.integers(0, 3), copied=st.booleans(), **SCRIPT)
    def apply_beside_another(self, which, fresh, writes, reads, meanwhile_at, other, copied):
        """Another process works at the same time, in the same folder or in a copy of it."""
        history, place = self.history, self.history.place
        if copied:
            place = history.copy() if len(history.places) == 1 else history.places[place is history.places[0]]
        beside = history.beside(place, other)
        self._run(which, fresh, writes, reads, meanwhile_at=meanwhile_at, meanwhile=beside)

    @rule(what=st.sampled_from(["set", "set", "server"]), jump_s=st.sampled_from(JUMPS_S), date=DATES)
    def clocks(self, what, jump_s, date):
        """The machine's clock is set, or another server answers from now on."""
        if what == "set":
            self.history.clock.jump(jump_s)
        else:
            self.history.clock.server_wrong_s, self.history.server.dates = date

    @rule(
        what=st.sampled_from(["restore", "restore", "restore", "use another", "copy", "lose home"]),
        index=st.integers(0, 5),
    )
    def folders(self, what, index):
        """A state folder is put back, copied, or used in place of another; or what is outside of it is lost."""
        history = self.history
        if what == "restore":
            history.restore(index)
        elif what == "lose home":
            history.lose_home()
        elif what == "use another" or len(history.places) == PLACES:
            history.place = history.places[index % len(history.places)]
        else:
            history.place = history.copy()

    @rule(seconds=st.sampled_from(WAITS_S))
    def wait(self, seconds):
        self.history.clock.sleep(seconds)

    @rule(what=EDITS, index=st.integers(0, 20))
    def meddle(self, what, index):
        """Between proposal and send, or between two runs."""
        self.history.meddle(what, index)

    @rule(edit_at=st.integers(1, 24), what=EDITS, index=st.integers(0, 20), **SCRIPT)
    def apply_while_somebody_edits(self, which, fresh, writes, reads, edit_at, what, index):
        """After any request or commit, also while the program waits for the next."""
        edit = lambda: self.history.meddle(what, index)  # noqa: E731
        self._run(which, fresh, writes, reads, meanwhile_at=edit_at, meanwhile=edit)

    def _run(self, which, fresh, writes, reads, **death):
        sets = self.history.sets
        if not sets:
            return
        self.whole = False
        self.history.run(sets[which % len(sets)], writes, reads, fresh=fresh, **death)
        self.history.place.back_up()
        self.whole = True

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
