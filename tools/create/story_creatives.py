"""Makes creatives of other kinds: carousels, videos, and posts that are there already."""

import re
from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from tools.create.creative_spec import link_of, page_of
from tools.create.instagram_posts import media_id
from tools.domain.changes import Change, Effect, JsonParams
from tools.domain.copying.ad_creatives import images_of, spec_change
from tools.domain.creative_fields import DEFAULT_BUTTON, LONGEST, CopyInput, link_problem
from tools.domain.naming.new_names import NewName
from tools.domain.references import reference
from tools.domain.settings import meta_words
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError
from tools.graph import ABSENT, UNREADABLE, GraphError, is_digits

WORKED_ON = ("uploading", "processing")
UNREADY = "Meta still processes the video; the creative waits for it before it is made"
_POST = re.compile(r"[0-9]+_[0-9]+|[0-9]+")


class Card(Input):
    image_hash: str = Field(description="or new:FILENAME")
    title: str = Field(default="", max_length=LONGEST["titles"])
    description: str = Field(default="", max_length=LONGEST["descriptions"])
    link: str | None = None


class CarouselInput(CopyInput):
    name: NewName
    cards: list[Card] = Field(min_length=2, max_length=10)
    bodies: list[str] = Field(min_length=1, max_length=1)
    fixed_order: bool = Field(
        default=False, description="keep the order; else Meta shows the best card first"
    )
    page_id: str | None = None

    @model_validator(mode="after")
    def _per_card(self) -> Self:
        if self.titles or self.descriptions:
            raise ValueError("titles and descriptions belong to the cards")
        return self


class VideoCreativeInput(CopyInput):
    name: NewName
    video_id: str = Field(description="id, or new:FILENAME of this turn")
    thumbnail_hash: str = Field(description="image hash, or new:FILENAME")
    bodies: list[str] = Field(min_length=1, max_length=1)
    titles: list[str] = Field(default=[], max_length=1)
    descriptions: list[str] = Field(default=[], max_length=1)
    page_id: str | None = None


class PostCreativeInput(Input):
    name: NewName
    post_id: str | None = Field(default=None, description="of a Facebook post: PAGE_POST")
    instagram_media_id: str | None = Field(default=None, description="or the link of the post")
    page_id: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.post_id) == bool(self.instagram_media_id):
            raise ValueError("give either post_id or instagram_media_id")
        return self


def carousel(args: CarouselInput, ctx: Context) -> Proposal:
    link, button = link_of(ctx, args.link), args.call_to_action or DEFAULT_BUTTON
    for number, card in enumerate(args.cards, 1):
        if card.link and (wrong := link_problem(card.link)):
            raise ToolError(f"card {number}: {card.link!r} {wrong}.")
    images = {card.image_hash: images_of(ctx, [card.image_hash])[0] for card in args.cards}
    data: dict[str, Any] = {
        "link": link,
        "message": args.bodies[0],
        "child_attachments": [
            _card(card, images[card.image_hash].value, link, button) for card in args.cards
        ],
        "call_to_action": {"type": button, "value": {"link": link}},
    }
    data |= {"multi_share_optimized": False, "multi_share_end_card": False} if args.fixed_order else {}
    cards = {
        f"card {number}": " · ".join(
            filter(None, (images[card.image_hash].called, card.title, card.description, card.link))
        )
        for number, card in enumerate(args.cards, 1)
    }
    shown = {"text": args.bodies[0], "link": link, "button": meta_words.constant(button)} | cards
    waits_for = [image.waits_for for image in images.values()]
    return Proposal((_story(ctx, args, {"link_data": data}, shown, waits_for),))


def video(args: VideoCreativeInput, ctx: Context) -> Proposal:
    link, button = link_of(ctx, args.link), args.call_to_action or DEFAULT_BUTTON
    shown_video = reference(ctx, "upload_video", args.video_id, "id")
    state = "" if shown_video.waits_for else _video_state(ctx, args.video_id)
    (thumbnail,) = images_of(ctx, [args.thumbnail_hash])
    data: dict[str, Any] = {
        "video_id": shown_video.value,
        "image_hash": thumbnail.value,
        "message": args.bodies[0],
        "call_to_action": {"type": button, "value": {"link": link}},
    }
    shown = {"video": shown_video.called, "thumbnail": thumbnail.called, "text": args.bodies[0]}
    for name, key, texts in (
        ("title", "title", args.titles),
        ("description", "link_description", args.descriptions),
    ):
        data |= {key: texts[0]} if texts else {}
        shown |= {name: texts[0]} if texts else {}
    shown |= {"link": link, "button": meta_words.constant(button)} | (
        {"note": UNREADY} if state in WORKED_ON else {}
    )
    return Proposal(
        (_story(ctx, args, {"video_data": data}, shown, [shown_video.waits_for, thumbnail.waits_for]),)
    )


def post(args: PostCreativeInput, ctx: Context) -> Proposal:
    if args.instagram_media_id:
        user = ctx.brand.instagram_user_id
        if not user:
            raise ToolError("An Instagram post needs its account: set instagram_user_id in stack.md.")
        page, media = page_of(ctx, args.page_id), media_id(ctx, user, args.instagram_media_id)
        params: JsonParams = {
            "source_instagram_media_id": media,
            "instagram_user_id": user,
            "object_id": page,
        }
        shown = {
            "Instagram post": media
            if media == args.instagram_media_id
            else f"{media} ({args.instagram_media_id})",
            "page": page,
            "text": _text(ctx, media, "caption"),
        }
    else:
        post_id = _post_id(ctx, args)
        params = {"object_story_id": post_id}
        shown = {"post": post_id, "text": _text(ctx, post_id, "message")}
    shown["likes and comments"] = "those of the post"
    return Proposal((spec_change(ctx, args.name, params, shown=shown),))


def _card(card: Card, image: Any, link: str, button: str) -> dict[str, Any]:
    own = card.link or link
    made = {"link": own, "image_hash": image, "call_to_action": {"type": button, "value": {"link": own}}}
    made |= {"name": card.title} if card.title else {}
    return made | ({"description": card.description} if card.description else {})


def _story(
    ctx: Context,
    args: CarouselInput | VideoCreativeInput,
    data: dict[str, Any],
    shown: dict[str, str],
    waits_for: Sequence[str],
) -> Change:
    page_id = page_of(ctx, args.page_id)
    story: dict[str, Any] = {"page_id": page_id} | data
    if ctx.brand.instagram_user_id:
        story["instagram_user_id"] = ctx.brand.instagram_user_id
    params: JsonParams = {"object_story_spec": story}
    return spec_change(ctx, args.name, params, shown=shown | {"page": page_id}, waits_for=waits_for)


def _video_state(ctx: Context, video_id: str) -> str:
    """How a video stands at Meta. Raises ToolError for what is no video, or one that Meta could not process."""
    if not is_digits(video_id):
        raise ToolError(f"{video_id!r} is no video's id: ids are digits. upload_video gives them.")
    try:
        row = ctx.graph.get(video_id, fields="id,status")
    except GraphError as error:
        if error.family not in ABSENT:
            raise
        raise ToolError(f"{video_id} is no video that this token sees.") from None
    state = str((row.get("status") or {}).get("video_status") or "")
    if state in ("error", "expired"):
        raise ToolError(f"Meta could not process the video {video_id}; upload it again.")
    return state


def _post_id(ctx: Context, args: PostCreativeInput) -> str:
    text = args.post_id or ""
    if not _POST.fullmatch(text):
        raise ToolError(f"{text[:60]!r} is no post's id: it is PAGE_POST, two numbers with _ between them.")
    return text if "_" in text else f"{page_of(ctx, args.page_id)}_{text}"


def _text(ctx: Context, post_id: str, field: str) -> str:
    """What a post says, as far as this token may read it. Raises ToolError for what is no id."""
    if not re.fullmatch(r"[0-9_]+", post_id):
        raise ToolError(f"{post_id[:60]!r} is no id: ids are digits.")
    try:
        return str(ctx.graph.get(post_id, fields=f"id,{field}").get(field) or "none")
    except GraphError as error:
        if error.family not in UNREADABLE:
            raise
        return f"could not be read ({error.label})"


CAROUSEL = Tool(
    name="create_carousel",
    description="Make a creative of 2 to 10 cards, each with a picture, title and link of its own.",
    Input=CarouselInput,
    effect=Effect.CREATE,
    run=carousel,
    toolset=TOOLSET,
    words="Several pictures to swipe.",
)
VIDEO = Tool(
    name="create_video_creative",
    description="Make a creative that shows a video, with a thumbnail, a text and a link.",
    Input=VideoCreativeInput,
    effect=Effect.CREATE,
    run=video,
    toolset=TOOLSET,
)
POST = Tool(
    name="create_post_creative",
    description="Make a creative of a Facebook or Instagram post that is there; its likes and comments are kept.",
    Input=PostCreativeInput,
    effect=Effect.CREATE,
    run=post,
    toolset=TOOLSET,
    words="Boost a post, promote an existing post.",
)
