"""Claude, or a local server that speaks the Messages API; the only module that imports `anthropic`."""

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from agent.models.cleaning import cleaned, usage_of
from agent.models.model import Message, Reply
from agent.models.streamed import Broken, message_of
from agent.setup.stops import ConfigError, ModelFailed
from tools.domain.text import clean, shortened
from tools.graph.answers import ENCODING, too_deep
from tools.graph.errors import AnswerRefused

if TYPE_CHECKING:
    from types import ModuleType

    import anthropic
    import httpx2

DEFAULT_MODEL = "claude-sonnet-5-5"
MAX_TOKENS = 16_000
TIMEOUT_S = 300.0
ATTEMPTS = 3
MAX_WAIT_S = 60.0
LONGEST_REASON = 300
_NO_EVENTS = (TypeError, KeyError, AttributeError, RecursionError)
"""What comes of reading events that are none."""


class Claude:
    """A model behind the Messages API.

    Raises ConfigError when no key is set for Anthropic's own server.
    """

    def __init__(
        self,
        name: str,
        *,
        sleep: Callable[[float], None],
        http_client: "httpx2.Client | None" = None,
    ) -> None:
        self.name = name
        self._sleep = sleep
        self._key, self._url = _key(), base_url()
        self._http_client = http_client
        self._importing = Thread(target=_import, daemon=True)
        self._importing.start()

    @cached_property
    def _anthropic(self) -> "ModuleType":
        """The SDK. It takes a second of start-up, which passes while the account is opened."""
        self._importing.join()
        import anthropic

        return anthropic

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        """The connection, made at the first request. Raises ConfigError when the address is none."""
        from agent.models.bounded import bounded

        http_client = self._http_client or self._anthropic.DefaultHttpxClient()
        http_client.event_hooks = {"response": [bounded]}
        try:
            client: anthropic.Anthropic = self._anthropic.Anthropic(
                api_key=self._key,
                base_url=self._url,
                max_retries=0,
                timeout=TIMEOUT_S,
                http_client=http_client,
                default_headers={"Accept-Encoding": ENCODING},
            )
            return client  # noqa: TRY300
        except Exception as error:  # noqa: BLE001 - the SDK lets errors of its HTTP library through
            raise ConfigError(
                f"ANTHROPIC_BASE_URL {shown(self._url)!r} is no address ({type(error).__name__})."
            ) from None

    @property
    def _broken(self) -> type[Exception]:
        import httpx2

        return httpx2.HTTPError

    def reply(
        self,
        system: str,
        tools: list[dict[str, Any]],
        messages: list[Message],
        on_text: Callable[[str], None] | None = None,
    ) -> Reply:
        """One answer; tried again at most twice, never waiting over a minute. Raises ModelFailed, ConfigError."""
        request: dict[str, Any] = {
            "model": self.name,
            "max_tokens": MAX_TOKENS,
            "system": system,
            "tools": tools,
            "messages": messages,
            "cache_control": {"type": "ephemeral"},
        }
        retrying = Retrying(
            retry=retry_if_exception(self._passing),
            stop=stop_after_attempt(ATTEMPTS),
            wait=self._wait_s,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            told = retrying(self._once, request, on_text)
        except self._anthropic.APIStatusError as error:
            raise self._failed(_refused(error), error) from None
        except Broken as broken:
            said = shortened(clean(broken), LONGEST_REASON)
            raise ModelFailed(f"The answer of {shown(self._client.base_url)} broke off: {said}.") from None
        except (self._anthropic.APIConnectionError, AnswerRefused, self._broken) as error:
            if refused := _too_much(error):
                raise ModelFailed(f"{shown(self._client.base_url)}: {refused}") from None
            said = f"No connection to the model's server {shown(self._client.base_url)}. Check ANTHROPIC_BASE_URL."
            raise self._failed(said, error) from None
        except (self._anthropic.AnthropicError, ValueError, *_NO_EVENTS):
            raise self._no_model() from None
        return self._reply(told)

    def _once(self, request: dict[str, Any], on_text: Callable[[str], None] | None) -> Any:
        """The message as the server wrote it: what it leaves out or makes up is not yet filled in by the SDK."""
        if on_text is None:
            return _read(self._client.messages.with_raw_response.create(**request).http_response)
        with self._client.messages.create(**request, stream=True) as stream:
            if "json" not in stream.response.headers.get("content-type", ""):
                return message_of((e.data for e in stream.raw_events(stream.response)), on_text)
            stream.response.read()  # a server that cannot stream
            told = _read(stream.response)
        on_text(self._reply(told).text)
        return told

    def _reply(self, told: Any) -> Reply:
        """A server that is none answers with HTML or other JSON, and one that failed with an error."""
        if not isinstance(told, dict) or too_deep(told):
            raise self._no_model()
        if told.get("type") == "error":
            said = told["error"].get("message") if isinstance(told.get("error"), dict) else told.get("error")
            said = shortened(clean(said or "no reason given"), LONGEST_REASON)
            raise ModelFailed(f"The model's server {shown(self._client.base_url)} failed: {said}.")
        content = told.get("content")
        if content is None and told.get("role") != "assistant":
            raise self._no_model()
        return cleaned(content, told.get("stop_reason"), usage_of(told.get("usage")))

    def _no_model(self) -> ModelFailed:
        return ModelFailed(
            f"{shown(self._client.base_url)} does not answer like the Messages API. Check ANTHROPIC_BASE_URL."
        )

    def _failed(self, said: str, error: BaseException) -> ModelFailed:
        failed = ModelFailed(said)
        failed.passing = self._passing(error)
        return failed

    def _passing(self, error: BaseException) -> bool:
        if isinstance(error, self._anthropic.APIStatusError):
            return error.status_code in (408, 409, 429) or error.status_code >= 500
        return isinstance(error, self._anthropic.APIConnectionError) and not _too_much(error)

    def _wait_s(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
        wait_s = float(asked) if str(asked).isdecimal() else 2.0**state.attempt_number
        return min(wait_s, MAX_WAIT_S)


def _import() -> None:
    """Load the SDK; whoever needs it then hears what went wrong."""
    with suppress(Exception):
        import anthropic  # noqa: F401


def _too_much(error: BaseException) -> AnswerRefused | None:
    """The refusal that the SDK takes for a broken connection, unless it came while an answer was streamed."""
    found = error if isinstance(error, AnswerRefused) else error.__cause__
    return found if isinstance(found, AnswerRefused) else None


def base_url() -> str | None:
    """ANTHROPIC_BASE_URL as the SDK wants it: without the /v1 that many servers print."""
    url = os.environ.get("ANTHROPIC_BASE_URL", "").strip().rstrip("/")
    return url.removesuffix("/v1") or None


def shown(url: object) -> str:
    """An address as it may be told: without a name, a password or parameters, any of which may be a secret."""
    if not re.search("[@?#]", text := str(url)):
        return text
    with suppress(ValueError):
        parts = urlsplit(text)
        if parts.hostname:
            return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    return "(not shown, as it may hold a secret)"


def connected() -> bool:
    """Whether a model can be reached: a key is set, or a local server is named."""
    return bool(environment_key() or base_url())


def _key() -> str:
    if key := environment_key():
        return key
    if base_url():
        return "none"  # local servers want a key but do not look at it
    raise ConfigError(
        "No Anthropic key: set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a local server, or use --model offline."
    )


def environment_key() -> str:
    return (
        os.environ.get("ANTHROPIC_API_KEY", "").strip() or os.environ.get("ANTHROPIC_AUTH_TOKEN", "").strip()
    )


def _read(response: "httpx2.Response") -> Any:
    """JSON whatever its encoding claims to be. Raises ValueError."""
    return json.loads(response.content.decode("utf-8-sig", "replace"))


def _refused(error: "anthropic.APIStatusError") -> str:
    what = {
        401: "The Anthropic key was refused: check ANTHROPIC_API_KEY.",
        402: "The Anthropic account has no credit left.",
        403: "This key may not use that model.",
        404: "There is no such model or address: check --model and ANTHROPIC_BASE_URL.",
        429: "The model's rate limit is reached; try again in a minute.",
        529: "The model is overloaded; try again in a minute.",
    }.get(error.status_code, "The model's server refused or failed.")
    return f"{what} (HTTP {error.status_code}, {error.type or 'no error type'}, request {error.request_id or 'unknown'})"
