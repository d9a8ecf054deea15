"""Lets a synchronous httpx client talk to the application without a socket."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import httpx

from sandbox.http.transit import HANG_UP, WAIT

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Message, Scope


class SandboxTransport(httpx.BaseTransport):
    """Runs the application in the thread that asks; many may ask at once, and each waits for its turn.

    The application waits for nothing but what a fault says, so there is no event loop: it works from any thread,
    also from one whose own loop is running.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take the application."""
        self._app = app
        self._turn = threading.Lock()
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the whole answer."""
        content = request.read()
        parts: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": content}

        async def send(message: Message) -> None:
            parts.append(message)

        with self._turn:
            if self._closed:
                raise RuntimeError("the sandbox transport has been closed")
            _finish(self._app(self._scope(request), receive, send))
        begin, *rest = parts
        answer = httpx.Response(
            begin["status"], headers=begin["headers"], content=b"".join(part["body"] for part in rest)
        )
        answer.headers.setdefault("date", formatdate(usegmt=True))
        return answer

    def close(self) -> None:
        """Nothing is answered afterwards."""
        with self._turn:
            self._closed = True

    def _scope(self, request: httpx.Request) -> Scope:
        limit_s = request.extensions.get("timeout", {}).get("read")
        url = request.url

        def hang_up() -> None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")

        async def wait(delay_s: float) -> None:
            """Be too slow for a client that waits `limit_s`, without anybody waiting."""
            if limit_s is not None and delay_s >= limit_s:
                raise httpx.ReadTimeout("The read operation timed out")
            self._turn.release()
            try:
                time.sleep(delay_s)  # noqa: ASYNC251  no loop is there to be held up
            finally:
                self._turn.acquire()

        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 123),
            "root_path": "",
            HANG_UP: hang_up,
            WAIT: wait,
        }


def _finish(answering: Awaitable[None]) -> None:
    """Run to the end what never has to be waited for."""
    steps = answering.__await__()
    try:
        next(steps)
    except StopIteration:
        return
    steps.close()
    raise RuntimeError("the application waits for something that no loop here would bring")
