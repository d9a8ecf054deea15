"""How an ad looks where it appears: Meta's previews, on one page that a browser opens.

Meta answers with markup; only the address in it is taken, and only one of Meta's own (docs/graph-api.md §9).
"""

import html
import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.objects import AdObject, called
from tools.domain.references import require_one
from tools.domain.text import listed, visible
from tools.domain.tool import TOOLSET, Context, ReadInput, Result, Tool, ToolError
from tools.graph import GraphFailure

Place = Literal[
    "facebook feed", "facebook story", "facebook reels", "instagram feed", "instagram story", "desktop feed"
]
_FORMATS: dict[Place, str] = {
    "facebook feed": "MOBILE_FEED_STANDARD",
    "facebook story": "FACEBOOK_STORY_MOBILE",
    "facebook reels": "FACEBOOK_REELS_MOBILE",
    "instagram feed": "INSTAGRAM_STANDARD",
    "instagram story": "INSTAGRAM_STORY",
    "desktop feed": "DESKTOP_FEED_STANDARD",
}
_SOURCE = re.compile(r"<iframe\b[^>]*?\bsrc=(?:\"([^\"<>]+)\"|'([^'<>]+)')", re.IGNORECASE)
_HOSTS = ("facebook.com", "facebook.example")
"""Meta's, and the sandbox's."""


class PreviewInput(ReadInput):
    id: str
    places: list[Place] = Field(default=["facebook feed", "instagram feed", "instagram story"], min_length=1)


def run(args: PreviewInput, ctx: Context) -> Result:
    ad, places = require_one(ctx, args.id, ("ad",)), list(dict.fromkeys(args.places))
    answers = ctx.graph.get_many([(f"{ad.id}/previews", {"ad_format": _FORMATS[at]}) for at in places])
    shown, missing = dict[str, str](), dict[str, str]()
    for place, answer in zip(places, answers, strict=True):
        if isinstance(answer, GraphFailure):
            if answer.ends_the_run:
                raise answer
            missing[place] = str(answer)
        elif source := address_of(answer.get("data")):
            shown[place] = source
        else:
            missing[place] = "Meta sent no address of its own for it"
    if not shown:
        raise ToolError(
            f"Meta gives no preview of {ad.name}: {listed([f'{p}: {why}' for p, why in missing.items()])}"
        )
    path = ctx.save_file("preview", ".html", _page(ad, shown).encode("utf-8", "replace"))
    note = (
        "open the file in a browser soon: Meta's previews live for a short time, and show nothing of delivery"
    )
    content = {"ad": called(ad.name, ad.id), "file": path, "places": list(shown), "note": note}
    return Result(content | ({"not_shown": missing} if missing else {}))


def address_of(rows: object) -> str:
    """The address of a preview, if it is one of Meta's."""
    row = rows[0] if isinstance(rows, list) and rows else None
    found = _SOURCE.search(str(row.get("body") or "")) if isinstance(row, dict) else None
    address = html.unescape(found[1] or found[2]) if found else ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    ours = any(host == one or host.endswith(f".{one}") for one in _HOSTS)
    return address if parts.scheme == "https" and ours else ""


def _page(ad: AdObject, shown: dict[str, str]) -> str:
    name = html.escape(visible(ad.name))
    frames = "\n".join(
        f'<h2>{place}</h2>\n<iframe src="{html.escape(source)}" width="540" height="690"'
        ' sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer"></iframe>'
        for place, source in shown.items()
    )
    return f'<!doctype html>\n<meta charset="utf-8">\n<title>{name}</title>\n<h1>{name}</h1>\n{frames}\n'


TOOL = Tool(
    name="preview_ad",
    description="How an ad looks: Meta's previews by placement, on a page in a file.",
    Input=PreviewInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Preview, show me the ad, what does it look like.",
)
