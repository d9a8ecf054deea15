"""Archives or deletes campaigns, ad sets and ads. Neither can be undone, so a person approves each set in every mode."""

from typing import Literal

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.objects import NOUNS, AdObject, Touched
from tools.domain.references import require
from tools.domain.running import judged_otherwise
from tools.domain.settings.ad_statuses import may_spend
from tools.domain.spend import pausing_spend
from tools.domain.text import listed
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool

MOST_IDS = 50


class RemoveInput(Input):
    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)
    how: Literal["archive", "delete"]
    reason: str = ""


def run(args: RemoveInput, ctx: Context) -> Proposal:
    found = require(ctx, args.ids)
    ids = {obj.id for obj in found}
    inside = [obj for obj in found if ids.intersection(obj.parent_ids)]
    wanted = [obj for obj in found if obj not in inside]
    running = [obj for obj in wanted if obj.status == "ACTIVE" and not obj.paused_parent]
    spend = pausing_spend(ctx, running)
    touched = objects.touched(ctx.graph, ctx.account.id, wanted)
    still = Spend(daily_minor=0, currency=ctx.account.currency, note="not delivering now")
    changes = tuple(
        _change(ctx, obj, args, touched[obj.id], index=index).model_copy(
            update={"spend": spend.get(obj.id, still)}
        )
        for index, obj in enumerate(wanted)
    )
    note = f"go with what holds them: {listed([o.name for o in inside])}" if inside else ""
    return Proposal(changes, note, tuple(judged_otherwise(ctx, found, "PAUSED")))


def _change(ctx: Context, obj: AdObject, args: RemoveInput, touched: Touched, *, index: int) -> Change:
    noun = NOUNS[obj.level]
    archives = args.how == "archive"
    final = (
        f"cannot be undone: Meta lets an archived {noun} only be renamed or deleted"
        if archives
        else f"cannot be undone: a deleted {noun} never comes back; its past figures stay in the account's totals"
    )
    return ctx.change(
        "archive" if archives else "delete",
        Effect.IRREVERSIBLE,
        index=index,
        **obj.about,
        below=touched.below,
        stops=touched.stops if obj.level != "ad" else int(may_spend(obj.effective_status)),
        request=Request(path=obj.id, params={"status": "ARCHIVED"})
        if archives
        else Request(method="DELETE", path=obj.id),
        before={"status": obj.status},
        after={"status": "ARCHIVED" if archives else "DELETED"},
        reason=args.reason or "asked for",
        undo_note=final,
    )


TOOL = Tool(
    name="remove",
    description="Archive or delete campaigns, ad sets or ads with all in them, for good. A person must approve.",
    Input=RemoveInput,
    effect=Effect.IRREVERSIBLE,
    run=run,
    toolset=TOOLSET,
    words="Delete, archive, get rid of, clean up.",
)
