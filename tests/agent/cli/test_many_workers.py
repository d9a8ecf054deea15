"""`adsteward work` as many processes do it: on one state folder, and on many machines over one database."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.cli.entry import _guarded
from agent.fleet.order_book import OrderBook
from tests import warm
from tests.agent.servers import graph_server
from tests.agent.support import Sandbox
from tests.postgres import Server, awaited

DUE = timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace whose sandbox is a server, with "daily check" due in all of its accounts."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "stack.md").write_text("", encoding="utf-8")
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(tmp_path))
        yield tmp_path


def due(place: Path, *requests: str) -> None:
    for request in requests or ("daily check",):
        assert _guarded(["schedule", "add", request, "--account", "all", "--sandbox", "--json"]) == 0
    with closing(OrderBook.of(place / "state")) as book:
        book.run("UPDATE slots SET due=?", (datetime.now(UTC) - DUE).isoformat(timespec="microseconds"))


def worker(*arguments: str) -> Any:
    return warm.Popen(
        [sys.executable, "-m", "agent", "work", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@contextmanager
def working(*arguments: str) -> Iterator[Any]:
    with worker(*arguments) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            assert "Traceback" not in out, out


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert _guarded([*arguments]) == 0
    return json.loads(capsys.readouterr().out)


def runs(book: OrderBook) -> list[dict[str, Any]]:
    return [dict(row) for row in book.all("SELECT * FROM order_runs ORDER BY number")]


def all_ended(book: OrderBook, number: int) -> Callable[[], bool]:
    return lambda: Counter(row["state"] for row in runs(book)) == {"ended": number}


def test_processes_on_one_folder_share_an_order_for_all(place: Path) -> None:
    """Each account once, whoever does it; the parent ends when all have, with the worst of their codes."""
    due(place)
    with worker("--once", "--workers", "2") as process:
        out, _ = process.communicate(timeout=90)
    assert process.returncode in (0, 3), out
    with closing(OrderBook.of(place / "state")) as book:
        done = runs(book)
    assert Counter(row["account"] for row in done) == dict.fromkeys({row["account"] for row in done}, 1)
    assert (len(done), {row["state"] for row in done}, {row["attempt"] for row in done}) == (
        3,
        {"ended"},
        {1},
    )


def test_machines_take_turns_and_one_that_dies_is_stood_in_for(
    place: Path, database: str, postgres: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker is killed at work, then the database is started anew: every time is done once, by somebody."""
    due(place, "daily check", "how many ads are active?")
    with closing(OrderBook.of(place / "state")) as book:
        with working() as first:
            awaited(lambda: any(row["state"] == "running" for row in runs(book)), 60)
            assert told(capsys, "fleet", "status", "--json")["workers"][0]["alive"]
            first.kill()
            first.wait()
            assert _guarded(["fleet", "status", "--check"]) == 4
            assert f"pid {first.pid} ended without a word" in " ".join(capsys.readouterr().out.split())
        with working() as _:
            awaited(lambda: any(row["state"] == "ended" for row in runs(book)), 60)
            postgres.stop("immediate")
            postgres.start()
            awaited(all_ended(book, 6), 30)
        done = runs(book)
        assert Counter((row["order_number"], row["account"]) for row in done) == dict.fromkeys(
            {(row["order_number"], row["account"]) for row in done}, 1
        )
        assert max(row["attempt"] for row in done) >= 2
        failed = [row["answer"] for row in done if row["status"] not in ("done", "needs_approval")]
        assert len(failed) <= 1  # what took two workers down is named and waits for its next time
        assert all(answer.startswith("Its worker ended while it ran.") for answer in failed)
        left = book.one("SELECT COUNT(*) AS n FROM order_runs WHERE state='running'")
        assert left
        assert left["n"] == 0
    capsys.readouterr()
    assert told(capsys, "work", "--once", "--json")["runs"] == []
    state = told(capsys, "fleet", "status", "--json")
    assert (state["running"], state["due"], sum(state["ended"].values())) == (0, 0, 6)
