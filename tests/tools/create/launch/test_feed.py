"""Asset feeds of Meta Ads Kit: what Meta does not take any more is translated, and it is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.create.launch.support import (
    LINK,
    PROSPECTING,
    Desk,
    launch_file,
    new_adset,
    notes,
    of_kind,
    planned,
    problems,
)

FEED: dict[str, Any] = {"bodies": [{"text": "One."}], "titles": [{"text": "T"}]}
OLD = {
    "bodies": [{"text": "One."}, {"text": "Two."}],
    "call_to_actions": [
        {"type": "SHOP_NOW", "value": {"link": "https://a.example/lp", "link_caption": "a.example"}}
    ],
    "optimization_type": "DEGREES_OF_FREEDOM",
}


def with_feed(folder: Path, feed: Any, **ad: Any) -> str:
    (folder / "copy.json").write_text(json.dumps(feed))
    own = {"name": "Hero", "image_path": "hero.png", "asset_feed_spec_path": "copy.json"}
    return launch_file(folder, own | ad)


def creative(desk: Desk, file: str) -> dict[str, Any]:
    (change,) = of_kind(planned(desk, file), "create_creative")
    return change.request.params


def test_the_old_button_is_sent_in_the_new_form(desk, tmp_path):
    """call_to_actions with link and caption become call_to_action_types and link_urls with a display address."""
    file = with_feed(tmp_path, OLD)
    feed = creative(desk, file)["asset_feed_spec"]
    assert feed["call_to_action_types"] == ["SHOP_NOW"]
    assert feed["link_urls"] == [{"website_url": "https://a.example/lp", "display_url": "a.example"}]
    assert "call_to_actions" not in feed
    said = notes(desk, file)
    assert "copy.json line 1, call_to_actions: call_to_actions is sent as call_to_action_types" in said
    assert "link_caption is sent as the display address of the link" in said


def test_the_old_bundle_becomes_its_features(desk, tmp_path):
    """standard_enhancements is sent as what it switched, in the same direction; other features stay."""
    features = {
        "standard_enhancements": {"enroll_status": "OPT_IN"},
        "inline_comment": {"enroll_status": "OPT_OUT"},
    }
    file = with_feed(
        tmp_path, {"asset_feed_spec": FEED, "degrees_of_freedom_spec": {"creative_features_spec": features}}
    )
    sent = creative(desk, file)["degrees_of_freedom_spec"]["creative_features_spec"]
    opted = {"enroll_status": "OPT_IN"}
    assert sent == {
        "image_templates": opted,
        "image_touchups": opted,
        "text_optimizations": opted,
        "inline_comment": {"enroll_status": "OPT_OUT"},
    }
    assert "standard_enhancements is refused by Meta today" in notes(desk, file)


def test_degrees_of_freedom_in_an_ordinary_ad_set(desk, tmp_path):
    """Several texts go out in the flexible format, whole, with what Meta wants beside it."""
    file = with_feed(tmp_path, OLD)
    feed = creative(desk, file)["asset_feed_spec"]
    assert feed["optimization_type"] == "DEGREES_OF_FREEDOM"
    assert feed["ad_formats"] == ["AUTOMATIC_FORMAT"]
    assert "sent in Meta's flexible format" in notes(desk, file)


def test_degrees_of_freedom_in_a_dynamic_ad_set(desk, tmp_path):
    """There it is left out, because the ad set mixes."""
    file = with_feed(tmp_path, OLD, adset_id=new_adset(desk, is_dynamic_creative=True))
    feed = creative(desk, file)["asset_feed_spec"]
    assert "optimization_type" not in feed
    assert feed["ad_formats"] == ["SINGLE_IMAGE"]
    assert "DEGREES_OF_FREEDOM is left out: the ad set has dynamic creative" in notes(desk, file)


def test_degrees_of_freedom_of_one_text(desk, tmp_path):
    """One picture and one text are an ordinary link ad."""
    file = with_feed(tmp_path, FEED | {"optimization_type": "DEGREES_OF_FREEDOM"})
    assert "asset_feed_spec" not in creative(desk, file)
    assert "DEGREES_OF_FREEDOM is left out: one picture" in notes(desk, file)


def test_a_whole_creative_can_be_the_feed(desk, tmp_path):
    """The payload of a creative brings its page and account; a token in it is never used, and said."""
    story = {"page_id": 104200000000001, "instagram_actor_id": "17841400000000001"}
    payload = {"name": "x", "object_story_spec": story, "asset_feed_spec": FEED, "access_token": "EAAsecret"}
    file = with_feed(tmp_path, payload)
    changes = planned(desk, file)
    assert "EAAsecret" not in str(changes)
    (made,) = of_kind(changes, "create_creative")
    sent = made.request.params["object_story_spec"]
    assert (sent["page_id"], sent["instagram_user_id"]) == ("104200000000001", "17841400000000001")
    said = notes(desk, file)
    assert "instagram_actor_id is called instagram_user_id today" in said
    assert "an access token stands in this file" in said


def test_what_an_ad_says_itself_counts(desk, tmp_path):
    """Ad, its feed, top of the file, brand: the first that has a value."""
    (tmp_path / "copy.json").write_text(json.dumps(FEED | {"descriptions": [{"text": "D"}]}))
    ad = {"name": "Hero", "image_path": "hero.png", "asset_feed_spec_path": "copy.json", "titles": ["Own"]}
    file = launch_file(tmp_path, ad, titles=["Top"], descriptions=["Top"], call_to_action="BUY_NOW")
    data = creative(desk, file)["object_story_spec"]["link_data"]
    assert (data["message"], data["name"], data["description"]) == ("One.", "Own", "D")
    assert (data["call_to_action"]["type"], data["link"]) == ("BUY_NOW", LINK)


def test_a_placeholder_hash_is_left_out(desk, tmp_path):
    """The hash that a shell would have filled in names no picture; the ad's own file does."""
    file = with_feed(tmp_path, FEED | {"images": [{"hash": "' $IMAGE_HASH '"}]})
    (upload,) = of_kind(planned(desk, file), "upload_image")
    assert upload.name == "hero.png"
    assert "only a placeholder" in notes(desk, file)


def test_pictures_of_an_ad_replace_those_of_its_feed(desk, tmp_path):
    """An ad that names its files does not want the hashes of another one's."""
    file = with_feed(tmp_path, FEED | {"images": [{"hash": "a1b2c3"}]})
    data = creative(desk, file)["object_story_spec"]["link_data"]
    assert isinstance(data["image_hash"], dict)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (FEED | {"videos": [{"video_id": "1"}]}, "videos: is not read here"),
        (FEED | {"title": []}, "title: is not read here; did you mean titles?"),
        (FEED | {"ad_formats": ["CAROUSEL"]}, "only SINGLE_IMAGE and AUTOMATIC_FORMAT are made here"),
        (FEED | {"optimization_type": "PLACEMENT"}, "only DEGREES_OF_FREEDOM is known here"),
        (FEED | {"call_to_action_types": ["SHOP_NOW", "BUY_NOW"]}, "an ad has one call to action here"),
        (FEED | {"call_to_actions": []}, "an ad has one call to action here"),
        (FEED | {"call_to_actions": [{"type": 5}]}, "type: must be a text"),
        (FEED | {"link_urls": [{}, {}]}, "must be a list with one link"),
        ({"bodies": [{"txt": "x"}]}, "bodies 1: needs a text"),
        ({"bodies": 5}, "needs a text"),
        ([], "must be an object with named fields"),
        ({"object_story_spec": {"link_data": {}}}, "link_data: is not read here"),
        (
            {"asset_feed_spec": FEED, "degrees_of_freedom_spec": {"creative_features_spec": {"x": 1}}},
            "enroll_status must be OPT_IN or OPT_OUT",
        ),
        (
            {"asset_feed_spec": FEED, "degrees_of_freedom_spec": {"creative_features_spec": []}},
            "named features",
        ),
    ],
)
def test_what_cannot_be_translated_is_a_problem(reading, tmp_path, feed, said):
    """Nothing of a feed is dropped without a word."""
    lines = problems(reading, with_feed(tmp_path, feed))
    assert any(said in line and line.startswith("copy.json") for line in lines), lines


@pytest.mark.parametrize(
    ("path", "said"),
    [("no.json", "no such file"), ("hero.png", "not UTF-8 text"), ("/etc/hostname", "not read")],
)
def test_a_feed_that_cannot_be_read(reading, tmp_path, path, said):
    """Missing, no text, or not given: said at the ad that names it."""
    lines = problems(
        reading, launch_file(tmp_path, {"name": "A", "image_path": "hero.png", "asset_feed_spec_path": path})
    )
    assert any('ad 1 "A", asset_feed_spec_path' in line and said in line for line in lines), lines


def test_yaml_says_the_same(desk, tmp_path):
    """A launch in YAML is the same launch."""
    launch_file(tmp_path, {"name": "unused"})
    file = tmp_path / "launch.yaml"
    file.write_text(
        f"adset_id: {PROSPECTING}\nads:\n  - name: No\n    image_path: hero.png\n    bodies: [Yes]\n"
    )
    *_, ad = planned(desk, str(file))
    assert ad.name == "No"
    assert creative(desk, str(file))["object_story_spec"]["link_data"]["message"] == "Yes"
