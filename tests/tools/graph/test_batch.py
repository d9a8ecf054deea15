"""Batches: one request, one outcome per item in order, and what was not answered is unknown."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import Meta, batch_item, broken, error, jsons, ok, usage_header
from tools.graph import AnswerLost, Executed, Family, GraphError, GraphFailure, NotSent
from tools.graph.batch import MAX_ITEMS, send
from tools.graph.request import item
from tools.graph.writer import WriteRequest


def items(count: int) -> list[dict[str, Any]]:
    return [item("POST", str(n), {"status": "PAUSED"}) for n in range(count)]


# A raw answer of one item, with what it must be read as: a marker of success, an error code, or unknown (None).
answered = st.integers(1, 10**9).map(lambda n: (batch_item({"id": str(n)}), str(n)))
refused = st.sampled_from([17, 100, 190, 200, 368, 613, 2, 99999]).flatmap(
    lambda code: st.sampled_from([200, 400, 500]).map(
        lambda status: (batch_item({"error": {"code": code, "message": "no"}}, status), code)
    )
)
unknown = st.sampled_from(
    [
        None,
        3,
        True,
        "text",
        [],
        {},
        {"code": 200},
        {"code": 200, "body": None},
        {"code": 200, "body": ""},
        {"code": 200, "body": "<html>"},
        {"code": 200, "body": {"id": "1"}},
        {"code": 200, "body": "[" * 100_000},
        {"code": 200, "body": '["id"]'},
        {"code": 200, "body": "true"},
        {"code": 200, "body": '{"error": "no"}'},
        {"code": 500, "body": "{}"},
        {"code": 400, "body": '{"id": "1"}'},
        {"code": 302, "body": '{"id": "1"}'},
        {"code": "200", "body": '{"id": "1"}'},
        {"code": True, "body": '{"id": "1"}'},
        {"body": '{"id": "1"}'},
    ]
).map(lambda raw: (raw, None))
mixed = st.lists(answered | refused | unknown, max_size=55)


def expect(outcome: Any, expected: str | int | None) -> None:
    """Check one outcome against what its raw answer must be read as."""
    if isinstance(expected, str):
        assert outcome == {"id": expected}
    elif expected is None:
        assert type(outcome) is AnswerLost
        assert outcome.executed is Executed.UNKNOWN
    else:
        assert isinstance(outcome, GraphError)
        assert outcome.code == expected


@given(mixed, st.integers(1, MAX_ITEMS))
def test_any_mix_of_answers_gives_one_outcome_each(
    answers: list[tuple[Any, str | int | None]], count: int
) -> None:
    """Whatever comes back, too short or too long a list included, each item has its own outcome, in order."""
    meta = Meta(ok([raw for raw, _ in answers]))
    outcomes = send(meta.wire, items(count))
    expected = [value for _, value in answers] + [None] * count
    assert len(outcomes) == count
    for outcome, value in zip(outcomes, expected, strict=False):
        expect(outcome, value)


@given(mixed, st.integers(2, MAX_ITEMS))
def test_a_batch_of_writes_is_one_request(answers: list[tuple[Any, str | int | None]], count: int) -> None:
    """Writes are never asked about again by the client, whatever part of the batch stayed without an answer."""
    meta = Meta(ok([raw for raw, _ in answers]))
    outcomes = meta.writer.send([WriteRequest("POST", str(n), {}) for n in range(count)])
    assert (len(outcomes), len(meta.requests), meta.waits) == (count, 1, [])
    for outcome, value in zip(outcomes, [v for _, v in answers] + [None] * count, strict=False):
        expect(outcome, value)


@given(st.lists(jsons, max_size=6))
def test_any_json_as_answers_is_read(answers: list[Any]) -> None:
    """A list of any JSON values gives outcomes without raising; none of them is taken for a success."""
    outcomes = send(Meta(ok(answers)).wire, items(5))
    assert [isinstance(outcome, GraphFailure) for outcome in outcomes] == [True] * 5


@given(jsons)
def test_any_json_as_headers_is_read(headers: Any) -> None:
    """Junk in place of an item's headers does not touch its answer."""
    (outcome,) = send(Meta(ok([batch_item({"id": "1"}, headers=headers)])).wire, items(1))
    assert outcome == {"id": "1"}


@pytest.mark.parametrize("body", [{"id": "1"}, {}, "text", 3, True])
def test_a_batch_answered_with_no_list_is_lost(body: Any) -> None:
    """An answer that is no list leaves every item unknown."""
    with pytest.raises(AnswerLost):
        send(Meta(ok(body)).wire, items(2))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (broken(httpx.ConnectError), NotSent),
        (broken(httpx.ReadTimeout), AnswerLost),
        (error(960), GraphError),
        (ok({"error": {"code": 4, "message": "limit"}}), GraphError),
    ],
)
def test_a_batch_that_fails_as_a_whole(reply: Any, kind: type[GraphFailure]) -> None:
    """A failure of the request is the failure of each write in it."""
    outcomes = Meta(reply).writer.send([WriteRequest("POST", str(n), {}) for n in range(3)])
    assert [type(outcome) for outcome in outcomes] == [kind] * 3
    assert len({id(outcome) for outcome in outcomes}) == 1


def test_the_wait_of_an_item_is_its_own() -> None:
    """Usage headers of an item make the wait of its error, not that of its neighbours."""
    headers = [{"name": name.upper(), "value": value} for name, value in usage_header(3).items()]
    throttled = {"error": {"code": 17, "message": "limit"}}
    one, other = send(
        Meta(ok([batch_item(throttled, 400, headers), batch_item(throttled, 400)])).wire, items(2)
    )
    assert isinstance(one, GraphError)
    assert isinstance(other, GraphError)
    assert (one.family, one.wait_s, other.wait_s) == (Family.THROTTLE, 180, None)


def test_what_goes_over_the_wire() -> None:
    """A batch is a form field of JSON, posted to the root of the version; reads carry a query, writes a body."""
    meta = Meta(ok([batch_item({"id": "1"})] * 3))
    send(
        meta.wire,
        [
            item("GET", "/act_1/ads/", {"fields": "id,name", "effective_status": ["ACTIVE"], "after": None}),
            item("POST", "act_1/ads", {"name": "Größe & Co = 50 %", "creative": {"creative_id": "7"}}),
            item("GET", "123", {}),
        ],
    )
    (request,) = meta.requests
    assert (request.method, request.url.path, request.url.query) == ("POST", "/v26.0/", b"")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert list(meta.forms()[0]) == ["batch"]
    assert json.loads(meta.forms()[0]["batch"]) == [
        {"method": "GET", "relative_url": "act_1/ads?fields=id%2Cname&effective_status=%5B%22ACTIVE%22%5D"},
        {
            "method": "POST",
            "relative_url": "act_1/ads",
            "body": "name=Gr%C3%B6%C3%9Fe+%26+Co+%3D+50+%25&creative=%7B%22creative_id%22%3A%227%22%7D",
            "omit_response_on_success": False,
        },
        {"method": "GET", "relative_url": "123"},
    ]


@pytest.mark.parametrize("count", [0, 51, 100])
def test_a_batch_has_one_to_fifty_items(count: int) -> None:
    """An empty batch and one of more than 50 are refused before anything is sent."""
    meta = Meta(ok([]))
    with pytest.raises(ValueError, match="1 to 50"):
        send(meta.wire, items(count))
    assert meta.requests == []
