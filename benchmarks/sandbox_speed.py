"""How fast the sandbox is and how much memory it takes: real servers, asked over a socket (Linux).

Usage: python benchmarks/sandbox_speed.py. Each line has the wall time and the processor time of the server.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ACCOUNT, AD = "act_123456789", "23848000000001"
PAGE = 500
SERVER = """
import sys
from sandbox.http.app import create_app
from sandbox.http.server import serve
serve("127.0.0.1", 0, create_app(ads=int(sys.argv[1])), on_ready=lambda port: print(port, flush=True))
"""
FIGURES = {"level": "ad", "fields": "ad_id,spend,impressions,actions,purchase_roas"}
NODES = {"limit": "500", "fields": "name,status,effective_status,adset{name},campaign{name},creative{id}"}


class Server:
    """A sandbox of its own with so many ads."""

    def __init__(self, process: "subprocess.Popen[str]", http: httpx.Client) -> None:
        self.process, self.http = process, http

    def get(self, path: str, params: dict[str, str] | None = None) -> Any:
        """The body of a good answer."""
        answer = self.http.get(path, params=params)
        answer.raise_for_status()
        return answer.json()

    def cpu_s(self) -> float:
        """Processor time so far."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> int:
        """Resident memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS"))) // 1024

    def timed(self, what: str, act: Callable[[], Any]) -> Any:
        """Print how long something took; gives what came of it."""
        wall, cpu = time.perf_counter(), self.cpu_s()
        made = act()
        print(f"{what:<52}{time.perf_counter() - wall:9.3f} s{self.cpu_s() - cpu:9.2f} s")
        return made


@contextmanager
def serving(ads: int) -> Iterator[Server]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(ads)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout  # noqa: S101  a pipe was asked for
        base = f"http://127.0.0.1:{int(process.stdout.readline())}/v26.0"
        with httpx.Client(
            base_url=base, headers={"authorization": "Bearer sandbox-token"}, timeout=120
        ) as http:
            yield Server(process, http)
    finally:
        process.kill()


def small(server: Server) -> None:
    where = f"{ACCOUNT}/insights"
    rows = {**FIGURES, "limit": "500"}
    server.timed("500 ads in one insights call, the first of all", lambda: server.get(where, rows))
    server.timed("the same again", lambda: server.get(where, rows))
    server.timed("another period", lambda: server.get(where, {**rows, "date_preset": "last_7d"}))
    ages = {**rows, "breakdowns": "age,gender"}
    server.timed("500 rows of 500 ads by age and gender", lambda: server.get(where, ages))
    server.timed("500 ads with six fields", lambda: server.get(f"{ACCOUNT}/ads", NODES))
    server.timed("1,000 reads of one ad", lambda: [server.get(AD) for _ in range(1000)])
    server.timed("100 writes", lambda: [server.http.post(AD, data={"name": str(n)}) for n in range(100)])


def stream(server: Server) -> tuple[int, list[int]]:
    """Have a report of every ad and day made, and read it page by page; gives rows and memory on the way."""
    asked = {**FIGURES, "date_preset": "maximum", "time_increment": "1"}
    report = server.http.post(f"{ACCOUNT}/insights", data=asked).json()["report_run_id"]
    while server.get(report)["async_status"] != "Job Completed":
        pass
    page, rows, memory = server.get(f"{report}/insights", {"limit": str(PAGE)}), 0, []
    while True:
        rows += len(page["data"])
        memory.append(server.memory_mb())
        if "next" not in page["paging"]:
            return rows, memory
        page = server.get(page["paging"]["next"])


def main() -> None:
    print(f"{'':<52}{'wall':>11}{'server cpu':>11}")
    with serving(500) as server:
        small(server)
    with serving(1320) as server:
        rows, memory = server.timed(f"a report of 1,320 ads by day, pages of {PAGE}", lambda: stream(server))
    print(
        f"{rows:,} rows; server memory {memory[0]} MB at the first page, {memory[-1]} MB at the last, {max(memory)} MB at most"
    )


if __name__ == "__main__":
    main()
