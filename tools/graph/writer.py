"""Writes to Graph, each sent once. Only `agent/writes/apply.py` holds a writer: it journals before and after."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tools.graph import batch, video_upload
from tools.graph.allowance import WRITE_POINTS, Cost, Reserved
from tools.graph.answers import named
from tools.graph.errors import AnswerLost, GraphFailure
from tools.graph.http import Files
from tools.graph.request import item
from tools.graph.server_clock import ServerClock
from tools.graph.video_upload import VideoSource
from tools.graph.wire import Wire


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One write, ready to be sent."""

    method: str
    path: str
    params: Mapping[str, Any]
    files: Files = field(default_factory=dict, repr=False)
    video: VideoSource | None = field(default=None, repr=False)


Answer = dict[str, Any] | GraphFailure
"""What came back for one write: Meta's answer, or why there is none."""
UPLOADS_AT_ONCE = 8


class GraphWriter:
    """Sends writes and repeats none. A failure is a value: what to do about it is for the journal's owner."""

    def __init__(self, wire: Wire, *, threads: int = UPLOADS_AT_ONCE) -> None:
        self._wire = wire
        self._threads = threads
        self._reserved: Reserved | None = None

    def send(self, requests: Sequence[WriteRequest]) -> list[Answer]:
        """Send up to 50 writes in one request, or uploads, each alone but at the same time; one outcome each, in order."""
        files = [bool(request.files or request.video) for request in requests]
        if any(files) and not all(files):
            raise ValueError("uploads are sent alone, apart from other writes")
        if len(requests) > 1 and any(files):
            with self._wire.wait_budget.parallel(), ThreadPoolExecutor(self._threads) as pool:
                return list(pool.map(self._alone, requests))
        try:
            return [_judged(answer) for answer in self._answers(requests)]
        except GraphFailure as failure:
            return [failure] * len(requests)

    @contextmanager
    def room(self, writes: int) -> Iterator[None]:
        """Wait until Meta's limits have room for so many writes, which then go out without a wait. Raises Held."""
        self._reserved = self._wire.reserve(Cost(writes=writes)) if writes else None
        try:
            yield
        finally:
            if unused := self._taken():
                self._wire.release(unused)

    def _taken(self) -> Reserved | None:
        reserved, self._reserved = self._reserved, None
        return reserved

    @property
    def clock(self) -> ServerClock:
        """Meta's time, as its answers tell it."""
        return self._wire.clock

    def _alone(self, request: WriteRequest) -> Answer:
        return self.send([request])[0]

    @property
    def uploads_at_once(self) -> int:
        """How many uploads belong into one call of `send`: their files are held in memory together."""
        return min(UPLOADS_AT_ONCE, self.largest_batch)

    @property
    def largest_batch(self) -> int:
        """How many writes one request should hold: 50, or fewer where the account's allowance is small."""
        governor = self._wire.governor
        return min(batch.MAX_ITEMS, governor.largest_batch(WRITE_POINTS) if governor else batch.MAX_ITEMS)

    def wait(self, reason: str, wait_s: float) -> bool:
        """Pause before sending or looking again, visibly; False when the run may not wait that long."""
        return self._wire.wait(reason, wait_s)

    def _answers(self, requests: Sequence[WriteRequest]) -> Sequence[Any]:
        if not requests:
            return []
        if len(requests) == 1:
            (r,) = requests
            if r.video:
                return [video_upload.upload(self._wire, r.path, r.params, r.video)]
            return [self._wire.exchange(r.method, r.path, r.params, r.files, reserved=self._taken()).body]
        items = [item(r.method, r.path, r.params) for r in requests]
        return batch.send(self._wire, items, reserved=self._taken())


def _judged(answer: Any) -> Answer:
    """What an answer says about its write; neither done nor refused is unknown."""
    if isinstance(answer, GraphFailure):
        return answer
    confirmed = isinstance(answer, dict) and bool(answer) and answer.get("success", True) is True
    if (
        isinstance(answer, dict)
        and confirmed
        and not isinstance(answer.get("id"), list | dict | bool | float)
    ):
        return answer
    return AnswerLost(f"Meta answered this write with {named(answer)}, which says neither done nor refused.")
