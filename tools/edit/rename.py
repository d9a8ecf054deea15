"""Gives campaigns, ad sets and ads other names."""

from typing import Self

from pydantic import Field, model_validator

from tools.domain.changes import Effect, Request
from tools.domain.naming.new_names import LONGEST, Seen
from tools.domain.references import require
from tools.domain.text import listed
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError
from tools.edit.each_object import each

MOST_IDS = 50
OLD = "{name}"


class RenameInput(Input):
    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)
    name: Seen = Field(description="{name} stands for the old one")
    reason: str = ""

    @model_validator(mode="after")
    def _each_its_own(self) -> Self:
        if len(set(self.ids)) > 1 and OLD not in self.name:
            raise ValueError(f"several things would have one name; put {OLD} into it for the old one")
        return self


def run(args: RenameInput, ctx: Context) -> Proposal:
    found = require(ctx, args.ids)
    wanted = {obj.id: args.name.replace(OLD, obj.name) for obj in found}
    if too_long := [name for name in wanted.values() if len(name) > LONGEST]:
        raise ToolError(f"{too_long[0][:40]!r}… has {len(too_long[0])} characters; at most {LONGEST}.")
    other = [obj for obj in found if obj.name != wanted[obj.id]]
    changes = each(
        ctx,
        other,
        lambda obj, index: ctx.change(
            "rename",
            Effect.CHANGE_NAME,
            index=index,
            **obj.about,
            request=Request(path=obj.id, params={"name": wanted[obj.id]}),
            before={"name": obj.name},
            after={"name": wanted[obj.id]},
            reason=args.reason or "asked for",
            undo_note=f"named {obj.name!r} again",
        ),
    )
    already = [obj.name for obj in found if obj not in other]
    return Proposal(changes, f"already named so: {listed(already)}" if already else "")


TOOL = Tool(
    name="rename",
    description="Rename campaigns, ad sets or ads.",
    Input=RenameInput,
    effect=Effect.CHANGE_NAME,
    run=run,
    toolset=TOOLSET,
    words="Call it, name, add a prefix.",
)
