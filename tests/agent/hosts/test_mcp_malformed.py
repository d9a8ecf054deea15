"""A host that sends what is no request hears so, and is served as before."""

import json
from collections import Counter

import pytest

from tests.agent.conftest import sandbox, workspace  # noqa: F401
from tests.attacks.stdio import pipe_host

PING = b'{"jsonrpc":"2.0","id":"after","method":"ping"}'
WRONG: list[tuple[bytes, int | str | None, int]] = [
    (b"{not json", None, -32700),
    (b"\xff\xfe", None, -32700),
    (b"[]", None, -32600),
    (b'"x"', None, -32600),
    (b'[{"jsonrpc":"2.0","id":9,"method":"ping"}]', None, -32600),
    (b'{"jsonrpc":"2.0","id":2}', 2, -32600),
    (b'{"id":"three","method":"tools/list"}', "three", -32600),
    (b'{"jsonrpc":"1.0","id":4,"method":"tools/list"}', 4, -32600),
    (b'{"jsonrpc":"2.0","id":5,"method":5}', 5, -32600),
    (b'{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}', None, -32600),
    (b'{"jsonrpc":"2.0","id":null,"method":"tools/list"}', None, -32600),
    (b'{"jsonrpc":"2.0","id":{},"method":"tools/list"}', None, -32600),
    (b'{"jsonrpc":"2.0","method":"tools/list"}', None, -32600),
    (b'{"jsonrpc":"2.0","id":6,"method":"tools/call","params":[1]}', 6, -32602),
    (b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":"x"}', 7, -32602),
    (b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":7}}', 8, -32602),
    (b'{"jsonrpc":"2.0","id":10,"method":"no/such"}', 10, -32601),
]
UNANSWERED = (
    b"",
    b"  ",
    b'{"jsonrpc":"2.0","method":"notifications/initialized","params":[1]}',
    b'{"jsonrpc":"2.0","id":1,"result":[1]}',
    b'{"jsonrpc":"2.0","id":1,"error":"no"}',
)


@pytest.mark.parametrize("begun", [True, False], ids=["after the handshake", "before it"])
def test_every_malformed_request_is_answered_and_the_server_lives_on(workspace, sandbox, begun) -> None:  # noqa: F811
    """Three in a row and many more: an error with the id where there is one, nothing for what asks nothing, then a ping."""
    with pipe_host(workspace, sandbox, None, handshake=begun) as host:
        for line in (*UNANSWERED, *(line for line, _, _ in WRONG), PING):
            host.process.stdin.write(line + b"\n")
        host.process.stdin.flush()
        told = [json.loads(host.process.stdout.readline()) for _ in (*WRONG, PING)]
    errors = Counter((repr(answer["id"]), answer["error"]["code"]) for answer in told if "error" in answer)
    assert errors == Counter((repr(number), code) for _, number, code in WRONG)
    assert [answer["id"] for answer in told if "result" in answer] == ["after"]
    assert all(answer["error"]["message"] for answer in told if "error" in answer)
