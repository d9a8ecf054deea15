"""Guarded reads of objects and lists, and several at the same time: what the reader and reports are made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

from tools.graph.errors import AnswerLost, GraphFailure, too_much_data
from tools.graph.listing import Page, parse_page
from tools.graph.retry import guarded_read
from tools.graph.wire import Wire

T = TypeVar("T")

MAX_PAGES = 10_000
SMALLEST_PAGE = 25
THREADS = 4


def read_object(wire: Wire, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """One object. Raises GraphFailure."""
    body = guarded_read(wire, lambda: wire.exchange("GET", path, params).body)
    if not isinstance(body, dict):
        raise AnswerLost(
            f"Meta answered a read of {wire.redactor.text(path)} with something else than an object."
        )
    return body


def pages(
    wire: Wire,
    path: str,
    params: Mapping[str, Any],
    page_size: int,
    first: dict[str, Any] | GraphFailure | None = None,
) -> Iterator[Page]:
    """Page after page, asking for half as many rows where Meta says that it is too much. Raises GraphFailure.

    `first` is the answer to the first page when somebody has asked for it already.
    """
    edge, after, size = wire.redactor.text(path), None, page_size
    seen: set[str | None] = {None}
    for _ in range(MAX_PAGES):
        if first is None:
            body, size = _fitting(wire, path, params, size, after)
        elif isinstance(first, GraphFailure):
            body, size = _fitting(wire, path, params, _smaller(size, first), after)
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


def together(wire: Wire, jobs: Sequence[Callable[[], T]]) -> list[T]:
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

    with wire.wait_budget.parallel(), ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(do, job) for job in jobs]
        return [future.result() for future in futures]


def _fitting(
    wire: Wire, path: str, params: Mapping[str, Any], size: int, after: str | None
) -> tuple[dict[str, Any], int]:
    """A page, and the size at which Meta gave it."""
    while True:
        try:
            return read_object(wire, path, {**params, "limit": size, "after": after}), size
        except GraphFailure as failure:
            size = _smaller(size, failure)


def _smaller(size: int, failure: GraphFailure) -> int:
    """Half the page, after it was too much. Raises the failure when it was something else, or cannot be helped."""
    if not too_much_data(failure) or size <= SMALLEST_PAGE:
        raise failure
    return max(size // 2, SMALLEST_PAGE)
