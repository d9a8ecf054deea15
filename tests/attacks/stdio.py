"""A host that speaks to `adsteward mcp` over real pipes, and leaves as hosts do."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import warm
from tests.agent.servers import graph_server
from tests.agent.support import Sandbox

ROOT = Path(__file__).parents[2]
ANSWERS_WAIT_S = 20


@dataclass
class Held:
    """A server that has done what a write asked for and keeps its answer back until `go`."""

    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, when: str) -> None:
        if when == "after":
            self.reached.set()
            self.go.wait(ANSWERS_WAIT_S)


@dataclass
class PipeHost:
    """One connection in the handshake era, line by line."""

    process: subprocess.Popen[bytes]
    _last: int = 0

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> int:
        """Send a request and do not wait for its answer."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        return self._last

    def call(self, tool: str, **arguments: Any) -> int:
        return self.ask("tools/call", name=tool, arguments=arguments, _meta={"progressToken": self._last})

    def told(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured content that a call is answered with."""
        return self.answer(self.call(tool, **arguments))["structuredContent"]

    def answer(self, number: int, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result of a request; what the server asks meanwhile is answered with `asked`."""
        for line in self.process.stdout:
            message = json.loads(line)
            if "method" in message and "id" in message:
                self._send({"id": message["id"], **(asked or {})})
            elif message.get("id") == number and "result" in message:
                return message["result"]
        raise AssertionError(self.process.stderr.read().decode())

    def _send(self, message: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()


@contextmanager
def pipe_host(
    workspace: Path, sandbox: Sandbox, hook: Any, *, handshake: bool = True, **capabilities: Any
) -> Iterator[PipeHost]:
    """The server as a process of its own, on the sandbox behind a socket."""
    command = (sys.executable, "-m", "agent", "mcp", "--sandbox")
    with graph_server(sandbox, hook) as url:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "META_GRAPH_URL": url}
        env["ADSTEWARD_WORKSPACE"] = str(workspace)
        pipe = subprocess.PIPE
        with warm.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            limit = threading.Timer(6 * ANSWERS_WAIT_S, process.kill)  # a read that waits for ever ends then
            limit.start()
            try:
                host = PipeHost(process)
                about = {"capabilities": capabilities, "clientInfo": {"name": "pipes", "version": "1"}}
                if handshake:
                    host.answer(host.ask("initialize", protocolVersion="2025-11-25", **about))
                    host.notify("notifications/initialized")
                yield host
            finally:
                limit.cancel()
                process.kill()
