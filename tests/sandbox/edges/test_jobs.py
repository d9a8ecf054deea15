"""Named sets of calls in the background, and custom conversions."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import PIXEL

AD, CAMPAIGN = "23848000000001", "23846000000002"
EDGE = f"{DEMO_ACCOUNT}/async_batch_requests"
NEW = "name=N&objective=OUTCOME_SALES&special_ad_categories=%5B%5D&is_adset_budget_sharing_enabled=false"
CALLS = [
    {"name": "made", "relative_url": f"{DEMO_ACCOUNT}/campaigns", "body": NEW},
    {"name": "named", "relative_url": "{result=made:$.id}", "body": "name=M"},
    {"name": "bad", "relative_url": AD, "body": "status=ON"},
]


def test_calls_are_carried_out_and_counted(graph):
    """Each call goes well or fails by itself, may use earlier results, and can be looked up."""
    made = graph.post(EDGE, name="Night", adbatch=CALLS)["id"]
    fields = "name,owner_id,total_count,success_count,error_count,in_progress_count,is_completed"
    shown = graph.get(made, fields=fields)
    counts = [shown[f"{name}_count"] for name in ("total", "success", "error", "in_progress")]
    assert (shown["name"], counts, shown["is_completed"]) == ("Night", [3, 2, 1, 0], True)
    jobs = graph.get(f"{made}/requests", fields="status,result,input,async_request_set{id}")["data"][::-1]
    assert [job["status"] for job in jobs] == ["SUCCESS", "SUCCESS", "ERROR"]
    assert graph.get(jobs[0]["result"]["id"], fields="name")["name"] == "M"
    assert jobs[2]["result"]["error"]["code"] == 100
    assert {job["async_request_set"]["id"] for job in jobs} == {made}
    assert [row["id"] for row in graph.get(f"{DEMO_ACCOUNT}/asyncadrequestsets")["data"]] == [made]


def test_there_is_no_protection_against_doubles(graph):
    """The same name twice does everything twice."""
    for _ in range(2):
        graph.post(EDGE, name="Night", adbatch=CALLS[:1])
    assert (
        len(
            [
                row
                for row in graph.everything(f"{DEMO_ACCOUNT}/campaigns", fields="name")
                if row["name"] == "N"
            ]
        )
        == 2
    )


def test_a_lost_answer_has_done_its_work(graph):
    """A set can be lost after it was carried out, like any write."""
    rule = {"path": "/*/async_batch_requests", "html": 502, "when": "after"}
    graph.http.post("http://sandbox/sandbox/faults", json=[rule])
    assert (
        graph.http.post(
            EDGE, data={"name": "x", "adbatch": f'[{{"name":"n","relative_url":"{AD}","body":"name=Z"}}]'}
        ).status_code
        == 502
    )
    assert graph.get(AD, fields="name")["name"] == "Z"


@pytest.mark.parametrize(
    "params",
    [
        {"name": "x"},
        {"name": "x", "adbatch": []},
        {"name": "x", "adbatch": [5]},
        {"name": "x", "adbatch": [{"name": "n"}]},
        {"name": "x", "adbatch": CALLS[:1] * 51},
        {"adbatch": CALLS},
    ],
)
def test_bad_sets_do_nothing(graph, params):
    """A set that is none is refused as a whole."""
    before = graph.get(f"{DEMO_ACCOUNT}/campaigns", summary=True)["summary"]
    assert graph.error("POST", EDGE, **params)["code"] == 100
    assert graph.get(f"{DEMO_ACCOUNT}/campaigns", summary=True)["summary"] == before


def test_a_reading_token_starts_no_set(connect, graph):
    """Writing needs ads_management, in the background, too."""
    weak = connect(graph.app, "sandbox-readonly")
    assert weak.error("POST", EDGE, name="x", adbatch=CALLS)["code"] == 294


CONVERSION = {
    "name": "Signup",
    "event_source_id": PIXEL,
    "rule": {"url": {"i_contains": "thanks"}},
    "custom_event_type": "LEAD",
}


def test_a_custom_conversion_can_be_optimised_for(graph):
    """It is made, listed, read, and taken as what an ad set promotes."""
    made = graph.post(f"{DEMO_ACCOUNT}/customconversions", **CONVERSION)["id"]
    shown = graph.get(made, fields="name,custom_event_type,pixel")
    assert (shown["name"], shown["custom_event_type"], shown["pixel"]) == ("Signup", "LEAD", {"id": PIXEL})
    assert made in {row["id"] for row in graph.get(f"{DEMO_ACCOUNT}/customconversions")["data"]}
    graph.post(
        f"{DEMO_ACCOUNT}/adsets", name="S", campaign_id=CAMPAIGN, billing_event="IMPRESSIONS", daily_budget=5000,
        optimization_goal="OFFSITE_CONVERSIONS", targeting={"geo_locations": {"countries": ["US"]}},
        promoted_object={"custom_conversion_id": made},
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"rule": "x"}, {"rule": {}}, {"event_source_id": "5"}, {"custom_event_type": "SALE"}, {"name": ""}],
)
def test_bad_conversions_are_refused(graph, change):
    """A conversion has a name, a rule, and a pixel that is there."""
    assert graph.error("POST", f"{DEMO_ACCOUNT}/customconversions", **CONVERSION | change)["code"] == 100
