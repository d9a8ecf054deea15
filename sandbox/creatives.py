"""Checks and makes creatives (graph-api-facts §8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import schema
from sandbox.demo import ACCOUNT_NUMBER
from sandbox.errors import explained, invalid, not_one_of, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world import Node, World

CALLS_TO_ACTION = (
    "LEARN_MORE", "SHOP_NOW", "SIGN_UP", "SUBSCRIBE", "DOWNLOAD", "BOOK_NOW", "BOOK_TRAVEL", "CONTACT_US",
    "GET_OFFER", "GET_QUOTE", "APPLY_NOW", "ORDER_NOW", "BUY_NOW", "WATCH_MORE", "GET_STARTED", "SEE_MORE",
    "NO_BUTTON", "VISIT_WEBSITE", "MESSAGE_PAGE", "WHATSAPP_MESSAGE", "CHAT_NOW", "INSTALL_MOBILE_APP",
    "USE_MOBILE_APP", "OPEN_LINK", "CALL_NOW", "DONATE_NOW", "GET_DIRECTIONS", "LISTEN_NOW", "BUY_TICKETS",
    "REQUEST_TIME", "SEE_MENU", "PLAY_GAME", "GET_SHOWTIMES", "BUY_ACTIVITY_TICKETS", "JOIN_LIVE_VIDEO",
    "STREAM_NOW", "WATCH_NOW",
)  # fmt: skip
AD_FORMATS = ("SINGLE_IMAGE", "CAROUSEL", "AUTOMATIC_FORMAT")
STORIES = ("link_data", "photo_data", "template_data", "text_data")
MOST_ASSETS = {"images": 10, "titles": 5, "bodies": 5, "descriptions": 5, "call_to_action_types": 5}


def existing(world: World, creative_id: object) -> Node:
    """Find a creative, or refuse its id."""
    node = world.get(creative_id, "creative")
    if node is None:
        raise invalid(f"Creative {creative_id} does not exist", blame="creative")
    return node


def checked(world: World, args: Mapping[str, str]) -> dict[str, Any]:
    """Give the stored form of a new creative, or refuse it."""
    data = schema.given("creative", args)
    _check_features(data.get("degrees_of_freedom_spec") or {})
    story = data.get("object_story_spec")
    if not story:
        raise required("object_story_spec")
    _check_identity(world, story)
    feed = data.get("asset_feed_spec")
    if feed:
        _check_feed(world, feed)
    elif not any(story.get(name) for name in STORIES):
        raise invalid(f"object_story_spec needs one of {', '.join(STORIES)}", blame="object_story_spec")
    if story.get("link_data"):
        _check_link(world, story["link_data"])
    return {"name": "", "status": "ACTIVE", "account_id": ACCOUNT_NUMBER} | data


def _check_features(spec: dict[str, Any]) -> None:
    features = spec.get("creative_features_spec") or {}
    if not isinstance(features, dict):
        raise invalid("creative_features_spec must be an object", blame="degrees_of_freedom_spec")
    if "standard_enhancements" in features:
        text = "The standard_enhancements bundle can no longer be used; choose single features instead."
        raise explained(3858504, "Standard enhancements is deprecated", text, blame="degrees_of_freedom_spec")


def _check_identity(world: World, story: dict[str, Any]) -> None:
    if not story.get("page_id"):
        raise required("object_story_spec[page_id]")
    if world.get(story["page_id"], "page") is None:
        raise invalid(f"Page {story['page_id']} does not exist or cannot be used", blame="object_story_spec")
    instagram = story.get("instagram_user_id")
    if instagram and world.get(instagram, "instagram") is None:
        text = "The ad account has no access to this Instagram account."
        raise explained(1815199, "No access to Instagram account", text, blame="object_story_spec")


def _list(spec: dict[str, Any], name: str) -> list[Any]:
    value = spec.get(name) or []
    if not isinstance(value, list):
        raise invalid(f"{name} must be an array", blame=name)
    return value


def _rows(spec: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = _list(spec, name)
    if not all(isinstance(row, dict) for row in value):
        raise invalid(f"{name} must be an array of objects", blame=name)
    return value


def _check_link(world: World, link: Any) -> None:
    if not isinstance(link, dict) or not link.get("link"):
        raise invalid("link_data needs a link", blame="object_story_spec")
    for part in (link, *_rows(link, "child_attachments")):
        if "image_hash" in part:
            _check_image(world, part["image_hash"])
        if "call_to_action" in part:
            _check_call(
                part["call_to_action"].get("type") if isinstance(part["call_to_action"], dict) else None
            )


def _check_image(world: World, image_hash: object) -> None:
    if world.get(f"{ACCOUNT_NUMBER}:{image_hash}", "image") is None:
        raise invalid(f"Image hash {image_hash} is not known in this ad account", blame="image_hash")


def _check_call(kind: object) -> None:
    if kind not in CALLS_TO_ACTION:
        raise not_one_of("call_to_action[type]", CALLS_TO_ACTION)


def _check_feed(world: World, feed: dict[str, Any]) -> None:
    """Check an asset feed the way Meta's own client fills it: one format, links, assets that exist."""
    formats = _list(feed, "ad_formats")
    if len(formats) != 1 or formats[0] not in AD_FORMATS:
        raise invalid(f"ad_formats must hold exactly one of {', '.join(AD_FORMATS)}", blame="asset_feed_spec")
    links = _rows(feed, "link_urls")
    if not links or not all(row.get("website_url") for row in links):
        raise invalid("link_urls needs at least one website_url", blame="asset_feed_spec")
    for name, most in MOST_ASSETS.items():
        if len(_list(feed, name)) > most:
            raise invalid(f"{name} must hold at most {most}", blame="asset_feed_spec")
    for row in _rows(feed, "images"):
        _check_image(world, row.get("hash"))
    for name in ("bodies", "titles", "descriptions"):
        if not all(row.get("text") for row in _rows(feed, name)):
            raise invalid(f"Every entry of {name} needs a text", blame="asset_feed_spec")
    calls = [
        *_list(feed, "call_to_action_types"),
        *(row.get("type") for row in _rows(feed, "call_to_actions")),
    ]
    for kind in calls:
        _check_call(kind)
