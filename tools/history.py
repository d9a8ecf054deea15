"""What adsteward proposed and changed in this account, from its journal."""

from pydantic import Field

from tools.changes import Effect
from tools.tool import Context, Input, Result, Tool


class HistoryInput(Input):
    limit: int = Field(default=10, ge=1, le=50)


def run(args: HistoryInput, ctx: Context) -> Result:
    sets = ctx.ledger.recent(ctx.account.id, args.limit)
    return Result({"shown": f"{len(sets)} newest", "change_sets": sets})


TOOL = Tool(
    name="history",
    description="Earlier change sets of adsteward in this account: what was proposed, applied, undone.",
    Input=HistoryInput,
    effect=Effect.READ,
    run=run,
)
