"""A scripted Meta for the tests of the Graph client: it gives the answers it was told to and keeps what it was asked."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import httpx
from hypothesis import strategies as st

from tools.graph import Exchange, GraphReader, GraphWriter, Waiting, Wire, WireEvent

TOKEN = "EAAcanary0123456789abcdefghijklmnopqrstuvwxyz"
BASE = "https://graph.test"

Reply = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def now(self) -> float:
        return self.at

    def sleep(self, wait_s: float) -> None:
        self.at += wait_s


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def ok(body: Any = None, status: int = 200, **headers: str) -> Reply:
    """An answer with a JSON body."""
    text = json.dumps({"id": "1"} if body is None else body)
    return raw(text, status, content_type="application/json", **headers)


def raw(text: str | bytes, status: int = 200, **headers: str) -> Reply:
    """An answer with any body."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, content=text, headers=shown)


def error(
    code: int,
    subcode: int | None = None,
    *,
    status: int = 400,
    headers: dict[str, str] | None = None,
    **rest: Any,
) -> Reply:
    """An error answer in Graph's form."""
    body = {
        "message": f"(#{code}) said",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "Trace1",
    } | rest
    if subcode is not None:
        body["error_subcode"] = subcode
    return ok({"error": body}, status, **(headers or {}))


def broken(failure: type[httpx.TransportError], text: str = "broken") -> Reply:
    """A connection that fails in the given way."""

    def reply(request: httpx.Request) -> httpx.Response:
        raise failure(text, request=request)

    return reply


class Meta:
    """Gives one reply after the other, the last one again and again; keeps requests, waits and events."""

    def __init__(
        self,
        *replies: Reply,
        token: str = TOKEN,
        base_url: str = BASE,
        sleep: Callable[[float], None] = lambda _: None,
        **options: Any,
    ) -> None:
        self._replies = list(replies)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self.events: list[WireEvent] = []
        self.wire = Wire(
            token,
            base_url=base_url,
            transport=httpx.MockTransport(self._handle),
            sleep=lambda wait_s: (self.waits.append(wait_s), sleep(wait_s))[0],
            on_event=self.events.append,
            **options,
        )
        self.reader = GraphReader(self.wire)
        self.writer = GraphWriter(self.wire)

    @property
    def exchanges(self) -> list[Exchange]:
        return [event for event in self.events if isinstance(event, Exchange)]

    @property
    def pauses(self) -> list[Waiting]:
        return [event for event in self.events if isinstance(event, Waiting)]

    def queries(self) -> list[dict[str, str]]:
        """The query parameters of each request."""
        return [dict(request.url.params) for request in self.requests]

    def forms(self) -> list[dict[str, str]]:
        """The form fields of each request."""
        return [form_of(request) for request in self.requests]

    def batches(self) -> list[list[dict[str, Any]]]:
        """The items of each batch request."""
        return [json.loads(form["batch"]) for form in self.forms()]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return reply(request)


def form_of(request: httpx.Request) -> dict[str, str]:
    """The form fields of a request; each must be there once."""
    text = request.content.decode()
    fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
    assert all(len(values) == 1 for values in parse_qs(text, keep_blank_values=True).values())
    return fields


def batch_item(body: Any, code: int = 200, headers: Any = None) -> dict[str, Any]:
    """One answer inside a batch."""
    return {"code": code, "headers": headers or [], "body": json.dumps(body)}


def usage_header(minutes: float, kind: str = "ads_management") -> dict[str, str]:
    """A business usage header that asks to stay away for some minutes."""
    entry = {"type": kind, "call_count": 100, "total_time": 5, "estimated_time_to_regain_access": minutes}
    return {"x-business-use-case-usage": json.dumps({"123": [entry]})}
