"""The Messages API as it goes over the wire, and what becomes of servers that do not speak it."""

import json
from typing import Any

import httpx2
import pytest

from agent.models.claude import Claude, base_url, connected
from agent.setup.stops import ConfigError, ModelFailed
from tools import registry

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [{"type": "text", "text": "hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 10,
        "output_tokens": 3,
        "cache_read_input_tokens": 5,
        "cache_creation_input_tokens": 2,
    },
}


class Script:
    """Answers requests in order and remembers their bodies."""

    def __init__(self, *replies: Any) -> None:
        self.replies, self.requests = list(replies), []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx2.Response) else httpx2.Response(200, json=reply)

    def body(self, index: int = -1) -> dict[str, Any]:
        return json.loads(self.requests[index].content)


@pytest.fixture
def waits():
    return []


@pytest.fixture
def claude(monkeypatch, waits):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-test-canary")

    def make(*replies):
        script = Script(*replies)
        client = httpx2.Client(transport=httpx2.MockTransport(script))
        return Claude("claude-sonnet-5-5", sleep=waits.append, http_client=client), script

    return make


def ask(model, messages=None, **kwargs):
    messages = messages or [{"role": "user", "content": "hi"}]
    return model.reply("be good", registry.definitions(), messages, **kwargs)


def test_a_request_has_what_it_needs_and_nothing_the_model_refuses(claude):
    """System, tools and messages as given, a cache breakpoint, and no sampling or forced tool choice."""
    model, script = claude(MESSAGE)
    reply = ask(model)
    body = script.body()
    assert (reply.text, reply.stop_reason) == ("hello", "end_turn")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (17, 3)
    assert body["system"] == "be good"
    assert body["tools"] == registry.definitions()
    assert body["cache_control"] == {"type": "ephemeral"}
    assert not {"temperature", "top_p", "tool_choice", "thinking"} & set(body)


def test_the_cached_prefix_is_the_same_bytes_every_time(claude):
    """Tools and system do not change from one answer to the next."""
    model, script = claude(MESSAGE)
    ask(model)
    ask(model)
    first, second = (json.dumps([script.body(i)[k] for k in ("tools", "system")]) for i in (0, 1))
    assert first == second


def test_thinking_blocks_go_back_unchanged(claude):
    """What the model thought returns with its signature, in its place."""
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "sig+/=="},
        {"type": "tool_use", "id": "tu_1", "name": "list_accounts", "input": {}},
    ]
    model, script = claude(MESSAGE | {"content": content, "stop_reason": "tool_use"}, MESSAGE)
    reply = ask(model)
    assert [(c.id, c.name, c.arguments) for c in reply.calls] == [("tu_1", "list_accounts", {})]
    results = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "tu_1", "content": "{}"}]}
    ask(model, [{"role": "user", "content": "hi"}, reply.message, results])
    assert script.body()["messages"][1]["content"] == content


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_passing_failures_are_tried_again_at_most_twice(claude, waits, status):
    """Three tries in all, then a message that says what to do."""
    failure = httpx2.Response(status, json={"type": "error", "error": {"type": "x", "message": "m"}})
    model, script = claude(failure)
    with pytest.raises(ModelFailed, match=str(status)):
        ask(model)
    assert (len(script.requests), len(waits)) == (3, 2)


def test_a_server_that_asks_for_an_hour_gets_a_minute(claude, waits):
    """retry-after is obeyed up to a minute."""
    failure = httpx2.Response(429, headers={"retry-after": "3600"}, json={"error": {"type": "x"}})
    model, _ = claude(failure, MESSAGE)
    assert ask(model).text == "hello"
    assert waits == [60.0]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_refusals_are_final(claude, status):
    """A bad key or model is said at once."""
    model, script = claude(
        httpx2.Response(status, json={"type": "error", "error": {"type": "x", "message": "m"}})
    )
    with pytest.raises(ModelFailed, match=f"HTTP {status}") as failed:
        ask(model)
    assert len(script.requests) == 1
    assert "canary" not in str(failed.value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, text="<html>hi</html>", headers={"content-type": "text/html"}),
        httpx2.Response(200, json={"choices": []}),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, text="", headers={"content-type": "application/json"}),
        httpx2.Response(404, text="<html>not here</html>", headers={"content-type": "text/html"}),
    ],
)
@pytest.mark.parametrize("streaming", [False, True])
def test_a_server_that_is_none_gives_a_clear_message(claude, answer, streaming):
    """HTML, other JSON or nothing is said to be that."""
    model, _ = claude(answer)
    with pytest.raises(ModelFailed, match="ANTHROPIC_BASE_URL"):
        ask(model, on_text=print if streaming else None)


def test_no_connection_is_a_clear_message(claude):
    """A server that is not there names its address."""
    model, script = claude(httpx2.ConnectError("refused"))
    with pytest.raises(ModelFailed, match="No connection"):
        ask(model)
    assert len(script.requests) == 3


def test_streamed_text_arrives_in_pieces_and_the_answer_is_whole(claude):
    """In chat the text is shown while it is written; the reply is the same as without streaming."""
    start = MESSAGE | {"content": [], "stop_reason": None}
    events = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hel"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lo"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    model, _ = claude(httpx2.Response(200, text=text, headers={"content-type": "text/event-stream"}))
    pieces = []
    reply = ask(model, on_text=pieces.append)
    assert (pieces, reply.text, reply.stop_reason) == (["hel", "lo"], "hello", "end_turn")


def test_a_missing_key_is_said_before_anything_is_sent():
    """Without key and local server the message names both ways out."""
    assert not connected()
    with pytest.raises(ConfigError, match=r"ANTHROPIC_API_KEY.*--model offline"):
        Claude("claude-sonnet-5-5", sleep=print)


@pytest.mark.parametrize(
    "given", ["http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/"]
)
def test_a_local_address_may_end_in_v1(monkeypatch, given):
    """Servers print their address with /v1; the SDK adds it itself."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", given)
    assert base_url() == "http://127.0.0.1:1"
    assert connected()
