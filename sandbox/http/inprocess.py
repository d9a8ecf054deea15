"""Lets a synchronous httpx client talk to the application without a socket."""

from __future__ import annotations

import asyncio
import threading
from email.utils import formatdate
from typing import TYPE_CHECKING

import httpx

from sandbox.http.transit import HANG_UP, WAIT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class SandboxTransport(httpx.BaseTransport):
    """Runs the application on an event loop in a thread of its own.

    So it works from any thread, also from one whose own loop is running, and from many at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take the application; the thread starts with the first request."""
        self._app = app
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the whole answer."""
        request.read()
        loop = self._running_loop()
        return asyncio.run_coroutine_threadsafe(self._handle(request), loop).result()

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        limit_s = request.extensions.get("timeout", {}).get("read")
        answer = await httpx.ASGITransport(_with_faults(self._app, limit_s)).handle_async_request(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        )
        dated = {"date": formatdate(usegmt=True), **answer.headers}
        return httpx.Response(answer.status_code, headers=dated, content=await answer.aread())

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._closed:
                raise RuntimeError("the sandbox transport has been closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_run, args=(self._loop,), name="sandbox", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """End the thread and its loop."""
        with self._starting:
            self._closed = True
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


def _with_faults(app: ASGIApp, limit_s: float | None) -> ASGIApp:
    """Let the application hang up, and be too slow for a client that waits `limit_s` without anybody waiting."""

    def hang_up() -> None:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")

    async def wait(delay_s: float) -> None:
        if limit_s is not None and delay_s >= limit_s:
            raise httpx.ReadTimeout("The read operation timed out")
        await asyncio.sleep(delay_s)

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, HANG_UP: hang_up, WAIT: wait}, receive, send)

    return faulty


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
