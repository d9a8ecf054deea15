"""The official SDK reads: accounts, the tree with nested fields, pages of a list, filters, search."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adcreative import AdCreative
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.targetingsearch import TargetingSearch
from facebook_business.adobjects.user import User
from facebook_business.exceptions import FacebookRequestError

NESTED = pytest.mark.filterwarnings("ignore:.* does not allow field:UserWarning")
"""The SDK warns of fields with parts, and sends them."""
CAMPAIGN, ADSET, AD, PAGE = "23846000000002", "23847000000001", "23848000000001", "104200000000001"


def test_accounts_of_the_token(connect):
    """`me/adaccounts` gives AdAccount objects with the types Meta uses."""
    fields = ["name", "account_status", "currency", "timezone_name", "amount_spent", "disable_reason"]
    accounts = User("me", api=connect()).get_ad_accounts(fields=fields)
    assert accounts.total() == 3
    found = {account["id"]: account for account in accounts}
    assert {account["currency"] for account in found.values()} == {"USD", "JPY"}
    assert {account["account_status"] for account in found.values()} == {1, 2}
    assert isinstance(found[DEMO_ACCOUNT], AdAccount)
    assert int(found[DEMO_ACCOUNT]["amount_spent"]) > 0


def test_account_itself(account):
    """The account is read by its own id."""
    account.api_get(fields=["name", "currency", "min_daily_budget", "business"])
    assert account["currency"] == "USD"
    assert account["min_daily_budget"] == 100
    assert account["business"]["id"]


def test_person_and_pages(connect):
    """`me` and its pages; a page gives its own token."""
    me = User("me", api=connect())
    assert me.api_get(fields=["id", "name"])["name"]
    pages = me.get_accounts(fields=["name", "access_token"])
    assert [page["id"] for page in pages] == [PAGE]
    assert Page(PAGE, api=connect()).api_get(fields=["access_token"])["access_token"]


def test_permissions_of_the_token(connect):
    """A read-only token has one permission."""
    rows = User("me", api=connect("sandbox-readonly")).get_permissions()
    assert [row["permission"] for row in rows if row["status"] == "granted"] == ["ads_read"]


def test_from_the_account_down_to_the_ads(account):
    """Each edge leads to the next level, in the SDK's own classes."""
    fields = ["name", "effective_status"]
    campaign = next(c for c in account.get_campaigns(fields=fields) if c["id"] == CAMPAIGN)
    ad_sets = list(campaign.get_ad_sets(fields=[*fields, "daily_budget", "targeting", "campaign_id"]))
    ads = list(AdSet(ADSET, api=account.get_api()).get_ads(fields=[*fields, "creative", "adset_id"]))
    assert isinstance(campaign, Campaign)
    assert ADSET in [ad_set["id"] for ad_set in ad_sets]
    assert {ad_set["campaign_id"] for ad_set in ad_sets} == {CAMPAIGN}
    assert all(int(ad_set["daily_budget"]) > 0 for ad_set in ad_sets)
    assert ad_sets[0]["targeting"]["geo_locations"]["countries"] == ["US", "CA"]
    assert {ad["adset_id"] for ad in ads} == {ADSET}
    (used,) = (ad["creative"]["id"] for ad in ads if ad["id"] == AD)
    creative = AdCreative(used, api=account.get_api())
    creative.api_get(fields=["name", "object_story_spec", "image_hash"])
    assert creative["object_story_spec"]["page_id"] == PAGE
    assert creative["image_hash"]


@NESTED
def test_tree_in_one_request(account):
    """Nested fields with limits come back as lists of objects, and figures inside them."""
    below = "adsets.limit(2){name,ads.limit(2){name,insights.date_preset(last_7d){spend,impressions}}}"
    campaigns = {c["id"]: c for c in account.get_campaigns(fields=["name", below])}
    ad_sets = campaigns[CAMPAIGN]["adsets"]
    assert len(ad_sets) == 2
    assert all(isinstance(ad_set, AdSet) for ad_set in ad_sets)
    figures = [ad["insights"]["data"][0] for s in ad_sets for ad in s["ads"] if "insights" in ad]
    assert all(float(row["spend"]) > 0 and int(row["impressions"]) > 0 for row in figures)
    assert figures


@NESTED
def test_parents_of_an_ad(account):
    """An ad tells its ad set and campaign, as deep as asked."""
    ad = Ad(AD, api=account.get_api()).api_get(fields=["name", "adset{name,campaign{name}}", "campaign{id}"])
    assert ad["adset"]["name"] == "Summer – Prospecting"
    assert ad["adset"]["campaign"]["name"] == "Summer Sale – Sales"
    assert ad["campaign"]["id"] == CAMPAIGN


@pytest.mark.parametrize("limit", [7, 25, 500])
def test_cursor_walks_over_all_pages(account, limit):
    """Whatever the page size, iteration ends and gives every ad once."""
    ads = account.get_ads(fields=["name"], params={"limit": limit})
    total = ads.total()
    ids = [ad["id"] for ad in ads]
    assert len(ids) == len(set(ids)) == total > 60


def test_filters_of_a_list(account):
    """`effective_status` and `filtering` choose; what is archived comes only when asked for."""
    archived = list(account.get_ads(fields=["effective_status"], params={"effective_status": ["ARCHIVED"]}))
    assert {ad["effective_status"] for ad in archived} == {"ARCHIVED"}
    assert not {ad["id"] for ad in archived} & {ad["id"] for ad in account.get_ads()}
    filtering = [{"field": "ad.name", "operator": "CONTAIN", "value": "sandals"}]
    named = list(account.get_ads(fields=["name"], params={"filtering": filtering}))
    assert named
    assert all("sandals" in ad["name"].lower() for ad in named)


def test_many_objects_by_ids_are_refused_as_meta_does_now(connect):
    """`GET /?ids=` is gone from every version since October 2026 (docs/graph-api.md §5)."""
    with pytest.raises(FacebookRequestError) as refused:
        Ad.get_by_ids([AD, "23848000000002"], api=connect())
    assert refused.value.api_error_code() == 100


def test_search_for_interests_and_countries(connect):
    """The catalogue of targeting is searched with the SDK's own search."""
    api = connect()
    interests = TargetingSearch.search({"q": "hiking", "type": "adinterest"}, api=api)
    countries = TargetingSearch.search(
        {"q": "united", "type": "adgeolocation", "location_types": ["country"]}, api=api
    )
    assert interests[0]["id"]
    assert "hik" in interests[0]["name"].lower()
    assert "US" in [country["key"] for country in countries]


def test_targeting_search_of_the_account(account):
    """The account's own search gives the kind of each find."""
    found = list(account.get_targeting_search(params={"q": "camping"}))
    assert found
    assert all(row["type"] and row["id"] for row in found)


def test_recommendations_and_estimates(account):
    """Recommendations, minimum budgets and a delivery estimate parse into SDK objects."""
    assert account.get_recommendations(fields=["recommendations"]) is not None
    assert {row["currency"] for row in account.get_minimum_budgets()} >= {"USD"}
    params = {"optimization_goal": "LINK_CLICKS", "targeting_spec": {"geo_locations": {"countries": ["US"]}}}
    estimate = account.get_delivery_estimate(params=params)[0]
    assert estimate["estimate_ready"]
    assert estimate["estimate_mau_lower_bound"] < estimate["estimate_mau_upper_bound"]


def test_preview_of_an_ad(connect):
    """A preview is an iframe."""
    previews = Ad(AD, api=connect()).get_previews(params={"ad_format": "MOBILE_FEED_STANDARD"})
    assert previews[0]["body"].startswith("<iframe")
