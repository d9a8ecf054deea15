"""Answers lines that are no message of the protocol: the SDK drops them, and a host would wait for ever."""

from typing import TYPE_CHECKING, Any, Self

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
)
from pydantic import ValidationError

if TYPE_CHECKING:
    from types import TracebackType

NO_JSON = "This line is no JSON; one message a line."
NO_REQUEST = "This is no JSON-RPC 2.0 request: an object with jsonrpc, method and an id that is text or a whole number."
NO_OBJECT = "params must be an object."


class Answering:
    """What a host sends, without what is no message: that is answered with an error on `outgoing`."""

    def __init__(self, incoming: Any, outgoing: Any) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    @property
    def last_context(self) -> Any:
        """The context of the last message, for the SDK."""
        return self._incoming.last_context

    async def receive(self) -> Any:
        """The next message."""
        while True:
            item = await self._incoming.receive()
            if not isinstance(item, Exception) and not _nameless(item.message):
                return item
            answer = (
                answer_to(item) if isinstance(item, Exception) else _error(None, INVALID_REQUEST, NO_REQUEST)
            )
            if answer:
                await self._outgoing.send(SessionMessage(answer))

    async def aclose(self) -> None:
        """Close what it reads from."""
        await self._incoming.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        await self.aclose()


def _nameless(message: Any) -> bool:
    """A request with an id that is none, which the SDK takes for a notification; those have names of their own."""
    return isinstance(message, JSONRPCNotification) and not message.method.startswith("notifications/")


def answer_to(problem: Exception) -> JSONRPCError | None:
    """The answer to a line that could not be read as a message; none to notifications, answers and empty lines."""
    errors = problem.errors(include_url=False) if isinstance(problem, ValidationError) else []
    if not errors or errors[0]["type"] == "json_invalid":
        blank = bool(errors) and not str(errors[0]["input"]).strip()
        return None if blank else _error(None, PARSE_ERROR, NO_JSON)
    # A whole message is quoted where it lacks what an answer has.
    missing = (e["input"] for e in errors if e["type"] == "missing" and e["loc"][-1] in ("result", "error"))
    message = next((found for found in missing if isinstance(found, dict)), None)
    if message is None:
        whole = isinstance(errors[0]["input"], dict)
        return None if whole else _error(None, INVALID_REQUEST, NO_REQUEST)
    named, number = isinstance(message.get("method"), str), message.get("id")
    if "method" not in message and {"result", "error"} & set(message):
        return None
    if named and "id" not in message:
        return None
    known = isinstance(number, str | int) and not isinstance(number, bool)
    sound = named and known and message.get("jsonrpc") == "2.0"
    code, said = (INVALID_PARAMS, NO_OBJECT) if sound else (INVALID_REQUEST, NO_REQUEST)
    return _error(number if known else None, code, said)


def _error(number: Any, code: int, said: str) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=number, error=ErrorData(code=code, message=said))
