"""Makes a campaign; it is always created PAUSED."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from tools.create import goals
from tools.create.new_budget import NewBudget, new_budget, spend_once_started
from tools.domain.changes import Change, Effect, JsonParams, Request
from tools.domain.naming.new_names import NewName
from tools.domain.settings import meta_words
from tools.domain.settings.schedule import Schedule, schedule
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, sending

AMOUNT = 'such as "50.00 USD"'


class CampaignInput(Input):
    name: NewName
    objective: str = Field(description="awareness, traffic, engagement, leads, app promotion or sales")
    special_ad_categories: list[Literal[goals.CATEGORIES]] = Field(  # type: ignore[valid-type]
        default=[], description="the law wants them said; none if left out"
    )
    special_ad_category_country: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = Field(
        default=[], description="codes such as US"
    )
    daily_budget: str | None = Field(
        default=None, description=f"{AMOUNT}; leave both out to give each ad set its own"
    )
    lifetime_budget: str | None = None
    bid_strategy: Literal[goals.STRATEGIES] | None = None  # type: ignore[valid-type]
    start_time: str | None = Field(default=None, description="2026-12-01 08:00 in the account's zone")
    end_time: str | None = None
    reason: str = ""

    @field_validator("objective")
    @classmethod
    def _known(cls, text: str) -> str:
        return goals.objective(text)

    @model_validator(mode="after")
    def _budget(self) -> Self:
        if self.daily_budget is not None and self.lifetime_budget is not None:
            raise ValueError("give daily_budget or lifetime_budget, not both")
        if self.bid_strategy and self.daily_budget is None and self.lifetime_budget is None:
            raise ValueError("bid_strategy belongs to the ad sets when the campaign has no budget")
        return self


def run(args: CampaignInput, ctx: Context) -> Proposal:
    when = schedule(ctx, args.start_time, args.end_time)
    budget = new_budget(ctx, args, when)
    notes = [] if budget.amount else ["each ad set needs a budget of its own"]
    if args.special_ad_categories and not args.special_ad_category_country:
        notes.append(
            "special_ad_category_country is not said; Meta may ask in which countries the category holds"
        )
    return Proposal((_change(ctx, args, budget, when),), "; ".join(notes))


def _change(ctx: Context, args: CampaignInput, budget: NewBudget, when: Schedule) -> Change:
    strategy = args.bid_strategy or goals.STRATEGIES[0]
    change = ctx.change(
        "create_campaign",
        Effect.CREATE,
        level="campaign",
        name=args.name,
        names=(args.name,),
        request=Request(path=f"{ctx.account.id}/campaigns"),
        after={"status": "PAUSED"} | budget.params,
        shown={
            "objective": meta_words.constant(args.objective),
            "special ad categories": ", ".join(args.special_ad_categories) or "none",
            "budget": "of the campaign, " + meta_words.constant(strategy)
            if budget.amount
            else "of each ad set",
        }
        | when.shown(),
        spend=spend_once_started(ctx, budget, when),
        reason=args.reason or "asked for",
        undo_note="delete the campaign while it is still PAUSED and empty",
    )
    params: JsonParams = {
        "name": args.name,
        "objective": args.objective,
        "status": "PAUSED",
        "special_ad_categories": list(args.special_ad_categories),
        "adlabels": [{"name": change.marker}],
        **budget.params,
        **when.params("stop_time"),
    }
    if args.special_ad_category_country:
        params["special_ad_category_country"] = list(args.special_ad_category_country)
    params |= {"bid_strategy": strategy} if budget.amount else {"is_adset_budget_sharing_enabled": False}
    return sending(change, params)


TOOL = Tool(
    name="create_campaign",
    description=(
        "Make a campaign, PAUSED, with a budget of its own or budgets on its ad sets. In the same turn,"
        " create_ad_set may use it as new:NAME."
    ),
    Input=CampaignInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Set up a new campaign, budget, objective.",
)
