"""The creative of a running ad with other texts or pictures: what Meta shows of it, turned into a new one.

A creative cannot be changed (docs/graph-api.md §8.4), so everything that is not swapped is carried over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.domain.changes import JsonParams
from tools.domain.copying.asset_labels import in_place_of, rules_of
from tools.domain.copying.carrying import ASK, carried
from tools.domain.creative_fields import CALLS, link_problem
from tools.domain.references import Named
from tools.domain.settings.meta_words import constant
from tools.domain.tool import ToolError

_TEXTS = ("bodies", "titles", "descriptions")


@dataclass(frozen=True, slots=True)
class Swap:
    """What is to be different; what is empty stays."""

    images: tuple[Named, ...]
    bodies: tuple[str, ...]
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    call_to_action: str
    link: str

    def shown(self) -> dict[str, str]:
        """For people: only what will be different."""
        texts = {"text": self.bodies, "title": self.titles, "description": self.descriptions}
        said = {name: " | ".join(lines) for name, lines in texts.items()}
        said |= {"images": ", ".join(called for _, _, called in self.images)}
        said |= {"button": constant(self.call_to_action), "link": self.link}
        return {f"new {name}": text for name, text in said.items() if text}


def swapped(row: Mapping[str, Any], swap: Swap) -> JsonParams:
    """What makes the new creative. Raises ToolError where the present one cannot be carried over."""
    if swap.link and (wrong := link_problem(swap.link)):
        raise ToolError(f"{swap.link!r} {wrong}.")
    params = carried(row).params
    story: Any = params.get("object_story_spec")
    feed = params.get("asset_feed_spec")
    if not isinstance(story, dict):
        raise ToolError(f"The creative {row.get('id')} shows a post, whose texts belong to the page. {ASK}")
    if isinstance(feed, dict):
        return params | {"object_story_spec": _anchor(story, swap), "asset_feed_spec": _feed(feed, swap)}
    if isinstance(story.get("link_data"), dict):
        return params | {"object_story_spec": story | {"link_data": _link(story["link_data"], swap)}}
    if isinstance(story.get("video_data"), dict):
        return params | {"object_story_spec": story | {"video_data": _video(story["video_data"], swap)}}
    raise ToolError(f"The creative {row.get('id')} is of a kind whose parts are not swapped here. {ASK}")


def lacks_thumbnail(params: Mapping[str, Any]) -> bool:
    """Whether a video has no picture of its own, which Meta asks for (1443226)."""
    video = params["object_story_spec"].get("video_data")
    return bool(video) and not (video.get("image_hash") or video.get("image_url"))


def told(row: Mapping[str, Any], swap: Swap) -> dict[str, str]:
    """For people: what does not come along, and what rules of placement or language make of new parts."""
    left = list(carried(row).left_out)
    link = (row.get("object_story_spec") or {}).get("link_data") or {}
    if swap.images and (link.get("image_crops") or any(i.get("image_crops") for i in _rows(row, "images"))):
        left.append("the crops of the old picture")
    addresses = [link.get("caption"), *(one.get("display_url") for one in _rows(row, "link_urls"))]
    if swap.link and not all(_fits(shown, swap.link) for shown in addresses):
        left.append("the display link of the old address")
    said = {"not taken along": "; ".join(left)} if left else {}
    feed = row.get("asset_feed_spec") or {}
    given = {
        "text": swap.bodies,
        "title": swap.titles,
        "description": swap.descriptions,
        "picture": swap.images,
    }
    kinds = dict(zip(given, (*_TEXTS, "images"), strict=True))
    alone = [word for word, new in given.items() if len(new) == 1 and len(feed.get(kinds[word]) or []) > 1]
    if alone and rules_of(feed):
        said["by its rules"] = f"one {', one '.join(alone)} for all placements and languages"
    return said


def _rows(row: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    found = (row.get("asset_feed_spec") or {}).get(kind) or []
    return [one for one in found if isinstance(one, Mapping)]


def _feed(feed: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    new: dict[str, Any] = dict(feed)
    for name in _TEXTS:
        if texts := getattr(swap, name):
            new[name] = in_place_of(feed, name, [{"text": text} for text in texts])
    if swap.images:
        if feed.get("videos"):
            raise ToolError(f"This ad shows videos. {ASK}")
        new["images"] = in_place_of(feed, "images", [{"hash": value} for value, _, _ in swap.images])
    if swap.call_to_action and (feed.get("call_to_action_types") or not feed.get("call_to_actions")):
        new["call_to_action_types"] = [swap.call_to_action]
    if swap.link:
        new["link_urls"] = [_address(row, swap.link) for row in feed.get("link_urls") or [{}]]
    if feed.get("call_to_actions"):
        new["call_to_actions"] = [_action(action, swap) for action in feed["call_to_actions"]]
    return new


def _address(row: Mapping[str, Any], link: str) -> dict[str, Any]:
    """A link of a feed, without the one that was shown for another site."""
    kept = {k: v for k, v in row.items() if k != "display_url" or _fits(v, link)}
    return kept | {"website_url": link}


def _fits(shown: object, link: str) -> bool:
    """Whether the link that people read names the site that it opens."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    read = re.sub(r"^\w+://", "", str(shown or "")).partition("/")[0].removeprefix("www.")
    return not read or "." not in read or read.lower() == host


def _action(action: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    """A button of a feed, with the label that its rule names."""
    new = dict(action) | ({"type": swap.call_to_action} if swap.call_to_action else {})
    if swap.link and (value := action.get("value")):
        new["value"] = dict(value) | ({"link": swap.link} if value.get("link") else {})
    return new


def _anchor(story: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    """The story beside a feed. One that shows a link itself shows the first of the new parts (3858355)."""
    data = story.get("link_data")
    if not isinstance(data, dict):
        return dict(story)
    first = Swap(
        swap.images[:1] if data.get("image_hash") else (),
        swap.bodies[:1] if data.get("message") else (),
        swap.titles[:1] if data.get("name") else (),
        swap.descriptions[:1] if data.get("description") else (),
        swap.call_to_action if data.get("call_to_action") else "",
        swap.link,
    )
    return dict(story) | {"link_data": _link(data, first)}


def _link(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    if data.get("child_attachments"):
        if swap.images or swap.titles or swap.descriptions or swap.link or swap.call_to_action:
            raise ToolError(f"This ad is a carousel; only its text is swapped here. {ASK}")
        return dict(data) | _text("message", swap.bodies)
    new = dict(data) | _text("message", swap.bodies) | _text("name", swap.titles)
    new |= _text("description", swap.descriptions)
    if swap.images:
        new |= {"image_hash": _only(swap.images)[0]}
        new.pop("picture", None)
        new.pop("image_crops", None)  # they were cut for the old picture
    if swap.link:
        new |= {"link": swap.link}
        if not _fits(data.get("caption"), swap.link):
            new.pop("caption", None)
    return new | _button(data, swap)


def _video(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    new = dict(data) | _text("message", swap.bodies) | _text("title", swap.titles)
    new |= _text("link_description", swap.descriptions)
    if swap.images:
        new |= {"image_hash": _only(swap.images)[0]}
        new.pop("image_url", None)
    new |= _button(data, swap)
    value = (new.get("call_to_action") or {}).get("value") or {}
    if swap.link and value.get("link") != swap.link:
        raise ToolError(f"This video has no link to swap: its button leads to none, or is missing. {ASK}")
    if "link" in value and not value["link"]:
        raise ToolError(f"This video has no link, and {swap.call_to_action} needs one: give it, too.")
    return new


def _button(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    """The button with its link, where one of them is different; one that calls, or opens a form, goes on doing so."""
    old = data.get("call_to_action") or {}
    if not (swap.call_to_action or (swap.link and old)):
        return {}
    value = dict(old.get("value") or {})
    if str(value.get("link") or "").startswith("tel:"):
        if swap.call_to_action not in ("", *CALLS):
            raise ToolError(f"This ad's button calls {value['link']}; {swap.call_to_action} cannot. {ASK}")
    elif "link" in value or not value:
        value |= {"link": swap.link or value.get("link") or data.get("link")}
    return {
        "call_to_action": {"type": swap.call_to_action or old.get("type") or "LEARN_MORE", "value": value}
    }


def _text(name: str, texts: Sequence[str]) -> dict[str, str]:
    return {name: _only(texts)} if texts else {}


def _only(items: Sequence[Any]) -> Any:
    if len(items) > 1:
        raise ToolError("This ad shows one picture and one text of a kind; give one each.")
    return items[0]
