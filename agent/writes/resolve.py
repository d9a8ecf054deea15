"""Finds out where changes stand by looking at the account: before sending, after a lost answer, and at the end."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from agent.writes.clocks import Clocks
from agent.writes.course import MAYBE_SENT, Course
from agent.writes.first_look import LOOK_AGAIN_S, SETTLE_CREATE_S, FirstLook, spare
from agent.writes.journal_reader import Outcome, Proof, State
from agent.writes.look import Sighting, Witness, comparable
from agent.writes.outgoing import keep_named
from tools.domain.change_kind import Sent
from tools.domain.changes import Effect
from tools.domain.footing import Ground, differences
from tools.domain.text import counted
from tools.domain.video_files import videos_in
from tools.graph import Held
from tools.graph.retry import ATTEMPTS

READ_BACK_WAITS_S = (1.0, 3.0)
JUST_READ_S = 5.0
"""A pause proposed so recently was just read; looking once more before it is sent would tell nothing new."""
STILL_FRESH_S, MOST_LOOKS = 2.0, 2
"""How long a comparison with the account holds, as a wait is longer; how often it is made right before sending."""
MOVED = "what it rests on has changed since it was proposed"
ASK_ANEW = "Nothing of it was sent; ask for it again to see what it would do now"
PROCESSING_WAIT_S, PROCESSING_LOOKS = 5.0, 120
STILL_PROCESSED = "not sent: Meta still processes the video; apply it again later"
NOT_READ_BACK = "done, says Meta, but still reads as before; there was no time to look again"
NOT_SHOWN = "made, says Meta and gave its id, but does not show it yet; apply again to read it back"


class Settler:
    """Looks and writes down what it saw. Raises GraphFailure when Meta cannot be read."""

    def __init__(
        self,
        witness: Witness,
        wait: Callable[[str, float], bool],
        clocks: Clocks,
        *,
        settle_s: float = SETTLE_CREATE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._witness = witness
        self._wait = wait
        self._settle_s = settle_s
        self._clocks = clocks
        self._monotonic = monotonic
        self._since: dict[tuple[str, int], float] = {}
        self._ours = set[tuple[str, int]]()
        self._checked = dict[str, tuple[float, datetime]]()
        """When each change was compared with the account last, by the steady clock and by that of the day."""
        self._first_look = FirstLook(witness, wait, clocks, settle_s=settle_s, monotonic=monotonic)

    def sending(self, outcome: Outcome) -> None:
        """A write goes out: from now on counts the time in which it may still be executed."""
        key = outcome.change.id, outcome.attempt
        self._since[key] = self._monotonic()
        self._ours.add(key)

    def look_first(self, course: Course) -> None:
        """Before sending: `check`, and look for what another process or a copy of the journal may have sent."""
        self._first_look.look(course, self.check)

    def check(self, course: Course, settled: bool = True) -> None:
        """Before sending: what already is as wanted needs nothing, what somebody else changed is left alone.

        Until it is `settled` what a change builds on may be there and not show: then it is not judged.
        """
        planned = [
            o
            for o in course.at("PLANNED")
            if not self._just_read(course, o)
            if settled or all(parent.state == "CONFIRMED" for parent in course.parents(o))
        ]
        self._check(course, planned)

    def still_standing(self, course: Course, group: Sequence[Outcome]) -> list[Outcome]:
        """Those of a group that may be sent: what was not read just now is read again, a deletion in any case.

        Once more where that took long: a slow answer is old, and a machine may sleep in between.
        """
        ids = {outcome.change.id for outcome in group}
        left = [o for o in group if not self._just_read(course, o)]
        late = [o for o in left if o.change.effect is Effect.IRREVERSIBLE or not self._fresh(o)]
        for _ in range(MOST_LOOKS):
            if not late:
                break
            self._check(course, late)
            late = [o for o in course.at("PLANNED") if o in left and not self._fresh(o)]
        return [outcome for outcome in course.at("PLANNED") if outcome.change.id in ids]

    def _fresh(self, outcome: Outcome) -> bool:
        """Whether a comparison with the account was begun so recently, by both clocks, that it holds."""
        if (checked := self._checked.get(outcome.change.id)) is None:
            return False
        passed_s = self._monotonic() - checked[0], (self._clocks.now() - checked[1]).total_seconds()
        return all(0 <= s <= STILL_FRESH_S for s in passed_s)

    def _check(self, course: Course, outcomes: Sequence[Outcome]) -> None:
        """Compare these with the account: as it was proposed, as it was before, as it is wanted."""
        whole = [o for o in course.whole(outcomes) if o.change.target or not o.change.made_by]
        self._checked |= {o.change.id: (self._monotonic(), self._clocks.now()) for o in whole}
        whole = [o for o in whole if o.change.rests_on or comparable(o.change)]
        seen, now = self._witness.stand(course.change_set.account, [o.change for o in whole])
        moved = self._moved(course, whole, now)
        for outcome in whole:
            found = seen.get(outcome.change.id, Sighting())
            if found.done:
                course.record(outcome, "CONFIRMED", note="was so already; nothing sent", proof=Proof.ALREADY)
            elif conflict := found.conflict or moved.get(outcome.change.id, ""):
                course.record(outcome, "CONFLICT", note=conflict)
            elif (
                outcome.change.id in seen
                and outcome.lost_at
                and self._clocks.passed_s(outcome.lost_at) > self._settle_s
            ):
                course.record(outcome, "PLANNED", note="looked: not done")

    @staticmethod
    def _moved(course: Course, outcomes: Sequence[Outcome], now: Ground) -> dict[str, str]:
        """What changes rest on and does not read as it did when they were proposed."""
        own = [outcome.change for outcome in course.whole(course.outcomes)]
        made = [str(result.get("id")) for result in course.results().values()]
        told, currency = dict[str, str](), course.change_set.currency
        for outcome in (o for o in outcomes if o.change.rests_on):
            change = outcome.change
            if what := differences(change, now, own, made, currency):
                told[change.id] = f"{MOVED}: {what}. {MAYBE_SENT if outcome.lost_at else ASK_ANEW}"
        return told

    def settle(self, course: Course) -> None:
        """Find out what became of everything that was sent without an answer, or answered with another picture's hash.

        Raises Held when the run may not wait until Meta must show it: it stays unknown, and the next apply looks.
        """
        keep_named(course, self._witness)
        looks = 0
        while unknown := course.at("SENT"):
            self._witness.look_anew()
            elsewhere_s = self._first_look.left_s(course)
            left = [
                max(elsewhere_s, self._unsettled_s(o)) for o in unknown
            ]  # before the looks: they take long
            whole = course.whole(unknown)
            self._witness.look_ahead([outcome.change for outcome in whole])
            looked = [self._look(course, o, left_s) for o, left_s in zip(whole, left, strict=True)]
            waiting = [wait_s for wait_s in looked if wait_s > 0]
            if not waiting:
                return
            pause_s = LOOK_AGAIN_S[min(looks, len(LOOK_AGAIN_S) - 1)]
            if not self._wait("to be sure what became of a write without an answer", min(*waiting, pause_s)):
                raise _unsettled(course, max(waiting))
            looks += 1

    def await_videos(self, course: Course, group: Sequence[Outcome]) -> bool:
        """Wait until Meta has processed the videos that a group shows; False when that takes too long."""
        shown = {o.change.id: self._shown_videos(course, o) for o in group}
        waiting = {video for videos in shown.values() for video in videos}
        for _ in range(PROCESSING_LOOKS if waiting else 0):
            states = self._witness.videos(waiting)
            self._give_up(course, group, shown, {v for v, (state, _) in states.items() if state == "error"})
            left = {v: far for v, (state, far) in states.items() if state in ("uploading", "processing")}
            if not (waiting := set(left)):
                return True
            if not self._wait(f"until Meta has processed a video{min(left.values())}", PROCESSING_WAIT_S):
                break
        for outcome in group if waiting else ():
            course.record(outcome, "PLANNED", note=STILL_PROCESSED)
        return not waiting

    def _shown_videos(self, course: Course, outcome: Outcome) -> set[str]:
        """The videos of a change: made earlier in its set, or in the library before."""
        parents = (o for o in course.parents(outcome) if o.change.row.sent is Sent.PARTS)
        return {str(o.result.get("id")) for o in parents} | videos_in(outcome.change.request.params)

    @staticmethod
    def _give_up(
        course: Course, group: Sequence[Outcome], shown: Mapping[str, set[str]], failed: set[str]
    ) -> None:
        """What shows a video that Meta could not process is not sent."""
        for outcome in group:
            if broken := sorted(shown[outcome.change.id] & failed):
                note = (
                    f"not sent: Meta could not process the video {broken[0]}; upload it again, or another one"
                )
                course.record(outcome, "REJECTED", note=note)

    def prove(self, course: Course) -> None:
        """Read back what is not proven yet, a few times where Meta still shows the old state.

        A contradiction is a conflict, but not while Meta may need the time that the run no longer has.
        What was proven once stays so: later changes are somebody else's.
        """
        done = course.unproven
        hurried = False
        for wait_s in (*READ_BACK_WAITS_S, 0.0):
            looked = self._read_back(course, done)
            if wait_s == 0.0 or all(f.done or (f.conflict and not f.absent) for f in looked):
                break
            if hurried := not self._wait("to read the changes back", wait_s):
                break
        self._witness.look_anew()
        proofs = [
            self._proof(outcome, found, hurried=hurried) for outcome, found in zip(done, looked, strict=True)
        ]
        with course.together():
            for outcome, (state, note, proof) in zip(done, proofs, strict=True):
                course.record(outcome, state, note=note, proof=proof)

    def _read_back(self, course: Course, done: Sequence[Outcome]) -> list[Sighting]:
        """How these read now; what the same set has removed since is gone as it should, with all in it."""
        looked, gone = self._witness.look_all(course.left_by(done)), course.removed
        return [
            Sighting(done=True)
            if found.absent and gone.intersection((outcome.change.target, *outcome.change.names))
            else found
            for outcome, found in zip(done, looked, strict=True)
        ]

    def _proof(self, outcome: Outcome, found: Sighting, *, hurried: bool) -> tuple[State, str, Proof]:
        """What reading a change back says about it; `hurried` where Meta had no time to show it."""
        if found.done:
            note = "read back"
            if outcome.attempt > 1 and outcome.change.creates:
                # Meta may have executed an attempt after it was called absent.
                note += spare(self._witness.look(outcome.change, None, settled=False))
            return "CONFIRMED", note, Proof.READ_BACK
        if found.absent and outcome.change.creates:
            return "CONFIRMED", NOT_SHOWN, Proof.NONE
        if hurried and not found.conflict:
            return "CONFIRMED", NOT_READ_BACK, Proof.NONE
        conflict = f"Meta confirmed it, but it {found.conflict or 'still reads as before'}"
        return "CONFLICT", conflict, Proof.NONE

    def _look(self, course: Course, outcome: Outcome, left: float) -> float:
        """Look for one write without an answer; gives the seconds until it may be called absent, or 0.

        It is planned again only when it is absent and Meta has had time to finish and to show it; what is
        harmless to repeat, as soon as it is not seen.
        """
        odd = outcome.proof is Proof.DOUBTED
        again = outcome.change.row.repeatable and not odd and outcome.attempt < ATTEMPTS
        settled = left <= 0 or again
        sent = outcome.sent
        found = self._witness.look(outcome.change, sent.not_before if sent else None, settled=settled)
        if found.done:
            note = "found done after a lost answer" + spare(found)
            course.record(outcome, "CONFIRMED", note=note, result=found.result, proof=Proof.FOUND)
        elif found.conflict:
            course.record(outcome, "CONFLICT", note=found.conflict)
        elif not settled:
            return left
        elif odd:
            note = f"{outcome.note} Looked: the account does not show it."
            course.record(outcome, "REJECTED", note=note)
        elif outcome.attempt >= ATTEMPTS:
            note = (
                f"tried {outcome.attempt} times, and looked: not done; apply it again later. {outcome.note}"
            )
            course.record(outcome, "PLANNED", note=note.rstrip())
        else:
            lost_at = sent if left > 0 else None
            course.record(outcome, "PLANNED", note="looked: not done", lost_at=lost_at)
        return 0.0

    def _unsettled_s(self, outcome: Outcome) -> float:
        """Seconds until a create that is not found may be called absent.

        Measured by a clock that nobody can set, from the sending or, after a restart, from the first look;
        only then counts what has passed by Meta's clock, but not for what is sent over a long time.
        """
        key = outcome.change.id, outcome.attempt
        waited_s = self._monotonic() - self._since.setdefault(key, self._monotonic())
        if key not in self._ours and outcome.sent and outcome.change.row.sent is not Sent.PARTS:
            waited_s = max(waited_s, self._clocks.passed_s(outcome.sent))
        return self._settle_s - waited_s

    def _just_read(self, course: Course, outcome: Outcome) -> bool:
        """Whether a first look would be one too many: a pause is harmless and was read moments ago."""
        if course.doubt:
            return False
        proposed = datetime.fromisoformat(course.change_set.created_at)
        harmless = outcome.change.effect is Effect.STOP_SPEND and outcome.attempt == 0
        return harmless and timedelta(0) <= self._clocks.now() - proposed < timedelta(seconds=JUST_READ_S)


def _unsettled(course: Course, left_s: float) -> Held:
    changes = counted(len(course.at("SENT")), "change")
    return Held(
        f"Not known yet what became of {changes}: Meta may take {math.ceil(left_s)} s more to show it, longer than this"
        f" run may wait. Nothing is sent twice: applying {course.change_set.id} again looks first and goes on."
    )
