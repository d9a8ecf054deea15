"""Reads from Graph: one object, whole lists, figures of any size, many calls at once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from tools.graph import batch
from tools.graph.allowance import READ_POINTS, WRITE_POINTS
from tools.graph.day_slices import Answer, most_objects, sliced
from tools.graph.errors import GraphFailure, too_heavy
from tools.graph.listing import ONE, ListCall, Listing, Page, Stream
from tools.graph.pages import IMPATIENT, as_far_as, pages, read_object, together
from tools.graph.reports import figures
from tools.graph.request import Item, item
from tools.graph.retry import ATTEMPTS, guarded_read, may_repeat
from tools.graph.wire import Wire

Call = tuple[str, Mapping[str, Any]]


class GraphReader:
    """All reading goes through here; it has no way to write."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object. Raises GraphFailure."""
        return read_object(self._wire, path, params)

    def read_all(
        self,
        path: str,
        *,
        page_size: int = 200,
        max_rows: int | None = None,
        keep: bool = False,
        **params: Any,
    ) -> Listing:
        """All rows of an edge, page by page until there is no next (docs/graph-api.md §6).

        Stops early only when there are more than `max_rows`, or with `keep` when the rest cannot be read, and then says
        so in the listing. Without, such a list is no proof of what is not in it, and GraphFailure is raised.
        """
        return self._list(ListCall(path, page_size, params, keep)).listing(max_rows)

    def _list(self, call: ListCall, first: dict[str, Any] | GraphFailure | None = None) -> Stream:
        found = pages(self._wire, call.path, call.params, call.page_size, first, keep=call.keep)
        return Stream(as_far_as(found) if call.keep else found)

    def lists(self, *calls: ListCall) -> list[Stream]:
        """Several lists; all first pages in one request, the others as they are asked for, and so what was too much in it.

        Figures by day that go beyond a page are asked for in slices of days, in one request more. Raises GraphFailure.
        """
        firsts = self._firsts(calls)
        ads = most_objects(calls, firsts)
        slices = [sliced(call, first, ads) for call, first in zip(calls, firsts, strict=True)]
        found = iter(self._firsts([one for some in slices for one in some]))
        return [
            Stream(chain.from_iterable([self._figures(one, next(found)) for one in some]))
            if some
            else Stream(self._figures(call, first))
            if call.path.endswith("/insights")
            else Stream(self._object(call, first))
            if call.page_size == ONE
            else self._list(call, first)
            for call, first, some in zip(calls, firsts, slices, strict=True)
        ]

    def _firsts(self, calls: Sequence[ListCall]) -> list[Answer]:
        """The first pages of lists, or that they were too much; None where all together were."""
        items = [item("GET", call.path, {**call.params, "limit": call.page_size or None}) for call in calls]
        firsts: list[Answer] = [None] * len(calls)
        try:
            firsts[:] = self._in_batches(items, READ_POINTS, patience=IMPATIENT)
        except GraphFailure as failure:
            if not too_heavy(failure):
                raise
        for first in firsts:
            if isinstance(first, GraphFailure) and not too_heavy(first):
                raise first
        return firsts

    def _object(self, call: ListCall, first: Answer) -> Iterator[Page]:
        row = first if isinstance(first, dict) else read_object(self._wire, call.path, call.params)
        yield Page([row], more=False, after=None, total=None)

    def _figures(self, call: ListCall, first: Answer) -> Iterator[Page]:
        return figures(self._wire, call.path, call.params, page_size=call.page_size, first=first)

    def insights(
        self, path: str, *, page_size: int, large: bool = False, keep: bool = False, **params: Any
    ) -> Stream:
        """Figures, as they come: at once, or by a report that Meta prepares when they are `large` or prove too large.

        What is too much even for that is asked for in parts; sums over a period then come as several rows. With `keep`
        the stream says which parts Meta does not give, and has the others.
        """
        return Stream(figures(self._wire, path, params, page_size=page_size, large=large, keep=keep))

    def get_many(self, calls: Sequence[Call]) -> list[dict[str, Any] | GraphFailure]:
        """Many reads in as few requests as possible; one outcome per call, in order.

        Raises GraphFailure when a request as a whole fails.
        """
        return self._in_batches([item("GET", path, params) for path, params in calls], READ_POINTS)

    def _in_batches(
        self, items: Sequence[Item], points: int, *, patience: int = ATTEMPTS
    ) -> list[dict[str, Any] | GraphFailure]:
        governor = self._wire.governor
        size = min(batch.MAX_ITEMS, governor.largest_batch(points) if governor else batch.MAX_ITEMS)
        chunks = [items[i : i + size] for i in range(0, len(items), size)]
        answered = together(self._wire, [partial(self._batch, chunk, patience) for chunk in chunks])
        return [answer for answers in answered for answer in answers]

    def validate(self, calls: Sequence[Call]) -> list[dict[str, Any] | GraphFailure]:
        """Ask Meta whether it would take new objects, which it then does not make (docs/graph-api.md §8.8).

        One outcome per call, in order. Raises GraphFailure when a request as a whole fails.
        """
        only = {"execution_options": ["validate_only"]}
        items = [item("POST", path, {**params, **only}) for path, params in calls]
        return self._in_batches(items, WRITE_POINTS)

    def _batch(self, items: Sequence[Item], patience: int) -> list[dict[str, Any] | GraphFailure]:
        """One batch; items that failed in passing are asked again, without the others. One that breaks is halved."""
        answers: dict[int, dict[str, Any] | GraphFailure] = {}
        left = list(range(len(items)))

        def ask() -> None:
            answers.update(zip(left, batch.send(self._wire, [items[i] for i in left]), strict=True))
            failures = {i: a for i, a in answers.items() if isinstance(a, GraphFailure)}
            left[:] = [i for i, failure in failures.items() if may_repeat(failure)]
            if left:
                raise max((failures[i] for i in left), key=lambda failure: failure.wait_s or 0)

        def enough() -> int:
            return patience if answers or len(items) == 1 else IMPATIENT

        try:
            guarded_read(self._wire, ask, patience=enough)
        except GraphFailure as failure:
            if not answers and too_heavy(failure) and len(items) > 1:
                cut = len(items) // 2
                self._wire.say(f"a batch of {len(items)} reads was too much for Meta; asking for {cut}")
                return [*self._batch(items[:cut], patience), *self._batch(items[cut:], patience)]
            if not answers:
                raise
            if failure not in answers.values():  # the last request failed as a whole
                answers |= dict.fromkeys(left, failure)
        return [answers[i] for i in range(len(items))]
