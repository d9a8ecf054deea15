"""Which ads to pause, watch, keep or scale, with the numbers that say so."""

from pydantic import Field, field_validator

from tools.analysis.verdicts import Criteria
from tools.domain.changes import Effect
from tools.domain.insights import Period
from tools.domain.tool import Context, Result, Tool
from tools.read.review.judgement import judged

LEAST_CERTAINTY, MOST_CERTAINTY = 0.5, 0.99


class ReviewInput(Period):
    scope: str = Field(default="", description="id, (part of) name, label:NAME")
    min_certainty: float = Criteria.pause_at

    @field_validator("min_certainty")
    @classmethod
    def _a_chance(cls, value: float) -> float:
        if not LEAST_CERTAINTY <= value <= MOST_CERTAINTY:
            raise ValueError(f"how sure a pause must be: from {LEAST_CERTAINTY} to {MOST_CERTAINTY}")
        return value


def run(args: ReviewInput, ctx: Context) -> Result:
    found = judged(ctx, args, args.scope, args.min_certainty)
    details = {"review": found.review, "currency": ctx.account.currency, "protected": found.protected}
    return Result(found.content, details | {"trends": found.trends})


TOOL = Tool(
    name="review_performance",
    description=(
        "Judge ads: pause, refresh (tired), watch, keep, scale, too early. Use before a pause."
        " 13 weeks, min_certainty .75; clearly: .95."
    ),
    Input=ReviewInput,
    effect=Effect.READ,
    run=run,
    words="Report, which ads perform badly, underperforming, losers, winners, waste, CPA, ROAS.",
)
