"""Accounts of the sandbox that were looked at once, for all tests that only show what was kept."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from agent.overview.readings import look, look_at_ad
from agent.overview.snapshots import Place, Snapshots
from agent.run.report import Report
from agent.run.session import Session
from agent.setup.settings import Options
from agent.writes.approval import Nobody
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tests.agent.support import ACCOUNT, Faults
from tests.tools.support import TENT

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
LIVE = Place("https://graph.facebook.com", "act_1", "Acme", "USD", "Europe/Berlin")


@dataclass(frozen=True)
class Looked:
    """What a look left: the snapshots, its report, what it told on the way, what it asked, and the state folder."""

    snapshots: Snapshots
    report: Report
    told: list[tuple[int, int, str]]
    requests: list[httpx.Request]
    state: Path


def a_session(folder: Path) -> Session:
    """On the demo account, at a fixed moment."""
    return Session.open(
        Options(sandbox=True, workspace=folder, account=ACCOUNT),
        approver=Nobody(),
        listener=lambda _: None,
        mode="none",
        sleep=lambda _: None,
        now=lambda: NOW,
    )


@pytest.fixture(scope="package")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """The demo account at a fixed moment, read once, and one of its ads."""
    transport, faults = SandboxTransport(create_app(None, now=NOW)), Faults()
    faults.dated = lambda _: None
    folder, told = tmp_path_factory.mktemp("looked"), list[tuple[int, int, str]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.setup.world._in_process", lambda *_, **__: (faults.around(transport), "sandbox"))
        with closing(a_session(folder)) as session, closing(_file(session)) as kept:
            report = look(session, kept, lambda *news: told.append(news))
            look_at_ad(session, kept, TENT)
            yield Looked(kept, report, told, faults.requests, session.settings.state)


def _file(session: Session) -> Snapshots:
    return Snapshots(session.settings.state / Snapshots.file, now=lambda: NOW)


@pytest.fixture
def snapshots(tmp_path: Path) -> Iterator[Snapshots]:
    """Nothing is kept yet; the clock stands still."""
    with closing(Snapshots(tmp_path / "overview.sqlite", now=lambda: NOW)) as opened:
        yield opened
