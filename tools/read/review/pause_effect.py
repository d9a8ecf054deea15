"""What pauses are expected to do to the spend and the results, and how many of them may be wrong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.analysis.care import Plan, outlook
from tools.analysis.rows import ZERO
from tools.analysis.verdicts import Verdict, expected_good
from tools.domain.money import Money
from tools.domain.objects import NOUNS, called
from tools.domain.spend import mean_minor
from tools.domain.text import counted, listed, shortened
from tools.domain.tool import Context
from tools.read.review.budget_steps import Holder

THRESHOLDS = (0.8, 0.9, 0.95)
LONGEST_NAME = 80
MOST_EFFECTS = 4


@dataclass(frozen=True, slots=True)
class Spending:
    """Where the budgets are that the ads of a review draw on."""

    held: Mapping[str, Holder]
    """By the id of the ad."""
    stopped: str = ""
    """Why nothing of the account runs, or nothing."""


def weighed(ctx: Context, plan: Plan, spending: Spending) -> tuple[str, ...]:
    """What a person should read before they pause what a review found: risk, effect, and what it leaves out."""
    if not plan.now:
        return ()
    left = (
        (f"protected by {ctx.brand.file('protect')}", plan.protected),
        ("each the last that delivers in its ad set", plan.last),
        ("over max_pauses_per_day", plan.later),
    )
    return (
        f"Risk: {expected(plan.now)}",
        *(f"Effect: {line}" for line in effect(ctx, plan, spending, MOST_EFFECTS)),
        *(f"Left out, {why}: {_named(verdicts)}" for why, verdicts in left if verdicts),
    )


def _named(verdicts: Sequence[Verdict]) -> str:
    return listed([called(shortened(v.ad.name, LONGEST_NAME), v.ad.ad_id) for v in verdicts])


def expected(pauses: Sequence[Verdict]) -> str:
    """How many are expected to be good after all, and how a higher threshold would change that."""
    told = f"{expected_good(pauses):.2f} of {len(pauses)} are expected to be good ads after all"
    stricter = [
        f"from {at * 100:.0f} %: {number}, {good:.2f} good"
        for at, number, good in outlook(pauses, THRESHOLDS)
        if number < len(pauses)
    ]
    return f"{told}; pausing only {'; '.join(stricter)}" if stricter else f"{told}; all are surer than 95 %"


def effect(ctx: Context, plan: Plan, spending: Spending, shown: int) -> list[str]:
    """What the pauses save per day, and where that budget goes instead; nothing while nothing runs."""
    if spending.stopped:
        return [f"none now, as {spending.stopped}; they stay paused when it runs again"]
    freed: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for v in plan.now:
        holder = spending.held[v.ad.ad_id]
        left = plan.left_in_campaign if holder.level == "campaign" else plan.left_in_adset
        others = left.get(v.ad.campaign_id if holder.level == "campaign" else v.ad.adset_id, 0)
        key = (
            NOUNS[holder.level],
            shortened(holder.name, 50),
            counted(others, "other ad"),
        )
        freed[key] += daily_minor(ctx, v)
    lines = [
        f"{_money(ctx, _wasted(plan.now) / 7)} a day is spent on them beyond what it is expected to bring"
    ]
    order = sorted(freed.items(), key=lambda item: (-item[1], item[0]))
    lines += [
        f"{_minor(ctx, amount)} a day goes to {others} of {noun} {name}"
        for (noun, name, others), amount in order[:shown]
    ]
    if shown and (rest := order[shown:]):
        amount, places = sum(amount for _, amount in rest), counted(len(rest), "more budget")
        lines.append(f"{_minor(ctx, amount)} a day goes to other ads of {places}")
    return lines + _stakes(ctx, plan.now)


def _wasted(pauses: Sequence[Verdict]) -> Decimal:
    """What they are expected to waste in the coming week; by the last weeks where that is not foreseen."""
    return sum((v.heading.saving if v.heading else 7 * (v.excess_per_day or ZERO) for v in pauses), ZERO)


def _stakes(ctx: Context, pauses: Sequence[Verdict]) -> list[str]:
    """What waiting a week costs, and what a pause loses if it is wrong."""
    going = [v.heading for v in pauses if v.heading]
    saving, regret = _wasted(pauses), sum((one.regret for one in going), ZERO)
    if not going:
        return []
    return [
        f"a week of waiting wastes {_money(ctx, saving)}; good ads among them would bring {_money(ctx, regret)}"
    ]


def daily_minor(ctx: Context, verdict: Verdict) -> int:
    """What a pause of an ad stops in a day, as it is shown and summed."""
    return mean_minor(ctx, verdict.last_week_spend)


def _minor(ctx: Context, amount: int) -> str:
    return Money(amount, ctx.account.currency).said


def _money(ctx: Context, amount: Decimal) -> str:
    return f"{ctx.account.written(amount)} {ctx.account.currency}"
