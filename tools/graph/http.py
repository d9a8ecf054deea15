"""Carries one request to Meta and its whole answer back: the token in a header, the proof in a body, nothing in a URL."""

import logging
import os
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, cast

import httpx

from tools.graph.answers import ENCODING, unpacked
from tools.graph.errors import AnswerLost, NotSent
from tools.graph.request import checked_path, checked_token, checked_url, encode, item, proof_of

TIMEOUT = httpx.Timeout(30, connect=5)
UPLOAD_TIMEOUT = httpx.Timeout(180, connect=5)
VIDEO_URL = "https://graph-video.facebook.com"
_CERTIFICATES = "SSL_CERT_FILE", "SSL_CERT_DIR"

# Its INFO lines show whole URLs; our own log are the events.
logging.getLogger("httpx").setLevel(logging.WARNING)

Files = Mapping[str, tuple[str, bytes, str]]


class Received(NamedTuple):
    """An answer as it came; in an envelope it is the only item of a batch."""

    status: int
    headers: dict[str, str]
    content: bytes
    enveloped: bool


class Http:
    """A connection with a token. Raises ValueError when the token could not be sent, or would leave the machine unencrypted."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str,
        version: str,
        app_secret: str | None,
        agent: str,
        transport: httpx.BaseTransport | None,
    ) -> None:
        url = checked_url(base_url, leaves_process=transport is None)
        self.proof = proof_of(checked_token(token), app_secret)
        self._prefix = f"/{version}"
        encrypted = url.scheme == "https"
        self._base = str(url).rstrip("/")
        self._client = httpx.Client(
            base_url=url,
            transport=transport,
            verify=transport is not None or _certificates(encrypted, *map(os.environ.get, _CERTIFICATES)),
            trust_env=encrypted,  # a proxy would see the token of a plain-text call
            timeout=TIMEOUT,
            headers={
                "Accept-Encoding": ENCODING,
                "Authorization": f"Bearer {token}",
                "User-Agent": f"{agent} python-httpx/{httpx.__version__}",
            },
        )

    @property
    def host(self) -> str:
        return self._client.base_url.netloc.decode("ascii", "replace")

    def close(self) -> None:
        self._client.close()

    def send(self, method: str, path: str, params: Mapping[str, Any], files: Files | None) -> Received:
        """Send one request, once. Raises NotSent or AnswerLost; ValueError for what is no path in the graph.

        With an app secret, reads and deletes travel as a batch of one: its proof belongs into no URL.
        """
        in_url = method in ("GET", "DELETE")
        enveloped = in_url and self.proof is not None
        if enveloped:
            method, path, params, in_url = "POST", "", {"batch": [item(method, path, params)]}, False
        texts = encode(params) | ({"appsecret_proof": self.proof} if self.proof else {})
        request = httpx.Request(
            method,
            f"{self._base_of(method, path)}{self._prefix}/{checked_path(path) if path else ''}",
            params=texts if in_url else None,
            headers=self._client.headers,
            data=None if in_url else texts,
            files=files or None,
            extensions={"timeout": (UPLOAD_TIMEOUT if files else TIMEOUT).as_dict()},
        )
        try:
            return self._received(request, enveloped=enveloped)
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
                f"No answer from {self.host}: the connection broke or timed out ({type(error).__name__})."
            ) from None

    def _base_of(self, method: str, path: str) -> str:
        """Videos are sent to a host of their own (docs/graph-api.md §8.5); everything else, and to every other server, to one."""
        of_video = method == "POST" and path.endswith("/advideos") and self.host == "graph.facebook.com"
        return VIDEO_URL if of_video else self._base

    def _received(self, request: httpx.Request, *, enveloped: bool) -> Received:
        response = self._client.send(request, stream=True)
        try:
            pieces = cast(
                "httpx.SyncByteStream", response.stream
            )  # `iter_bytes` would unpack without a limit
            content = b"".join(unpacked(pieces, response.headers.get("content-encoding", "")))
        finally:
            response.close()
        return Received(response.status_code, dict(response.headers.items()), content, enveloped)

    def _unreachable(self, error: httpx.HTTPError) -> str:
        cause = "its certificate was refused" if _is_tls(error) else "no connection"
        return (
            f"Could not reach {self.host} ({cause}). Nothing was sent. Check the network and META_GRAPH_URL."
        )


@cache
def _certificates(trust_env: bool, *_places: str | None) -> ssl.SSLContext:
    """Whom to trust: read once per process, as it takes longer than many a request."""
    return httpx.create_ssl_context(trust_env=trust_env)


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
