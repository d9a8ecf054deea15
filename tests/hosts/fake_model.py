"""A model that follows a script, behind the two APIs that hosts speak: chat completions and messages.

A script is a list of steps: a text, or (tool, arguments). The step is chosen by how many tool results the conversation
has. `{id}` in an argument stands for the last change set id among them.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

Step = str | tuple[str, dict[str, Any]]
_NUMBERS = count(1)
_ID = re.compile(r"cs-[0-9a-f]{12}")


@dataclass
class FakeModel:
    """`seen` are the bodies of all requests: exactly what the model was given."""

    script: list[Step] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def next_step(self, body: dict[str, Any]) -> Step:
        self.seen.append(body)
        results = _tool_results(body["messages"])
        step = self.script[len(results)] if len(results) < len(self.script) else "Done."
        if isinstance(step, str):
            return step
        ids = _ID.findall("".join(results))
        filled = json.dumps(step[1]).replace("{id}", ids[-1] if ids else "cs-none")
        return step[0], json.loads(filled)


def _tool_results(messages: list[dict[str, Any]]) -> list[str]:
    """All results of tools; hosts put messages of their own between them."""
    found = []
    for message in messages:
        parts = message["content"] if isinstance(message.get("content"), list) else []
        found += [json.dumps(part) for part in parts if part.get("type") == "tool_result"]
        found += [json.dumps(message)] if message["role"] == "tool" else []
    return found


@contextmanager
def fake_model() -> Iterator[FakeModel]:
    """A server on this computer until the end of the block."""
    model = FakeModel()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._send("application/json", b'{"data":[]}')

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
            if "messages" not in body or "count_tokens" in self.path:
                self._send("application/json", b'{"input_tokens": 1}')
                return
            make = _messages if self.path.split("?")[0].endswith("/messages") else _completions
            step = model.next_step(body)
            if body.get("stream"):
                self._send("text/event-stream", "".join(make(step)).encode())
            else:
                self._send("application/json", json.dumps(_whole(step)).encode())

        def _send(self, kind: str, data: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _completions(step: Step) -> Iterator[str]:
    delta: dict[str, Any] = {"role": "assistant", "content": step}
    if not isinstance(step, str):
        function = {"name": step[0], "arguments": json.dumps(step[1])}
        delta = {
            "role": "assistant",
            "tool_calls": [
                {"index": 0, "id": f"call_{next(_NUMBERS)}", "type": "function", "function": function}
            ],
        }
    reason = "stop" if isinstance(step, str) else "tool_calls"
    for choice in ({"index": 0, "delta": delta}, {"index": 0, "delta": {}, "finish_reason": reason}):
        yield f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'model': 'demo', 'choices': [choice]})}\n\n"
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    yield f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'model': 'demo', 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


def _block(step: Step) -> dict[str, Any]:
    if isinstance(step, str):
        return {"type": "text", "text": step}
    return {"type": "tool_use", "id": f"toolu_{next(_NUMBERS)}", "name": step[0], "input": step[1]}


def _whole(step: Step) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "demo",
        "content": [_block(step)],
        "stop_reason": "end_turn" if isinstance(step, str) else "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _messages(step: Step) -> Iterator[str]:
    whole = _whole(step)
    (block,) = whole["content"]
    empty = {"type": "text", "text": ""} if isinstance(step, str) else {**block, "input": {}}
    piece = {"type": "text_delta", "text": step}
    if not isinstance(step, str):
        piece = {"type": "input_json_delta", "partial_json": json.dumps(step[1])}
    for event in (
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": piece},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": whole["stop_reason"]},
            "usage": {"output_tokens": 1},
        },
        {"type": "message_stop"},
    ):
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
