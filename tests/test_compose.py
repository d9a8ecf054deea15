"""`compose.yaml` starts what there is, with options that there are; its services are tried as processes, as its containers would run them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml

from agent.cli.entry import cli
from agent.fleet.order_book import OrderBook
from agent.setup.environment import VARIABLES
from tests import warm
from tests.postgres import awaited

COMPOSE = yaml.safe_load((Path(__file__).parent.parent / "compose.yaml").read_text(encoding="utf-8"))


def parsed(arguments: list[str]) -> None:
    """Raises click's UsageError for what the command line does not take."""
    command: click.Command = cli
    while isinstance(command, click.Group) and arguments and arguments[0] in command.commands:
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(str(command.name), list(arguments))


def test_every_command_can_be_given() -> None:
    """Of each service, and of the checks of their health."""
    services = COMPOSE["services"]
    assert set(services) == {"db", "setup", "sandbox", "work", "page"}
    given = [services[name]["command"] for name in ("sandbox", "work", "page")]
    given.append(services["work"]["healthcheck"]["test"][1:])
    for program, *arguments in given:
        assert program == "adsteward"
        parsed(arguments)


def test_what_is_waited_for_can_be_well() -> None:
    """By TCP, as a database that is being made answers on its socket alone; each port is the one that its service has."""
    services = COMPOSE["services"]
    for one in services.values():
        for name, until in dict(one.get("depends_on") or {}).items():
            assert until["condition"] == "service_completed_successfully" or "healthcheck" in services[name]
    db, sandbox, page = (services[name]["healthcheck"]["test"] for name in ("db", "sandbox", "page"))
    assert db[1:4] == ["pg_isready", "-h", "127.0.0.1"]
    port = services["sandbox"]["command"][-1]
    assert f"('127.0.0.1', {port})" in sandbox[-1]
    assert COMPOSE["x-adsteward"]["environment"]["META_GRAPH_URL"] == f"http://127.0.0.1:{port}"
    usual = cli.commands["web"].params
    assert f"('127.0.0.1', {next(one.default for one in usual if one.name == 'port')})" in page[-1]


def test_what_runs_changes_its_own_folders_alone_and_hears_that_it_is_to_end() -> None:
    """Nothing of the image or the program; no process of ours is number 1, which hears no SIGTERM."""
    for name in ("setup", "sandbox", "work", "page"):
        one = COMPOSE["services"][name]
        assert (one["read_only"], one["init"], one["cap_drop"]) == (True, True, ["ALL"])
        assert len(one["tmpfs"]) == 1
        program = next(mount for mount in one["volumes"] if mount.startswith("program:"))
        assert program.endswith(":ro") is (name != "setup")
        assert {mount.split(":")[0] for mount in one["volumes"]} - {"."} <= set(COMPOSE["volumes"])
    assert all(mount.endswith(":ro") for mount in COMPOSE["services"]["setup"]["volumes"] if mount[0] == ".")


def test_every_variable_is_one_that_counts() -> None:
    """Those of ours, and the path of the program."""
    assert set(COMPOSE["x-adsteward"]["environment"]) - set(VARIABLES) == {"PATH"}


@contextmanager
def service(name: str, *more: str) -> Iterator[Any]:
    """A service's own command as a process, which is stopped as its container would be."""
    command = [sys.executable, "-m", "agent", *COMPOSE["services"][name]["command"][1:], *more]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with warm.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as one:
        try:
            yield one
        finally:
            one.send_signal(getattr(signal, COMPOSE["services"][name].get("stop_signal", "SIGTERM")))
            out, _ = one.communicate(timeout=60)
            assert "Traceback" not in out, out


def ended(*arguments: str) -> int:
    """The exit code of a command that ends by itself."""
    command = [sys.executable, "-m", "agent", *arguments]
    return warm.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="its containers are of Linux")
def test_its_services_work_together(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace as `setup` makes it, the sandbox, two workers over Postgres, the page: what is due is done, shown and well, and all end when they are told to."""
    (made,) = re.findall(r"adsteward (init) /workspace", COMPOSE["services"]["setup"]["command"][2])
    assert ended(made, str(tmp_path)) == 0
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(tmp_path))
    with ExitStack() as stack, closing(OrderBook.of(tmp_path / "state")) as book:
        sandbox = stack.enter_context(service("sandbox", "--port", "0"))
        monkeypatch.setenv("META_GRAPH_URL", re.search(r"http://[\d.:]+", sandbox.stdout.readline())[0])
        order = ("pause underperforming ads", "--sandbox", "--account", "act_123456789")
        assert ended("schedule", "add", *order) == 0
        book.run("UPDATE slots SET due=?", (datetime.now(UTC) - timedelta(minutes=1)).isoformat())
        check = COMPOSE["services"]["work"]["healthcheck"]["test"][2:]
        assert ended(*check) == 4
        page = stack.enter_context(service("page", "--port", "0"))
        stack.enter_context(service("work"))
        awaited(lambda: book.one("SELECT 1 FROM order_runs WHERE state='ended'"), 90)
        awaited(lambda: len(book.all("SELECT 1 FROM workers")) == 2, 30)
        assert ended(*check) == 0
        said = "".join(page.stdout.readline() for _ in range(2))
        (link,) = re.findall(r"http://\S+/enter\S+", said)
        with httpx.Client() as browser:
            browser.get(link)
            assert "pause underperforming ads" in browser.get(link.partition("enter")[0] + "inbox").text
