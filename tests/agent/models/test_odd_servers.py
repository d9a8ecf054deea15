"""Servers that speak the Messages API in their own way, over the wire, streaming and not."""

import json

import httpx2
import pytest

from agent.setup.stops import ModelFailed
from tests.agent.model_rules import refusal
from tests.agent.models.test_claude import MESSAGE, ask, claude, waits  # noqa: F401 - fixtures
from tests.agent.servers import streamed

CALL = {"type": "tool_use", "id": "t1", "name": "list_ads", "input": {"name": "tent"}}
THOUGHT = {"type": "thinking", "thinking": "", "signature": "s+/=="}
TEXT = {"type": "text", "text": "hello"}


@pytest.fixture(params=["whole", "streaming"])
def told(request, claude):  # noqa: F811
    """The reply to a message of a server, either way."""

    def reply(message):
        if request.param == "whole":
            text = json.dumps(message)
            return ask(claude(httpx2.Response(200, text=text, headers=JSON))[0])
        return ask(claude(events(streamed_by(message)))[0], on_text=lambda _: None)

    return reply


JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}


def events(text):
    return httpx2.Response(200, text=text, headers=SSE)


def streamed_by(message):
    """The events of a message, with blocks of any form begun whole where they cannot grow."""
    blocks = message.get("content") or []
    blocks = [blocks] if isinstance(blocks, str | dict) else blocks
    said = [{"type": "message_start", "message": {**message, "content": []}}]
    for index, block in enumerate(blocks):
        said.append({"type": "content_block_start", "index": index, "content_block": block_of(block)})
        if isinstance(block, dict) and isinstance(block.get("input"), str):
            delta = {"type": "input_json_delta", "partial_json": block["input"]}
            said.append({"type": "content_block_delta", "index": index, "delta": delta})
        said.append({"type": "content_block_stop", "index": index})
    delta = {"stop_reason": message.get("stop_reason")}
    said.append({"type": "message_delta", "delta": delta, "usage": message.get("usage")})
    return "".join(
        f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in [*said, {"type": "message_stop"}]
    )


def block_of(block):
    block = {"type": "text", "text": block} if isinstance(block, str) else block
    return {**block, "input": {}} if isinstance(block.get("input"), str) else block


@pytest.mark.parametrize("text", ["", "  \n", None, 5, "absent"])
def test_a_text_that_says_nothing_is_not_sent_back(told, text):
    """An empty block beside a call is dropped; the API refuses it, and the call is what counts."""
    empty = {"type": "text"} if text == "absent" else {"type": "text", "text": text}
    reply = told(MESSAGE | {"content": [THOUGHT, empty, CALL], "stop_reason": "tool_use"})
    assert reply.message["content"] == [THOUGHT, CALL]
    assert [c.arguments for c in reply.calls] == [{"name": "tent"}]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('{"name": "tent"}', {"name": "tent"}),
        ("", {}),
        ("  ", {}),
        ('{"name": "te', {"arguments": '{"name": "te'}),
        ("tent", {"arguments": "tent"}),
        ('["tent"]', {"arguments": '["tent"]'}),
        (None, {}),
        ({"name": "a\ud83d"}, {"name": "a\ufffd"}),
        ({"n\udc00": ["\ud83d", 1]}, {"n\ufffd": ["\ufffd", 1]}),
    ],
)
def test_arguments_are_an_object_whatever_came(told, given, kept):
    """What is no object goes to the tool inside of one, so that it can say what it wants."""
    reply = told(MESSAGE | {"content": [{**CALL, "input": given}], "stop_reason": "tool_use"})
    (call,) = reply.calls
    assert call.arguments == reply.message["content"][0]["input"] == kept


@pytest.mark.parametrize(
    "ids", [("a", "a"), ("", ""), (None, None), (5, 5), ("a", None), ("call:1", "call 1"), ("call_1", "")]
)
def test_each_call_has_an_id_of_its_own(told, ids):
    """Missing, empty, repeated or impossible ids are replaced; a good one stays."""
    content = [{**CALL, "id": given} for given in ids]
    reply = told(MESSAGE | {"content": content, "stop_reason": "tool_use"})
    found = [call.id for call in reply.calls]
    assert len(set(found)) == 2
    assert not [given for given in ids[:1] if given in ("a", "call_1") and given != found[0]]
    results = [{"type": "tool_result", "tool_use_id": i, "content": "{}"} for i in found]
    talk = [{"role": "user", "content": "hi"}, reply.message, {"role": "user", "content": results}]
    assert not refusal(talk)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("functions.list_ads", "list_ads"),
        ("list_ads<|channel|>json", "list_ads"),
        ("no such.tool", "no_such_tool"),
        ("", "unknown"),
        (None, "unknown"),
        ("x" * 500, "x" * 64),
        ("\ud83d", "_"),
    ],
)
def test_a_name_is_one_that_the_api_takes(told, name, kept):
    """The tool behind a prefix, or letters in the place of what cannot be sent back."""
    reply = told(MESSAGE | {"content": [{**CALL, "name": name}], "stop_reason": "tool_use"})
    assert [call.name for call in reply.calls] == [reply.message["content"][0]["name"]] == [kept]


@pytest.mark.parametrize(
    ("reason", "calls", "kept"),
    [
        (None, [CALL], "tool_use"),
        (None, [], "end_turn"),
        ("", [], "end_turn"),
        ("stop", [], "end_turn"),
        ("tool_calls", [CALL], "tool_use"),
        ("length", [CALL], "max_tokens"),
        ("content_filter", [], "refusal"),
        ("new", [], "new"),
    ],
)
def test_stop_reasons_of_other_makes_are_known(told, reason, calls, kept):
    """What OpenAI's API calls them, and none at all in an answer that is whole."""
    reply = told(MESSAGE | {"content": [TEXT, *calls], "stop_reason": reason})
    assert reply.stop_reason == kept


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, (0, 0)),
        ([], (0, 0)),
        ({"input_tokens": None, "output_tokens": "7"}, (0, 0)),
        ({"input_tokens": -5, "output_tokens": True}, (0, 0)),
        ({"input_tokens": 5, "output_tokens": 2, "other": {}}, (5, 2)),
    ],
)
def test_usage_counts_what_is_a_count(told, usage, counted):
    """Missing or odd figures are none, not the end."""
    reply = told({**MESSAGE, "usage": usage})
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == counted


@pytest.mark.parametrize(
    "content", ["hello", {"type": "text", "text": "hello"}, ["hello"], [{"text": "hello"}]]
)
def test_a_content_in_another_form_is_a_text(told, content):
    """A text alone, one block alone, and a block that does not say what it is."""
    reply = told({**MESSAGE, "content": content})
    assert reply.text == "hello"
    assert reply.message["content"] == [TEXT]


@pytest.mark.parametrize("content", [None, [], "", [{"type": None}], [THOUGHT]])
def test_an_answer_without_a_word_is_an_answer_without_a_word(told, content):
    """It is no broken server: the loop asks once more."""
    reply = told({**MESSAGE, "content": content})
    assert (reply.text, reply.calls) == ("", ())


def test_half_an_emoji_in_a_text_is_replaced(told):
    """A text cut between its halves can be shown and sent back."""
    reply = told({**MESSAGE, "content": [{"type": "text", "text": "tents \ud83d"}]})
    assert reply.text == reply.message["content"][0]["text"] == "tents \ufffd"


def test_text_that_is_streamed_is_never_half_a_character(claude):  # noqa: F811
    """Halves that come one after the other are one emoji; a lone one is replaced."""
    deltas = ["a\ud83d", "\ude00b", "\ud83d"]
    said = [{"type": "content_block_delta", "delta": {"type": "text_delta", "text": t}} for t in deltas]
    said = [{"type": "message_start", "message": {**MESSAGE, "content": []}}, *said, {"type": "message_stop"}]
    pieces = []
    model, _ = claude(events("".join(f"data: {json.dumps(e)}\n\n" for e in said)))
    reply = ask(model, on_text=pieces.append)
    assert pieces == ["a", "\U0001f600b", "\ufffd"]
    assert reply.text == "a\U0001f600b\ufffd"


def test_a_call_that_was_cut_while_it_was_streamed_is_told_as_cut(claude):  # noqa: F811
    """Half of its arguments is no reason to say that the server is none."""
    half = {**MESSAGE, "content": [{**CALL, "input": '{"name": "te'}], "stop_reason": "max_tokens"}
    reply = ask(claude(events(streamed_by(half)))[0], on_text=print)
    assert reply.stop_reason == "max_tokens"


def test_a_stream_that_breaks_off_is_said(claude):  # noqa: F811
    """No half call of it is taken for a whole one."""
    whole = streamed({**MESSAGE, "content": [CALL], "stop_reason": "tool_use"})
    cut = whole[: whole.index("event: message_delta")]
    with pytest.raises(ModelFailed, match="broke off"):
        ask(claude(events(cut))[0], on_text=print)


def test_an_error_inside_of_a_stream_is_said(claude):  # noqa: F811
    """In the server's words, made harmless."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "too\x1b[31m much"}}
    with pytest.raises(ModelFailed, match=r"broke off: too\[31m much\."):
        ask(claude(events(f"event: error\ndata: {json.dumps(error)}\n\n"))[0], on_text=print)


def test_an_error_under_200_is_said(claude):  # noqa: F811
    """Some servers answer so."""
    error = {"type": "error", "error": {"type": "x", "message": "no such model"}}
    with pytest.raises(ModelFailed, match="failed: no such model"):
        ask(claude(error)[0])


def test_a_server_that_cannot_stream_is_understood(claude):  # noqa: F811
    """It answers with the whole message, and its text is shown at once."""
    pieces = []
    assert ask(claude(MESSAGE)[0], on_text=pieces.append).text == "hello"
    assert pieces == ["hello"]


def test_a_connection_that_breaks_while_streaming_is_said(claude):  # noqa: F811
    """It is no bug of ours."""

    class Broken(httpx2.SyncByteStream):
        def __iter__(self):
            yield streamed(MESSAGE)[:40].encode()
            raise httpx2.ReadError("reset")

    with pytest.raises(ModelFailed, match="No connection"):
        ask(claude(httpx2.Response(200, stream=Broken(), headers=SSE))[0], on_text=print)


@pytest.mark.parametrize(
    "event", ["5", "[]", "{}", '"x"', '{"type": "content_block_delta", "delta": 5}', "{"]
)
def test_events_that_are_none_are_no_messages_api(claude, event):  # noqa: F811
    """Whatever stands in them."""
    with pytest.raises(ModelFailed, match="ANTHROPIC_BASE_URL"):
        ask(claude(events(f"data: {event}\n\n"))[0], on_text=print)


def test_bytes_that_are_no_text_are_replaced(claude):  # noqa: F811
    """A byte order mark is read over, and a broken character is one."""
    data = b"\xef\xbb\xbf" + json.dumps(MESSAGE).encode().replace(b"hello", b"hel\xff")
    reply = ask(claude(httpx2.Response(200, content=data, headers=JSON))[0])
    assert reply.text == "hel\ufffd"
