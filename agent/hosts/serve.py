"""`adsteward mcp`: the server on standard input and output, or on a port of this computer."""

import asyncio
import hmac
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from agent.setup import private, trusted
from agent.setup.undisturbed import ENDS

if TYPE_CHECKING:
    from agent.hosts.host_session import Desk
    from agent.hosts.mcp_server import HostServer

LOOPBACK = "127.0.0.1"


def serve(options: Mapping[str, Any], *, port: int | None = None, every_tool: bool = False) -> int:
    """Serve until the host closes the connection or ends us, or on `port` until Ctrl-C.

    `every_tool` lists all tools at once, for hosts that search them themselves. `options` are those of the command line; what is made of them takes a while, so that comes later.
    """
    from agent.hosts.mcp_server import HostServer

    def open_desk() -> "Desk":
        from agent.hosts.host_session import Desk
        from agent.setup.settings import Options, unchosen_workspace

        chosen = Options(**options)
        if folder := unchosen_workspace(chosen.workspace):
            sys.stderr.write(trusted.left_aside(folder))
        return Desk(chosen)

    server = HostServer(open_desk, sandbox=bool(options["sandbox"]), every_tool=every_tool)
    try:
        asyncio.run(_stdio(server) if port is None else _http(server.mcp, port))
    except* OSError:
        pass  # the host does not listen any more
    finally:
        server.close()
    return 0


async def _stdio(server: "HostServer") -> None:
    from mcp.server.stdio import stdio_server

    from agent.hosts.malformed import Answering

    for number in ENDS:
        asyncio.get_running_loop().add_signal_handler(number, _leave, server)
    async with stdio_server() as (incoming, outgoing):
        try:
            lines = Answering(incoming, outgoing)
            await server.mcp.run(lines, outgoing, server.mcp.create_initialization_options())
        except asyncio.CancelledError:
            _leave(server)  # the host does not listen, but has not closed our input either


def _leave(server: "HostServer") -> NoReturn:
    """End at once, with everything put down; a second signal does not wait for that.

    A thread that reads standard input can be ended in no other way.
    """
    for number in ENDS:
        signal.signal(number, signal.SIG_DFL)
    server.close()
    os._exit(0)


async def _http(server: Any, port: int) -> None:
    import uvicorn

    path = private.folder() / "hosts" / "http.token"
    app = guarded(server.streamable_http_app(host=LOOPBACK), private.made_once(path))
    config = uvicorn.Config(app, host=LOOPBACK, port=port, log_level="warning", access_log=False)
    sys.stderr.write(f"adsteward serves http://{LOOPBACK}:{port}/mcp · bearer token in {path}\n")
    await uvicorn.Server(config).serve()


def guarded(app: Any, token: str) -> Any:
    """An ASGI application that answers 401 to requests without the token."""
    expected = f"Bearer {token}".encode()

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        given = dict(scope.get("headers") or ()).get(b"authorization", b"")
        if scope["type"] != "http" or hmac.compare_digest(given, expected):
            await app(scope, receive, send)
            return
        headers = [(b"www-authenticate", b"Bearer"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"error":"bearer token required"}'})

    return guard
