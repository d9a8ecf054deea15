"""One Graph call at a time: asked of the governor, sent once, its error found in the body, told as an event without secrets."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from tools.graph.allowance import Cost, Reserved
from tools.graph.answers import Unpacked, parsed, unpack
from tools.graph.codes import Advice
from tools.graph.errors import AnswerLost, GraphError, GraphFailure
from tools.graph.governor import Governor, Held
from tools.graph.http import Files, Http, Received
from tools.graph.redact import Redactor
from tools.graph.server_clock import ServerClock
from tools.graph.usage_headers import read_usage
from tools.graph.wait_budget import WaitBudget

GRAPH_URL = "https://graph.facebook.com"
GRAPH_VERSION = "v26.0"
UNNOTICED_S = 1.0
"""Shorter pauses are made without a word."""
PACING = "to stay below Meta's limits"
OVER = "The time for this was over, or it was called off: no further request was made."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was made, for logs and recordings; carries no secret."""

    method: str
    path: str
    params: dict[str, Any]
    outcome: str
    elapsed_ms: int
    rows: int = 0
    """How many an answer with rows had."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause before a request is made, or tried again."""

    reason: str
    wait_s: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Smaller:
    """A read was too much at once and goes on by less."""

    reason: str


WireEvent = Exchange | Waiting | Smaller


@dataclass(slots=True)
class Stats:
    """What a run cost at Meta."""

    requests: int = 0
    batch_items: int = 0
    retries: int = 0
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    body: Any


class Wire:
    """Makes single requests and turns every kind of bad answer into a GraphFailure; several threads may share it.

    Raises ValueError when the token could not be sent, or would leave the machine unencrypted.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = GRAPH_URL,
        version: str = GRAPH_VERSION,
        app_secret: str | None = None,
        agent: str = "adsteward",
        transport: httpx.BaseTransport | None = None,
        on_event: Callable[[WireEvent], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        governor: Governor | None = None,
        wait_budget: WaitBudget | None = None,
        clock: ServerClock | None = None,
    ) -> None:
        self._http = Http(
            token,
            base_url=base_url,
            version=version,
            app_secret=app_secret,
            agent=agent,
            transport=transport,
        )
        self.transport = transport
        """What answers in this process, where no server is asked."""
        self.stats = Stats()
        self.governor = governor
        self.clock = clock or ServerClock()
        self.wait_budget = wait_budget or WaitBudget()
        self.redactor = Redactor((token, app_secret, self._http.proof))
        self.advice = Advice()
        self._lock = Lock()
        self._emit = on_event or (lambda _: None)
        self._sleep = sleep

    def close(self) -> None:
        self._http.close()

    def exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any],
        files: Files | None = None,
        *,
        cost: Cost | None = None,
        reserved: Reserved | None = None,
    ) -> Answer:
        """Make one request, once, when the governor says so, at once if room was `reserved`. `cost` is that of a batch.

        Raises GraphError, NotSent, AnswerLost or Held; ValueError for what is no path in the graph.
        """
        cost = cost or _cost(method, path)
        if reserved and self.governor:
            self.governor.recount(reserved, cost)
        elif not reserved:
            self.reserve(cost)
        with self._lock:
            self.stats.requests += 1
        started = time.monotonic()
        outcome, rows = "interrupted", 0
        try:
            asked_s = self.clock.steady()
            received = self._http.send(method, path, params, files)
            self.clock.heard(received.headers, asked_s)
            answer = self._checked(received, cost)
            outcome, rows = "ok", _rows(answer.body)
            return answer  # noqa: TRY300
        except GraphFailure as failure:
            outcome = failure.label
            raise
        finally:
            elapsed = int((time.monotonic() - started) * 1000)
            shown = self.redactor.value(dict(params))
            self._tell(Exchange(method, self.redactor.text(path), shown, outcome, elapsed, rows))

    def wait(self, reason: str, wait_s: float) -> bool:
        """Pause before a retry, as `pause` does."""
        return self.pause(reason, wait_s, retries=1)

    def heard(self, *answers: Unpacked) -> None:
        """The governor learns what an answer, or the items of a batch together, say of Meta's limits."""
        if self.governor:
            self.governor.observe(*(read_usage(answer.headers) for answer in answers))

    def judged(self, answer: Unpacked, cost: Cost) -> GraphFailure | None:
        """The error of an answer or of an item of a batch, with secrets hidden; the governor hears of it.

        An error that is not in Graph's form tells nothing.
        """
        error = answer.body.get("error") if isinstance(answer.body, dict) else None
        if error is None:
            return None
        if not isinstance(error, dict):
            return AnswerLost(
                f"{self._http.host} answered HTTP {answer.status} with an error that is not Graph's."
            )
        failure = GraphError(
            self.redactor.value(error),
            http_status=answer.status,
            wait_s=read_usage(answer.headers).wait_s,
            advice=self.advice,
        )
        if self.governor:
            self.governor.failed(failure, cost)
        return failure

    def release(self, reserved: Reserved) -> None:
        """Nothing is sent in this room."""
        if self.governor:
            self.governor.recount(reserved, Cost())

    def reserve(self, cost: Cost) -> Reserved:
        """Wait until the call may be made, and count it. Raises Held when it may not, or not within the wait budget of the run."""
        while True:
            if self.wait_budget.over:
                raise Held(OVER)
            wait_s = self.governor.admit(cost) if self.governor else 0.0
            if wait_s <= 0:
                return Reserved(cost, self.governor.now() if self.governor else 0.0)
            if not self.pause(PACING, max(wait_s, 0.001)):
                raise Held(
                    f"Meta's limit for this account is nearly used up; the next call fits in {_spelled(wait_s)},"
                    " longer than this run may wait. It was not sent. Try again then, or allow it with --max-wait."
                )

    def pause(self, reason: str, wait_s: float, *, retries: int = 0) -> bool:
        """Wait, saying until when unless it is too short to be noticed; False when the run may not wait that long."""
        with self.wait_budget.wait(reason, wait_s) as allowed:
            if allowed:
                with self._lock:
                    self.stats.waited_s += wait_s
                    self.stats.retries += retries
                if wait_s >= UNNOTICED_S:
                    until = datetime.now(UTC) + timedelta(seconds=wait_s)
                    self._tell(Waiting(self.redactor.text(reason), wait_s, until))
                self._sleep(wait_s)
        return allowed

    def say(self, reason: str) -> None:
        """Tell that a read goes on by less at a time, and why."""
        self._tell(Smaller(self.redactor.text(reason)))

    def _tell(self, event: WireEvent) -> None:
        with self._lock:
            self._emit(event)

    def _checked(self, received: Received, cost: Cost) -> Answer:
        answer = self._read(received)
        if answer is None:
            raise AnswerLost("Meta gave no answer to this call.")
        self.heard(answer)
        if error := self.judged(answer, cost):
            raise error
        if not 200 <= answer.status < 300:
            raise AnswerLost(f"{self._http.host} answered HTTP {answer.status} without an error object.")
        return Answer(answer.body)

    def _read(self, received: Received) -> Unpacked | None:
        """The answer as JSON, out of its envelope; None when there is none in it. Raises AnswerLost."""
        try:
            # Meta puts the token into every `paging.next`, however deep it is in an answer.
            body = parsed(self.redactor.own(received.content.decode()))
            if received.enveloped and isinstance(body, list):
                return unpack(body[0] if body else None)
        except ValueError:
            kind = self.redactor.text(received.headers.get("content-type", "no content type"))
            raise AnswerLost(
                f"{self._http.host} did not answer like Graph (HTTP {received.status}, {kind if received.content else 'nothing'})."
                " Check META_GRAPH_URL, or try again later."
            ) from None
        return Unpacked(received.status, received.headers, body)


def _cost(method: str, path: str) -> Cost:
    """What a single call counts for; asking for a report with POST changes nothing and is a read."""
    insights = path.endswith("insights")
    return Cost(reads=1, insights=insights) if method == "GET" or insights else Cost(writes=1)


def _rows(body: Any) -> int:
    data = body.get("data") if isinstance(body, dict) else None
    return len(data) if isinstance(data, list) else 0


def _spelled(wait_s: float) -> str:
    return f"{wait_s:.0f} s" if wait_s < 90 else f"{math.ceil(wait_s / 60)} min"
