"""Lists from Graph: rows as they come, and an honest word on how complete they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tools.graph.errors import AnswerLost

Row = dict[str, Any]


class ListCall(NamedTuple):
    """A list to be asked for."""

    path: str
    page_size: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: list[Row]
    more: bool
    after: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list and how complete they are."""

    rows: list[Row]
    pages: int
    complete: bool
    total: int | None = None

    def said(self, noun: str) -> str:
        """For example "61 of 61 ads, 3 pages" or "500 ads, 1 page, more exist"."""
        return _said(noun, len(self.rows), self.pages, self.total, complete=self.complete)


class Stream:
    """The rows of a list, read as they are asked for and not kept. Iterate once; may raise GraphFailure."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = pages
        self.count = 0
        self.pages = 0
        self.total: int | None = None
        self.complete = False

    def __iter__(self) -> Iterator[Row]:
        for page in self._pages:
            self.pages += 1
            self.count += len(page.rows)
            self.total = self.total if page.total is None else page.total
            yield from page.rows
        self.complete = True

    def said(self, noun: str) -> str:
        """What was read so far, as a listing says it."""
        return _said(noun, self.count, self.pages, self.total, complete=self.complete)

    def listing(self, max_rows: int | None = None) -> Listing:
        """All rows, or at most `max_rows` of them when there are more."""
        rows = list[Row]()
        for row in self:
            if max_rows is not None and len(rows) == max_rows:
                return Listing(rows, self.pages, complete=False, total=self.total)
            rows.append(row)
        return Listing(rows, self.pages, complete=True, total=self.total)


def parse_page(edge: str, body: Mapping[str, Any]) -> Page:
    """One page of a list. Raises AnswerLost when it is none; an odd cursor or total counts as absent."""
    rows = body.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerLost(f"Meta answered a list of {edge} without rows.")
    paging, summary = _object(body.get("paging")), _object(body.get("summary"))
    after, total = _object(paging.get("cursors")).get("after"), summary.get("total_count")
    return Page(
        rows,
        more=bool(paging.get("next")),
        after=after if isinstance(after, str) and after else None,
        total=total if type(total) is int else None,
    )


def _said(noun: str, count: int, pages: int, total: int | None, *, complete: bool) -> str:
    of = total if total is not None else count if complete else None
    spelled = f"{pages} page" + ("" if pages == 1 else "s")
    if of is None:
        return f"{count} {noun}, {spelled}, more exist"
    return f"{count} of {of} {noun}, {spelled}"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
