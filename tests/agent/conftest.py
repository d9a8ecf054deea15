"""A session on the sandbox with a scripted model, and a wire that can be made to fail."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.run.session import Session
from agent.setup.settings import Mode, Options
from agent.setup.world import World
from agent.writes.approval import Approver, Nobody
from tests.agent.support import Events, Faults, Sandbox

Open = Callable[..., Session]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    (folder / "brand").mkdir(parents=True)
    (folder / "brand" / "stack.md").write_text(
        "max_pauses_per_day: 50\nmax_daily_budget: 1000\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def sandbox(workspace: Path) -> Iterator[Sandbox]:
    """The sandbox's own view of the account, on the same state file as the session."""
    with Sandbox(workspace / "state" / "sandbox.sqlite") as opened:
        yield opened


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def open_session(
    workspace: Path, sandbox: Sandbox, faults: Faults, events: Events, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens sessions in which waiting takes no time and faults can be injected between client and sandbox."""
    opened: list[Session] = []

    def in_process(settings: Any, *, fresh: bool) -> Any:
        return faults.around(sandbox.transport), "sandbox"

    monkeypatch.setattr("agent.setup.world._in_process", in_process)

    def start(mode: Mode = "safe", approver: Approver | None = None, **options: Any) -> Session:
        chosen = Options(sandbox=True, workspace=workspace, **options)
        session = Session.open(
            chosen,
            approver=approver or Nobody(),
            listener=events,
            mode=mode,
            sleep=faults.clock.sleep,
            now=faults.clock.now,
        )
        session.monotonic = faults.clock.monotonic
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.close()


@pytest.fixture
def world(open_session: Open) -> World:
    return open_session().world
