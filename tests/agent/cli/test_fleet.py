"""`adsteward fleet`: how many workers are doing, and where each account's token is found."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.cli.entry import _guarded
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import End
from agent.hooks.look_queue import LookQueue
from agent.hooks.told_events import TellsOf
from agent.setup.stops import Exit
from agent.stores.shared_limits import SharedLimits
from tests.agent.support import NOT_NOW

Told = Callable[..., tuple[int, str]]
pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def told(ws: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> Told:
    """A command's exit code and what it printed, as one line."""

    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = _guarded([*arguments])
        out, err = capsys.readouterr()
        return code, " ".join(f"{out} {err}".split())

    return call


def test_who_works_and_what_is_wrong_is_told(told: Told, ws: Path) -> None:
    """Nobody, somebody, somebody who died, what is late, and what Meta has stopped."""
    code, said = told("fleet", "status", "--check")
    assert (code, said.endswith("All is well.")) == (0, True)
    assert _guarded(["schedule", "add", "daily check", "--sandbox", "--json"]) == 0
    code, said = told("fleet", "status", "--check")
    assert (code, "and nobody works now: `adsteward work`, or its timer, does it then." in said) == (0, True)
    with closing(OrderBook.of(ws / "state")) as book:
        book.run("UPDATE slots SET due=?", (datetime.now(UTC) - timedelta(hours=1)).isoformat())
        code, said = told("fleet", "status", "--check")
        assert code == 4
        assert "No worker." in said
        assert "1 account waited for longer than 15 minutes nobody works: start `adsteward work`" in said
        gone = ("gone", "far", 7, "0.0.9", datetime.now(UTC).isoformat())
        book.run("INSERT INTO workers(owner, machine, pid, release, began_at) VALUES (?,?,?,?,?)", *gone)
        with book.alive() as owner:
            claim = book.claim(owner)
            assert claim
            said = told("fleet", "status")[1]
            assert f": s1 in {claim.spot.account}" in said
            assert "1 run now, 0 due and waiting" in said
            assert "far pid 7 ended without a word" in said
        with (
            closing(SharedLimits(ws / "state" / "limits.sqlite")) as limits,
            limits.open("h act_1") as (known,),
        ):
            known.breaker = "Meta error 368"
        kept: Any = json.loads(told("fleet", "status", "--json")[1])
    assert kept["stopped"] == {"h act_1": "Meta error 368"}
    assert any("h act_1 is stopped: `adsteward doctor`" in problem for problem in kept["problems"])
    assert [one["machine"] for one in kept["workers"]] == ["far"]


def test_what_waits_for_a_worker_is_no_good_state(told: Told, ws: Path) -> None:
    """Due a moment ago, left by a worker that was stopped, to be tried again, told by webhook: nobody works, and --check says so."""
    nobody = (4, "nobody works: start `adsteward work`")

    def now() -> tuple[int, str]:
        code, said = told("fleet", "status", "--check")
        assert "All is well" not in said
        return code, said[-len(nobody[1]) :]

    assert _guarded(["schedule", "add", "daily check", *NOT_NOW, "--sandbox", "--json"]) == 0
    with closing(OrderBook.of(ws / "state")) as book, closing(LookQueue.of(ws / "state")) as looks:
        due = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        book.run("UPDATE slots SET due=?", due)
        assert now() == nobody
        with book.alive() as owner:
            claim = book.claim(owner)
            assert claim
            assert told("fleet", "status", "--check")[0] == 0
        assert "0 runs now, 1 due and waiting" in told("fleet", "status")[1]
        assert now() == nobody
        end = End("error", Exit.META, "Meta is away.", passing=True)
        assert book.try_again(claim, end)
        book.finish(claim, end)
        assert "1 failed" in told("fleet", "status")[1]
        assert told("fleet", "status", "--check")[0] == 0
        book.run("UPDATE again SET at=?", due)
        assert now() == nobody
        book.run("DELETE FROM again")
        event = TellsOf("1", claim.spot.account, "creative_fatigue", "1", datetime.now(UTC), "")
        looks.store([event], {})
        assert "1 look for webhooks waiting" in told("fleet", "status")[1]
        assert now() == nobody
        looks.run("UPDATE looks SET due=?", (datetime.now(UTC) - timedelta(hours=1)).isoformat())
        with book.alive():
            code, said = told("fleet", "status", "--check")
            assert (code, said.endswith("looked at for longer than 15 minutes")) == (4, True)


def test_what_ended_badly_is_named_and_is_no_fault_of_the_workers(told: Told, ws: Path) -> None:
    """In the place of "All is well": schedule, account, how and why, of the last time alone; --check, which restarts workers, stays 0."""
    assert _guarded(["schedule", "add", "daily check", "--sandbox", "--json"]) == 0
    ends = (
        End("not_understood", Exit.NOT_UNDERSTOOD, "\nI do not\x1b[2J understand that.\nMore."),
        End("error", Exit.META, "Meta is away."),
        End("done", Exit.DONE, "Fine."),
    )
    with closing(OrderBook.of(ws / "state")) as book, book.alive() as owner:
        for end, words in zip(
            ends, ("not understood: I do not[2J understand that.", "failed: Meta is away.", ""), strict=True
        ):
            book.run("UPDATE slots SET due=?", datetime.now(UTC).isoformat())
            claim = book.claim(owner)
            assert claim
            book.finish(claim, end)
            code, said = told("fleet", "status", "--check")
            line = f"s1 in {claim.spot.account}: {words} `adsteward schedule list` has all of it."
            assert code == 0
            assert said.endswith(line if words else "All is well.")
            kept = json.loads(told("fleet", "status", "--json")[1])
            assert (len(kept["ended_badly"]), kept["problems"]) == (bool(words), [])
        book.run("UPDATE order_runs SET status='refused'")
        assert "s1 in" in told("fleet", "status")[1]
        book.set_state(book.order("s1"), "removed")
        assert "s1 in" not in told("fleet", "status")[1]


def test_a_token_is_kept_by_where_it_is(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, listed and forgotten, and said where this machine does not find it; a token itself is refused and not repeated."""
    assert told("fleet", "token") == (0, "All accounts are worked with by the usual token.")
    code, said = told("fleet", "token", "act_1", "env:SHOP_TOKEN")
    assert (code, said.startswith("act_1 env:SHOP_TOKEN It is kept. The token of act_1")) == (0, True)
    assert "is to be found at env:SHOP_TOKEN on this machine, and is not." in said
    monkeypatch.setenv("SHOP_TOKEN", "EAAshop0123456789")
    assert told("fleet", "token", "act_1", "env:SHOP_TOKEN") == (0, "act_1 env:SHOP_TOKEN")
    code, said = told("fleet", "token", "act_1", "EAAcanary0123456789")
    assert code == 2
    assert "never itself" in said
    assert "canary" not in said
    assert told("fleet", "token", "act_1")[0] == 2
    assert told("fleet", "token", "act_1", "--forget")[1].startswith("All accounts")
