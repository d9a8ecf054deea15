"""Hosts that go, hang, hurry or call off: what was answered is recorded, and every call has an end."""

import asyncio
import json
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest

from agent.hosts import host_answers, host_session, worker
from agent.writes.journal import Journal
from tests.agent.conftest import faults, sandbox, workspace  # noqa: F401
from tests.agent.hosts.hosts import ERAS, Host
from tests.agent.support import drop_before
from tests.attacks.stdio import ANSWERS_WAIT_S, Held, PipeHost, pipe_host


def _both(host: PipeHost) -> None:
    host.process.stdin.close()
    host.process.stdout.close()


LEAVING: dict[str, Callable[[PipeHost], Any]] = {
    "closes its input": lambda host: host.process.stdin.close(),
    "closes both pipes": _both,
    "does not listen any more": lambda host: host.process.stdout.close(),
    "kills politely": lambda host: host.process.send_signal(signal.SIGTERM),
    "hangs up": lambda host: host.process.send_signal(signal.SIGHUP),
    "interrupts": lambda host: host.process.send_signal(signal.SIGINT),
}


@pytest.mark.parametrize("way", LEAVING)
def test_a_host_that_leaves_in_mid_apply_leaves_a_journal_that_knows(way, workspace, sandbox):  # noqa: F811
    """The server waits for the answer that is on its way, records it, and ends without a word."""
    held, ads = Held(), sorted({*sandbox.of_class("loser")})[:10]
    (workspace / "brand" / "stack.md").write_text("assistant_approval: safe\n", encoding="utf-8")
    with pipe_host(workspace, sandbox, held) as host:
        proposed = host.told("set_status", ids=ads, status="PAUSED")
        host.call("apply_changes", change_set_id=proposed["change_set_id"])
        assert held.reached.wait(ANSWERS_WAIT_S)
        LEAVING[way](host)
        with pytest.raises(subprocess.TimeoutExpired):  # it does not go before the answer is there
            host.process.wait(0.5)
        held.go.set()
        assert host.process.wait(ANSWERS_WAIT_S) == 0
        assert host.process.stderr.read() == b""
    journal = Journal(workspace / "state" / "journal.sqlite")
    outcomes = journal.outcomes(journal.change_set(proposed["change_set_id"]))
    journal.close()
    assert [outcome.state for outcome in outcomes] == ["CONFIRMED"] * len(ads)


# --- within one process


@pytest.fixture(params=ERAS)
def host(request, workspace, sandbox, faults, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(workspace, faults.clock, era=request.param)
    yield opened
    opened.server.close()


class Gate:
    """Holds one request back, before or after it was done."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, forward, _):
        self.reached.set()
        self.go.wait(ANSWERS_WAIT_S)
        return forward()

    async def held(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, ANSWERS_WAIT_S)


def test_reads_do_not_wait_behind_a_write(host, sandbox, faults):  # noqa: F811
    """history, show and figures are answered while an apply waits for Meta."""
    ads, gate = sandbox.of_class("loser")[:3], Gate()
    proposed = host.propose(ads)
    faults.writes = [gate]
    grant = host.grant(proposed)

    async def talk(client):
        wanted = {"change_set_id": proposed["change_set_id"]}
        applying = asyncio.create_task(client.call_tool("apply_changes", wanted | {"approval_token": grant}))
        await gate.held()
        told = [
            (await client.call_tool(name, arguments)).structured_content
            for name, arguments in (
                ("history", {"limit": 3}),
                ("show_changes", wanted),
                ("get_insights", {"level": "campaign"}),
                ("set_status", {"ids": sandbox.of_class("loser")[3:4], "status": "PAUSED"}),
            )
        ]
        busy = not applying.done()
        gate.go.set()
        return busy, told, (await applying).structured_content

    busy, (history, shown, figures, more), applied = host.with_client(talk)
    assert busy
    assert history["change_sets"][0]["id"] == proposed["change_set_id"]
    assert shown["status"] == "applying"
    assert "error" not in figures
    assert more["status"] == "needs_approval"
    assert applied["status"] == "applied"


@contextmanager
def hurried():
    """Calls inside end soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(host_session, "CALL_S", 1.0)
        patch.setattr(worker, "LATE_S", 0.0)
        yield


def test_a_read_that_meta_does_not_answer_ends_in_time_and_asks_for_no_more(host, faults):  # noqa: F811
    """The host is told within the call's time; the read makes no further request, and the next one is served."""
    host.call("list_accounts")
    gate, before = Gate(), len(faults.requests)
    faults.reads = [gate]
    with hurried():
        told = host.call("review_performance")
    assert told["error"] == host_answers.OVERDUE
    gate.go.set()
    assert "act_123456789" in str(host.call("list_accounts"))
    assert len(faults.requests) - before <= 3  # the one that was out, and the two that the last call asked


def test_a_read_that_is_called_off_asks_for_no_more(host, faults):  # noqa: F811
    """Whoever calls next finds the desk free as soon as the request that is out is answered."""
    host.call("list_accounts")
    gate, before = Gate(), len(faults.requests)
    faults.reads = [gate]

    async def talk(client):
        reading = asyncio.create_task(client.call_tool("review_performance", {}))
        await gate.held()
        reading.cancel()
        await asyncio.wait({reading})
        next_one = asyncio.create_task(client.call_tool("list_accounts", {}))
        while not next_one.done() and not gate.go.is_set():
            await asyncio.sleep(0)
            gate.go.set()
        return (await next_one).structured_content

    assert "act_123456789" in str(host.with_client(talk))
    assert len(faults.requests) - before <= 3


def test_an_apply_that_meta_does_not_answer_tells_what_is_open_and_is_recorded_later(
    host,
    sandbox,  # noqa: F811
    faults,  # noqa: F811
):
    """Its changes are unknown in the answer, in the journal once Meta answers, and never sent twice."""
    ads, gate = sandbox.of_class("loser")[:3], Gate()
    proposed = host.propose(ads)
    host.call("apply_changes", change_set_id="cs-0123456789ab")  # the desk that writes is open now
    faults.writes = [gate]
    with hurried():
        told = host.apply(proposed, approval_token=host.grant(proposed))
    assert told["status"] == "applying"
    assert [row["outcome"] for row in told["not_done"]] == ["unknown"] * 3
    assert "This call was not over after" in told["answer"]
    assert f"apply_changes with {proposed['change_set_id']}" in told["next"]
    gate.go.set()
    assert host.apply(proposed)["status"] == "applied"
    assert len(faults.sent_writes()) == 1
    assert all(sandbox.status(ad) == "PAUSED" for ad in ads)


def test_settling_keeps_the_wait_limit_of_a_call(host, sandbox, faults):  # noqa: F811
    """What Meta may still do is left unknown, told with what to do, and settled by the next apply; made once."""
    ad = sandbox.ads(fields="id,adset_id,creative")[0]
    made = {"name": "Once", "adset_id": ad["adset_id"], "creative_id": ad["creative"]["id"]}
    proposed = host.call("create_ad", **made)
    faults.writes = [drop_before]
    told = host.apply(proposed, approval_token=host.grant(proposed))
    assert sum(faults.clock.waits) <= host_session.HOST_WAIT_S
    assert [row["outcome"] for row in told["not_done"]] == ["unknown"]
    assert "Not known yet what became of 1 change" in told["answer"]
    assert "sends nothing twice" in told["next"]
    assert str(round(host_answers.CALL_S)) in told["next"]
    faults.clock.later(120)
    later = Host(host.workspace, faults.clock, era=host.era)
    assert later.apply(proposed)["status"] == "applied"
    later.server.close()
    assert [ad["name"] for ad in sandbox.ads()].count("Once") == 1


def test_a_listener_that_breaks_never_gets_between_a_write_and_its_record(host, sandbox, workspace):  # noqa: F811
    """Whatever it raises, at whichever event: a bug in it is told when the run is over."""
    ads = sandbox.of_class("loser")[:3]
    proposed = host.propose(ads)
    desk = host.desk.another()

    def broken(event: Any) -> None:
        raise RuntimeError("Event loop is closed")

    desk.listener = broken
    told = desk.weigh(proposed["change_set_id"], host.grant(proposed))
    assert told.content["status"] == "applied"
    assert "RuntimeError" in told.content["answer"]
    desk.close()
    journal = Journal(workspace / "state" / "journal.sqlite")
    assert {o.state for o in journal.outcomes(journal.change_set(proposed["change_set_id"]))} == {"CONFIRMED"}
    journal.close()
    assert "Traceback" not in json.dumps(told.content)
