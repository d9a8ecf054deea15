"""Side by side with Meta's own SDK, in one run: requests, throttle errors, time, memory. `make bench` runs it.

Every line is measured in a process of its own, against a server (`meta.py`) in this one; they share a virtual clock,
which only requests and waiting move. Exits 1 when adsteward does not keep what the project promises.
"""

import multiprocessing
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from meta import ADS, POINTS, WASTEFUL, Clock, Meta, serve

OURS, SDK = "adsteward", "facebook-business"
START = 1_800_000_000.0
TARGET = Decimal(50)
READS = 2000
ROWS = (10_000, 100_000)
MOST_REQUESTS = 4
FLAT_MB = 1.0
"""Ten times the rows may cost this much memory on top: 11 bytes for each of them."""
PROCESSES = multiprocessing.get_context("spawn")


class Job(NamedTuple):
    """What one client is to do: a function of a module here, and what it is told."""

    client: str
    module: str
    function: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Line:
    """What one client needed for one job."""

    client: str
    requests: int
    throttled: int
    writes: int
    virtual_s: float
    wall_s: float
    peak_mb: float
    """What it allocated at most; 0 when that was not traced."""
    told: dict[str, int]


def measure(job: Job, *, traced: bool = False, **account: Any) -> Line:
    """Do a job in a new process, on such an account."""
    clock = PROCESSES.Value("d", START)
    meta = Meta(clock, **account)
    server, url = serve(meta)
    pipe, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_work, args=(theirs, job, url, clock, traced))
    process.start()
    theirs.close()
    try:
        wall_s, peak_mb, told = pipe.recv()
    except EOFError:
        sys.exit(f"{job.client} failed at {job.function}")
    finally:
        process.join()
        server.shutdown()
        server.server_close()
    virtual_s = clock.value - START
    return Line(job.client, meta.requests, meta.refused, len(meta.writes), virtual_s, wall_s, peak_mb, told)


def _work(pipe: Any, job: Job, url: str, clock: Clock, traced: bool) -> None:
    """In the new process: the modules are loaded before anything is measured."""
    run = getattr(import_module(job.module), job.function)
    if traced:
        tracemalloc.start()
    started = time.perf_counter()
    told = run(url, clock, *job.arguments)
    wall_s = time.perf_counter() - started
    peak = tracemalloc.get_traced_memory()[1] if traced else 0
    pipe.send((wall_s, peak / 1e6, told))


def pausing(**account: Any) -> list[Line]:
    """Find and pause what is too dear."""
    jobs = (
        Job(OURS, "ours", "pause", (TARGET,)),
        Job(f"{SDK}, one by one", "sdk", "pause", (TARGET,)),
        Job(f"{SDK}, its batch", "sdk", "pause_in_batch", (TARGET,)),
    )
    return [measure(job, **account) for job in jobs]


def reading() -> list[Line]:
    """Read ad after ad on the Limited tier."""
    jobs = (
        Job(OURS, "ours", "reads", (READS,)),
        Job(SDK, "sdk", "reads", (READS,)),
        Job(f"{SDK}, sleeping", "sdk", "patient_reads", (READS,)),
    )
    return [measure(job, limited=True) for job in jobs]


def figures(count: int) -> list[Line]:
    """Read so many rows; once more for the memory, because tracing is slow."""
    jobs = (Job(OURS, "ours", "rows"), Job(SDK, "sdk", "rows"))
    return [
        replace(measure(job, rows=count), peak_mb=measure(job, rows=count, traced=True).peak_mb)
        for job in jobs
    ]


def main() -> int:
    paused, lost = pausing(), pausing(drops_write=True)
    table(f"Find and pause {WASTEFUL} of {ADS} ads; known: what the client can vouch for", paused)
    table("The same, and the answer to the first write is lost", lost)
    read = reading()
    table(f"{READS:,} reads one after the other, Limited tier ({POINTS} points in 5 minutes)", read)
    few, many = (figures(count) for count in ROWS)
    for count, lines in zip(ROWS, (few, many), strict=True):
        table(f"{count:,} rows of figures, read one by one", lines)
    promises = {
        f"{WASTEFUL} pauses, proven, in at most {MOST_REQUESTS} requests": paused[0].requests <= MOST_REQUESTS
        and _all_paused(paused[0]),
        f"after a lost answer each is still made once, and known, in at most {MOST_REQUESTS}": lost[
            0
        ].requests
        <= MOST_REQUESTS
        and _all_paused(lost[0]),
        f"{READS:,} reads without a throttle error": read[0].throttled == 0
        and read[0].told["answered"] == READS,
        "memory is flat": many[0].peak_mb - few[0].peak_mb <= FLAT_MB
        and [line.told["rows"] for line in (few[0], many[0])] == [*ROWS],
    }
    for promise, kept in promises.items():
        print(f"{'kept' if kept else 'BROKEN':<8}{promise}")
    return int(not all(promises.values()))


def _all_paused(line: Line) -> bool:
    return line.told["known"] == line.writes == WASTEFUL


def table(title: str, lines: Sequence[Line]) -> None:
    """One job, a line per client."""
    columns: dict[str, Callable[[Line], str]] = {
        "requests": lambda line: f"{line.requests}",
        "throttled": lambda line: f"{line.throttled}",
        "writes": lambda line: f"{line.writes}",
        **{name: partial(_told, name) for name in lines[0].told},
        "virtual s": lambda line: f"{line.virtual_s:,.0f}",
        "wall s": lambda line: f"{line.wall_s:.2f}",
        "peak MB": lambda line: f"{line.peak_mb:.1f}" if line.peak_mb else "",
    }
    print(f"{title}\n{'':<32}{''.join(f'{name:>11}' for name in columns)}")
    for line in lines:
        print(f"  {line.client:<30}{''.join(f'{cell(line):>11}' for cell in columns.values())}")
    print()


def _told(name: str, line: Line) -> str:
    return f"{line.told[name]}"


if __name__ == "__main__":
    sys.exit(main())
