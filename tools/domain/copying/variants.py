"""An ad with exactly one thing different, so that what it does better or worse has one cause."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from tools.domain.changes import JsonParams
from tools.domain.copying.ad_creatives import images_of
from tools.domain.copying.carrying import carried
from tools.domain.copying.swapping import Swap, lacks_thumbnail, swapped, told
from tools.domain.creative_fields import CopyInput
from tools.domain.tool import Context, ToolError

Part = Literal["headline", "text", "image", "link", "button"]
_GIVEN: Mapping[Part, str] = {
    "headline": "titles",
    "text": "bodies",
    "link": "link",
    "button": "call_to_action",
}
_IN_FEED: Mapping[Part, tuple[str, str]] = {
    "headline": ("titles", "text"),
    "text": ("bodies", "text"),
    "image": ("images", "hash"),
    "link": ("link_urls", "website_url"),
    "button": ("call_to_action_types", ""),
}
_IN_STORY: Mapping[Part, tuple[str, ...]] = {
    "headline": ("name", "title"),
    "text": ("message",),
    "image": ("image_hash", "picture", "image_url"),
    "link": ("link",),
    "button": (),
}


class Variant(NamedTuple):
    """What makes the creative of the other ad."""

    params: JsonParams
    waits_for: tuple[str, ...]
    shown: dict[str, str]


def checked(part: Part, to: str) -> CopyInput:
    """The new value, held to what ads take. Raises ValueError."""
    values: dict[str, Any] = (
        {_GIVEN[part]: to if part in ("link", "button") else [to]} if part != "image" else {}
    )
    try:
        return CopyInput.model_validate(values)
    except ValidationError as wrong:
        raise ValueError(str(wrong.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def variant(ctx: Context, row: Mapping[str, Any], part: Part, to: str) -> Variant:
    """The creative with one part different. Raises ToolError where it cannot be carried over, or is so already."""
    given = checked(part, to)
    images = images_of(ctx, [to]) if part == "image" else ()
    swap = Swap(
        images=images,
        bodies=tuple(given.bodies),
        titles=tuple(given.titles),
        descriptions=(),
        call_to_action=given.call_to_action or "",
        link=given.link or "",
    )
    params = swapped(row, swap)
    if lacks_thumbnail(params):
        raise ToolError("The video of this ad has no thumbnail to take along, and Meta asks for one.")
    before = _present(row, part)
    if params == carried(row).params:
        raise ToolError(f"Its {part} is {before!r} already, or it has none; nothing would differ.")
    new = images[0].called if images else given.call_to_action or to
    differs = f"{part}: {before or 'none'} → {new}; all else is the same"
    waits = tuple(image.waits_for for image in images if image.waits_for)
    return Variant(params, waits, {"differs": differs} | told(row, swap))


def _present(row: Mapping[str, Any], part: Part) -> str:
    """What the ad shows of a part now."""
    kind, inside = _IN_FEED[part]
    if feed := row.get("asset_feed_spec"):
        found = [str(one.get(inside) if isinstance(one, Mapping) else one) for one in feed.get(kind) or []]
        return " | ".join(found)
    story = row.get("object_story_spec") or {}
    data = story.get("link_data") or story.get("video_data") or {}
    action = data.get("call_to_action") or {}
    if part == "button":
        return str(action.get("type") or "")
    value = next((data[name] for name in _IN_STORY[part] if data.get(name)), "")
    return str(value or ((action.get("value") or {}).get("link") if part == "link" else "") or "")
