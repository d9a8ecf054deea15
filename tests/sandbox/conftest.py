"""A client of the sandbox, and short words for what the tests ask."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tests import warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
PAGE, PIXEL = "104200000000001", "520000000000001"
ADSET = "23847000000001"

SERVER = """
import sys
from pathlib import Path
from sandbox.http.app import create_app
from sandbox.http.server import serve
serve("127.0.0.1", 0, create_app(Path(sys.argv[1])), on_ready=lambda port: print(port, flush=True))
print("ended", flush=True)
"""


class Graph:
    """Asks the sandbox over HTTP, with one token."""

    def __init__(self, app: Any, token: str = "sandbox-token") -> None:  # noqa: S107  a demo token
        self.app = app
        self.http = httpx.Client(
            transport=SandboxTransport(app),
            base_url="http://sandbox/v26.0",
            headers={"authorization": f"Bearer {token}"},
        )

    def get(self, path: str, **params: Any) -> Any:
        """Give the body of a good answer."""
        return self._good(self.http.get(path, params=flat(params)))

    def post(self, path: str, **params: Any) -> Any:
        """Post a form and give the body of a good answer."""
        return self._good(self.http.post(path, data=flat(params)))

    def error(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        """Give the error of a refused call, with its HTTP status as `http`."""
        where = "params" if method == "GET" else "data"
        answer = self.http.request(method, path, **{where: flat(params)})
        assert answer.status_code >= 400, answer.text
        return {**answer.json()["error"], "http": answer.status_code}

    def everything(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Follow `paging.next` to the end."""
        answer = self.get(path, **params)
        rows = list(answer["data"])
        while "next" in answer.get("paging", {}):
            answer = self._good(self.http.get(answer["paging"]["next"]))
            rows += answer["data"]
        return rows

    def insights(self, node: str = DEMO_ACCOUNT, **params: Any) -> list[dict[str, Any]]:
        """Give all insights rows."""
        return self.everything(f"{node}/insights", **{"limit": 1000, **params})

    def batch(self, *items: dict[str, Any], **params: Any) -> list[Any]:
        """Send a batch; bodies come back as values."""
        rows = self.post("", batch=list(items), **params)
        return [row and {**row, "body": json.loads(row["body"])} for row in rows]

    @staticmethod
    def _good(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()


def flat(params: dict[str, Any]) -> dict[str, str]:
    """Write nested values as JSON text, as Meta's clients do."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}


def purchases(row: dict[str, Any]) -> int:
    """Give the purchases of an insights row."""
    return next((int(a["value"]) for a in row.get("actions", []) if a["action_type"] == "purchase"), 0)


def png(color: str = "green", size: tuple[int, int] = (800, 600)) -> bytes:
    """Make a picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def connect() -> Iterator[Callable[..., Graph]]:
    """Make clients that are closed at the end."""
    made: list[Graph] = []

    def make(app: Any, token: str = "sandbox-token") -> Graph:  # noqa: S107  a demo token
        made.append(Graph(app, token))
        return made[-1]

    yield make
    for graph in made:
        graph.http.close()


@pytest.fixture(scope="session")
def demo(connect: Callable[..., Graph]) -> Graph:
    """One untouched demo account, for tests that only read."""
    return connect(create_app(now=NOW))


@pytest.fixture
def graph(connect: Callable[..., Graph]) -> Graph:
    """A demo account of the test's own."""
    return connect(create_app(now=NOW))


@pytest.fixture
def server(tmp_path):
    """A real server in a process of its own, with its address and its file."""
    path = tmp_path / "world.sqlite"
    process = warm.Popen([sys.executable, "-c", SERVER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        yield process, f"http://127.0.0.1:{int(process.stdout.readline())}", path
        process.kill()
