"""Posts of a page and media of an Instagram account, as far as ads need them (docs/graph-api.md §8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.request import params
from sandbox.request.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World


def story_id(node: Node) -> str | None:
    """Give the id of the post behind a creative: the promoted one, or the unpublished one made for it."""
    if node.data.get("object_story_id"):
        return str(node.data["object_story_id"])
    page = (node.data.get("object_story_spec") or {}).get("page_id")
    return f"{page}_{node.id}" if page and not node.data.get("asset_feed_spec") else None


def promotable(world: World, post_id: str) -> None:
    """Refuse a post that does not exist or that cannot be promoted."""
    if world.get(post_id, "post") is None and not any(story_id(n) == post_id for n in world.of("creative")):
        raise invalid(f"Post {post_id} does not exist or cannot be promoted", blame="object_story_id")


def media(world: World, data: Mapping[str, Any]) -> str:
    """Give the id of the Instagram media a creative names by id or by link."""
    wanted = {("id", data.get("source_instagram_media_id")), ("link", data.get("instagram_permalink_url"))}
    for node in world.of("media"):
        if wanted & {("id", node.id), ("link", node.data["permalink"])}:
            return node.id
    raise invalid("The Instagram media does not exist", blame="source_instagram_media_id")


def create(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `POST /{page}/feed`: a post, published unless said otherwise."""
    if not args.get("message") and not args.get("link"):
        raise invalid("The post must have a message or a link", blame="message")
    now = ctx.world.timestamp()
    published = params.flag(args, "published")
    data: dict[str, Any] = {name: args[name] for name in ("message", "link") if name in args}
    data |= {
        "page_id": node.id,
        "is_published": published is not False,
        "created_time": now,
        "updated_time": now,
    }
    draft = ctx.world.draft("post", data)
    post = ctx.world.draft("post", data, node_id=f"{node.id}_{draft.id}")
    ctx.world.commit([post])
    return {"id": post.id}
