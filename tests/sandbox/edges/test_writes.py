"""Writes: status, budgets, names and labels, each seen by the reads that follow."""

from __future__ import annotations

import json

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

AD, CAMPAIGN, SHARED = "23848000000001", "23846000000002", "23846000000001"


def test_pause_is_seen_everywhere(graph):
    """A pause is in the node, in the lists and, newest first, in the activity log."""
    assert graph.post(AD, status="PAUSED", fields="name,effective_status") == {
        "success": True, "id": AD, "name": "Static – Tent 20% off", "effective_status": "PAUSED",
    }  # fmt: skip
    assert graph.get(AD, fields="status,configured_status") == {
        "id": AD,
        "status": "PAUSED",
        "configured_status": "PAUSED",
    }
    assert AD in {ad["id"] for ad in graph.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["PAUSED"])}
    graph.post(AD, status="ACTIVE")
    newest, older = graph.get(f"{DEMO_ACCOUNT}/activities", oid=AD)["data"]
    assert newest["event_type"] == older["event_type"] == "update_ad_run_status"
    assert json.loads(older["extra_data"]) == {
        "field": "status",
        "old_value": "ACTIVE",
        "new_value": "PAUSED",
    }
    assert json.loads(newest["extra_data"])["new_value"] == "ACTIVE"


def test_same_status_again_is_no_event(graph):
    """Setting what is set succeeds and logs nothing."""
    assert graph.post(AD, status="ACTIVE") == {"success": True}
    assert graph.get(f"{DEMO_ACCOUNT}/activities")["data"] == []


def test_parents_decide(graph):
    """A paused parent hides the state of what is below; un-pausing restores it."""
    graph.post(ADSET, status="PAUSED")
    assert graph.get(AD, fields="status,effective_status") == {
        "id": AD,
        "status": "ACTIVE",
        "effective_status": "ADSET_PAUSED",
    }
    graph.post(CAMPAIGN, status="PAUSED")
    assert graph.get(AD, fields="effective_status")["effective_status"] == "CAMPAIGN_PAUSED"
    assert graph.get(ADSET, fields="effective_status")["effective_status"] == "CAMPAIGN_PAUSED"
    graph.post(CAMPAIGN, status="ACTIVE")
    graph.post(ADSET, status="ACTIVE")
    assert graph.get(AD, fields="effective_status")["effective_status"] == "ACTIVE"


def test_archive_and_delete_are_one_way(graph):
    """Archived objects can be renamed and deleted only; deleted ones leave the lists but keep their id."""
    graph.post(AD, status="ARCHIVED")
    assert graph.error("POST", AD, status="ACTIVE")["code"] == 100
    assert graph.post(AD, name="Old tent") == {"success": True}
    assert graph.http.delete(AD).json() == {"success": True}
    assert graph.error("POST", AD, status="PAUSED")["error_subcode"] == 1487056
    assert graph.get(AD, fields="name,effective_status")["effective_status"] == "DELETED"
    assert graph.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["DELETED"]) == []


def test_archived_parent_takes_its_ads_along(graph):
    """Ads of an archived campaign are archived and cannot be switched."""
    graph.post(CAMPAIGN, status="ARCHIVED")
    assert graph.get(AD, fields="effective_status")["effective_status"] == "ARCHIVED"
    assert graph.error("POST", AD, creative={"creative_id": "23849000000002"})["error_subcode"] == 1487056


def test_budget(graph):
    """A budget is whole minor units and comes back as a string."""
    graph.post(ADSET, daily_budget=12345)
    assert graph.get(ADSET, fields="daily_budget")["daily_budget"] == "12345"
    assert graph.get(f"{DEMO_ACCOUNT}/activities")["data"][0]["event_type"] == "update_ad_set_budget"
    graph.post(SHARED, daily_budget=50000)
    assert graph.get(f"{DEMO_ACCOUNT}/activities")["data"][0]["event_type"] == "update_campaign_budget"


@pytest.mark.parametrize(
    ("node", "params", "subcode"),
    [
        (ADSET, {"daily_budget": 99}, 1885272),
        (ADSET, {"daily_budget": "12.50"}, None),
        (ADSET, {"lifetime_budget": 100_000}, None),
        ("23847000000002", {"daily_budget": 5000}, 1885621),
        (CAMPAIGN, {"daily_budget": 5000}, 1885621),
        (AD, {"status": "RUNNING"}, None),
        (AD, {"name": " "}, None),
        (AD, {"creative": "{"}, None),
        (AD, {"creative": {"creative_id": "1"}}, None),
        (AD, {"adset_id": ADSET}, None),
        (AD, {"adlabels": [{"id": 5}]}, None),
        (CAMPAIGN, {"objective": "OUTCOME_LEADS"}, None),
        ("23849000000001", {"object_story_spec": {}}, None),
    ],
)
def test_refused_updates_change_nothing(graph, node, params, subcode):
    """A refused update says why and leaves the world as it was."""
    before = graph.http.get("http://sandbox/sandbox/state").json()
    error = graph.error("POST", node, **params)
    assert (error["code"], error.get("error_subcode")) == (100, subcode)
    if subcode:
        assert error["error_user_msg"]
    assert graph.http.get("http://sandbox/sandbox/state").json() == before


def test_fifth_budget_change_in_an_hour(graph):
    """An ad set's budget can change four times an hour, whatever else changes."""
    moment = 1000.0
    graph.app.state.world.clock = lambda: moment
    for amount in (5000, 6000, 7000, 8000):
        graph.post(ADSET, daily_budget=amount)
    error = graph.error("POST", ADSET, daily_budget=9000)
    assert (error["code"], error["error_subcode"]) == (613, 1487632)
    graph.post("23847000000005", daily_budget=9000)
    moment += 3601
    graph.post(ADSET, daily_budget=9000)


def test_validate_only(graph):
    """Validation alone changes nothing, but refuses what the write would refuse."""
    only = ["validate_only"]
    assert graph.post(AD, status="PAUSED", execution_options=only) == {"success": True}
    assert graph.get(AD, fields="status")["status"] == "ACTIVE"
    assert graph.error("POST", ADSET, daily_budget=1, execution_options=only)["error_subcode"] == 1885272
    new = {"name": "X", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": 5000}
    assert graph.post(f"{DEMO_ACCOUNT}/campaigns", **new, execution_options=only) == {"success": True}
    assert graph.get(f"{DEMO_ACCOUNT}/campaigns", summary="true")["summary"]["total_count"] == 4


def test_labels(graph):
    """Labels are set by name, read with their id, and can be searched for."""
    graph.post(AD, adlabels=[{"name": "op:42"}, {"name": "spring"}])
    labels = graph.get(AD, fields="adlabels{id,name}")["adlabels"]
    assert [label["name"] for label in labels] == ["op:42", "spring"]
    having = [{"field": "ad.adlabels", "operator": "ANY", "value": ["op:42"]}]
    assert graph.everything(f"{DEMO_ACCOUNT}/ads", filtering=having) == [{"id": AD}]


@pytest.mark.parametrize("how", ["form", "json", "multipart", "query"])
def test_ways_to_send(graph, how):
    """Parameters arrive by form, JSON, multipart or query; nested values as text or as JSON."""
    values = {"status": "PAUSED", "adlabels": json.dumps([{"name": "x"}])}
    sent = {
        "form": {"data": values},
        "json": {"json": {"status": "PAUSED", "adlabels": [{"name": "x"}]}},
        "multipart": {"data": values, "files": {"unused": ("a.txt", b"a")}},
        "query": {"params": values},
    }[how]
    assert graph.http.post(AD, **sent).json() == {"success": True}
    assert graph.get(AD, fields="status,adlabels{name}") == {
        "id": AD,
        "status": "PAUSED",
        "adlabels": [{"name": "x"}],
    }
