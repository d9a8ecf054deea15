"""Copies of campaigns, ad sets and ads."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET, PAGE

AD, CAMPAIGN = "23848000000001", "23846000000002"
NEW = {
    "name": "N", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [], "status": "PAUSED",
    "is_adset_budget_sharing_enabled": False,
}  # fmt: skip
SET = {
    "name": "S", "billing_event": "IMPRESSIONS", "optimization_goal": "LINK_CLICKS", "daily_budget": 5000,
    "targeting": {"geo_locations": {"countries": ["US"]}}, "status": "PAUSED",
}  # fmt: skip
STORY = {"page_id": PAGE, "link_data": {"link": "https://northwind.example/"}}


def tree(graph, *, ads, **campaign):
    """Make a campaign with one ad set and so many ads."""
    made = {}
    made["campaign"] = graph.post(f"{DEMO_ACCOUNT}/campaigns", **NEW | campaign)["id"]
    made["adset"] = graph.post(f"{DEMO_ACCOUNT}/adsets", **SET, campaign_id=made["campaign"])["id"]
    for number in range(ads):
        sent = {"name": f"A{number}", "adset_id": made["adset"], "creative": {"object_story_spec": STORY}}
        made["ad"] = graph.post(f"{DEMO_ACCOUNT}/ads", **sent)["id"]
    return made


def test_a_copied_ad(graph):
    """A copy is paused, has a name of its own, keeps the creative, and knows its source."""
    answer = graph.post(f"{AD}/copies")
    copied = answer["copied_ad_id"]
    assert answer["ad_object_ids"] == [{"ad_object_type": "ad", "source_id": AD, "copied_id": copied}]
    shown = graph.get(copied, fields="name,status,adset_id,creative,source_ad_id")
    assert shown == {
        "name": "Static – Tent 20% off - Copy", "status": "PAUSED", "adset_id": ADSET,
        "creative": {"id": "23849000000001"}, "source_ad_id": AD, "id": copied,
    }  # fmt: skip
    assert graph.get(f"{AD}/copies", fields="name")["data"][0]["id"] == copied
    assert graph.insights(copied) == []


def test_a_copied_ad_goes_elsewhere(graph):
    """`adset_id` names another ad set; the campaign follows from it."""
    copied = graph.post(f"{AD}/copies", adset_id="23847000000002", status_option="ACTIVE")["copied_ad_id"]
    shown = graph.get(copied, fields="status,adset_id,campaign_id")
    assert shown == {
        "status": "ACTIVE", "adset_id": "23847000000002", "campaign_id": "23846000000001", "id": copied,
    }  # fmt: skip


def test_a_deep_copy(graph):
    """A campaign takes ad set and ads along, and each pair is named."""
    made = tree(graph, ads=2)
    answer = graph.post(f"{made['campaign']}/copies", deep_copy=True, status_option="INHERITED_FROM_SOURCE")
    assert [row["ad_object_type"] for row in answer["ad_object_ids"]] == ["campaign", "ad_set", "ad", "ad"]
    copied = answer["copied_campaign_id"]
    ads = graph.get(f"{copied}/ads", fields="name,status,adset{campaign_id}")["data"]
    assert [(ad["name"], ad["status"]) for ad in ads] == [("A1", "ACTIVE"), ("A0", "ACTIVE")]
    assert {ad["adset"]["campaign_id"] for ad in ads} == {copied}
    assert graph.get(copied, fields="name")["name"] == "N - Copy"


def test_without_deep_nothing_comes_along(graph):
    """A plain copy is the object alone."""
    made = tree(graph, ads=1)
    copied = graph.post(f"{made['adset']}/copies")["copied_adset_id"]
    assert graph.get(f"{copied}/ads")["data"] == []


def test_at_most_three_objects_come_along(graph):
    """A larger copy is refused and makes nothing."""
    made = tree(graph, ads=3)
    before = graph.http.get("http://sandbox/sandbox/state").json()["counts"]
    error = graph.error("POST", f"{made['campaign']}/copies", deep_copy=True)
    assert (error["code"], error["error_data"]) == (100, {"blame_field_specs": [["deep_copy"]]})
    assert graph.http.get("http://sandbox/sandbox/state").json()["counts"] == before
    assert graph.post(f"{made['adset']}/copies", deep_copy=True)["copied_adset_id"]


@pytest.mark.parametrize(
    ("options", "name", "below"),
    [
        ({"rename_strategy": "NO_RENAME"}, "S", "A0"),
        ({"rename_strategy": "ONLY_TOP_LEVEL_RENAME", "rename_suffix": " 2"}, "S 2", "A0"),
        ({"rename_strategy": "DEEP_RENAME", "rename_prefix": "X "}, "X S", "X A0"),
    ],
)
def test_renaming(graph, options, name, below):
    """Prefix and suffix go on the top, or all the way down."""
    made = tree(graph, ads=1)
    copied = graph.post(f"{made['adset']}/copies", deep_copy=True, rename_options=options)["copied_adset_id"]
    shown = graph.get(copied, fields="name,ads{name}")
    assert (shown["name"], shown["ads"]["data"][0]["name"]) == (name, below)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"{AD}/copies", {"deep_copy": True}),
        (f"{AD}/copies", {"status_option": "RUNNING"}),
        (f"{AD}/copies", {"adset_id": "1"}),
        (f"{AD}/copies", {"rename_options": "[]"}),
        (f"{AD}/copies", {"creative_parameters": {"object_story_spec": {"page_id": "1"}}}),
        (f"{ADSET}/copies", {"campaign_id": "23846000000001"}),
        (f"{ADSET}/copies", {"end_time": "2020-01-01T00:00:00Z"}),
    ],
)
def test_refused_copies(graph, path, params):
    """A copy is held against the same rules as a creation."""
    before = graph.http.get("http://sandbox/sandbox/state").json()["counts"]
    assert graph.error("POST", path, **params)["code"] == 100
    assert graph.http.get("http://sandbox/sandbox/state").json()["counts"] == before


def test_validated_copies_make_nothing(graph):
    """Validation alone copies nothing."""
    assert graph.post(f"{AD}/copies", execution_options=["validate_only"]) == {"success": True}
    assert graph.get(f"{AD}/copies")["data"] == []


def test_a_deleted_ad_cannot_be_copied(graph):
    """What is gone is not copied."""
    graph.http.delete(AD)
    assert graph.error("POST", f"{AD}/copies")["code"] == 100


def test_copies_of_special_categories_need_the_audience_flag(graph):
    """v26.0 asks for the flag on copies too."""
    made = tree(graph, ads=0)
    graph.app.state.world.nodes[made["campaign"]].data["special_ad_categories"] = ["HOUSING"]
    graph.app.state.world.nodes[made["adset"]].data["targeting"]["age_min"] = 25
    error = graph.error("POST", f"{made['adset']}/copies")
    assert "REQUIRE_EXPLICIT_ADVANTAGE_AUDIENCE_FLAG" in error["message"]
    assert graph.http.post(f"http://sandbox/v25.0/{made['adset']}/copies").status_code == 200
