"""Image uploads (graph-api-facts §8.5)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from typing import TYPE_CHECKING, Any

from sandbox import activities, params
from sandbox.demo import ACCOUNT_NUMBER
from sandbox.errors import invalid, required

if TYPE_CHECKING:
    from sandbox.paging import Context
    from sandbox.wire import Call
    from sandbox.world import Node, World

_SHOWN = ("hash", "url", "width", "height", "name")


def upload(ctx: Context, call: Call) -> dict[str, Any]:
    """Answer `POST /act_X/adimages`: one entry per file name; the same bytes are the same image."""
    sent = {file.filename: file.data for file in call.files}
    if "bytes" in call.params:
        sent[call.params.get("name", "bytes")] = _decoded(call.params["bytes"])
    if not sent:
        raise required("bytes")
    images = {name: _image(ctx.world, name, data) for name, data in sent.items()}
    new = {image.id: image for image in images.values() if ctx.world.get(image.id, "image") is None}
    if not params.validate_only(call.params):
        log = [
            activities.entry(ctx.world, image, "add_images", {"hash": image.data["hash"]})
            for image in new.values()
        ]
        ctx.world.commit(new.values(), log)
    return {"images": {name: {part: image.data[part] for part in _SHOWN} for name, image in images.items()}}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid("Param bytes must be base64", blame="bytes") from None


def _image(world: World, name: str, data: bytes) -> Node:
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    node_id = f"{ACCOUNT_NUMBER}:{digest}"
    width, height, ending = _measured(name, data)
    known = world.get(node_id, "image")
    if known is not None:
        return known
    now = world.timestamp()
    url = f"https://images.northwind.example/{digest}.{ending}"
    return world.draft(
        "image",
        {
            "account_id": ACCOUNT_NUMBER,
            "hash": digest,
            "name": name,
            "status": "ACTIVE",
            "width": width,
            "height": height,
            "url": url,
            "permalink_url": url,
            "created_time": now,
            "updated_time": now,
        },
        node_id=node_id,
    )


def _measured(name: str, data: bytes) -> tuple[int, int, str]:
    # Pillow is slow to load and only uploads need it.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width, image.height, (image.format or "png").lower()
    except (UnidentifiedImageError, OSError):
        raise invalid(f"File {name} is not an image that can be used", blame="bytes") from None


def delete(ctx: Context, call: Call) -> dict[str, Any]:
    """Answer `DELETE /act_X/adimages?hash=`."""
    digest = params.text(call.params, "hash")
    image = ctx.world.get(f"{ACCOUNT_NUMBER}:{digest}", "image")
    if image is None:
        raise invalid(f"Image hash {digest} is not known in this ad account", blame="hash")
    gone = ctx.world.changed(image, {"status": "DELETED"})
    ctx.world.commit([gone], [activities.entry(ctx.world, gone, "delete_images", {"hash": digest})])
    return {"success": True}
