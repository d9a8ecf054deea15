"""Every breakdown and allowed pair against the unbroken row: counts add up, ratios are their parts."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.insights import metrics
from sandbox.insights.ad_assets import ASSETS
from sandbox.insights.breakdown_cells import BREAKDOWNS, GROUPS, OPT_IN
from sandbox.insights.insights_fields import INSIGHTS_FIELDS
from tests.sandbox.conftest import NOW, PAGE
from tools.read.figures import breakdown_rules
from tools.read.figures.known_fields import FIELDS

CLAIMED = list(
    dict.fromkeys(
        part
        for group in GROUPS
        if not set(group) & set(OPT_IN)
        for part in (group, group[:1], group[:2], group[::2], *((name,) for name in group[-1:]))
    )
)
"""Each breakdown alone, where it may be, and all that go together."""
ALL = ",".join(INSIGHTS_FIELDS)
ADDITIVE = {name for name, field in FIELDS.items() if field.how == "sum" and name in metrics.METRICS} - {
    "cost_per_action_type"
}
RATIOS = {
    "ctr": ("clicks", "impressions", 100), "cpc": ("spend", "clicks", 1), "cpm": ("spend", "impressions", 1000),
    "cpp": ("spend", "reach", 1000), "frequency": ("impressions", "reach", 1),
    "inline_link_click_ctr": ("inline_link_clicks", "impressions", 100),
    "cost_per_inline_link_click": ("spend", "inline_link_clicks", 1),
    "cost_per_action_type": ("spend", "actions", 1), "cost_per_outbound_click": ("spend", "outbound_clicks", 1),
    "cost_per_thruplay": ("spend", "video_thruplay_watched_actions", 1),
    "cost_per_2_sec_continuous_video_view": ("spend", "video_continuous_2_sec_watched_actions", 1),
    "cost_per_6_sec_video_view": ("spend", "video_6_sec_watched_actions", 1),
    "cost_per_15_sec_video_view": ("spend", "video_15_sec_watched_actions", 1),
    "unique_ctr": ("unique_clicks", "reach", 100), "cost_per_unique_click": ("spend", "unique_clicks", 1),
    "unique_inline_link_click_ctr": ("unique_inline_link_clicks", "reach", 100),
    "cost_per_unique_inline_link_click": ("spend", "unique_inline_link_clicks", 1),
}  # fmt: skip
WATCHED = ("play p25 p50 p75 p95 p100".split(), "play 2 6 15 30".split(), "play thruplay p100".split())


def figures(row):
    """A row's numbers by field, and those of lists by field and kind."""
    found = {}
    for name, value in row.items():
        if isinstance(value, list):
            found |= {(name, item["action_type"]): item["value"] for item in value}
        elif name in INSIGHTS_FIELDS and name in FIELDS and FIELDS[name].form not in ("text", "raw"):
            found[name, ""] = value
    return {key: float(value) for key, value in found.items() if isinstance(value, str)}


def summed(rows):
    """The additive figures of rows."""
    sums = {}
    for row in rows:
        for key, value in figures(row).items():
            if key[0] in ADDITIVE:
                sums[key] = sums.get(key, 0) + round(100 * value)
    return {key: value for key, value in sums.items() if value}


def watched(row, name):
    """How often a row's video was watched so far."""
    long = {"play": "video_play_actions", "2": "video_continuous_2_sec_watched_actions"}
    seconds = f"{name}_sec" if name.isdecimal() else name
    return figures(row).get((long.get(name, f"video_{seconds}_watched_actions"), "video_view"), 0)


def check_row(row):
    """Ratios are their parts; nobody watches later seconds without the earlier ones."""
    found = figures(row)
    for (name, kind), value in found.items():
        if name in RATIOS:
            over, under, times = RATIOS[name]
            parts = (
                found[over, ""],
                found.get((under, kind)) or next(v for k, v in found.items() if k[0] == under),
            )
            assert math.isclose(value, times * parts[0] / parts[1], abs_tol=1e-6), (name, kind, row)
    assert found["reach", ""] <= found["impressions", ""]
    for order in WATCHED:
        counts = [watched(row, name) for name in order]
        assert counts == sorted(counts, reverse=True), row
    for curve in (item["value"] for item in row.get("video_play_curve_actions", ())):
        assert curve == sorted(curve, reverse=True)
        assert (curve[0], len(curve)) == (100, 22)


@pytest.fixture(scope="module")
def wholes(demo):
    """The unbroken row of the account, and of each ad alone, over the same days."""
    asked = {"date_preset": "last_3d", "fields": ALL}
    return {"account": demo.insights(**asked), "ad": demo.insights(level="ad", limit=500, **asked)}


@pytest.mark.parametrize("breakdowns", CLAIMED, ids=",".join)
def test_parts_are_the_whole(demo, wholes, breakdowns):
    """By every breakdown, alone and with others, the rows say what the unbroken row says, or are of ads that show such a thing."""
    rows = demo.insights(date_preset="last_3d", fields=ALL, breakdowns=breakdowns, limit=500)
    assert len(rows) > 1 or breakdowns[0] in ("call_to_action_asset", "description_asset", "link_url_asset")
    for row in rows:
        assert all(row[name] for name in breakdowns)
        check_row(row)
    whole = wholes["account"]
    if breakdowns[0] in ASSETS:
        of_ads = demo.insights(date_preset="last_3d", level="ad", breakdowns=breakdowns, limit=500)
        ids = {row["ad_id"] for row in of_ads}
        whole = [row for row in wholes["ad"] if row["ad_id"] in ids]
        assert ids
    assert summed(rows) == summed(whole)


def test_what_the_tools_know_is_answered(demo):
    """Every field and breakdown that our tool takes is one of Meta's, and the sandbox takes it, too."""
    assert FIELDS.keys() | {"results", "cost_per_result", "date_start", "date_stop"} == INSIGHTS_FIELDS
    assert set(breakdown_rules.BREAKDOWNS) == set(BREAKDOWNS)
    assert all(any(set(group) <= set(own) for own in GROUPS) for group in breakdown_rules.GROUPS)
    assert {name for name in ADDITIVE if name.startswith("video_")} == {
        name for name, field in FIELDS.items() if name.startswith("video_") and field.how == "sum"
    }
    for name in OPT_IN:
        assert demo.insights(breakdowns=name) == []


def test_an_asset_feed_is_split_by_its_assets(graph):
    """The figures of an ad whose creative mixes assets come by picture, text, link, button and format, each in Meta's shape."""
    ad = "23848000000002"
    hashes = [row["hash"] for row in graph.get(f"{DEMO_ACCOUNT}/adimages", fields="hash", limit=3)["data"]]
    feed = {
        "optimization_type": "DEGREES_OF_FREEDOM",
        "images": [{"hash": one} for one in hashes],
        "bodies": [{"text": "Go out"}, {"text": "Stay out"}],
        "titles": [{"text": "Tents"}, {"text": "Boots"}],
        "call_to_action_types": ["SHOP_NOW", "LEARN_MORE"],
        "link_urls": [{"website_url": "https://northwind.example/tents"}],
        "ad_formats": ["SINGLE_IMAGE"],
    }
    made = graph.post(
        f"{DEMO_ACCOUNT}/adcreatives", object_story_spec={"page_id": PAGE}, asset_feed_spec=feed
    )
    graph.post(ad, creative={"creative_id": made["id"]})
    whole = graph.insights(ad, fields=ALL)
    for name, shape, number in (
        ("image_asset", {"hash", "url", "id"}, 3), ("body_asset", {"text", "id"}, 2),
        ("title_asset", {"text", "id"}, 2), ("call_to_action_asset", {"name", "id"}, 2),
        ("link_url_asset", {"website_url", "id"}, 1), ("description_asset", set(), 0), ("video_asset", set(), 0),
    ):  # fmt: skip
        rows = graph.insights(ad, fields=ALL, breakdowns=name)
        assert [set(row[name]) for row in rows] == [shape] * number
        assert len({row[name]["id"] for row in rows}) == number
        assert summed(rows) == (summed(whole) if number else {})
    (row,) = graph.insights(ad, breakdowns="ad_format_asset")
    assert row["ad_format_asset"] == "SINGLE_IMAGE"


def test_places_are_those_an_ad_set_aims_at(demo):
    """Countries are the targeted ones, market areas are in the United States alone, and each says what the finer ones do."""
    asked = {"date_preset": "last_3d", "fields": "impressions"}
    theirs = demo.insights("act_234567890", breakdowns="country", **asked)
    assert [row["country"] for row in theirs] == ["JP"]
    assert {r["dma"] for r in demo.insights("act_234567890", breakdowns="dma", **asked)} == {"Unknown"}
    by = {
        name: {row[name]: int(row["impressions"]) for row in demo.insights(breakdowns=name, **asked)}
        for name in ("country", "region", "dma")
    }
    canada = by["region"]["Ontario"] + by["region"]["British Columbia"]
    assert by["country"]["CA"] == canada == by["dma"]["Unknown"] > 0


def test_the_hours_of_today_end_now(demo):
    """No hour that has not begun has figures, and those that have add up to the day so far, also behind whole days."""
    zone = demo.get(DEMO_ACCOUNT, fields="timezone_name")["timezone_name"]
    hour = NOW.astimezone(ZoneInfo(zone)).hour
    name = "hourly_stats_aggregated_by_advertiser_time_zone"
    for preset, last in (("today", hour), ("this_month", 23)):
        asked = {"fields": "spend,impressions,clicks", "date_preset": preset}
        (whole,), rows = demo.insights(**asked), demo.insights(**asked, breakdowns=name, limit=500)
        assert summed(rows) == summed([whole])
        assert max(int(row[name][:2]) for row in rows) == last
