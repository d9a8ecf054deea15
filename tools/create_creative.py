"""Makes an ad creative from images and texts."""

import difflib
import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from tools.changes import Change, Effect, Kind, Request, result_ref
from tools.tool import Context, Input, Proposal, Tool, ToolError, listed
from tools.upload_image import in_library

# graph-api-facts §8.4: the common ones of 105
CALLS_TO_ACTION = (
    "LEARN_MORE SHOP_NOW SIGN_UP SUBSCRIBE DOWNLOAD BOOK_NOW BOOK_TRAVEL CONTACT_US GET_OFFER GET_QUOTE"
    " APPLY_NOW ORDER_NOW BUY_NOW WATCH_MORE GET_STARTED SEE_MORE NO_BUTTON VISIT_WEBSITE MESSAGE_PAGE"
    " WHATSAPP_MESSAGE CHAT_NOW INSTALL_MOBILE_APP USE_MOBILE_APP"
).split()
LONGEST = {"bodies": 2200, "titles": 50, "descriptions": 50}
SHOWN_WHOLE = {"bodies": 125, "titles": 40, "descriptions": 30}
"""Longer texts are cut off in most placements."""
NEW = "new:"

Texts = list[str]


class CreativeInput(Input):
    name: str = Field(min_length=1, max_length=400)
    image_hashes: list[str] = Field(min_length=1, max_length=10)
    bodies: Texts = Field(min_length=1, max_length=5)
    titles: Texts = Field(default=[], max_length=5)
    descriptions: Texts = Field(default=[], max_length=5)
    call_to_action: str = "LEARN_MORE"
    link: str | None = None
    page_id: str | None = None

    @field_validator("bodies", "titles", "descriptions")
    @classmethod
    def _fitting(cls, texts: Texts, info: Any) -> Texts:
        for text in texts:
            if not text:
                raise ValueError("a text is empty")
            if len(text) > LONGEST[info.field_name]:
                raise ValueError(
                    f"{text[:20]!r}… has {len(text)} characters; at most {LONGEST[info.field_name]}"
                )
        return texts

    @field_validator("call_to_action")
    @classmethod
    def _known(cls, value: str) -> str:
        value = value.upper().replace(" ", "_")
        if value not in CALLS_TO_ACTION:
            near = difflib.get_close_matches(value, CALLS_TO_ACTION, 3)
            raise ValueError(
                f"use {' or '.join(near)}" if near else f"use one of {', '.join(CALLS_TO_ACTION)}"
            )
        return value


def run(args: CreativeInput, ctx: Context) -> Proposal:
    link = args.link or ctx.brand.default_link
    page_id = args.page_id or ctx.brand.page_id
    if not link or not _secure(link):
        raise ToolError(
            f"A creative needs an https link, not {link!r}: give link, or set default_link in stack.md."
        )
    if not page_id:
        raise ToolError("A creative needs a Facebook page: give page_id, or set it in stack.md.")
    images = _images(ctx, args.image_hashes)
    params = {"name": args.name, **_spec(args, ctx, [i[0] for i in images], link, page_id)}
    change = ctx.change(
        "create_creative",
        Effect.CREATE,
        name=args.name,
        request=Request(path=f"{ctx.account.id}/adcreatives", params=params),
        shown=_shown(args, link, page_id),
        reason="asked for",
        undo_note="delete the creative",
        depends_on=tuple(parent for _, parent in images if parent),
    )
    labelled = change.model_copy(update={"request": _labelled(change)})
    return Proposal((labelled,), _warnings(args))


def _shown(args: CreativeInput, link: str, page_id: str) -> dict[str, str]:
    """What people will see and where it leads."""
    texts = {"text": args.bodies, "title": args.titles, "description": args.descriptions}
    numbered = {
        kind if len(lines) == 1 else f"{kind} {number}": line
        for kind, lines in texts.items()
        for number, line in enumerate(lines, 1)
    }
    images = ", ".join(image.removeprefix(NEW) for image in args.image_hashes)
    return {"link": link, "button": args.call_to_action, "page": page_id, "images": images} | numbered


def _secure(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", link)


def _images(ctx: Context, hashes: list[str]) -> list[tuple[Any, str]]:
    """Value and awaited change of each image, once. Raises ToolError for what the library does not have."""
    given = [h for h in hashes if not h.startswith(NEW)]
    unknown = set(given) - in_library(ctx, given) if given else set()
    if unknown:
        raise ToolError(
            f"Not in the image library of {ctx.account.id}: {listed(sorted(unknown))}."
            " Use hashes that upload_image gave, or new:FILENAME for what is uploaded in this turn."
        )
    return [reference(ctx, "upload_image", image, "hash") for image in dict.fromkeys(hashes)]


def reference(ctx: Context, kind: Kind, text: str, field: str) -> tuple[Any, str]:
    """What a parameter says: an id as it is, or `new:NAME` for something proposed earlier in this turn.

    Gives the value and the id of the change it waits for, if any. Raises ToolError when the name fits
    nothing or more than one thing.
    """
    if not text.startswith(NEW):
        return text, ""
    name = text.removeprefix(NEW).strip()
    found: list[tuple[Any, str]] = [
        (result_ref(c, field), c.id) for c in ctx.pending if c.kind == kind and c.name == name
    ]
    if kind == "upload_image" and name in ctx.library:
        found.append((ctx.library[name], ""))
    if len(found) > 1:
        raise ToolError(f"{text!r} names {len(found)} things; use a hash or id, or different names.")
    if found:
        return found[0]
    have = listed([c.name for c in ctx.pending if c.kind == kind]) or "nothing"
    raise ToolError(f"{text!r} names nothing proposed before it in this turn (there is: {have}).")


def _labelled(change: Change) -> Request:
    params = change.request.params | {"adlabels": [{"name": change.marker}]}
    return change.request.model_copy(update={"params": params})


def _spec(args: CreativeInput, ctx: Context, images: list[Any], link: str, page_id: str) -> dict[str, Any]:
    """One image with one text is a link ad; several make an asset feed for a dynamic-creative ad set."""
    story: dict[str, Any] = {"page_id": page_id}
    if ctx.brand.instagram_user_id:
        story["instagram_user_id"] = ctx.brand.instagram_user_id
    if not _is_feed(args):
        data: dict[str, Any] = {
            "link": link,
            "message": args.bodies[0],
            "image_hash": images[0],
            "call_to_action": {"type": args.call_to_action, "value": {"link": link}},
        }
        data |= {"name": args.titles[0]} if args.titles else {}
        data |= {"description": args.descriptions[0]} if args.descriptions else {}
        return {"object_story_spec": story | {"link_data": data}}
    feed: dict[str, Any] = {
        "ad_formats": ["SINGLE_IMAGE"],
        "images": [{"hash": image} for image in images],
        "bodies": [{"text": text} for text in args.bodies],
        "link_urls": [{"website_url": link}],
        "call_to_action_types": [args.call_to_action],
    }
    feed |= {"titles": [{"text": t} for t in args.titles]} if args.titles else {}
    feed |= {"descriptions": [{"text": t} for t in args.descriptions]} if args.descriptions else {}
    return {"object_story_spec": story, "asset_feed_spec": feed}


def _is_feed(args: CreativeInput) -> bool:
    lists = (set(args.image_hashes), args.bodies, args.titles, args.descriptions)
    return any(len(items) > 1 for items in lists)


def _warnings(args: CreativeInput) -> str:
    texts = {"bodies": args.bodies, "titles": args.titles, "descriptions": args.descriptions}
    long = [f"{t[:30]!r}…" for kind, lines in texts.items() for t in lines if len(t) > SHOWN_WHOLE[kind]]
    notes = [f"will be cut off in some placements: {listed(long)}"] if long else []
    if _is_feed(args):
        notes.append("several images or texts: Meta takes this creative only in a dynamic-creative ad set")
    return "; ".join(notes)


TOOL = Tool(
    name="create_creative",
    description=(
        "Make a creative from image hashes (or new:FILENAME) and texts; several of a kind only for dynamic-creative"
        " ad sets. Link and page default to the brand file."
    ),
    Input=CreativeInput,
    effect=Effect.CREATE,
    run=run,
)
