"""Answers that are too much: packed bombs, deep and endless JSON, slow drips, in every place where an answer is read."""

import json
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from agent.models.claude import Claude
from agent.setup.stops import ModelFailed
from tests.agent.conftest import events, faults, open_session, sandbox, workspace  # noqa: F401
from tests.agent.servers import serving
from tests.tools.graph.support import Meta, ok
from tools.graph import Executed, GraphFailure, WriteRequest, answers
from tools.graph.errors import AnswerRefused

MIB = 2**20
PEAK = 3 * answers.MAX_BYTES
"""What may be held at once: pieces, the whole, and a copy of it."""
PAUSE = WriteRequest("POST", "1", {"status": "PAUSED"})


def packed(text: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(text) + packer.flush()


def bomb(unpacked_mib: int = 4096) -> bytes:
    """A gzip file of 4 MB that is 4 GB of zeros: one block again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(16 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + block * (unpacked_mib // 16) + packer.flush()


class Sent(httpx.SyncByteStream):
    """Bytes as a socket gives them."""

    def __init__(self, data: bytes, size: int = 65536) -> None:
        self.data, self.size = data, size

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self.data), self.size):
            yield self.data[start : start + self.size]


def answered(data: bytes, encoding: str = "gzip", status: int = 200):
    headers = {"content-type": "application/json"} | ({"content-encoding": encoding} if encoding else {})
    return lambda _: httpx.Response(status, headers=headers, stream=Sent(data))


@contextmanager
def peak_below(limit: int):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def one_read(meta: Meta) -> object:
    return meta.reader.get("1")


def many_reads(meta: Meta) -> object:
    return meta.reader.get_many([("1", {}), ("2", {})])


def a_list(meta: Meta) -> object:
    return meta.reader.read_all("act_1/ads")


def with_proof(meta: Meta) -> object:
    proven = Meta(meta._replies[0], app_secret="0123456789abcdef")
    return proven.reader.get("1")


READS = [one_read, many_reads, a_list, with_proof]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_packed_bomb_is_refused_while_it_unpacks(read, status):
    """4 MB that are 4 GB, as an answer or as an error: one request, one line, and never more memory than the limit."""
    meta = Meta(answered(bomb(), status=status))
    with peak_below(PEAK), pytest.raises(AnswerRefused) as refused:
        read(meta)
    assert "larger than 32 MiB" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(meta.requests) <= 1
    assert meta.waits == []


@pytest.mark.parametrize(
    ("data", "encoding", "why"),
    [
        (b" " * (answers.MAX_BYTES + 1), "", "larger than 32 MiB"),
        (bomb(), "GZIP ", "larger than 32 MiB"),
        (packed(bomb()), "gzip, gzip", "packed in a way that was not asked for"),
        (zlib.compress(b'{"id": "1"}'), "deflate", "packed in a way that was not asked for"),
        (b"\x1b\x00", "br", "packed in a way that was not asked for"),
        (b"\x28\xb5\x2f\xfd", "zstd", "packed in a way that was not asked for"),
        (b"[" * 101 + b"]" * 101, "", "nested more than 100 levels"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "", "nested more than 100 levels"),
        (b"[" + b"[]," * 2_000_001 + b"1]", "", "more than 4 million values"),
        (packed(b"[" + b"{}," * 2_000_001 + b"1]"), "gzip", "more than 4 million values"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_too_large_too_deep_or_oddly_packed_is_refused(data, encoding, why):
    """Before it is taken apart, and without a second try."""
    meta = Meta(answered(data, encoding))
    with peak_below(PEAK + len(data)), pytest.raises(AnswerRefused, match=why):
        one_read(meta)
    assert len(meta.requests) == 1


@pytest.mark.parametrize("encoding", ["", "identity", "gzip"])
def test_honest_answers_come_through(encoding):
    """Large, nested and packed as asked for."""
    rows = [{"id": str(n), "deep": [[[[{"n": n}]]]]} for n in range(20_000)]
    text = json.dumps({"data": rows}).encode()
    meta = Meta(answered(packed(text) if encoding == "gzip" else text, encoding))
    assert a_list(meta).rows == rows
    assert meta.requests[0].headers["accept-encoding"] == "gzip"


def test_an_answer_inside_a_batch_is_held_to_the_same():
    """That item is refused, as unknown; the others stand."""
    answers = [{"code": 200, "body": '{"id": "1"}'}, {"code": 200, "body": "[" * 150 + "]" * 150}]
    good, bad = Meta(ok(answers)).writer.send([PAUSE, PAUSE])
    assert good == {"id": "1"}
    assert isinstance(bad, AnswerRefused)
    assert bad.executed is Executed.UNKNOWN


@pytest.mark.parametrize("count", [1, 2])
def test_a_write_whose_answer_is_refused_is_unknown_and_not_failed(count):
    """Meta may have done it; it is sent once."""
    meta = Meta(answered(bomb()))
    outcomes = meta.writer.send([PAUSE] * count)
    assert all(isinstance(outcome, GraphFailure) for outcome in outcomes)
    assert {outcome.executed for outcome in outcomes} == {Executed.UNKNOWN}
    assert len(meta.requests) == 1


def test_a_slow_drip_ends(monkeypatch):
    """A byte now and then keeps nobody for longer than the limit, however it is packed."""
    passed = iter(range(0, 10_000, 20))
    monkeypatch.setattr(answers.time, "monotonic", lambda: float(next(passed)))
    for encoding in ("", "gzip"):
        data = Sent(packed(b" " * 1000) if encoding else b" " * 1000, size=1)
        with pytest.raises(AnswerRefused, match="longer than 300 s"):
            b"".join(answers.unpacked(data, encoding))


def test_an_error_without_an_end_is_cut_where_it_is_told():
    """What Meta says reaches people and models, but not megabytes of it."""
    meta = Meta(ok({"error": {"code": 100, "message": "a" * MIB, "error_user_msg": "b" * MIB}}, 400))
    with pytest.raises(GraphFailure) as failure:
        one_read(meta)
    assert len(str(failure.value)) < 5000


# --- through the whole product


def bomb_after(forward, request):
    forward()
    return answered(bomb())(request)


def test_a_pause_whose_answer_is_a_bomb_is_looked_for_and_found(open_session, sandbox, faults):  # noqa: F811
    """The journal keeps it as unknown until it is seen in the account; it is not sent again."""
    ads = sandbox.of_class("loser")[:2]
    faults.writes = [bomb_after]
    report, _ = open_session().tool("set_status", {"ids": ads, "status": "PAUSED"})
    (stored,) = report.change_sets
    assert stored.state == "applied"
    assert {outcome.note for outcome in stored.outcomes} == {"found done after a lost answer"}
    assert len(faults.sent_writes()) == 1


def test_a_read_that_is_refused_is_told_in_one_line(open_session, faults):  # noqa: F811
    """With what to do, and without a second try."""
    session = open_session()
    faults.reads = [lambda _, request: answered(bomb())(request)]
    report, _ = session.tool("list_ads", {})
    assert "larger than 32 MiB" in report.answer
    assert "Ask for less" in report.answer
    assert "\n" not in report.answer


# --- the model's server


@contextmanager
def model_server(data: bytes, kind: str, encoding: str):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-encoding", encoding)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                self.close_connection = True  # the client has gone, as it should

        def log_message(self, *_) -> None:
            pass

    with serving(Handler) as url:
        yield url


@pytest.mark.parametrize(
    ("kind", "listening"), [("application/json", None), ("text/event-stream", lambda _: None)]
)
def test_a_bomb_of_the_models_server_ends_the_run(monkeypatch, kind, listening):
    """At once or streamed: one try, one line, bounded memory."""
    waits = []
    with model_server(bomb(), kind, "gzip") as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        model = Claude("m", sleep=waits.append)
        with peak_below(PEAK), pytest.raises(ModelFailed) as failed:
            model.reply("", [], [{"role": "user", "content": "hi"}], listening)
    assert "larger than 16 MiB" in str(failed.value)
    assert waits == []


def test_a_model_that_nests_its_arguments_too_deep_is_no_model(monkeypatch):
    """What no tool can read, and no transcript can hold."""
    deep = json.loads('{"a":' * 150 + "1" + "}" * 150)
    content = [{"type": "tool_use", "id": "1", "name": "inspect", "input": deep}]
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": content}
    message |= {"stop_reason": "tool_use", "stop_sequence": None}
    message |= {"usage": {"input_tokens": 1, "output_tokens": 1}}
    with model_server(packed(json.dumps(message).encode()), "application/json", "gzip") as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        with pytest.raises(ModelFailed, match="does not answer like the Messages API"):
            Claude("m", sleep=lambda _: None).reply("", [], [{"role": "user", "content": "hi"}])


def test_arguments_nested_too_deep_reach_no_tool(open_session):  # noqa: F811
    """Told as an error of the call, not as a bug."""
    report, told = open_session().tool("inspect", {"id": json.loads("[" * 500 + "]" * 500)})
    assert told["error"] == "The arguments are nested too deep."
    assert (report.status, report.exit_code) == ("refused", 2)
