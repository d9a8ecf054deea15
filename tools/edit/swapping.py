"""The creative of a running ad with other texts or pictures: what Meta shows of it, turned into a new one.

A creative cannot be changed (docs/graph-api.md §8.4), so everything that is not swapped is carried over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.domain.changes import JsonParams
from tools.domain.creative_fields import link_problem
from tools.domain.references import Named
from tools.domain.tool import ToolError

_KEPT = ("url_tags",)
_ASK = "Make a new creative and give its creative_id."


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
        said |= {"button": self.call_to_action, "link": self.link}
        return {f"new {name}": text for name, text in said.items() if text}


def swapped(row: Mapping[str, Any], swap: Swap) -> JsonParams:
    """What makes the new creative. Raises ToolError where the present one cannot be carried over."""
    if swap.link and (wrong := link_problem(swap.link)):
        raise ToolError(f"{swap.link!r} {wrong}.")
    story, feed = row.get("object_story_spec"), row.get("asset_feed_spec")
    if not isinstance(story, dict):
        raise ToolError(f"The creative {row.get('id')} shows a post, whose texts belong to the page. {_ASK}")
    params: JsonParams = {name: row[name] for name in _KEPT if row.get(name)}
    if features := _features(row):
        params["degrees_of_freedom_spec"] = {"creative_features_spec": features}
    if isinstance(feed, dict) and feed:
        return params | {"object_story_spec": story, "asset_feed_spec": _feed(feed, swap)}
    if isinstance(story.get("link_data"), dict):
        return params | {"object_story_spec": story | {"link_data": _link(story["link_data"], swap)}}
    if isinstance(story.get("video_data"), dict):
        return params | {"object_story_spec": story | {"video_data": _video(story["video_data"], swap)}}
    raise ToolError(f"The creative {row.get('id')} is of a kind whose parts are not swapped here. {_ASK}")


def _features(row: Mapping[str, Any]) -> dict[str, Any]:
    """Single features as they were chosen; Meta takes the old bundle no more (docs/graph-api.md §8.4)."""
    found = (row.get("degrees_of_freedom_spec") or {}).get("creative_features_spec") or {}
    return {
        name: {"enroll_status": feature["enroll_status"]}
        for name, feature in found.items()
        if name != "standard_enhancements"
        and isinstance(feature, dict)
        and feature.get("enroll_status") in ("OPT_IN", "OPT_OUT")
    }


def _feed(feed: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    new: dict[str, Any] = dict(feed)
    for name in ("bodies", "titles", "descriptions"):
        if texts := getattr(swap, name):
            new[name] = [{"text": text} for text in texts]
    if swap.images:
        if feed.get("videos"):
            raise ToolError(f"This ad shows videos. {_ASK}")
        new["images"] = [{"hash": value} for value, _, _ in swap.images]
    if swap.call_to_action:
        new["call_to_action_types"] = [swap.call_to_action]
    if swap.link:
        new["link_urls"] = [dict(row, website_url=swap.link) for row in feed.get("link_urls") or [{}]]
    return new


def _link(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    if data.get("child_attachments"):
        if swap.images or swap.titles or swap.descriptions or swap.link or swap.call_to_action:
            raise ToolError(f"This ad is a carousel; only its text is swapped here. {_ASK}")
        return dict(data) | _text("message", swap.bodies)
    new = dict(data) | _text("message", swap.bodies) | _text("name", swap.titles)
    new |= _text("description", swap.descriptions)
    if swap.images:
        new |= {"image_hash": _only(swap.images)[0]}
    if "image_hash" in new:
        new.pop("picture", None)  # Meta shows its address beside the hash and takes only one of them
    new |= {"link": swap.link} if swap.link else {}
    return new | _button(data, swap)


def _video(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    new = dict(data) | _text("message", swap.bodies) | _text("title", swap.titles)
    new |= _text("link_description", swap.descriptions)
    if swap.images:
        new |= {"image_hash": _only(swap.images)[0]}
    if "image_hash" in new:
        new.pop("image_url", None)
    return new | _button(data, swap)


def _button(data: Mapping[str, Any], swap: Swap) -> dict[str, Any]:
    """The button with its link, where one of them is different."""
    if not (swap.call_to_action or swap.link):
        return {}
    old = data.get("call_to_action") or {}
    value = dict(old.get("value") or {})
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
