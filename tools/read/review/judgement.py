"""The judgement of all ads in a scope: read, judged, remembered for the changes that rest on it, and told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.analysis import care
from tools.analysis.verdicts import Criteria, Review, review
from tools.domain import account
from tools.domain.insights import Period
from tools.domain.tool import Context, Evidence
from tools.read.evidence import numbers, trends
from tools.read.review import answer, budget_shifts, budget_steps, curve
from tools.read.review.pause_effect import Spending, daily_minor, weighed
from tools.read.review.review_reads import read
from tools.read.review.scope import of_these

MOST_PAUSES = 50


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts, and what is told of them."""

    review: Review
    content: dict[str, Any]
    """For the model."""
    protected: set[str]
    """Ids of the ads that stack.md protects."""
    trends: Mapping[str, str]
    event: str
    """What is counted as a result of the account."""
    stopped: str
    """Why nothing of the account runs, or nothing."""


def judged(
    ctx: Context, period: Period, scope: str = "", min_certainty: float = Criteria.pause_at
) -> Judgement:
    """Judge all ads, each beside all others, and tell of those in a scope, of all without one; a pause must be as sure as `min_certainty`. Raises GraphFailure, and ToolError for an unknown scope."""
    today = ctx.here.date()
    reading = read(ctx, period, scope, today)
    result = review(
        reading.ads,
        reading.rows,
        _criteria(ctx, min_certainty),
        today=today,
        currency=ctx.account.currency,
        event=reading.event,
        decimals=ctx.account.decimals,
        curve=curve.curve(ctx, reading.event),
        nothing=reading.elsewhere.nothing,
        unallotted=reading.unallotted.of,
        unread=reading.intake.odd.unread,
    )
    if len(reading.ads) == len(reading.everyone) and all(stream.complete for stream in reading.streams):
        curve.note(ctx, reading.event, today, result.results_by_day)
    _remember(ctx, result)
    result = result if reading.shown is None else of_these(result, reading.shown)
    lines = trends(result)
    result = reading.asked.shown(result) if reading.asked else result
    shields = {
        v.ad.ad_id: ctx.brand.is_protected(*v.ad.names) for v in result.verdicts if v.decision == "pause"
    }
    most = ctx.brand.max_pauses_per_day if ctx.pauses_left is None else ctx.pauses_left
    plan = care.planned(result.verdicts, reading.everybody, shields, min(most, MOST_PAUSES))
    held = budget_steps.holders(reading.everyone)
    stopped = account.stands(next(iter(reading.account)), ctx.account).stopped
    steps = [] if stopped else budget_steps.steps(ctx, result.verdicts, held, reading.often)
    moves = [] if stopped else budget_shifts.shifts(ctx, result.verdicts, plan, held, steps)
    said = {**reading.said, "complete": reading.complete()}
    said |= {"account": f"Nothing runs: {stopped}"} if stopped else {}
    if result.nothing:
        said["nothing_judged"] = list(result.nothing)
    spending = Spending(held, stopped)
    content = answer.content(ctx, result, plan, spending=spending, budgets=(steps, moves), said=said)
    if plan.now:
        ctx.weighed[frozenset(v.ad.ad_id for v in plan.now)] = weighed(ctx, plan, spending)
    protected = {v.ad.ad_id for v in result.verdicts if ctx.brand.is_protected(*v.ad.names)}
    ctx.event = ctx.event or ("" if scope else reading.event)
    return Judgement(result, content, protected, lines, reading.event, stopped)


_JUDGED = {"pause": "bad", "keep": "good enough", "scale": "good"}
"""Judgements that speak against activating or pausing an ad."""


def _criteria(ctx: Context, min_certainty: float) -> Criteria:
    brand, currency = ctx.brand, ctx.account.currency
    return Criteria(
        pause_at=min_certainty,
        target_cpa=brand.target_cpa.money(currency).major if brand.target_cpa else None,
        target_roas=brand.target_roas,
        min_ctr=brand.min_ctr,
        max_cpc=brand.max_cpc.money(currency).major if brand.max_cpc else None,
        max_cpm=brand.max_cpm.money(currency).major if brand.max_cpm else None,
    )


def _remember(ctx: Context, result: Review) -> None:
    """Keep the evidence, so that a change carries the computed reason and not the model's words."""
    for verdict in result.verdicts:
        daily = daily_minor(ctx, verdict)
        judged = verdict.probability_worse is not None
        figures = numbers(ctx, verdict)
        ctx.evidence[verdict.ad.ad_id] = Evidence(
            verdict.reason,
            daily if judged else None,
            figures,
            "" if verdict.decision in ("keep", "scale") else "PAUSED",
            f"{said} on {ctx.here.date()}" if (said := _JUDGED.get(verdict.decision)) else "",
        )
