"""Looks for changes before their first send, where the journal cannot prove that they were not sent already."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from agent.writes.clocks import ANY_CLOCK, Clocks
from agent.writes.course import Course
from agent.writes.generations import Doubt
from agent.writes.journal_reader import Outcome, Proof
from agent.writes.look import Sighting, Witness, lists_of
from tools.graph import Held

SETTLE_CREATE_S = 90.0
"""How long Meta may take to execute or list a create whose answer was lost: client timeout and a minute."""
LOOK_AGAIN_S = (10.0, 20.0, 40.0)
FOUND = "found done before anything was sent"
WAITING = "to be sure of what was sent from another copy of the state folder"


class FirstLook:
    """Finds what another process, or another copy of the journal, has sent.

    Raises GraphFailure when Meta cannot be read, and when the run may not wait until it must show.
    """

    def __init__(
        self,
        witness: Witness,
        wait: Callable[[str, float], bool],
        clocks: Clocks,
        *,
        settle_s: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._witness = witness
        self._wait = wait
        self._clocks = clocks
        self._settle_s = settle_s
        self._monotonic = monotonic
        self._noticed: dict[str, float] = {}

    def left_s(self, course: Course) -> float:
        """Seconds until what was sent elsewhere must show; none when nothing was."""
        doubt = course.doubt
        if doubt is None or doubt.elsewhere is None:
            return 0.0
        noticed_s = self._noticed.setdefault(doubt.elsewhere.text, self._monotonic())
        passed_s = max(self._monotonic() - noticed_s, self._clocks.passed_s(doubt.elsewhere))
        return self._settle_s - passed_s

    def look(self, course: Course, check: Callable[[Course, bool], None]) -> None:
        """Look until all that was sent elsewhere must show; what is found is written down as done.

        `check` does the same for changes to what is there, which are looked at in any case; it is told whether
        what they build on has been looked for.
        """
        looks = 0
        if course.doubt is None:
            check(course, True)
        while doubt := course.doubt:
            self._witness.look_anew()
            left_s = self.left_s(course)  # before the looks, which take long
            self._find(course, doubt, settled=left_s <= 0)
            check(course, left_s <= 0)
            once = [o for o in course.at("PLANNED") if not o.change.row.repeatable]
            if left_s <= 0 or not once:
                return
            if not self._wait(WAITING, min(left_s, LOOK_AGAIN_S[min(looks, len(LOOK_AGAIN_S) - 1)])):
                raise Held(
                    f"Not sent: what another copy of the state folder has sent may take {math.ceil(left_s)} s more to"
                    f" show, longer than this run may wait. Apply {course.change_set.id} again then; it looks first."
                )
            looks += 1

    def _find(self, course: Course, doubt: Doubt, *, settled: bool) -> None:
        """Look for every create once; one that stands under another, when that one is known."""
        looked = set[str]()
        while planned := self._left(course, looked):
            self._witness.list_for([outcome.change for outcome in planned])
            looked |= {outcome.change.id for outcome in planned}
            for outcome in planned:
                since = _proposed(course) - ANY_CLOCK if doubt.elsewhere else None
                found = self._witness.look(outcome.change, since, settled=settled)
                if found.done:
                    note = FOUND + spare(found)
                    course.record(outcome, "CONFIRMED", note=note, result=found.result, proof=Proof.FOUND)
                elif found.conflict:
                    course.record(outcome, "CONFLICT", note=found.conflict)

    @staticmethod
    def _left(course: Course, looked: set[str]) -> Sequence[Outcome]:
        """Creates not looked for yet, of which it is known where to look."""
        creates = [o for o in course.at("PLANNED") if o.change.creates and o.change.id not in looked]
        return [outcome for outcome in course.whole(creates) if lists_of(outcome.change)]


def _proposed(course: Course) -> datetime:
    return datetime.fromisoformat(course.change_set.created_at)


def spare(found: Sighting) -> str:
    """What is there more than once, or nothing."""
    if not found.extras:
        return ""
    return f"; Meta made it more than once: {', '.join(found.extras)} (PAUSED) is too many, remove it in Ads Manager"
