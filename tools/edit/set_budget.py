"""Sets the daily or lifetime budget of a campaign or an ad set."""

from pydantic import Field, model_validator

from tools.domain import objects
from tools.domain.changes import Effect, Request, Spend
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject
from tools.domain.references import amount_in_account, require_one
from tools.domain.running import ended
from tools.domain.spend import LOCKED, next_budget_change
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError


class BudgetInput(Input):
    id: str
    daily_budget: str | None = Field(default=None, description='such as "50.00 USD"')
    lifetime_budget: str | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _one_budget(self) -> "BudgetInput":
        if (self.daily_budget is None) == (self.lifetime_budget is None):
            raise ValueError("give either daily_budget or lifetime_budget")
        return self


def run(args: BudgetInput, ctx: Context) -> Proposal:
    obj = require_one(ctx, args.id)
    field = "daily_budget" if args.daily_budget is not None else "lifetime_budget"
    amount = amount_in_account(args.daily_budget or args.lifetime_budget or "", ctx)
    now = Money(_present(obj, field), ctx.account.currency)
    if amount == now:
        return Proposal((), f"{obj.name} already has a {field.replace('_', ' ')} of {now}")
    _check_minimum(amount, field, ctx)
    if obj.level == "adset" and (
        free_at := next_budget_change(ctx.ledger, ctx.account.id, obj.id, ctx.now())
    ):
        raise ToolError(f"Meta allows no more: {LOCKED}. Try again after {free_at:%H:%M} UTC.")
    change = ctx.change(
        "set_budget",
        Effect.CHANGE_SPEND,
        level=obj.level,
        target=obj.id,
        name=obj.name,
        names=obj.names,
        where=obj.where,
        request=Request(path=obj.id, params={field: str(amount.minor)}),
        before={field: str(now.minor)},
        after={field: str(amount.minor)},
        spend=_spend(ctx, obj, field, now, amount),
        reason=args.reason or "asked for",
        undo_note=f"set back to {now}",
    )
    touched = objects.touched(ctx.graph, ctx.account.id, [obj])[obj.id]
    return Proposal((change.model_copy(update=touched._asdict()),))


def _present(obj: AdObject, field: str) -> int:
    """The budget now, in minor units. Raises ToolError where this object has no budget of that kind."""
    if obj.level == "ad":
        raise ToolError(
            f"{obj.name} is an ad; budgets belong to its ad set {obj.row.get('adset_id')} or campaign."
        )
    budgets = {"daily_budget": obj.daily_budget_minor, "lifetime_budget": obj.lifetime_budget_minor}
    if budgets[field]:
        return budgets[field]
    other = "lifetime_budget" if field == "daily_budget" else "daily_budget"
    if budgets[other]:
        raise ToolError(
            f"This {NOUNS[obj.level]} has a {other}; changing the kind of budget is not done here."
        )
    if obj.level == "adset":
        raise ToolError(f"The budget sits on the campaign {obj.row.get('campaign_id')}; set it there.")
    raise ToolError("This campaign has no budget of its own; set the budgets of its ad sets.")


def _check_minimum(amount: Money, field: str, ctx: Context) -> None:
    minimum = Money(ctx.account.min_daily_budget_minor, amount.currency)
    if amount.minor < 1:
        raise ToolError("A budget is above zero; to end spending, pause it with set_status.")
    if field == "daily_budget" and amount < minimum:
        raise ToolError(f"The smallest daily budget of this account is {minimum.said}.")


def _spend(ctx: Context, obj: AdObject, field: str, now: Money, then: Money) -> Spend:
    over = ended(obj, ctx.here)
    idle = over or obj.status != "ACTIVE" or obj.paused_parent
    note = f"not delivering now{f': {over}' if over else ''}" if idle else ""
    if field == "lifetime_budget":
        whole = f"{(then - now).said} over its lifetime"
        return Spend(daily_minor=None, currency=then.currency, note=f"{whole}; {note}" if over else whole)
    return Spend(daily_minor=then.minor - now.minor, currency=then.currency, note=note)


TOOL = Tool(
    name="set_budget",
    description="Set the daily or lifetime budget of an ad set or campaign that has one.",
    Input=BudgetInput,
    effect=Effect.CHANGE_SPEND,
    run=run,
    words="Raise, lower, increase, decrease, scale spend.",
)
