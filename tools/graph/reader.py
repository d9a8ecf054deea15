"""Reads from Graph: one object, whole lists, figures of any size, many calls at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any, TypeVar

from tools.graph import batch, reports
from tools.graph.allowance import READ_POINTS, WRITE_POINTS
from tools.graph.errors import AnswerLost, GraphFailure, too_much_data
from tools.graph.items import Item, item
from tools.graph.listing import Listing, Page, Stream, parse_page
from tools.graph.retry import guarded_read, may_repeat
from tools.graph.wire import Wire

T = TypeVar("T")
Call = tuple[str, Mapping[str, Any]]

MAX_PAGES = 10_000
SMALLEST_PAGE = 25
THREADS = 4


class GraphReader:
    """All reading goes through here; it has no way to write."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object. Raises GraphFailure."""
        body = self.guarded(lambda: self._wire.exchange("GET", path, params).body)
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
        return Stream(self.pages(path, params, page_size)).listing(max_rows)

    def lists(self, *calls: tuple[str, int, Mapping[str, Any]]) -> list[Stream]:
        """Several edges with their page sizes; all first pages in one request, the others as they are asked for.

        Raises GraphFailure.
        """
        firsts = self.get_many([(path, {**params, "limit": size}) for path, size, params in calls])
        for first in firsts:
            if isinstance(first, GraphFailure) and not too_much_data(first):
                raise first
        return [
            Stream(
                reports.pages(self, self._wire, path, params, page_size=size, first=first)
                if path.endswith("/insights")
                else self.pages(path, params, size, first)
            )
            for (path, size, params), first in zip(calls, firsts, strict=True)
        ]

    def insights(self, path: str, *, page_size: int, large: bool = False, **params: Any) -> Stream:
        """Figures, as they come: at once, or by a report that Meta prepares when they are `large` or prove too large.

        A period that is too long even for that is asked for in parts; sums over it then come as several rows.
        """
        return Stream(reports.pages(self, self._wire, path, params, page_size=page_size, large=large))

    def get_many(self, calls: Sequence[Call]) -> list[dict[str, Any] | GraphFailure]:
        """Many reads in as few requests as possible; one outcome per call, in order.

        Raises GraphFailure when a request as a whole fails.
        """
        return self._in_batches([item("GET", path, params) for path, params in calls], READ_POINTS)

    def _in_batches(self, items: Sequence[Item], points: int) -> list[dict[str, Any] | GraphFailure]:
        governor = self._wire.governor
        size = min(batch.MAX_ITEMS, governor.largest_batch(points) if governor else batch.MAX_ITEMS)
        chunks = [items[i : i + size] for i in range(0, len(items), size)]
        answered = self.together([partial(self._batch, chunk) for chunk in chunks])
        return [answer for answers in answered for answer in answers]

    def validate(self, calls: Sequence[Call]) -> list[dict[str, Any] | GraphFailure]:
        """Ask Meta whether it would take new objects, which it then does not make (graph-api-facts §8.8).

        One outcome per call, in order. Raises GraphFailure when a request as a whole fails.
        """
        only = {"execution_options": ["validate_only"]}
        items = [item("POST", path, {**params, **only}) for path, params in calls]
        return self._in_batches(items, WRITE_POINTS)

    def together(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Do several reads at the same time; gives their results in order.

        After a failure none is begun any more. Raises the first failure, in order.
        """
        if len(jobs) < 2:
            return [job() for job in jobs]
        failed = Event()

        def do(job: Callable[[], T]) -> T:
            if failed.is_set():
                raise CancelledError
            try:
                return job()
            except BaseException:
                failed.set()
                raise

        with ThreadPoolExecutor(THREADS) as pool:
            futures = [pool.submit(do, job) for job in jobs]
            return [future.result() for future in futures]

    def pages(
        self,
        path: str,
        params: Mapping[str, Any],
        page_size: int,
        first: dict[str, Any] | GraphFailure | None = None,
    ) -> Iterator[Page]:
        """Page after page, asking for half as many rows where Meta says that it is too much. Raises GraphFailure.

        `first` is the answer to the first page when somebody has asked for it already.
        """
        edge, after, size = self._named(path), None, page_size
        seen: set[str | None] = {None}
        for _ in range(MAX_PAGES):
            if first is None:
                body, size = self._fitting(path, params, size, after)
            elif isinstance(first, GraphFailure):
                body, size = self._fitting(path, params, _smaller(size, first), after)
            else:
                body = first
            first = None
            page = parse_page(edge, body)
            yield page
            if not page.more:
                return
            if page.after in seen:
                raise AnswerLost(f"Meta promised more rows of {edge} but gave no way to reach them.")
            seen.add(after := page.after)
        raise AnswerLost(f"Meta lists {edge} without an end: {MAX_PAGES} pages and still more.")

    def guarded(self, call: Callable[[], T]) -> T:
        """A read, repeated as the table of `retry` allows. Raises GraphFailure."""
        return guarded_read(self._wire, call)

    def _fitting(
        self, path: str, params: Mapping[str, Any], size: int, after: str | None
    ) -> tuple[dict[str, Any], int]:
        """A page, and the size at which Meta gave it."""
        while True:
            try:
                return self.get(path, **params, limit=size, after=after), size
            except GraphFailure as failure:
                size = _smaller(size, failure)

    def _batch(self, items: Sequence[Item]) -> list[dict[str, Any] | GraphFailure]:
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
            self.guarded(ask)
        except GraphFailure as failure:
            if not answers:
                raise
            if failure not in answers.values():  # the last request failed as a whole
                answers |= dict.fromkeys(left, failure)
        return [answers[i] for i in range(len(items))]

    def _named(self, path: str) -> str:
        return self._wire.redactor.text(path)


def _smaller(size: int, failure: GraphFailure) -> int:
    """Half the page, after it was too much. Raises the failure when it was something else, or cannot be helped."""
    if not too_much_data(failure) or size <= SMALLEST_PAGE:
        raise failure
    return max(size // 2, SMALLEST_PAGE)
