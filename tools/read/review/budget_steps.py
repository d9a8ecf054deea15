"""Budget steps for winners: which ad set or campaign, from what to what, and what speaks against it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tools.analysis.scaling import Candidate, candidates, stepped
from tools.analysis.verdicts import Verdict
from tools.domain.changes import Level
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject, minor_units
from tools.domain.spend import next_budget_change
from tools.domain.tool import Context
from tools.graph import Stream
from tools.read.intake import Intake

MOST_STEPS = 5
MOST_WINNERS = 50


@dataclass(frozen=True)
class Holder:
    """The ad set or campaign whose budget an ad spends, with its ids and names and its parents'."""

    level: Level
    id: str
    name: str
    daily_minor: int
    lifetime: bool
    names: tuple[str, ...]


def holders(ads: Iterable[AdObject]) -> dict[str, Holder]:
    """The holder of each ad's budget, by ad id; with a campaign budget it is the campaign."""
    return {ad.id: _holder(ad) for ad in ads}


def _holder(ad: AdObject) -> Holder:
    campaign_id, campaign = str(ad.row.get("campaign_id")), str(ad.campaign.get("name") or "")
    daily, lifetime = (minor_units(ad.campaign, name) for name in ("daily_budget", "lifetime_budget"))
    if daily or lifetime:
        return Holder("campaign", campaign_id, campaign, daily, bool(lifetime), (campaign_id, campaign))
    adset_id, adset = str(ad.row.get("adset_id")), str(ad.adset.get("name") or "")
    daily, lifetime = (minor_units(ad.adset, name) for name in ("daily_budget", "lifetime_budget"))
    names = (adset_id, adset, campaign_id, campaign)
    return Holder("adset", adset_id, adset, daily, bool(lifetime), names)


def steps(
    ctx: Context, verdicts: Iterable[Verdict], held: Mapping[str, Holder], often: Stream
) -> list[dict[str, Any]]:
    """Proposals for the budgets above winners, the greatest gain first, and why others are left."""
    by_ad = {ad: f"{holder.level} {holder.id}" for ad, holder in held.items()}
    known = {f"{holder.level} {holder.id}": holder for holder in held.values()}
    found = candidates(verdicts, by_ad)[:MOST_STEPS]
    seen = _frequencies(ctx, often, [v.ad.ad_id for c in found for v in c.winners][:MOST_WINNERS])
    return [_step(ctx, candidate, known[candidate.holder_id], seen) for candidate in found]


def _step(ctx: Context, candidate: Candidate, holder: Holder, seen: Mapping[str, Decimal]) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": holder.id, NOUNS[holder.level].replace(" ", "_"): holder.name[:60]}
    most = max((seen[v.ad.ad_id] for v in candidate.winners if v.ad.ad_id in seen), default=None)
    if most is not None:
        shown["frequency_7d"] = f"{most:.1f}"
    now = Money(holder.daily_minor, ctx.account.currency)
    ceiling = ctx.brand.daily_budget_ceiling(ctx.account.currency).minor
    raised = stepped(holder.daily_minor, ctx.brand.max_budget_step_pct, ceiling)
    then = Money(raised, ctx.account.currency)
    if hurdle := candidate.hurdle or _held_back(ctx, holder, most, now, then):
        return shown | {"leave": hurdle}
    takes = f"its winners take {candidate.share * 100:.0f} % of its spend"
    return shown | {"daily_budget": str(now), "raise_to": str(then), "why": takes}


def _held_back(ctx: Context, holder: Holder, frequency: Decimal | None, now: Money, then: Money) -> str:
    """What speaks against a step, or nothing."""
    most = ctx.brand.max_frequency
    if pattern := ctx.brand.is_protected(*holder.names):
        return f"protected by {ctx.brand.file('protect')} ({pattern})"
    if most is not None and frequency is not None and frequency >= most:
        return f"no head-room: frequency {frequency:.1f} reaches max_frequency {most:f}"
    if not holder.daily_minor:
        return "it has a lifetime budget" if holder.lifetime else "no daily budget known"
    if then == now:
        return f"its budget of {now} is as high as {ctx.brand.file('max_daily_budget')} allows"
    free_at = next_budget_change(ctx.ledger, ctx.account.id, holder.id, ctx.now())
    return f"Meta allows four budget changes an hour; the next at {free_at:%H:%M} UTC" if free_at else ""


def _frequencies(ctx: Context, often: Stream, ids: Collection[str]) -> dict[str, Decimal]:
    """How often each person saw these ads in the last week."""
    if not ids:
        return {}
    intake = Intake(ctx)
    rows = (row for row in intake.rows(often) if row.get("ad_id") in ids)
    return {str(row["ad_id"]): figure for row in rows if (figure := intake.figure(row, "frequency"))}
