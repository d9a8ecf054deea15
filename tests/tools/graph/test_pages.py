"""Large lists: smaller pages where Meta cannot give large ones, several lists in one request, rows as they come."""

import json
import threading
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tools.graph.support import Meta, batch_item, error, form_of, ok
from tools.graph import AnswerLost, GraphError, Stream
from tools.graph.listing import ListCall, Page

REFUSAL = {"error": {"code": 100, "error_subcode": 1487534, "message": "too many rows"}}


class Rows:
    """A list of so many rows; a page of more than `most` rows is too much, from `heavier_at` on of more than 25."""

    def __init__(self, count: int, most: int, heavier_at: int = 10**9) -> None:
        self.count, self.most, self.heavier_at = count, most, heavier_at
        self.pages: list[tuple[int, int]] = []
        self.refused: list[int] = []
        self.again: list[int] = []
        """Sizes that were asked for although as few were too much before."""

    def page(self, limit: int, start: int) -> tuple[int, dict[str, Any]]:
        most = self.most if start < self.heavier_at else 25
        self.again += [limit] if limit >= min(self.refused, default=limit + 1) else []
        if limit > most:
            self.refused.append(limit)
            return 400, REFUSAL
        self.pages.append((start, limit))
        end = min(start + limit, self.count)
        paging: dict[str, Any] = {"cursors": {"after": f"c{end}"}}
        if end < self.count:
            paging["next"] = "https://graph.test/next"
        return 200, {"data": [{"n": n} for n in range(start, end)], "paging": paging}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self.batch(json.loads(form_of(request)["batch"]))
        query = request.url.params
        status, body = self.page(int(query["limit"]), int(query.get("after", "c0")[1:]))
        return httpx.Response(status, json=body)

    def batch(self, items: list[dict[str, Any]]) -> httpx.Response:
        answers = []
        for item in items:
            query = httpx.QueryParams(item["relative_url"].partition("?")[2])
            status, body = self.page(int(query["limit"]), int(query.get("after", "c0")[1:]))
            answers.append(batch_item(body, status))
        return httpx.Response(200, json=answers)


def numbered(count: int) -> list[dict[str, int]]:
    return [{"n": n} for n in range(count)]


@given(
    st.integers(0, 900), st.integers(25, 400), st.sampled_from([25, 26, 50, 200, 500]), st.integers(0, 900)
)
@example(63, 124, 500, 63)
def test_halving_a_page_keeps_the_place(count: int, most: int, size: int, heavier_at: int) -> None:
    """Whatever size Meta can give, and should that shrink on the way: all rows, in order, once."""
    side = Rows(count, most, heavier_at)
    listing = Meta(side).reader.read_all("act_1/ads", page_size=size)
    assert listing.rows == numbered(count)
    assert listing.complete
    starts = [start for start, _ in side.pages]
    assert starts == sorted(set(starts))
    assert side.again == []  # a size that was too much is not tried again
    assert min(limit for _, limit in side.pages) >= min(size, 25)


def test_pages_are_made_as_small_as_a_row() -> None:
    """A list of heavy rows is read by ten, by six, by one; what Meta refuses even then is said to be too much."""
    side = Rows(90, most=10)
    assert Meta(side).reader.read_all("act_1/ads", page_size=200).rows == numbered(90)
    assert side.refused == [200, 100, 50, 25, 12]
    side = Rows(3, most=1)
    assert Meta(side).reader.read_all("act_1/ads", page_size=200).rows == numbered(3)
    side = Rows(900, most=0)
    with pytest.raises(GraphError, match="1487534"):
        Meta(side).reader.read_all("act_1/ads", page_size=200)
    assert side.refused == [200, 100, 50, 25, 12, 6, 3, 1]


def test_a_later_page_that_stays_too_much_is_no_end_of_the_list() -> None:
    """A list that breaks off in the middle is a failure, never a shorter list."""
    side = Rows(300, most=100)
    side.heavier_at = 100
    meta = Meta(side)
    original = side.page
    side.page = lambda limit, start: (400, REFUSAL) if start >= 100 else original(limit, start)  # type: ignore[method-assign]
    with pytest.raises(GraphError):
        meta.reader.read_all("act_1/ads", page_size=100)


def test_a_small_page_is_not_made_larger() -> None:
    """A list asked for by ten rows, refused in a batch, is not asked for by 25."""
    side = Rows(30, most=5)
    stream, _ = Meta(side).reader.lists(ListCall("act_1/ads", 10, {}), ListCall("act_1/adsets", 5, {}))
    assert list(stream) == numbered(30)
    assert side.refused == [10]


def test_lists_read_together_cost_one_request_for_their_first_pages() -> None:
    """Three lists begin with one request; the rest comes list by list, as it is asked for."""
    side = Rows(120, most=100)
    meta = Meta(side)
    one, two, three = meta.reader.lists(
        ListCall("act_1/ads", 100, {}), ListCall("act_1/adsets", 100, {}), ListCall("act_1/campaigns", 50, {})
    )
    assert len(meta.requests) == 1
    assert list(one) == numbered(120)
    assert len(meta.requests) == 2
    assert list(three) == numbered(120)
    assert len(meta.requests) == 4
    assert (two.count, two.complete) == (0, False)
    assert list(two) == numbered(120)


def test_a_first_page_that_is_too_much_is_halved_from_there() -> None:
    """A list refused in the common request goes on with half the size, the others as they are."""
    meta = Meta(Rows(120, most=60))
    one, two = meta.reader.lists(ListCall("act_1/ads", 100, {}), ListCall("act_1/adsets", 60, {}))
    assert (list(one), list(two)) == (numbered(120), numbered(120))
    assert [query["limit"] for query in meta.queries()[1:]] == ["50", "50", "50", "60"]


def test_one_list_that_fails_fails_all() -> None:
    """A list that may not be read is said before any row is given."""
    denied = batch_item({"error": {"code": 200, "message": "no"}}, 403)
    meta = Meta(ok([batch_item({"data": []}), denied]))
    with pytest.raises(GraphError, match="200"):
        meta.reader.lists(ListCall("act_1/ads", 100, {}), ListCall("act_1/adsets", 100, {}))


# -- many at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [51, 120, 333])
def test_many_reads_in_parallel_come_back_in_order(count: int) -> None:
    """More than fifty reads are several requests at the same time; the first to answer is not the first in line."""
    all_there = threading.Event()
    order: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        items = json.loads(form_of(request)["batch"])
        if items[0]["relative_url"] == "0":
            assert all_there.wait(10)  # another request is answered meanwhile
        else:
            all_there.set()
        order.append(items[0]["relative_url"])
        return httpx.Response(200, json=[batch_item({"at": item["relative_url"]}) for item in items])

    answers = Meta(reply).reader.get_many([(str(i), {}) for i in range(count)])
    assert answers == [{"at": str(i)} for i in range(count)]
    assert order[0] != "0"


def test_the_first_failure_in_line_is_raised() -> None:
    """When several requests fail, which one is told does not depend on which was faster."""

    def reply(request: httpx.Request) -> httpx.Response:
        first = json.loads(form_of(request)["batch"])[0]["relative_url"]
        return error(190 if first == "0" else 200)(request)

    for _ in range(5):
        with pytest.raises(GraphError, match="190"):
            Meta(reply).reader.get_many([(str(i), {}) for i in range(200)])


def test_a_dead_token_stops_what_waits_in_line() -> None:
    """Forty requests are planned, four at a time; when the first says that the token is dead, most are not sent."""
    meta = Meta(error(190))
    with pytest.raises(GraphError):
        meta.reader.get_many([(str(i), {}) for i in range(2000)])
    assert len(meta.requests) <= 8


# -- what a stream says -----------------------------------------------------------------------------------------


def test_a_stream_says_how_far_it_was_read() -> None:
    """In the middle it says what there is so far, at the end that it is all."""
    stream = Meta(Rows(120, most=50)).reader.insights("act_1/insights", page_size=50)
    rows = iter(stream)
    assert stream.said("rows") == "0 rows, more exist"
    next(rows)
    assert stream.said("rows") == "50 rows, more exist"
    assert len(list(rows)) == 119
    assert (stream.said("rows"), stream.complete) == ("all 120 rows", True)


def test_a_stream_that_breaks_is_not_complete() -> None:
    """After a failure it still says what came, and that there is more."""
    first = {"data": [{"n": 1}], "paging": {"next": "x", "cursors": {"after": "c"}}}
    stream = Meta(ok(first), error(100)).reader.insights("act_1/insights", page_size=50)
    with pytest.raises(GraphError):
        list(stream)
    assert (stream.said("rows"), stream.complete) == ("1 row, more exist", False)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 20)), min_size=1, max_size=6),
    st.integers(0, 12),
)
def test_a_stream_cut_short_is_honest(pages: list[tuple[int, int | None]], most: int) -> None:
    """With `max_rows` a listing is complete just when no row was left, and its total is the last one Meta gave."""
    made = [Page([{}] * rows, more=True, after="c", total=total) for rows, total in pages]
    listing = Stream(made).listing(most)
    everything = sum(rows for rows, _ in pages)
    assert (len(listing.rows), listing.complete) == (min(most, everything), everything <= most)
    totals = [total for _, total in pages[: listing.pages] if total is not None]
    assert listing.total == (totals[-1] if totals else None)


def test_a_page_that_is_no_page_is_a_lost_answer() -> None:
    """An answer without rows is no empty figures."""
    with pytest.raises(AnswerLost):
        list(Meta(ok({"id": "1"})).reader.insights("act_1/insights", page_size=50))
