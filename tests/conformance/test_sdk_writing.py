"""The official SDK writes: campaign to ad with picture and creative, status, labels, rules, copies, deletion."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adcreative import AdCreative
from facebook_business.adobjects.adimage import AdImage
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.exceptions import FacebookRequestError

CAMPAIGN = {
    "name": "Conformance",
    "objective": "OUTCOME_SALES",
    "status": "PAUSED",
    "special_ad_categories": [],
    "is_adset_budget_sharing_enabled": False,
}
ADSET = {
    "name": "Hikers",
    "status": "PAUSED",
    "daily_budget": 2000,
    "billing_event": "IMPRESSIONS",
    "optimization_goal": "OFFSITE_CONVERSIONS",
    "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
    "promoted_object": {"pixel_id": "520000000000001", "custom_event_type": "PURCHASE"},
    "targeting": {
        "geo_locations": {"countries": ["US"]},
        "targeting_automation": {"advantage_audience": 0},
    },
}


@pytest.fixture
def made(account, picture, story):
    """Make a campaign with an ad set, a picture, a creative and an ad."""
    campaign = account.create_campaign(params=CAMPAIGN)
    ad_set_id = account.create_ad_set(params=ADSET | {"campaign_id": campaign["id"]})["id"]
    ad_set = AdSet(ad_set_id, api=account.get_api())  # what the SDK gives itself has no methods
    image = account.create_ad_image(params={"filename": str(picture)})
    story["link_data"]["image_hash"] = image["hash"]
    creative = account.create_ad_creative(params={"name": "Tent", "object_story_spec": story})
    ad = account.create_ad(
        params={
            "name": "Tent",
            "adset_id": ad_set["id"],
            "creative": {"creative_id": creative["id"]},
            "status": "PAUSED",
            "conversion_domain": "northwind.example",
        }
    )
    return campaign, ad_set, image, creative, ad


def test_from_campaign_to_ad(made):
    """Everything made is of the right class and reads back as it was written."""
    campaign, ad_set, image, creative, ad = made
    assert [type(o) for o in made] == [Campaign, AdSet, AdImage, AdCreative, Ad]
    assert campaign.api_get(fields=["name", "status", "objective"]).export_all_data() == {
        "name": "Conformance",
        "status": "PAUSED",
        "objective": "OUTCOME_SALES",
        "id": campaign["id"],
    }
    ad_set.api_get(fields=["daily_budget", "campaign_id", "targeting"])
    assert (ad_set["daily_budget"], ad_set["campaign_id"]) == ("2000", campaign["id"])
    ad.api_get(fields=["adset_id", "campaign_id", "creative", "effective_status"])
    assert (ad["adset_id"], ad["campaign_id"]) == (ad_set["id"], campaign["id"])
    assert ad["creative"]["id"] == creative["id"]
    assert ad["effective_status"] == "CAMPAIGN_PAUSED"
    creative.api_get(fields=["image_hash"])
    assert creative["image_hash"] == image["hash"]


def test_pictures_are_found_by_their_hash(account, picture):
    """The same picture again is the same hash; it is listed by hash and deleted by hash."""
    image = account.create_ad_image(params={"filename": str(picture)})
    again = account.create_ad_image(params={"filename": str(picture)})
    assert again["hash"] == image["hash"]
    asked = {"hashes": [image["hash"]]}
    found = list(account.get_ad_images(fields=["width", "height"], params=asked))
    assert [(i["width"], i["height"]) for i in found] == [(1080, 1080)]
    assert found[0]["id"] == f"{DEMO_ACCOUNT.removeprefix('act_')}:{image['hash']}"
    account.delete_ad_images(params={"hash": image["hash"]})
    assert list(account.get_ad_images(params=asked)) == []


@pytest.mark.filterwarnings("ignore:value of bytes might not be compatible:UserWarning")
def test_a_picture_as_text(account, picture):
    """`bytes` takes a picture in base64."""
    import base64

    image = account.create_ad_image(params={"bytes": base64.b64encode(picture.read_bytes()).decode()})
    assert image["hash"]


def test_the_older_way_to_write(connect, picture, story):
    """`remote_create`, `remote_read`, `remote_update` and `remote_delete` still do."""
    api = connect()
    image = AdImage(parent_id=DEMO_ACCOUNT, api=api)
    image["filename"] = str(picture)
    image.remote_create()
    story["link_data"]["image_hash"] = image.get_hash()
    creative = AdCreative(parent_id=DEMO_ACCOUNT, api=api)
    creative.update({"name": "Old way", "object_story_spec": story})
    creative.remote_create()
    creative["name"] = "Renamed"
    creative.remote_update()
    assert creative.remote_read(fields=["name"])["name"] == "Renamed"
    creative.remote_delete()


def test_status_goes_on_and_off(made):
    """`api_update` sets the status; the parents decide what becomes of it."""
    campaign, ad_set, *_, ad = made
    ad.api_update(params={"status": "ACTIVE"})
    assert ad.api_get(fields=["effective_status"])["effective_status"] == "CAMPAIGN_PAUSED"
    for parent in (campaign, ad_set):
        parent.api_update(params={"status": "ACTIVE"})
    assert ad.api_get(fields=["effective_status"])["effective_status"] == "PENDING_REVIEW"
    ad.api_update(params={"status": "PAUSED"})
    ad.api_get(fields=["status", "effective_status", "configured_status"])
    assert {ad["status"], ad["effective_status"], ad["configured_status"]} == {"PAUSED"}


def test_an_update_tells_the_fields_asked(made):
    """A write that carries `fields` answers them (docs/graph-api.md §6, read after write)."""
    campaign = made[0]
    campaign.api_update(fields=["name", "updated_time"], params={"name": "Renamed"})
    assert campaign["name"] == "Renamed"


def test_the_log_names_what_happened(made, account):
    """Every event type is one that Meta has: the SDK warns of any other."""
    campaign, ad_set, *_, creative, ad = made
    ad_set.api_update(params={"end_time": "2027-01-01T00:00:00-0500", "daily_budget": 2600})
    campaign.api_update(params={"name": "Logged", "spend_cap": 50000})
    creative.api_update(params={"name": "Logged"})
    ad.api_update(params={"status": "ACTIVE", "name": "Logged"})
    rows = list(account.get_activities(fields=["event_type", "object_id", "event_time", "extra_data"]))
    mine = {row["event_type"] for row in rows if row["object_id"] in {o["id"] for o in made}}
    assert mine >= {"create_campaign_group", "create_ad_set", "create_ad", "update_ad_run_status"}
    assert mine >= {"update_ad_set_budget", "update_ad_set_duration", "edit_and_update_ad_creative"}


def test_budget_changes(made):
    """A budget is a whole number of minor units, read back as text."""
    ad_set = made[1]
    ad_set.api_update(params={"daily_budget": 2500})
    assert ad_set.api_get(fields=["daily_budget"])["daily_budget"] == "2500"


def test_validate_only_makes_nothing(account):
    """A dry run is checked, and leaves nothing."""
    before = account.get_campaigns().total()
    account.create_campaign(params=CAMPAIGN | {"execution_options": ["validate_only"]})
    assert account.get_campaigns().total() == before
    with pytest.raises(FacebookRequestError):
        account.create_campaign(params=CAMPAIGN | {"name": "", "execution_options": ["validate_only"]})


def test_labels_find_what_carries_them(made, account):
    """A label made with an object, or put on it, leads back to it."""
    ad_set = made[1]
    label = account.create_ad_label(params={"name": "conformance"})
    ad_set.create_ad_label(params={"adlabels": [{"id": label["id"]}]})
    asked = {"ad_label_ids": [label["id"]], "operator": "ANY"}
    assert [found["id"] for found in account.get_ad_sets_by_labels(params=asked)] == [ad_set["id"]]
    assert ad_set.api_get(fields=["adlabels"])["adlabels"][0]["name"] == "conformance"
    ad_set.delete_ad_labels(params={"adlabels": [{"id": label["id"]}]})
    assert not list(account.get_ad_sets_by_labels(params=asked))


def test_rules_in_the_library(account):
    """An automated rule is made, read, previewed, changed and deleted."""
    rule = account.create_ad_rules_library(
        params={
            "name": "Pause high CPA",
            "status": "ENABLED",
            "evaluation_spec": {
                "evaluation_type": "SCHEDULE",
                "filters": [
                    {"field": "entity_type", "operator": "EQUAL", "value": "AD"},
                    {"field": "time_preset", "operator": "EQUAL", "value": "LAST_7D"},
                    {"field": "spent", "operator": "GREATER_THAN", "value": 2000},
                ],
            },
            "execution_spec": {"execution_type": "PAUSE", "execution_options": []},
            "schedule_spec": {"schedule_type": "SEMI_HOURLY"},
        }
    )
    rule.api_get(fields=["name", "status", "execution_spec"])
    assert rule["execution_spec"]["execution_type"] == "PAUSE"
    rule.api_update(params={"status": "DISABLED"})
    assert rule.api_get(fields=["status"])["status"] == "DISABLED"
    assert rule["id"] in [found["id"] for found in account.get_ad_rules_library()]
    rule.api_delete()
    assert rule["id"] not in [found["id"] for found in account.get_ad_rules_library()]


def test_copies(made):
    """Ad, ad set and campaign are copied, paused, and alone unless asked for deep copies."""
    campaign, ad_set, *_, ad = made
    options = {"rename_options": {"rename_strategy": "DEEP_RENAME", "rename_suffix": " again"}}
    copied = ad.create_copy(params=options).export_all_data()
    assert copied["copied_ad_id"] not in ("", ad["id"])
    assert ad_set.create_copy(params={"deep_copy": True}).export_all_data()["copied_adset_id"]
    assert campaign.create_copy().export_all_data()["copied_campaign_id"]
    names = [a["name"] for a in ad_set.get_ads(fields=["name"])]
    assert "Tent again" in names


def test_deleted_things_are_gone_from_lists(made, account):
    """`api_delete` takes an object from every list; its own id still answers."""
    campaign, *_, ad = made
    ad.api_delete()
    assert ad.api_get(fields=["status"])["status"] == "DELETED"
    assert ad["id"] not in [found["id"] for found in account.get_ads(params={"limit": 500})]
    campaign.api_delete()
    assert campaign["id"] not in [found["id"] for found in account.get_campaigns()]


def test_several_pictures_in_one_request(connect, picture, tmp_path):
    """Each file of a multipart request becomes a picture under its own name."""
    from PIL import Image

    Image.new("RGB", (600, 600), (1, 2, 3)).save(tmp_path / "second.png")
    parts = {"a": picture.open("rb"), "b": (tmp_path / "second.png").open("rb")}
    try:
        answer = connect().call("POST", (DEMO_ACCOUNT, "adimages"), files=parts)
    finally:
        for part in parts.values():
            part.close()
    assert set(answer.json()["images"]) == {"hero-v1.jpg", "second.png"}


def test_nothing_is_written_to_an_account_of_others(connect):
    """An account that does not exist for this token is 100/33."""
    with pytest.raises(FacebookRequestError) as refused:
        AdAccount("act_1", api=connect()).create_campaign(params=CAMPAIGN)
    assert (refused.value.api_error_code(), refused.value.api_error_subcode()) == (100, 33)
