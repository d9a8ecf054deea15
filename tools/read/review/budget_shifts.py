"""Budget shifts: from which ad sets and campaigns to which, within the limits, with what that is expected to gain."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tools.analysis.care import Plan
from tools.analysis.scaling import LEARNING_STEP_PCT, stepped
from tools.analysis.shifting import LEAST_SURE, Place, gain, places
from tools.analysis.verdicts import Verdict
from tools.domain.money import Money
from tools.domain.spend import next_budget_change
from tools.domain.text import shortened
from tools.domain.tool import Context
from tools.read.review.budget_steps import Holder

MOST_SHIFTS = 3
LONGEST_NAME = 60
LEAST_SPENT = Decimal("0.8")
"""A budget that is not spent gains nothing by more, and loses nothing by less."""


def shifts(
    ctx: Context,
    verdicts: Iterable[Verdict],
    plan: Plan,
    held: Mapping[str, Holder],
    steps: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The shifts that are likely to gain, each budget in one of them, the dearest to the cheapest first.

    What may be raised is what `steps` raise; what is lowered keeps to the same step, to the smallest budget and to what may
    be lowered in a day.
    """
    leaving = {v.ad.ad_id for v in plan.now}
    known = {holder.id: holder for holder in held.values()}
    found = places(verdicts, {ad: holder.id for ad, holder in held.items()}, leaving)
    spent = [place for place in found.values() if _spends(ctx, place, known[place.holder_id])]
    raised = {str(step["id"]) for step in steps if "raise_to" in step}
    sinks = sorted((p for p in spent if p.holder_id in raised), key=lambda p: -p.worth)
    sources = sorted((p for p in spent if p.dear and p.holder_id not in raised), key=lambda p: p.worth)
    told, room = list[dict[str, Any]](), ctx.brand.lowering_limit(ctx.account.currency).minor
    for sink in sinks:
        for source in sources:
            giver, taker = known[source.holder_id], known[sink.holder_id]
            amount = min(_spare(ctx, giver), _head_room(ctx, taker), room)
            if amount > 0 and (shift := _shift(ctx, (source, giver), (sink, taker), amount)):
                told.append(shift)
                sources.remove(source)
                room -= amount
                break
    return told[:MOST_SHIFTS]


def _spends(ctx: Context, place: Place, holder: Holder) -> bool:
    daily = Decimal(holder.daily_minor) / ctx.account.offset
    return daily > 0 and Decimal(place.spend_per_day) >= LEAST_SPENT * daily


def _spare(ctx: Context, holder: Holder) -> int:
    """How much of a daily budget may go, in minor units."""
    if ctx.brand.is_protected(*holder.names) or next_budget_change(
        ctx.ledger, ctx.account.id, holder.id, ctx.now()
    ):
        return 0
    step = int(holder.daily_minor * min(ctx.brand.max_budget_step_pct, LEARNING_STEP_PCT) / 100)
    return max(0, min(step, holder.daily_minor - ctx.account.min_daily_budget_minor))


def _head_room(ctx: Context, holder: Holder) -> int:
    """How much a daily budget may grow, in minor units."""
    ceiling = ctx.brand.daily_budget_ceiling(ctx.account.currency).minor
    return stepped(holder.daily_minor, ctx.brand.max_budget_step_pct, ceiling) - holder.daily_minor


def _shift(
    ctx: Context, source: tuple[Place, Holder], sink: tuple[Place, Holder], amount: int
) -> dict[str, Any] | None:
    """One shift with its gain; None where it is not likely enough to have any."""
    (dear, giver), (cheap, taker) = source, sink
    if dear.yardstick != cheap.yardstick:
        return None
    brings = gain(dear, cheap, float(Decimal(amount) / ctx.account.offset))
    if brings.expected <= 0 or brings.sure < LEAST_SURE:
        return None
    expected, low, high = (_money(ctx, part) for part in (brings.expected, brings.low, brings.high))
    return {
        "from": giver.id,
        "from_name": shortened(giver.name, LONGEST_NAME),
        "to": taker.id,
        "to_name": shortened(taker.name, LONGEST_NAME),
        "amount": _said(ctx, amount),
        "lower_to": _said(ctx, giver.daily_minor - amount),
        "raise_to": _said(ctx, taker.daily_minor + amount),
        "gain_a_week": expected,
        "with_80_pct": f"{low} to {high}",
        "sure": f"{min(99, int(brings.sure * 100))} %",
    }


def _said(ctx: Context, minor: int) -> str:
    return str(Money(minor, ctx.account.currency))


def _money(ctx: Context, amount: float) -> str:
    return f"{ctx.account.written(Decimal(f'{amount:.6g}'))} {ctx.account.currency}"
