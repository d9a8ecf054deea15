"""Checks and makes creatives (docs/graph-api.md §8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.edges import feed_rules, images
from sandbox.objects import posts, schema
from sandbox.request.enums import CALLS_TO_ACTION
from sandbox.request.refusals import GraphError, explained, invalid, not_found, not_one_of, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

AD_FORMATS = (
    "SINGLE_IMAGE",
    "SINGLE_VIDEO",
    "CAROUSEL",
    "CAROUSEL_IMAGE",
    "CAROUSEL_VIDEO",
    "AUTOMATIC_FORMAT",
)
STORIES = ("link_data", "video_data", "photo_data", "template_data", "text_data", "product_data")
MOST_ASSETS = {
    "images": 10, "videos": 10, "titles": 5, "bodies": 5, "descriptions": 5, "call_to_action_types": 5,
}  # fmt: skip
FLEXIBLE = "DEGREES_OF_FREEDOM"
"""The asset feed that is no dynamic creative: Meta mixes its assets in any ad set (§8.4)."""
BUNDLE = "standard_enhancements"


def existing(world: World, account_id: str, creative_id: object) -> Node:
    """Find a creative of the account, or refuse its id."""
    node = world.get(creative_id, "creative")
    if node is None or node.data["account_id"] != account_id:
        raise invalid(f"Creative {creative_id} does not exist", blame="creative")
    return node


def is_dynamic(data: Mapping[str, Any]) -> bool:
    """Tell whether a creative needs a dynamic-creative ad set: several assets of a kind, and no rules for them."""
    feed = data.get("asset_feed_spec") or {}
    several = any(isinstance(feed.get(name), list) and len(feed[name]) > 1 for name in MOST_ASSETS)
    return several and feed.get("optimization_type") != FLEXIBLE and not feed.get(feed_rules.RULES)


def checked(ctx: Context, account: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Give the stored form of a new creative, or refuse it."""
    _check_names(args)
    data = schema.complete("creative", args)
    account_id = account.data["account_id"]
    check_features(ctx.version, data.get("degrees_of_freedom_spec") or {})
    _check_instagram(ctx.world, data.get("instagram_user_id"))
    if "object_story_id" in data:
        posts.promotable(ctx.world, data["object_story_id"])
    elif {"source_instagram_media_id", "instagram_permalink_url"} & data.keys():
        data["source_instagram_media_id"] = posts.media(ctx.world, data)
    else:
        _check_story(ctx.world, account_id, data)
    return {"name": "", "status": "ACTIVE", "account_id": account_id} | data


def _check_names(args: Mapping[str, str]) -> None:
    """Refuse names that are gone (§1.1), and those of what can only be read."""
    if "instagram_actor_id" in args:
        raise dead_actor()
    if "instagram_story_id" in args:
        raise invalid(
            "instagram_story_id is deprecated, use source_instagram_media_id", blame="instagram_story_id"
        )
    for name in sorted(schema.READ_ONLY["creative"] & args.keys()):
        raise invalid(f"Param {name} can only be read", blame=name)


def dead_actor() -> GraphError:
    """Refuse the old name of the Instagram account as Meta does, whatever it holds."""
    return invalid(
        "Param instagram_actor_id must be a valid Instagram account id", blame="instagram_actor_id"
    )


def _check_story(world: World, account_id: str, data: dict[str, Any]) -> None:
    story = data.get("object_story_spec")
    if not story:
        raise required("object_story_spec")
    _check_identity(world, story)
    feed = data.get("asset_feed_spec")
    if feed:
        _Feed(world, account_id, feed).check()
    elif not any(story.get(name) for name in STORIES):
        raise invalid(f"object_story_spec needs one of {', '.join(STORIES)}", blame="object_story_spec")
    for name in ("link_data", "template_data"):
        if story.get(name):
            _check_link(world, account_id, name, story[name])
    if story.get("video_data"):
        _check_video_story(world, account_id, story["video_data"])


def check_features(version: str, spec: dict[str, Any]) -> None:
    """Check the Advantage+ features of a creative; the old bundle lives on v22.0 only (3858504)."""
    features = spec.get("creative_features_spec") or {}
    if not isinstance(features, dict):
        raise invalid("creative_features_spec must be an object", blame="degrees_of_freedom_spec")
    if BUNDLE in features and version != "v22.0":
        text = "The standard_enhancements bundle can no longer be used; choose single features instead."
        raise explained(3858504, "Standard enhancements is deprecated", text, blame="degrees_of_freedom_spec")
    for name, feature in features.items():
        if not isinstance(feature, dict) or feature.get("enroll_status") not in ("OPT_IN", "OPT_OUT"):
            raise not_one_of(f"creative_features_spec[{name}][enroll_status]", ("OPT_IN", "OPT_OUT"))


def _check_identity(world: World, story: dict[str, Any]) -> None:
    if "instagram_actor_id" in story:
        raise dead_actor()
    if not story.get("page_id"):
        raise required("object_story_spec[page_id]")
    if world.get(story["page_id"], "page") is None:
        raise invalid(f"Page {story['page_id']} does not exist or cannot be used", blame="object_story_spec")
    _check_instagram(world, story.get("instagram_user_id"))


def _check_instagram(world: World, user_id: object) -> None:
    if user_id and world.get(user_id, "instagram") is None:
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


def _check_link(world: World, account_id: str, name: str, link: Any) -> None:
    if not isinstance(link, dict) or not link.get("link"):
        raise invalid(f"{name} needs a link", blame="object_story_spec")
    cards = _rows(link, "child_attachments")
    if cards and not 2 <= len(cards) <= 10:
        raise invalid("child_attachments must hold 2 to 10 cards", blame="object_story_spec")
    for part in (link, *cards):
        _only_one(part, "image_hash", "picture")
        _check_url(part.get("link", link["link"]), "object_story_spec")
        if "image_hash" in part:
            images.existing(world, account_id, part["image_hash"])
        if "call_to_action" in part:
            _check_action(part["call_to_action"])


def _only_one(part: dict[str, Any], first: str, second: str) -> None:
    """Refuse a picture that is named twice; Meta shows both names and takes one."""
    if part.get(first) and part.get(second):
        raise invalid(f"Only one of {first} and {second} can be given", blame="object_story_spec")


def _check_url(url: object, blame: str) -> None:
    try:
        parts = urlsplit(str(url))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid(f"{url} is not a link to a website", blame=blame)


def _check_video_story(world: World, account_id: str, story: Any) -> None:
    if not isinstance(story, dict) or not story.get("video_id"):
        raise required("object_story_spec[video_data][video_id]")
    check_video(world, account_id, story["video_id"])
    _only_one(story, "image_hash", "image_url")
    if story.get("image_hash"):
        images.existing(world, account_id, story["image_hash"])
    if story.get("image_url"):
        _check_url(story["image_url"], "object_story_spec")
    if "call_to_action" in story:
        _check_action(story["call_to_action"])


def check_video(world: World, account_id: str, video_id: object) -> None:
    """Refuse a video the account does not have."""
    video = world.get(video_id, "video")
    if video is None or video.data["account_id"] != account_id:
        raise not_found(str(video_id), "get")


def _check_action(action: object) -> None:
    _check_call(action.get("type") if isinstance(action, dict) else None)


def _check_call(kind: object) -> None:
    if not isinstance(kind, str) or kind not in CALLS_TO_ACTION:
        raise not_one_of("call_to_action[type]", CALLS_TO_ACTION)


class _Feed:
    """One asset feed and the account whose assets it may use."""

    def __init__(self, world: World, account_id: str, feed: dict[str, Any]) -> None:
        self.world, self.account_id, self.feed = world, account_id, feed

    def check(self) -> None:
        """Check a feed the way Meta's own client fills it: one format, links, assets that exist."""
        if self.feed.get("optimization_type") != FLEXIBLE or "ad_formats" in self.feed:
            formats = _list(self.feed, "ad_formats")
            if len(formats) != 1 or formats[0] not in AD_FORMATS:
                raise invalid(
                    f"ad_formats must hold exactly one of {', '.join(AD_FORMATS)}", blame="asset_feed_spec"
                )
        feed_rules.check(self.feed)
        self._check_links()
        for name, most in MOST_ASSETS.items():
            if len(_list(self.feed, name)) > most:
                raise invalid(f"{name} must hold at most {most}", blame="asset_feed_spec")
        for row in _rows(self.feed, "images"):
            images.existing(self.world, self.account_id, row.get("hash"))
        for row in _rows(self.feed, "videos"):
            check_video(self.world, self.account_id, row.get("video_id"))
        for name in ("bodies", "titles", "descriptions"):
            if not all(row.get("text") for row in _rows(self.feed, name)):
                raise invalid(f"Every entry of {name} needs a text", blame="asset_feed_spec")
        actions = [row.get("type") for row in _rows(self.feed, "call_to_actions")]
        for kind in (*_list(self.feed, "call_to_action_types"), *actions):
            _check_call(kind)

    def _check_links(self) -> None:
        """Ask for `link_urls`; the flexible feed may name its link in the call to action instead."""
        links = [row.get("website_url") for row in _rows(self.feed, "link_urls")]
        if not links and self.feed.get("optimization_type") == FLEXIBLE:
            actions = [row.get("value") for row in _rows(self.feed, "call_to_actions")]
            links = [value.get("link") for value in actions if isinstance(value, dict)]
        if not links or not all(links):
            raise invalid("link_urls needs at least one website_url", blame="asset_feed_spec")
        for link in links:
            _check_url(link, "asset_feed_spec")
