"""Claude, or a local server that speaks the Messages API; the only module that imports `anthropic`."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from agent.models.model import Message, Reply, ToolCall, Usage
from agent.setup.stops import ConfigError, ModelFailed
from tools.graph.answers import ENCODING, too_deep
from tools.graph.errors import AnswerRefused

if TYPE_CHECKING:
    import anthropic
    import httpx2
    from anthropic.types import Message as ClaudeMessage

DEFAULT_MODEL = "claude-sonnet-5-5"
MAX_TOKENS = 16_000
TIMEOUT_S = 300.0
ATTEMPTS = 3
MAX_WAIT_S = 60.0


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
        import anthropic  # a second of start-up: only paid when a model is really used

        from agent.models.bounded import bounded

        self.name = name
        self._anthropic = anthropic
        self._sleep = sleep
        key, url = _key(), base_url()
        http_client = http_client or anthropic.DefaultHttpxClient()
        http_client.event_hooks = {"response": [bounded]}
        try:
            self._client = anthropic.Anthropic(
                api_key=key,
                base_url=url,
                max_retries=0,
                timeout=TIMEOUT_S,
                http_client=http_client,
                default_headers={"Accept-Encoding": ENCODING},
            )
        except Exception as error:  # noqa: BLE001 - the SDK lets errors of its HTTP library through
            raise ConfigError(f"ANTHROPIC_BASE_URL {url!r} is no address ({type(error).__name__}).") from None

    def reply(
        self,
        system: str,
        tools: list[dict[str, Any]],
        messages: list[Message],
        on_text: Callable[[str], None] | None = None,
    ) -> Reply:
        """One answer; tried again at most twice, never waiting over a minute. Raises ModelFailed."""
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
            reply = _parsed(retrying(self._once, request, on_text))
        except self._anthropic.APIStatusError as error:
            raise ModelFailed(_refused(error)) from None
        except (self._anthropic.APIConnectionError, AnswerRefused) as error:
            if refused := _too_much(error):
                raise ModelFailed(f"{self._client.base_url}: {refused}") from None
            raise ModelFailed(
                f"No connection to the model's server {self._client.base_url}. Check ANTHROPIC_BASE_URL."
            ) from None
        except (self._anthropic.AnthropicError, ValueError, TypeError, AssertionError, RecursionError):
            raise self._no_model() from None  # the SDK asserts that a stream has events
        if too_deep(reply.message):
            raise self._no_model()
        return reply

    def _once(self, request: dict[str, Any], on_text: Callable[[str], None] | None) -> "ClaudeMessage":
        if on_text is None:
            return self._usable(self._client.messages.create(**request))
        with self._client.messages.stream(**request) as stream:
            for text in stream.text_stream:
                on_text(text)
            return self._usable(stream.get_final_message())

    def _usable(self, reply: Any) -> "ClaudeMessage":
        """A server that is none answers with HTML or empty JSON, which the SDK passes through."""
        if not isinstance(reply, self._anthropic.types.Message) or reply.content is None:
            raise self._no_model()
        return reply

    def _no_model(self) -> ModelFailed:
        return ModelFailed(
            f"{self._client.base_url} does not answer like the Messages API. Check ANTHROPIC_BASE_URL."
        )

    def _passing(self, error: BaseException) -> bool:
        if isinstance(error, self._anthropic.APIStatusError):
            return error.status_code in (408, 409, 429) or error.status_code >= 500
        return isinstance(error, self._anthropic.APIConnectionError) and not _too_much(error)

    def _wait_s(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
        wait_s = float(asked) if str(asked).isdecimal() else 2.0**state.attempt_number
        return min(wait_s, MAX_WAIT_S)


def _too_much(error: BaseException) -> AnswerRefused | None:
    """The refusal that the SDK takes for a broken connection, unless it came while an answer was streamed."""
    found = error if isinstance(error, AnswerRefused) else error.__cause__
    return found if isinstance(found, AnswerRefused) else None


def base_url() -> str | None:
    """ANTHROPIC_BASE_URL as the SDK wants it: without the /v1 that many servers print."""
    url = os.environ.get("ANTHROPIC_BASE_URL", "").strip().rstrip("/")
    return url.removesuffix("/v1") or None


def connected() -> bool:
    """Whether a model can be reached: a key is set, or a local server is named."""
    return bool(_environment_key() or base_url())


def _key() -> str:
    if key := _environment_key():
        return key
    if base_url():
        return "none"  # local servers want a key but do not look at it
    raise ConfigError(
        "No Anthropic key: set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a local server, or use --model offline."
    )


def _environment_key() -> str:
    return (
        os.environ.get("ANTHROPIC_API_KEY", "").strip() or os.environ.get("ANTHROPIC_AUTH_TOKEN", "").strip()
    )


def _parsed(reply: "ClaudeMessage") -> Reply:
    blocks = reply.content
    usage = reply.usage
    inputs = (
        getattr(usage, name, 0) or 0
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    )
    content = [block.model_dump(mode="json", exclude_none=True) for block in blocks]
    return Reply(
        message={"role": "assistant", "content": content},
        text="".join(block.text for block in blocks if block.type == "text"),
        calls=tuple(ToolCall(b.id, b.name, b.input) for b in blocks if b.type == "tool_use"),
        stop_reason=str(reply.stop_reason),
        usage=Usage(sum(inputs), getattr(usage, "output_tokens", 0) or 0),
    )


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
