"""Stands before every page: whose address was asked for, who sent a form, how long it is, and what a browser may do with the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 512 * 1024
"""Of a form; a set of 5,000 changes fits."""
METHODS = frozenset({"GET", "HEAD", "POST"})
HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with that, browsers send forms with the origin "null", and ours could not be told from others.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
}
HTTPS_ONLY = ("strict-transport-security", "max-age=31536000")


@dataclass(frozen=True, slots=True)
class Address:
    """Where people open the page; a request for any other host is not for us."""

    origins: frozenset[str]
    """Such as http://127.0.0.1:8765."""
    proxied: bool = False
    """Whether all requests come through a proxy, which adds where they came from."""

    @classmethod
    def of(cls, origins: Iterable[str], *, proxied: bool = False) -> "Address":
        return cls(frozenset(origins), proxied)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(urlsplit(origin).netloc for origin in self.origins)

    @property
    def secure(self) -> bool:
        """Whether it is only reached over TLS."""
        return all(origin.startswith("https://") for origin in self.origins)


class Guard:
    """An ASGI application around the pages."""

    def __init__(self, app: Any, address: Address) -> None:
        self._app, self._address = app, address
        told = dict(HEADERS) | (dict([HTTPS_ONLY]) if address.secure else {})
        self._headers = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or say why it gets no answer."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def sealed(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in self._headers}
                kept = [pair for pair in message["headers"] if pair[0].lower() not in own]
                message = {**message, "headers": [*kept, *self._headers]}
            await send(message)

        if why := self._objection(scope):
            status, text = why
            await _plain(sealed, status, text)
            return
        await self._app(scope, _limited(receive), sealed)

    def _objection(self, scope: Any) -> tuple[int, str] | None:
        headers = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._address.hosts:
            return 421, "This page is not served under that name."
        if scope["method"] not in METHODS:
            return 405, "That method is not served here."
        if scope["method"] == "POST":
            origins = [value for name, value in headers if name == b"origin"]
            if len(origins) != 1 or origins[0].lower() not in self._address.origins:
                return 403, "This form was not sent by the page itself. Nothing was done."
            length = next((value for name, value in headers if name == b"content-length"), "0")
            if not length.isdecimal() or int(length) > MOST_BYTES:
                return 413, "That is more than a form of this page holds. Nothing was done."
        return None


class TooLong(Exception):  # noqa: N818 - the request is over
    """A body is longer than it said, or than any form is."""


def _limited(receive: Any) -> Any:
    """What is received, up to the length of a form."""
    got = 0

    async def counted() -> Any:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MOST_BYTES:
            raise TooLong
        return message

    return counted


async def _plain(send: Any, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
