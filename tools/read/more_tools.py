"""Brings tools that are not needed every day: their definitions would take the room of the conversation."""

from tools.domain.changes import Effect
from tools.domain.tool import TOOLSET, Context, Input, Result, Tool


class MoreToolsInput(Input):
    pass


def run(_: MoreToolsInput, ctx: Context) -> Result:
    ctx.toolsets.add(TOOLSET)
    return Result({"note": f"The {TOOLSET} tools are there from the next turn on."})


TOOL = Tool(
    name="more_tools",
    description=(
        "More tools: reports, charts, more rows, spreadsheets, bulk ads, new campaigns, ad sets, videos; edit, copy, rename, delete; rules; notes; change log."
    ),
    Input=MoreToolsInput,
    effect=Effect.READ,
    run=run,
    for_hosts=False,
)
