"""The sandbox as people start it, in a process of its own, and what its backstage tells."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CLOCK = "2026-11-20T17:00:00+00:00"


class Sandbox:
    """A running `adsteward sandbox`; its clock stands."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def port(self) -> int:
        """The port on this machine."""
        return int(self.url.rpartition(":")[2])

    def requests(self) -> list[dict[str, Any]]:
        """Give what was asked, oldest first."""
        return self._backstage("GET", "requests")["data"]

    def objects(self) -> dict[str, dict[str, Any]]:
        """Give the writable fields of every object, by id."""
        return self._backstage("GET", "state")["objects"]

    def order(self, *rules: dict[str, Any]) -> None:
        """Order faults."""
        self._backstage("POST", "faults", list(rules))

    def advance(self, seconds: int) -> None:
        """Move the clock."""
        self._backstage("POST", "clock", {"advance_s": seconds})

    def _backstage(self, method: str, path: str, body: Any = None) -> Any:
        with httpx.Client(trust_env=False) as client:
            answer = client.request(method, f"{self.url}/sandbox/{path}", json=body)
        return answer.raise_for_status().json()


@contextmanager
def running(*options: str) -> Iterator[Sandbox]:
    """Start a sandbox on a free port with these options, and end it."""
    command = [sys.executable, "-m", "agent", "sandbox", "--port", "0", "--clock", CLOCK, *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ADSTEWARD_")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sandbox(process.stdout.readline().split("listens on ")[1].split(";")[0])
        finally:
            process.terminate()
