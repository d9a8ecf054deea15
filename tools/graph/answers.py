"""Takes an answer apart, alone or out of a batch (docs/graph-api.md §5): never more of it than we can hold."""

import json
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tools.graph.errors import AnswerLost, AnswerRefused

MAX_BYTES = 32 * 2**20
"""Unpacked. Meta refuses far smaller reads as too much data; a batch of 50 full pages is half of it."""
MAX_VALUES = 4_000_000
"""An empty list is three characters in an answer and sixty bytes in memory; honest answers have half as many."""
MAX_DEPTH = 100
"""Graph nests a dozen levels deep."""
MAX_S = 300.0
"""For a whole answer: a server that sends a byte now and then would keep us for ever."""
ENCODING = "gzip"
"""What we ask for, and unpack ourselves: libraries unpack a piece whole, and what is packed more than once."""
_PIECE = 2**18
_NESTED = (dict, list)


class Unpacked(NamedTuple):
    """The answer of one item: a small HTTP answer of its own."""

    status: int
    headers: dict[str, str]
    body: Any


def unpacked(
    pieces: Iterable[bytes], encoding: str, *, max_bytes: int = MAX_BYTES, max_s: float = MAX_S
) -> Iterator[bytes]:
    """The answer in small pieces, as they come. Raises AnswerRefused when it becomes too much."""
    ends_at, held = time.monotonic() + max_s, 0
    for piece in _plain(pieces, encoding.strip().lower()):
        held += len(piece)
        if held > max_bytes:
            raise _refused(f"it is larger than {max_bytes // 2**20} MiB")
        if time.monotonic() > ends_at:
            raise _refused(f"it took longer than {max_s:.0f} s")
        yield piece


def parsed(text: str) -> Any:
    """The answer as a JSON value; a byte order mark is read over. Raises AnswerRefused, and ValueError when it is not JSON."""
    text = text.removeprefix("\ufeff")
    nested = text.count("[") + text.count("{")
    if nested + text.count(",") > MAX_VALUES:
        raise _refused(f"it holds more than {MAX_VALUES // 10**6} million values")
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("no JSON that can be read") from None
    if nested >= MAX_DEPTH and too_deep(value):  # a shallow one is told by its brackets
        raise _refused(f"it is nested more than {MAX_DEPTH} levels deep")
    return value


def unpack(raw: Any) -> Unpacked | None:
    """What an item answered; None when Meta gave none. Raises ValueError when its body is not JSON, and AnswerRefused."""
    if not isinstance(raw, dict):
        return None
    try:
        body = parsed(raw.get("body") or "")
    except (ValueError, TypeError, AttributeError):
        raise ValueError("the body of this item is not JSON") from None
    status = raw["code"] if isinstance(raw.get("code"), int) else 0
    return Unpacked(status, _headers(raw.get("headers")), body)


def named(body: Any) -> str:
    """What came instead of what was asked for, in a few words."""
    if body is None or isinstance(body, bool):
        return f"`{json.dumps(body)}`"
    kind = "list" if isinstance(body, list) else "object" if isinstance(body, dict) else "text"
    if isinstance(body, int | float):
        return "a number"
    return f"{'a' if body and kind != 'object' else 'an'} {'' if body else 'empty '}{kind}"


def too_deep(value: Any) -> bool:
    """Whether a JSON value is nested deeper than anything that is meant to be read."""
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, _NESTED)
        ]
        if not level:
            return False
    return True


def _plain(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding != ENCODING:
        raise _refused(f"it is packed in a way that was not asked for ({encoding[:40]!r})")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for piece in pieces:
        left = piece
        while left and not unpacker.eof:
            try:
                yield unpacker.decompress(left, _PIECE)
            except zlib.error:
                raise AnswerLost(f"The answer is not {ENCODING}, as it says.") from None
            left = unpacker.unconsumed_tail
        if unpacker.eof:
            return


def _refused(why: str) -> AnswerRefused:
    return AnswerRefused(
        f"The answer was not taken: {why}. Ask for less at once, or check the server's address."
    )


def _headers(raw: Any) -> dict[str, str]:
    if not isinstance(raw, list):
        return {}
    return {str(h.get("name")): str(h.get("value")) for h in raw if isinstance(h, dict)}
