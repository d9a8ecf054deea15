"""Listens for webhooks on a port: each body within a size and a time, one answer each."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

from agent.hooks.receiver import HEALTH, MAX_BYTES, Incoming, Receiver, Reply, too_large

READ_S = 10.0
"""Who takes longer to send its body is not waited for."""
AT_ONCE = 64


class Listener:
    """The ASGI application around a receiver."""

    def __init__(self, receiver: Receiver, *, read_s: float = READ_S) -> None:
        self._receiver, self._read_s = receiver, read_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            return
        try:
            body = await asyncio.wait_for(_body(receive), self._read_s)
        except TimeoutError:
            reply = Reply(408, "The body did not come in time.\n")
        else:
            reply = await self._answered(_incoming(scope, body)) if body is not None else too_large()
        headers = [
            (b"content-type", reply.kind.encode()),
            (b"x-content-type-options", b"nosniff"),
            *([(b"connection", b"close")] if reply.status in (408, 413) else []),
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.text.encode(errors="replace")})

    async def _answered(self, request: Incoming) -> Reply:
        """Beside the loop, as Meta may be asked and the disk be slow; that the process lives is said in any case."""
        if request.path == HEALTH:
            return self._receiver.answer(request)
        return await asyncio.to_thread(self._receiver.answer, request)


async def _body(receive: Any) -> bytes | None:
    """The body as it came; None for one that is too large, of which the rest is not read."""
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)  # the sender left
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _incoming(scope: Any, body: bytes) -> Incoming:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Incoming(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, body)


def listen(receiver: Receiver, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve until Ctrl-C; port 0 picks a free one, `ready` is told which. Raises OSError when it cannot be used."""
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as opened, contextlib.suppress(KeyboardInterrupt):
        config = uvicorn.Config(
            Listener(receiver),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            limit_concurrency=AT_ONCE,
        )
        ready(opened.getsockname()[1])
        uvicorn.Server(config).run(sockets=[opened])
