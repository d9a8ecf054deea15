"""A creative of pictures and texts: what it says and shows, and the form in which Meta takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tools.domain.changes import Change
from tools.domain.copying.ad_creatives import spec_change
from tools.domain.creative_fields import link_problem
from tools.domain.references import Named
from tools.domain.settings import meta_words
from tools.domain.tool import Context, ToolError

Form = Literal["link", "dynamic", "flexible"]


@dataclass(frozen=True, slots=True)
class Creative:
    """What a creative says and shows, complete."""

    name: str
    images: tuple[Named, ...]
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
    waits_for = [image.waits_for for image in creative.images]
    return spec_change(
        ctx, creative.name, spec(creative), shown=shown, waits_for=waits_for, index=index, **rest
    )


def _shown(creative: Creative) -> dict[str, str]:
    """What people will see and where it leads."""
    texts = {"text": creative.bodies, "title": creative.titles, "description": creative.descriptions}
    numbered = {
        kind if len(lines) == 1 else f"{kind} {number}": line
        for kind, lines in texts.items()
        for number, line in enumerate(lines, 1)
    }
    images = ", ".join(image.called for image in creative.images)
    button = meta_words.constant(creative.call_to_action)
    return {"link": creative.link, "button": button, "page": creative.page_id, "images": images} | numbered


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


def mixed_by_ad_set(params: Mapping[str, Any]) -> bool:
    """Whether it is an asset feed that its ad set mixes: dynamic creative, neither flexible nor by rules (§8.4)."""
    feed = params.get("asset_feed_spec") or {}
    several = any(isinstance(items, list) and len(items) > 1 for items in feed.values())
    flexible = feed.get("optimization_type") == "DEGREES_OF_FREEDOM"
    return several and not (flexible or feed.get("asset_customization_rules"))


def _link_data(creative: Creative) -> dict[str, Any]:
    link = creative.link
    data: dict[str, Any] = {
        "link": link,
        "message": creative.bodies[0],
        "image_hash": creative.images[0].value,
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
        "images": [{"hash": image.value} for image in creative.images],
        "bodies": [{"text": text} for text in creative.bodies],
        "link_urls": [{"website_url": creative.link} | shown],
        "call_to_action_types": [creative.call_to_action],
    }
    feed |= {"titles": [{"text": t} for t in creative.titles]} if creative.titles else {}
    feed |= {"descriptions": [{"text": t} for t in creative.descriptions]} if creative.descriptions else {}
    return feed | ({"optimization_type": "DEGREES_OF_FREEDOM"} if flexible else {})
