"""A fleet whose workers, database and network fail: `python -m benchmarks.fleet_faults [ACCOUNTS] [EVENTS] [OLDER RELEASE]`.

Three orders for each account, of which one pauses ads without asking and one proposes a copy that people then approve; two workers
on one Postgres. Workers are killed or frozen at work, the network to Meta is cut amid requests, the database is stopped, approvals
are given while who carries them out dies, and some workers are of an older release, whose folder may be given. What must
hold in the end is counted at Meta: nothing is done twice, nothing that was approved is left out, every run ends or is named.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.fleet.order_book import OrderBook
from agent.stores.unreachable import GONE
from agent.writes.journal import Journal
from benchmarks.fleet import ended, fleet, stamp
from benchmarks.fleet_meta import FIRST, Accounts, meta
from tests.postgres import Server, server

COPIED, INTO = "Static – Cooler flat lay v3", "Summer – Weekend campers"
ORDERS = (
    ("daily check", "none"),
    ("pause underperforming ads", "safe"),
    (f'duplicate "{COPIED}" into "{INTO}"', "none"),
)
FROZEN_S, LONG_FROZEN_S, CUT_S, LONG_CUT_S, GONE_S = 5.0, 75.0, 10.0, 90.0, 30.0
"""How long a worker is frozen, or for longer than the database bears, the network cut, or for longer than a run tries, the database away."""
KINDS = {"killed": 17, "frozen": 8, "frozen long": 1, "cut": 8, "cut long": 1, "database": 3, "approval": 14}
"""What happens, and how often of so many events."""
AT_WORK = "SELECT w.pid FROM order_runs r JOIN workers w ON w.owner=r.owner WHERE r.state='running'"
OPEN = ("approved", "applying")


@dataclass(slots=True)
class Crew:
    """Two workers, and all that can happen to them."""

    folder: Path
    postgres: Server
    accounts: Accounts
    older: str
    luck: random.Random
    book: OrderBook
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    began: int = 0
    approved: list[tuple[str, str]] = field(default_factory=list)

    def command(self, *arguments: str, older: bool = False) -> "subprocess.Popen[bytes]":
        place = self.older if older else str(Path(__file__).parents[1])
        said = (self.folder / "said.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "agent", *arguments],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            cwd=place, env=os.environ | {"PYTHONPATH": place},
        )  # fmt: skip

    def start(self) -> None:
        self.began += 1
        self.workers.append(self.command("work", older=bool(self.older) and self.began % 4 == 2))

    def at_work(self) -> "list[subprocess.Popen[bytes]]":
        """Its workers that do something now; none while the database does not say."""
        with contextlib.suppress(*GONE):
            busy = {row["pid"] for row in self.book.all(AT_WORK)}
            return [one for one in self.workers if one.pid in busy]
        return []

    def happens(self, kind: str) -> str:
        """Have it happen while somebody works; gives what happened, an approval where all is done."""
        if not until(lambda: bool(self.at_work()), 20):
            kind = "approval"
        time.sleep(self.luck.uniform(0, 0.7))
        getattr(self, kind.replace(" ", "_"))()
        return kind

    def killed(self) -> None:
        for victim in self.at_work()[:1]:
            victim.kill()
            victim.wait()
            self.workers.remove(victim)
            self.start()

    def frozen(self, long_s: float = FROZEN_S) -> None:
        for victim in self.at_work()[:1]:
            victim.send_signal(signal.SIGSTOP)
            time.sleep(long_s)
            victim.send_signal(signal.SIGCONT)

    def frozen_long(self) -> None:
        self.frozen(LONG_FROZEN_S)

    def cut(self, long_s: float = CUT_S) -> None:
        """From a write on, whose answer is lost, if there is one soon."""
        self.accounts.cut_at_write = True
        until(lambda: self.accounts.cut, 20)
        self.accounts.cut, self.accounts.cut_at_write = True, False
        time.sleep(long_s)
        self.accounts.cut = False

    def cut_long(self) -> None:
        self.cut(LONG_CUT_S)

    def database(self) -> None:
        self.postgres.stop("immediate")
        time.sleep(GONE_S)
        self.postgres.start()

    def approval(self) -> None:
        """A person approves a copy, and the process that carries it out dies; now and then a worker with it."""
        with closing(self.journal()) as journal:
            waiting = [
                row
                for row in journal.recent("", 10_000, state="proposed")
                if row["request"].startswith("duplicate")
            ]
        if not waiting:
            return
        chosen = self.luck.choice(waiting)
        self.approved.append((chosen["id"], chosen["account"]))
        applying = self.command(*self.apply(*self.approved[-1]))
        with contextlib.suppress(subprocess.TimeoutExpired):
            applying.wait(self.luck.uniform(0.6, 4.0))
        applying.kill()
        applying.wait()
        if self.luck.random() < 0.3:
            self.killed()

    def apply(self, set_id: str, account: str) -> tuple[str, ...]:
        return ("apply", set_id, "--sandbox", "--account", account, "--approve", "all")

    def journal(self) -> Journal:
        return Journal(self.folder / "state" / "journal.sqlite", now=lambda: datetime.now(UTC))

    def end(self) -> None:
        """Wait until every run has ended; what failed in passing is tried again at once instead of in minutes."""

        def over() -> bool:
            with contextlib.suppress(*GONE):
                self.book.run("UPDATE again SET at=?", stamp(-1))
                left = "SELECT 1 FROM slots s JOIN orders o ON o.number=s.order_number WHERE s.due<=?"
                return not (
                    self.book.one("SELECT 1 FROM again")
                    or self.book.one("SELECT 1 FROM order_runs WHERE state='running'")
                    or self.book.one(left, stamp(0))
                )
            return False

        until(over, 3600)
        for one in self.workers:
            one.send_signal(signal.SIGTERM)
        for one in self.workers:
            one.wait()

    def carry_on(self) -> int:
        """Go on with what was approved and not ended, as a person does who reads the inbox; gives with how many."""
        for _ in range(3):
            with closing(self.journal()) as journal:
                left = [
                    (row["id"], row["account"])
                    for state in OPEN
                    for row in journal.recent("", 10_000, state=state)
                ]
                left += [one for one in self.approved if journal.state(one[0]) == "proposed"]
            for one in left:
                self.command(*self.apply(*one)).wait()
            if not left:
                break
        return len(left)


def found(crew: Crew) -> dict[str, Any]:
    """What there is in the end: at Meta, in the journal, in the order book."""
    written = [one for one in crew.accounts.written if one.good]
    doubled = {
        asked: times
        for asked, times in Counter(
            (one.account, one.asked.partition("&adlabels")[0]) for one in written
        ).items()
        if times > 1
    }
    copies = {n: _copies(crew.accounts, n) for n in crew.accounts.touched()}
    rows = crew.book.all("SELECT * FROM order_runs ORDER BY number")
    last = {(row["order_number"], row["account"]): row for row in rows}
    with closing(crew.journal()) as journal:
        sets = journal.recent("", 100_000)
    applied = Counter(
        one["account"] for one in sets if one["request"].startswith("duplicate") and one["state"] == "applied"
    )
    wrong = [n for n, made in copies.items() if made != applied[f"act_{FIRST + n}"]]
    return {
        "runs": len(rows),
        "orders in accounts": len(last),
        "ends": dict(Counter(f"{row['state']} {row['status']}" for row in last.values())),
        "begun again": sum(row["attempt"] > 1 for row in rows),
        "tried again": len(rows) - len(last),
        "named": dict(
            Counter(row["answer"].partition("\n")[0] for row in last.values() if row["status"] == "error")
        ),
        "sets": dict(Counter(f"{one['request'][:9]} {one['state']}" for one in sets)),
        "copies approved": len({one[0] for one in crew.approved}),
        "copies made": sum(copies.values()),
        "accounts with another number of copies than the journal says": wrong,
        "written twice": {f"{account} {asked[:200]}": times for (account, asked), times in doubled.items()},
        "answers lost after a write": sum(not one.heard for one in written),
    }


def _copies(accounts: Accounts, number: int) -> int:
    world = accounts.world(number)._app.state.world  # type: ignore[attr-defined]  # noqa: SLF001 - the world itself is looked at
    return sum(ad.data["name"] == COPIED for ad in world.of("ad")) - 1


def main(accounts: int, events: int, older: str = "") -> None:
    luck = random.Random(11)
    with (
        server() as postgres,
        meta(accounts) as (url, known),
        fleet(url, postgres.url, ORDERS) as (folder, book),
    ):
        crew = Crew(folder, postgres, known, older, luck, book)
        began = time.monotonic()
        crew.start()
        crew.start()
        total = sum(KINDS.values())
        coming = [kind for kind, times in KINDS.items() for _ in range(max(1, round(times * events / total)))]
        luck.shuffle(coming)
        pause = timed(crew, accounts * len(ORDERS), len(coming))
        happened = Counter[str]()
        for kind in coming:
            happened[did := crew.happens(kind)] += 1
            at = f"{time.monotonic() - began:6.0f} s"
            print(f"{at}  {happened.total()} of {len(coming)}: {did}; {_done(book)} runs ended", flush=True)
            pause()
        crew.end()
        left = crew.carry_on()
        took = {"events": dict(happened), "seconds": round(time.monotonic() - began), "still open": left}
        print(json.dumps(took | found(crew), indent=1, ensure_ascii=False))
        said = (folder / "said.log").read_text(encoding="utf-8", errors="replace")
        print("tracebacks:", said.count("Traceback"), "bug reports:", said.count("bug report"))


def timed(crew: Crew, runs: int, events: int) -> Callable[[], None]:
    """A pause between events, so that they fall over the whole of the runs."""
    count = iter(range(1, events + 1))

    def pause() -> None:
        number = next(count)
        until(lambda: _done(crew.book) >= runs * number * 0.9 / events, 120)

    return pause


def until(there: Callable[[], bool], within_s: float) -> bool:
    """Wait for something, or for so long; whether it came."""
    ends_at = time.monotonic() + within_s
    while not (came := there()) and time.monotonic() < ends_at:
        time.sleep(0.2)
    return came


def _done(book: OrderBook) -> int:
    with contextlib.suppress(*GONE):
        return ended(book)
    return 0


if __name__ == "__main__":
    main(
        *(int(number) for number in [*sys.argv[1:3], *("340", "52")[len(sys.argv) - 1 :]][:2]), *sys.argv[3:4]
    )
