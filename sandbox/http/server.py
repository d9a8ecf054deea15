"""Serves the application over HTTP."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.http.transit import HANG_UP

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send


def serve(host: str, port: int, app: ASGIApp, on_ready: Callable[[int], None] | None = None) -> None:
    """Serve until interrupted (Ctrl-C, SIGTERM); port 0 picks a free one, `on_ready` is told which.

    A port in use raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener, _calm_signals():
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
        )
        _Server(config, on_ready).run(sockets=[listener])


class _Protocol(H11Protocol):
    """Lets the application close the socket under a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does not do this for a listener that was made elsewhere; a kept connection would wait 40 ms per answer.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, HANG_UP: transport.abort}, receive, send)

        self.app = app


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[int], None] | None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready and sockets:
            self._on_ready(sockets[0].getsockname()[1])


@contextmanager
def _calm_signals() -> Iterator[None]:
    """Let uvicorn's repeat of the signal that stopped it pass without effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
