"""One request: how it looks, where it may go, and how the real network's failures are told apart."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import BASE, TOKEN, Meta, batch_item, broken, jsons, ok, raw
from tools.graph import AnswerLost, GraphFailure, NotSent, Wire
from tools.graph.request import encode
from tools.graph.writer import WriteRequest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain, as it is", "plain, as it is"),
        ("", ""),
        ("Größe 📈", "Größe 📈"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (5000, "5000"),
        (1.5, "1.5"),
        ([], "[]"),
        (["ACTIVE", "PAUSED"], '["ACTIVE","PAUSED"]'),
        ({"b": [1, None], "a": {"x": True}}, '{"a":{"x":true},"b":[1,null]}'),
        ({"text": "Größe"}, '{"text":"Gr\\u00f6\\u00dfe"}'),
    ],
)
def test_parameters_in_graphs_form(value: Any, text: str) -> None:
    """Text is sent as it is, all else as compact JSON, in the query of a read and the form of a write."""
    assert encode({"p": value, "absent": None}) == {"p": text}
    meta = Meta(ok())
    meta.wire.exchange("GET", "1", {"p": value, "absent": None})
    meta.wire.exchange("POST", "1", {"p": value, "absent": None})
    assert (meta.queries()[0], meta.forms()[1]) == ({"p": text}, {"p": text})


@given(st.dictionaries(st.text().filter(lambda name: name != "method"), jsons, max_size=5))
def test_parameters_survive_the_way(params: dict[str, Any]) -> None:
    """Any JSON parameters arrive as they were sent; None is left out."""
    encoded = encode(params)
    assert set(encoded) == {name for name, value in params.items() if value is not None}
    for name, text in encoded.items():
        if isinstance(params[name], str):
            assert text == params[name]
        else:
            assert json.dumps(json.loads(text), sort_keys=True) == json.dumps(params[name], sort_keys=True)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=4))
def test_any_text_arrives(params: dict[str, str]) -> None:
    """Any text in names and values comes out of query and form as it went in."""
    params.pop("method", None)
    meta = Meta(ok())
    meta.wire.exchange("GET", "1", params)
    meta.wire.exchange("POST", "1", params)
    assert (meta.queries()[0], meta.forms()[1]) == (params, params)


def test_a_request_says_who_asks() -> None:
    """Token, agent, version and timeouts are on every request."""
    meta = Meta(ok(), agent="adsteward/1.0 (offline)", version="v25.0")
    meta.wire.exchange("GET", "/act_1/ads/", {"fields": "id"})
    (request,) = meta.requests
    assert str(request.url) == f"{BASE}/v25.0/act_1/ads?fields=id"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["user-agent"] == f"adsteward/1.0 (offline) python-httpx/{httpx.__version__}"
    assert request.extensions["timeout"] == {"connect": 5, "read": 30, "write": 30, "pool": 30}


def test_a_base_url_keeps_its_path() -> None:
    """A gateway's path stays in front of version and path."""
    meta = Meta(ok(), base_url="https://gateway.test/meta/")
    meta.wire.exchange("GET", "1", {})
    assert str(meta.requests[0].url) == "https://gateway.test/meta/v26.0/1"


@pytest.mark.parametrize(
    "url",
    [
        "http://graph.facebook.com",
        "http://localhost.evil.test",
        "http://127.0.0.1@evil.test",
        "http://127.0.0.1.evil.test",
        "http://evil.test/127.0.0.1",
        "http://evil.test#@localhost",
        "http://sandbox",
        "ftp://localhost",
        "//graph.facebook.com",
        "graph.facebook.com",
        "https://",
        "https://host:port",
        "https://[::1",
        "",
    ],
)
def test_the_token_does_not_travel_unencrypted(url: str) -> None:
    """A base URL that is neither https nor this machine is refused before there is a client."""
    with pytest.raises(ValueError, match="META_GRAPH_URL"):
        Wire(TOKEN, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.facebook.com",
        "HTTPS://GRAPH.FACEBOOK.COM",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:80",
    ],
)
def test_where_the_token_may_go(url: str) -> None:
    """https anywhere and plain http on this machine are fine."""
    Wire(TOKEN, base_url=url).close()


@pytest.mark.parametrize("token", ["", " ", "EAA abc", "EAAabc\n", "EAA\r\nX: y", "EAAä", "EAA\x00"])
def test_a_token_that_fits_no_header_is_refused_unshown(token: str) -> None:
    """A token with a space, line break or foreign letter is refused at once, without being repeated in the text."""
    with pytest.raises(ValueError, match="access token") as caught:
        Wire(token, base_url=BASE)
    assert "EAA" not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        "123?method=delete",
        "123?status=PAUSED&method=post",
        "123#x",
        "../v1/123",
        "123/../456",
        "a//b",
        "https://evil.test/x",
        "123&x=y",
        "123%3Fmethod=post",
        "1 2",
        "1\n2",
        "\uff11\uff12",
        "\\\\evil.test",
        "/",
    ],
)
def test_only_paths_of_the_graph_are_called(path: str) -> None:
    """An id that smuggles a query, another host or another place is refused unsent, alone and in a batch."""
    meta = Meta(ok())
    with pytest.raises(ValueError, match="no path"):
        meta.reader.get(path)
    with pytest.raises(ValueError, match="no path"):
        meta.reader.get_many([(path, {})])
    with pytest.raises(ValueError, match="no path"):
        meta.writer.send([WriteRequest("POST", path, {})])
    with pytest.raises(ValueError, match="no path"):
        meta.writer.send([WriteRequest("POST", path, {})] * 2)
    assert (meta.requests, meta.waits) == ([], [])


def test_a_reader_cannot_be_made_to_write() -> None:
    """Graph would take `method` as the method of the call; as a parameter it is refused unsent."""
    meta = Meta(ok())
    with pytest.raises(ValueError, match="method"):
        meta.reader.get("123", method="delete")
    with pytest.raises(ValueError, match="method"):
        meta.reader.get_many([("123", {"method": "post"})])
    assert meta.requests == []


@given(st.lists(st.sampled_from(["get", "read_all", "get_many"]), max_size=5))
def test_a_reader_only_reads(calls: list[str]) -> None:
    """All a reader ever sends are GETs, and batches in which each item is a GET."""
    meta = Meta(lambda request: ok({"data": []} if request.method == "GET" else [batch_item({})])(request))
    for call in calls:
        if call == "get_many":
            meta.reader.get_many([("123", {"fields": "id"})])
        else:
            getattr(meta.reader, call)("123")
    for request in meta.requests:
        batches = json.loads(dict(httpx.QueryParams(request.content.decode())).get("batch", "[]"))
        assert request.method == "GET" or [item["method"] for item in batches] == ["GET"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """The token is not carried to where a redirect points, and a write is not sent a second time."""
    meta = Meta(ok({"success": True}, status, location="https://evil.test/v26.0/123"))
    (outcome,) = meta.writer.send([WriteRequest("POST", "123", {})])
    assert isinstance(outcome, AnswerLost)
    assert [request.url.host for request in meta.requests] == ["graph.test"]


def test_the_text_of_a_page_that_is_not_graph() -> None:
    """A web page in place of JSON names the host, the status and the type, and where to look."""
    meta = Meta(raw("<html>", 502, content_type="text/html"))
    with pytest.raises(AnswerLost, match=r"graph\.test .*HTTP 502, text/html.*META_GRAPH_URL"):
        meta.wire.exchange("GET", "1", {})


def test_an_event_for_each_request() -> None:
    """Each request is an event with method, path, parameters, outcome and time."""
    meta = Meta(ok(), broken(httpx.ReadTimeout))
    meta.wire.exchange("GET", "act_1/ads", {"fields": "id", "filtering": [{"field": "ad.id"}]})
    with pytest.raises(AnswerLost):
        meta.wire.exchange("POST", "2", {"status": "PAUSED"})
    assert [(e.method, e.path, e.params, e.outcome) for e in meta.exchanges] == [
        ("GET", "act_1/ads", {"fields": "id", "filtering": [{"field": "ad.id"}]}, "ok"),
        ("POST", "2", {"status": "PAUSED"}, "AnswerLost"),
    ]
    assert all(e.elapsed_ms >= 0 for e in meta.exchanges)
    assert meta.wire.stats.requests == 2


# -- a real server on this machine -----------------------------------------------------------------------

Start = Callable[[bytes], str]
JSON = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"id":"1"}'


@pytest.fixture
def server() -> Iterator[Start]:
    """Starts a server that answers each connection with given bytes and closes it; gives its address."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(listener: socket.socket, answer: bytes) -> None:
        with contextlib.suppress(OSError):  # nobody came
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                connection.sendall(answer)

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(5)
        listeners.append(listener)
        threads.append(threading.Thread(target=serve, args=(listener, answer), daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes who still waits for a call
        listener.close()
    for thread in threads:
        thread.join(timeout=6)


def call(url: str) -> Any:
    """One request over a real connection."""
    wire = Wire(TOKEN, base_url=url)
    try:
        return wire.exchange("POST", "123", {"status": "PAUSED"}).body
    finally:
        wire.close()


def test_a_closed_door_means_not_sent() -> None:
    """When nobody listens, nothing was sent, and the text says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(NotSent, match="Nothing was sent"):
        call(url)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"junk\r\n\r\n", JSON.replace(b'"', b"'")],
)
def test_a_broken_answer_means_lost(server: Start, answer: bytes) -> None:
    """When the server took the request and broke off or sent junk, the write may have happened."""
    with pytest.raises(GraphFailure) as caught:
        call(server(answer))
    assert type(caught.value) is AnswerLost


def test_plain_text_goes_to_no_proxy(server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment is not used on the way to this machine: it would see the token."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, server(JSON.replace(b'"1"', b'"2"')))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert call(server(JSON)) == {"id": "1"}
