"""Custom audiences: lists of customers with people in and out, audiences by rule, and lookalikes."""

from __future__ import annotations

import hashlib
import json

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import PIXEL

AUDIENCES, CUSTOMERS = f"{DEMO_ACCOUNT}/customaudiences", "6040000000001"
LIST = {"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
RULE = {
    "event_sources": [{"type": "pixel", "id": PIXEL}],
    "retention_seconds": 86400,
    "filter": {"operator": "and"},
}
VISITORS = {"inclusions": {"operator": "or", "rules": [RULE]}}
LOOKALIKE = {"name": "Alike", "subtype": "LOOKALIKE", "origin_audience_id": CUSTOMERS}
SPEC = {"type": "similarity", "country": "US", "ratio": 0.01}


def hashed(number):
    """A row of one address."""
    return [hashlib.sha256(f"p{number}@northwind.example".encode()).hexdigest()]


def payload(numbers, **more):
    """People by number."""
    return {"schema": ["EMAIL"], "data": [hashed(number) for number in numbers], **more}


def size(graph, audience):
    """How many are shown."""
    return graph.get(audience, fields="approximate_count_lower_bound")["approximate_count_lower_bound"]


@pytest.fixture
def buyers(graph):
    """A list of customers, empty."""
    return graph.post(AUDIENCES, **LIST)["id"]


def test_a_list_is_made_changed_and_deleted(graph, buyers):
    """It is listed and read with Meta's fields; afterwards it is gone (100/33)."""
    graph.post(buyers, name="Buyers 2026", description="All of them")
    shown = graph.get(
        buyers, fields="name,subtype,description,operation_status,customer_file_source,time_created"
    )
    assert (shown["name"], shown["subtype"], shown["operation_status"]["code"]) == (
        "Buyers 2026",
        "CUSTOM",
        200,
    )
    assert buyers in [row["id"] for row in graph.get(AUDIENCES, fields="name")["data"]]
    assert graph.http.delete(buyers).json() == {"success": True}
    assert graph.error("GET", buyers)["error_subcode"] == 33
    assert buyers not in [row["id"] for row in graph.get(AUDIENCES)["data"]]
    assert graph.error("GET", CUSTOMERS, fields="approximate_count")["code"] == 100


def test_people_go_in_and_out(graph, buyers):
    """Each person counts once; a session holds several calls, and each call says what it got."""
    assert size(graph, buyers) == -1
    first = graph.post(f"{buyers}/users", payload=payload(range(4000)))
    assert (first["audience_id"], first["num_received"], first["num_invalid_entries"]) == (buyers, 4000, 0)
    assert first["invalid_entry_samples"] == {}
    graph.post(f"{buyers}/users", payload=payload(range(3000, 5000)))
    assert size(graph, buyers) == 2700
    for batch in (1, 2):
        session = {
            "session_id": 7,
            "batch_seq": batch,
            "last_batch_flag": batch == 2,
            "estimated_num_total": 2000,
        }
        given = graph.post(f"{buyers}/users", payload=payload(range(batch * 1000)), session=session)
        assert given["session_id"] == "7"
    session = graph.get(f"{buyers}/sessions", session_id="7")["data"][0]
    assert (session["num_received"], session["stage"]) == ("3000", "completed")
    gone = graph.http.request("DELETE", f"{buyers}/users", data={"payload": json.dumps(payload(range(1000)))})
    assert gone.json()["num_received"] == 1000
    assert size(graph, buyers) == 2200


def test_a_replacement_counts_when_its_last_batch_came(graph, buyers):
    """Until then the old people stay; one call without a session is whole."""
    graph.post(f"{buyers}/users", payload=payload(range(4000)))
    opened = {"session_id": 1, "batch_seq": 1, "last_batch_flag": False}
    graph.post(f"{buyers}/usersreplace", payload=payload(range(5000, 7000)), session=opened)
    assert size(graph, buyers) == 2200
    assert graph.error("POST", f"{buyers}/users", payload=payload([1]), session=opened)["code"] == 2650
    closed = opened | {"batch_seq": 2, "last_batch_flag": True}
    graph.post(f"{buyers}/usersreplace", payload=payload(range(7000, 12000)), session=closed)
    assert size(graph, buyers) == 3800
    graph.post(f"{buyers}/usersreplace", payload=payload([1]))
    assert size(graph, buyers) == 1000


def test_a_replacement_takes_ninety_minutes_at_most(graph, buyers):
    """Afterwards its session is refused."""
    opened = {"session_id": 1, "batch_seq": 1, "last_batch_flag": False}
    graph.post(f"{buyers}/usersreplace", payload=payload([1]), session=opened)
    world = graph.app.state.world
    world.move(world.clock() + 91 * 60)
    assert graph.error("POST", f"{buyers}/usersreplace", payload=payload([2]), session=opened)["code"] == 2650


def test_rows_that_do_not_fit_are_counted(graph, buyers):
    """What is no hash, or has too many cells, is left out, and the rest taken; raw rows need no hash."""
    rows = [
        [*hashed(1), ""],
        ["me@northwind.example", ""],
        ["", ""],
        hashed(2),
        "x",
        [None, ""],
        ["", hashed(3)[0].upper()],
    ]
    sent = {"schema": ["EMAIL", "PHONE"], "data": rows}
    given = graph.post(f"{buyers}/users", payload=sent)
    assert (given["num_received"], given["num_invalid_entries"]) == (7, 5)
    assert sorted(given["invalid_entry_samples"]) == ["1", "2", "3", "4", "5"]
    raw = {"schema": ["EMAIL", "EXTERN_ID"], "data": [["me@northwind.example", "7"]], "is_raw": True}
    assert graph.post(f"{buyers}/users", payload=raw)["num_invalid_entries"] == 0
    single = {"schema": "EMAIL_SHA256", "data": hashed(1)}
    assert graph.post(f"{buyers}/users", payload=single)["num_invalid_entries"] == 0


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (None, 100),
        ({"data": [hashed(1)]}, 100),
        ({"schema": ["EMAIL"]}, 100),
        ({"schema": ["EMAIL"], "data": "x"}, 100),
        ({"schema": ["SHOE_SIZE"], "data": [["9"]]}, 100),
        ({"schema": ["UID"], "data": [["9"]]}, 100),
        (payload(range(10_001)), 100),
    ],
)
def test_refused_uploads(graph, buyers, sent, code):
    """A payload without schema or data, of unknown keys or more than 10,000 rows is refused."""
    assert graph.error("POST", f"{buyers}/users", **({"payload": sent} if sent else {}))["code"] == code


def test_people_cannot_be_put_into_an_audience_by_rule(graph):
    """It has its people from Meta (2650)."""
    made = graph.post(AUDIENCES, name="Visitors", rule=VISITORS, retention_days=1)["id"]
    assert graph.get(made, fields="subtype")["subtype"] == "WEBSITE"
    assert graph.error("POST", f"{made}/users", payload=payload([1]))["code"] == 2650


def test_a_lookalike_is_made_once(graph):
    """With its share of a country's people; the same again is 2654/1713007, another share is not."""
    made = graph.post(AUDIENCES, **LOOKALIKE, lookalike_spec=SPEC)["id"]
    shown = graph.get(made, fields="subtype,lookalike_spec,approximate_count_upper_bound")
    assert (shown["subtype"], json.loads(shown["lookalike_spec"])["country"]) == ("LOOKALIKE", "US")
    assert shown["approximate_count_upper_bound"] > 2_000_000
    assert graph.error("POST", AUDIENCES, **LOOKALIKE, lookalike_spec=SPEC)["error_subcode"] == 1713007
    assert graph.post(AUDIENCES, **LOOKALIKE, lookalike_spec=SPEC | {"ratio": 0.05})["id"]
    by_place = {
        "ratio": 0.02,
        "starting_ratio": 0.01,
        "location_spec": {"geo_locations": {"countries": ["US", "DE"]}},
    }
    assert graph.post(AUDIENCES, **LOOKALIKE, lookalike_spec=by_place)["id"]
    assert made in graph.get(CUSTOMERS, fields="lookalike_audience_ids")["lookalike_audience_ids"]
    graph.http.delete(made)
    assert graph.post(AUDIENCES, **LOOKALIKE, lookalike_spec=SPEC)["id"]


@pytest.mark.parametrize(
    ("asked", "code", "subcode"),
    [
        (LIST | {"name": ""}, 100, None),
        (LIST | {"subtype": "FRIENDS"}, 100, None),
        ({"name": "L", "subtype": "CUSTOM"}, 100, None),
        (LIST | {"customer_file_source": "THE_STREET"}, 100, None),
        ({"name": "W", "subtype": "WEBSITE"}, 100, None),
        ({"name": "W", "subtype": "WEBSITE", "rule": VISITORS}, 2654, 1870053),
        (
            {"name": "W", "rule": {"inclusions": {"rules": [{"event_sources": [{"type": "pixel"}]}]}}},
            100,
            1713098,
        ),
        ({"name": "W", "rule": {}}, 100, 1713098),
        (LOOKALIKE, 100, None),
        (LOOKALIKE | {"lookalike_spec": {"ratio": 0.01}}, 100, None),
        (LOOKALIKE | {"lookalike_spec": {"country": "US"}}, 2654, None),
        (LOOKALIKE | {"lookalike_spec": SPEC | {"ratio": 0.5}}, 100, None),
        (LOOKALIKE | {"lookalike_spec": SPEC | {"ratio": 0.015}}, 100, None),
        (LOOKALIKE | {"lookalike_spec": SPEC | {"ratio": "much"}}, 100, None),
        (LOOKALIKE | {"lookalike_spec": SPEC, "origin_audience_id": "1"}, 100, None),
    ],
)
def test_refused_audiences(graph, asked, code, subcode):
    """What is missing or does not go together is refused as Meta refuses it, and nothing is made."""
    before = graph.get(AUDIENCES)
    error = graph.error("POST", AUDIENCES, **asked)
    assert (error["code"], error.get("error_subcode")) == (code, subcode)
    assert graph.get(AUDIENCES) == before


def test_a_source_of_too_few_people_makes_no_lookalike(graph, buyers):
    """A hundred are needed (2654)."""
    graph.post(f"{buyers}/users", payload=payload(range(99)))
    wanted = LOOKALIKE | {"origin_audience_id": buyers, "lookalike_spec": SPEC}
    assert graph.error("POST", AUDIENCES, **wanted)["code"] == 2654
    graph.post(f"{buyers}/users", payload=payload([100]))
    assert graph.post(AUDIENCES, **wanted)["id"]


def test_terms_that_nobody_accepted(graph):
    """In the account in yen they are open: 200/1870090, and the account says so."""
    error = graph.error("POST", "act_234567890/customaudiences", **LIST)
    assert (error["code"], error["error_subcode"]) == (200, 1870090)
    assert graph.get("act_234567890", fields="tos_accepted")["tos_accepted"] == {}
    assert graph.get(DEMO_ACCOUNT, fields="tos_accepted")["tos_accepted"]["custom_audience_tos"] == 1


def test_a_lookalike_is_the_same_by_source_country_and_size(graph):
    """The name of its source, the word for its size and a country named twice make no other one."""
    graph.post(AUDIENCES, **LOOKALIKE, lookalike_spec={"country": "US", "ratio": 0.01})
    by_type = {"type": "similarity", "location_spec": {"geo_locations": {"countries": ["US", "US"]}}}
    assert graph.error("POST", AUDIENCES, **LOOKALIKE, lookalike_spec=by_type)["error_subcode"] == 1713007


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "LOOKALIKE", "lookalike_spec": {"country": "US", "type": ["reach"]}},
        {"rule": {"inclusions": {"rules": [{"event_sources": {"a": 1}, "filter": {}}]}}},
        {"rule": {"inclusions": {"rules": [{"event_sources": 5, "filter": {}}]}}},
    ],
)
def test_an_odd_audience_is_refused_as_wrong(graph, odd):
    """Never as an error that passes: clients would try it again and again."""
    given = LOOKALIKE if "lookalike_spec" in odd else {"name": "Odd"}
    error = graph.error("POST", AUDIENCES, **{**given, **odd})
    assert error["code"] in {100, 2654}
    assert not error.get("is_transient")


def test_people_are_not_listed(graph, buyers):
    """Neither the rows that were sent nor what a pixel was told of them."""
    rows = {"schema": ["EMAIL"], "is_raw": True, "data": [["jane@example.com"]]}
    graph.post(f"{buyers}/users", payload=rows)
    assert "jane@example.com" not in json.dumps(graph.http.get("http://sandbox/sandbox/requests").json())
