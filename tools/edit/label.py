"""Puts ad labels on campaigns, ad sets and ads, or takes them off."""

import json
from typing import Self

from pydantic import Field, model_validator

from tools.domain import objects
from tools.domain.changes import LEVELS, Effect, Request
from tools.domain.naming.new_names import Seen
from tools.domain.objects import AdObject
from tools.domain.references import require
from tools.domain.settings import field_states
from tools.domain.text import listed
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError
from tools.edit.each_object import each

MOST_IDS = 50
OURS = "adsteward:"
"""How the labels begin by which adsteward finds again what it made; they stay."""


class LabelInput(Input):
    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)
    add: list[Seen] = Field(default=[], max_length=10)
    remove: list[str] = Field(default=[], max_length=10)
    reason: str = ""

    @model_validator(mode="after")
    def _some(self) -> Self:
        given = (*self.add, *self.remove)
        if not given:
            raise ValueError("give labels to add or to remove")
        if both := sorted(set(self.add) & set(self.remove)):
            raise ValueError(f"{both[0]!r} is to be added and removed: give it in one of the two")
        if any(not label.strip() or label.startswith(OURS) for label in given):
            raise ValueError(f"a label has a name, and none that begins with {OURS}")
        return self


def run(args: LabelInput, ctx: Context) -> Proposal:
    found = require(ctx, args.ids)
    labelled = {
        obj.id: obj
        for level in LEVELS
        if (ids := [obj.id for obj in found if obj.level == level])
        for obj in objects.find(
            ctx.graph, ctx.account.id, ids, (level,), fields=f"{objects.FIELDS[level]},adlabels"
        ).values()
    }
    if missing := [obj.name for obj in found if obj.id not in labelled]:
        raise ToolError(f"Meta does not show the labels of {listed(missing)}.")
    wanted = {i: _wanted(obj, args) for i, obj in labelled.items()}
    other = [obj for i, obj in labelled.items() if obj.now(["adlabels"]) != wanted[i]]
    changes = each(
        ctx,
        other,
        lambda obj, index: ctx.change(
            "label",
            Effect.CHANGE_NAME,
            index=index,
            **obj.about,
            request=Request(path=obj.id, params=field_states.sent(wanted[obj.id])),
            before=obj.now(["adlabels"]),
            after=wanted[obj.id],
            reason=args.reason or "asked for",
            undo_note="labelled as it is now",
        ),
    )
    already = [obj.name for obj in labelled.values() if obj not in other]
    return Proposal(changes, f"labelled so already: {listed(already)}" if already else "")


def _wanted(obj: AdObject, args: LabelInput) -> dict[str, str]:
    """All labels as they will be: Meta replaces those of an object as a whole."""
    now = field_states.labels(obj.now(["adlabels"])["adlabels"])
    names = sorted({*now, *args.add}.difference(args.remove))
    return {"adlabels": json.dumps(names, ensure_ascii=False) if names else ""}


TOOL = Tool(
    name="label",
    description="Add ad labels to campaigns, ad sets or ads, or remove them.",
    Input=LabelInput,
    effect=Effect.CHANGE_NAME,
    run=run,
    toolset=TOOLSET,
    words="Tag, label, mark, group.",
)
