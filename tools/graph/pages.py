"""Guarded reads of objects and lists, and several at the same time: what the reader and reports are made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

from tools.graph.answers import named
from tools.graph.errors import GraphFailure, OddAnswer, cursor_is_void, perhaps_too_much, too_much_data
from tools.graph.governor import Held
from tools.graph.listing import End, Page, parse_page, without_rows
from tools.graph.retry import ATTEMPTS, always, guarded_read, reason_of, wait_before
from tools.graph.wire import Wire

T = TypeVar("T")

MAX_PAGES = 10_000
SMALL_PAGE = 25
"""Halving stops here once, where a report may be the better way."""
IMPATIENT = 2
"""So often the same is asked for in the same way, where less may be answered."""
THREADS = 4


def read_object(wire: Wire, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """One object. Raises GraphFailure."""
    return _object(wire, path, guarded_read(wire, lambda: wire.exchange("GET", path, params).body))


class PageSize:
    """How many rows are asked for at once: less where that is too much, more again below what was.

    Where Meta says that it is too much, half of it is asked for at once. Where a read just breaks, that may be the
    reason: the second time it is asked for by a small page, then by a single row.
    """

    def __init__(self, wire: Wire, rows: int, least: int = 1) -> None:
        self.rows, self.least = rows, min(least, rows)
        self._too_many = rows + 1
        self._broke = 0
        self._wire = wire

    @property
    def patience(self) -> int:
        """How often a page may break: where a single row is not the least, there are better ways than to wait."""
        return IMPATIENT if self.least > 1 else max(1, ATTEMPTS - self._broke)

    def halve(self, failure: GraphFailure) -> None:
        """After it was too much. Raises the failure when it was something else, or cannot be helped."""
        if not too_much_data(failure) or self.rows <= self.least:
            raise failure
        self._lessen(max(self.rows // 2, SMALL_PAGE) if self.rows > SMALL_PAGE else self.rows // 2)

    def broke(self) -> None:
        """The page of this size broke; the second time less is asked for."""
        self._broke += 1
        if self._broke >= IMPATIENT and self.rows > self.least:
            self._lessen(max(SMALL_PAGE if self.rows > SMALL_PAGE else 1, self.least))

    def fitted(self) -> None:
        """A page came."""
        self._broke = 0
        if self.rows * 2 < self._too_many:
            self.rows *= 2

    def _lessen(self, rows: int) -> None:
        self._wire.say(f"{self.rows} rows at once were too much for Meta; asking for {rows}")
        self._too_many, self.rows = self.rows, rows


def pages(
    wire: Wire,
    path: str,
    params: Mapping[str, Any],
    page_size: int,
    first: dict[str, Any] | GraphFailure | None = None,
    *,
    least: int = 1,
    keep: bool = False,
) -> Iterator[Page]:
    """Page after page, asking for fewer rows where they are too much at once; with a cursor that is void, once from the start.

    `first` is the answer to the first page when somebody has asked for it already; below `least` rows it is not asked for.
    With `keep`, rows that are no objects are left out and counted. Raises GraphFailure, OpenEnd for a list without an end.
    """
    edge, after, size = wire.redactor.text(path), None, PageSize(wire, page_size, least)
    end = End(edge)
    if isinstance(first, GraphFailure):
        _refused(wire, size, first)
        first = None
    for _ in range(MAX_PAGES):
        try:
            body = first if first is not None else _fitting(wire, path, {**params, "after": after}, size)
        except GraphFailure as failure:
            if not after or not cursor_is_void(failure) or not end.anew():
                raise
            wire.say(f"Meta takes the cursor of {edge} no more; reading the list again from its start")
            after = None
            continue
        first, size.least = None, 1
        page = end.judged(parse_page(edge, body, keep=keep))
        yield page
        if end.reached(page):
            return
        after = page.after
    raise OddAnswer(f"Meta lists {edge} without an end: {MAX_PAGES} pages and still more.")


def as_far_as(found: Iterator[Page]) -> Iterator[Page]:
    """The same pages; after a failure in their middle those that came are kept, and it is said. Raises GraphFailure before."""
    given = False
    try:
        for page in found:
            given = given or bool(page.rows)
            yield page
    except GraphFailure as failure:
        if not given or not may_be_kept(failure):
            raise
        yield without_rows(str(failure))


def may_be_kept(failure: GraphFailure) -> bool:
    """Whether what came before a failure may stand without the rest: not when the token is dead or Meta locked something."""
    return isinstance(failure, Held) or not failure.ends_the_run


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


def _fitting(wire: Wire, path: str, params: Mapping[str, Any], size: PageSize) -> dict[str, Any]:
    """A page, by as many rows as Meta gives at once."""

    def ask() -> Any:
        try:
            return wire.exchange("GET", path, {**params, "limit": size.rows}).body
        except GraphFailure as failure:
            if perhaps_too_much(failure) and not too_much_data(failure):
                size.broke()
            raise

    while True:
        try:
            body = guarded_read(wire, ask, patience=always(size.patience))
        except GraphFailure as failure:
            size.halve(failure)
        else:
            size.fitted()
            return _object(wire, path, body)


def _refused(wire: Wire, size: PageSize, failure: GraphFailure) -> None:
    """The first page was asked for together with others, and was not given. Raises it when less would help nothing."""
    if too_much_data(failure):
        size.halve(failure)
    elif perhaps_too_much(failure) and wire.wait(reason_of(failure), wait_before(failure, IMPATIENT)):
        for _ in range(IMPATIENT):
            size.broke()
    else:
        raise failure


def _object(wire: Wire, path: str, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise OddAnswer(
            f"Meta answered a read of {wire.redactor.text(path)} with {named(body)} instead of an object: there is nothing"
            " there for this token, or Meta had a passing problem. Check the id, or try again in a few minutes."
        )
    return body
