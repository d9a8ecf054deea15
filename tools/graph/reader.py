"""Reads from Graph: one object, whole lists with an honest word on completeness, many calls at once."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tools.graph import batch
from tools.graph.errors import AnswerLost, GraphFailure
from tools.graph.retry import MAX_WAIT_S, guarded_read
from tools.graph.wire import Wire

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list and how complete they are."""

    rows: list[dict[str, Any]]
    pages: int
    complete: bool
    total: int | None = None

    def said(self, noun: str) -> str:
        """For example "61 of 61 ads, 3 pages" or "500 ads, 1 page, more exist"."""
        pages = f"{self.pages} page" + ("" if self.pages == 1 else "s")
        total = self.total if self.total is not None else len(self.rows) if self.complete else None
        if total is None:
            return f"{len(self.rows)} {noun}, {pages}, more exist"
        return f"{len(self.rows)} of {total} {noun}, {pages}"


class GraphReader:
    """All reading goes through here; it has no way to write."""

    def __init__(self, wire: Wire, *, max_wait_s: float = MAX_WAIT_S) -> None:
        self._wire = wire
        self._max_wait_s = max_wait_s

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object. Raises GraphFailure."""
        body = self._read(path, params)
        if not isinstance(body, dict):
            raise AnswerLost(f"Meta answered a read of {path} with something else than an object.")
        return body

    def read_all(
        self, path: str, *, page_size: int = 200, max_rows: int | None = None, **params: Any
    ) -> Listing:
        """All rows of an edge, page by page until there is no next (graph-api-facts §6).

        Stops early only at `max_rows`, and then says so in the listing. Raises GraphFailure.
        """
        rows: list[dict[str, Any]] = []
        pages, total = 0, None
        after: str | None = None
        while True:
            body = self.get(path, **params, limit=page_size, after=after)
            data, paging = body.get("data"), body.get("paging") or {}
            if not isinstance(data, list):
                raise AnswerLost(f"Meta answered a list of {path} without data.")
            rows += data
            pages += 1
            total = (body.get("summary") or {}).get("total_count", total)
            earlier, after = after, (paging.get("cursors") or {}).get("after")
            if not paging.get("next"):
                return Listing(rows, pages, complete=True, total=total)
            if not after or after == earlier:
                raise AnswerLost(f"Meta promised more rows of {path} but gave no way to reach them.")
            if max_rows is not None and len(rows) >= max_rows:
                return Listing(rows[:max_rows], pages, complete=False, total=total)

    def get_many(self, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any] | GraphFailure]:
        """Many reads in as few requests as possible; one outcome per call, in order."""
        items = [batch.item("GET", path, params) for path, params in calls]
        chunks = [items[i : i + batch.MAX_ITEMS] for i in range(0, len(items), batch.MAX_ITEMS)]
        return [
            answer
            for chunk in chunks
            for answer in self._guarded(functools.partial(batch.send, self._wire, chunk))
        ]

    def _read(self, path: str, params: Mapping[str, Any]) -> Any:
        return self._guarded(lambda: self._wire.exchange("GET", path, params).body)

    def _guarded(self, call: Callable[[], T]) -> T:
        return guarded_read(self._wire, call, max_wait_s=self._max_wait_s)
