"""Carousels, videos and posts become creatives that Meta takes."""

from pathlib import Path
from typing import Any

import pytest

from tests.tools.create.videos import a_video
from tests.tools.support import ACCOUNT, Desk, a_picture, demo_brand

PAGE = "104200000000001"


def library(desk: Desk) -> list[str]:
    rows = desk.graph(f"{ACCOUNT}/adimages", fields="hash", limit="3")["data"]
    return [row["hash"] for row in rows]


def test_a_carousel_has_a_picture_title_and_link_per_card(desk: Desk, tmp_path: Path) -> None:
    """Some from the library, some of this turn; made at Meta as it was shown."""
    known = library(desk)[0]
    desk.propose("upload_image", paths=[str(a_picture(tmp_path / "new.png"))])
    change = desk.one(
        "create_carousel",
        name="Tents",
        bodies=["Three for two"],
        fixed_order=True,
        call_to_action="shop now",
        cards=[
            {"image_hash": known, "title": "Lake", "link": "https://a.example/lake"},
            {"image_hash": "new:new.png", "title": "Hill", "description": "For two"},
        ],
    )
    data: Any = change.request.params["object_story_spec"]
    cards = data["link_data"]["child_attachments"]
    assert [card["link"] for card in cards] == ["https://a.example/lake", data["link_data"]["link"]]
    assert cards[1]["description"] == "For two"
    assert {card["call_to_action"]["type"] for card in cards} == {"SHOP_NOW"}
    assert data["link_data"]["multi_share_optimized"] is False
    assert change.depends_on == (desk.context.pending[0].id,)
    assert change.shown["card 2"] == "new.png · Hill · For two"
    assert len(desk.enact(*desk.context.pending)) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cards": [{"image_hash": "h"}]}, "cards: too few, at least 2"),
        ({"cards": [{"image_hash": "h"}] * 11}, "at most 10 items"),
        ({"cards": [{"image_hash": "h"}] * 2}, "Not in the image library"),
        (
            {"cards": [{"image_hash": "h", "link": "http://a.example"}] * 2},
            "card 1: 'http://a.example' is no https",
        ),
        ({"cards": [{"image_hash": "h", "title": "x" * 51}] * 2}, "at most 50 characters"),
        ({"titles": ["x"]}, "titles and descriptions belong to the cards"),
        ({"bodies": []}, "bodies: empty; give at least one"),
        ({"link": "ftp://x"}, "A creative needs an https link"),
    ],
)
def test_a_carousel_that_meta_would_refuse_is_refused(
    reading: Desk, given: dict[str, Any], said: str
) -> None:
    """Each with what is allowed."""
    start = {"name": "n", "bodies": ["b"], "cards": [{"image_hash": "h"}, {"image_hash": "h"}]}
    assert said in reading.refusal("create_carousel", **start | given)


def test_a_video_creative_waits_for_video_and_thumbnail(desk: Desk, tmp_path: Path) -> None:
    """Both of this turn; the link is on the button."""
    desk.propose("upload_video", paths=[str(a_video(tmp_path / "lake.mp4"))])
    desk.propose("upload_image", paths=[str(a_picture(tmp_path / "still.png"))])
    change = desk.one(
        "create_video_creative",
        name="Lake",
        video_id="new:lake.mp4",
        thumbnail_hash="new:still.png",
        bodies=["Look"],
        titles=["Tents"],
    )
    video, picture = desk.context.pending[:2]
    data: Any = change.request.params["object_story_spec"]["video_data"]  # type: ignore[index,call-overload]
    assert data["video_id"] == {"$from": video.id, "field": "id"}
    assert data["image_hash"] == {"$from": picture.id, "field": "hash"}
    assert (data["message"], data["title"]) == ("Look", "Tents")
    assert data["call_to_action"]["value"]["link"].startswith("https://")
    assert change.depends_on == (video.id, picture.id)


def test_a_video_that_is_there_can_be_used(desk: Desk) -> None:
    """By its id; one that does not exist, or that Meta could not process, is refused."""
    answer = desk.send("POST", f"{ACCOUNT}/advideos", {"file_url": "https://a.example/v.mp4"})
    given = {"name": "n", "thumbnail_hash": library(desk)[0], "bodies": ["b"]}
    change = desk.one("create_video_creative", video_id=answer["id"], **given)
    assert (
        change.shown["note"] == "Meta still processes the video; the creative waits for it before it is made"
    )
    assert len(desk.enact(change)) == 1
    desk.http.post("/sandbox/clock", json={"advance_s": 60})
    assert "note" not in desk.one("create_video_creative", video_id=answer["id"], **given).shown
    assert "is no video" in desk.refusal("create_video_creative", video_id="99", **given)
    assert "is no video's id" in desk.refusal("create_video_creative", video_id="me/videos", **given)
    broken = desk.send("POST", f"{ACCOUNT}/advideos", {"upload_phase": "start", "file_size": "9"})["video_id"]
    desk.world.nodes[broken].data["session"] = False
    said = desk.refusal("create_video_creative", video_id=broken, **given)
    assert "could not process the video" in said


def test_a_post_keeps_its_likes(desk: Desk) -> None:
    """Named by page and post, or by the post alone; its words are shown for approval."""
    row = desk.graph(f"{PAGE}/feed", fields="id,message")["data"][0]
    change = desk.one("create_post_creative", name="Post", post_id=row["id"])
    assert change.request.params["object_story_id"] == row["id"]
    assert change.shown["text"] == row["message"]
    assert change.shown["likes and comments"] == "those of the post"
    short = desk.one("create_post_creative", name="Post", post_id=row["id"].partition("_")[2])
    assert short.request.params["object_story_id"] == row["id"]
    assert len(desk.enact(change)) == 1


def test_an_instagram_post_speaks_for_the_brands_account(desk: Desk) -> None:
    """Without an account in the brand file it cannot be used."""
    user = str(desk.context.brand.instagram_user_id)
    media = desk.graph(f"{user}/media", fields="id,caption")["data"][0]
    change = desk.one("create_post_creative", name="Post", instagram_media_id=media["id"])
    assert change.request.params["instagram_user_id"] == user
    assert change.request.params["object_id"] == PAGE
    assert change.shown["page"] == PAGE
    assert len(desk.enact(change)) == 1
    desk.context.brand = demo_brand(page_id=None)
    said = desk.refusal("create_post_creative", name="Post", instagram_media_id=media["id"])
    assert said == "A creative needs a Facebook page: give page_id, or set it in stack.md."
    desk.context.brand = demo_brand(instagram_user_id=None)
    said = desk.refusal("create_post_creative", name="Post", instagram_media_id=media["id"])
    assert said.startswith("An Instagram post needs its account")


def test_an_instagram_post_is_found_by_its_link(reading: Desk) -> None:
    """Among the posts of the brand's account, whatever follows the question mark; another link is no guess."""
    user = str(reading.context.brand.instagram_user_id)
    first, *_ = reading.graph(f"{user}/media", fields="id,permalink")["data"]
    link = first["permalink"].replace("https://www.", "https://").rstrip("/")
    for given in (first["permalink"], f"{link}?igsh=abc", link.replace("/p/", "/northwind/reel/")):
        change = reading.one("create_post_creative", name="Post", instagram_media_id=given)
        assert change.request.params["source_instagram_media_id"] == first["id"]
        assert given in change.shown["Instagram post"]
    said = reading.refusal("create_post_creative", name="Post", instagram_media_id=f"{link}x")
    assert said.startswith(f"None of the posts of the Instagram account {user} (")
    said = reading.refusal(
        "create_post_creative",
        name="Post",
        instagram_media_id=first["permalink"].replace("instagram", "evil"),
    )
    assert said.startswith("None of the posts")
    said = reading.refusal(
        "create_post_creative", name="Post", instagram_media_id="https://instagram.com/northwind"
    )
    assert "is no link of an Instagram post" in said


def test_a_post_that_cannot_be_read_is_still_metas_to_judge(reading: Desk) -> None:
    """Many tokens may promote a page's posts but not read them."""
    change = reading.one("create_post_creative", name="n", post_id=f"{PAGE}_99")
    assert change.shown["text"].startswith("could not be read (")


@pytest.mark.parametrize("post", ["https://facebook.com/x/posts/1", "1_2_3", "me", "1_2?x"])
def test_what_is_no_posts_id_is_refused(reading: Desk, post: str) -> None:
    """Links and paths among them."""
    assert "is no post's id" in reading.refusal("create_post_creative", name="n", post_id=post)
