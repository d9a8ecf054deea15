"""A post of the brand's Instagram account by its link: looked up among the account's own posts, never guessed."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from tools.domain.tool import Context, ToolError

_PATH = re.compile(r"/(?:[\w.]+/)?(?:p|reel|reels|tv)/(?P<code>[\w-]+)/?")


class _Address(NamedTuple):
    """What tells one post from another in a link; what follows a question mark does not."""

    host: str
    code: str


def media_id(ctx: Context, instagram_user_id: str, text: str) -> str:
    """The id of a post that is given by id or by link. Raises ToolError when no post of the account has that link."""
    if "/" not in text:
        return text
    if (wanted := _address(text)) is None:
        raise ToolError(
            f"{text[:80]!r} is no link of an Instagram post, such as https://www.instagram.com/p/CODE/."
        )
    listing = ctx.graph.read_all(f"{instagram_user_id}/media", fields="id,permalink")
    found = [str(row["id"]) for row in listing.rows if _address(str(row.get("permalink") or "")) == wanted]
    if len(found) == 1:
        return found[0]
    raise ToolError(
        f"{len(found) or 'None'} of the posts of the Instagram account {instagram_user_id} ({listing.said('posts')})"
        f" {'have' if found else 'has'} the link {text[:80]}. Give the post's id, or a link of this account."
    )


def _address(link: str) -> _Address | None:
    try:
        parts = urlsplit(link if "//" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    match = _PATH.fullmatch(parts.path)
    return _Address(host, match["code"]) if match and host else None
