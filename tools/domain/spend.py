"""What pausing and starting objects does to the spend of a day, and when a budget may change again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from tools.domain.changes import LEVELS, Level, Spend
from tools.domain.insights import spent
from tools.domain.money import Money
from tools.domain.objects import AdObject, delivering, minor_units, within
from tools.domain.references import NEW
from tools.domain.running import begins, ended, moment, standing
from tools.domain.tool import Context, Ledger

BUDGETS = ("daily_budget", "lifetime_budget")
ENDS: Mapping[Level, str] = {"campaign": "stop_time", "adset": "end_time"}
MOST_PER_HOUR = 4
"""How often Meta lets the budget of an ad set be changed (docs/graph-api.md §4.4)."""
MEAN = "the mean of the last 7 days"
"""Which days the spend that a pause stops is of."""
NO_OTHER = "; not spent at all while no other ad runs on that budget"
SHARED, WITH_PARENT = "shares a budget above", "counted with its parent"
WITH_START, WITH_PAUSE = "counted with what starts it", "counted with what pauses it"
ELSEWHERE = frozenset({SHARED, WITH_PARENT, WITH_START, WITH_PAUSE})
"""Why a change adds nothing by itself: another one of its set has it already."""
LOCKED = "the budget of this ad set was changed four times within the hour"


def pausing_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """What each object spent per day of late: saved with a budget of its own, else left in the budget above it.

    What has ended saves nothing. Raises GraphFailure.
    """
    pausing = {obj.id for obj in wanted}
    daily = {i: e.daily_spend_minor for i, e in ctx.evidence.items() if e.daily_spend_minor is not None}
    for level in LEVELS:
        ids = [obj.id for obj in wanted if obj.level == level and obj.id not in daily]
        daily |= daily_spend_minor(ctx, level, ids)
    now = f"; none now: {ctx.account.stopped}" if ctx.account.stopped else ""
    effects = dict[str, Spend]()
    for obj in wanted:
        minor, stays, note = -daily[obj.id], 0, f"{MEAN}{now}"
        if _draws_above(obj):
            minor, stays, note = 0, daily[obj.id], f"{MEAN}{now or NO_OTHER}"
        if pausing.intersection(obj.parent_ids):
            minor, stays, note = 0, 0, WITH_PARENT
        if over := ended(obj, ctx.here):
            minor, stays, note = 0, 0, f"saves nothing: {over}"
        effects[obj.id] = Spend(
            daily_minor=minor, currency=ctx.account.currency, note=note, stays_minor=stays
        )
    return effects


def _draws_above(obj: AdObject) -> bool:
    """Whether the budget it spends is that of something above it: an ad has none of its own."""
    above = obj.level == "adset" and any(minor_units(obj.campaign, field) for field in BUDGETS)
    return above or obj.level == "ad"


def starting_spend(ctx: Context, wanted: list[AdObject]) -> dict[str, Spend]:
    """What starting these adds to the budgets that are being spent, each budget counted once. Raises GraphFailure.

    A budget that is being spent already is not spent twice. What stands under something paused adds nothing yet,
    unless that is started as well; what has ended or stands under what is gone adds nothing, and what has not begun is named with its day.
    """
    starting = {obj.id: obj for obj in wanted}
    budgets = {obj.id: _budgets(ctx, obj, starting) for obj in wanted}
    below = [b for found in budgets.values() for b in found if b.holder not in starting]
    holders = {(b.level, b.holder) for b in below if not b.holder.startswith(NEW)}
    busy = delivering(ctx.graph, ctx.account.id, holders, lambda ad: standing(ad, None, ctx.here).halted)
    counted, effects = set[str](), dict[str, Spend]()
    for obj in sorted(wanted, key=lambda obj: LEVELS.index(obj.level), reverse=True):
        if over := ended(obj, ctx.here) or _under(obj):
            effects[obj.id] = Spend(
                daily_minor=0, currency=ctx.account.currency, note=f"adds nothing: {over}"
            )
            continue
        held_back = obj.held_back(starting)
        effects[obj.id] = _starts(ctx, budgets[obj.id], busy=busy, counted=counted, held_back=held_back)
        if day := begins(obj, ctx.here):
            effects[obj.id] = effects[obj.id].model_copy(
                update={"note": f"from {day} on: {effects[obj.id].note}"}
            )
        if not held_back:
            counted |= {budget.holder for budget in budgets[obj.id]}
    return effects


def _under(obj: AdObject) -> str:
    """Which parent is archived or deleted, or nothing."""
    noun, _, gone = obj.gone_parent.rpartition(" ")
    return f"its {noun} is {gone}" if gone else ""


@dataclass(frozen=True, slots=True)
class _Budget:
    """A budget that something draws on when it runs, and the most of it that a day takes; None when nothing is known."""

    level: Level
    holder: str
    most_minor: int | None
    lifetime: bool


def _budgets(ctx: Context, obj: AdObject, starting: Mapping[str, AdObject]) -> list[_Budget]:
    """Whose budgets it draws on: its campaign's, its ad set's, or as a campaign without one those of its ad sets."""
    chain: tuple[tuple[Level, str, Mapping[str, Any]], ...] = (
        ("campaign", str(obj.row.get("campaign_id") or obj.id), obj.campaign),
        ("adset", str(obj.row.get("adset_id") or obj.id), obj.adset),
    )
    for level, holder, row in chain:
        if any(minor_units(row, field) for field in BUDGETS):
            return [_budget(ctx, level, holder, row)]
    if obj.level != "campaign" or obj.id.startswith(NEW):
        return []
    edge, fields = (
        f"{ctx.account.id}/adsets",
        "id,status,daily_budget,lifetime_budget,budget_remaining,end_time",
    )
    rows = ctx.graph.read_all(edge, fields=fields, filtering=[within("campaign", [obj.id])]).rows
    found = {str(row["id"]): row for row in rows}
    running = {i: row for i, row in found.items() if row.get("status") == "ACTIVE"}
    running |= {i: starting[i].row for i in found if i in starting}
    return [_budget(ctx, "adset", i, row) for i, row in running.items()]


def _budget(ctx: Context, level: Level, holder: str, row: Mapping[str, Any]) -> _Budget:
    """The budget of a row; of a lifetime one a day takes what is left for it."""
    daily = minor_units(row, "daily_budget")
    left = None if daily else remaining_per_day(row, row.get(ENDS[level]), ctx.now())
    return _Budget(level, holder, daily or left, lifetime=not daily)


def _starts(
    ctx: Context,
    budgets: Sequence[_Budget],
    *,
    busy: set[str],
    counted: set[str],
    held_back: str,
) -> Spend:
    currency = ctx.account.currency
    most = [b.most_minor for b in budgets]
    if not most or None in most:
        return Spend(daily_minor=None, currency=currency, note="no daily budget known")
    ceiling = Money(sum(minor or 0 for minor in most), currency)
    if held_back:
        note = f"adds nothing yet: its {held_back} is paused; at most {ceiling.said} per day once that is started"
        return Spend(daily_minor=0, currency=currency, note=note)
    new = [minor or 0 for b, minor in zip(budgets, most, strict=True) if b.holder not in busy | counted]
    if not new:
        shared = {b.holder for b in budgets} <= counted - busy
        note = SHARED if shared else f"its budget of {ceiling.said} per day is being spent already"
        return Spend(daily_minor=0, currency=currency, note=note)
    lifetime = "" if not any(b.lifetime for b in budgets) else ", as is left of a lifetime budget"
    return Spend(daily_minor=sum(new), currency=currency, note=f"at most {ceiling.said} per day{lifetime}")


def remaining_per_day(row: Mapping[str, Any], end: object, now: datetime) -> int | None:
    """What is left of a lifetime budget for each day until `end`, rounded up; nothing after it, None where Meta does not say."""
    remaining, ends = str(row.get("budget_remaining") or row.get("lifetime_budget") or ""), moment(end)
    if ends is None or not remaining.isdecimal():
        return None
    days = ceil((ends - now) / timedelta(days=1))
    return -(-int(remaining) // days) if days > 0 else 0


def daily_spend_minor(ctx: Context, level: Level, ids: list[str]) -> dict[str, int]:
    """Average spend per day over the last 7 days, in minor units; 0 for what did not deliver."""
    sums = spent(ctx, level, {"date_preset": "last_7d"}, ids) if ids else {}
    return {i: mean_minor(ctx, sum_) for i, sum_ in sums.items()}


def mean_minor(ctx: Context, week_spend: Decimal) -> int:
    """What a pause stops in a day, in minor units: the mean of what was spent in the last seven days (major units)."""
    return max(0, int(week_spend * ctx.account.offset / 7))


def next_budget_change(ledger: Ledger, account: str, adset_id: str, now: datetime) -> datetime | None:
    """When an ad set may have its next budget change; None for at once (docs/graph-api.md §4.4).

    Counts what adsteward changed; what others changed, Meta's own answer tells.
    """
    recent = ledger.applied(account, since=now - timedelta(hours=1), unknown=True)
    times = sorted(a.at for a in recent if a.change.kind == "set_budget" and a.change.target == adset_id)
    return times[-MOST_PER_HOUR] + timedelta(hours=1) if len(times) >= MOST_PER_HOUR else None
