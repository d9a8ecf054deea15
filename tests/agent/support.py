"""What the tests of the agent share: the sandbox behind the scenes, faults on the wire, a scripted model."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import httpx

from agent.models.model import Message, Reply, ToolCall
from agent.run.events import Event
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport

ACCOUNT = "act_123456789"
NOT_NOW = ("--at", f"{datetime.now(UTC) + timedelta(hours=12):%H:%M}")
"""For an order that is tried again before its next time, at whatever time of day the tests run."""


def brand(workspace: Path, text: str) -> None:
    """Write the brand file of a workspace."""
    (workspace / "brand").mkdir(exist_ok=True)
    (workspace / "brand" / "stack.md").write_text(text, encoding="utf-8")


class Sandbox:
    """The account as Meta would know it: read past our own client."""

    def __init__(self, state: Path | None = None) -> None:
        if state:
            state.parent.mkdir(parents=True, exist_ok=True)
        self.app = create_app(state)
        self.world = self.app.state.world
        self.transport = SandboxTransport(self.app)
        self._http = httpx.Client(
            transport=self.transport,
            base_url="http://sandbox/v26.0",
            headers={"Authorization": "Bearer sandbox-token"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        return self._http.get(path, params=params).json()

    def post(self, path: str, **params: Any) -> Any:
        return self._http.post(path, data=params).json()

    def ads(
        self, fields: str = "id,name,status,effective_status,adset_id", **params: Any
    ) -> list[dict[str, Any]]:
        return self.get(f"{ACCOUNT}/ads", fields=fields, limit=500, **params)["data"]

    def status(self, object_id: str) -> str:
        return str(self.get(object_id, fields="status")["status"])

    def paused(self) -> set[str]:
        return {ad["id"] for ad in self.ads() if ad["status"] == "PAUSED"}

    def of_class(self, kind: str) -> list[str]:
        """Ids of the ads that the demo account was built to have as `kind`."""
        return sorted(ad_id for ad_id, truth in self.world.truth.items() if truth == kind)

    def writes(self) -> list[dict[str, Any]]:
        """Every write that changed something, oldest first."""
        fields = "event_type,object_id,extra_data,event_time"
        return self.get(f"{ACCOUNT}/activities", fields=fields, limit=500)["data"][::-1]


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return sum(self.waits)

    def later(self, seconds: float) -> None:
        """Time passes between two runs."""
        self.at += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


class Killed(BaseException):
    """The process dies here."""


Action = Callable[[Callable[[], httpx.Response], httpx.Request], httpx.Response]


@dataclass
class Faults:
    """Stands between client and sandbox; `writes` are actions for the next writes, `reads` for the next reads."""

    writes: list[Action | None] = field(default_factory=list)
    reads: list[Action | None] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    dated: Callable[[httpx.Headers], None] = lambda _: None

    def __post_init__(self) -> None:
        self.dated = self._right_date

    def _right_date(self, headers: httpx.Headers) -> None:
        """Meta's clock is right, and so is ours."""
        headers["date"] = format_datetime(self.clock.now(), usegmt=True)

    def around(self, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        return _Between(self, inner)

    def sent_writes(self) -> list[httpx.Request]:
        return [request for request in self.requests if is_write(request)]


class _Between(httpx.BaseTransport):
    def __init__(self, faults: Faults, inner: httpx.BaseTransport) -> None:
        self._faults, self._inner = faults, inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._faults.requests.append(request)
        queue = self._faults.writes if is_write(request) else self._faults.reads
        action = queue.pop(0) if queue else None
        forward = lambda: self._inner.handle_request(request)  # noqa: E731
        answer = action(forward, request) if action else forward()
        self._faults.dated(answer.headers)
        return answer


def is_write(request: httpx.Request) -> bool:
    if request.method == "DELETE":
        return True
    return request.method == "POST" and any(
        item["method"] != "GET" for item in batch_of(request) or [{"method": "POST"}]
    )


def batch_of(request: httpx.Request) -> list[dict[str, Any]]:
    if b"batch=" not in request.content:
        return []
    form = parse_qs(request.content.decode("utf-8", "replace"))
    return json.loads(form["batch"][0]) if "batch" in form else []


def refuse(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def drop_before(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("reset", request=request)


def drop_after(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    forward()
    raise httpx.ReadTimeout("no answer", request=request)


def html_after(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    forward()
    return httpx.Response(502, text="<html>Bad gateway</html>")


def die_before(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    raise Killed


def die_after(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    forward()
    raise Killed


def interrupt(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
    raise KeyboardInterrupt


def graph_error(code: int, subcode: int | None = None, *, after: bool = False, status: int = 400) -> Action:
    def act(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        if after:
            forward()
        error = {"message": "scripted", "type": "OAuthException", "code": code, "fbtrace_id": "T1"}
        return httpx.Response(status, json={"error": error | ({"error_subcode": subcode} if subcode else {})})

    return act


def null_items(*indices: int) -> Action:
    """The batch is executed, but some items come back without an answer."""

    def act(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        answers = forward().json()
        return httpx.Response(200, json=[None if i in indices else a for i, a in enumerate(answers)])

    return act


def item_errors(code: int, *indices: int, subcode: int | None = None) -> Action:
    """Some items of the batch are refused and not executed."""

    def act(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        items = batch_of(request)
        error = {
            "error": {"message": "scripted", "code": code} | ({"error_subcode": subcode} if subcode else {})
        }
        kept = [item for i, item in enumerate(items) if i not in indices]
        request.headers.pop("content-length", None)
        inner = httpx.Request(
            request.method,
            request.url,
            headers={"Authorization": request.headers["Authorization"]},
            data={"batch": json.dumps(kept)},
        )
        request.stream, request._content = inner.stream, inner.read()
        request.headers.update(inner.headers)
        answers = iter(forward().json() if kept else [])
        refused = {"code": 400, "body": json.dumps(error)}
        return httpx.Response(
            200, json=[refused if i in indices else next(answers) for i in range(len(items))]
        )

    return act


class Events(list[Event]):
    """A listener that remembers."""

    def __call__(self, event: Event) -> None:
        self.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self if isinstance(event, kind)]


@dataclass
class ScriptedModel:
    """Says what it was told to say: texts, lists of (tool, arguments), whole replies, or a function of the messages."""

    script: Sequence[Any]
    name: str = "scripted"
    asked: list[list[Message]] = field(default_factory=list)

    def reply(
        self,
        system: str,
        tools: list[dict[str, Any]],
        messages: list[Message],
        on_text: Callable[[str], None] | None = None,
    ) -> Reply:
        self.asked.append(json.loads(json.dumps(messages)))
        turn = len(self.asked)
        step = self.script[min(turn, len(self.script)) - 1]
        said = step(messages) if callable(step) else step
        return said if isinstance(said, Reply) else reply_of(said, turn)

    def results(self) -> list[dict[str, Any]]:
        """The contents of all tool results the model was given."""
        return [
            json.loads(block["content"])
            for message in self.asked[-1]
            if isinstance(message["content"], list) and message["role"] == "user"
            for block in message["content"]
        ]


def reply_of(said: str | Sequence[tuple[str, Any]], turn: int, *, stop_reason: str | None = None) -> Reply:
    if isinstance(said, str):
        message = {"role": "assistant", "content": [{"type": "text", "text": said}]}
        return Reply(message, said, (), stop_reason or "end_turn")
    calls = tuple(ToolCall(f"t{turn}_{i}", name, arguments) for i, (name, arguments) in enumerate(said))
    blocks = [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls]
    return Reply({"role": "assistant", "content": blocks}, "", calls, stop_reason or "tool_use")
