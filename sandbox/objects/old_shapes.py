"""Creatives as Meta shows those of years ago: under old names, with what is shown twice (docs/graph-api.md §8.4)."""

from __future__ import annotations

from typing import Any

_HASHES = {"link_data": "picture", "template_data": "picture", "video_data": "image_url", "photo_data": "url"}
_BUNDLE = {"standard_enhancements": {"enroll_status": "OPT_IN"}}


def old(body: Any) -> Any:
    """Give an answer with every creative in it shown so; what is stored stays."""
    if isinstance(body, list):
        return [old(item) for item in body]
    if not isinstance(body, dict):
        return body
    shown = {name: old(value) for name, value in body.items()}
    if isinstance(shown.get("object_story_spec"), dict):
        shown["object_story_spec"] = _story(shown["object_story_spec"])
    if isinstance(shown.get("asset_feed_spec"), dict):
        shown["asset_feed_spec"] = _feed(shown["asset_feed_spec"])
    if isinstance(features := shown.get("degrees_of_freedom_spec"), dict):
        features["creative_features_spec"] = _BUNDLE | (features.get("creative_features_spec") or {})
    return shown


def _story(story: dict[str, Any]) -> dict[str, Any]:
    if user := story.pop("instagram_user_id", None):
        story["instagram_actor_id"] = user
    for part, name in _HASHES.items():
        if isinstance(story.get(part), dict):
            for card in (story[part], *(story[part].get("child_attachments") or ())):
                _twice(card, "image_hash", name)
    return story


def _feed(feed: dict[str, Any]) -> dict[str, Any]:
    for kind, rows in feed.items():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                _asset(kind, row)
    return feed | {"id": "1"}


def _asset(kind: str, row: dict[str, Any]) -> None:
    if kind == "images":
        _twice(row, "hash", "url")
    labels = [*(row.get("adlabels") or ()), *(row[key] for key in row if key.endswith("_label"))]
    for label in labels:
        if isinstance(label, dict):
            label["id"] = f"9{len(str(label.get('name')))}"


def _twice(part: dict[str, Any], name: str, address: str) -> None:
    """Show the address of a picture beside its hash."""
    if part.get(name):
        part[address] = f"https://images.northwind.example/{part[name]}.jpg"
