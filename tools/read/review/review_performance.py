"""Which ads to pause, watch, keep or scale, with the numbers that say so."""

from pydantic import Field

from tools.domain import account
from tools.domain.changes import Effect
from tools.domain.insights import Period
from tools.domain.tool import Context, Result, Tool
from tools.read.review.judgement import judged


class ReviewInput(Period):
    scope: str = Field(default="", description="id, (part of a) name, or label:NAME; empty = all")


def run(args: ReviewInput, ctx: Context) -> Result:
    found = judged(ctx, args, args.scope)
    stopped = account.current(ctx.graph, ctx.account)[1].stopped
    content = found.content | ({"account": f"Nothing runs: {stopped}"} if stopped else {})
    details = {"review": found.review, "currency": ctx.account.currency, "protected": found.protected}
    return Result(content, details | {"trends": found.trends})


TOOL = Tool(
    name="review_performance",
    description=(
        "Judge ads by evidence: pause (underperforming), watch, keep, scale (winners) or too early. Use before"
        " pausing for performance; the ids under pause are for set_status. Default: 13 weeks."
    ),
    Input=ReviewInput,
    effect=Effect.READ,
    run=run,
    words="Report, which ads perform badly, underperforming, losers, winners, waste, CPA, ROAS.",
)
