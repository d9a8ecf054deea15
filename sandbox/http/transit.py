"""How an answer fails to arrive; what carries the application says how, under these names in the ASGI scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HANG_UP = "sandbox.hang_up"
"""Called without arguments; ends the connection without an answer."""
WAIT = "sandbox.wait"
"""Called with seconds; waits, or gives up as the client would."""


class NoAnswer(Response):
    """Ends the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hang up, and stay until that has happened."""
        del send
        scope[HANG_UP]()
        while (await receive())["type"] != "http.disconnect":
            pass
