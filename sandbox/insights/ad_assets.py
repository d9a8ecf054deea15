"""What an ad shows, as the breakdowns by asset and by product tell it apart (docs/graph-api.md §7.2)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sandbox.world.node import Node
    from sandbox.world.state import World

    Story = Mapping[str, Any]

Asset = tuple[tuple[str, str], ...]
"""An asset as Meta writes it, name by name."""

_STORIES = ("link_data", "video_data", "photo_data", "template_data")
_PRODUCTS = ("Ridge boots", "Trail boots", "Two-person tent", "Family tent", "Daypack 20", "Trekking pack 45")


def _creative(world: World, ad: Node) -> Story:
    creative = world.nodes.get(str(ad.data.get("creative_id")))
    return creative.data if creative else {}


def _feed(creative: Story) -> Story:
    return creative.get("asset_feed_spec") or {}


def _story(creative: Story) -> Story:
    """The part of the story that says what is shown."""
    story = creative.get("object_story_spec") or {}
    return next((story[name] for name in _STORIES if isinstance(story.get(name), dict)), {})


def _objects(value: Any) -> list[Story]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def video_of(world: World, ad: Node) -> str | None:
    """Give the id of the video that an ad shows, the first of several."""
    return next(iter(_video_ids(_creative(world, ad))), None)


def _video_ids(creative: Story) -> list[str]:
    if feed := _feed(creative):
        return [str(row["video_id"]) for row in _objects(feed.get("videos")) if row.get("video_id")]
    shown = _story(creative)
    return [str(shown["video_id"])] if shown.get("video_id") else []


def _videos(world: World, creative: Story) -> Iterable[dict[str, str]]:
    for video_id in _video_ids(creative):
        video = world.nodes.get(video_id)
        name = str(video.data.get("title") or "") if video else ""
        yield {
            "video_id": video_id,
            "url": f"https://www.facebook.example/{video_id}",
            "thumbnail_url": f"https://images.northwind.example/thumbnail/{video_id}-0.jpg",
            "video_name": name,
        }


def _images(world: World, creative: Story) -> Iterable[dict[str, str]]:
    feed, shown = _feed(creative), _story(creative)
    if feed:
        hashes = [row.get("hash") for row in _objects(feed.get("images"))]
    elif shown.get("video_id"):
        return
    else:
        hashes = [row.get("image_hash") for row in (*_objects(shown.get("child_attachments")), shown)]
    for image_hash in hashes:
        image = world.nodes.get(f"{creative['account_id']}:{image_hash}")
        if image_hash and image:
            yield {"hash": str(image_hash), "url": str(image.data.get("url", ""))}


def _texts(kind: str, *names: str) -> Callable[[World, Story], Iterable[dict[str, str]]]:
    """Make what finds the texts of a kind: those of the feed, else the one of the story."""

    def found(_: World, creative: Story) -> Iterable[dict[str, str]]:
        feed, shown = _feed(creative), _story(creative)
        texts = [row.get("text") for row in _objects(feed.get(kind))]
        if not feed:
            texts = [next((shown[name] for name in names if shown.get(name)), None)]
        return ({"text": str(text)} for text in texts if text)

    return found


def _links(_: World, creative: Story) -> Iterable[dict[str, str]]:
    feed, shown = _feed(creative), _story(creative)
    links = [row.get("website_url") for row in _objects(feed.get("link_urls"))]
    links = links or [_action_value(row).get("link") for row in _objects(feed.get("call_to_actions"))]
    if not feed:
        links = [shown.get("link") or _action_value(shown.get("call_to_action")).get("link")]
    return ({"website_url": str(link)} for link in links if link)


def _action_value(action: Any) -> Story:
    value = action.get("value") if isinstance(action, dict) else None
    return value if isinstance(value, dict) else {}


def _calls(_: World, creative: Story) -> Iterable[dict[str, str]]:
    feed, action = _feed(creative), _story(creative).get("call_to_action")
    calls = [*(feed.get("call_to_action_types") or ())]
    calls += [row.get("type") for row in _objects(feed.get("call_to_actions"))]
    if not feed:
        calls = [action.get("type") if isinstance(action, dict) else None]
    return ({"name": str(call)} for call in calls if call)


def _formats(creative: Story) -> list[str]:
    if feed := _feed(creative):
        return [str(name) for name in feed.get("ad_formats") or ("AUTOMATIC_FORMAT",)]
    shown = _story(creative)
    if not shown:
        return []
    several = "CAROUSEL_IMAGE" if shown.get("child_attachments") else "SINGLE_IMAGE"
    return ["SINGLE_VIDEO" if shown.get("video_id") else several]


def _products(creative: Story) -> list[str]:
    """The products of a catalogue ad: number and name."""
    product_set = creative.get("product_set_id")
    if not product_set:
        return []
    first = zlib.crc32(str(product_set).encode()) % 1_000_000
    return [f"{7_700_000_000 + first + n}, {name}" for n, name in enumerate(_PRODUCTS)]


_ASSETS = {
    "image_asset": _images,
    "video_asset": _videos,
    "title_asset": _texts("titles", "name", "title"),
    "body_asset": _texts("bodies", "message", "caption"),
    "description_asset": _texts("descriptions", "description", "link_description"),
    "call_to_action_asset": _calls,
    "link_url_asset": _links,
}
_WORDS = {"ad_format_asset": _formats, "product_id": _products}
ASSETS = (*_ASSETS, *_WORDS)
"""The breakdowns whose cells are of each ad; an ad that has nothing of the kind has no row."""


def shown_by(world: World, ad: Node, breakdown: str) -> list[str | Asset]:
    """Give what an ad shows of a kind, as rows by this breakdown say it."""
    creative = _creative(world, ad)
    if breakdown in _WORDS:
        return list(dict.fromkeys(_WORDS[breakdown](creative)))
    found = dict.fromkeys(tuple(asset.items()) for asset in _ASSETS[breakdown](world, creative))
    return [(*asset, ("id", _id(breakdown, asset))) for asset in found]


def _id(breakdown: str, asset: Asset) -> str:
    return str(23_860_000_000_000 + zlib.crc32(f"{breakdown}/{asset}".encode()))
