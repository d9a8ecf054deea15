"""Image uploads (docs/graph-api.md §8.5)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from typing import TYPE_CHECKING, Any

from sandbox.edges import edge_reads
from sandbox.objects import activities
from sandbox.request import params
from sandbox.request.refusals import invalid, required

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

_SHOWN = ("hash", "url", "width", "height", "name")


def existing(world: World, account_id: str, image_hash: object) -> Node:
    """Find an image of the account; a hash is worth nothing in another one (§8.5)."""
    image = world.get(f"{account_id}:{image_hash}", "image")
    if image is None:
        raise invalid(f"Image hash {image_hash} is not known in this ad account", blame="image_hash")
    return image


def read(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/adimages`: all images, or those with the asked hashes."""
    found = ctx.world.of("image", account_id=node.data["account_id"])
    if "hashes" in args:
        hashes = params.names(args, "hashes")
        found = [image for image in found if image.data["hash"] in hashes]
    return edge_reads.answer(ctx, f"{node.id}/adimages", edge_reads.visible(ctx, found, "image", args), args)


def upload(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/adimages`: one entry per name and content; the same bytes are the same image."""
    account_id = node.data["account_id"]
    found = _copied(ctx.world, args) if "copy_from" in args else _sent(ctx, args)
    shown: dict[str, Node] = {}
    new: dict[str, Node] = {}
    for name, about in found:
        image_id = f"{account_id}:{about['hash']}"
        image = ctx.world.get(image_id, "image") or new.get(image_id)
        if image is None:
            image = new[image_id] = _draft(ctx.world, account_id, {"name": name, **about}, offset=len(new))
        taken = shown.get(name, image)
        shown[name if taken.id == image.id else image.data["hash"]] = image
    if not shown:
        raise required("bytes")
    if not params.validate_only(args):
        log = [activities.entry(ctx.world, i, "add_images", {"hash": i.data["hash"]}) for i in new.values()]
        ctx.world.commit(new.values(), log)
    return {"images": {name: {part: image.data[part] for part in _SHOWN} for name, image in shown.items()}}


def _sent(ctx: Context, args: Args) -> Iterator[tuple[str, dict[str, Any]]]:
    """Measure every picture that came along; the form field `filename` names a file that comes alone."""
    for file in ctx.files:
        name = args["filename"] if len(ctx.files) == 1 and args.get("filename") else file.filename
        yield name, _measured(name, file.data)
    if "bytes" in args:
        name = args.get("name", "bytes")
        yield name, _measured(name, _decoded(args["bytes"]))


def _copied(world: World, args: Args) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take a picture from another account (§8.5, `copy_from`)."""
    source = params.mapping(args, "copy_from") or {}
    image = existing(world, str(source.get("source_account_id", "")).removeprefix("act_"), source.get("hash"))
    yield image.data["name"], {name: image.data[name] for name in ("hash", "width", "height", "url")}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid("Param bytes must be base64", blame="bytes") from None


def _measured(name: str, data: bytes) -> dict[str, Any]:
    # Pillow is slow to load and only uploads need it.
    from PIL import Image, UnidentifiedImageError

    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    try:
        with Image.open(io.BytesIO(data)) as image:
            ending = (image.format or "png").lower()
            url = f"https://images.northwind.example/{digest}.{ending}"
            return {"hash": digest, "width": image.width, "height": image.height, "url": url}
    except (UnidentifiedImageError, OSError):
        raise invalid(f"File {name} is not an image that can be used", blame="bytes") from None


def _draft(world: World, account_id: str, about: dict[str, Any], *, offset: int) -> Node:
    now = world.timestamp()
    data = {
        **about,
        "account_id": account_id,
        "status": "ACTIVE",
        "permalink_url": about["url"],
        "created_time": now,
        "updated_time": now,
    }
    return world.draft("image", data, offset=offset, node_id=f"{account_id}:{about['hash']}")


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /act_X/adimages?hash=`."""
    image = existing(ctx.world, node.data["account_id"], params.text(args, "hash"))
    gone = ctx.world.changed(image, {"status": "DELETED"})
    ctx.world.commit(
        [gone], [activities.entry(ctx.world, gone, "delete_images", {"hash": image.data["hash"]})]
    )
    return {"success": True}
