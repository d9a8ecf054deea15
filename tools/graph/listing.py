"""Lists from Graph: rows as they come, where they end, and an honest word on how complete they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tools.graph.answers import named
from tools.graph.errors import OddAnswer

Row = dict[str, Any]

MOST_EMPTY = 12
"""So many empty pages in a row are followed: some are, where Meta hides rows from this token (docs/graph-api.md §6)."""


ONE = 0
"""As a page size: what is asked for is one object, which comes as the only row."""


class ListCall(NamedTuple):
    """A list to be asked for."""

    path: str
    page_size: int
    params: Mapping[str, Any]
    keep: bool = False
    """Whether it is for a person: what comes is kept, and what is missing said. Not for figures."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: list[Row]
    more: bool
    after: str | None
    total: int | None
    doubt: str = ""
    """What is missing, where a list goes on or ends without it."""
    left_out: int = 0
    """So many rows were no objects."""


def without_rows(doubt: str) -> Page:
    """What stands for rows that could not be read."""
    return Page([], more=False, after=None, total=None, doubt=doubt)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list and how complete they are."""

    rows: list[Row]
    pages: int
    complete: bool
    total: int | None = None
    doubt: str = ""

    def said(self, noun: str) -> str:
        """For example "all 61 ads" or "500 ads, more exist"."""
        return _said(noun, len(self.rows), self.total, complete=self.complete, doubt=self.doubt)


class Stream:
    """The rows of a list, read as they are asked for and not kept. Iterate once; may raise GraphFailure."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = pages
        self._doubts: dict[str, None] = {}
        self._left_out = 0
        self.count = 0
        self.pages = 0
        self.total: int | None = None
        self.complete = False

    def __iter__(self) -> Iterator[Row]:
        for page in self._pages:
            if page.doubt:
                self._doubts[page.doubt] = None
                continue
            self.pages += 1
            self.count += len(page.rows)
            self._left_out += page.left_out
            self.total = self.total if page.total is None else page.total
            yield from page.rows
        self.complete = not self.doubt

    @property
    def doubt(self) -> str:
        """What is missing, as far as it was read."""
        odd = f"{self._left_out} of the rows left out, being no objects" if self._left_out else ""
        return "; ".join(filter(None, (odd, *self._doubts)))

    def said(self, noun: str) -> str:
        """What was read so far, as a listing says it."""
        return _said(noun, self.count, self.total, complete=self.complete, doubt=self.doubt)

    def listing(self, max_rows: int | None = None) -> Listing:
        """All rows, or at most `max_rows` of them when there are more."""
        rows = list[Row]()
        for row in self:
            if max_rows is not None and len(rows) == max_rows:
                return Listing(rows, self.pages, complete=False, total=self.total, doubt=self.doubt)
            rows.append(row)
        return Listing(rows, self.pages, complete=self.complete, total=self.total, doubt=self.doubt)


class OpenEnd(OddAnswer):
    """Meta promises more of a list and gives no way to it."""

    def __init__(self, why: str, *, empty: bool) -> None:
        super().__init__(why)
        self.empty = empty
        """Whether its last page was empty and leads to itself: nothing comes after it, whatever is promised."""


class LeftOut:
    """Counts rows that were no objects once, however often what holds them is read from its start."""

    def __init__(self) -> None:
        self._told = 0
        self.read = 0
        """So many stand in what was read, without what is read again."""

    def new(self, page: Page) -> Page:
        """The page with those that were not told yet."""
        self.read += page.left_out
        more = max(0, self.read - self._told)
        self._told += more
        return replace(page, left_out=more)


class End:
    """Tells whether a list goes on: by its cursors, its rows and its own total."""

    def __init__(self, edge: str) -> None:
        self._edge = edge
        self._given = set[str]()
        self._nameless = False
        self._left_out = LeftOut()
        self._begin()

    def _begin(self) -> None:
        self._seen: set[str | None] = {None}
        self._last: list[Row] = []
        self._ids: set[str] = set()
        self._count = 0
        self._total: int | None = None
        self._empty = 0
        self._stuck = False
        self._left_out.read = 0

    def anew(self) -> bool:
        """Begin the list again, without the objects that were given; False where rows cannot be told apart."""
        if self._nameless or self._given:
            return False
        self._given = self._ids
        self._begin()
        return True

    def judged(self, page: Page) -> Page:
        """The page, without what was given already: no object is given twice, and no page that leads to itself."""
        self._stuck = page.after in self._seen
        again = self._stuck and page.rows == self._last
        self._seen.add(page.after)
        self._last = page.rows or self._last
        rows = [] if again else [row for row in page.rows if self._is_new(row)]
        self._count += len(rows)
        self._empty = 0 if rows else self._empty + 1
        self._total = self._total if page.total is None else page.total
        page = self._left_out.new(page)
        return replace(page, rows=[row for row in rows if not self._was_given(row.get("id"))])

    def _was_given(self, name: object) -> bool:
        """Whether an object came before the list was begun anew."""
        return isinstance(name, str) and name in self._given

    def _is_new(self, row: Row) -> bool:
        """Whether its object was not given yet: pages overlap where the list grows while it is read."""
        name = row.get("id")
        if not isinstance(name, str):
            self._nameless = True
            return True
        new = name not in self._ids
        self._ids.add(name)
        return new

    def reached(self, page: Page) -> bool:
        """Whether this judged page was the last; it is, too, when all are there by the list's own total. Raises OpenEnd."""
        if not page.more:
            return True
        if not self._stuck and not self._empty:
            return False
        if self._total is not None and self._count >= self._total:
            return True
        if self._stuck:
            why = f"Meta promised more rows of {self._edge} but gave no way to reach them."
            raise OpenEnd(why, empty=self._empty > 0)
        if self._empty >= MOST_EMPTY:
            why = f"Meta promised more rows of {self._edge} but gave {self._empty} empty pages."
            raise OpenEnd(why, empty=False)
        return False


def parse_page(edge: str, body: Mapping[str, Any], *, keep: bool = False) -> Page:
    """One page of a list; an odd cursor or total counts as absent.

    Rows that are no objects are counted with `keep`, and left out. Raises OddAnswer without, and when it is no page.
    """
    found = body.get("data")
    if not isinstance(found, list):
        raise OddAnswer(f"Meta answered a list of {edge} without rows.")
    rows = [row for row in found if isinstance(row, dict)]
    left_out = len(found) - len(rows)
    if left_out and not keep:
        odd = next(row for row in found if not isinstance(row, dict))
        raise OddAnswer(
            f"Meta answered a list of {edge} with {named(odd)} instead of an object in {left_out} of {len(found)} rows."
            " What is decided by it needs all of them: try again in a few minutes."
        )
    paging, summary = _object(body.get("paging")), _object(body.get("summary"))
    after, total = _object(paging.get("cursors")).get("after"), summary.get("total_count")
    return Page(
        rows,
        more=bool(paging.get("next")),
        after=after if isinstance(after, str) and after else None,
        total=total if type(total) is int else None,
        left_out=left_out,
    )


def _said(noun: str, count: int, total: int | None, *, complete: bool, doubt: str) -> str:
    """How many there are of what, in the plural, and whether that is all."""
    of = total if total is not None and total >= count else count if complete else None
    one = noun.removesuffix("s")
    counted = f"{count} {one if count == 1 else noun}"
    if of is not None and of != count:
        counted = f"{count} of {of} {one if of == 1 else noun}"
    if doubt:
        return f"{counted}, not all: {doubt.rstrip('.')}"
    if of != count:
        return counted if of else f"{counted}, more exist"
    return {0: f"no {noun}", 1: f"1 {one}, the only one"}.get(count, f"all {counted}")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
