"""Small pictures of creatives and videos, drawn when they are asked for; Meta has them at addresses of their own, which need no token."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from sandbox.request.refusals import GraphError

if TYPE_CHECKING:
    from sandbox.world.state import World

ROOM = "thumbnail"
SIDE = 400
LETTERS = 3
KINDS = ("creative", "video")


def answer(world: World, path: tuple[str, ...]) -> bytes:
    """Draw the initials of what `thumbnail/ID.jpg` or `thumbnail/ID-NUMBER.jpg` shows on a colour of its own, as a PNG. Raises GraphError."""
    with world.reading():
        node = world.nodes.get(re.split("[-.]", "/".join(path[1:]))[0])
        if node is None or node.kind not in KINDS:
            raise GraphError(code=2500, http_status=404, message="Unknown path components: /thumbnail")
        return _drawn(node.id, str(node.data.get("name") or node.data.get("title") or "?"))


def _drawn(node_id: str, name: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # heavy, and seldom needed

    hue = sha256(node_id.encode()).digest()[0] * 360 // 256
    picture = Image.new("RGB", (SIDE, SIDE), f"hsl({hue}, 45%, 38%)")
    initials = "".join(word[0] for word in name.split())[:LETTERS].upper()
    ImageDraw.Draw(picture).text(
        (SIDE / 2, SIDE / 2), initials, "white", ImageFont.load_default(SIDE / 3), anchor="mm"
    )
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
