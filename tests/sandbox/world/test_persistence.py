"""What was written stays: over reopening, over a kill, and for other processes; and the real server."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import threading
from datetime import timedelta

import httpx
import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tests.sandbox.conftest import ADSET, NOW, PAGE

AD = "23848000000001"
CAMPAIGN = {
    "objective": "OUTCOME_SALES", "special_ad_categories": "[]", "is_adset_budget_sharing_enabled": "false",
}  # fmt: skip
STORY = {"page_id": PAGE, "link_data": {"link": "https://northwind.example/"}}


def everything_in(graph):
    """Give the state but for the moment."""
    return graph.http.get("http://sandbox/sandbox/state").json()


def test_world_goes_on_after_reopening(connect, tmp_path):
    """Reopened later, the world is where it was: objects, log, seed and moment."""
    path = tmp_path / "deep" / "world.sqlite"
    first = connect(create_app(path, now=NOW, seed=3))
    ad = first.post(f"{DEMO_ACCOUNT}/ads", name="New", adset_id=ADSET, creative={"object_story_spec": STORY})[
        "id"
    ]
    first.post(AD, status="PAUSED")
    first.http.delete("23848000000002")
    again = connect(create_app(path, now=NOW + timedelta(days=9), seed=4))
    assert everything_in(again) == everything_in(first)
    assert again.get(ad, fields="name")["name"] == "New"
    assert again.insights(fields="spend") == first.insights(fields="spend")
    following = again.post(
        f"{DEMO_ACCOUNT}/ads", name="Newer", adset_id=ADSET, creative={"object_story_spec": STORY}
    )
    assert following["id"] != ad


def test_fresh_forgets(connect, tmp_path):
    """`fresh` begins a new world in the same file."""
    path = tmp_path / "world.sqlite"
    connect(create_app(path, now=NOW)).post(AD, status="PAUSED")
    fresh = connect(create_app(path, fresh=True, now=NOW + timedelta(days=1)))
    assert fresh.get(AD, fields="status")["status"] == "ACTIVE"
    assert fresh.get(f"{DEMO_ACCOUNT}/activities")["data"] == []
    assert fresh.insights(date_preset="today", fields="spend")[0]["date_start"] == "2026-11-21"


def test_two_processes_share_a_world(connect, tmp_path):
    """What one opens and writes, another that has it open sees; their new ids never meet."""
    path = tmp_path / "world.sqlite"
    one, two = connect(create_app(path, now=NOW)), connect(create_app(path))
    one.post(AD, status="PAUSED")
    assert two.get(AD, fields="status")["status"] == "PAUSED"
    new = {"name": "N", "adset_id": ADSET, "creative": {"object_story_spec": STORY}}
    ids = {graph.post(f"{DEMO_ACCOUNT}/ads", **new)["id"] for graph in (one, two, one)}
    assert len(ids) == 3
    assert everything_in(one) == everything_in(two)


def test_an_answered_write_survives_a_kill(connect, server):
    """Killed without warning right after an answer, the server has kept the write."""
    process, url, path = server
    headers = {"authorization": "Bearer sandbox-token"}
    assert httpx.post(f"{url}/v26.0/{AD}", data={"status": "PAUSED"}, headers=headers).json() == {
        "success": True
    }
    link = httpx.get(f"{url}/{DEMO_ACCOUNT}/ads", params={"limit": "1"}, headers=headers).json()["paging"][
        "next"
    ]
    assert link.startswith(f"{url}/v26.0/{DEMO_ACCOUNT}/ads?access_token=sandbox-token&")
    process.kill()
    process.wait()
    assert connect(create_app(path)).get(AD, fields="status")["status"] == "PAUSED"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_server_ends_cleanly(server, number):
    """Interrupted or told to end, the server returns from `serve` without complaint."""
    process, _, _ = server
    process.send_signal(number)
    assert process.stdout.read() == "ended\n"
    assert process.wait(10) == 0


def test_transport_is_shared_by_threads():
    """Many threads may use one client at once; afterwards it is closed for good."""
    client = httpx.Client(
        transport=SandboxTransport(create_app()),
        base_url="http://sandbox",
        headers={"authorization": "Bearer sandbox-token"},
    )
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(client.get(AD).status_code)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    transport = client._transport
    client.close()
    with pytest.raises(RuntimeError):
        transport.handle_request(httpx.Request("GET", "http://sandbox/me"))


async def _ask_from_a_running_loop():
    with httpx.Client(transport=SandboxTransport(create_app()), base_url="http://sandbox") as client:
        return client.get("me").status_code  # noqa: ASYNC212  that is what is tested


def test_transport_works_inside_a_running_loop():
    """A caller whose own event loop is running may use the synchronous client."""
    import asyncio

    assert asyncio.run(_ask_from_a_running_loop()) == 400


def test_every_answered_write_survives_kills_in_the_middle_of_writes(connect, server):
    """Killed while others write, the server has kept each write that was answered, once, and nothing by halves."""
    process, url, path = server
    answered: list[str] = []

    def write(first):
        with contextlib.suppress(httpx.HTTPError):
            for number in range(first, first + 1000):
                headers = {"authorization": "Bearer sandbox-token"}
                data = {"name": str(number), **CAMPAIGN}
                answered.append(
                    httpx.post(f"{url}/v26.0/{DEMO_ACCOUNT}/campaigns", data=data, headers=headers).json()[
                        "id"
                    ]
                )
                if len(answered) == 10:
                    process.kill()

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 1000, 2000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    again = connect(create_app(path))
    rows = again.everything(f"{DEMO_ACCOUNT}/campaigns", fields="name")
    mine = {row["id"]: row["name"] for row in rows if row["name"].isdigit()}
    assert len(answered) >= 10
    assert set(answered) <= mine.keys()
    assert len(set(mine.values())) == len(mine) == len(again.everything(f"{DEMO_ACCOUNT}/activities"))


def test_clock_faults_and_reports_survive_a_kill(connect, server):
    """Killed without warning, the server has kept its clock, its faults with their counts, and its reports."""
    process, url, path = server
    headers = {"authorization": "Bearer sandbox-token"}
    later = httpx.post(f"{url}/sandbox/clock", json={"advance_s": 5}).json()
    assert not later["running"]
    httpx.post(f"{url}/sandbox/faults", json=[{"path": "/me", "times": 2, "html": 502}])
    assert httpx.get(f"{url}/me", headers=headers).status_code == 502
    run = httpx.post(f"{url}/{DEMO_ACCOUNT}/insights", headers=headers).json()["report_run_id"]
    process.kill()
    process.wait()
    again = connect(create_app(path))
    assert again.http.get("http://sandbox/sandbox/clock").json() == later
    assert again.get(run)["account_id"] == "123456789"
    assert [again.http.get("me").status_code for _ in range(2)] == [502, 200]


@pytest.mark.parametrize(("when", "left"), [("before", "ACTIVE"), ("after", "PAUSED")])
def test_a_dropped_connection_is_closed_without_a_byte(server, when, left):
    """The socket ends under the request; the server goes on serving."""
    _, url, _ = server
    with httpx.Client(headers={"authorization": "Bearer sandbox-token"}, base_url=url) as client:
        client.post(
            "/sandbox/faults", json=[{"method": "POST", "path": f"/{AD}", "drop": True, "when": when}]
        )
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.post(f"/{AD}", data={"status": "PAUSED"})
        assert client.get(f"/{AD}", params={"fields": "status"}).json()["status"] == left


def test_figures_and_size_are_kept(connect, tmp_path):
    """A larger account at a later moment is the same after reopening."""
    path = tmp_path / "world.sqlite"
    first = connect(create_app(path, now=NOW, ads=120))
    first.post(AD, status="PAUSED")
    first.http.post("http://sandbox/sandbox/clock", json={"advance_s": 3 * 86400})
    again = connect(create_app(path))
    asked = {"level": "ad", "fields": "ad_id,spend,actions", "date_preset": "last_7d"}
    assert again.insights(**asked) == first.insights(**asked)
    assert again.get(f"{DEMO_ACCOUNT}/ads", summary="true")["summary"]["total_count"] == 118


def test_what_lies_behind_the_stage_is_for_this_machine_only():
    """A caller from elsewhere cannot set the clock or read the log."""
    app = create_app(now=NOW)

    async def ask(host):
        transport = httpx.ASGITransport(app, client=(host, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            return [
                (await client.get(f"/sandbox/{room}")).status_code for room in ("clock", "state", "requests")
            ]

    import asyncio

    for host, status in (("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 404), ("odd", 404)):
        assert asyncio.run(ask(host)) == [status] * 3


def test_a_file_that_holds_something_else_is_left_as_it_is(tmp_path):
    """A database of others, a text and a pipe become no sandbox; an empty file does."""
    with contextlib.closing(sqlite3.connect(tmp_path / "other.sqlite")) as db:
        db.execute("CREATE TABLE change_sets (id TEXT)")
    (tmp_path / "notes.txt").write_text(
        "not a database at all, but long enough to be read as a page of one\n" * 20, encoding="utf-8"
    )
    os.mkfifo(tmp_path / "pipe")
    for name in ("other.sqlite", "notes.txt", "pipe"):
        before = (tmp_path / name).read_bytes() if name != "pipe" else b""
        with pytest.raises(OSError, match=r"no sandbox|no file"):
            create_app(tmp_path / name, fresh=True)
        assert name == "pipe" or (tmp_path / name).read_bytes() == before
    (tmp_path / "empty").touch()
    create_app(tmp_path / "empty").state.world.close()
