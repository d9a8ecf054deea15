"""Makes an ad creative from images and texts."""

from pydantic import Field

from tools.create.creative_spec import Creative, creative_change, link_of, page_of
from tools.domain.changes import Effect
from tools.domain.copying.ad_creatives import images_of
from tools.domain.creative_fields import DEFAULT_BUTTON, SHOWN_WHOLE, CopyInput, Texts
from tools.domain.naming.new_names import NewName
from tools.domain.text import listed
from tools.domain.tool import Context, Proposal, Tool


class CreativeInput(CopyInput):
    name: NewName
    image_hashes: list[str] = Field(min_length=1, max_length=10)
    bodies: Texts = Field(min_length=1, max_length=5)
    page_id: str | None = None


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
    description="Make a creative from image hashes (or new:FILENAME) and texts. Link, page default to stack.md.",
    Input=CreativeInput,
    effect=Effect.CREATE,
    run=run,
    words="New ad texts: primary text, headline, call to action.",
)
