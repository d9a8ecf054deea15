"""One history: an account, a journal, change sets, processes that come and die, and people who meddle."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agent.writes.change_events import Settled
from agent.writes.journal import Journal
from tests.faults import checks
from tests.faults.account import PERSON, demo_account
from tests.faults.clock import Clock
from tests.faults.plans import Planner, Wish
from tests.faults.process import Make, Process, Steps
from tests.faults.server import LATE_S, SHOWN_S, Act, GraphServer
from tools.domain.changes import ChangeSet

SHM = Path("/dev/shm")  # noqa: S108 - memory, where a journal that syncs each commit costs little
ROUNDS = 12
"""Applies without a fault after which everything must have come to rest."""
OPEN = ("PLANNED", "SENT")
COVERED: Counter[str] = Counter()
"""What all histories of this test run met."""


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one."""
    return tempfile.TemporaryDirectory(dir=SHM if SHM.is_dir() else None, prefix="adsteward-")


class History:
    """Keeps what happened, and checks it after each run of the program against the server's truth."""

    def __init__(self, folder: Path, *, page_rows: int = 500, make: Make = Process) -> None:
        self.clock = Clock()
        self.account = demo_account(self.clock)
        self.server = GraphServer(self.account, page_rows)
        self.journal_path = folder / "journal.sqlite"
        self.observer = Journal(self.journal_path, now=self.clock.now)
        self.planner = Planner(self.account, images_in(folder))
        self.sets: list[ChangeSet] = []
        self.proposed_s: dict[str, float] = {}
        self.confirmed_at: dict[str, int] = {}
        """Number of the last request before a change was seen confirmed."""
        self.steps = 0
        self._make = make

    def close(self) -> None:
        self.observer.close()
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
            self.observer.propose(change_set)
            self.observer.approve(change_set, "test")
            self.sets.append(change_set)
            self.proposed_s[change_set.id] = self.clock.at_s
            COVERED["changes planned"] += len(change_set.changes)
        self.clock.sleep(2 * SHOWN_S)
        return change_set

    def run(
        self,
        change_set: ChangeSet,
        writes: Sequence[Act | None] = (),
        reads: Sequence[Act | None] = (),
        *,
        dies_at: int | None = None,
        freezes_at: int | None = None,
        frozen_s: float = 0.0,
    ) -> Settled | None:
        """One run of the program on one set; None when it died. Whatever came of it is checked."""
        if not self.observer.approved(change_set):  # an approval does not hold for ever
            self.observer.approve(change_set, "test")
        self.server.script_writes, self.server.script_reads = list(writes), list(reads)
        steps = Steps(self.clock, dies_at, freezes_at, frozen_s)
        try:
            settled = self._make(self.journal_path, self.server, steps).apply(change_set.id)
        finally:
            self.steps = steps.count
            COVERED.update(steps.seen)
            COVERED["runs"] += 1
        self.account.catch_up()
        for fate in checks.after_a_run(self):
            if fate.outcome.state == "CONFIRMED":
                self.confirmed_at.setdefault(fate.change.id, self.account.arrival)
        return settled

    def meddle(self, what: str, index: int) -> None:
        """A person changes something by hand."""
        self.account.catch_up()
        ours = [c.thing for c in self.account.commits if c.who != PERSON and c.thing.kind != "image"]
        planned = [self.account.things[c.target] for s in self.sets for c in s.changes if c.target]
        things = [t for t in (*ours, *planned) if t.row.get("status") not in (None, "DELETED")]
        if not things:
            return
        thing = things[index % len(things)]
        if what == "status":
            status = "PAUSED" if thing.row["status"] == "ACTIVE" else "ACTIVE"
            self.account.update(thing.id, {"status": status})
        elif what == "budget" and "daily_budget" in thing.row:
            self.account.update(thing.id, {"daily_budget": str(int(thing.row["daily_budget"]) + 7)})
        elif what in ("ARCHIVED", "DELETED") and thing.kind == "ad":
            self.account.update(thing.id, {"status": what})

    def end(self) -> None:
        """No more faults: apply until nothing moves, then the account equals the plan."""
        self.clock.sleep(LATE_S)
        for change_set in self.sets:
            for _ in range(ROUNDS):
                self.run(change_set)
                if all(o.state not in OPEN for o in self.observer.outcomes(change_set)):
                    break
                self.clock.sleep(3700)
        checks.at_the_end(self)


def images_in(folder: Path) -> list[Path]:
    """Three files to upload, in a folder that all histories share."""
    paths = [folder.parent / f"picture{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        if not path.exists():
            path.write_bytes(b"picture" + bytes([number]))
    return paths
