"""What the ads of the demo account show: pictures, videos and products, and the creatives around them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from sandbox.world.catalogue import SEPARATOR
from sandbox.world.identities import INSTAGRAM, PAGE, Row

if TYPE_CHECKING:
    from sandbox.world.owners import Owner

LINK = "https://northwind.example/"
CATALOGUE_KINDS = ("Dynamic", "Catalog")
"""The formats of ads that show products of a catalogue."""
UNTITLED_VIDEO_S = 24


def shown(number: int, name: str, made_at: str, owner: Owner) -> list[Row]:
    """Make what an ad shows, and last its creative: a picture, a video with a still, or a set of products."""
    image_hash = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    made = {"created_time": made_at, "updated_time": made_at}
    image = {
        "account_id": owner.number, "hash": image_hash, "name": f"demo-{number:02}.jpg", "status": "ACTIVE",
        "width": 1080, "height": 1080, "url": f"https://images.northwind.example/{image_hash}.jpg", **made,
    }  # fmt: skip
    kind, _, subject = name.partition(SEPARATOR)
    story = _story(subject or name, image_hash)
    rows = [Row(f"{owner.number}:{image_hash}", "image", image)]
    creative: dict[str, Any] = {
        "account_id": owner.number, "name": f"{name} (creative)", "status": "ACTIVE",
        "object_story_spec": {"page_id": PAGE, "instagram_user_id": INSTAGRAM, "link_data": story},
    }  # fmt: skip
    if kind == "Video":
        video_id = str(23_848_500_000_000 + number)
        video = {
            "account_id": owner.number, "title": subject, "status": "ACTIVE", "length": _length_s(subject),
            "uploaded": 0, "looks": 0, **made,
        }  # fmt: skip
        rows.append(Row(video_id, "video", video))
        creative["object_story_spec"]["video_data"] = _as_video(video_id, story)
        del creative["object_story_spec"]["link_data"]
    elif kind in CATALOGUE_KINDS:
        creative["product_set_id"] = str(560_000_000_000_000 + number)
    return [*rows, Row(str(23_849_000_000_000 + number), "creative", creative)]


def _story(subject: str, image_hash: str) -> dict[str, Any]:
    return {
        "link": LINK, "message": f"{subject}. Made for long days outside.", "name": subject,
        "description": "Free returns for 60 days", "image_hash": image_hash,
        "call_to_action": {"type": "SHOP_NOW", "value": {"link": LINK}},
    }  # fmt: skip


def _as_video(video_id: str, story: dict[str, Any]) -> dict[str, Any]:
    """The same words beside a video, under the names they have there."""
    return {
        "video_id": video_id, "title": story["name"], "link_description": story["description"],
        **{name: story[name] for name in ("message", "image_hash", "call_to_action")},
    }  # fmt: skip


def _length_s(subject: str) -> int:
    """The seconds that a title names, such as `Lake morning 15s`."""
    seconds = re.search(r"(\d+)(?:s| seconds)$", subject)
    return int(seconds[1]) if seconds else UNTITLED_VIDEO_S
