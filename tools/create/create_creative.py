"""Makes an ad creative from images and texts."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from tools.create.calls_to_action import call_to_action
from tools.create.upload_image import in_library
from tools.domain.changes import Change, Effect, JsonParams, Request, result_ref
from tools.domain.kinds import Kind
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError, listed

LONGEST = {"bodies": 2200, "titles": 50, "descriptions": 50}
SHOWN_WHOLE = {"bodies": 125, "titles": 40, "descriptions": 30}
"""Longer texts are cut off in most placements."""
NEW = "new:"
DEFAULT_BUTTON = "LEARN_MORE"

Texts = list[str]


class CopyInput(Input):
    """Texts, button and link of an ad, checked the same wherever they are given."""

    bodies: Texts = Field(default=[], max_length=5)
    titles: Texts = Field(default=[], max_length=5)
    descriptions: Texts = Field(default=[], max_length=5)
    call_to_action: str | None = None
    link: str | None = None

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
    def _known(cls, value: str | None) -> str | None:
        return value and call_to_action(value)


class CreativeInput(CopyInput):
    name: str = Field(min_length=1, max_length=400)
    image_hashes: list[str] = Field(min_length=1, max_length=10)
    bodies: Texts = Field(min_length=1, max_length=5)
    page_id: str | None = None


Form = Literal["link", "dynamic", "flexible"]


@dataclass(frozen=True, slots=True)
class Creative:
    """What a creative says and shows, complete."""

    name: str
    images: tuple[tuple[Any, str, str], ...]
    """Hash or reference, the change it waits for, and what people call it."""
    bodies: tuple[str, ...]
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    call_to_action: str
    link: str
    page_id: str
    instagram_user_id: str | None
    form: Form
    """One image and text make a link ad; several, an asset feed for a dynamic-creative ad set, or a
    flexible one that Meta mixes in any ad set."""
    display_url: str = ""
    features: tuple[tuple[str, str], ...] = ()
    """Enroll status of single Advantage+ features."""


def run(args: CreativeInput, ctx: Context) -> Proposal:
    creative = Creative(
        name=args.name,
        images=images_of(ctx, args.image_hashes),
        bodies=tuple(args.bodies),
        titles=tuple(args.titles),
        descriptions=tuple(args.descriptions),
        call_to_action=args.call_to_action or DEFAULT_BUTTON,
        link=link_of(ctx, args.link),
        page_id=page_of(ctx, args.page_id),
        instagram_user_id=ctx.brand.instagram_user_id,
        form="dynamic" if _is_feed(args) else "link",
    )
    return Proposal((creative_change(ctx, creative),), _warnings(args))


def link_of(ctx: Context, given: str | None) -> str:
    """Where an ad leads: as given, or the brand's. Raises ToolError."""
    link = given or ctx.brand.default_link or ""
    if wrong := link_problem(link):
        raise ToolError(
            f"A creative needs an https link, not {link!r} ({wrong}): give link, or set default_link in stack.md."
        )
    return link


def page_of(ctx: Context, given: str | None) -> str:
    """The page an ad speaks for: as given, or the brand's. Raises ToolError."""
    if page_id := given or ctx.brand.page_id:
        return page_id
    raise ToolError("A creative needs a Facebook page: give page_id, or set it in stack.md.")


def creative_change(
    ctx: Context, creative: Creative, *, index: int = 0, notes: tuple[str, ...] = (), **rest: Any
) -> Change:
    """The change that makes a creative. `notes` are shown before approval."""
    shown = _shown(creative) | ({"note": "; ".join(notes)} if notes else {})
    waits_for = [parent for _, parent, _ in creative.images]
    return spec_change(
        ctx, creative.name, spec(creative), shown=shown, waits_for=waits_for, index=index, **rest
    )


def spec_change(
    ctx: Context, name: str, params: JsonParams, *, waits_for: Iterable[str] = (), **rest: Any
) -> Change:
    """The change that makes a creative of what Meta takes; empty ids in `waits_for` are none."""
    change = ctx.change(
        "create_creative",
        Effect.CREATE,
        name=name,
        request=Request(path=f"{ctx.account.id}/adcreatives"),
        undo_note="delete the creative",
        depends_on=tuple(dict.fromkeys(filter(None, waits_for))),
        **{"reason": "asked for"} | rest,
    )
    params = {"name": name, **params, "adlabels": [{"name": change.marker}]}
    return change.model_copy(update={"request": change.request.model_copy(update={"params": params})})


def _shown(creative: Creative) -> dict[str, str]:
    """What people will see and where it leads."""
    texts = {"text": creative.bodies, "title": creative.titles, "description": creative.descriptions}
    numbered = {
        kind if len(lines) == 1 else f"{kind} {number}": line
        for kind, lines in texts.items()
        for number, line in enumerate(lines, 1)
    }
    images = ", ".join(shown for _, _, shown in creative.images)
    button = creative.call_to_action
    return {"link": creative.link, "button": button, "page": creative.page_id, "images": images} | numbered


def link_problem(link: str) -> str:
    """Why Meta could not send people to a link, or nothing: not https, or no address anybody else can reach."""
    if not _secure(link):
        return "is no https link"
    parts = urlsplit(link)
    host = (parts.hostname or "").rstrip(".").lower()
    if "@" in parts.netloc:
        return "carries a user name"
    try:
        return "" if ipaddress.ip_address(host).is_global else "cannot be reached from the internet"
    except ValueError:
        local = host.rpartition(".")[2] in ("localhost", "local", "internal", "test", "invalid", "lan")
        return "cannot be reached from the internet" if local or "." not in host else ""


def _secure(link: str) -> bool:
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return good and link.isprintable() and not re.search(r"[\s<>\"]", link)


def images_of(ctx: Context, hashes: Sequence[str]) -> tuple[tuple[Any, str, str], ...]:
    """Value, awaited change and name of each image, once. Raises ToolError for what the library does not have."""
    given = [h for h in hashes if not h.startswith(NEW)]
    unknown = set(given) - in_library(ctx, given) if given else set()
    if unknown:
        raise ToolError(
            f"Not in the image library of {ctx.account.id}: {listed(sorted(unknown))}."
            " Use hashes that upload_image gave, or new:FILENAME for what is uploaded in this turn."
        )
    return tuple(
        (*reference(ctx, "upload_image", image, "hash"), image.removeprefix(NEW))
        for image in dict.fromkeys(hashes)
    )


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


def spec(creative: Creative) -> dict[str, Any]:
    """The story, with the asset feed and the features where there are any, as Meta takes them (§8.4)."""
    story: dict[str, Any] = {"page_id": creative.page_id}
    if creative.instagram_user_id:
        story["instagram_user_id"] = creative.instagram_user_id
    features = {name: {"enroll_status": status} for name, status in creative.features}
    extra = {"degrees_of_freedom_spec": {"creative_features_spec": features}} if features else {}
    if creative.form == "link":
        return {"object_story_spec": story | {"link_data": _link_data(creative)}} | extra
    return {"object_story_spec": story, "asset_feed_spec": _feed(creative)} | extra


def _link_data(creative: Creative) -> dict[str, Any]:
    link = creative.link
    data: dict[str, Any] = {
        "link": link,
        "message": creative.bodies[0],
        "image_hash": creative.images[0][0],
        "call_to_action": {"type": creative.call_to_action, "value": {"link": link}},
    }
    data |= {"name": creative.titles[0]} if creative.titles else {}
    data |= {"description": creative.descriptions[0]} if creative.descriptions else {}
    return data | ({"caption": creative.display_url} if creative.display_url else {})


def _feed(creative: Creative) -> dict[str, Any]:
    shown = {"display_url": creative.display_url} if creative.display_url else {}
    flexible = creative.form == "flexible"
    feed: dict[str, Any] = {
        "ad_formats": ["AUTOMATIC_FORMAT" if flexible else "SINGLE_IMAGE"],
        "images": [{"hash": value} for value, _, _ in creative.images],
        "bodies": [{"text": text} for text in creative.bodies],
        "link_urls": [{"website_url": creative.link} | shown],
        "call_to_action_types": [creative.call_to_action],
    }
    feed |= {"titles": [{"text": t} for t in creative.titles]} if creative.titles else {}
    feed |= {"descriptions": [{"text": t} for t in creative.descriptions]} if creative.descriptions else {}
    return feed | ({"optimization_type": "DEGREES_OF_FREEDOM"} if flexible else {})


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
        "Make a creative from image hashes (or new:FILENAME) and texts; several of a kind only for"
        " dynamic-creative ad sets. Link, page default to the brand file."
    ),
    Input=CreativeInput,
    effect=Effect.CREATE,
    run=run,
    words="New ad texts: primary text, headline, call to action.",
)
