"""Sets or moves the daily or lifetime budgets of campaigns and ad sets."""

from pydantic import Field, model_validator

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject, called, minor_units
from tools.domain.references import require, require_one
from tools.domain.running import ended
from tools.domain.spend import BUDGETS, LOCKED, next_budget_change
from tools.domain.text import listed
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError
from tools.edit.budget_wish import Wish, wish
from tools.edit.each_object import each

MOST_TOLD = 10


class BudgetInput(Input):
    """`id` is `ids` with one item."""

    id: str | None = None
    ids: list[str] = Field(default=[], max_length=50)
    daily_budget: str | None = Field(default=None, description='such as "50.00 USD", "+20 %", "double"')
    lifetime_budget: str | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _one_budget(self) -> "BudgetInput":
        if (self.daily_budget is None) == (self.lifetime_budget is None):
            raise ValueError("give either daily_budget or lifetime_budget")
        if not (self.id or self.ids):
            raise ValueError("give ids of campaigns or ad sets")
        return self


def run(args: BudgetInput, ctx: Context) -> Proposal:
    one = [require_one(ctx, args.id)] if args.id else []
    wanted = list({obj.id: obj for obj in (*one, *(require(ctx, args.ids) if args.ids else ()))}.values())
    field = "daily_budget" if args.daily_budget is not None else "lifetime_budget"
    text = args.daily_budget or args.lifetime_budget or ""
    becomes, moves = wish(text, ctx)
    reason = args.reason or (f"asked for: {text}" if moves else "asked for")
    steps, problems, notes = dict[str, tuple[Money, Money]](), list[str](), list[str]()
    for obj in wanted:
        try:
            now, then = _step(ctx, obj, field, becomes)
        except ToolError as refusal:
            problems.append(str(refusal) if len(wanted) == 1 else f"{called(obj.name, obj.id)}: {refusal}")
            continue
        if now == then:
            notes.append(_unmoved(obj, field, now, text, moves=moves))
        else:
            steps[obj.id] = now, then
    if problems:
        nothing = "Nothing of this call was proposed. " if len(wanted) > 1 else ""
        raise ToolError(f"{nothing}{listed(problems, most=MOST_TOLD)}")
    changes = each(
        ctx,
        [obj for obj in wanted if obj.id in steps],
        lambda obj, index: _change(ctx, obj, field, *steps[obj.id], index=index, reason=reason),
        stops=True,
    )
    return Proposal(changes, "; ".join(notes))


def _step(ctx: Context, obj: AdObject, field: str, becomes: Wish) -> tuple[Money, Money]:
    """The budget now, as Meta has it, and the one it is to become. Raises ToolError."""
    now = Money(_present(ctx, obj, field), ctx.account.currency)
    try:
        then = becomes(now)
    except ValueError as error:
        raise ToolError(f"{error}.") from None
    if then != now:
        _check_minimum(now, then, field, ctx)
        if obj.level == "adset" and (
            free_at := next_budget_change(ctx.ledger, ctx.account.id, obj.id, ctx.now())
        ):
            raise ToolError(f"Meta allows no more: {LOCKED}. Try again after {free_at:%H:%M} UTC.")
    return now, then


def _change(
    ctx: Context, obj: AdObject, field: str, now: Money, then: Money, *, index: int, reason: str
) -> Change:
    return ctx.change(
        "set_budget",
        Effect.CHANGE_SPEND,
        index=index,
        **obj.about,
        request=Request(path=obj.id, params={field: str(then.minor)}),
        before={field: str(now.minor)},
        after={field: str(then.minor)},
        spend=_spend(ctx, obj, field, now, then),
        reason=reason,
        undo_note=f"set back to {now}",
    )


def _unmoved(obj: AdObject, field: str, now: Money, text: str, *, moves: bool) -> str:
    what = field.replace("_", " ")
    if moves:
        return f"{text} of {obj.name}'s {what} of {now} is less than the smallest unit of {now.currency}"
    return f"{obj.name} already has a {what} of {now}"


def _present(ctx: Context, obj: AdObject, field: str) -> int:
    """The budget now, in minor units. Raises ToolError where this object has none of that kind, with where it sits."""
    if obj.level != "ad":
        budgets = {"daily_budget": obj.daily_budget_minor, "lifetime_budget": obj.lifetime_budget_minor}
        if budgets[field]:
            return budgets[field]
        other = "lifetime_budget" if field == "daily_budget" else "daily_budget"
        if budgets[other]:
            raise ToolError(
                f"This {NOUNS[obj.level]} has a {other}; changing the kind of budget is not done here."
            )
    if obj.level == "campaign":
        raise ToolError(
            f"This campaign has no budget of its own; set the budgets of its ad sets.{_held_below(ctx, obj)}"
        )
    if _said(ctx, obj.campaign):
        holder, at = called(str(obj.campaign.get("name")), str(obj.row.get("campaign_id"))), obj.campaign
        where = f"sits on the campaign {holder}"
    else:
        holder, at = called(str(obj.adset.get("name")), str(obj.row.get("adset_id"))), obj.adset
        where = f"sits on its ad set {holder}"
    now = _said(ctx, at)
    what = f"{obj.name} is an ad; its budget" if obj.level == "ad" else "The budget"
    raise ToolError(f"{what} {where}{f', {now}' if now else ''}; set it there.")


def _held_below(ctx: Context, campaign: AdObject) -> str:
    """The budgets of a campaign's ad sets, a few of them."""
    edge, fields = f"{ctx.account.id}/adsets", f"id,name,{','.join(BUDGETS)}"
    rows = ctx.graph.read_all(edge, fields=fields, filtering=[objects.within("campaign", [campaign.id])]).rows
    told = [f"{called(str(r.get('name')), str(r['id']))} {now}" for r in rows if (now := _said(ctx, r))]
    return f" They are: {listed(told, most=MOST_TOLD)}." if told else ""


def _said(ctx: Context, row: dict[str, object]) -> str:
    """The budget of a row in words, or nothing."""
    for field in BUDGETS:
        if minor := minor_units(row, field):
            return f"{Money(minor, ctx.account.currency).said} {field.removesuffix('_budget')}"
    return ""


def _check_minimum(now: Money, then: Money, field: str, ctx: Context) -> None:
    minimum = Money(ctx.account.min_daily_budget_minor, then.currency)
    if then.minor < 1:
        raise ToolError("A budget is above zero; to end spending, pause it.")
    if field == "daily_budget" and then < minimum:
        raise ToolError(
            f"The smallest daily budget of this account is {minimum.said}. (It is {now.said} now, and would be {then.said}.)"
        )


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
    description="Set or move budgets of ad sets or campaigns that have one.",
    Input=BudgetInput,
    effect=Effect.CHANGE_SPEND,
    run=run,
    words="Raise, lower, increase, decrease, scale spend.",
)
