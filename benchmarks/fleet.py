"""Many accounts, one database, one worker against two, and workers that die: `python benchmarks/fleet.py [ACCOUNTS] [KILLS]`.

Postgres is the tests' own; Meta is the sandbox's smallest account behind a server that shows it under many ids, with the
time that Meta takes for an answer. What is measured is ours: runs per minute, memory, fairness, and that nothing is done
twice or lost. Only this machine's cores limit it.
"""

import contextlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from agent.cli.entry import _guarded
from agent.fleet.order_book import OrderBook
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tests.postgres import Server, awaited, server

REAL = "234567890"
ANSWER_S = 0.1
"""What Meta takes for an answer at least."""
FIRST = 900_000_001
FROZEN_S, GONE_S = 5.0, 20.0
"""How long a worker is frozen, and the database away."""


class Shops:
    """The sandbox under many ids; answers that were given before are given again, so that it is no limit."""

    def __init__(self, accounts: int) -> None:
        shown = [str(FIRST + n) for n in range(accounts)]
        rows = [{"id": f"act_{n}", "name": f"Shop {n}", "timezone_name": "Asia/Tokyo"} for n in shown]
        self.listing = json.dumps({"data": rows, "summary": {"total_count": accounts}}).encode()
        self.asked = Counter[str]()
        self._transport, self._known, self._turn = (
            SandboxTransport(create_app()),
            dict[str, bytes](),
            threading.Lock(),
        )

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str) -> bytes:
        """What Meta would say, with the id that was asked about."""
        self.asked["requests"] += 1
        whole = unquote(f"{path} {body}")
        if "me/adaccounts" in whole and "batch" not in whole:
            return self.listing
        if not (found := re.search(r"9000\d{5}", whole)):
            return self._answered(method, path, headers, body)
        mine = found[0]
        said = self._answered(method, path.replace(mine, REAL), headers, body.replace(mine, REAL))
        return said.replace(REAL.encode(), mine.encode())

    def _answered(self, method: str, path: str, headers: Mapping[str, str], body: str) -> bytes:
        key = f"{method} {path} {body}"
        with self._turn:
            if key not in self._known:
                kept = {n: v for n, v in headers.items() if n.lower() in ("authorization", "content-type")}
                request = httpx.Request(method, f"http://sandbox{path}", headers=kept, content=body.encode())
                self._known[key] = self._transport.handle_request(request).read()
            return self._known[key]


def handler(shops: Shops) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            began = time.monotonic()
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            answer = shops.answer(self.command, self.path, self.headers, body)
            time.sleep(max(0.0, ANSWER_S - (time.monotonic() - began)))
            with contextlib.suppress(OSError):
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def meta(accounts: int) -> Iterator[tuple[str, Counter[str]]]:
    """A server of that many accounts: its address, and what it was asked."""
    shops = Shops(accounts)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler(shops))
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}", shops.asked
    listening.shutdown()


def start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "agent", "work", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def rows(book: OrderBook) -> list[dict[str, Any]]:
    return [dict(row) for row in book.all("SELECT * FROM order_runs ORDER BY number")]


def make_due(book: OrderBook) -> None:
    with book.transaction():
        book.run("DELETE FROM order_runs")
        book.run(
            "UPDATE slots SET due=?",
            (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="microseconds"),
        )


def measured(book: OrderBook, accounts: int, workers: int, *arguments: str) -> dict[str, Any]:
    """Runs a minute of so many workers, from the first end to the last, and the most memory that one of them had."""
    make_due(book)
    crew, most = [start(*arguments) for _ in range(workers)], 0

    def ended() -> bool:
        nonlocal most
        for one in crew:
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{one.pid}/status").read_text(encoding="utf-8")
                most = max(most, int(status.split("VmHWM:")[1].split()[0]))
        return len([row for row in rows(book) if row["state"] == "ended"]) == accounts

    awaited(ended, 900)
    done = sorted(datetime.fromisoformat(row["ended_at"]) for row in rows(book))
    for one in crew:
        one.send_signal(signal.SIGINT)
    for one in crew:
        one.wait()
    took_s = (done[-1] - done[workers - 1]).total_seconds()
    return {
        "runs_per_minute": round((accounts - workers) / took_s * 60, 1),
        "most_mb": round(most / 1000),
        "ends": dict(Counter(row["status"] for row in rows(book))),
    }


def killed(postgres: Server, book: OrderBook, accounts: int, kills: int) -> dict[str, Any]:
    """Two workers that are killed or frozen at work, and a database that goes: every account is done, or named, once."""
    make_due(book)
    luck, crew, deaths = random.Random(7), [start(), start()], 0
    at_work = "SELECT w.pid FROM order_runs r JOIN workers w ON w.owner=r.owner WHERE r.state='running'"
    while deaths < kills:
        awaited(lambda: any(row["pid"] in [one.pid for one in crew] for row in book.all(at_work)), 60)
        time.sleep(luck.uniform(0, 0.5))
        for victim in [one for one in crew if one.pid in [row["pid"] for row in book.all(at_work)]][:1]:
            deaths += 1
            if deaths % 3 == 2:
                victim.send_signal(signal.SIGSTOP)
                time.sleep(FROZEN_S)
                victim.send_signal(signal.SIGCONT)
            elif deaths == 3:
                postgres.stop("immediate")
                time.sleep(GONE_S)
                postgres.start()
            else:
                victim.kill()
                victim.wait()
                crew[crew.index(victim)] = start()
    awaited(lambda: len(rows(book)) == accounts and all(row["state"] == "ended" for row in rows(book)), 900)
    for one in crew:
        one.send_signal(signal.SIGINT)
    for one in crew:
        one.wait()
    done = rows(book)
    return {
        "killed": deaths,
        "times": len(done),
        "accounts": len({row["account"] for row in done}),
        "begun_again": sum(row["attempt"] > 1 for row in done),
        "ends": dict(Counter(row["status"] for row in done)),
    }


def main(accounts: int, kills: int) -> None:
    with server() as postgres, meta(accounts) as (url, asked), tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "brand").mkdir()
        (Path(folder) / "brand" / "stack.md").write_text("", encoding="utf-8")
        os.environ |= {
            "META_GRAPH_URL": url,
            "ADSTEWARD_WORKSPACE": folder,
            "ADSTEWARD_DATABASE_URL": postgres.url,
            "HOME": folder,
        }
        with contextlib.redirect_stdout(io.StringIO()):
            _guarded(["schedule", "add", "daily check", "--account", "all", "--sandbox", "--json"])
        with closing(OrderBook.of(Path(folder) / "state")) as book:
            measured(book, accounts, 2)  # from here on all answers are known, and cost the same
            for name, workers, arguments in (
                ("one worker", 1, ()),
                ("two workers", 2, ()),
                ("two workers, the book alone", 2, ("--once", "--one-of", "2")),
            ):
                before = asked["requests"]
                found = measured(book, accounts, workers, *arguments)
                print(
                    f"{name}: {found}, {(asked['requests'] - before) / accounts:.1f} requests a run",
                    flush=True,
                )
            print(f"killed at work: {killed(postgres, book, accounts, kills)}", flush=True)


if __name__ == "__main__":
    main(*(int(number) for number in [*sys.argv[1:], "24", "4"][:2]))
