"""Targeting: what a spec may say, what can be searched for, and how large an audience is."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

CAMPING, RETIRED = "6003397496347", "6003012461997"
US = {"geo_locations": {"countries": ["US"]}}
SET = {
    "name": "S", "campaign_id": "23846000000002", "billing_event": "IMPRESSIONS", "status": "PAUSED",
    "optimization_goal": "LINK_CLICKS", "daily_budget": 5000,
}  # fmt: skip


def adset(graph, version="v26.0", **params):
    """Send an ad set; give the body."""
    from tests.sandbox.conftest import flat

    return graph.http.post(f"http://sandbox/{version}/{DEMO_ACCOUNT}/adsets", data=flat(SET | params)).json()


@pytest.mark.parametrize(
    ("spec", "subcode"),
    [
        ({}, 1487079),
        ({"geo_locations": {"countries": ["Germany"]}}, 1487079),
        ({"geo_locations": {"countries": {"US": 1}}}, 1487079),
        ({"geo_locations": {"countries": [{}]}}, 1487079),
        ({"geo_locations": {"regions": [{"key": "3843", "radius": 10}]}}, 1487079),
        ({"geo_locations": {"cities": [{"key": "1"}]}}, 1487079),
        (US | {"excluded_geo_locations": {"countries": ["US"]}}, 1487079),
        (US | {"age_min": 12}, 1487079),
        (US | {"age_min": 40, "age_max": 30}, 1487079),
        (US | {"age_min": "old"}, 1487079),
        (US | {"genders": [3]}, 1487079),
        (US | {"targeting_automation": {"advantage_audience": 2}}, 1487079),
        (US | {"targeting_automation": {"advantage_audience": [1]}}, 1487079),
        (US | {"targeting_automation": {"advantage_audience": 1}, "age_min": 26}, 1870188),
        (US | {"targeting_automation": {"advantage_audience": 1}, "age_max": 64}, 1870189),
        (US | {"age_range": [30]}, 1487079),
        (US | {"age_range": [40, 30]}, 1487079),
        (US | {"publisher_platforms": ["myspace"]}, 1487079),
        (US | {"publisher_platforms": ["facebook"], "instagram_positions": ["story"]}, 1487079),
        (US | {"publisher_platforms": ["audience_network"]}, 1487079),
        (US | {"instagram_positions": ["explore"]}, 1487079),
        (US | {"facebook_positions": ["video_feeds"]}, 2490562),
        (US | {"interests": [{"id": "1"}]}, 1487079),
        (US | {"interests": [{"id": RETIRED}]}, 1487694),
        (US | {"flexible_spec": [{"interests": [{"id": CAMPING}, RETIRED]}]}, 1487694),
        (US | {"exclusions": {"behaviors": [{"id": RETIRED}]}}, 1487694),
        (US | {"flexible_spec": ["x"]}, 1487079),
    ],
)
def test_wrong_specs(graph, spec, subcode):
    """A spec Meta would refuse is refused on creation, on update and for estimates."""
    assert adset(graph, targeting=spec)["error"]["error_subcode"] == subcode
    assert graph.error("POST", ADSET, targeting=spec)["error_subcode"] == subcode
    assert (
        graph.error("GET", f"{DEMO_ACCOUNT}/reachestimate", targeting_spec=spec)["error_subcode"] == subcode
    )


def test_a_full_spec(graph):
    """A spec with everything in it is stored as it was sent."""
    spec = {
        "geo_locations": {"cities": [{"key": "2511140", "radius": 15, "distance_unit": "mile"}], "zips": [{"key": "US:10001"}]},
        "age_min": 21, "age_max": 50, "genders": [2], "publisher_platforms": ["facebook", "instagram"],
        "flexible_spec": [{"interests": [{"id": CAMPING, "name": "Camping"}]}],
        "targeting_automation": {"advantage_audience": 0},
    }  # fmt: skip
    assert graph.get(adset(graph, targeting=spec)["id"], fields="targeting")["targeting"] == spec


def test_messenger_stories_are_dropped(graph):
    """The placement goes silently, and the list with it when nothing is left."""
    spec = US | {"messenger_positions": ["story", "messenger_home"]}
    made = adset(graph, targeting=spec)["id"]
    assert graph.get(made, fields="targeting")["targeting"]["messenger_positions"] == ["messenger_home"]
    graph.post(made, targeting=US | {"messenger_positions": ["story"]})
    assert graph.get(made, fields="targeting")["targeting"] == US


def test_explore_is_refused_on_v26_only(graph):
    """Older versions still take the Instagram explore placement."""
    assert "id" in adset(graph, "v25.0", targeting=US | {"instagram_positions": ["explore"]})


def test_special_categories_need_an_explicit_audience_flag(graph):
    """v26.0 wants the flag when the audience is narrowed; broad audiences and v25.0 go without."""
    new = {
        "objective": "OUTCOME_TRAFFIC",
        "special_ad_categories": ["HOUSING"],
        "is_adset_budget_sharing_enabled": False,
    }
    campaign = graph.post(f"{DEMO_ACCOUNT}/campaigns", name="N", **new)["id"]
    narrow = US | {"interests": [{"id": CAMPING}]}
    refused = adset(graph, campaign_id=campaign, targeting=narrow)["error"]
    assert "ADS_TARGETING__REQUIRE_EXPLICIT_ADVANTAGE_AUDIENCE_FLAG" in refused["message"]
    told = narrow | {"targeting_automation": {"advantage_audience": 0}}
    for version, spec in (("v26.0", told), ("v26.0", US), ("v25.0", narrow)):
        assert "id" in adset(graph, version, campaign_id=campaign, targeting=spec)
    assert "id" in adset(graph, targeting=narrow)


def test_delivery_in_the_eu_names_beneficiary_and_payor(graph):
    """Both are needed, on creation and when the targeting moves into the EU; account defaults do as well."""
    spec = {"geo_locations": {"regions": [{"key": "2655"}]}}
    for given, blame in ({}, "dsa_beneficiary"), ({"dsa_beneficiary": "N"}, "dsa_payor"):
        error = adset(graph, targeting=spec, **given)["error"]
        assert error["error_data"] == {"blame_field_specs": [[blame]]}
        assert error["error_user_msg"]
    assert "id" in adset(graph, targeting=spec, dsa_beneficiary="N", dsa_payor="N")
    assert graph.error("POST", ADSET, targeting=spec)["code"] == 100
    graph.app.state.world.account.data |= {"default_dsa_beneficiary": "N", "default_dsa_payor": "N"}
    assert "id" in adset(graph, targeting=spec)


def test_delivery_in_taiwan_is_declared(graph):
    """By its category, or a narrower one of the same country; ids are numbers."""
    spec = {"geo_locations": {"countries": ["TW"]}}
    error = adset(graph, targeting=spec)["error"]
    assert error["message"].endswith("TAIWAN_UNIVERSAL")
    assert error["error_data"] == {"blame_field_specs": [["regional_regulated_categories"]]}
    for category in ("TAIWAN_UNIVERSAL", "TAIWAN_FINSERV"):
        assert "id" in adset(graph, targeting=spec, regional_regulated_categories=[category])
    named = {"regional_regulation_identities": {"taiwan_universal_payer": "Us"}}
    refused = adset(graph, targeting=spec, regional_regulated_categories=["TAIWAN_UNIVERSAL"], **named)
    assert "must be a number" in refused["error"]["message"]
    assert "error" in adset(graph, targeting=US, regional_regulated_categories=["MARS"])


def test_a_name_in_the_eu_has_its_length(graph):
    """Beneficiary and payor have at most 512 characters."""
    assert adset(graph, targeting=US, dsa_payor="x" * 513)["error"]["code"] == 100


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"type": "adinterest", "q": "camp"}, ["Camping (outdoors activities)"]),
        ({"type": "adinterest", "q": "(retail)", "limit": 1}, ["Sporting goods (retail)"]),
        ({"type": "adinterest", "q": "survivalism"}, []),
        ({"type": "adgeolocation", "q": "new york", "location_types": ["city"]}, ["New York"]),
        ({"type": "adgeolocation", "q": "new york"}, ["New York", "New York"]),
        ({"type": "adgeolocation", "q": "port", "country_code": "US", "location_types": ["city"]}, ["Portland"]),
        ({"type": "adcountry", "q": "de"}, ["Germany", "Denmark", "Sweden"]),
        ({"type": "adlocale", "q": "english (u"}, ["English (US)", "English (UK)"]),
        ({"type": "adTargetingCategory", "class": "behaviors"}, ["Frequent travellers", "Engaged shoppers"]),
        ({"type": "adTargetingCategory", "class": "user_os"}, ["iOS", "Android", "Windows Phone"]),
        ({"type": "adinterestsuggestion", "interest_list": ["Music (entertainment & media)"]}, ["Movies (entertainment & media)"]),
    ],
)  # fmt: skip
def test_search(demo, params, names):
    """The search finds what the catalogue holds."""
    found = [row["name"] for row in demo.get("search", **params)["data"]]
    assert sorted(found) == sorted(names)


def test_interests_are_validated(demo):
    """Retired and unknown interests are told from valid ones."""
    asked = {"interest_list": ["Hiking (sport & outdoors)", "Nonsense"], "interest_fbid_list": [RETIRED]}
    rows = demo.get("search", type="adinterestvalid", **asked)["data"]
    assert [row["valid"] for row in rows] == [True, False, False]
    listed = {"targeting_list": [{"type": "interests", "id": CAMPING}, {"type": "interests", "id": RETIRED}]}
    rows = demo.get(f"{DEMO_ACCOUNT}/targetingvalidation", **listed)["data"]
    assert [(row["id"], row["valid"]) for row in rows] == [(CAMPING, True), (RETIRED, False)]


def test_account_searches(demo):
    """Search, browse and suggestions of the account speak of interests and behaviours alike."""
    found = demo.get(f"{DEMO_ACCOUNT}/targetingsearch", q="hik")["data"]
    assert (found[0]["type"], found[0]["path"][0]) == ("interests", "Interests")
    assert 0 < found[0]["audience_size_lower_bound"] < found[0]["audience_size_upper_bound"]
    every = demo.get(f"{DEMO_ACCOUNT}/targetingbrowse")["data"]
    assert RETIRED not in {row["id"] for row in every}
    assert {row["type"] for row in every} == {"interests", "behaviors"}
    only = demo.get(f"{DEMO_ACCOUNT}/targetingbrowse", limit_type="behaviors")["data"]
    assert {row["type"] for row in only} == {"behaviors"}
    like = demo.get(
        f"{DEMO_ACCOUNT}/targetingsuggestions", targeting_list=[{"type": "interests", "id": CAMPING}]
    )
    assert CAMPING not in {row["id"] for row in like["data"]}
    assert like["data"]


@pytest.mark.parametrize(
    "params", [{}, {"type": "adfriend", "q": "x"}, {"type": "adinterest"}, {"type": "adinterestvalid"}]
)
def test_refused_searches(demo, params):
    """A search needs a type and words."""
    assert demo.error("GET", "search", **params)["code"] == 100


def test_estimates_grow_with_the_audience(demo):
    """Fewer places, ages, genders or interests make a smaller audience, never an empty one."""
    specs = [
        {"geo_locations": {"countries": ["US", "CA"]}},
        US,
        US | {"age_min": 25, "age_max": 40},
        US | {"age_min": 25, "age_max": 40, "genders": [1]},
        US | {"age_min": 25, "age_max": 40, "genders": [1], "interests": [{"id": CAMPING}]},
    ]
    goal = {"optimization_goal": "REACH"}
    sizes = [
        demo.get(f"{DEMO_ACCOUNT}/delivery_estimate", targeting_spec=spec, **goal)["data"][0]["estimate_mau_upper_bound"]
        for spec in specs
    ]  # fmt: skip
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    assert sizes[-1] >= 1000
    reach = demo.get(f"{DEMO_ACCOUNT}/reachestimate", targeting_spec=US)["data"]
    assert reach["users_upper_bound"] == sizes[1]


def test_an_ad_set_has_an_estimate(demo):
    """An ad set's own targeting is estimated; the fields v26.0 dropped are unknown."""
    row = demo.get(f"{ADSET}/delivery_estimate", fields="estimate_ready,estimate_mau_lower_bound")["data"][0]
    assert row["estimate_ready"] is True
    assert demo.error("GET", f"{ADSET}/delivery_estimate", fields="estimate_dau")["code"] == 100
    assert demo.error("GET", f"{DEMO_ACCOUNT}/delivery_estimate", targeting_spec=US)["code"] == 100
    assert demo.error("GET", f"{DEMO_ACCOUNT}/reachestimate")["code"] == 100
