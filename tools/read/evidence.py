"""The figures behind a verdict, kept with the change that rests on them."""

from tools.analysis.criteria import Bar
from tools.analysis.trend import sparkline
from tools.analysis.verdicts import Review, Verdict
from tools.domain.tool import Context
from tools.read.ad_figures import figures

USUAL = "usual in this account"


def numbers(ctx: Context, result: Review, verdict: Verdict) -> dict[str, str]:
    """What the ad was judged by, and what its cost was held against; empty when it was not judged.

    Money in major units of the account's currency.
    """
    if verdict.probability_worse is None:
        return {}
    places = ctx.account.decimals
    told = {name: str(value) for name, value in figures(verdict.judged, places).items()}
    told |= {"days": str(verdict.days), "p_worse": f"{verdict.probability_worse:.3f}"}
    if (bar := _target(ctx, result, verdict)) is None:
        return told
    usual = {"target_is": USUAL} if bar.typical else {}
    return told | {"target": f"{bar.target:.{places}f}"} | usual


def trends(result: Review) -> dict[str, str]:
    """What a result cost from week to week, oldest first, as a line of blocks, for the ads that are spoken about."""
    spoken = [v.ad.ad_id for v in result.verdicts if v.decision in ("pause", "refresh", "watch", "scale")]
    weeks = {ad: dict(result.tallies[ad].over) for ad in spoken if ad in result.tallies}
    longest = max((max(seen, default=0) for seen in weeks.values()), default=0)
    return {
        ad: sparkline([seen[n].totals.cpa if n in seen else None for n in range(longest, -1, -1)])
        for ad, seen in weeks.items()
    }


def _target(ctx: Context, result: Review, verdict: Verdict) -> Bar | None:
    """The target cost per result; without one, what is usual in the account."""
    if ctx.brand.target_cpa:
        return Bar("CPA", ctx.brand.target_cpa.money(ctx.account.currency).major)
    if verdict.heading and verdict.heading.bar.kind == "CPA":
        return verdict.heading.bar
    usual = None if ctx.brand.target_roas else result.totals.cpa
    return Bar("CPA", usual, typical=True) if usual else None
