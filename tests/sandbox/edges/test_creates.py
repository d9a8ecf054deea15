"""Creation of campaigns, ad sets, images, creatives and ads."""

from __future__ import annotations

import base64
import hashlib

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET, PAGE, PIXEL, png

CAMPAIGN = {
    "name": "Fall", "objective": "OUTCOME_SALES", "special_ad_categories": [], "is_adset_budget_sharing_enabled": "false",
    "status": "PAUSED",
}  # fmt: skip
AD_SET = {
    "name": "Fall – US",
    "campaign_id": "23846000000002", "billing_event": "IMPRESSIONS", "optimization_goal": "OFFSITE_CONVERSIONS",
    "targeting": {"geo_locations": {"countries": ["US"]}}, "daily_budget": 5000,
    "promoted_object": {"pixel_id": PIXEL, "custom_event_type": "PURCHASE"},
}  # fmt: skip
LINK = "https://northwind.example/"
STORY = {"page_id": PAGE, "link_data": {"link": LINK, "message": "Go outside"}}
FEED = {
    "ad_formats": ["SINGLE_IMAGE"], "bodies": [{"text": "Go"}], "titles": [{"text": "Out"}],
    "link_urls": [{"website_url": LINK}], "call_to_action_types": ["SHOP_NOW"],
}  # fmt: skip


def without(values, name):
    """Give the values without one."""
    return {key: value for key, value in values.items() if key != name}


def test_whole_way(graph):
    """Campaign, ad set, image, creative and ad can be made, and are read back as they were sent."""
    campaign = graph.post(f"{DEMO_ACCOUNT}/campaigns", **CAMPAIGN, fields="name,status")
    assert campaign == {"id": campaign["id"], "name": "Fall", "status": "PAUSED"}
    adset = graph.post(f"{DEMO_ACCOUNT}/adsets", **{**AD_SET, "campaign_id": campaign["id"]})["id"]
    answer = graph.http.post(f"{DEMO_ACCOUNT}/adimages", files={"filename": ("tent.png", png())})
    image = answer.json()["images"]["tent.png"]
    feed = {**FEED, "images": [{"hash": image["hash"]}]}
    creative = graph.post(
        f"{DEMO_ACCOUNT}/adcreatives", name="C", object_story_spec={"page_id": PAGE}, asset_feed_spec=feed
    )
    sent = {
        "name": "A",
        "adset_id": adset,
        "creative": {"creative_id": creative["id"]},
        "adlabels": [{"name": "op:1"}],
    }
    ad = graph.post(f"{DEMO_ACCOUNT}/ads", **sent, status="PAUSED")["id"]
    shown = graph.get(
        ad,
        fields="name,status,campaign_id,creative{asset_feed_spec},adlabels{name},created_time,effective_status",
    )
    assert shown["creative"] == {"asset_feed_spec": feed, "id": creative["id"]}
    assert (shown["status"], shown["effective_status"]) == ("PAUSED", "CAMPAIGN_PAUSED")
    assert (shown["campaign_id"], shown["adlabels"]) == (campaign["id"], [{"name": "op:1"}])
    assert graph.get(f"{DEMO_ACCOUNT}/ads", limit=1)["data"] == [{"id": ad}]
    assert graph.insights(ad) == []
    events = [row["event_type"] for row in graph.get(f"{DEMO_ACCOUNT}/activities")["data"]]
    assert events == [
        "create_ad",
        "edit_and_update_ad_creative",
        "add_images",
        "create_ad_set",
        "create_campaign_group",
    ]


def test_ad_is_active_by_default(graph):
    """Like Meta's, a new ad without a status is active once reviewed; its creative can be written in place."""
    ad = graph.post(f"{DEMO_ACCOUNT}/ads", name="A", adset_id=ADSET, creative={"object_story_spec": STORY})[
        "id"
    ]
    shown = graph.get(ad, fields="effective_status,creative{object_story_spec}")
    assert shown["effective_status"] == "PENDING_REVIEW"
    assert shown["creative"]["object_story_spec"] == STORY


def test_creative_of_an_ad_can_change(graph):
    """An ad takes another creative."""
    creative = graph.post(f"{DEMO_ACCOUNT}/adcreatives", object_story_spec=STORY)["id"]
    graph.post("23848000000001", creative={"creative_id": creative})
    assert graph.get("23848000000001", fields="creative")["creative"] == {"id": creative}


def test_images(graph):
    """Several files give several entries by file name; the same bytes are the same image."""
    red, blue = png("red"), png("blue", (640, 480))
    files = [("filename", ("a.png", red)), ("source0", ("a.png", red)), ("x", ("b.png", blue))]
    images = graph.http.post(f"{DEMO_ACCOUNT}/adimages", files=files).json()["images"]
    assert images.keys() == {"a.png", "b.png"}
    assert images["a.png"]["hash"] == hashlib.md5(red, usedforsecurity=False).hexdigest()
    assert (images["b.png"]["width"], images["b.png"]["height"]) == (640, 480)
    again = graph.post(f"{DEMO_ACCOUNT}/adimages", bytes=base64.b64encode(red).decode())
    assert again["images"]["bytes"]["hash"] == images["a.png"]["hash"]
    found = graph.everything(f"{DEMO_ACCOUNT}/adimages", hashes=[images["a.png"]["hash"]], fields="name")
    assert [image["name"] for image in found] == ["a.png"]


def test_large_image(graph):
    """A file too large for memory buffers, or as base64 text, is taken as well."""
    noise = png("red", (64, 64)) + b"\0" * 3_000_000
    uploaded = graph.http.post(f"{DEMO_ACCOUNT}/adimages", files={"f": ("big.png", noise)}).json()["images"][
        "big.png"
    ]
    text = base64.b64encode(noise).decode()
    by_text = graph.http.post(
        f"{DEMO_ACCOUNT}/adimages", data={"bytes": text}, files={"x": ("s.png", png())}
    ).json()
    assert by_text["images"]["bytes"]["hash"] == uploaded["hash"]


@pytest.mark.parametrize(
    ("edge", "params", "subcode"),
    [
        ("campaigns", without(CAMPAIGN, "name"), None),
        ("campaigns", without(CAMPAIGN, "special_ad_categories"), None),
        ("campaigns", without(CAMPAIGN, "is_adset_budget_sharing_enabled"), 4834011),
        ("campaigns", CAMPAIGN | {"daily_budget": 5000, "is_adset_budget_sharing_enabled": "true"}, 4834002),
        ("campaigns", CAMPAIGN | {"objective": "SALES"}, None),
        ("campaigns", CAMPAIGN | {"daily_budget": 50}, 1885272),
        ("campaigns", CAMPAIGN | {"status": "ARCHIVED"}, None),
        *[("adsets", without(AD_SET, name), None) for name in ("campaign_id", "billing_event", "targeting", "promoted_object")],
        ("adsets", without(AD_SET, "daily_budget"), 1487061),
        ("adsets", AD_SET | {"campaign_id": "23846000000001"}, 1885621),
        ("adsets", AD_SET | {"targeting": {"age_min": 18}}, 1487079),
        ("adsets", AD_SET | {"bid_strategy": "COST_CAP"}, None),
        ("adsets", without(AD_SET, "daily_budget") | {"lifetime_budget": 50_000}, None),
        ("adsets", AD_SET | {"billing_event": "LINK_CLICKS"}, None),
        ("adcreatives", {"name": "C"}, None),
        ("adcreatives", {"object_story_spec": {"page_id": PAGE}}, None),
        ("adcreatives", {"object_story_spec": STORY | {"page_id": "1"}}, None),
        ("adcreatives", {"object_story_spec": STORY | {"instagram_user_id": "1"}}, 1815199),
        ("adcreatives", {"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "image_hash": "nope"}}}, None),
        ("adcreatives", {"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "call_to_action": {"type": "GO"}}}}, None),
        ("adcreatives", {"object_story_spec": STORY, "degrees_of_freedom_spec": {"creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}}}, 3858504),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": without(FEED, "ad_formats")}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": FEED | {"ad_formats": ["SINGLE_IMAGE", "CAROUSEL"]}}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": without(FEED, "link_urls")}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": FEED | {"call_to_action_types": ["GO"]}}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": FEED | {"titles": [{"text": "x"}] * 6}}, None),
        ("adcreatives", {"object_story_spec": "[1]"}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": FEED | {"bodies": 5}}, None),
        ("adcreatives", {"object_story_spec": STORY, "asset_feed_spec": FEED | {"titles": ["x"]}}, None),
        ("adcreatives", {"object_story_spec": STORY, "degrees_of_freedom_spec": {"creative_features_spec": 5}}, None),
        ("ads", {"name": "A", "adset_id": ADSET}, None),
        ("ads", {"name": "A", "adset_id": "1", "creative": {"creative_id": "23849000000001"}}, None),
        ("ads", {"name": "A", "adset_id": ADSET, "creative": {"creative_id": "1"}}, None),
        ("adimages", {"bytes": "not base64!"}, None),
        ("adimages", {"bytes": base64.b64encode(b"no picture").decode()}, None),
        ("adimages", {}, None),
    ],
)  # fmt: skip
def test_refused_creations(graph, edge, params, subcode):
    """A creation that Meta would refuse is refused with its code and makes nothing."""
    before = graph.http.get("http://sandbox/sandbox/state").json()["counts"]
    error = graph.error("POST", f"{DEMO_ACCOUNT}/{edge}", **params)
    assert (error["code"], error.get("error_subcode"), error["http"]) == (100, subcode, 400)
    assert graph.http.get("http://sandbox/sandbox/state").json()["counts"] == before
