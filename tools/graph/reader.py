"""Reads from Graph: one object, whole lists with an honest word on completeness, many calls at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tools.graph import batch
from tools.graph.errors import AnswerLost, GraphFailure
from tools.graph.retry import MAX_WAIT_S, guarded_read, may_repeat
from tools.graph.wire import Wire

T = TypeVar("T")

MAX_PAGES = 10_000


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
            raise AnswerLost(
                f"Meta answered a read of {self._named(path)} with something else than an object."
            )
        return body

    def read_all(
        self, path: str, *, page_size: int = 200, max_rows: int | None = None, **params: Any
    ) -> Listing:
        """All rows of an edge, page by page until there is no next (graph-api-facts §6).

        Stops early only when there are more than `max_rows`, and then says so in the listing.
        Raises GraphFailure.
        """
        edge, rows = self._named(path), list[dict[str, Any]]()
        total: int | None = None
        seen: set[str | None] = {None}
        after: str | None = None
        for pages in range(1, MAX_PAGES + 1):
            page = _page(edge, self.get(path, **params, limit=page_size, after=after))
            rows += page.rows
            total = total if page.total is None else page.total
            if max_rows is not None and len(rows) > max_rows:
                return Listing(rows[:max_rows], pages, complete=False, total=total)
            if not page.more:
                return Listing(rows, pages, complete=True, total=total)
            if page.after in seen:
                raise AnswerLost(f"Meta promised more rows of {edge} but gave no way to reach them.")
            seen.add(after := page.after)
        raise AnswerLost(f"Meta lists {edge} without an end: {MAX_PAGES} pages and still more.")

    def get_many(self, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any] | GraphFailure]:
        """Many reads in as few requests as possible; one outcome per call, in order.

        Raises GraphFailure when a request as a whole fails.
        """
        items = [batch.item("GET", path, params) for path, params in calls]
        chunks = [items[i : i + batch.MAX_ITEMS] for i in range(0, len(items), batch.MAX_ITEMS)]
        return [answer for chunk in chunks for answer in self._batch(chunk)]

    def _batch(self, items: Sequence[batch.Item]) -> list[dict[str, Any] | GraphFailure]:
        """One batch; items that failed in passing are asked again, without the others."""
        answers: dict[int, dict[str, Any] | GraphFailure] = {}
        left = list(range(len(items)))

        def ask() -> None:
            answers.update(zip(left, batch.send(self._wire, [items[i] for i in left]), strict=True))
            failures = {i: a for i, a in answers.items() if isinstance(a, GraphFailure)}
            left[:] = [i for i, failure in failures.items() if may_repeat(failure)]
            if left:
                raise max((failures[i] for i in left), key=lambda failure: failure.wait_s or 0)

        try:
            self._guarded(ask)
        except GraphFailure as failure:
            if not answers:
                raise
            if failure not in answers.values():  # the last request failed as a whole
                answers |= dict.fromkeys(left, failure)
        return [answers[i] for i in range(len(items))]

    def _read(self, path: str, params: Mapping[str, Any]) -> Any:
        return self._guarded(lambda: self._wire.exchange("GET", path, params).body)

    def _named(self, path: str) -> str:
        return self._wire.redactor.text(path)

    def _guarded(self, call: Callable[[], T]) -> T:
        return guarded_read(self._wire, call, max_wait_s=self._max_wait_s)


@dataclass(frozen=True, slots=True)
class _Page:
    rows: list[dict[str, Any]]
    more: bool
    after: str | None
    total: int | None


def _page(edge: str, body: Mapping[str, Any]) -> _Page:
    """One page of a list. Raises AnswerLost when it is none; an odd cursor or total counts as absent."""
    rows = body.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerLost(f"Meta answered a list of {edge} without rows.")
    paging, summary = _object(body.get("paging")), _object(body.get("summary"))
    after, total = _object(paging.get("cursors")).get("after"), summary.get("total_count")
    return _Page(
        rows,
        more=bool(paging.get("next")),
        after=after if isinstance(after, str) and after else None,
        total=total if type(total) is int else None,
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
