"""A creative as Meta shows it, turned into one that Meta takes; what does not come along is named."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tools.domain.changes import JsonParams
from tools.domain.copying import creative_shapes as shapes
from tools.domain.copying.asset_labels import by_name, lacking
from tools.domain.tool import ToolError

ASK = "Make a new creative and give its creative_id."
PARTS = ("link_data", "video_data", "photo_data", "text_data", "template_data", "product_data")
_BUNDLE = "standard_enhancements"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Carried(NamedTuple):
    """What makes a creative like one that is there."""

    params: JsonParams
    left_out: tuple[str, ...]
    """What does not come along, in words."""


def carried(row: Mapping[str, Any]) -> Carried:
    """The creative made anew. Raises ToolError, with the reason, where Meta would refuse it."""
    for name, said in shapes.REFUSED.items():
        if row.get(name):
            raise ToolError(f"The creative {row.get('id')} {said}, which cannot be made anew. {ASK}")
    shown = {name: row[name] for name in (*shapes.COPIED, *shapes.NEWEST) if row.get(name)}
    kept = {name: new for name, value in shown.items() if (new := _settings(value)) not in _EMPTY}
    left = [said for name, said in shapes.LEFT_OUT.items() if row.get(name)]
    left += [
        f"the access of a partner in {name}" for name, value in shown.items() if shapes.PRIVATE in repr(value)
    ]
    features, old = _features(row.get("degrees_of_freedom_spec") or {})
    if features:
        kept["degrees_of_freedom_spec"] = {"creative_features_spec": features}
    return Carried({**_source(row), **kept}, (*left, *old))


def _source(row: Mapping[str, Any]) -> JsonParams:
    """What the creative shows: a post, or a story with the feed beside it."""
    user = {"instagram_user_id": str(row["instagram_user_id"])} if row.get("instagram_user_id") else {}
    story, feed = row.get("object_story_spec"), row.get("asset_feed_spec")
    if media := row.get("source_instagram_media_id"):
        page = (story or {}).get("page_id") or row.get("object_id")
        return {"source_instagram_media_id": str(media), **user, **({"object_id": str(page)} if page else {})}
    if row.get("object_story_id"):
        return {"object_story_id": str(row["object_story_id"]), **user}
    if not isinstance(story, dict) or not story:
        raise ToolError(
            f"The creative {row.get('id')} has no story of a page that could be taken over: it shows a post,"
            f" whose texts belong to the page, or is of an old form. {ASK}"
        )
    taken = _story(story)
    made: JsonParams = {"object_story_spec": taken}
    if user and "instagram_user_id" not in taken:
        made |= user
    if isinstance(feed, dict) and feed:
        made["asset_feed_spec"] = _feed(feed, row)
    return made


def _story(story: Mapping[str, Any]) -> dict[str, Any]:
    new = _written(story)
    for old, name in shapes.RENAMED.items():
        if value := new.pop(old, None):
            new.setdefault(name, str(value))
    for part in PARTS:
        if isinstance(new.get(part), dict):
            new[part] = _part(new[part])
    return new


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A link, a video or the like, with the cards in it."""
    new = _written(part)
    if isinstance(new.get("child_attachments"), list):
        new["child_attachments"] = [_asset(card) for card in new["child_attachments"]]
    return new


def _feed(feed: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    new = {
        name: [_asset(one) for one in value] if isinstance(value, list) else value
        for name, value in _written(feed).items()
    }
    if wrong := lacking(new):
        raise ToolError(
            f"The creative {row.get('id')} cannot be taken over: {wrong}, which nothing in it carries,"
            f" and Meta refuses that (100/2446173). {ASK}"
        )
    return new


def _asset(asset: Any) -> Any:
    """A row of a feed: an asset or a rule, its labels by name."""
    if not isinstance(asset, Mapping):
        return asset
    new = _written(asset)
    if isinstance(new.get("adlabels"), list):
        new["adlabels"] = by_name(new["adlabels"])
    for key in shapes.LABELS:
        if key in new:
            new[key] = by_name([new[key]])[0] if by_name([new[key]]) else new[key]
    return new


def _written(shown: Mapping[str, Any]) -> dict[str, Any]:
    """An object without what can only be read, and with one of what Meta shows twice."""
    new = {
        name: value
        for name, value in shown.items()
        if value not in _EMPTY and name not in shapes.READ_ONLY and not name.startswith("effective_")
    }
    for first, second in shapes.ONE_OF:
        if first in new:
            new.pop(second, None)
    return new


def _settings(shown: Any) -> Any:
    """A setting without what can only be read in it, and without anybody's token."""
    if isinstance(shown, list):
        return [_settings(item) for item in shown]
    if not isinstance(shown, Mapping):
        return shown
    return {
        name: _settings(value)
        for name, value in shown.items()
        if name not in shapes.READ_ONLY_SETTINGS and not name.endswith(shapes.PRIVATE)
    }


def _features(spec: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Single features as they were chosen; Meta takes the old bundle no more (docs/graph-api.md §8.4)."""
    found = spec.get("creative_features_spec") or {}
    chosen = {
        name: {key: feature[key] for key in ("enroll_status", "customizations") if feature.get(key)}
        for name, feature in found.items()
        if name != _BUNDLE
        and isinstance(feature, dict)
        and feature.get("enroll_status") in ("OPT_IN", "OPT_OUT")
    }
    bundle = f"the bundle {_BUNDLE} (Meta takes it no more; single features are kept)"
    old = sorted(set(spec) - {"creative_features_spec"})
    return chosen, [*([bundle] if _BUNDLE in found else []), *(f"{name} (of an old form)" for name in old)]
