"""Keeps a model's server from answering with more than we can hold."""

from collections.abc import Iterator
from typing import cast

import httpx2

from tools.graph.answers import unpacked

MAX_BYTES = 16 * 2**20
"""A thousand times what a model is allowed to say."""
MAX_S = 3600.0
"""A small machine takes half an hour for the longest answer."""


class _Pieces(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding

    def __iter__(self) -> Iterator[bytes]:
        yield from unpacked(self._stream, self._encoding, max_bytes=MAX_BYTES, max_s=MAX_S)

    def close(self) -> None:
        self._stream.close()


def bounded(response: httpx2.Response) -> None:
    """An event hook: whoever reads the answer gets AnswerRefused when it becomes too much."""
    encoding = response.headers.pop("content-encoding", "")
    response.stream = _Pieces(cast("httpx2.SyncByteStream", response.stream), encoding)
