"""One HTTP request to Graph: the token in the header, the error object out of the body, no secret in any text."""

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tools.graph.errors import AnswerLost, GraphError, GraphFailure, NotSent
from tools.graph.redact import Redactor
from tools.graph.request import checked_path, checked_token, checked_url, encode, proof_of
from tools.graph.usage import Usage, read_usage

GRAPH_URL = "https://graph.facebook.com"
GRAPH_VERSION = "v26.0"
TIMEOUT = httpx.Timeout(30, connect=5)
UPLOAD_TIMEOUT = httpx.Timeout(180, connect=5)

# Its INFO lines show whole URLs, and with them appsecret_proof; our own log are the events.
logging.getLogger("httpx").setLevel(logging.WARNING)

Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was made, for logs and recordings; carries no secret."""

    method: str
    path: str
    params: dict[str, Any]
    outcome: str
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause before a request is tried again."""

    reason: str
    wait_s: float
    until: datetime


WireEvent = Exchange | Waiting


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
    usage: Usage = field(default_factory=Usage)


class Wire:
    """Sends single requests and turns every kind of bad answer into a GraphFailure.

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
    ) -> None:
        url = checked_url(base_url, leaves_process=transport is None)
        self._proof = proof_of(checked_token(token), app_secret)
        self.stats = Stats()
        self.redactor = Redactor((token, app_secret, self._proof))
        self._prefix = f"/{version}"
        self._emit = on_event or (lambda _: None)
        self._sleep = sleep
        encrypted = url.scheme == "https"
        self._http = httpx.Client(
            base_url=url,
            transport=transport,
            trust_env=encrypted,  # a proxy would see the token of a plain-text call
            timeout=TIMEOUT,
            headers={
                "Authorization": f"Bearer {token}",
                "User-Agent": f"{agent} python-httpx/{httpx.__version__}",
            },
        )

    def close(self) -> None:
        self._http.close()

    def exchange(
        self, method: str, path: str, params: Mapping[str, Any], files: Files | None = None
    ) -> Answer:
        """Make one request, once.

        Raises GraphError, NotSent or AnswerLost; ValueError for what is no path in the graph.
        """
        self.stats.requests += 1
        started = time.monotonic()
        outcome = "interrupted"
        try:
            answer = self._checked(self._send(method, path, params, files))
            outcome = "ok"
            return answer  # noqa: TRY300
        except GraphFailure as failure:
            outcome = failure.label if isinstance(failure, GraphError) else type(failure).__name__
            raise
        finally:
            elapsed = int((time.monotonic() - started) * 1000)
            shown = self.redactor.value(dict(params))
            self._emit(Exchange(method, self.redactor.text(path), shown, outcome, elapsed))

    def wait(self, reason: str, wait_s: float) -> None:
        """Pause before a retry, saying until when."""
        self.stats.retries += 1
        self.stats.waited_s += wait_s
        self._emit(Waiting(self.redactor.text(reason), wait_s, datetime.now(UTC) + timedelta(seconds=wait_s)))
        self._sleep(wait_s)

    def error_in(self, body: Any, *, status: int, usage: Usage) -> GraphFailure | None:
        """The error of an answer or a batch item, with secrets hidden; one not in Graph's form tells nothing."""
        error = body.get("error") if isinstance(body, dict) else None
        if error is None:
            return None
        if not isinstance(error, dict):
            return AnswerLost(f"{self._host} answered HTTP {status} with an error that is not Graph's.")
        return GraphError(self.redactor.value(error), http_status=status, wait_s=usage.wait_s)

    def _send(self, method: str, path: str, params: Mapping[str, Any], files: Files | None) -> httpx.Response:
        texts = encode(params) | ({"appsecret_proof": self._proof} if self._proof else {})
        url = f"{self._prefix}/{checked_path(path) if path else ''}"
        try:
            if method in ("GET", "DELETE"):
                return self._http.request(method, url, params=texts)
            timeout = UPLOAD_TIMEOUT if files else TIMEOUT
            return self._http.request(method, url, data=texts, files=files or None, timeout=timeout)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
        ) as error:
            raise NotSent(self._unreachable(error)) from None
        except httpx.HTTPError as error:
            raise AnswerLost(
                f"No answer from {self._host}: the connection broke or timed out ({type(error).__name__})."
            ) from None

    def _checked(self, response: httpx.Response) -> Answer:
        usage = read_usage(response.headers)
        try:
            # Meta puts the token into every `paging.next`, however deep it is in an answer.
            body = json.loads(self.redactor.own(response.content.decode()))
        except (ValueError, RecursionError):
            kind = self.redactor.text(response.headers.get("content-type", "no content type"))
            raise AnswerLost(
                f"{self._host} did not answer like Graph (HTTP {response.status_code}, {kind})."
                " Check META_GRAPH_URL, or try again later."
            ) from None
        if error := self.error_in(body, status=response.status_code, usage=usage):
            raise error
        if not response.is_success:
            raise AnswerLost(f"{self._host} answered HTTP {response.status_code} without an error object.")
        return Answer(body, usage)

    @property
    def _host(self) -> str:
        return self._http.base_url.netloc.decode("ascii", "replace")

    def _unreachable(self, error: httpx.HTTPError) -> str:
        cause = "its certificate was refused" if _is_tls(error) else "no connection"
        return (
            f"Could not reach {self._host} ({cause}). Nothing was sent. Check the network and META_GRAPH_URL."
        )


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
