"""Ads get other content by a new creative, and go into other ad sets with the one they have."""

from pathlib import Path
from typing import Any

import pytest

from tests.tools.support import ACCOUNT, BROAD, EARLY_BIRD, JACKET, PROSPECTING, SUMMER, TENT, Desk, a_picture
from tools.domain.changes import Effect
from tools.domain.copying.swapping import Swap, swapped
from tools.domain.tool import ToolError
from tools.edit.refresh_ad import KEPT, LOST, REVIEW

OTHER = "23849000000002"


def creative_of(desk: Desk, ad_id: str) -> dict[str, Any]:
    fields = "creative{id,object_story_spec,asset_feed_spec,effective_object_story_id}"
    return desk.graph(ad_id, fields=fields)["creative"]


def test_new_words_make_a_creative_that_takes_everything_else_over(desk: Desk) -> None:
    """Picture, link, page and button stay; the ad waits for the creative, and says what it costs."""
    before = creative_of(desk, TENT)
    creative, ad = desk.propose("refresh_ad", ad_ids=[TENT], bodies=["Warm nights"], titles=["Tents"]).changes
    old, new = before["object_story_spec"], creative.request.params["object_story_spec"]
    changed = {"message": "Warm nights", "name": "Tents"}
    assert new == old | {"link_data": old["link_data"] | changed}
    assert creative.shown == {"new text": "Warm nights", "new title": "Tents"}
    assert (ad.kind, ad.effect, ad.target, ad.depends_on) == (
        "refresh_ad",
        Effect.CHANGE_CONTENT,
        TENT,
        (creative.id,),
    )
    assert ad.request.params == {"creative": {"creative_id": {"$from": creative.id, "field": "id"}}}
    assert ad.before == {"creative": before["id"]}
    assert (ad.shown["likes and comments"], ad.shown["review"]) == (LOST, REVIEW)


def test_at_meta_the_ad_shows_the_new_picture_and_is_reviewed_again(desk: Desk, tmp_path: Path) -> None:
    """Upload, creative and ad of one turn, made in order."""
    desk.propose("upload_image", paths=[str(a_picture(tmp_path / "new.png"))])
    desk.propose("refresh_ad", ad_ids=[TENT], image_hashes=["new:new.png"])
    image_hash, creative_id, _ = desk.enact(*desk.context.pending)
    shown = creative_of(desk, TENT)
    assert shown["id"] == creative_id
    assert shown["object_story_spec"]["link_data"]["image_hash"] == image_hash
    assert desk.graph(TENT, fields="effective_status")["effective_status"] == "PENDING_REVIEW"


def test_undo_puts_the_old_creative_back_and_then_deletes_the_new_one(desk: Desk) -> None:
    """Somebody else's creative in the meantime is left alone."""
    before = creative_of(desk, TENT)
    desk.enact(*desk.propose("refresh_ad", ad_ids=[TENT], bodies=["Warm nights"]).changes)
    new = creative_of(desk, TENT)["id"]
    back, gone = desk.propose("undo", change_set_id="cs-1").changes
    assert (back.kind, back.effect, back.request.params) == (
        "refresh_ad",
        Effect.CHANGE_CONTENT,
        {"creative": {"creative_id": before["id"]}},
    )
    assert (back.before, back.after) == ({"creative": new}, {"creative": before["id"]})
    assert (gone.target, gone.depends_on) == (new, (back.id,))
    desk.send("POST", TENT, {"creative": {"creative_id": OTHER}})
    said = desk.refusal("undo", change_set_id="cs-1")
    assert f"changed again since (now {OTHER}), left alone" in said
    desk.send("POST", TENT, {"creative": {"creative_id": new}})
    desk.enact(back, gone, change_set="cs-2")
    assert creative_of(desk, TENT)["id"] == before["id"]


def test_a_video_without_a_thumbnail_asks_for_one(desk: Desk) -> None:
    """Meta refuses a video without one (1443226); a picture that is given is one."""
    story = {"page_id": "104200000000001", "video_data": {"video_id": "7", "message": "Look"}}
    desk.world.nodes[creative_of(desk, TENT)["id"]].data["object_story_spec"] = story
    assert "has no thumbnail to take along" in desk.refusal("refresh_ad", ad_ids=[TENT], bodies=["x"])
    image = desk.graph(f"{ACCOUNT}/adimages", fields="hash", limit="1")["data"][0]["hash"]
    assert desk.propose("refresh_ad", ad_ids=[TENT], image_hashes=[image]).changes


def test_a_creative_that_is_gone_is_not_set_back(desk: Desk) -> None:
    """Meta would refuse it; the ad goes on with the new one, and it is said."""
    before = creative_of(desk, TENT)
    desk.enact(*desk.propose("refresh_ad", ad_ids=[TENT], bodies=["Warm nights"]).changes)
    desk.world.nodes[before["id"]].data["status"] = "DELETED"
    said = desk.refusal("undo", change_set_id="cs-1")
    assert f"the creative {before['id']} that it showed before is gone, left alone" in said


def test_a_creative_that_is_there_can_be_given_whole(desk: Desk) -> None:
    """With the same post likes are kept, with another they are not; what shows it already needs nothing."""
    own = creative_of(desk, TENT)
    change = desk.one("refresh_ad", ad_ids=[TENT], creative_id=OTHER)
    assert change.after == {"creative": OTHER}
    assert change.shown["likes and comments"] == LOST
    post = own["effective_object_story_id"]
    same = desk.send("POST", f"{ACCOUNT}/adcreatives", {"name": "again", "object_story_id": post})["id"]
    assert desk.one("refresh_ad", ad_ids=[TENT], creative_id=same).shown["likes and comments"] == KEPT
    proposal = desk.propose("refresh_ad", ad_ids=[TENT], creative_id=own["id"])
    assert (proposal.changes, "shows it already" in proposal.note) == ((), True)


def test_ads_that_share_a_creative_share_the_new_one(desk: Desk) -> None:
    """One new creative for both, and one request for all that is read of creatives."""
    shared = creative_of(desk, TENT)["id"]
    desk.send("POST", JACKET, {"creative": {"creative_id": shared}})
    changes = desk.propose("refresh_ad", ad_ids=[TENT, JACKET], bodies=["New"]).changes
    assert [c.kind for c in changes] == ["create_creative", "refresh_ad", "refresh_ad"]
    assert len({c.id for c in changes}) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give either creative_id, or the texts"),
        ({"creative_id": OTHER, "bodies": ["x"]}, "give either creative_id, or the texts"),
        ({"bodies": ["a", "b"]}, "shows one picture and one text"),
        ({"titles": ["x" * 51]}, "has 51 characters; at most 50"),
        ({"link": "http://a.example"}, "is no https link"),
        ({"image_hashes": ["beef"]}, "Not in the image library"),
        ({"creative_id": "77"}, f"Not a creative of {ACCOUNT}: 77"),
        ({"bodies": ["x"], "ad_ids": [SUMMER]}, "it is the campaign"),
        ({"bodies": ["x"], "ad_ids": ["5"]}, f"Not an ad of {ACCOUNT}: 5 (no such id"),
        ({"call_to_action": "BUY IT"}, "use "),
    ],
)
def test_what_cannot_be_swapped_is_refused(reading: Desk, given: dict[str, Any], said: str) -> None:
    """Before anything is sent."""
    assert said in reading.refusal("refresh_ad", **{"ad_ids": [TENT]} | given)


def swap(**given: Any) -> Swap:
    empty: dict[str, Any] = dict.fromkeys(("images", "bodies", "titles", "descriptions"), ())
    return Swap(**empty | {"call_to_action": "", "link": ""} | given)


FEED = {
    "bodies": [{"text": "a"}, {"text": "b"}],
    "images": [{"hash": "1"}],
    "link_urls": [{"website_url": "u"}],
}


@pytest.mark.parametrize(
    ("row", "given", "path", "value"),
    [
        ({"asset_feed_spec": FEED}, {"bodies": ("x", "y")}, "asset_feed_spec.bodies.1.text", "y"),
        ({"asset_feed_spec": FEED}, {"images": (("2", "", "n"),)}, "asset_feed_spec.images.0.hash", "2"),
        ({"asset_feed_spec": FEED}, {"link": "https://a.example"}, "asset_feed_spec.bodies.0.text", "a"),
        (
            {"video_data": {"video_id": "7", "image_url": "u", "image_hash": "h"}},
            {"bodies": ("x",)},
            "video_data.image_url",
            None,
        ),
        ({"video_data": {"video_id": "7"}}, {"titles": ("x",)}, "video_data.title", "x"),
        (
            {"link_data": {"link": "u", "picture": "p", "image_hash": "h"}},
            {"titles": ("x",)},
            "link_data.picture",
            None,
        ),
        (
            {"link_data": {"link": "u", "call_to_action": {"type": "SHOP_NOW", "value": {"link": "u"}}}},
            {"link": "https://a.example"},
            "link_data.call_to_action",
            {"type": "SHOP_NOW", "value": {"link": "https://a.example"}},
        ),
        (
            {"link_data": {"link": "u", "child_attachments": [{}, {}]}},
            {"bodies": ("x",)},
            "link_data.message",
            "x",
        ),
    ],
)
def test_each_kind_of_creative_is_carried_over(row: Any, given: Any, path: str, value: Any) -> None:
    """What is not swapped stays, and of what Meta shows twice only one is sent."""
    feed = row.pop("asset_feed_spec", None) if "asset_feed_spec" in row else None
    made: Any = swapped(
        {"id": "1", "object_story_spec": {"page_id": "9"} | row, "asset_feed_spec": feed}, swap(**given)
    )
    assert made["object_story_spec"]["page_id"] == "9"
    found = made if path.startswith("asset") else made["object_story_spec"]
    for part in path.split("."):
        found = found[int(part)] if isinstance(found, list) else found.get(part)
    assert found == value


@pytest.mark.parametrize(
    ("row", "given"),
    [
        ({"object_story_spec": None, "object_story_id": "1_2"}, {"bodies": ("x",)}),
        ({"object_story_spec": {"page_id": "9", "photo_data": {}}}, {"bodies": ("x",)}),
        ({"object_story_spec": {"link_data": {"child_attachments": [{}]}}}, {"titles": ("x",)}),
        ({"object_story_spec": {}, "asset_feed_spec": {"videos": [{}]}}, {"images": (("h", "", "n"),)}),
    ],
)
def test_what_cannot_be_carried_over_is_said(row: Any, given: Any) -> None:
    """A post, a carousel and a video need a creative of their own."""
    with pytest.raises(ToolError, match="Make a new creative and give its creative_id"):
        swapped({"id": "1"} | row, swap(**given))


def test_the_old_bundle_of_features_is_left_behind() -> None:
    """Meta refuses it; single features keep what was chosen for them."""
    features = {
        "standard_enhancements": {"enroll_status": "OPT_IN"},
        "image_touchups": {"enroll_status": "OPT_OUT"},
    }
    row = {
        "object_story_spec": {"link_data": {"link": "u"}},
        "degrees_of_freedom_spec": {"creative_features_spec": features},
    }
    kept = swapped(row, swap(bodies=("x",)))["degrees_of_freedom_spec"]
    assert kept == {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}}


def test_a_duplicate_has_the_same_creative_and_is_paused(desk: Desk) -> None:
    """One ad per ad set, under its name, recognisable like every ad we make; likes are kept with the post."""
    desk.world.nodes[TENT].data["conversion_domain"] = "northwind.example"
    source = desk.graph(TENT, fields="name,creative{id}")
    (change,) = desk.propose("duplicate_ad", ad_id=TENT, adset_ids=[BROAD, BROAD]).changes
    assert (change.kind, change.effect, change.name) == ("create_ad", Effect.CREATE, source["name"])
    assert change.request.params == {
        "name": source["name"],
        "adset_id": BROAD,
        "creative": {"creative_id": source["creative"]["id"]},
        "status": "PAUSED",
        "adlabels": [{"name": change.marker}],
        "conversion_domain": "northwind.example",
        "tracking_specs": [{"action.type": ["offsite_conversion"], "fb_pixel": ["520000000000001"]}],
    }
    assert "with its likes and comments" in change.shown["note"]
    (ad_id,) = desk.enact(change)
    assert desk.graph(ad_id, fields="status,adset_id")["status"] == "PAUSED"
    same = desk.one("duplicate_ad", ad_id=TENT, adset_ids=[PROSPECTING])
    assert same.name == f"{source['name']} – copy"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ad_id": "5"}, f"Not an ad of {ACCOUNT}: 5 (no such id"),
        ({"ad_id": SUMMER}, "it is the campaign"),
        ({"adset_ids": ["5", EARLY_BIRD]}, f"Not an ad set of {ACCOUNT}: 5 (no such id"),
        ({"adset_ids": []}, "give adset_ids"),
    ],
)
def test_a_duplicate_needs_an_ad_and_ad_sets_of_the_account(
    reading: Desk, given: dict[str, Any], said: str
) -> None:
    """Everything else is refused."""
    assert said in reading.refusal("duplicate_ad", **{"ad_id": TENT, "adset_ids": [BROAD]} | given)


def test_an_ad_whose_creative_is_gone_is_not_duplicated(desk: Desk) -> None:
    """Meta would refuse each copy."""
    desk.world.nodes[creative_of(desk, TENT)["id"]].data["status"] = "DELETED"
    assert "was deleted" in desk.refusal("duplicate_ad", ad_id=TENT, adset_ids=[BROAD])
