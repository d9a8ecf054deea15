"""The plugin in a real OpenClaw: installed, asked, approved, denied, left alone."""

import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.conftest import Machine, installed

FORGED = "v1.9999999999." + "a" * 32 + "." + "b" * 64
CHECK = ("tool_call", {"id": "adsteward__daily_check", "args": {}})
APPLY = (
    "tool_call",
    {"id": "adsteward__apply_changes", "args": {"change_set_id": "{id}", "approval_token": FORGED}},
)


def pause(ads: list[str]) -> tuple[str, dict[str, Any]]:
    return ("tool_call", {"id": "adsteward__set_status", "args": {"ids": ads, "status": "PAUSED"}})


@pytest.fixture(scope="module")
def openclaw(machine: Machine, plugin: Path) -> Machine:
    """OpenClaw with the plugin and the scripted model; no Gateway."""
    installed("openclaw")
    state = machine.home / ".openclaw"
    machine.env |= {
        "OPENCLAW_HOME": str(machine.home),
        "OPENCLAW_STATE_DIR": str(state),
        "OPENCLAW_CONFIG_PATH": str(state / "openclaw.json"),
    }
    machine.run("openclaw", "plugins", "install", str(plugin), "--force", "--accept-capabilities")
    machine.run("openclaw", "plugins", "enable", "adsteward")
    model = {
        "id": "demo",
        "name": "Demo",
        "reasoning": False,
        "input": ["text", "image"],
        "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0},
        "contextWindow": 200_000,
        "maxTokens": 4096,
    }
    fake = {
        "baseUrl": f"{machine.model.url}/v1",
        "apiKey": "x",
        "api": "openai-completions",
        "models": [model],
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = {
        "models": {"mode": "merge", "providers": {"fake": fake}},
        "agents": {"defaults": {"model": {"primary": "fake/demo"}}},
        "gateway": {
            "mode": "local",
            "port": port,
            "bind": "loopback",
            "auth": {"mode": "token", "token": "only-for-this-test"},
        },
    }
    patch = machine.home / "patch.json5"
    patch.write_text(json.dumps(config), encoding="utf-8")
    machine.run("openclaw", "config", "patch", "--file", str(patch))
    return machine


@pytest.fixture(scope="module")
def gateway(openclaw: Machine) -> Iterator[Machine]:
    """A running Gateway with a person at its terminal, which makes it able to ask."""
    log = openclaw.home / "gateway.log"
    process = openclaw.start("openclaw", "gateway", "run", log=log)
    try:
        until(lambda: b"http server listening" in log.read_bytes(), 90)
        with terminal(openclaw):
            yield openclaw
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


class terminal:  # noqa: N801 - used as a function
    """OpenClaw's TUI in a terminal of 40 lines; what it shows is kept in tui.out."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __enter__(self) -> None:
        self._pid, self._fd = pty.fork()
        if not self._pid:
            os.chdir(self._machine.home)
            command = ["openclaw", "tui", "--session", "agent:main:tui"]
            os.execvpe(command[0], command, self._machine.env)  # noqa: S606 - in the child of a fork
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 110, 0, 0))
        shown = self._machine.home / "tui.out"
        threading.Thread(target=self._read, args=(shown,), daemon=True).start()
        until(lambda: shown.exists() and b"gateway connected" in shown.read_bytes(), 60)

    def _read(self, shown: Path) -> None:
        with shown.open("wb") as out, suppress(OSError):
            while data := os.read(self._fd, 65_536):
                out.write(data)
                out.flush()

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def until(happened: Callable[[], Any], timeout_s: float) -> Any:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")


def ask(machine: Machine, session: str, words: str) -> subprocess.Popen[bytes]:
    """An agent's turn through the Gateway."""
    command = ("openclaw", "agent", "--agent", "main", "--session-key", f"agent:main:{session}")
    return machine.start(*command, "--message", words, "--json", log=machine.home / f"{session}.log")


def pending(machine: Machine) -> list[dict[str, Any]]:
    found = machine.run("openclaw", "approvals", "pending", "--json", check=False)
    return [a for a in json.loads(found.stdout)["approvals"] if "cs-" in a["summary"]]


def last_result(machine: Machine) -> str:
    """What the model was told last by a tool."""
    results = [m for m in machine.model.seen[-1]["messages"] if m["role"] == "tool"]
    return str(results[-1]["content"])


def test_the_plugin_is_loaded_with_its_server_skill_and_gate(openclaw):
    """inspect and doctor find nothing wrong; the skill is ready."""
    told = json.loads(
        openclaw.run("openclaw", "plugins", "inspect", "adsteward", "--runtime", "--json").stdout
    )
    assert told["plugin"]["status"] == "loaded"
    assert "before_tool_call" in json.dumps(told["typedHooks"])
    assert "passed" in openclaw.run("openclaw", "plugins", "doctor").stdout
    assert "Ready" in openclaw.run("openclaw", "skills", "info", "adsteward").stdout


def test_the_agent_runs_the_daily_check(openclaw):
    """Its tool search finds the tool, and the model gets the verdicts once."""
    openclaw.model.script = [CHECK, "Checked."]
    told = json.loads(openclaw.run("openclaw", "agent", "exec", "daily check of my ads", "--json").stdout)
    assert told["status"] == "ok"
    assert "adsteward__daily_check" in told["toolSummary"]["tools"]
    assert told["toolSummary"]["failures"] == 0
    assert last_result(openclaw).count("structuredContent:") == 1


def test_tool_search_finds_the_tools_by_what_people_say(openclaw):
    """The descriptions have their words."""
    wanted = {
        "daily check": "daily_check",
        "underperforming ads": "review_performance",
        "turn off ad": "set_status",
        "undo": "undo",
    }
    for words, tool in wanted.items():
        openclaw.model.script = [("tool_search", {"query": words}), "Found."]
        openclaw.run("openclaw", "agent", "exec", words, "--json")
        assert f"adsteward__{tool}" in last_result(openclaw), words


def test_agent_exec_has_no_gate_and_still_changes_nothing(openclaw):
    """There the write reaches the server; only the missing or forged approval stops it."""
    ads = openclaw.losers(0, 2)
    openclaw.model.script = [pause(ads), APPLY, "Finished."]
    openclaw.run("openclaw", "agent", "exec", "pause underperforming ads", "--json")
    assert "approval was refused" in last_result(openclaw)
    without = ("tool_call", {"id": "adsteward__apply_changes", "args": {"change_set_id": "{id}"}})
    openclaw.model.script = [pause(ads), without, "Finished."]
    openclaw.run("openclaw", "agent", "exec", "pause underperforming ads", "--json")
    assert "approval_required" in last_result(openclaw)
    assert "adsteward apply cs-" in last_result(openclaw)
    assert openclaw.statuses(ads) == {"ACTIVE"}


def test_an_approval_in_openclaw_changes_the_account(gateway):
    """The prompt shows the server's own summary; the model's token is thrown away for the gate's."""
    ads = gateway.losers(2, 2)
    gateway.model.script = [pause(ads), APPLY, "Finished."]
    turn = ask(gateway, "approved", "pause underperforming ads")
    (asked,) = until(lambda: pending(gateway), 60)
    assert all(ad in asked["summary"] for ad in ads)
    assert "ACTIVE → PAUSED" in asked["summary"]
    assert gateway.statuses(ads) == {"ACTIVE"}
    gateway.run("openclaw", "approvals", "resolve", asked["id"], "allow-once")
    assert turn.wait(90) == 0
    assert gateway.statuses(ads) == {"PAUSED"}
    assert '\\"applied\\"' in last_result(gateway)


def test_a_denial_in_openclaw_changes_nothing(gateway):
    """Denied is final for the turn; the set stays proposed."""
    ads = gateway.losers(4, 2)
    gateway.model.script = [pause(ads), APPLY, "Finished."]
    turn = ask(gateway, "denied", "pause underperforming ads")
    (asked,) = until(lambda: pending(gateway), 60)
    gateway.run("openclaw", "approvals", "resolve", asked["id"], "deny")
    assert turn.wait(90) == 0
    assert gateway.statuses(ads) == {"ACTIVE"}


def test_nobody_answers_and_nothing_changes(gateway):
    """The prompt times out."""
    ads = gateway.losers(6, 2)
    gateway.model.script = [pause(ads), APPLY, "Finished."]
    turn = ask(gateway, "silent", "pause underperforming ads")
    assert until(lambda: pending(gateway), 60)
    assert turn.wait(120) == 0
    assert "timed out" in last_result(gateway)
    assert gateway.statuses(ads) == {"ACTIVE"}


def test_a_made_up_id_is_blocked_by_the_gate(gateway):
    """Nobody is asked about a change set that adsteward did not announce."""
    made_up = ("tool_call", {"id": "adsteward__apply_changes", "args": {"change_set_id": "cs-000000000000"}})
    gateway.model.script = [made_up, "Finished."]
    assert ask(gateway, "madeup", "apply it").wait(90) == 0
    assert "Nothing was changed" in last_result(gateway)


def test_an_unattended_turn_queues_what_a_person_applies_later(gateway):
    """cron with a model: the morning turn proposes; later the set is shown and approved."""
    ads = gateway.losers(4, 2)  # still running: denied above
    gateway.model.script = [CHECK, pause(ads), "Two ads wait for you."]
    added = gateway.run(
        *("openclaw", "cron", "add", "--name", "daily", "--cron", "0 8 * * *", "--tz", "Europe/Berlin"),
        *(
            "--session",
            "isolated",
            "--message",
            "Daily check: propose, apply nothing.",
            "--no-deliver",
            "--json",
        ),
    )
    job = json.loads(added.stdout)["id"]
    gateway.run("openclaw", "cron", "run", job)
    runs = until(lambda: finished_runs(gateway, job), 120)
    assert runs[0]["status"] == "ok"
    assert gateway.statuses(ads) == {"ACTIVE"}
    waiting = json.loads(gateway.run("adsteward", "history", "--json").stdout)["change_sets"][0]
    assert waiting["state"] == "proposed"
    later = {"change_set_id": waiting["id"]}
    show, apply = (("tool_call", {"id": f"adsteward__{t}_changes", "args": later}) for t in ("show", "apply"))
    gateway.model.script = [show, apply, "Finished."]
    turn = ask(gateway, "later", "do it")
    (asked,) = until(lambda: pending(gateway), 60)
    gateway.run("openclaw", "approvals", "resolve", asked["id"], "allow-once")
    assert turn.wait(90) == 0
    assert gateway.statuses(ads) == {"PAUSED"}


def test_cron_without_a_model_delivers_the_report(gateway):
    """A command job: what adsteward prints is the message."""
    argv = [str(gateway.home / "bin" / "adsteward"), "run", "how are my ads doing?", "--model", "offline"]
    added = gateway.run(
        *("openclaw", "cron", "add", "--name", "report", "--cron", "0 8 * * *", "--no-deliver", "--json"),
        *("--command-argv", json.dumps(argv), "--command-env", f"PYTHONPATH={gateway.env['PYTHONPATH']}"),
    )
    job = json.loads(added.stdout)["id"]
    gateway.run("openclaw", "cron", "run", job)
    runs = until(lambda: finished_runs(gateway, job), 120)
    assert runs[0]["status"] == "ok"
    assert "SANDBOX" in json.dumps(runs[0]) or "ads" in json.dumps(runs[0])


def finished_runs(machine: Machine, job: str) -> list[dict[str, Any]]:
    told = json.loads(machine.run("openclaw", "cron", "runs", "--id", job).stdout)
    entries = told if isinstance(told, list) else told.get("entries") or told.get("runs") or []
    return [entry for entry in entries if entry.get("status")]
