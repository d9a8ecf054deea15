"""Servers on loopback: the sandbox over a real socket, and a Messages API that follows a script."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.agent.support import Sandbox, is_write

Hook = Callable[[str], None]
"""Called with "before" or "after" each write request reaches the sandbox."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def graph_server(sandbox: Sandbox, hook: Hook = lambda _: None) -> Iterator[str]:
    """The sandbox behind a socket, with a hook around each write."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = httpx.Request(
                self.command, f"http://sandbox{self.path}", headers=dict(self.headers), content=body
            )
            writing = is_write(request)
            if writing:
                hook("before")
            answer = sandbox.transport.handle_request(request)
            if writing:
                hook("after")
            try:
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in ("content-length", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)
            except OSError:
                self.close_connection = True  # the client was killed

        do_GET = do_POST = do_DELETE = _handle  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    with serving(Handler) as url:
        yield url


class Messages:
    """A Messages API that gives scripted contents, one after the other, the last one for ever."""

    def __init__(self, *script: Any) -> None:
        self.script, self.bodies, self.headers = list(script), list[Any](), list[Any]()

    def reply(self, body: Any) -> tuple[int, str, str]:
        self.bodies.append(body)
        said = self.script[min(len(self.bodies), len(self.script)) - 1]
        if callable(said):
            said = said(body)
        if isinstance(said, tuple):
            return said
        content = [{"type": "text", "text": said}] if isinstance(said, str) else calls(said, len(self.bodies))
        message = {
            "id": "msg",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": "end_turn" if isinstance(said, str) else "tool_use",
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 10},
        }
        if body.get("stream"):
            return 200, "text/event-stream", streamed(message)
        return 200, "application/json", json.dumps(message)

    def results(self) -> list[dict[str, Any]]:
        """The tool results of the last request, by block."""
        return [
            b
            for m in self.bodies[-1]["messages"]
            if isinstance(m["content"], list)
            for b in m["content"]
            if b["type"] == "tool_result"
        ]


def calls(said: Sequence[tuple[str, Any]], turn: int) -> list[dict[str, Any]]:
    return [
        {"type": "tool_use", "id": f"t{turn}_{i}", "name": n, "input": a} for i, (n, a) in enumerate(said)
    ]


def streamed(message: dict[str, Any]) -> str:
    """A message as the events of its stream."""
    start = message | {"content": [], "stop_reason": None}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}]
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            empty, delta = block | {"text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            empty = block | {"input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    events.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": 10}})
    events.append({"type": "message_stop"})
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


@contextmanager
def messages_server(messages: Messages) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            messages.headers.append(dict(self.headers))
            status, kind, text = messages.reply(body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None:
            pass

    with serving(Handler) as url:
        yield url
