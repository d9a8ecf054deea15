"""What pausing and starting objects does to the spend of a day, and when a budget may change again."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from tools.domain.changes import Level, Spend
from tools.domain.insights import decimal, fetch
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.tool import Context, Ledger

MOST_PER_HOUR = 4
"""How often Meta lets the budget of an ad set be changed (docs/graph-api.md §4.4)."""
LOCKED = "the budget of this ad set was changed four times within the hour"


def pausing_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """What each object spent per day of late; for an ad the budget itself stays with its ad set."""
    pausing = {obj.id for obj in wanted}
    notes: dict[Level, str] = {
        "ad": "the budget it drew on goes to the other ads",
        "adset": "",
        "campaign": "",
    }
    daily = {i: e.daily_spend_minor for i, e in ctx.evidence.items() if e.daily_spend_minor is not None}
    for level in notes:
        ids = [obj.id for obj in wanted if obj.level == level and obj.id not in daily]
        daily |= daily_spend_minor(ctx, level, ids)
    effects = dict[str, Spend]()
    for obj in wanted:
        inside = pausing.intersection(obj.parent_ids)
        minor, note = (0, "counted with its parent") if inside else (-daily[obj.id], notes[obj.level])
        effects[obj.id] = Spend(daily_minor=minor, currency=ctx.account.currency, note=note)
    return effects


def starting_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """At most the budget each object draws on, counted once where several share it."""
    counted = set[str]()
    effects = dict[str, Spend]()
    for obj in wanted:
        holder, ceiling = obj.budget_drawn_on()
        if not ceiling:
            effects[obj.id] = Spend(
                daily_minor=None, currency=ctx.account.currency, note="no daily budget known"
            )
        elif holder in counted:
            effects[obj.id] = Spend(
                daily_minor=0, currency=ctx.account.currency, note="shares a budget above"
            )
        else:
            most = Money(ceiling, ctx.account.currency)
            note = f"at most {most} per day" + (f"; its {p} is paused" if (p := obj.paused_parent) else "")
            effects[obj.id] = Spend(daily_minor=ceiling, currency=ctx.account.currency, note=note)
        counted.add(holder)
    return effects


def daily_spend_minor(ctx: Context, level: Level, ids: list[str]) -> dict[str, int]:
    """Average spend per day over the last 7 days, in minor units; 0 for what did not deliver."""
    if not ids:
        return {}
    key = f"{level}_id"
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in fetch(ctx, level, {"date_preset": "last_7d"}, fields=("spend", key), within={level: ids}):
        spent[str(row.get(key))] += decimal(row.get("spend"))
    return {i: int(spent[i] * ctx.account.offset / 7) for i in ids}


def next_budget_change(ledger: Ledger, account: str, adset_id: str, now: datetime) -> datetime | None:
    """When an ad set may have its next budget change; None for at once (docs/graph-api.md §4.4).

    Counts what adsteward changed; what others changed, Meta's own answer tells.
    """
    recent = ledger.applied(account, since=now - timedelta(hours=1), unknown=True)
    times = sorted(a.at for a in recent if a.change.kind == "set_budget" and a.change.target == adset_id)
    return times[-MOST_PER_HOUR] + timedelta(hours=1) if len(times) >= MOST_PER_HOUR else None
