"""Rules of an asset feed: which placement or language shows which of its assets (docs/graph-api.md §3.3, §8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.request.refusals import explained, invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    Feed = dict[str, Any]

RULES = "asset_customization_rules"
_ASSETS = {
    "image_label": "images", "video_label": "videos", "body_label": "bodies", "title_label": "titles",
    "description_label": "descriptions", "link_url_label": "link_urls", "caption_label": "captions",
    "carousel_label": "carousels", "call_to_action_label": "call_to_actions",
}  # fmt: skip
_TEXTS = {"titles": "title_label", "bodies": "body_label"}


def check(feed: Feed) -> None:
    """Refuse rules that name no asset (2446173), or several texts that none of them tells apart (1885878)."""
    rules = [*_rows(feed, RULES), *_rows(feed, "groups")]
    for rule in rules:
        for key, kind in _ASSETS.items():
            wanted = rule.get(key)
            if wanted is None:
                continue
            if not isinstance(wanted, dict) or not wanted.get("name"):
                raise invalid(f"{key} must be an object with a name", blame="asset_feed_spec")
            if str(wanted["name"]) not in _labels(feed, kind):
                text = f"Target rule label {wanted['name']} doesn't refer to any of the asset labels."
                raise explained(2446173, "Rule without asset", text, blame="asset_feed_spec")
    for kind, key in _TEXTS.items():
        rows = feed.get(kind) or []
        if rules and isinstance(rows, list) and len(rows) > 1 and not any(key in rule for rule in rules):
            text = f"Multiple {kind} assets can not be applied to rule #1."
            raise explained(1885878, "Too many assets for a rule", text, blame="asset_feed_spec")


def _rows(feed: Feed, name: str) -> Iterator[Feed]:
    rows = feed.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid(f"{name} must be an array of objects", blame="asset_feed_spec")
    yield from rows


def _labels(feed: Feed, kind: str) -> set[str]:
    lists = (row.get("adlabels") for row in _rows(feed, kind))
    labels = (label for labels in lists if isinstance(labels, list) for label in labels)
    return {str(label.get("name")) for label in labels if isinstance(label, dict)}
