"""Reading: whole lists in order with an honest word on completeness, and many calls at once."""

import json
import math
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tools.graph.support import Meta, batch_item, broken, error, form_of, jsons, ok, usage_header
from tools.graph import AnswerLost, GraphError, GraphFailure, Listing, NotSent
from tools.graph.listing import MOST_EMPTY, ListCall

splits = st.lists(st.lists(st.integers(), max_size=5), min_size=1, max_size=12)


def page(rows: list[Any], after: Any = "C", *, more: bool = True, **rest: Any) -> dict[str, Any]:
    """A page as Graph gives it; its last one has a cursor too, but no next."""
    paging: dict[str, Any] = {"cursors": {"before": "B", "after": after}}
    if more:
        paging["next"] = "https://evil.test/v26.0/next?access_token=EAAx&after=wrong"
    return {"data": rows, "paging": paging} | rest


def pages_of(pages: list[list[int]]) -> Meta:
    """A server that gives these pages by cursor, and nothing by following `next`."""

    def reply(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "graph.test"
        index = int(request.url.params.get("after", "c0")[1:])
        rows = [{"n": n} for n in pages[index]]
        return httpx.Response(200, json=page(rows, f"c{index + 1}", more=index + 1 < len(pages)))

    return Meta(reply)


@given(splits)
def test_any_split_into_pages_gives_all_rows(pages: list[list[int]]) -> None:
    """However rows are split, with empty and short pages, all come in order and the pages are counted."""
    meta = pages_of(pages)
    rows = [{"n": n} for rows in pages for n in rows]
    assert meta.reader.read_all("act_1/ads", page_size=7) == Listing(rows, len(pages), complete=True)
    assert [query.get("after") for query in meta.queries()] == [
        None,
        *(f"c{i}" for i in range(1, len(pages))),
    ]
    assert {query["limit"] for query in meta.queries()} == {"7"}


@given(splits, st.integers(0, 30))
def test_a_listing_cut_short_says_so(pages: list[list[int]], most: int) -> None:
    """With `max_rows` there are never more rows, and the listing is complete just when nothing was left out."""
    listing = pages_of(pages).reader.read_all("act_1/ads", max_rows=most)
    rows = [{"n": n} for rows in pages for n in rows]
    enough = next((i for i in range(1, len(pages)) if sum(map(len, pages[:i])) > most), len(pages))
    assert listing == Listing(rows[:most], enough, complete=len(rows) <= most)


@given(st.integers(1, 6), st.integers(0, 5))
def test_cursors_that_go_round_are_an_error(length: int, tail: int) -> None:
    """A server whose cursors come back, after any number of steps, is an error, not an endless loop."""
    cursors = [f"t{i}" for i in range(tail)] + [f"c{i}" for i in range(length)] * 2
    meta = Meta(*(ok(page([{"n": 1}], cursor)) for cursor in cursors), ok(page([], more=False)))
    with pytest.raises(AnswerLost, match="promised more rows"):
        meta.reader.read_all("act_1/ads")
    assert len(meta.requests) == tail + length + 1


@pytest.mark.parametrize(
    "paging",
    [
        {"next": "https://graph.test/x"},
        {"next": "https://graph.test/x", "cursors": {}},
        {"next": "https://graph.test/x", "cursors": None},
        {"next": "https://graph.test/x", "cursors": "c"},
        {"next": "https://graph.test/x", "cursors": {"after": ""}},
        {"next": "https://graph.test/x", "cursors": {"after": None}},
        {"next": "https://graph.test/x", "cursors": {"after": 5}},
        {"next": "https://graph.test/x", "cursors": {"after": ["c"]}},
    ],
)
def test_a_next_without_a_cursor_is_an_error(paging: dict[str, Any]) -> None:
    """When Meta says there is more but gives no cursor, the rows so far are not passed off as all."""
    meta = Meta(ok({"data": [{"id": "1"}], "paging": paging}))
    with pytest.raises(AnswerLost, match="promised more rows"):
        meta.reader.read_all("act_1/ads")
    assert len(meta.requests) == 1


def test_a_list_without_an_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that invents a new cursor for ever is given up after a fixed number of pages."""
    monkeypatch.setattr("tools.graph.pages.MAX_PAGES", 7)
    cursors = iter(range(1000))
    meta = Meta(lambda _: httpx.Response(200, json=page([], f"c{next(cursors)}")))
    with pytest.raises(AnswerLost, match="without an end"):
        meta.reader.read_all("act_1/ads")
    assert len(meta.requests) == 7


@pytest.mark.parametrize("data", [None, {}, "rows", 3, [1], [{"id": "1"}, None], [[{"id": "1"}]]])
def test_a_list_without_rows_is_an_error(data: Any) -> None:
    """A list whose `data` is not a list of objects is no empty list."""
    with pytest.raises(AnswerLost, match=r"without rows|instead of an object in 1 of"):
        Meta(ok({"data": data})).reader.read_all("act_1/ads")
    with pytest.raises(AnswerLost, match="without rows"):
        Meta(ok({"id": "1"})).reader.read_all("act_1/ads")


@given(jsons, jsons, jsons)
@example([{"": math.nan}], None, None)  # equal to nothing, so that texts are compared
def test_any_page_is_read_or_an_answer_lost(data: Any, paging: Any, summary: Any) -> None:
    """Any JSON in the places of a page's parts gives a listing or AnswerLost, nothing else."""
    meta = Meta(ok({"data": data, "paging": paging, "summary": summary}), ok({"data": []}))
    try:
        listing = meta.reader.read_all("act_1/ads")
    except AnswerLost:
        assert len(meta.requests) <= 2
    else:
        assert json.dumps(listing.rows) == json.dumps(data)
        assert listing.complete


@pytest.mark.parametrize("body", [[], ["x"], "text", 3, True, None])
def test_an_object_is_an_object(body: Any) -> None:
    """A read of one object that is answered with something else is a lost answer."""
    meta = Meta(lambda _: httpx.Response(200, json=body))
    with pytest.raises(AnswerLost):
        meta.reader.get("123")


def test_a_throttle_in_the_middle_repeats_one_page() -> None:
    """A page that failed in passing is asked again with the same cursor; no row is doubled or lost."""
    meta = Meta(
        ok(page([{"n": 1}], "a")),
        error(17, headers=usage_header(1)),
        broken(httpx.ReadTimeout),
        ok(page([{"n": 2}], "b")),
        ok(page([{"n": 3}], more=False)),
    )
    listing = meta.reader.read_all("act_1/ads")
    assert listing == Listing([{"n": 1}, {"n": 2}, {"n": 3}], 3, complete=True)
    assert [query.get("after") for query in meta.queries()] == [None, "a", "a", "a", "b"]
    assert meta.waits == [60, 20]


def test_an_error_in_the_middle_gives_no_half_list() -> None:
    """A page that cannot be read fails the listing instead of ending it."""
    meta = Meta(ok(page([{"n": 1}])), error(100, message="cursor too deep"))
    with pytest.raises(GraphError):
        meta.reader.read_all("act_1/ads")


def test_parameters_go_with_every_page() -> None:
    """Fields and filters are sent with each page, not only the first."""
    meta = Meta(ok(page([{"n": 1}])), ok(page([{"n": 2}], more=False)))
    meta.reader.read_all("act_1/ads", fields="id,name", effective_status=["ACTIVE"], date_preset=None)
    for query in meta.queries():
        assert query | {"after": ""} == {
            "fields": "id,name",
            "effective_status": '["ACTIVE"]',
            "limit": "200",
            "after": "",
        }


@pytest.mark.parametrize(
    ("totals", "total"),
    [
        ([137, None], 137),
        ([137, 138], 138),
        ([None, None], None),
        (["137", None], None),
        ([True, None], None),
    ],
)
def test_the_total_is_what_meta_counted(totals: list[Any], total: int | None) -> None:
    """The total is Meta's last whole number, and absent when Meta gave none."""
    first, last = ({"total_count": value} for value in totals)
    meta = Meta(ok(page([{"n": 1}], summary=first)), ok(page([{"n": 2}], more=False, summary=last)))
    assert meta.reader.read_all("act_1/ads", summary="true").total == total


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        (Listing([{}] * 61, 3, complete=True), "all 61 ads"),
        (Listing([{}] * 61, 3, complete=True, total=61), "all 61 ads"),
        (Listing([{}] * 60, 1, complete=True, total=61), "60 of 61 ads"),
        (Listing([{}] * 500, 1, complete=False), "500 ads, more exist"),
        (Listing([{}] * 500, 1, complete=False, total=1200), "500 of 1200 ads"),
        (Listing([], 1, complete=True), "no ads"),
        (Listing([], 1, complete=True, total=1), "0 of 1 ad"),
        (Listing([{}], 1, complete=True), "1 ad, the only one"),
        (Listing([{}], 1, complete=False), "1 ad, more exist"),
    ],
)
def test_what_a_listing_says(listing: Listing, said: str) -> None:
    """A listing says how many of how many, and that more exist when the number is unknown."""
    assert listing.said("ads") == said


@given(st.integers(0, 120))
def test_many_reads_come_back_in_order(count: int) -> None:
    """Any number of reads is one request per 50, with an answer for each in order."""

    def reply(request: httpx.Request) -> httpx.Response:
        items = json.loads(form_of(request)["batch"])
        return httpx.Response(200, json=[batch_item({"at": item["relative_url"]}) for item in items])

    meta = Meta(reply)
    answers = meta.reader.get_many([(f"{i}", {"fields": "id"}) for i in range(count)])
    assert answers == [{"at": f"{i}?fields=id"} for i in range(count)]
    sizes = sorted((len(batch) for batch in meta.batches()), reverse=True)  # they are sent at the same time
    assert sizes == [min(50, count - i) for i in range(0, count, 50)]
    assert meta.wire.stats.batch_items == count


def test_items_that_failed_in_passing_are_asked_again() -> None:
    """Unanswered, throttled and passing items of a batch of reads are asked again, the settled ones are not."""
    headers = [{"name": name, "value": value} for name, value in usage_header(1).items()]
    meta = Meta(
        ok(
            [
                batch_item({"n": 0}),
                None,
                batch_item({"error": {"code": 100, "message": "no"}}, 400),
                batch_item({"error": {"code": 17, "message": "slow"}}, 400, headers),
                batch_item({"error": {"code": 2, "message": "later"}}, 500),
            ]
        ),
        ok([batch_item({"n": 1}), None, batch_item({"n": 4})]),
        ok([batch_item({"n": 3})]),
    )
    answers = meta.reader.get_many([(str(i), {}) for i in range(5)])
    refused = answers.pop(2)
    assert answers == [{"n": 0}, {"n": 1}, {"n": 3}, {"n": 4}]
    assert isinstance(refused, GraphError)
    assert [[item["relative_url"] for item in batch] for batch in meta.batches()] == [
        ["0", "1", "2", "3", "4"],
        ["1", "3", "4"],
        ["3"],
    ]
    assert meta.waits == [60, 20]


def test_items_that_never_come_are_unknown() -> None:
    """After four requests an item keeps its own last failure; what was answered stays answered."""
    down = batch_item({"error": {"code": 2, "message": "down"}}, 500)
    meta = Meta(ok([batch_item({"n": 0}), None, down]), ok([None, down]))
    first, second, third = meta.reader.get_many([("0", {}), ("1", {}), ("2", {})])
    assert first == {"n": 0}
    assert isinstance(second, AnswerLost)
    assert isinstance(third, GraphError)
    assert (len(meta.requests), meta.waits) == (4, [10, 20, 40])


def test_a_request_that_fails_later_keeps_what_was_answered() -> None:
    """When asking again fails as a whole, only the items still open carry that failure."""
    meta = Meta(ok([None, batch_item({"n": 1})]), error(190))
    first, second = meta.reader.get_many([("0", {}), ("1", {})])
    assert isinstance(first, GraphError)
    assert first.ends_the_run
    assert second == {"n": 1}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(error(190), GraphError), (broken(httpx.ConnectError), NotSent), (ok({"id": "1"}), AnswerLost)],
)
def test_a_batch_of_reads_that_fails_as_a_whole_raises(reply: Any, kind: type[GraphFailure]) -> None:
    """When no request got through, there are no outcomes to give."""
    with pytest.raises(kind):
        Meta(reply).reader.get_many([("0", {}), ("1", {})])


def test_no_reads_are_no_request() -> None:
    """Asking for nothing asks nobody."""
    meta = Meta(ok())
    assert meta.reader.get_many([]) == []
    assert meta.requests == []


# -- where a list ends ------------------------------------------------------------------------------------------

TOTAL = {"summary": {"total_count": 2}}


def test_a_list_that_is_complete_by_its_own_total_is_complete() -> None:
    """An empty page that leads to itself, or to ever new cursors, takes nothing from a list whose total is reached."""
    first = page([{"id": "1"}, {"id": "2"}], "a", **TOTAL)
    for cursors in (["a"], ["b"], [None]):
        meta = Meta(ok(first), *(ok(page([], cursor)) for cursor in cursors))
        listing = meta.reader.read_all("act_1/ads", summary="true")
        assert (len(listing.rows), listing.complete, len(meta.requests)) == (2, True, 2)
        assert listing.said("ads") == "all 2 ads"
    alone = Meta(ok(page([{"id": "1"}, {"id": "2"}], None, **TOTAL)))
    assert alone.reader.read_all("act_1/ads", summary="true").complete
    assert len(alone.requests) == 1


@pytest.mark.parametrize("cursor", ["a", None])
def test_an_empty_page_that_leads_nowhere_is_no_proof_of_the_end(cursor: str | None) -> None:
    """Without a total it is an error where a list must be whole, and said where what came may be kept."""
    replies = [ok(page([{"id": "1"}], "a")), ok(page([], cursor))]
    with pytest.raises(AnswerLost, match="promised more rows"):
        Meta(*replies).reader.read_all("act_1/ads")
    listing = Meta(*replies).reader.read_all("act_1/ads", keep=True)
    assert (listing.rows, listing.complete) == ([{"id": "1"}], False)
    assert "1 ad, not all: Meta promised more rows of act_1/ads" in listing.said("ads")


@pytest.mark.parametrize("total", [None, 5])
def test_empty_pages_with_ever_new_cursors_are_followed_a_few_times(total: int | None) -> None:
    """A dozen, because some pages are honestly empty; then it is said how many rows there are."""
    cursors = iter(range(1000))
    rows = iter([[{"id": "1"}]])
    rest = {"summary": {"total_count": total}}
    reply = lambda _: httpx.Response(200, json=page(next(rows, []), f"c{next(cursors)}", **rest))  # noqa: E731
    meta = Meta(reply)
    listing = meta.reader.read_all("act_1/ads", keep=True)
    assert len(meta.requests) == 1 + MOST_EMPTY <= 20
    assert listing.said("ads").startswith("1 of 5 ads, " if total else "1 ad, ")
    assert "12 empty pages" in listing.said("ads")


def test_rows_after_empty_pages_are_read() -> None:
    """Empty pages in the middle are no end."""
    pages = [[1], [], [], [2], [], [3]]
    assert [row["n"] for row in pages_of(pages).reader.read_all("act_1/ads").rows] == [1, 2, 3]


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "c", "d"]])
def test_the_same_page_again_doubles_no_row(cursors: list[str]) -> None:
    """A cursor that repeats, or a server that does not hear it: rows with an id are taken once."""
    same = [{"id": "1"}, {"id": "2"}]
    meta = Meta(*(ok(page(same, cursor)) for cursor in cursors), ok(page([], more=False)))
    assert meta.reader.read_all("act_1/ads", keep=True).rows == same


def test_pages_that_overlap_double_no_object() -> None:
    """A list that grows while it is read gives an ad on two pages, or twice on one: it is taken once, and counted so."""
    twice = [{"id": "1"}, {"id": "2"}, {"id": "1"}]
    replies = [ok(page(twice, "a")), ok(page([{"id": "2"}, {"id": "3"}], more=False))]
    listing = Meta(*replies).reader.read_all("act_1/ads")
    assert [row["id"] for row in listing.rows] == ["1", "2", "3"]
    assert listing.said("ads") == "all 3 ads"


def test_a_total_below_what_came_is_not_told() -> None:
    """Meta counts late: "2 of 1 ads" would help nobody."""
    late = page([{"id": "1"}, {"id": "2"}], more=False, summary={"total_count": 1})
    assert Meta(ok(late)).reader.read_all("act_1/ads").said("ads") == "all 2 ads"


def test_what_came_before_a_failure_is_kept_only_where_that_is_asked_for() -> None:
    """A list for a person says what is missing; a dead token is no gap in a list."""
    replies = [ok(page([{"id": "1"}], "a")), error(100, message="cursor too deep")]
    listing = Meta(*replies).reader.read_all("act_1/ads", keep=True)
    assert listing.said("ads").startswith("1 ad, not all: Meta error 100: cursor too deep")
    with pytest.raises(GraphError):
        Meta(ok(page([{"id": "1"}], "a")), error(190)).reader.read_all("act_1/ads", keep=True)
    with pytest.raises(GraphError):
        Meta(error(100)).reader.read_all("act_1/ads", keep=True)


def test_rows_that_are_no_objects_are_left_out_only_where_that_is_asked_for() -> None:
    """A person gets the other rows and how many are left out; what decides about writes says what is wrong instead."""
    replies = [ok(page([None, {"id": "1"}, 7], "a")), ok(page(["x", {"id": "2"}], more=False, **TOTAL))]
    listing = Meta(*replies).reader.read_all("act_1/ads", keep=True)
    assert [row["id"] for row in listing.rows] == ["1", "2"]
    assert listing.said("ads") == "2 ads, not all: 3 of the rows left out, being no objects"
    with pytest.raises(AnswerLost, match=r"act_1/ads with `null` instead of an object in 2 of 3 rows"):
        Meta(*replies).reader.read_all("act_1/ads")
    figures = [ok(page([None, {"ad_id": "1"}], more=False))]
    stream = Meta(*figures).reader.insights("act_1/insights", page_size=9, keep=True)
    assert (list(stream), stream.complete) == ([{"ad_id": "1"}], False)
    with pytest.raises(AnswerLost, match="instead of an object"):
        list(Meta(*figures).reader.insights("act_1/insights", page_size=9))


def test_a_row_that_is_no_object_is_counted_once_when_its_list_is_read_again() -> None:
    """A void cursor leads to the same odd rows again; those behind it are counted as they come."""
    void = error(2642, message="(#2642) Invalid cursors values")
    begin = ok(page([None, {"id": "1"}], "a"))
    listing = Meta(begin, void, begin, ok(page([7, {"id": "2"}], more=False))).reader.read_all(
        "act_1/ads", keep=True
    )
    assert listing.said("ads").endswith("not all: 2 of the rows left out, being no objects")


def test_a_list_whose_cursor_is_void_is_begun_anew_once() -> None:
    """2642 in the middle: read again from the start, no object twice; the second time, or of rows without ids, what came is kept or it fails."""
    void, first = error(2642, message="(#2642) Invalid cursors values"), ok(page([{"id": "1"}], "a"))
    long = [ok(page([{"id": str(i)}], f"c{i}")) for i in range(MOST_EMPTY + 3)]
    rest = ok(page([{"id": "last"}], more=False))
    meta = Meta(*long, void, *long, rest)
    listing = meta.reader.read_all("act_1/ads")
    assert [row["id"] for row in listing.rows] == [*(str(i) for i in range(MOST_EMPTY + 3)), "last"]
    assert listing.complete
    assert [query.get("after") for query in meta.queries()].count(None) == 2
    again = [first, void, first, void]
    assert "1 ad, not all: Meta error 2642" in Meta(*again).reader.read_all("e", keep=True).said("ads")
    for replies in (again, [ok(page([{"n": 1}], "a")), void], [void]):
        with pytest.raises(GraphError, match="2642"):
            Meta(*replies).reader.read_all("act_1/ads")


def test_figures_end_where_an_empty_page_leads_to_itself() -> None:
    """Meta's reports do that at their end; a cursor that repeats with rows is no end."""
    stream = Meta(ok(page([{"n": 1}], "a")), ok(page([], "a"))).reader.insights("act_1/insights", page_size=5)
    assert list(stream) == [{"n": 1}]
    assert not stream.complete
    looping = Meta(ok(page([{"n": 1}], "a")), ok(page([{"n": 2}], "a")))
    with pytest.raises(AnswerLost):
        list(looping.reader.insights("act_1/insights", page_size=5))


def test_lists_that_decide_about_writes_stay_strict() -> None:
    """Lists read together have no way to be kept in part: an end that is open is an error."""
    items = [batch_item(page([{"id": "1"}], "a")), batch_item({"data": []})]
    one, _ = Meta(ok(items), ok(page([], "a"))).reader.lists(
        ListCall("act_1/ads", 5, {}), ListCall("act_1/adsets", 5, {})
    )
    with pytest.raises(AnswerLost, match="promised more rows"):
        list(one)
