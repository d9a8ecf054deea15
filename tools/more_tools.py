"""Brings tools that are not needed every day: their definitions would take the room of the conversation."""

from typing import Literal

from tools.changes import Effect
from tools.tool import Context, Input, Result, Tool


class MoreToolsInput(Input):
    shelf: Literal["launch"]


def run(args: MoreToolsInput, ctx: Context) -> Result:
    ctx.shelves.add(args.shelf)
    return Result({"note": f"The {args.shelf} tools are there from the next turn on."})


TOOL = Tool(
    name="more_tools",
    description=(
        "Bring further tools. launch: many ads at once from images and texts, new campaigns and ad sets,"
        " carousels, videos, refresh, duplicate."
    ),
    Input=MoreToolsInput,
    effect=Effect.READ,
    run=run,
)
