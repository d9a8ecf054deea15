"""One history: an account, a journal, change sets, processes that come and die, and people who meddle."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agent.setup.stops import ConfigError
from agent.writes.change_events import Settled
from agent.writes.journal import Journal
from tests.faults import checks, moved
from tests.faults.account import ACCOUNT, PERSON, Thing, demo_account
from tests.faults.clock import Clock
from tests.faults.places import Place
from tests.faults.plans import Planner, Wish
from tests.faults.process import Make, Process, Steps
from tests.faults.server import LATE_S, SHOWN_S, TOKEN, Act, GraphServer
from tests.memory import MEMORY
from tools.domain.changes import ChangeSet
from tools.domain.footing import ground
from tools.graph import GraphReader, Wire

ROUNDS = 12
"""Applies without a fault after which everything must have come to rest."""
OPEN = ("PLANNED", "SENT")
COVERED: Counter[str] = Counter()
"""What all histories of this test run met."""


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: there a journal that syncs each commit costs little."""
    return tempfile.TemporaryDirectory(dir=MEMORY, prefix="adsteward-")


class History:
    """Keeps what happened, and checks it after each run of the program against the server's truth."""

    def __init__(self, folder: Path, *, page_rows: int = 500, make: Make = Process) -> None:
        self.clock = Clock()
        self.account = demo_account(self.clock)
        self.server = GraphServer(self.account, page_rows)
        self.folder = folder
        self.place = Place(folder, folder / "generations", self.clock.now)
        """The state folder in use."""
        self.places = [self.place]
        self.planner = Planner(self.account, images_in(folder))
        self.planned: list[ChangeSet] = []
        """Every change set, also those that no journal knows any more."""
        self.proposed_s: dict[str, float] = {}
        self.proposed_commits: dict[str, int] = {}
        self.proposed_world: dict[str, moved.World] = {}
        """How much had happened, and what the account was like, when a set was proposed."""
        self.judged: set[tuple[int, str]] = set()
        """Writes that were found to be as approved, by number of their request and key."""
        self.announced = Counter[str]()
        """How often a journal announced that a change is being sent."""
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
        for place in self.places:
            place.close()
        COVERED.update(self.server.seen)
        COVERED["histories"] += 1
        COVERED["writes that happened"] += sum(c.who != PERSON for c in self.account.commits)
        COVERED["edits by a person"] += sum(c.who == PERSON for c in self.account.commits)
        updates = Counter(c.key for c in self.account.commits if c.verb == "update" and c.who != PERSON)
        COVERED["updates that happened more than once"] += sum(n > 1 for n in updates.values())

    def propose(self, wishes: Sequence[Wish]) -> ChangeSet | None:
        """Plan, propose and approve; a person takes a moment to read it."""
        self.account.catch_up()
        outcomes = [o for s in self.sets for o in self.observer.outcomes(s)]
        self.planner.busy = {o.change.target for o in outcomes if o.state in OPEN}
        change_set = self.planner.plan(wishes)
        if change_set:
            facts = self._read_around(change_set)
            grounded = (c.model_copy(update={"rests_on": facts.get(c.id, {})}) for c in change_set.changes)
            change_set = change_set.model_copy(update={"changes": tuple(grounded)})
            self.proposed_commits[change_set.id] = len(self.account.commits)
            self.proposed_world[change_set.id] = moved.world_at(self.account, self.account.commits)
            self.observer.propose(change_set)
            self.observer.approve(change_set, "test")
            self.planned.append(change_set)
            self.place.fresh.add(change_set.id)
            self.proposed_s[change_set.id] = self.clock.at_s
            COVERED["changes planned"] += len(change_set.changes)
        self.clock.sleep(2 * SHOWN_S)
        return change_set

    def _read_around(self, change_set: ChangeSet) -> dict[str, dict[str, str]]:
        """What the changes rest on, as the program reads it when it proposes them."""
        self.server.script_writes, self.server.script_reads = [], []
        with closing(Wire(TOKEN, base_url="http://graph", transport=self.server, sleep=_no_wait)) as wire:
            return ground(GraphReader(wire), ACCOUNT, change_set.changes).facts

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

    def beside(self, place: Place, which: int) -> Callable[[], None]:
        """Another process that applies a set of a state folder, to be run while one is at work."""

        def applies() -> None:
            sets = self.known_in(place)
            kept = self.server.script_writes, self.server.script_reads
            self.server.script_writes, self.server.script_reads = [], []
            try:
                if sets:
                    self._apply(place, sets[which % len(sets)], Steps(self.clock))
                    COVERED["runs beside another"] += 1
            except ConfigError:
                COVERED["turned away, as another is at work"] += 1
            finally:
                self.server.script_writes, self.server.script_reads = kept

        return applies

    def _apply(self, place: Place, change_set: ChangeSet, steps: Steps, *, fresh: bool = False) -> Any:
        """One process, from its approval to its end; what it announced is kept."""
        if not place.observer.approved(change_set):  # an approval does not hold for ever
            if place.observer.state(change_set.id) == "applied":
                return None  # as the program does it
            place.observer.approve(change_set, "test")
        before = place.sent(change_set.id)
        try:
            return self._make(place, self.server, steps, fresh=fresh).apply(change_set.id)
        finally:
            self.announced.update(place.sent(change_set.id) - before)

    def restore(self, index: int) -> None:
        """Put a backup of the state folder in use back."""
        if self.place.backups:
            self.place.restore(index % len(self.place.backups))
            self._begins_anew(self.place)
            COVERED["state folders put back"] += 1

    def copy(self) -> Place:
        """Another state folder, as the one in use is now."""
        place = self.place.copy(self.folder / f"copy{len(self.places)}")
        self.places.append(place)
        self._begins_anew(place)
        COVERED["state folders copied"] += 1
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

    def meddle(self, what: str, index: int) -> None:
        """A person changes something by hand."""
        self.account.catch_up()
        kept, self.account.who = self.account.who, PERSON
        try:
            if things := self._near(above=what.startswith("above")):
                self._edit(what.removeprefix("above "), things[index % len(things)])
        finally:
            self.account.who = kept

    def _near(self, *, above: bool) -> list[Thing]:
        """What sets made or are about, or what these stand in."""
        things, ours = self.account.things, [c.thing for c in self.account.commits if c.who != PERSON]
        planned = [things[c.target] for s in self.planned for c in s.changes if c.target]
        near = [t for t in (*ours, *planned) if t.kind != "image"]
        if above:
            parents = [t.row.get(name) for t in near for name in ("adset_id", "campaign_id")]
            near = [things[parent] for parent in parents if parent]
        return [t for t in near if t.row.get("status") not in (None, "DELETED")]

    def _edit(self, what: str, thing: Thing) -> None:
        """Where that is possible."""
        if what == "status":
            status = "PAUSED" if thing.row["status"] == "ACTIVE" else "ACTIVE"
            self.account.update(thing.id, {"status": status})
        elif what == "budget" and "daily_budget" in thing.row:
            self.account.update(thing.id, {"daily_budget": str(int(thing.row["daily_budget"]) + 7)})
        elif what == "creative" and thing.kind == "ad":
            self.account.update(thing.id, {"creative_id": f"4{(int(thing.row['creative_id'][-1]) + 1) % 3}"})
        elif what == "targeting" and thing.kind == "adset":
            self.account.update(thing.id, {"targeting": {"geo_locations": {"countries": ["AT"]}}})
        elif what == "new ad" and thing.kind in ("ad", "adset"):
            adset = thing.row.get("adset_id") or thing.id
            row = {"name": "Theirs", "status": "ACTIVE", "adset_id": adset, "creative_id": "40"}
            self.account.create("ad", row)
        elif what in ("ARCHIVED", "DELETED") and thing.kind == "ad":
            self.account.update(thing.id, {"status": what})

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
            if all(o.state not in OPEN for o in self.observer.outcomes(change_set)):
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
