"""Figures however many they are. The one policy: what is too much is asked for by less at a time.

1. At once, by smaller pages. 2. As a report that Meta prepares, the halves of one that fails side by side. 3. In parts:
fewer days, then fewer objects, each at once, down to a page of one row. What came once is not given twice, and what is
not additive is never parted by days (docs/graph-api.md §7.6).
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from tools.graph.errors import GraphFailure, OddAnswer, cursor_is_void, too_heavy, too_much_data
from tools.graph.listing import LeftOut, OpenEnd, Page, without_rows
from tools.graph.pages import SMALL_PAGE, as_far_as, may_be_kept, pages, read_object, together
from tools.graph.reports import parts
from tools.graph.reports.job import ReportFailed, finished
from tools.graph.wire import Wire

Params = Mapping[str, Any]

MOST_FAILURES = 100
"""So many questions in a row may be refused; where none is answered, less helps nothing."""


def figures(
    wire: Wire,
    path: str,
    params: Params,
    *,
    page_size: int,
    first: dict[str, Any] | GraphFailure | None = None,
    large: bool = False,
    keep: bool = False,
) -> Iterator[Page]:
    """The pages of figures; `first` is an answer that is there already, `large` begins with a report.

    With `keep`, parts that Meta does not give are left out and named in a page without rows. Raises GraphFailure.
    """
    found = _Reading(wire, path, page_size, keep=keep).all(params, first, large=large)
    yield from as_far_as(found) if keep else found


class _Run(NamedTuple):
    """A part of the question, and its report if Meta has prepared one."""

    params: Params
    run_id: str = ""
    failed: GraphFailure | None = None


class _Rows:
    """The rows given so far, told apart by what they are of."""

    def __init__(self, params: Params) -> None:
        self.keys = parts.keys(params)
        self.count = 0
        self._seen = array("q")
        """Eight bytes a row, until they are compared: seldom is anything read again."""
        self._known: set[int] | None = None
        self.left_out = LeftOut()
        self.again = False
        """Whether what is read from now on may have been given already."""

    def new(self, page: Page) -> Page:
        """The page without what was given already."""
        if self.keys:
            keys = [hash(tuple(str(row.get(key)) for key in self.keys)) for row in page.rows]
            if self.again:
                known = self._known = set(self._seen) if self._known is None else self._known
                rows = [row for row, key in zip(page.rows, keys, strict=True) if key not in known]
                page = replace(page, rows=rows)
            if self._known is None:
                self._seen.extend(keys)
            else:
                self._known.update(keys)
        self.count += len(page.rows)
        return self.left_out.new(page)


class _Lengths:
    """From how many days on it was too much, by how narrow the question is: what is as long is not tried again."""

    def __init__(self) -> None:
        self.fitted = False
        self._most = dict[int, int]()

    def too_long(self, params: Params) -> bool:
        return 0 < self._most.get(len(params.get("filtering") or ()), 10**6) <= parts.days(params)

    def failed(self, params: Params) -> None:
        narrow = len(params.get("filtering") or ())
        self._most[narrow] = min(self._most.get(narrow, 10**6), parts.days(params) or 10**6)


class _Reading:
    """One question, in as many parts as it takes."""

    def __init__(self, wire: Wire, path: str, page_size: int, *, keep: bool) -> None:
        self._wire, self._path, self._size, self._keep = wire, path, page_size, keep
        self._failures = 0
        self._no_reports = False
        self._direct, self._reports = _Lengths(), _Lengths()
        self._missing: GraphFailure | None = None

    def all(
        self, params: Params, first: dict[str, Any] | GraphFailure | None, *, large: bool
    ) -> Iterator[Page]:
        """See `figures`."""
        rows, tried = _Rows(params), not large
        if isinstance(first, GraphFailure) and not too_much_data(first):
            self._failed(first, rows)
        elif not large:
            try:
                yield from self._given(rows, self._at_once(params, self._size, SMALL_PAGE, first))
                return  # noqa: TRY300
            except GraphFailure as failure:
                self._failed(failure, rows)
        for run in self._runs(params, given=rows.count > 0):
            yield from self._run(run, rows, tried=tried and run.params is params)
        if self._missing and not rows.count:
            raise self._missing

    def _runs(self, params: Params, *, given: bool) -> list[_Run]:
        """Finished reports that together hold what was asked for, and what Meta makes no report of."""
        if self._no_reports:
            return [_Run(params)]
        smaller = self._days(params, "", "", given=given) if self._reports.too_long(params) else []
        if not smaller:
            try:
                run = _Run(params, finished(self._wire, self._path, params))
            except ReportFailed as failed:
                self._count(failed)
                self._reports.failed(params)
                smaller = self._days(params, failed.since, failed.until, given=given)
                if not smaller:
                    return [self._once_more(params, failed)]
                self._wire.say("Meta could not prepare the report; asking for half of its days at a time")
            except GraphFailure as failure:
                if not too_heavy(failure) and not isinstance(failure, OddAnswer):
                    raise
                self._no_reports = True
                return [_Run(params, failed=failure)]
            else:
                self._reports.fitted = True
                return [run]
        jobs = [partial(self._runs, part, given=given) for part in smaller]
        # Until one has been made, the next half would only fail beside the first.
        found = together(self._wire, jobs) if self._reports.fitted else [job() for job in jobs]
        return [run for runs in found for run in runs]

    def _once_more(self, params: Params, failed: ReportFailed) -> _Run:
        """The same report again, where it cannot be smaller: some fail once."""
        if failed.stalled:
            return _Run(params, failed=failed)
        try:
            return _Run(params, finished(self._wire, self._path, params))
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise
            self._no_reports = not self._reports.fitted
            return _Run(params, failed=failed)

    def _run(self, run: _Run, rows: _Rows, *, tried: bool) -> Iterator[Page]:
        """The rows of a finished report, or of what there is none of."""
        failed, before = run.failed, rows.count
        if run.run_id:
            try:
                found = pages(self._wire, f"{run.run_id}/insights", {}, self._size, keep=self._keep)
                yield from self._given(rows, found)
                return  # noqa: TRY300
            except GraphFailure as failure:
                failed = self._failed(failure, rows)
        yield from self._in_parts(run.params, rows, failed, given=rows.count > before, tried=tried)

    def _in_parts(
        self, params: Params, rows: _Rows, failed: GraphFailure | None, *, given: bool, tried: bool = False
    ) -> Iterator[Page]:
        """At once by small pages, else in parts, else by a page of one row."""
        before, smaller = rows.count, list[dict[str, Any]]()
        tried = tried or self._direct.too_long(params)
        for size, least in ((self._size, SMALL_PAGE), (SMALL_PAGE // 2, 1)):
            try:
                if not tried or least == 1:
                    yield from self._given(rows, self._at_once(params, min(size, self._size), least, None))
                    return
            except GraphFailure as failure:
                failed = failed or failure
                if not isinstance(failure, OddAnswer):
                    self._failed(failure, rows)
            self._direct.failed(params)
            given = given or rows.count > before
            if smaller := self._smaller(params, given=given):
                break
        for part in smaller:
            self._wire.say(f"reading less at a time from Meta: {parts.named(part)}")
            yield from self._in_parts(part, rows, None, given=given)
        if not smaller:
            yield self._without(params, failed or OddAnswer("Meta gave no figures."))

    def _without(self, params: Params, failed: GraphFailure) -> Page:
        """What stands for a part that Meta does not give. Raises the failure where all or nothing is wanted."""
        if not self._keep or not may_be_kept(failed):
            raise failed
        self._missing = self._missing or failed
        return without_rows(f"{parts.named(params)} is missing ({str(failed).rstrip('.')})")

    def _at_once(
        self, params: Params, size: int, least: int, first: dict[str, Any] | GraphFailure | None
    ) -> Iterator[Page]:
        return pages(self._wire, self._path, params, size, first, least=least, keep=self._keep)

    def _given(self, rows: _Rows, found: Iterator[Page]) -> Iterator[Page]:
        """Pages as they are given; an empty one that leads to itself is the end, as far as Meta shows it."""
        before = rows.left_out.read
        try:
            for page in found:
                self._failures = 0
                yield rows.new(page)
        except OpenEnd as end:
            if not end.empty and not self._keep:
                raise
            yield without_rows(str(end))
        except GraphFailure:
            rows.left_out.read = before
            raise

    def _failed(self, failure: GraphFailure, rows: _Rows) -> GraphFailure:
        """Go on after a failure that another way may help. Raises it when none may, or when rows would be given twice."""
        helped = too_heavy(failure) or cursor_is_void(failure)
        if not helped or (rows.count and not rows.keys):
            raise failure
        self._count(failure)
        rows.again = rows.again or rows.count > 0
        return failure

    def _count(self, failure: GraphFailure) -> None:
        self._failures += 1
        if self._failures > MOST_FAILURES:
            raise failure

    def _smaller(self, params: Params, *, given: bool) -> list[dict[str, Any]]:
        """Parts that hold all rows of the question: fewer days, else fewer objects; none when there are none."""
        if smaller := self._days(params, "", "", given=given) or parts.listed_objects(params):
            return smaller
        for level in parts.levels_below(params):
            ids = self._ids(params, level)
            if ids is None:
                break
            if len(ids) > 1:
                cut = len(ids) // 2
                return [parts.of_objects(params, level, some) for some in (ids[:cut], ids[cut:])]
        return []

    def _days(self, params: Params, since: str, until: str, *, given: bool) -> list[dict[str, Any]]:
        """Halves of its days; none where rows would not stay what they are, or what was `given`."""
        if not parts.separable(params) or (given and not parts.by_date(params)):
            return []
        if not (since and until) and not params.get("time_range"):
            since, until = self._span(params)
        return parts.halves(params, since, until)

    def _span(self, params: Params) -> tuple[str, str]:
        """The days that a preset stands for, as a row of all of it says; nothing when Meta does not."""
        asked = {"fields": "impressions", "date_preset": params.get("date_preset"), "limit": 1}
        try:
            found = read_object(self._wire, self._path, asked).get("data")
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise
            return "", ""
        row = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
        return str(row.get("date_start") or ""), str(row.get("date_stop") or "")

    def _ids(self, params: Params, level: str) -> list[str] | None:
        """The objects of a level that have figures; None when Meta does not say."""
        asked, found = parts.who(params, level), dict[str, None]()
        try:
            for page in pages(self._wire, self._path, asked, self._size, least=SMALL_PAGE):
                found |= {str(row[f"{level}_id"]): None for row in page.rows if row.get(f"{level}_id")}
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise
            return None
        return list(found)
