"""What SDKs, connectors and other agents ask besides: answered, empty, or refused in Meta's own form."""

from __future__ import annotations

import json

import pytest

from sandbox import APP_TOKEN, DEMO_ACCOUNT
from sandbox.edges import unmodelled
from tests.sandbox.conftest import ADSET, PAGE, PIXEL

AD, CREATIVE = "23848000000001", "23849000000001"
NODES = {
    "account": DEMO_ACCOUNT, "campaign": "23846000000001", "adset": ADSET, "ad": AD, "creative": CREATIVE,
    "audience": "6040000000001", "pixel": PIXEL, "page": PAGE, "business": "330000000000001",
    "user": "122100000000001", "instagram": "17841400000000001", "app": "910000000000001",
}  # fmt: skip


@pytest.mark.parametrize("edge", sorted(unmodelled.READS), ids="-".join)
def test_lists_of_what_there_is_none_of(demo, edge):
    """They are empty, not unknown."""
    kind, name = edge
    assert demo.get(f"{NODES[kind]}/{name}", fields="id", limit=5) == {"data": []}


@pytest.mark.parametrize("edge", sorted(unmodelled.REFUSED), ids="-".join)
def test_reads_that_this_app_may_not(demo, connect, edge):
    """They are Meta's refusal of an app or an account without the capability."""
    kind, name = edge
    asking = connect(demo.app, APP_TOKEN) if kind == "app" else demo
    assert asking.error("GET", f"{NODES[kind]}/{name}")["code"] in {3, 200}


@pytest.mark.parametrize("edge", sorted(unmodelled.WRITES), ids="-".join)
def test_writes_that_this_app_may_not(graph, edge):
    """They are refused, and nothing is changed."""
    method, kind, name = edge
    world = graph.app.state.world
    before = len(world.nodes), world.history.last_write
    assert graph.error(method, f"{NODES[kind]}/{name}", name="x")["code"] in {3, 200}
    assert (len(world.nodes), world.history.last_write) == before


def test_reach_and_frequency_is_not_enabled(graph):
    """Both reading and asking for a prediction are refused (200); the account in yen has it, and has none."""
    assert graph.get("act_234567890/reachfrequencypredictions") == {"data": []}
    assert "CAN_USE_REACH_AND_FREQUENCY" in graph.get("act_234567890", fields="capabilities")["capabilities"]
    assert graph.error("POST", "act_234567890/reachfrequencypredictions")["code"] == 3
    for method in ("GET", "POST"):
        error = graph.error(method, f"{DEMO_ACCOUNT}/reachfrequencypredictions")
        assert (error["code"], error["http"], error["type"]) == (200, 403, "OAuthException")


def test_an_edge_that_meta_does_not_have_is_unknown(demo):
    """2500, as before."""
    assert demo.error("GET", f"{DEMO_ACCOUNT}/horoscopes")["code"] == 2500


@pytest.mark.parametrize(
    "asked",
    [
        {"creative_id": CREATIVE},
        {"creative": {"creative_id": CREATIVE}},
        {"creative": CREATIVE},
    ],
)
def test_previews_of_a_creative_that_exists(demo, asked):
    """By its id, however it is given."""
    asked = {"ad_format": "MOBILE_FEED_STANDARD", **asked}
    assert "<iframe" in demo.get(f"{DEMO_ACCOUNT}/generatepreviews", **asked)["data"][0]["body"]
    for node in (CREATIVE, AD):
        assert "<iframe" in demo.get(f"{node}/previews", ad_format="INSTAGRAM_STORY")["data"][0]["body"]


@pytest.mark.parametrize("asked", [{}, {"creative": "[]"}, {"creative_id": "1"}, {"ad_format": "BILLBOARD"}])
def test_refused_previews(demo, asked):
    """Nothing to show, or a creative or a format that does not exist, is 100."""
    assert demo.error("GET", f"{DEMO_ACCOUNT}/generatepreviews", **asked)["code"] == 100


def test_broad_targeting_categories(demo):
    """All there are, in pages, with the fields that were asked for; an account has none of its own."""
    path = f"{DEMO_ACCOUNT}/broadtargetingcategories"
    rows = demo.everything(path, limit=5, fields="id,name,path,size_lower_bound,type,source")
    assert {"interests", "behaviors", "life_events"} <= {row["type"] for row in rows}
    assert len({row["id"] for row in rows}) == len(rows) > 20
    assert demo.get(path, custom_categories_only=True) == {"data": []}
    assert demo.error("GET", path, fields="smell")["code"] == 100


def test_the_ad_library(demo):
    """Ads are found by words and country, with the advertiser's page; no token stands in an address."""
    asked = {"search_terms": "tent", "ad_reached_countries": ["US"], "ad_active_status": "ALL", "limit": 3}
    fields = "id,page_name,ad_snapshot_url,ad_delivery_start_time,ad_creative_bodies,ad_creative_link_titles"
    rows = demo.everything("ads_archive", **asked, fields=fields)
    assert rows
    assert {row["page_name"] for row in rows} == {"Northwind Outdoor"}
    assert all("tent" in json.dumps(row).lower() for row in rows)
    assert "token" not in json.dumps([row["ad_snapshot_url"] for row in rows])
    by_page = {"search_page_ids": [PAGE], "ad_reached_countries": "US"}
    assert demo.get("ads_archive", **by_page)["data"][0].keys() == {"id", "ad_snapshot_url"}
    assert demo.get("ads_archive", **asked | {"search_terms": "submarine"}) == {"data": []}
    assert demo.get("ads_archive", **asked | {"ad_type": "POLITICAL_AND_ISSUE_ADS"}) == {"data": []}


@pytest.mark.parametrize("token", ["sandbox-noads", "sandbox-stranger", "sandbox-page-token", APP_TOKEN])
def test_the_ad_library_is_for_those_who_confirmed_who_they_are(connect, demo, token):
    """Others are 10/2332002."""
    asked = {"search_terms": "tent", "ad_reached_countries": ["US"]}
    error = connect(demo.app, token).error("GET", "ads_archive", **asked)
    assert (error["code"], error["error_subcode"]) == (10, 2332002)


@pytest.mark.parametrize(
    "change",
    [
        {"ad_reached_countries": ""},
        {"ad_reached_countries": "XX"},
        {"search_terms": ""},
        {"ad_type": "X"},
        {"fields": "x"},
    ],
)
def test_refused_searches_of_the_ad_library(demo, change):
    """Countries, and words or pages, must be given."""
    asked = {"search_terms": "tent", "ad_reached_countries": "US"} | change
    assert demo.error("GET", "ads_archive", **asked)["code"] == 100


def test_events_of_a_server(graph):
    """They are counted; what lacks its name or is older than a week is refused."""
    now = int(graph.app.state.world.clock())
    event = {
        "event_name": "Purchase",
        "event_time": now,
        "user_data": {"em": ["0" * 64]},
        "action_source": "website",
    }
    given = graph.post(f"{PIXEL}/events", data=[event, event])
    assert (given["events_received"], given["messages"]) == (2, [])
    for change in ({"event_name": ""}, {"event_time": now - 8 * 86400}, {"event_time": "soon"}):
        assert graph.error("POST", f"{PIXEL}/events", data=[event | change])["code"] == 100
    assert graph.error("POST", f"{PIXEL}/events", data=[])["code"] == 100
    assert graph.error("POST", f"{PIXEL}/events", data=["x"])["code"] == 100


def test_activities_of_an_ad_set(graph):
    """Its own entries of the account's log."""
    graph.post(ADSET, name="Renamed")
    rows = graph.get(f"{ADSET}/activities")["data"]
    assert {row["object_id"] for row in rows} == {ADSET}
