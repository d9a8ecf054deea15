"""Budgets of new campaigns and ad sets: an amount, its minimum, and what it may spend once somebody starts it."""

from dataclasses import dataclass
from typing import Any

from tools.domain.changes import Spend
from tools.domain.money import Money
from tools.domain.objects import minor_units
from tools.domain.references import amount_in_account
from tools.domain.settings.schedule import DAY_S, Schedule
from tools.domain.tool import Context, ToolError
from tools.graph import UNREADABLE, GraphError

MINIMUMS = {"LINK_CLICKS": "min_daily_budget_high_freq", "THRUPLAY": "min_daily_budget_video_views"}
"""By what Meta bills for; everything else is billed by impressions (docs/graph-api.md §8.3)."""
IMPRESSIONS_MINIMUM = "min_daily_budget_imp"


@dataclass(frozen=True, slots=True)
class NewBudget:
    """One budget, or none where it sits elsewhere."""

    field: str = ""
    """daily_budget or lifetime_budget."""
    amount: Money | None = None

    @property
    def params(self) -> dict[str, str]:
        """In minor units, as Graph takes it and shows it."""
        return {self.field: str(self.amount.minor)} if self.amount else {}


def new_budget(ctx: Context, args: Any, when: Schedule, *, billing_event: str = "IMPRESSIONS") -> NewBudget:
    """The budget an input asks for. Raises ToolError: too small, without an end, or for too short a time."""
    field = "daily_budget" if args.daily_budget is not None else "lifetime_budget"
    text = getattr(args, field)
    if text is None:
        return NewBudget()
    amount = amount_in_account(text, ctx)
    if field == "lifetime_budget" and when.end is None:
        raise ToolError("A lifetime budget needs an end_time.")
    if field == "daily_budget" and when.seconds is not None and when.seconds < DAY_S:
        raise ToolError("A daily budget needs a run of more than 24 hours; give a lifetime_budget.")
    days = when.days if field == "lifetime_budget" else 1
    least = Money(max(_minimum(ctx, billing_event), 1) * days, amount.currency)
    if amount < least:
        over = f" for {days} days" if days > 1 else ""
        raise ToolError(f"The smallest {field.replace('_', ' ')}{over} in this account is {least.said}.")
    return NewBudget(field, amount)


def spend_once_started(ctx: Context, budget: NewBudget, when: Schedule) -> Spend:
    """Nothing now, and per day when it is started: a lifetime budget by its average day."""
    currency = ctx.account.currency
    if budget.amount is None:
        return Spend(daily_minor=0, currency=currency)
    minor = budget.amount.minor
    if budget.field == "lifetime_budget":
        minor = -(-minor * DAY_S // max(when.seconds or DAY_S, DAY_S))
    note = f"nothing while PAUSED, about {Money(minor, currency).said} per day once it is started"
    return Spend(daily_minor=0, currency=currency, note=note, once_started_minor=minor)


def _minimum(ctx: Context, billing_event: str) -> int:
    """The smallest daily budget of the account in minor units, for what Meta bills by. Raises GraphFailure."""
    try:
        rows = ctx.graph.read_all(f"{ctx.account.id}/minimum_budgets").rows
    except GraphError as error:
        if error.family not in UNREADABLE:
            raise
        rows = []
    row: dict[str, Any] = next((r for r in rows if r.get("currency") == ctx.account.currency), {})
    least = minor_units(row, MINIMUMS.get(billing_event, IMPRESSIONS_MINIMUM))
    return max(least, ctx.account.min_daily_budget_minor)
