"""Where people are told, played by a server of this machine, and a clock that stands still."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest

from tests.agent.cli.conftest import ws  # noqa: F401 - what commands work on
from tests.agent.cli.test_schedules import cli, faults  # noqa: F401
from tests.agent.servers import serving
from tests.agent.support import Clock


@dataclass
class Hall:
    """What arrived, and how it is answered: `statuses` are those of the next messages, 200 afterwards."""

    got: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    silent: Event | None = None
    """While it is not set, nothing is answered."""

    @property
    def told(self) -> list[str]:
        return [message["message"] for message in self.got]


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """Listens at the address that $HALL holds; $DOWN leads nowhere."""
    hall = Hall()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hall.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            if hall.silent:
                hall.silent.wait(5)
            self.send_response(hall.statuses.pop(0) if hall.statuses else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        monkeypatch.setenv("HALL", url.replace("http://", "json://") + "/secret-of-the-hall")
        monkeypatch.setenv("DOWN", "json://127.0.0.1:9/secret-of-nobody")
        yield hall


@pytest.fixture
def clock() -> Clock:
    """Friday, 07:00 in New York."""
    made = Clock()
    made.at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"
