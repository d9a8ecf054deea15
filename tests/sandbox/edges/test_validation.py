"""What must hold of campaigns, ad sets, ads and creatives, on creation and on update."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.edges import write_checks
from tests.sandbox.conftest import ADSET, PAGE, PIXEL, png

AD, CAMPAIGN, SHARED = "23848000000001", "23846000000002", "23846000000001"
LINK = "https://northwind.example/"
STORY = {"page_id": PAGE, "link_data": {"link": LINK}}
FEED = {
    "ad_formats": ["SINGLE_IMAGE"], "bodies": [{"text": "Go"}, {"text": "Stay"}], "link_urls": [{"website_url": LINK}],
}  # fmt: skip
RULED = FEED | {
    "bodies": [{"text": "Go"}],
    "images": [{"hash": "a", "adlabels": [{"name": "square"}]}],
    "asset_customization_rules": [{"customization_spec": {}, "image_label": {"name": "square"}}],
}
NEW = {
    "name": "N", "objective": "OUTCOME_SALES", "special_ad_categories": [], "is_adset_budget_sharing_enabled": False,
    "status": "PAUSED",
}  # fmt: skip
SET = {
    "name": "S", "campaign_id": CAMPAIGN, "billing_event": "IMPRESSIONS", "optimization_goal": "LINK_CLICKS",
    "targeting": {"geo_locations": {"countries": ["US"]}}, "daily_budget": 5000, "status": "PAUSED",
}  # fmt: skip
SHARING = NEW | {"is_adset_budget_sharing_enabled": True, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}


def make(graph, edge, **params):
    """Make an object and give its id."""
    return graph.post(f"{DEMO_ACCOUNT}/{edge}", **params)["id"]


def refused(graph, path, **params):
    """Give code, subcode and blamed field of a refused POST."""
    error = graph.error("POST", path, **params)
    blame = error.get("error_data", {}).get("blame_field_specs", [[None]])[0][0]
    return error["code"], error.get("error_subcode"), blame


@pytest.mark.parametrize(
    ("change", "subcode", "blame"),
    [
        ({"is_adset_budget_sharing_enabled": True}, 4834005, "bid_strategy"),
        ({"bid_strategy": "COST_CAP"}, None, "bid_strategy"),
        ({"spend_cap": 9999}, None, "spend_cap"),
        ({"daily_budget": 5000, "lifetime_budget": 50_000}, None, "lifetime_budget"),
        (
            {"lifetime_budget": 100_000_100, "is_adset_budget_sharing_enabled": False},
            1885261,
            "lifetime_budget",
        ),
        ({"daily_budget": -5}, None, "daily_budget"),
        ({"stop_time": "2026-11-19T00:00:00-0500"}, 1487033, "stop_time"),
        ({"stop_time": "tomorrow"}, None, "stop_time"),
        (
            {"start_time": "2026-12-05T00:00:00+0000", "stop_time": "2026-12-04T00:00:00+0000"},
            None,
            "stop_time",
        ),
        ({"smart_promotion_type": "AUTOMATED_SHOPPING_ADS"}, None, "smart_promotion_type"),
        ({"special_ad_categories": ["CARS"]}, None, "special_ad_categories"),
        ({"name": "x" * 401}, None, "name"),
        ({"execution_options": ["validate"]}, None, "execution_options"),
    ],
)
def test_campaign_rules(graph, change, subcode, blame):
    """A campaign that breaks a rule is refused with Meta's subcode, and the field is named."""
    assert refused(graph, f"{DEMO_ACCOUNT}/campaigns", **NEW | change) == (100, subcode, blame)


@pytest.mark.parametrize(
    ("change", "subcode", "blame"),
    [
        ({"lifetime_budget": 50_000, "daily_budget": 5000}, None, "end_time"),
        ({"end_time": "2026-11-20T00:00:00-0500"}, 1487033, "end_time"),
        ({"end_time": "2026-11-21T06:00:00-0500"}, None, "end_time"),
        ({"bid_strategy": "LOWEST_COST_WITH_BID_CAP"}, None, "bid_amount"),
        ({"bid_strategy": "LOWEST_COST_WITH_MIN_ROAS"}, None, "bid_constraints"),
        ({"bid_amount": 0}, None, "bid_amount"),
        ({"billing_event": "THRUPLAY"}, None, "billing_event"),
        ({"optimization_goal": "CLICKS"}, None, "optimization_goal"),
        ({"optimization_goal": "OFFSITE_CONVERSIONS"}, None, "promoted_object"),
        ({"optimization_goal": "VALUE", "promoted_object": {"pixel_id": PIXEL}}, None, "promoted_object[custom_event_type]"),
        ({"optimization_goal": "VALUE", "promoted_object": {"pixel_id": "1", "custom_event_type": "PURCHASE"}}, None, "promoted_object"),
        ({"optimization_goal": "VALUE", "promoted_object": {"pixel_id": PIXEL, "custom_event_type": "BUY"}}, None, "promoted_object[custom_event_type]"),
        ({"optimization_goal": "VALUE", "promoted_object": {"custom_conversion_id": "1"}}, None, "promoted_object"),
        ({"optimization_goal": "LEAD_GENERATION", "promoted_object": {"page_id": "1"}}, None, "promoted_object"),
        ({"optimization_goal": "APP_INSTALLS", "promoted_object": {"application_id": "1"}}, None, "promoted_object[object_store_url]"),
        ({"attribution_spec": [{"event_type": "VIEW_THROUGH", "window_days": 7}]}, None, "attribution_spec"),
        ({"campaign_id": "999"}, None, "campaign_id"),
        ({"campaign_id": ADSET}, None, "campaign_id"),
        ({"destination_type": "MOON"}, None, "destination_type"),
        ({"is_dynamic_creative": "perhaps"}, None, "is_dynamic_creative"),
    ],
)  # fmt: skip
def test_ad_set_rules(graph, change, subcode, blame):
    """An ad set that breaks a rule is refused, and the field is named."""
    assert refused(graph, f"{DEMO_ACCOUNT}/adsets", **SET | change) == (100, subcode, blame)


@pytest.mark.parametrize(
    "change",
    [
        {"optimization_goal": "VALUE", "promoted_object": {"custom_conversion_id": "620000000000001"}},
        {"optimization_goal": "LEAD_GENERATION", "promoted_object": {"page_id": PAGE}},
        {"billing_event": "LINK_CLICKS"},
        {"bid_strategy": "COST_CAP", "bid_amount": 500},
        {"end_time": "2026-12-20T00:00:00-0500", "start_time": "2026-11-18T06:06:40-0500"},
        {
            "destination_type": "WEBSITE",
            "attribution_spec": [{"event_type": "CLICK_THROUGH", "window_days": 7}],
        },
    ],
)
def test_good_ad_sets(graph, change):
    """What Meta takes is taken, and is read as it was sent."""
    made = make(graph, "adsets", **SET | change)
    shown = graph.get(made, fields=",".join(change))
    assert {name: shown[name] for name in change} == change


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("1796000000", "2026-11-29T19:53:20-0500"),
        ("2026-12-20", "2026-12-19T19:00:00-0500"),
        ("2026-12-20T09:00:00Z", "2026-12-20T04:00:00-0500"),
        ("0", None),
    ],
)
def test_times_are_the_accounts_own(graph, sent, shown):
    """However a time was written, it is read in the account's time zone; 0 means none."""
    made = make(graph, "adsets", **SET | {"end_time": sent})
    assert graph.get(made, fields="end_time").get("end_time") == shown


@pytest.mark.parametrize("time", ["99999999999999999999", "9999-12-31T23:59:59-14:00", "²"])
def test_times_out_of_reach_are_refused(graph, time):
    """No clock gets there."""
    assert refused(graph, ADSET, end_time=time)[0] == 100


def test_budgets_are_told_in_the_accounts_money(graph):
    """The smallest budget and the text follow the account's currency; yen have no cents."""
    account = graph.app.state.world.account
    account.data |= {"currency": "JPY", "min_daily_budget": 150}
    error = graph.error("POST", f"{DEMO_ACCOUNT}/campaigns", **NEW, daily_budget=149)
    assert (error["error_subcode"], error["error_user_msg"]) == (
        1885272,
        "Your budget must be at least 150 JPY.",
    )
    assert make(graph, "campaigns", **NEW, daily_budget=150)


def test_a_lifetime_budget_must_last(graph):
    """A lifetime budget covers the daily minimum of each of its days."""
    lifetime = {name: value for name, value in SET.items() if name != "daily_budget"}
    days10 = lifetime | {"end_time": "2026-11-30T12:00:00-0500"}
    assert refused(graph, f"{DEMO_ACCOUNT}/adsets", **days10, lifetime_budget=999)[1] == 1885272
    assert make(graph, "adsets", **days10, lifetime_budget=1000)


def test_a_lifetime_campaign_wants_ends_on_its_ad_sets(graph):
    """The budget sits on the campaign, the end on the ad set."""
    parent = make(graph, "campaigns", **NEW, lifetime_budget=100_000)
    below = {name: value for name, value in SET.items() if name != "daily_budget"} | {"campaign_id": parent}
    assert refused(graph, f"{DEMO_ACCOUNT}/adsets", **below) == (100, None, "end_time")
    assert make(graph, "adsets", **below, end_time="2026-12-20T00:00:00-0500")


def test_budget_sharing(graph):
    """Shared ad sets are uniform, and the strategy stays while sharing is on."""
    shared = make(graph, "campaigns", **SHARING)
    below = SET | {"campaign_id": shared}
    assert make(graph, "adsets", **below)
    assert (
        refused(graph, f"{DEMO_ACCOUNT}/adsets", **below, bid_strategy="COST_CAP", bid_amount=9)[1] == 4834009
    )
    assert refused(graph, shared, bid_strategy="COST_CAP")[1] == 4834006
    assert refused(graph, shared, daily_budget=9000)[1] == 4834002
    sharing = {"is_adset_budget_sharing_enabled": True, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
    assert refused(graph, CAMPAIGN, **sharing)[1] == 3858418
    paused = make(graph, "campaigns", **NEW)
    graph.post(paused, **sharing)
    assert (
        graph.get(paused, fields="is_adset_budget_sharing_enabled")["is_adset_budget_sharing_enabled"] is True
    )


def test_spend_cap_can_be_taken_away(graph):
    """The largest number means no cap."""
    graph.post(CAMPAIGN, spend_cap=10_000)
    assert graph.get(CAMPAIGN, fields="spend_cap")["spend_cap"] == "10000"
    graph.post(CAMPAIGN, spend_cap=922337203685478)
    assert "spend_cap" not in graph.get(CAMPAIGN, fields="spend_cap")


def test_rules_hold_on_updates(graph):
    """An update is held against the same rules as a creation."""
    before = graph.get(ADSET, fields="targeting,promoted_object,bid_strategy")
    assert refused(graph, ADSET, targeting={"age_min": 20})[1] == 1487079
    assert refused(graph, ADSET, promoted_object={"pixel_id": "1", "custom_event_type": "PURCHASE"})[0] == 100
    assert refused(graph, ADSET, bid_strategy="COST_CAP") == (100, None, "bid_amount")
    assert refused(graph, ADSET, optimization_goal="APP_INSTALLS")[0] == 100
    assert graph.get(ADSET, fields="targeting,promoted_object,bid_strategy") == before


def test_several_assets_need_a_dynamic_ad_set(graph):
    """A feed with choices goes into a dynamic-creative ad set, which takes one ad; there is no second."""
    images = [{"hash": hash_of(graph, png(color))} for color in ("red", "blue")]
    feed = FEED | {"images": images}
    creative = make(graph, "adcreatives", object_story_spec={"page_id": PAGE}, asset_feed_spec=feed)
    used = {"name": "A", "creative": {"creative_id": creative}, "status": "PAUSED"}
    assert refused(graph, f"{DEMO_ACCOUNT}/ads", adset_id=ADSET, **used) == (100, None, "creative")
    assert refused(graph, AD, creative={"creative_id": creative})[0] == 100
    dynamic = make(graph, "adsets", **SET, is_dynamic_creative=True)
    make(graph, "ads", adset_id=dynamic, **used)
    assert refused(graph, f"{DEMO_ACCOUNT}/ads", adset_id=dynamic, **used) == (100, None, "adset_id")


def hash_of(graph, data):
    """Upload a picture and give its hash."""
    answer = graph.http.post(f"{DEMO_ACCOUNT}/adimages", files={"f": ("a.png", data)})
    return answer.json()["images"]["a.png"]["hash"]


def test_fifty_ads_fill_an_ad_set(graph):
    """The fifty-first ad is one too many; a deleted one makes room."""
    adset = make(graph, "adsets", **SET)
    used = {"name": "A", "adset_id": adset, "creative": {"creative_id": "23849000000001"}, "status": "PAUSED"}
    for _ in range(50):
        last = make(graph, "ads", **used)
    assert refused(graph, f"{DEMO_ACCOUNT}/ads", **used) == (100, None, "adset_id")
    graph.http.delete(last)
    assert make(graph, "ads", **used)


def test_an_account_has_room_for_so_many(graph, monkeypatch):
    """Campaigns, ad sets and ads that are not archived are counted."""
    assert write_checks.MOST_OBJECTS == 6000
    monkeypatch.setattr(write_checks, "MOST_OBJECTS", 4)
    assert refused(graph, f"{DEMO_ACCOUNT}/campaigns", **NEW)[0] == 100
    graph.post(CAMPAIGN, status="ARCHIVED")
    assert make(graph, "campaigns", **NEW)


@pytest.mark.parametrize(
    ("params", "subcode"),
    [
        ({"object_story_spec": STORY, "instagram_actor_id": "1"}, None),
        ({"object_story_spec": STORY, "instagram_user_id": "1"}, 1815199),
        ({"object_story_id": f"{PAGE}_999"}, None),
        ({"source_instagram_media_id": "1"}, None),
        ({"instagram_permalink_url": "https://www.instagram.example/p/1/"}, None),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": "northwind.example"}}}, None),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": "http://[1"}}}, None),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "child_attachments": [{"link": LINK}]}}}, None),
        ({"object_story_spec": {"page_id": PAGE, "video_data": {"title": "x"}}}, None),
        ({"object_story_spec": {"page_id": PAGE, "video_data": {"video_id": "1", "image_url": LINK}}}, 33),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "call_to_action": ["x"]}}}, None),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "call_to_action": {"type": {"a": 1}}}}}, None),
        ({"object_story_spec": STORY | {"instagram_actor_id": "17841400000000001"}}, None),
        ({"object_story_id": "1_2", "instagram_actor_id": "17841400000000001"}, None),
        ({"object_story_spec": STORY, "effective_object_story_id": "1_2"}, None),
        ({"object_story_spec": STORY, "thumbnail_id": "1"}, None),
        ({"object_story_spec": {"page_id": PAGE, "link_data": {"link": LINK, "image_hash": "a", "picture": LINK}}}, None),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"images": [{"hash": "a"}]}}, 2446173),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"asset_customization_rules": [{"title_label": {"name": "x"}}]}}, 2446173),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"titles": [{"text": "a"}, {"text": "b"}]}}, 1885878),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"asset_customization_rules": [{"image_label": "x"}]}}, None),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"asset_customization_rules": [{"title_label": {"name": ["t"]}}]}}, 2446173),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": RULED | {"images": [{"hash": "a", "adlabels": 5}]}}, 2446173),
        ({"object_story_spec": STORY, "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "YES"}}}}, None),
        ({"object_story_spec": {"page_id": PAGE}, "asset_feed_spec": {"optimization_type": "DEGREES_OF_FREEDOM", "bodies": [{"text": "x"}]}}, None),
    ],
)  # fmt: skip
def test_creative_rules(graph, params, subcode):
    """A creative that names what does not exist, or is put together wrongly, is refused."""
    assert refused(graph, f"{DEMO_ACCOUNT}/adcreatives", **params)[:2] == (100, subcode)


@pytest.mark.parametrize(
    "params",
    [
        {"object_story_id": f"{PAGE}_1001"},
        {"object_story_id": f"{PAGE}_23849000000001"},
        {"source_instagram_media_id": "17895695668004550"},
        {"instagram_permalink_url": "https://www.instagram.example/p/17895695668004550/"},
        {"object_story_spec": STORY, "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}}},
    ],
)  # fmt: skip
def test_other_ways_to_a_creative(graph, params):
    """Posts, Instagram media and single features make creatives."""
    made = make(graph, "adcreatives", name="C", **params)
    shown = graph.get(made, fields="status,effective_object_story_id,effective_instagram_media_id")
    assert shown["status"] == "ACTIVE"
    if "object_story_id" in params:
        assert shown["effective_object_story_id"] == params["object_story_id"]
    if {"source_instagram_media_id", "instagram_permalink_url"} & params.keys():
        assert shown["effective_instagram_media_id"] == "17895695668004550"


@pytest.mark.parametrize(
    "field", ["asset_feed_spec", "degrees_of_freedom_spec", "url_tags", "object_story_id"]
)
def test_creatives_stay_as_they_are(graph, field):
    """Only name, status and labels of a creative can change."""
    assert refused(graph, "23849000000001", **{field: "{}"}) == (100, None, field)
    assert graph.post("23849000000001", name="Other") == {"success": True}


def test_tracked_pixels_exist(graph):
    """An ad tracks a pixel that is there."""
    used = {"name": "A", "adset_id": ADSET, "creative": {"creative_id": "23849000000001"}}
    specs = [{"action.type": ["offsite_conversion"], "fb_pixel": ["77"]}]
    assert refused(graph, f"{DEMO_ACCOUNT}/ads", **used, tracking_specs=specs) == (
        100,
        None,
        "tracking_specs",
    )
    assert refused(graph, f"{DEMO_ACCOUNT}/ads", **used, conversion_domain="https://a.b/") == (
        100,
        None,
        "conversion_domain",
    )


@pytest.mark.parametrize(
    ("edge", "params", "blamed"),
    [
        ("ads", {"creative": "null"}, "creative"),
        ("adcreatives", {"object_story_spec": STORY, "degrees_of_freedom_spec": {
            "creative_features_spec": {"image_touchups": {"enroll_status": {}}}
        }}, "creative_features_spec[image_touchups][enroll_status]"),
        ("adrules_library", {"execution_spec": {"execution_type": "CHANGE_CAMPAIGN_BUDGET", "execution_options": 1}},
         "execution_spec"),
        ("adrules_library", {"evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": [
            {"field": [], "operator": "EQUAL", "value": "AD"}
        ]}}, "evaluation_spec"),
    ],
)  # fmt: skip
def test_values_of_the_wrong_type_are_refused(graph, edge, params, blamed):
    """What no code expected is an invalid parameter, never an unknown error (found by `make fuzz`)."""
    filters = [{"field": "entity_type", "operator": "EQUAL", "value": "AD"}]
    usual = {
        "name": "N",
        "adset_id": ADSET,
        "evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": filters},
        "execution_spec": {"execution_type": "PAUSE"},
    }
    assert refused(graph, f"{DEMO_ACCOUNT}/{edge}", **usual | params) == (100, None, blamed)


def test_values_of_the_wrong_type_change_no_ad(graph):
    """A creative that is null and tracking that is a number are refused; what tracks no pixel needs none."""
    assert refused(graph, AD, creative="null") == (100, None, "creative")
    assert refused(graph, AD, tracking_specs=5) == (100, None, "tracking_specs")
    assert graph.post(AD, tracking_specs=[{"action.type": ["post_engagement"]}]) == {"success": True}


def test_an_inactive_account_makes_nothing(graph):
    """Creation needs an active account; the answer is a permission error."""
    graph.app.state.world.account.data["account_status"] = 2
    assert refused(graph, f"{DEMO_ACCOUNT}/campaigns", **NEW)[0] == 200
    assert refused(graph, f"{AD}/copies")[0] == 200


@pytest.mark.parametrize(
    ("edge", "params"),
    [
        ("campaigns", NEW),
        ("adsets", SET),
        ("adcreatives", {"object_story_spec": STORY}),
        ("ads", {"name": "A", "adset_id": ADSET, "creative": {"object_story_spec": STORY}, "adlabels": [{"name": "x"}]}),
    ],
)  # fmt: skip
def test_validate_only_makes_nothing(graph, edge, params):
    """Validation of a creation answers success, makes nothing and logs nothing."""
    before = graph.http.get("http://sandbox/sandbox/state").json()
    sent = params | {"execution_options": ["validate_only"], "fields": "name"}
    assert graph.post(f"{DEMO_ACCOUNT}/{edge}", **sent) == {"success": True}
    assert graph.http.get("http://sandbox/sandbox/state").json() == before


def test_the_envelope(graph):
    """A refusal carries user texts, blame, a trace id of its own call, and the OAuth challenge."""
    ask = {"data": {"daily_budget": "1"}}
    first, again = graph.http.post(ADSET, **ask), graph.http.post(ADSET, **ask)
    error = first.json()["error"]
    assert error == {
        "message": "Invalid parameter",
        "type": "OAuthException",
        "code": 100,
        "error_subcode": 1885272,
        "is_transient": False,
        "error_user_title": "Your budget is too low",
        "error_user_msg": "Your budget must be at least 1.00 USD.",
        "error_data": {"blame_field_specs": [["daily_budget"]]},
        "fbtrace_id": error["fbtrace_id"],
    }
    assert first.json() == again.json()
    assert (
        graph.http.post(ADSET, data={"daily_budget": "2"}).json()["error"]["fbtrace_id"]
        != error["fbtrace_id"]
    )
    assert first.headers["www-authenticate"] == (
        'OAuth "Facebook Platform" "invalid_request" "Invalid parameter"'
    )
    assert "www-authenticate" not in graph.http.get("999").headers
