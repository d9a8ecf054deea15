"""Ads that adsteward paused and that late conversions have vindicated: what it proposes to switch on again.

Conversions of a day keep coming in for as long as the attribution window is open (docs/graph-api.md §7.3), so an ad
can turn out better than it looked when it was paused. Activating is never done here: it is proposed and approved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.gamma import gamma_p
from tools.analysis.rows import ZERO, AdDay, Totals, totals
from tools.domain import objects
from tools.domain.objects import AdObject
from tools.domain.tool import Applied, Context, Evidence

LOOKED_BACK = timedelta(days=30)
"""Attribution windows end after 28 days at most."""
JUDGED_DAYS = 30
LIKELY_GOOD = 0.5
"""Activated is what is at least as likely within the target as not."""


@dataclass(frozen=True, slots=True)
class Vindicated:
    """A paused ad with the results that were known then and now, of days before the pause."""

    ad: AdObject
    paused: Applied
    seen: Totals
    chance_worse: float
    reason: str


def vindicated(ctx: Context, rows: Iterable[AdDay]) -> list[Vindicated]:
    """The ads to propose, those with most spend first; remembers the evidence for `set_status`.

    Only pauses that rested on figures count: what a person wanted paused stays paused. Raises GraphFailure.
    """
    pauses = _pauses(ctx)
    if not pauses:
        return []
    by_ad: dict[str, list[AdDay]] = {}
    for row in rows:
        if row.ad_id in pauses:
            by_ad.setdefault(row.ad_id, []).append(row)
    judged = [_judged(ctx, pauses[ad_id], found) for ad_id, found in by_ad.items()]
    good = {one[0].change.target: one for one in judged if one}
    ads = objects.find(ctx.graph, ctx.account.id, good, ("ad",)) if good else {}
    found = [
        Vindicated(ad, paused, seen, chance, _reason(ctx, paused, seen))
        for ad_id, (paused, seen, chance) in good.items()
        if (ad := ads.get(ad_id))
        and ad.status == "PAUSED"
        and not ad.paused_parent
        and not ctx.brand.is_protected(*ad.names)
    ]
    for one in found:
        numbers = {
            "results": f"{one.seen.results:f}",
            "spend": f"{one.seen.spend:f}",
            "p_worse": f"{one.chance_worse:.2f}",
        }
        ctx.evidence[one.ad.id] = Evidence(one.reason, None, numbers, "ACTIVE")
    return sorted(found, key=lambda one: (-one.seen.spend, one.ad.id))


def _pauses(ctx: Context) -> Mapping[str, Applied]:
    """The last thing that adsteward did to each ad, where that was a pause with figures behind it."""
    last: dict[str, Applied] = {}
    for applied in ctx.ledger.applied(ctx.account.id, since=ctx.now() - LOOKED_BACK):
        if applied.change.kind == "set_status" and applied.change.level == "ad":
            last[applied.change.target] = applied
    return {
        ad: applied
        for ad, applied in last.items()
        if applied.change.after.get("status") == "PAUSED" and not applied.undone and applied.change.basis
    }


def _judged(ctx: Context, paused: Applied, rows: Sequence[AdDay]) -> tuple[Applied, Totals, float] | None:
    """What is known now of the days before the pause, if it has become good enough.

    The true cost per result is Gamma distributed given results and spend; half a result stands for no opinion.
    """
    day = paused.at.astimezone(ctx.account.zone).date()
    first = day - timedelta(days=JUDGED_DAYS)
    seen = totals(row for row in rows if first <= row.date <= day)
    limit = _allowed(ctx, paused, seen)
    known = _number(paused, "results")
    if limit is None or known is None or seen.results <= known or seen.spend <= 0:
        return None
    chance = gamma_p(float(seen.results) + 0.5, float(seen.spend / limit))
    return (paused, seen, chance) if chance < LIKELY_GOOD and seen.spend / seen.results <= limit else None


def _allowed(ctx: Context, paused: Applied, seen: Totals) -> Decimal | None:
    """What a result may cost: the target, by value the order's mean worth over the target ROAS, else what was held against it."""
    if ctx.brand.target_cpa:
        return ctx.brand.target_cpa.money(ctx.account.currency).major
    if ctx.brand.target_roas and seen.results > 0 and seen.value > 0:
        return seen.value / seen.results / ctx.brand.target_roas
    return _number(paused, "target")


def _number(paused: Applied, name: str) -> Decimal | None:
    text = paused.change.basis.get(name, "")
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else None


def _reason(ctx: Context, paused: Applied, seen: Totals) -> str:
    cost = f"{ctx.account.written(seen.cpa or ZERO)} {ctx.account.currency}"
    day: date = paused.at.astimezone(ctx.account.zone).date()
    limit = _allowed(ctx, paused, seen)
    held = f" against {ctx.account.written(limit)}" if limit else ""
    seen_then = paused.change.basis["results"]
    return (
        f"paused {day} with {seen_then} result{'' if seen_then == '1' else 's'}; with those that came in late it is"
        f" {seen.results:.0f}, {cost} each{held}"
    )
