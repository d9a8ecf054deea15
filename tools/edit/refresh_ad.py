"""Gives ads that are there another creative: new texts, a new picture, or a creative that exists."""

import json
from typing import Any, Self

from pydantic import Field, model_validator

from tools.domain.changes import Change, Effect, JsonParams, Request
from tools.domain.copying.ad_creatives import creatives, images_of, named_creative, spec_change
from tools.domain.copying.swapping import Swap, lacks_thumbnail, swapped, told
from tools.domain.creative_fields import CopyInput
from tools.domain.objects import AdObject
from tools.domain.references import NEW, Named, require
from tools.domain.tool import TOOLSET, Context, Proposal, Tool, ToolError

REVIEW = "Meta reviews the ad again and does not show it until it is approved; the learning phase begins anew"
KEPT = "kept: it is the same post"
LOST = "not taken along: a new creative is a new post"
UNKNOWN = "kept only if the new creative shows the same post"
MOST_ADS = 50


class RefreshInput(CopyInput):
    ad_ids: list[str] = Field(min_length=1, max_length=MOST_ADS)
    creative_id: str | None = Field(
        default=None, description="id, or new:NAME of this turn; instead of parts"
    )
    image_hashes: list[str] = Field(default=[], max_length=10, description="or new:FILENAME")
    reason: str = ""

    @model_validator(mode="after")
    def _whole_or_parts(self) -> Self:
        parts = (
            self.image_hashes,
            self.bodies,
            self.titles,
            self.descriptions,
            self.call_to_action,
            self.link,
        )
        if bool(self.creative_id) == any(parts):
            raise ValueError("give either creative_id, or the texts, image, button or link that change")
        return self


def run(args: RefreshInput, ctx: Context) -> Proposal:
    ads = require(ctx, args.ad_ids, levels=("ad",))
    made, notes = list[Change](), list[str]()
    present = creatives(ctx, [_creative_id(ad) for ad in ads])
    target, post = _given(ctx, args.creative_id) if args.creative_id else (None, None)
    swap, new = _swap(ctx, args), dict[str, Change]()
    for ad in ads:
        old = present[_creative_id(ad)]
        if target is None:
            params = swapped(old, swap)
            if lacks_thumbnail(params):
                raise ToolError(
                    f"The video of {ad.name} has no thumbnail to take along, and Meta asks for one: give image_hashes."
                )
            same = json.dumps(params, sort_keys=True)
            if same not in new:  # ads that showed the same go on sharing one creative, and its likes
                shown = swap.shown() | told(old, swap)
                new[same] = _new_creative(ctx, ad, params, swap, shown, index=len(made))
                made.append(new[same])
            made.append(_change(ctx, ad, Named.made_by(new[same]), LOST, args, index=len(made)))
        elif target.value == old["id"]:
            notes.append(f"{ad.name} shows it already")
        else:
            made.append(_change(ctx, ad, target, _social(old, post), args, index=len(made)))
    return Proposal(tuple(made), "; ".join(notes))


def _creative_id(ad: AdObject) -> str:
    if found := ad.now(["creative"])["creative"]:
        return found
    raise ToolError(f"Meta does not say which creative {ad.name} shows; it cannot be taken over.")


def _given(ctx: Context, creative_id: str) -> tuple[Named, str | None]:
    """A creative, and its post if it is known."""
    named, _ = named_creative(ctx, creative_id)
    if named.waits_for:
        return named, None
    post = creatives(ctx, [named.value])[named.value].get("effective_object_story_id")
    return named, str(post or "")


def _swap(ctx: Context, args: RefreshInput) -> Swap:
    return Swap(
        images=images_of(ctx, args.image_hashes),
        bodies=tuple(args.bodies),
        titles=tuple(args.titles),
        descriptions=tuple(args.descriptions),
        call_to_action=args.call_to_action or "",
        link=args.link or "",
    )


def _new_creative(
    ctx: Context, ad: AdObject, params: JsonParams, swap: Swap, shown: dict[str, str], *, index: int
) -> Change:
    day = f"{ctx.here:%Y-%m-%d}"
    waits_for = [image.waits_for for image in swap.images]
    name = f"{ad.name[:380]} · {day}"
    return spec_change(ctx, name, params, waits_for=waits_for, index=index, shown=shown)


def _social(old: dict[str, Any], post: str | None) -> str:
    """What becomes of likes and comments, which belong to the post an ad shows."""
    if not post or not old.get("effective_object_story_id"):
        return UNKNOWN
    return KEPT if post == old["effective_object_story_id"] else LOST


def _change(
    ctx: Context, ad: AdObject, creative: Named, social: str, args: RefreshInput, *, index: int
) -> Change:
    value, waits_for, called = creative
    old = _creative_id(ad)
    return ctx.change(
        "refresh_ad",
        Effect.CHANGE_CONTENT,
        index=index,
        level="ad",
        target=ad.id,
        name=ad.name,
        names=ad.names,
        where=ad.where,
        request=Request(path=ad.id, params={"creative": {"creative_id": value}}),
        before={"creative": old},
        after={"creative": f"{NEW}{called}" if waits_for else str(value)},
        shown={"shows": called, "likes and comments": social, "review": REVIEW},
        reason=args.reason or "asked for",
        undo_note=f"set back to creative {old}, which is reviewed again",
        depends_on=(waits_for,) if waits_for else (),
    )


TOOL = Tool(
    name="refresh_ad",
    description=(
        "Give ads another creative, or swap only their texts, image, button or link; the rest is taken over."
        " Meta reviews them again."
    ),
    Input=RefreshInput,
    effect=Effect.CHANGE_CONTENT,
    run=run,
    toolset=TOOLSET,
    words="New text or picture for a tired ad, ad fatigue.",
)
