"""What a review tells the model: short at any number of ads, with the full table in files."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tools.analysis.care import Plan
from tools.analysis.chain.deciding import Heading
from tools.analysis.reasons import percent
from tools.analysis.verdicts import Review, Verdict
from tools.domain.text import counted, shortened
from tools.domain.tool import Context
from tools.read.ad_figures import figures
from tools.read.review.pause_effect import LONGEST_NAME, Spending, effect, expected
from tools.read.review.table import saved
from tools.read.review.why import because

LONGEST = 5700
REASONED = 10
"""As many pauses come with their reason; of more, which only a raised limit allows, name, cost and certainty are enough."""
LISTED = ("refresh", "scale", "watch", "too early")
ORDER = ("pause", "refresh", "scale", "watch", "too early", "keep", "not judged")
SHORTEST_NAME = 20
MOST_IDS = 40


def content(
    ctx: Context,
    result: Review,
    plan: Plan,
    *,
    spending: Spending,
    budgets: tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]],
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """The longest answer that is short enough for a model; `budgets` are steps for winners, and shifts."""
    steps, shifts = budgets
    ordered = sorted(result.verdicts, key=lambda v: ORDER.index(v.decision))
    files = saved(ctx, "review", lambda: (_row(v, ctx) for v in ordered))
    for shown, longest in (*((n, LONGEST_NAME) for n in (12, 8, 5, 3, 2, 1, 0)), (0, 40), (0, 20), (0, 0)):
        answer = {**said, **_summary(ctx, result, plan, spending, (shown, longest))}
        if steps and shown:
            answer["budgets"] = steps[:shown]
        if shifts and shown:
            answer["shifts"] = shifts[:shown]
        answer |= files | {"shown": f"at most {shown} per list other than pause"}
        if len(json.dumps(answer, ensure_ascii=False)) <= LONGEST:
            break
    return answer


def _summary(
    ctx: Context, result: Review, plan: Plan, spending: Spending, room: tuple[int, int]
) -> dict[str, Any]:
    """Counts, totals and the ads that matter; `room` is for so many of a list, and for names of so many letters."""
    shown = room[0]
    answer: dict[str, Any] = {
        "counts": dict(Counter(v.decision for v in result.verdicts)),
        "totals": figures(result.totals, ctx.account.decimals) | {"currency": ctx.account.currency},
        "assumptions": list(result.assumptions),
        **({"target_note": result.target_note} if result.target_note else {}),
        **_pauses(ctx, plan, spending, room),
    }
    for decision in ("not judged", "too early"):
        if why := because(result.verdicts, decision):
            answer[f"{decision.replace(' ', '_')}_because"] = why
    if tired := [v for v in result.verdicts if v.decision == "refresh"]:
        most = max(2, shown)
        answer["refresh"] = [_tired(ctx, v) for v in tired[:most]]
        if len(tired) > most:
            answer["refresh_more"] = [v.ad.ad_id for v in tired[most:]][:MOST_IDS]
    if plan.last and shown:
        answer["last_delivering"] = [_brief(v, ctx) for v in plan.last[:shown]]
        answer["last_delivering_note"] = (
            f"{counted(len(plan.last), 'more ad')} would be paused, but each is the last that delivers in its ad set: ask first"
        )
    if plan.protected and shown:
        answer["protected"] = [
            _brief(v, ctx) | {"protected_by": ctx.brand.is_protected(*v.ad.names)}
            for v in plan.protected[:shown]
        ]
    answer |= _others(ctx, result, shown)
    return answer | _more(answer)


def _more(answer: Mapping[str, Any]) -> dict[str, Any]:
    """How many of each count its list leaves out, so that both agree; what is to be paused is counted by itself."""
    lists = {decision: len(answer.get(decision.replace(" ", "_"), ())) for decision in LISTED}
    left = {decision: answer["counts"].get(decision, 0) - listed for decision, listed in lists.items()}
    left = {decision: number for decision, number in left.items() if number}
    return {"more_in_full_table": left} if left else {}


def _pauses(ctx: Context, plan: Plan, spending: Spending, room: tuple[int, int]) -> dict[str, Any]:
    """The ads to be paused now, what that means, and those left for later."""
    shown, longest = room
    answer: dict[str, Any] = {
        "pause": [
            _pause(ctx, v, longest, reasoned=n < REASONED, runs=not spending.stopped)
            for n, v in enumerate(plan.now)
        ]
    }
    if plan.later or plan.last or plan.protected:
        answer["pause_count"] = _divided(plan)
    if plan.now:
        answer["pause_expected_good"] = expected(plan.now)
        answer["pause_effect"] = effect(ctx, plan, spending, shown)
    if plan.later:
        answer["pause_later"] = (
            f"{len(plan.later)} more; {len(plan.now)} may be paused now (max_pauses_per_day)"
        )
        if shown:
            answer["pause_later_ads"] = [_pause(ctx, v, longest) for v in plan.later[:shown]]
    return answer


def _divided(plan: Plan) -> str:
    """Where the ads that are counted as to be paused stand."""
    lists = ("pause", plan.now), ("pause_later", plan.later), ("last_delivering", plan.last)
    said = [f"{len(ads)} {name}" for name, ads in (*lists, ("protected", plan.protected)) if ads]
    return ", ".join(said)


def _pause(
    ctx: Context, v: Verdict, longest: int, *, reasoned: bool = False, runs: bool = True
) -> dict[str, Any]:
    """One ad to be paused, with its cost now and how sure that is; without room for names only its id, if its reason is left out."""
    row = {"id": v.ad.ad_id}
    if reasoned:
        row |= {"name": shortened(v.ad.name, longest or SHORTEST_NAME), "reason": v.reason}
        return row | (_stake(ctx, v.heading) if v.heading and runs and longest == LONGEST_NAME else {})
    if not longest:
        return row
    row |= {"name": shortened(v.ad.name, longest), "sure": percent(v.probability_worse or 0)}
    return row | ({"now": f"{v.heading.now:.{ctx.account.decimals}f}"} if v.heading else {})


def _tired(ctx: Context, v: Verdict) -> dict[str, Any]:
    """One ad that wants a new picture: what a result cost over the period and now, and since when."""
    places = ctx.account.decimals
    row: dict[str, Any] = {"id": v.ad.ad_id, "name": shortened(v.ad.name, LONGEST_NAME)}
    if v.judged.cpa is not None:
        row["cost"] = f"{v.judged.cpa:.{places}f}"
    if going := v.heading:
        row |= {"now": f"{going.now:.{places}f}", "dearer_a_week": f"{going.per_week * 100:.0f} %"}
        row |= {"ctr_fell": f"{going.fell * 100:.0f} %", "since": f"{going.since}"}
    return row


def _stake(ctx: Context, going: Heading) -> dict[str, str]:
    """What is expected to be wasted on it in a week, and what a pause loses if the ad is good after all, where that is anything."""
    saving, regret = ctx.account.written(going.saving), ctx.account.written(going.regret)
    return {"wasted_a_week": saving} | (
        {"risks_a_week": regret} if going.regret >= going.saving / 100 else {}
    )


def _others(ctx: Context, result: Review, shown: int) -> dict[str, Any]:
    """The other decisions that call for a look: the best winners, and of the rest whatever spends most."""
    answer: dict[str, Any] = {}
    for decision in ("scale", "watch", "too early"):
        rows = [v for v in result.verdicts if v.decision == decision]
        if decision == "scale":
            rows.sort(key=lambda v: v.judged.cpa or v.judged.cpc or 0)
        else:
            rows.sort(key=lambda v: -v.totals.spend)
        if rows and shown:
            answer[decision.replace(" ", "_")] = [_brief(v, ctx) for v in rows[:shown]]
    return answer


def _brief(verdict: Verdict, ctx: Context) -> dict[str, Any]:
    seen = figures(verdict.totals, ctx.account.decimals)
    kept: dict[str, Any] = {
        name: seen[name] for name in ("spend", "results", "cost_per_result") if name in seen
    }
    if verdict.heading:
        kept["now"] = f"{verdict.heading.now:.{ctx.account.decimals}f}"
        kept |= {"misses_target_on": f"{verdict.heading.misses_on}"} if verdict.heading.misses_on else {}
    return {"id": verdict.ad.ad_id, "name": shortened(verdict.ad.name, LONGEST_NAME)} | kept


def _row(verdict: Verdict, ctx: Context) -> dict[str, Any]:
    """One ad in the full table."""
    ad, places = verdict.ad, ctx.account.decimals
    row = {"id": ad.ad_id, "name": ad.name, "ad_set": ad.adset_name, "campaign": ad.campaign_name}
    row |= {"decision": verdict.decision, "reason": verdict.reason, "days": str(verdict.days)}
    if pattern := ctx.brand.is_protected(*ad.names):
        row["protected_by"] = pattern
    chances = {"p_worse": verdict.probability_worse, "p_better": verdict.probability_better}
    amounts = {"excess_per_day": verdict.excess_per_day, "gain_per_day": verdict.gain_per_day}
    going = verdict.heading
    if going:
        amounts |= {"now": going.now, "now_low": going.low, "now_high": going.high}
        amounts |= {"wasted_per_week": going.saving, "regret_per_week": going.regret}
        row |= {"dearer_per_week_pct": f"{going.per_week * 100:.0f}"}
        row |= {"misses_target_on": going.misses_on.isoformat()} if going.misses_on else {}
        row |= {"tired_since": going.since.isoformat()} if going.since else {}
    return (
        row
        | figures(verdict.totals, places)
        | {name: f"{chance:.3f}" for name, chance in chances.items() if chance is not None}
        | {name: f"{amount:.{places}f}" for name, amount in amounts.items() if amount is not None}
    )
