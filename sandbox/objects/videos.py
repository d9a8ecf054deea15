"""Videos: uploads in chunks, in one piece or from an address, and their encoding (docs/graph-api.md §8.5)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.request import params
from sandbox.request.refusals import GraphError, invalid, not_found, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

CHUNK = 4 * 1024 * 1024
LARGEST = 4 * 1024**3
ENCODING_S = 5
"""How long a video is processed; every look at it counts as a second, too."""
LENGTHS_S = (6, 10, 15, 20, 30, 45)
"""How long uploaded videos are taken to be, one after the other: nobody here looks into the file."""
_OFFSETS = 1363037


def upload(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/advideos`, on either host: a phase of a session, an address, or a whole file."""
    phase = args.get("upload_phase")
    if phase is not None:
        params.choice(args, "upload_phase", ("start", "transfer", "finish", "cancel"))
        return _start(ctx, node, args) if phase == "start" else _go_on(ctx, node, args, phase)
    if "file_url" in args:
        if urlsplit(args["file_url"]).scheme not in {"http", "https"}:
            raise invalid("The video file could not be downloaded", blame="file_url")
        size, digest = 0, hashlib.md5(args["file_url"].encode(), usedforsecurity=False).hexdigest()
    elif ctx.files:
        size = len(ctx.files[0].data)
        digest = hashlib.md5(ctx.files[0].data, usedforsecurity=False).hexdigest()
    else:
        raise required("source")
    if not size and ctx.files:
        raise invalid("The video file is empty", blame="source")
    video = _draft(
        ctx.world, node, {"file_size": size, "digest": digest, **_named(args), **_encoded_from(ctx.world)}
    )
    ctx.world.commit([video])
    return {"id": video.id}


def _named(args: Args) -> dict[str, str]:
    title = args.get("title") or args.get("name")
    return {
        name: value
        for name, value in {"title": title, "description": args.get("description")}.items()
        if value
    }


def _encoded_from(world: World) -> dict[str, Any]:
    return {"uploaded": world.clock(), "looks": 0}


def _draft(world: World, account: Node, data: dict[str, Any]) -> Node:
    now = world.timestamp()
    common = {
        "account_id": account.data["account_id"],
        "title": "",
        "status": "ACTIVE",
        "created_time": now,
        "updated_time": now,
    }
    length_s = LENGTHS_S[len(world.nodes) % len(LENGTHS_S)]
    return world.draft("video", common | {"length": length_s} | data)


def _start(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    size = params.whole(args, "file_size")
    if size is None:
        raise required("file_size")
    if not 0 < size <= LARGEST:
        raise invalid("The video file has a size that cannot be uploaded", blame="file_size")
    video = _draft(ctx.world, node, {"file_size": size, "received": 0, "digest": "", "session": True})
    ctx.world.commit([video])
    return {"upload_session_id": f"9{video.id}", "video_id": video.id, **_offsets(0, size)}


def _offsets(received: int, size: int) -> dict[str, str]:
    return {"start_offset": str(received), "end_offset": str(min(received + CHUNK, size))}


def _go_on(ctx: Context, node: Node, args: Args, phase: str) -> dict[str, Any]:
    session = params.text(args, "upload_session_id")
    video = ctx.world.get(session.removeprefix("9"), "video")
    if video is None or not video.data.get("session") or video.data["account_id"] != node.data["account_id"]:
        raise invalid("The upload session does not exist or has ended", blame="upload_session_id")
    if phase == "transfer":
        return _transfer(ctx, video, args)
    if phase == "cancel":
        ctx.world.commit([ctx.world.changed(video, {"status": "DELETED", "session": False})])
        return {"success": True}
    received, size = video.data["received"], video.data["file_size"]
    if received < size:
        raise _mismatch(received, size)
    change = {"session": False, **_encoded_from(ctx.world), **_named(args)}
    ctx.world.commit([ctx.world.changed(video, change)])
    return {"success": True}


def _transfer(ctx: Context, video: Node, args: Args) -> dict[str, Any]:
    """Take the next chunk; one that starts elsewhere or is too long gets the right offsets (1363037)."""
    received, size = video.data["received"], video.data["file_size"]
    chunk = next((file.data for file in ctx.files if file.part == "video_file_chunk"), None)
    if chunk is None:
        raise required("video_file_chunk")
    if params.whole(args, "start_offset") != received or not chunk or received + len(chunk) > size:
        raise _mismatch(received, size)
    digest = hashlib.md5(video.data["digest"].encode() + chunk, usedforsecurity=False).hexdigest()
    ctx.world.commit([ctx.world.changed(video, {"received": received + len(chunk), "digest": digest})])
    return _offsets(received + len(chunk), size)


def _mismatch(received: int, size: int) -> GraphError:
    return GraphError(
        code=6000,
        subcode=_OFFSETS,
        message="There was a problem uploading your video file. Please try again with another file.",
        title="Video Upload Error",
        user_message="The chunk does not begin where the upload stands.",
        data=_offsets(received, size),
        transient=True,
    )


def encoding(world: World, node: Node) -> dict[str, Any]:
    """Give the `status` of a video: uploading, processing for a few seconds, then ready."""
    if "uploaded" not in node.data:
        return {"video_status": "uploading" if node.data.get("session") else "error"}
    passed = max(node.data["looks"] - 1, int(world.clock() - node.data["uploaded"]), 0)
    if passed < ENCODING_S:
        return {"video_status": "processing", "processing_progress": 100 * passed // ENCODING_S}
    return {"video_status": "ready", "processing_progress": 100}


def thumbnails(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{video}/thumbnails`: three pictures, the first preferred."""
    del ctx, args
    rows = [
        {
            "id": f"{node.id}{n}",
            "uri": f"https://images.northwind.example/thumbnail/{node.id}-{n}.jpg",
            "is_preferred": n == 0,
            "width": 1280,
            "height": 720,
            "scale": 1,
        }
        for n in range(3)
    ]
    return {"data": rows}


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{video}`: title and description can change."""
    if node.data["status"] == "DELETED":
        raise not_found(node.id, "post")
    ctx.world.commit([ctx.world.changed(node, _named(args))])
    return {"success": True}


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{video}`."""
    del args
    if node.data["status"] == "DELETED":
        raise not_found(node.id, "delete")
    ctx.world.commit([ctx.world.changed(node, {"status": "DELETED"})])
    return {"success": True}
