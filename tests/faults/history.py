"""One history: an account, a journal, change sets, processes that come and die, and people who meddle."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agent.setup.stops import ConfigError, NotApproved
from agent.writes.change_events import Settled
from agent.writes.journal import Journal
from agent.writes.policy import Column
from tests.faults import checks, moved, people
from tests.faults.account import ACCOUNT, PERSON, demo_account
from tests.faults.clock import Clock
from tests.faults.met import COVERED, Met
from tests.faults.people import WIDE, Answer, Person
from tests.faults.places import Place
from tests.faults.plans import Planner, Wish
from tests.faults.process import Killed, Make, Process, Steps
from tests.faults.server import LATE_S, SHOWN_S, TOKEN, Act, GraphServer
from tests.memory import MEMORY
from tools.domain.brand import Brand
from tools.domain.changes import Change, ChangeSet
from tools.domain.footing import ground, inherited
from tools.graph import GraphReader, Wire

ROUNDS = 12
"""Applies without a fault after which everything must have come to rest."""
OPEN = ("PLANNED", "SENT")


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: there a journal that syncs each commit costs little."""
    return tempfile.TemporaryDirectory(dir=MEMORY, prefix="adsteward-")


class History:
    """Keeps what happened, and checks it after each run of the program against the server's truth."""

    def __init__(
        self, folder: Path, *, page_rows: int = 500, make: Make = Process, limits: Brand = WIDE
    ) -> None:
        self.clock = Clock()
        self.account = demo_account(self.clock)
        self.server = GraphServer(self.account, page_rows)
        self.folder, self.limits = folder, limits
        self.place = Place(folder, folder / "generations", self.clock.now)
        """The state folder in use."""
        self.places = [self.place]
        self.planner = Planner(self.account, images_in(folder), video_in(folder))
        self.planned: list[ChangeSet] = []
        """Every change set, also those that no journal knows any more."""
        self.proposed_s: dict[str, float] = {}
        self.proposed_commits: dict[str, int] = {}
        self.proposed_world: dict[str, moved.World] = {}
        """How much had happened, and what the account was like, when a set was proposed."""
        self.answers: list[Answer] = []
        self.verdicts: dict[str, str] = {}
        """What was decided last of each set."""
        self.judged: set[tuple[int, str]] = set()
        """Writes that were found to be as approved, by number of their request and key."""
        self.announced = Counter[str]()
        """How often a journal announced that a change is being sent."""
        self.met = Met()
        self.at_work = ""
        """The set that a process works on at present."""
        self.steps = 0
        self._make = make

    @property
    def observer(self) -> Journal:
        return self.place.observer

    @property
    def sets(self) -> list[ChangeSet]:
        """The change sets that the journal in use knows."""
        return self.known_in(self.place)

    def close(self) -> None:
        self.met.ended(self)
        for place in self.places:
            place.close()

    def propose(
        self, wishes: Sequence[Wish], *, approved: bool = True, at_once: bool = False, overlaps: bool = False
    ) -> ChangeSet | None:
        """Plan and propose, and have it approved unseen; a person takes a moment to read it, unless `at_once`.

        It is about nothing that an open set is about, unless it `overlaps`.
        """
        self.account.catch_up()
        outcomes = [o for s in self.sets for o in self.observer.outcomes(s)]
        self.planner.busy = set() if overlaps else {o.change.target for o in outcomes if o.state in OPEN}
        change_set = self.planner.plan(wishes)
        if change_set:
            facts = self._read_around(change_set)
            grounded = list[Change]()
            for change in change_set.changes:
                rests_on = inherited(change, grounded) if change.made_by else facts.get(change.id, {})
                grounded.append(change.model_copy(update={"rests_on": rests_on}))
            change_set = change_set.model_copy(update={"changes": tuple(grounded)})
            self.proposed_commits[change_set.id] = len(self.account.commits)
            self.proposed_world[change_set.id] = moved.world_at(self.account, self.account.commits)
            self.observer.propose(change_set)
            self.planned.append(change_set)
            if approved:
                self.observer.approve(change_set, "test")
                self.answered(change_set.id, "approved")
            self.place.fresh.add(change_set.id)
            self.proposed_s[change_set.id] = self.clock.at_s
            COVERED["changes planned"] += len(change_set.changes)
        self.clock.sleep(1 if at_once else 2 * SHOWN_S)
        return change_set

    def _read_around(self, change_set: ChangeSet) -> dict[str, dict[str, str]]:
        """What the changes rest on, as the program reads it when it proposes them."""
        self.server.script_writes, self.server.script_reads = [], []
        with closing(Wire(TOKEN, base_url="http://graph", transport=self.server, sleep=_no_wait)) as wire:
            return ground(GraphReader(wire), ACCOUNT, change_set.changes).facts

    def decide(self, change_set: ChangeSet, mode: Column, person: Person, **happens: Any) -> None:
        """A process in which a set is decided, and that ends then. Whatever came of it is checked."""
        kept, self.server.script_writes = self.server.script_writes, []
        steps = Steps(self.clock, **happens)
        self._process(self.place, change_set, steps, lambda p: self._decided(p, change_set, mode, person))
        self.server.script_writes = kept
        checks.after_a_run(self)

    def answered(self, change_set_id: str, says: str) -> None:
        """A person, or whoever allowed it beforehand, gave an answer."""
        self.answers.append(Answer(change_set_id, says, self.clock.at_s, self.account.arrival))

    def run(
        self,
        change_set: ChangeSet,
        writes: Sequence[Act | None] = (),
        reads: Sequence[Act | None] = (),
        *,
        fresh: bool = False,
        **happens: Any,
    ) -> Settled | None:
        """One run of the program on one set; None when it died. Whatever came of it is checked.

        `fresh` is the process that proposed it, otherwise it is another; what `happens` is told to `Steps`.
        """
        self.server.script_writes, self.server.script_reads = list(writes), list(reads)
        steps = Steps(self.clock, **happens)
        try:
            settled = self._apply(self.place, change_set, steps, fresh=fresh)
        finally:
            self.steps = steps.count
            COVERED.update(steps.seen)
            COVERED["runs"] += 1
        self.account.catch_up()
        for fate in checks.after_a_run(self):
            if fate.outcome.state == "CONFIRMED":
                self.place.confirmed_at.setdefault(fate.change.id, self.account.arrival)
        return settled

    def beside(self, place: Place, which: int, *, applies: bool = True) -> None:
        """Another process applies a set of a state folder, or has it approved, while one is at work."""
        sets = self.known_in(place)
        kept = self.server.script_writes, self.server.script_reads
        self.server.script_writes, self.server.script_reads = [], []
        try:
            if sets:
                self._apply(place, sets[which % len(sets)], Steps(self.clock), applies=applies)
                self.met.sort("processes", "runs beside another" if applies else "approvals beside another")
        except (ConfigError, NotApproved):
            COVERED["turned away, as another is at work"] += 1
        finally:
            self.server.script_writes, self.server.script_reads = kept

    def _apply(
        self, place: Place, change_set: ChangeSet, steps: Steps, *, fresh: bool = False, applies: bool = True
    ) -> Settled | None:
        """One process, from its approval to its end: as `apply` does it, an approval does not hold for ever."""

        def carries_out(process: Process) -> Settled | None:
            journal = process.journal
            if not journal.approved(change_set):
                if journal.state(change_set.id) == "applied":
                    return None
                person = Person(self.clock, self.answered)
                if self._decided(process, change_set, "ask", person) != "approved":
                    return None
            try:
                return process.apply(change_set.id) if applies else None
            except NotApproved:  # not any more: its day was over by a clock that was set in between
                COVERED["turned away, as not approved any more"] += 1
                return None

        return self._process(place, change_set, steps, carries_out, fresh=fresh)

    def _decided(self, process: Process, change_set: ChangeSet, mode: Column, person: Person) -> str:
        kept, self.met.thinking = self.met.thinking, True
        asked, verdict = len(self.answers), "approved"  # as far as one knows who dies after the approval
        try:
            verdict = process.decide(change_set.id, people.policy(self.limits, mode), person)
        finally:
            self.met.thinking = kept
            answered = any(a.set_id == change_set.id for a in self.answers[asked:])
            if mode != "ask" and verdict == "approved" and not answered:
                self.answered(change_set.id, "beforehand")
        self.verdicts[change_set.id] = verdict
        COVERED[f"decisions: {verdict}"] += 1
        return verdict

    def _process(
        self,
        place: Place,
        change_set: ChangeSet,
        steps: Steps,
        does: Callable[[Process], Any],
        *,
        fresh: bool = False,
    ) -> Any:
        """One process from start to end, or to its death; what it announced is kept."""
        before = place.sent(change_set.id)
        kept, self.at_work = self.at_work, change_set.id
        process = self._make(place, self.server, steps, fresh=fresh)
        try:
            with process.at_work(change_set.id):
                return does(process)
        except Killed:
            return None
        finally:
            self.at_work = kept
            self.announced.update(place.sent(change_set.id) - before)

    def restore(self, index: int) -> None:
        """Put a backup of the state folder in use back."""
        if self.place.backups:
            self.place.restore(index % len(self.place.backups))
            self._begins_anew(self.place)
            self.met.sort("folders", "state folders put back")

    def copy(self) -> Place:
        """Another state folder, as the one in use is now."""
        place = self.place.copy(self.folder / f"copy{len(self.places)}")
        self.places.append(place)
        self._begins_anew(place)
        self.met.sort("folders", "state folders copied")
        return place

    def _begins_anew(self, place: Place) -> None:
        """What was sent until now is no matter of this folder's journal."""
        place.restored_at = self.account.arrival
        outcomes = [o for s in self.known_in(place) for o in place.observer.outcomes(s)]
        place.confirmed_at = {o.change.id: place.restored_at for o in outcomes if o.state == "CONFIRMED"}
        self.clock.sleep(1)

    def known_in(self, place: Place) -> list[ChangeSet]:
        """The change sets that the journal of a place knows."""
        known = {row["id"] for row in place.observer.recent("", 1000)}
        return [change_set for change_set in self.planned if change_set.id in known]

    def lose_home(self) -> None:
        """What is kept outside of the state folder is gone; so are the processes of that time."""
        shutil.rmtree(self.place.generations, ignore_errors=True)
        for place in self.places:
            place.fresh.clear()
        COVERED["homes lost"] += 1
        self.met.home_lost = True

    def set_clock(self, seconds: float) -> None:
        """Somebody sets the machine's time of day."""
        self.clock.jump(seconds)
        self.met.sort("clocks", "clock set in mid-run" if self.at_work else "clock set between runs")

    def other_server(self, wrong_s: float, date: str) -> None:
        """Another server answers from now on."""
        self.clock.server_wrong_s, self.server.dates = wrong_s, date
        self.met.sort("clocks", "server with another clock")

    def meddle(self, what: str, index: int) -> None:
        """A person changes something by hand."""
        self.account.catch_up()
        kept, self.account.who = self.account.who, PERSON
        made = [c.thing for c in self.account.commits if c.who != PERSON]
        planned = [c.target for s in self.planned for c in s.changes if c.target]
        try:
            things = people.near(self.account, made, planned, above=what.startswith("above"))
            turned = things[index % len(things) :] + things[: index % len(things)] if things else []
            if any(people.edit(self.account, what.removeprefix("above "), thing) for thing in turned):
                self.met.edited(self, what)
        finally:
            self.account.who = kept

    def end(self) -> None:
        """No more faults: apply until nothing moves, then the account equals the plan."""
        self.clock.sleep(LATE_S)
        for place in self.places:
            self.place = place
            for change_set in self.sets:
                self._finish(change_set)
            checks.at_the_end(self)

    def _finish(self, change_set: ChangeSet) -> None:
        for _ in range(ROUNDS):
            self.run(change_set)
            turned_down = self.verdicts.get(change_set.id) in ("declined", "later")
            if turned_down or all(o.state not in OPEN for o in self.observer.outcomes(change_set)):
                return
            self.clock.sleep(3700)


def _no_wait(_: float) -> None:
    raise AssertionError("nothing fails while something is proposed")


def images_in(folder: Path) -> list[Path]:
    """Three files to upload, in a folder that all histories share."""
    paths = [folder.parent / f"picture{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        if not path.exists():
            path.write_bytes(b"picture" + bytes([number]))
    return paths


def video_in(folder: Path) -> Path:
    """A file of two parts, in the same folder."""
    path = folder.parent / "clip.mp4"
    if not path.exists():
        path.write_bytes(b"a film")
    return path
