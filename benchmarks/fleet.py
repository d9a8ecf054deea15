"""Many accounts, one database, one worker and then two: `python -m benchmarks.fleet [ACCOUNTS]`.

Each account has a daily check and a review, which is shorter; what one worker and two do in a minute is compared over the
checks that all ended before the first review. Postgres is the tests' own; Meta is a thousand of the sandbox's accounts
(`fleet_meta`), with the time that Meta takes for an answer. A second worker joins when 15 % of the runs are done, so that
one and two are measured in the same minutes; only this machine's cores limit them.
"""

import contextlib
import io
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.cli.entry import _guarded
from agent.fleet.order_book import OrderBook
from benchmarks.fleet_meta import meta
from tests.postgres import server

ORDERS = "daily check", "which ads underperform?"
ALONE = 0.15
"""Up to which share of the runs one worker is alone."""
UNMEASURED = 25
"""Runs at each beginning that are not counted: the first of a worker loads everything."""
LOOK_S = 1.0
Runs = Sequence[dict[str, Any]]


@contextmanager
def fleet(url: str, database: str, orders: Sequence[tuple[str, str]]) -> Iterator[tuple[Path, OrderBook]]:
    """A workspace whose orders are due in all accounts, and its order book."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "brand").mkdir()
        (folder / "brand" / "stack.md").write_text("", encoding="utf-8")
        os.environ |= {
            "META_GRAPH_URL": url,
            "ADSTEWARD_WORKSPACE": name,
            "ADSTEWARD_DATABASE_URL": database,
            "HOME": name,
        }
        with contextlib.redirect_stdout(io.StringIO()):
            for request, approve in orders:
                added = [
                    "schedule",
                    "add",
                    request,
                    "--account",
                    "all",
                    "--approve",
                    approve,
                    "--sandbox",
                    "--json",
                ]
                if code := _guarded(added):
                    raise SystemExit(code)
        with closing(OrderBook.of(folder / "state")) as book:
            book.run("ALTER DATABASE postgres SET synchronous_commit=on")  # the tests' own is careless
            book.run("UPDATE slots SET due=?", stamp(-1))
            yield folder, book


def stamp(minutes: float) -> str:
    """A moment so many minutes from now, as the order book keeps it."""
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="microseconds")


def ended(book: OrderBook) -> int:
    """How many runs have ended."""
    row = book.one("SELECT COUNT(*) AS number FROM order_runs WHERE state='ended'")
    return int(row["number"]) if row else 0


def main(accounts: int) -> None:
    runs, crew = accounts * len(ORDERS), list["subprocess.Popen[bytes]"]()
    with (
        server() as postgres,
        meta(accounts) as (url, known),
        fleet(url, postgres.url, [(one, "none") for one in ORDERS]) as (_, book),
    ):
        joined, most_kb = "", 0
        while (done := ended(book)) < runs:
            if len(crew) < (wanted := 1 if done < runs * ALONE else 2):
                joined = stamp(0)
                crew.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "agent", "work"],
                        stdout=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                )
                print(f"{done} runs ended: worker {wanted} begins", flush=True)
            time.sleep(LOOK_S)
            most_kb = max(most_kb, *(_memory_kb(one.pid) for one in crew))
        for one in crew:
            one.send_signal(signal.SIGTERM)
        for one in crew:
            one.wait()
        rows = [dict(row) for row in book.all("SELECT * FROM order_runs ORDER BY ended_at")]
        checks = list(itertools.takewhile(lambda row: row["order_number"] == 1, rows))
        alone, together = (
            [row for row in checks if before == (row["ended_at"] < joined)] for before in (True, False)
        )
        if min(len(alone), len(together)) > UNMEASURED + 1:
            one, two = _per_minute(alone), _per_minute(together)
            print(
                f"daily checks before the first review: {len(checks)}; one worker {one:.0f} a minute, two {two:.0f}: {two / one:.2f} times as many"
            )
        else:
            print("too few daily checks before the first review to compare one worker with two")
        print(
            f"{known.asked['requests'] / runs:.2f} requests a run, {known.asked['calls'] / runs:.1f} calls in them; at most {most_kb // 1000} MB a worker"
        )
        print(f"ends: {dict(Counter(row['status'] for row in rows))}")
        print("\n".join(_fairness(rows, accounts)))


def _per_minute(rows: Runs) -> float:
    times = [datetime.fromisoformat(row["ended_at"]) for row in rows[UNMEASURED:]]
    return (len(times) - 1) / (times[-1] - times[0]).total_seconds() * 60


def _fairness(rows: Runs, accounts: int) -> Iterator[str]:
    """Whether each account had its first turn before any had its second, and how long turns took."""
    turns = sorted(rows, key=lambda row: row["claimed_at"])
    firsts = {row["account"] for row in turns[:accounts]}
    took = sorted(
        (datetime.fromisoformat(row["ended_at"]) - datetime.fromisoformat(row["claimed_at"])).total_seconds()
        for row in rows
    )
    counts = Counter(row["account"] for row in rows)
    yield f"of the first {accounts} turns {len(firsts)} went to accounts that had none; {len(counts)} accounts had {min(counts.values())} to {max(counts.values())} turns"
    yield f"a run took {statistics.median(took):.2f} s, the longest {took[-1]:.1f} s"


def _memory_kb(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text(encoding="utf-8").split("VmHWM:")[1].split()[0])
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
