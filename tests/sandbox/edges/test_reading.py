"""Reading nodes and lists: fields, expansion, paging, filters, visibility."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET, PAGE

AD = "23848000000001"


def test_only_the_id_by_default(demo):
    """Without `fields` a node shows its id."""
    assert demo.get(AD) == {"id": AD}
    assert demo.http.get(f"http://sandbox/v25.0/{AD}/").json() == {"id": AD}
    assert demo.http.get(f"http://sandbox/{AD}").json() == {"id": AD}


def test_wire_types(demo):
    """Budgets are strings, states are numbers, times have an offset without colon."""
    account = demo.get(
        DEMO_ACCOUNT, fields="account_status,currency,amount_spent,min_daily_budget,timezone_name"
    )
    assert isinstance(account["amount_spent"], str)
    assert account["account_status"] == 1
    assert account["min_daily_budget"] == 100
    adset = demo.get(ADSET, fields="daily_budget,budget_remaining,created_time,lifetime_budget")
    assert adset["daily_budget"].isdigit()
    assert 0 < int(adset["budget_remaining"]) < int(adset["daily_budget"])
    assert adset["created_time"].endswith(("-0400", "-0500"))
    assert "lifetime_budget" not in adset


def test_expansion(demo):
    """Fields nest: edges with limits and insights inside, linked nodes, parts of structured values."""
    node = demo.get(
        ADSET,
        fields="name,ads.limit(2){name,insights.date_preset(last_7d){spend},adset{name}},campaign,targeting{age_min}",
    )
    assert node["name"] == "Summer – Prospecting"
    assert len(node["ads"]["data"]) == 2
    assert "next" in node["ads"]["paging"]
    assert node["ads"]["data"][0]["adset"] == {"name": node["name"], "id": ADSET}
    assert node["campaign"] == {"id": "23846000000002"}
    assert node["targeting"] == {"age_min": 18}
    creative = demo.get(AD, fields="creative{id,name,object_story_spec{page_id}}")["creative"]
    assert creative["object_story_spec"] == {"page_id": PAGE}


def test_expanded_insights(demo):
    """Insights inside a list take their own parameters."""
    inner = 'insights.time_range({"since":"2026-11-01","until":"2026-11-02"}).time_increment(1){spend}'
    ad = demo.get(AD, fields=f"name,{inner}")
    assert [row["date_start"] for row in ad["insights"]["data"]] == ["2026-11-01", "2026-11-02"]


def test_next_page_of_an_expansion(demo):
    """The link to the next page of a nested list works and keeps its fields."""
    link = demo.get(ADSET, fields="ads.limit(2){name,creative{id}}")["ads"]["paging"]["next"]
    assert "creative" in demo.http.get(link).json()["data"][0]


@pytest.mark.parametrize("limit", [1, 7, 25, 500])
def test_paging(demo, limit):
    """Pages of any size hold every ad once; only the last has no `next`."""
    ads = demo.everything(f"{DEMO_ACCOUNT}/ads", limit=limit)
    assert len({ad["id"] for ad in ads}) == len(ads) == 70
    first = demo.get(f"{DEMO_ACCOUNT}/ads", limit=limit, summary="true")
    assert first["summary"] == {"total_count": 70}
    assert ("next" in first["paging"]) == (limit < 70)


def test_backwards(demo):
    """`before` leads to the page before."""
    first = demo.get(f"{DEMO_ACCOUNT}/ads", limit=5)
    second = demo.get(f"{DEMO_ACCOUNT}/ads", limit=5, after=first["paging"]["cursors"]["after"])
    again = demo.get(f"{DEMO_ACCOUNT}/ads", limit=5, before=second["paging"]["cursors"]["before"])
    assert again["data"] == first["data"]


def test_cursors_survive_changes(graph):
    """An ad that drops out of a filtered list between two pages makes no other ad be skipped."""
    active = {"effective_status": ["ACTIVE"], "limit": 5}
    every = [ad["id"] for ad in graph.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["ACTIVE"])]
    page = graph.get(f"{DEMO_ACCOUNT}/ads", **active)
    for ad in page["data"]:
        graph.post(ad["id"], status="PAUSED")
    following = graph.get(f"{DEMO_ACCOUNT}/ads", after=page["paging"]["cursors"]["after"], **active)
    assert [ad["id"] for ad in page["data"] + following["data"]] == every[:10]


def test_effective_status(demo):
    """Archived ads show only when asked for."""
    assert len(demo.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["PAUSED"])) == 8
    assert len(demo.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["ARCHIVED"])) == 2
    both = demo.everything(f"{DEMO_ACCOUNT}/ads", effective_status=["ARCHIVED", "PAUSED"])
    assert len(both) == 10


@pytest.mark.parametrize(
    ("field", "operator", "value", "count"),
    [
        ("ad.name", "CONTAIN", "evergreen", 4),
        ("name", "CONTAIN", "ignore previous instructions", 1),
        ("adset.id", "EQUAL", ADSET, 11),
        ("adset.id", "NOT_EQUAL", ADSET, 59),
        ("campaign.name", "CONTAIN", "Blog", 5),
        ("campaign.id", "NOT_IN", ["23846000000004"], 65),
        ("ad.id", "IN", [AD, "23848000000002", "1"], 2),
        ("ad.effective_status", "IN", ["ARCHIVED"], 2),
        ("ad.impressions", "GREATER_THAN", 0, 70),
        ("ad.impressions", "GREATER_THAN", 10_000_000, 0),
        ("ad.name", "NOT_CONTAIN", " ", 0),
    ],
)
def test_filtering(demo, field, operator, value, count):
    """Conditions look at the ad or at what is above it."""
    rows = [{"field": field, "operator": operator, "value": value}]
    assert len(demo.everything(f"{DEMO_ACCOUNT}/ads", filtering=rows)) == count


@pytest.mark.parametrize(
    ("path", "params", "code", "subcode", "text"),
    [
        (
            AD,
            {"fields": "profit"},
            100,
            None,
            "(#100) Tried accessing nonexisting field (profit) on node type (Ad)",
        ),
        ("999", {}, 100, 33, "Unsupported get request. Object with ID '999' does not exist"),
        (AD, {"fields": "name,creative{"}, 2500, None, "Syntax error"),
        (f"{AD}/friends", {}, 2500, None, "Unknown path components: /friends"),
        ("", {"ids": AD}, 100, None, ""),
        (f"{DEMO_ACCOUNT}/ads", {"filtering": "[{]"}, 100, None, "(#100) Param filtering must be valid JSON"),
        (f"{DEMO_ACCOUNT}/ads", {"limit": "0"}, 100, None, "(#100)"),
        (f"/v21.0/{AD}", {}, 2635, None, "(#2635)"),
        (f"/v27.0/{AD}", {}, 2635, None, "(#2635)"),
    ],
)
def test_bad_reads(demo, *, path, params, code, subcode, text):
    """Bad reads come back in Meta's envelope with a trace id and usage headers."""
    answer = demo.http.get(path if not path.startswith("/v") else f"http://sandbox{path}", params=params)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["code"], error.get("error_subcode")) == (code, subcode)
    assert error["message"].startswith(text)
    assert error["fbtrace_id"]
    assert "x-business-use-case-usage" in answer.headers


def test_small_edges(demo):
    """Previews, minimum budgets, images and identities can be read."""
    assert "<iframe" in demo.get(f"{AD}/previews", ad_format="MOBILE_FEED_STANDARD")["data"][0]["body"]
    spec = {"object_story_spec": {"page_id": PAGE, "link_data": {"link": "https://northwind.example/"}}}
    preview = demo.get(f"{DEMO_ACCOUNT}/generatepreviews", creative=spec, ad_format="INSTAGRAM_STORY")
    assert "<iframe" in preview["data"][0]["body"]
    assert demo.get(f"{DEMO_ACCOUNT}/minimum_budgets")["data"][0]["currency"] == "USD"
    assert demo.get("me/accounts", fields="name")["data"] == [{"name": "Northwind Outdoor", "id": PAGE}]
    (creative,) = demo.get(f"{AD}/adcreatives", fields="image_hash")["data"]
    (image,) = demo.get(f"{DEMO_ACCOUNT}/adimages", hashes=[creative["image_hash"]], fields="hash,width")[
        "data"
    ]
    assert image == {
        "hash": creative["image_hash"],
        "width": 1080,
        "id": f"123456789:{creative['image_hash']}",
    }
