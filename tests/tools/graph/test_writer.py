"""Writing: each request once, an outcome for each, and success only when Meta said so."""

from email.parser import BytesParser
from email.policy import HTTP
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.tools.graph.support import Meta, batch_item, ok
from tools.graph import AnswerLost, Executed, GraphError, GraphWriter, Wire
from tools.graph.writer import WriteRequest

PNG = b"\x89PNG\r\n\x1a\n\x00\xff--boundary\r\n"
UPLOAD = WriteRequest(
    "POST", "act_1/adimages", {"name": "Größe"}, {"source": ('sommer "ü".png', PNG, "image/png")}
)

DONE: list[dict[str, Any]] = [
    {"id": "120"},
    {"success": True},
    {"success": True, "id": "120"},
    {"id": "120", "name": "x", "status": "PAUSED"},
    {"images": {"a.png": {"hash": "h"}}},
]
# JSON that neither says that a write was made nor that it was refused.
UNCLEAR: list[Any] = [{}, {"success": False}, {"success": None}, {"success": "true"}, {"success": 1}]
UNCLEAR += [{"id": ["120"]}, {"id": {"value": "120"}}, {"id": True}, {"id": 1.2e17}]


@pytest.mark.parametrize("body", DONE)
def test_what_meta_confirms_is_done(body: dict[str, Any]) -> None:
    """An id, a plain success or the fields asked for are the outcome as they are, alone and in a batch."""
    request = WriteRequest("POST", "123", {"status": "PAUSED"})
    assert Meta(ok(body)).writer.send([request]) == [body]
    assert Meta(ok([batch_item(body)] * 2)).writer.send([request] * 2) == [body, body]


@pytest.mark.parametrize("body", UNCLEAR)
def test_what_meta_does_not_confirm_is_unknown(body: Any) -> None:
    """An answer that says neither done nor refused is unknown, alone and in a batch."""
    request = WriteRequest("POST", "123", {"status": "PAUSED"})
    alone = Meta(ok(body)).writer.send([request])
    among = Meta(ok([batch_item(body), batch_item({"success": True})])).writer.send([request] * 2)
    for outcome in (*alone, among[0]):
        assert isinstance(outcome, AnswerLost)
        assert outcome.executed is Executed.UNKNOWN
    assert among[1] == {"success": True}


@pytest.mark.parametrize("body", [["id"], "120", 3, True])
def test_no_object_is_no_confirmation(body: Any) -> None:
    """A write that is answered with something else than an object is unknown."""
    (outcome,) = Meta(ok(body)).writer.send([WriteRequest("POST", "123", {})])
    assert isinstance(outcome, AnswerLost)


def test_one_write_is_no_batch() -> None:
    """A single write is a form posted to its own path."""
    meta = Meta(ok({"success": True}))
    meta.writer.send([WriteRequest("POST", "123", {"status": "PAUSED", "daily_budget": 5000, "x": None})])
    (request,) = meta.requests
    assert (request.method, request.url.path, request.url.query) == ("POST", "/v26.0/123", b"")
    assert meta.forms() == [{"status": "PAUSED", "daily_budget": "5000"}]


def test_a_deletion_is_a_delete() -> None:
    """DELETE goes to its path, alone and as a batch item."""
    request = WriteRequest("DELETE", "123", {})
    meta = Meta(ok({"success": True}), ok([batch_item({"success": True})] * 2))
    assert meta.writer.send([request]) == [{"success": True}]
    assert meta.writer.send([request] * 2) == [{"success": True}] * 2
    assert (meta.requests[0].method, meta.requests[0].url.path) == ("DELETE", "/v26.0/123")
    assert "batch" in meta.requests[1].content.decode()
    assert meta.requests[1].content.decode().count("DELETE") == 2


def test_nothing_to_write_is_no_request() -> None:
    """An empty list of writes sends nothing."""
    meta = Meta(ok())
    assert meta.writer.send([]) == []
    assert meta.requests == []


def test_too_many_writes_are_refused_unsent() -> None:
    """More than 50 writes are a mistake of the caller, found before anything is sent."""
    meta = Meta(ok([]))
    with pytest.raises(ValueError, match="1 to 50"):
        meta.writer.send([WriteRequest("POST", "123", {})] * 51)
    assert meta.requests == []


def test_an_upload_is_a_multipart_form() -> None:
    """A file travels byte for byte as a part with its name and type, the parameters as parts beside it."""
    meta = Meta(ok({"images": {"x": {"hash": "h"}}}), app_secret="s3cret-of-the-app")
    assert meta.writer.send([UPLOAD]) == [{"images": {"x": {"hash": "h"}}}]
    (request,) = meta.requests
    assert (request.method, request.url.path, request.url.query) == ("POST", "/v26.0/act_1/adimages", b"")
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = list(BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts())
    named = {part.get_param("name", header="content-disposition"): part for part in parts}
    assert list(named) == ["name", "appsecret_proof", "source"]
    assert named["name"].get_payload(decode=True).decode() == "Größe"
    assert named["source"].get_content_type() == "image/png"
    assert PNG in request.content
    assert 'filename="sommer %22ü%22.png"'.encode() in request.content
    assert request.extensions["timeout"] == {"connect": 5, "read": 180, "write": 180, "pool": 180}


def test_an_upload_goes_alone() -> None:
    """An upload among other writes is refused before anything is sent."""
    meta = Meta(ok())
    with pytest.raises(ValueError, match="alone"):
        meta.writer.send([UPLOAD, WriteRequest("POST", "123", {})])
    assert meta.requests == []


def test_an_event_of_an_upload_carries_no_file() -> None:
    """The event and the repr of an upload show its parameters, never its bytes."""
    meta = Meta(ok({"images": {}}))
    meta.writer.send([UPLOAD])
    (exchange,) = meta.exchanges
    assert (exchange.method, exchange.path, exchange.params) == ("POST", "act_1/adimages", {"name": "Größe"})
    assert "PNG" not in repr(UPLOAD)


def test_a_pause_between_attempts_is_seen() -> None:
    """The journal's owner waits through the writer, with an event and a count."""
    meta = Meta(ok())
    meta.writer.wait("Meta error 17 (throttle)", 60)
    assert (meta.waits, [pause.reason for pause in meta.pauses]) == ([60], ["Meta error 17 (throttle)"])
    assert (meta.wire.stats.waited_s, meta.requests) == (60, [])


def test_several_uploads_travel_at_the_same_time() -> None:
    """Each in a request of its own, none waiting for another; outcomes keep the order, a failure is only its own."""
    together = Barrier(3, timeout=10)

    def answer(request: httpx.Request) -> httpx.Response:
        together.wait()
        number = next(n for n in range(3) if f"picture-{n}".encode() in request.content)
        if number == 1:
            return httpx.Response(400, json={"error": {"code": 100, "message": "no"}})
        return httpx.Response(200, json={"images": {"x": {"hash": f"h{number}"}}})

    wire = Wire("token", base_url="http://meta", transport=httpx.MockTransport(answer))
    uploads = [
        WriteRequest("POST", "act_1/adimages", {}, {"source": (f"picture-{n}.png", PNG, "image/png")})
        for n in range(3)
    ]
    first, refused, third = GraphWriter(wire).send(uploads)
    assert (first, third) == ({"images": {"x": {"hash": "h0"}}}, {"images": {"x": {"hash": "h2"}}})
    assert isinstance(refused, GraphError)
