"""One ad: where it stands, its figures and verdict, and what it shows: its picture as it was kept; text, title and link as data."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.overview.ages import Age, age_of
from agent.overview.readings import ADS, PICTURE, REVIEW, TREE, ad_part
from agent.overview.snapshots import Kept, Place
from agent.overview.tree_view import Node, nodes_of

DATA = ("link_data", "video_data", "photo_data", "template_data")
WORDS = {
    "message": "Text",
    "caption": "Text",
    "name": "Title",
    "title": "Title",
    "description": "Description",
    "link_description": "Description",
    "link": "Link",
}
"""How fields of a creative's story are called here."""
FEEDS = {"bodies": ("text", "Text"), "titles": ("text", "Title"), "descriptions": ("text", "Description")}
MOST_TEXTS = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """One text of an ad, and what it is."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class AdView:
    """An ad with what stands above it. `shows` is empty until the ad was read."""

    place: Place
    ad: Node
    above: tuple[Node, ...]
    shows: tuple[Shown, ...]
    has_picture: bool
    now: str
    """What keeps it from running, as it was read with what it shows."""
    shows_age: Age
    figures_age: Age
    review_age: Age


def ad_view(kept: Kept, ad_id: str, now: datetime) -> AdView | None:
    """The view of an ad from what is kept; None for one that is not."""
    nodes = {node.id: node for node in nodes_of(kept)}
    ad = nodes.get(ad_id)
    if ad is None or ad.level != "ad":
        return None
    adset = nodes.get(ad.above)
    campaign = nodes.get(adset.above) if adset else None
    part = kept.parts.get(ad_part(ad_id))
    answer = part.answer if part else {}
    return AdView(
        kept.place,
        ad,
        tuple(node for node in (campaign, adset) if node),
        shown(answer.get("creative") or {}),
        PICTURE in answer,
        str(answer.get("now") or ""),
        age_of(kept.place, [part], now),
        age_of(kept.place, [kept.parts.get(TREE), kept.parts.get(ADS)], now),
        age_of(kept.place, [kept.parts.get(REVIEW)], now),
    )


def picture_of(kept: Kept, ad_id: str) -> bytes | None:
    """The picture of an ad as it was kept, a PNG; None where none is."""
    part = kept.parts.get(ad_part(ad_id))
    found = part.answer.get(PICTURE) if part else None
    return b64decode(found) if found else None


def shown(creative: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The texts of a creative in the order in which a reader sees them, each once."""
    story, feed = (creative.get(name) for name in ("object_story_spec", "asset_feed_spec"))
    texts = [
        *(_told(story) if isinstance(story, dict) else ()),
        *(_fed(feed) if isinstance(feed, dict) else ()),
    ]
    call = creative.get("call_to_action_type")
    if isinstance(call, str):
        texts.append(Shown("Button", call.replace("_", " ").lower()))
    order = list(dict.fromkeys(WORDS.values()))
    known = sorted(
        dict.fromkeys(texts), key=lambda one: order.index(one.what) if one.what in order else len(order)
    )
    return tuple(known[:MOST_TEXTS])


def _told(story: Mapping[str, Any]) -> Iterator[Shown]:
    for name in DATA:
        data = story.get(name)
        for part in (data, *_cards(data)) if isinstance(data, dict) else ():
            for field, what in WORDS.items():
                if isinstance(text := part.get(field), str) and text:
                    yield Shown(what, text)


def _cards(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cards of a carousel."""
    return [card for card in data.get("child_attachments") or () if isinstance(card, dict)]


def _fed(feed: Mapping[str, Any]) -> Iterator[Shown]:
    for field, (key, what) in (*FEEDS.items(), ("link_urls", ("website_url", "Link"))):
        for item in feed.get(field) or ():
            if isinstance(item, dict) and isinstance(text := item.get(key), str) and text:
                yield Shown(what, text)
