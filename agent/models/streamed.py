"""A message out of the events of its stream, whatever of them a server leaves out."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from tools.domain.text import paired

_GROWING = {
    "text_delta": ("text", "text", "text"),
    "input_json_delta": ("tool_use", "partial_json", "partial_json"),
    "thinking_delta": ("thinking", "thinking", "thinking"),
    "signature_delta": ("thinking", "signature", "signature"),
}
"""From the type of a delta: the block it belongs to, where it holds its piece, and the field that grows by it."""


class Broken(Exception):  # noqa: N818 - what became of a stream
    """A stream ended without its message, or with an error of the server's."""


def message_of(texts: Iterable[str], on_text: Callable[[str], None]) -> dict[str, Any]:
    """The whole message. `on_text` gets its text as it comes, whole characters only.

    Raises Broken, and ValueError for what are no events.
    """
    message, blocks, ended, tell = dict[str, Any](), dict[int, dict[str, Any]](), False, _Whole(on_text)
    for text in texts:
        if not text or text == "[DONE]":
            continue
        event = json.loads(text)
        match event["type"]:
            case "message_start":
                message |= event.get("message") or {}
            case "content_block_start":
                blocks[_index(event, len(blocks))] = block = dict(event.get("content_block") or {})
                tell(block.get("text"))
            case "content_block_delta":
                tell(_grown(blocks, event))
            case "message_delta":
                ended = True
                message |= {k: v for k, v in (event.get("delta") or {}).items() if v is not None}
                message["usage"] = _both(message.get("usage"), event.get("usage"))
            case "message_stop":
                ended = True
            case "error":
                raise Broken(str((event.get("error") or {}).get("message") or "an error without a message"))
    tell.end()
    if not ended and (message or blocks):
        raise Broken("the stream broke off before its end")
    return (
        message | {"content": [*(message.get("content") or []), *map(_finished, blocks.values())]}
        if ended
        else {}
    )


def _index(event: dict[str, Any], otherwise: int) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else otherwise


def _grown(blocks: dict[int, dict[str, Any]], event: dict[str, Any]) -> Any:
    """Let a block grow; gives the piece if it is text. A block that was not begun begins here."""
    delta = event.get("delta") or {}
    kind, source, field = _GROWING.get(str(delta.get("type")), ("", "", ""))
    piece = delta.get(source)
    if not isinstance(piece, str):
        return None
    block = blocks.setdefault(_index(event, max(len(blocks) - 1, 0)), {"type": kind})
    block[field] = (block.get(field) or "") + piece
    return piece if field == "text" else None


def _finished(block: dict[str, Any]) -> dict[str, Any]:
    """A call with the arguments that came in pieces, still as text."""
    pieces = block.pop("partial_json", "")
    return block | {"input": pieces} if pieces.strip() else block


def _both(begun: Any, ended: Any) -> dict[str, Any]:
    """The usage of the beginning with what the end knows better."""
    first, last = (told if isinstance(told, dict) else {} for told in (begun, ended))
    return first | {name: value for name, value in last.items() if value is not None}


class _Whole:
    """Passes text on, but never half a character."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text, self._rest = on_text, ""

    def __call__(self, text: Any) -> None:
        if not isinstance(text, str) or not text:
            return
        text = self._rest + text
        half = "\ud800" <= text[-1] <= "\udbff"
        self._rest = text[-1] if half else ""
        if said := paired(text[:-1] if half else text):
            self._on_text(said)

    def end(self) -> None:
        if self._rest:
            self._on_text(paired(self._rest))
