"""Writes to Graph, each sent once. Only `agent/apply.py` holds a writer: it journals before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.graph import batch
from tools.graph.allowance import WRITE_POINTS
from tools.graph.errors import AnswerLost, GraphFailure
from tools.graph.http import Files
from tools.graph.items import item
from tools.graph.wire import Wire


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One write, ready to be sent."""

    method: str
    path: str
    params: Mapping[str, Any]
    files: Files = field(default_factory=dict, repr=False)


Outcome = dict[str, Any] | GraphFailure


class GraphWriter:
    """Sends writes and repeats none. A failure is a value: what to do about it is for the journal's owner."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def send(self, requests: Sequence[WriteRequest]) -> list[Outcome]:
        """Send up to 50 writes in one request (uploads go alone); one outcome each, in order."""
        if len(requests) > 1 and any(request.files for request in requests):
            raise ValueError("an upload is sent alone")
        try:
            return [_outcome(answer) for answer in self._answers(requests)]
        except GraphFailure as failure:
            return [failure] * len(requests)

    @property
    def largest_batch(self) -> int:
        """How many writes one request should hold: 50, or fewer where the account's allowance is small."""
        governor = self._wire.governor
        return min(batch.MAX_ITEMS, governor.largest_batch(WRITE_POINTS) if governor else batch.MAX_ITEMS)

    def may_wait(self, reason: str, wait_s: float) -> bool:
        """Whether the patience of the run has room for this wait."""
        return self._wire.patience.allows(reason, wait_s)

    def wait(self, reason: str, wait_s: float) -> None:
        """Pause before sending again, visibly."""
        self._wire.wait(reason, wait_s)

    def _answers(self, requests: Sequence[WriteRequest]) -> Sequence[Any]:
        if not requests:
            return []
        if len(requests) == 1:
            (r,) = requests
            return [self._wire.exchange(r.method, r.path, r.params, r.files).body]
        return batch.send(self._wire, [item(r.method, r.path, r.params) for r in requests])


def _outcome(answer: Any) -> Outcome:
    """What an answer says about its write; neither done nor refused is unknown."""
    if isinstance(answer, GraphFailure):
        return answer
    if not isinstance(answer, dict) or not answer or answer.get("success", True) is not True:
        return AnswerLost("Meta's answer to this write says neither done nor refused.")
    return answer
