"""Figures over a period, by level and breakdown."""

from tools.domain.changes import Effect
from tools.domain.tool import Context, Result, Tool
from tools.read.figures.figure_answer import DEFAULT_PRESET, answered
from tools.read.figures.question import InsightsInput


def run(args: InsightsInput, ctx: Context) -> Result:
    return Result(answered(args, ctx))


TOOL = Tool(
    name="get_insights",
    description=(
        "Figures and totals by level: spend, clicks, results, ROAS, any Meta field; breakdowns such as age,"
        f" country, placement. Default {DEFAULT_PRESET}."
    ),
    Input=InsightsInput,
    effect=Effect.READ,
    run=run,
    words="Report, statistics, metrics, spend, CTR, CPC, CPM, conversions, reach, frequency, compare, yesterday, last week.",
)
