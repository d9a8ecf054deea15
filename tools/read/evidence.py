"""The figures behind a verdict, kept with the change that rests on them."""

from tools.analysis.trend import sparkline
from tools.analysis.verdicts import Review, Verdict
from tools.domain.changes import ASSUMED
from tools.domain.tool import Context
from tools.read.ad_figures import figures


def numbers(ctx: Context, verdict: Verdict) -> dict[str, str]:
    """What the ad was judged by, and what its cost was held against; empty when it was not judged.

    Money in major units of the account's currency.
    """
    if verdict.probability_worse is None:
        return {}
    places = ctx.account.decimals
    told = {name: str(value) for name, value in figures(verdict.judged, places).items()}
    told |= {"days": str(verdict.days), "p_worse": f"{verdict.probability_worse:.3f}"}
    bar = verdict.heading.bar if verdict.heading else None
    if bar and bar.kind == "CPA":
        told["target"] = f"{bar.target:.{places}f}"
    return told | ({ASSUMED: "usual in this account"} if bar and bar.typical else {})


def trends(result: Review) -> dict[str, str]:
    """What a result cost from week to week, oldest first, as a line of blocks, for the ads that are spoken about."""
    spoken = [v.ad.ad_id for v in result.verdicts if v.decision in ("pause", "refresh", "watch", "scale")]
    weeks = {ad: dict(result.tallies[ad].over) for ad in spoken if ad in result.tallies}
    longest = max((max(seen, default=0) for seen in weeks.values()), default=0)
    return {
        ad: sparkline([seen[n].totals.cpa if n in seen else None for n in range(longest, -1, -1)])
        for ad, seen in weeks.items()
    }
