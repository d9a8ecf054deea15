"""Withdraws a change set that waits for an approval, when the person does not want it any more."""

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.tool import TOOLSET, Context, Input, Result, Tool, ToolError


class DeclineInput(Input):
    change_set_id: str = Field(min_length=1)
    reason: str = ""


def run(args: DeclineInput, ctx: Context) -> Result:
    who = "somebody in a talk" if ctx.given.words else "an assistant, through its host"
    if problem := ctx.ledger.withdraw(ctx.account.id, args.change_set_id, who, args.reason):
        raise ToolError(problem)
    return Result({"declined": args.change_set_id, "note": "Nothing was changed in the account."})


TOOL = Tool(
    name="decline",
    description="Withdraw a change set that waits for approval, if the person says so (ids: history).",
    Input=DeclineInput,
    effect=Effect.READ,
    keeps=True,
    run=run,
    toolset=TOOLSET,
    words="Forget it, withdraw, cancel a proposal.",
)
