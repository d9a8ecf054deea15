"""Whatever kind of creative is there, a new one is made of what Meta shows of it, and reads the same."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.objects.schema import CREATIVE_OBJECTS, CREATIVE_TEXTS
from tests.draws import examples
from tests.tools.support import ACCOUNT, TENT, Desk
from tools.domain.copying.ad_creatives import creatives
from tools.domain.copying.carrying import carried
from tools.domain.copying.creative_shapes import COPIED, LEFT_OUT, NEWEST, REFUSED, SOURCES, WHOLE_FIELDS
from tools.domain.copying.swapping import Swap, swapped, told
from tools.domain.tool import ToolError

PAGE, USER, LINK = "104200000000001", "17841400000000001", "https://northwind.example/"
BUTTONS: tuple[dict[str, Any], ...] = (
    {"type": "SHOP_NOW", "value": {"link": LINK}},
    {"type": "SIGN_UP", "value": {"lead_gen_form_id": "77"}},
    {"type": "CALL_NOW", "value": {"link": "tel:+4312345"}},
    {"type": "INSTALL_MOBILE_APP", "value": {"application": "5", "link": LINK, "app_link": "nw://x"}},
    {"type": "MESSAGE_PAGE", "value": {"app_destination": "MESSENGER"}},
    {"type": "NO_BUTTON"},
)


NAMES = (
    *(f"link, {button['type']}" for button in BUTTONS),
    *(
        "video",
        "carousel",
        "photo",
        "text",
        "catalogue",
        "feed",
        "feed by placement",
        "post",
        "Instagram post",
    ),
)


def library(desk: Desk) -> list[str]:
    rows = desk.graph(f"{ACCOUNT}/adimages", fields="hash", limit="3")["data"]
    return [row["hash"] for row in rows]


def identity(**more: Any) -> dict[str, Any]:
    return {"page_id": PAGE, "instagram_user_id": USER} | more


def kinds(desk: Desk) -> dict[str, dict[str, Any]]:
    """One creative of each kind, as it is written."""
    first, second, _ = library(desk)
    video = desk.send("POST", f"{ACCOUNT}/advideos", {"file_url": "https://a.example/v.mp4"})["id"]
    media = desk.graph(f"{USER}/media", fields="id")["data"][0]["id"]
    post = desk.graph(f"{PAGE}/feed", fields="id")["data"][0]["id"]
    link = {
        "link": LINK,
        "message": "Go",
        "name": "Tents",
        "image_hash": first,
        "caption": "northwind.example",
    }
    cards = [{"link": LINK, "image_hash": h, "name": h[:4]} for h in (first, second)]
    clip = {"video_id": video, "image_hash": first, "title": "Lake", "message": "Look"}
    found = {
        f"link, {button['type']}": {
            "object_story_spec": identity(link_data=link | {"call_to_action": button})
        }
        for button in BUTTONS
    }
    return found | {
        "video": {"object_story_spec": identity(video_data=clip | {"call_to_action": BUTTONS[0]})},
        "carousel": {"object_story_spec": identity(link_data={"link": LINK, "child_attachments": cards})},
        "photo": {"object_story_spec": identity(photo_data={"image_hash": first, "caption": "Hi"})},
        "text": {"object_story_spec": identity(text_data={"message": "Hi"})},
        "catalogue": {
            "object_story_spec": identity(template_data=link | {"name": "{{product.name}}"}),
            "product_set_id": "6",
        },
        "feed": {"object_story_spec": identity(), "asset_feed_spec": feed(first, second)},
        "feed by placement": {"object_story_spec": identity(), "asset_feed_spec": ruled(first, second)},
        "post": {"object_story_id": post},
        "Instagram post": {
            "source_instagram_media_id": media,
            "instagram_user_id": USER,
            "object_id": PAGE,
        },
    }


def feed(*hashes: str) -> dict[str, Any]:
    return {
        "ad_formats": ["SINGLE_IMAGE"],
        "images": [{"hash": h} for h in hashes],
        "bodies": [{"text": "Go"}, {"text": "Stay"}],
        "titles": [{"text": "Tents"}],
        "link_urls": [{"website_url": LINK, "display_url": "northwind.example"}],
        "call_to_action_types": ["SHOP_NOW"],
    }


def ruled(square: str, tall: str) -> dict[str, Any]:
    """One picture and text for feeds, others for stories."""
    names = ("feed", "story")
    platforms = {"facebook_positions": ["feed"]}, {"instagram_positions": ["story"]}
    return feed() | {
        "images": [
            {"hash": h, "adlabels": [{"name": f"i-{n}"}]} for h, n in zip((square, tall), names, strict=True)
        ],
        "bodies": [{"text": n, "adlabels": [{"name": f"b-{n}"}]} for n in names],
        "optimization_type": "PLACEMENT",
        "asset_customization_rules": [
            {
                "customization_spec": {"publisher_platforms": [platform]} | spec,
                "image_label": {"name": f"i-{name}"},
                "body_label": {"name": f"b-{name}"},
            }
            for name, platform, spec in zip(names, ("facebook", "instagram"), platforms, strict=True)
        ],
    }


EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "url_tags": st.just("utm_source=meta"),
        "contextual_multi_ads": st.just({"enroll_status": "OPT_OUT"}),
        "degrees_of_freedom_spec": st.just(
            {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}}
        ),
        "branded_content_sponsor_page_id": st.just("9"),
        "instagram_branded_content": st.just({"sponsor_id": "9"}),
        "authorization_category": st.just("POLITICAL"),
        "destination_spec": st.just({"destination_type": "WEBSITE"}),
        "use_page_actor_override": st.just(True),
        "template_url_spec": st.just({"web": {"url": "https://a.example"}}),
    },
)


@settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(kind=st.sampled_from(NAMES), extras=EXTRAS, old=st.booleans())
def test_read_copy_write_reads_the_same(desk: Desk, kind: str, extras: dict[str, Any], old: bool) -> None:
    """Every kind, with any settings beside, shown today or as years ago: what is made of it is accepted and is it."""
    desk.http.post("/sandbox/clock", json={"advance_s": 600})
    written = kinds(desk)
    assert set(written) == set(NAMES)
    source = desk.send("POST", f"{ACCOUNT}/adcreatives", {"name": "C"} | written[kind] | extras)["id"]
    if old:
        desk.http.post("/sandbox/faults", json=[{"old_shapes": True, "method": "GET", "path": f"/{source}"}])
    copy = carried(creatives(desk.context, [source])[source])
    desk.http.delete("/sandbox/faults")
    made = desk.send("POST", f"{ACCOUNT}/adcreatives", {"name": "C", **copy.params})["id"]
    fields = ",".join((*SOURCES, *COPIED, "degrees_of_freedom_spec", "instagram_user_id"))
    first, second = (desk.graph(i, fields=fields) for i in (source, made))
    assert {**second, "id": ""} == {**first, "id": ""}
    dropped = "degrees_of_freedom_spec" in extras and old
    assert bool(copy.left_out) == dropped


def test_whatever_can_be_written_is_in_the_table() -> None:
    """A field that the sandbox takes for a creative has its row, so that none gets lost in silence."""
    known = {*SOURCES, *COPIED, *NEWEST, *LEFT_OUT, *REFUSED, *WHOLE_FIELDS, "instagram_permalink_url"}
    assert {*CREATIVE_OBJECTS.split(), *CREATIVE_TEXTS.split()} <= known


def test_the_old_name_of_the_instagram_account_goes_under_the_new_one() -> None:
    """Inside of the story; one that is there under both names keeps the new."""
    story = {"page_id": "9", "instagram_actor_id": 5, "link_data": {"link": LINK}}
    made: Any = carried({"id": "1", "object_story_spec": story}).params["object_story_spec"]
    assert made == {"page_id": "9", "link_data": {"link": LINK}, "instagram_user_id": "5"}
    both: Any = carried({"id": "1", "object_story_spec": story | {"instagram_user_id": "7"}}).params
    assert both["object_story_spec"]["instagram_user_id"] == "7"


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({"enable_direct_install": True}, "direct installation"),
        ({"collaborative_ads_lsb_image_bank_id": "5"}, "image bank"),
        (
            {"degrees_of_freedom_spec": {"creative_features_spec": {"standard_enhancements": {}}}},
            "the bundle standard_enhancements",
        ),
        ({"degrees_of_freedom_spec": {"text_transformation_types": ["X"]}}, "text_transformation_types"),
        (
            {"branded_content": {"instagram_boost_post_access_token": "S"}},
            "the access of a partner in branded_content",
        ),
    ],
)
def test_what_is_left_out_is_said(shown: dict[str, Any], said: str) -> None:
    """By name, so that a person knows before the approval."""
    row = {"id": "1", "object_story_spec": {"page_id": "9", "link_data": {"link": LINK}}}
    copy = carried(row | shown)
    assert said in "; ".join(copy.left_out)
    assert not copy.params.keys() & shown.keys()


def test_of_settings_only_what_can_be_written_comes_along() -> None:
    """What Meta adds when it shows them is left, and so is anybody's token."""
    row = {"id": "1", "object_story_spec": {"page_id": "9", "link_data": {"link": LINK}}}
    shown = {
        "contextual_multi_ads": {"enroll_status": "OPT_OUT", "eligibility": ["X"]},
        "branded_content": {
            "partners": [{"ig_user_id": "5", "has_create_ads_access": True}],
            "facebook_boost_post_access_token": "SECRET",
        },
    }
    copy = carried(row | shown)
    assert copy.params["contextual_multi_ads"] == {"enroll_status": "OPT_OUT"}
    assert copy.params["branded_content"] == {"partners": [{"ig_user_id": "5"}]}
    assert "SECRET" not in repr(copy)


def test_the_crops_of_an_old_picture_go_with_it() -> None:
    """They fit no other; it is said."""
    link = {"link": LINK, "image_hash": "old", "image_crops": {"100x100": [[0, 0], [9, 9]]}}
    row = {"id": "1", "object_story_spec": {"page_id": "9", "link_data": link}}
    given = swap(images=(("new", "", "n"),))
    made: Any = swapped(row, given)["object_story_spec"]
    assert made["link_data"] == {"link": LINK, "image_hash": "new"}
    assert told(row, given) == {"not taken along": "the crops of the old picture"}
    assert told(row, swap(bodies=("x",))) == {}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"messenger_sponsored_message": "x"}, "is a sponsored message"),
        ({"photo_album_source_object_story_id": "1_2"}, "shows a photo album"),
        ({"title": "Old", "body": "form"}, "of an old form"),
        (
            {
                "object_story_spec": {"page_id": "9"},
                "asset_feed_spec": ruled("a", "b") | {"images": [{"hash": "a"}]},
            },
            "rule 1 asks for the image label “i-feed”, rule 2 asks for the image label “i-story”",
        ),
    ],
)
def test_what_cannot_be_made_anew_is_refused_with_the_reason(row: dict[str, Any], said: str) -> None:
    """Before anything is proposed."""
    with pytest.raises(ToolError) as refused:
        carried({"id": "1"} | row)
    assert said in str(refused.value)


def swap(**given: Any) -> Swap:
    empty: dict[str, Any] = dict.fromkeys(("images", "bodies", "titles", "descriptions"), ())
    return Swap(**empty | {"call_to_action": "", "link": ""} | given)


def by_placement(desk: Desk) -> None:
    """The tent shows a creative with rules."""
    first, second, _ = library(desk)
    made = {"name": "R", "object_story_spec": identity(), "asset_feed_spec": ruled(first, second)}
    creative = desk.send("POST", f"{ACCOUNT}/adcreatives", made)["id"]
    desk.send("POST", TENT, {"creative": {"creative_id": creative}})


@pytest.mark.parametrize(("images", "bodies"), [p for p in itertools.product((0, 1, 2), repeat=2) if any(p)])
def test_swapped_assets_keep_the_labels_that_rules_ask_for(desk: Desk, images: int, bodies: int) -> None:
    """One for all, or one for each in its order: what is proposed is accepted, and each rule finds its own."""
    by_placement(desk)
    hashes = library(desk)[:images][::-1]
    change = desk.propose(
        "refresh_ad", ad_ids=[TENT], image_hashes=hashes, bodies=["x", "y"][:bodies]
    ).changes[0]
    made: Any = change.request.params["asset_feed_spec"]
    labels = {
        kind: [[row["name"] for row in a["adlabels"]] for a in made[kind]] for kind in ("images", "bodies")
    }
    apart = {"images": [["i-feed"], ["i-story"]], "bodies": [["b-feed"], ["b-story"]]}
    assert labels["images"] == (apart["images"] if images != 1 else [["i-feed", "i-story"]])
    assert labels["bodies"] == (apart["bodies"] if bodies != 1 else [["b-feed", "b-story"]])
    assert ("by its rules" in change.shown) == (1 in (images, bodies))
    assert len(desk.enact(change)) == 1


def test_another_number_than_the_rules_have_is_refused(desk: Desk) -> None:
    """With what fits, and before anything is proposed."""
    by_placement(desk)
    said = desk.refusal("refresh_ad", ad_ids=[TENT], bodies=["x", "y", "z"])
    assert (
        "shows which of its bodies; give one for all, or 2 in the order of its labels (1: b-feed; 2: b-story)"
        in said
    )
    assert "titles; give one for all." in desk.refusal("refresh_ad", ad_ids=[TENT], titles=["x", "y"])


def test_a_button_keeps_what_it_does() -> None:
    """One that opens a form gets no link, one that calls goes on calling."""
    for button, new, value in (
        (BUTTONS[1], "LEARN_MORE", {"lead_gen_form_id": "77"}),
        (BUTTONS[2], "CALL", {"link": "tel:+4312345"}),
        (BUTTONS[0], "BUY_NOW", {"link": LINK}),
    ):
        row = {"id": "1", "object_story_spec": {"link_data": {"link": LINK, "call_to_action": button}}}
        made: Any = swapped(row, swap(call_to_action=new))["object_story_spec"]
        assert made["link_data"]["call_to_action"] == {"type": new, "value": value}
    calling = {"id": "1", "object_story_spec": {"link_data": {"link": LINK, "call_to_action": BUTTONS[2]}}}
    with pytest.raises(ToolError, match=r"calls tel:\+4312345; SHOP_NOW cannot"):
        swapped(calling, swap(call_to_action="SHOP_NOW"))


@pytest.mark.parametrize(
    ("button", "given", "said"),
    [
        (None, {"link": "https://a.example"}, "has no link to swap"),
        (BUTTONS[1], {"link": "https://a.example"}, "has no link to swap"),
        (BUTTONS[2], {"link": "https://a.example"}, "has no link to swap"),
        (BUTTONS[4], {"link": "https://a.example"}, "has no link to swap"),
        (None, {"call_to_action": "SHOP_NOW"}, "SHOP_NOW needs one"),
    ],
)
def test_a_link_that_a_video_cannot_show_is_not_lost_in_silence(
    button: dict[str, Any] | None, given: dict[str, str], said: str
) -> None:
    """A person who approves a new link gets it, or is told before."""
    clip = {"video_id": "1", "image_hash": "h"} | ({"call_to_action": button} if button else {})
    row = {"id": "1", "object_story_spec": {"video_data": clip}}
    with pytest.raises(ToolError, match=said):
        swapped(row, swap(**given))
    both = swap(call_to_action="SHOP_NOW", link="https://a.example")
    if not button:
        made: Any = swapped(row, both)["object_story_spec"]
        value = {"link": "https://a.example"}
        assert made["video_data"]["call_to_action"] == {"type": "SHOP_NOW", "value": value}


@pytest.mark.parametrize(
    ("link", "kept"), [("https://a.example/x", False), ("https://www.northwind.example/y", True)]
)
def test_a_link_is_not_shown_under_the_name_of_another_site(link: str, kept: bool) -> None:
    """The display link of a story or a feed goes along to the same site only, and that is said."""
    story = {"link_data": {"link": LINK, "caption": "northwind.example"}}
    urls = [{"website_url": LINK, "display_url": "northwind.example"}]
    alone = {"id": "1", "object_story_spec": story}
    fed = {
        "id": "1",
        "object_story_spec": {"page_id": "9"},
        "asset_feed_spec": feed("a") | {"link_urls": urls},
    }
    for row in (alone, fed):
        assert ("northwind.example" in str(swapped(row, swap(link=link))).replace(link, "")) == kept
        assert ("display link" in str(told(row, swap(link=link)))) != kept


def test_the_story_beside_a_flexible_feed_goes_along() -> None:
    """Meta wants its picture to be the first of the feed."""
    story = {"page_id": "9", "link_data": {"link": LINK, "image_hash": "old", "message": "Go"}}
    flexible = feed("old", "other") | {"optimization_type": "DEGREES_OF_FREEDOM"}
    row = {"id": "1", "object_story_spec": story, "asset_feed_spec": flexible}
    given = swap(images=(("new", "", "n"),), bodies=("A", "B"), link="https://a.example")
    made: Any = swapped(row, given)["object_story_spec"]
    assert made["link_data"] == {"link": "https://a.example", "image_hash": "new", "message": "A"}
