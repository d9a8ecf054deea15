"""Makes an ad set in a campaign; it is always created PAUSED."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from tools.create import goals
from tools.create.new_budget import NewBudget, new_budget, spend_once_started
from tools.create.parties import PartiesInput, parties
from tools.domain import objects
from tools.domain.changes import Change, Effect, JsonParams, Request
from tools.domain.naming.new_names import NewName
from tools.domain.references import amount_in_account, maker, reference, row_of
from tools.domain.settings import meta_words
from tools.domain.settings.schedule import Schedule, schedule
from tools.domain.settings.targeting import TargetingInput, audience, targeting
from tools.domain.tool import TOOLSET, Context, Proposal, Tool, ToolError, sending

CAMPAIGN_FIELDS = (
    "id,name,status,objective,daily_budget,lifetime_budget,bid_strategy,is_adset_budget_sharing_enabled,"
    "special_ad_categories"
)
ROAS_SCALE = 10_000
"""Meta's `roas_average_floor` for a return of 1.0 (docs/graph-api.md §8.2)."""


class AdSetInput(PartiesInput):
    name: NewName
    campaign_id: str = Field(description="id, name, or new:NAME of this turn")
    targeting: TargetingInput
    daily_budget: str | None = Field(
        default=None, description='such as "50.00 USD"; none if the campaign has one'
    )
    lifetime_budget: str | None = None
    optimization_goal: str | None = Field(default=None, description="default by the campaign's objective")
    billing_event: str = "IMPRESSIONS"
    bid_strategy: Literal[goals.STRATEGIES] | None = None  # type: ignore[valid-type]
    bid_amount: str | None = Field(default=None, description="for a cap, with its currency")
    min_roas: str | None = Field(default=None, description='such as "2.5"')
    start_time: str | None = Field(default=None, description="2026-12-01 08:00 in the account's zone")
    end_time: str | None = None
    pixel_id: str | None = None
    event: str | None = Field(default=None, description="such as PURCHASE, for conversions")
    page_id: str | None = None
    app_id: str | None = None
    app_store_url: str | None = None
    destination_type: str | None = Field(default=None, pattern="^[A-Z_]+$")
    dynamic_creative: bool = False
    reason: str = ""

    @field_validator("optimization_goal", "billing_event")
    @classmethod
    def _upper(cls, text: str | None) -> str | None:
        return text.upper() if text else text

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        if self.daily_budget is not None and self.lifetime_budget is not None:
            raise ValueError("give daily_budget or lifetime_budget, not both")
        return self


@dataclass(frozen=True, slots=True)
class Parent:
    """The campaign: one that is there, or one of the same turn."""

    value: Any
    """Its id, or the reference to it."""
    waits_for: str
    called: str
    where: str
    """As changes below it name it."""
    names: tuple[str, ...]
    row: dict[str, Any]

    @property
    def objective(self) -> str:
        return str(self.row.get("objective") or "")

    @property
    def budget(self) -> str:
        """Which kind of budget it has of its own, or nothing."""
        kinds = ("daily_budget", "lifetime_budget")
        return next((kind for kind in kinds if str(self.row.get(kind) or "0") != "0"), "")


def run(args: AdSetInput, ctx: Context) -> Proposal:
    parent = _parent(ctx, args.campaign_id)
    goal = goals.goal(args.optimization_goal, parent.objective)
    goals.check_billing(args.billing_event, goal)
    goals.check_destination(args.destination_type, parent.objective, goal)
    when = schedule(ctx, args.start_time, args.end_time)
    if parent.budget == "lifetime_budget" and when.end is None:
        raise ToolError("The campaign has a lifetime budget; give the ad set an end_time.")
    budget = _budget(ctx, args, parent, when)
    people = targeting(ctx, args.targeting)
    goals.check_people(parent.row.get("special_ad_categories") or (), people.spec, people.countries)
    aim = _aim(ctx, args, goal)
    said, told = parties(ctx, args, people.countries)
    params = {
        "optimization_goal": goal,
        "billing_event": args.billing_event,
        "targeting": people.spec,
        **({"promoted_object": aim} if aim else {}),
        **_bid(ctx, args, parent, goal),
        **said,
        **budget.params,
        **when.params("end_time"),
        **({"destination_type": args.destination_type} if args.destination_type else {}),
        **({"is_dynamic_creative": True} if args.dynamic_creative else {}),
    }
    shown = people.shown | {"audience": audience(ctx, people.spec, goal, aim)}
    about = ", ".join(
        f"{meta_words.field(name)} {meta_words.value(name, str(value))}" for name, value in aim.items()
    )
    aims, billed = meta_words.constant(goal), meta_words.constant(args.billing_event)
    shown |= {"aims for": f"{aims}{f' ({about})' if about else ''}, billed by {billed}"}
    shown |= when.shown()
    shown |= told
    shown |= {"bid": args.bid_amount} if args.bid_amount else {}
    change = _change(
        ctx, args, parent, params, shown | ({"budget": "of its campaign"} if parent.budget else {})
    )
    paused = {"after": {"status": "PAUSED"} | budget.params, "spend": spend_once_started(ctx, budget, when)}
    return Proposal((change.model_copy(update=paused),))


def _change(
    ctx: Context, args: AdSetInput, parent: Parent, params: JsonParams, shown: dict[str, str]
) -> Change:
    change = ctx.change(
        "create_ad_set",
        Effect.CREATE,
        level="adset",
        name=args.name,
        names=(args.name, *parent.names),
        where=(parent.where,),
        request=Request(path=f"{ctx.account.id}/adsets"),
        shown={"campaign": parent.called} | shown,
        reason=args.reason or "asked for",
        undo_note="delete the ad set while it is still PAUSED and empty",
        depends_on=(parent.waits_for,) if parent.waits_for else (),
    )
    first = {"name": args.name, "campaign_id": parent.value, "status": "PAUSED"}
    whole = first | params | {"adlabels": [{"name": change.marker}]}
    return sending(change, whole)


def _parent(ctx: Context, text: str) -> Parent:
    """Raises ToolError when the campaign is neither there nor proposed in this turn."""
    value, waits_for, called = reference(ctx, "create_campaign", text, "id")
    if waits_for:
        row = maker(ctx, waits_for).request.params
        name = called.strip()
        return Parent(value, waits_for, name, f"“{name}”", (name,), dict(row))
    found = objects.parse("campaign", row_of(ctx, text, "campaign", CAMPAIGN_FIELDS))
    where = objects.called(found.name, found.id)
    return Parent(found.id, "", f"{found.name} ({found.id})", where, found.names, found.row)


def _budget(ctx: Context, args: AdSetInput, parent: Parent, when: Schedule) -> NewBudget:
    given = args.daily_budget is not None or args.lifetime_budget is not None
    if parent.budget and given:
        raise ToolError(f"The campaign {parent.called} has the budget; give the ad set none.")
    if not parent.budget and not given:
        raise ToolError(f"The campaign {parent.called} has no budget; give the ad set a daily_budget.")
    if parent.row.get("is_adset_budget_sharing_enabled") is True and args.lifetime_budget is not None:
        raise ToolError("Ad sets of this campaign share their budgets, so they need daily ones.")
    return new_budget(ctx, args, when, billing_event=args.billing_event)


def _bid(ctx: Context, args: AdSetInput, parent: Parent, goal: str) -> JsonParams:
    """Bid strategy and bid; the strategy is the campaign's where that has the budget. Raises ToolError."""
    above = str(parent.row.get("bid_strategy") or "")
    fixed = bool(parent.budget) or parent.row.get("is_adset_budget_sharing_enabled") is True
    if fixed and args.bid_strategy and args.bid_strategy != above:
        raise ToolError(f"The campaign decides the bid strategy ({above or 'unknown'}); leave it out.")
    strategy = above if fixed else args.bid_strategy or goals.STRATEGIES[0]
    capped, roas = strategy in goals.CAPPED, strategy == "LOWEST_COST_WITH_MIN_ROAS"
    if capped != (args.bid_amount is not None):
        raise ToolError(f"{strategy} {'needs' if capped else 'takes no'} bid_amount.")
    if roas != (args.min_roas is not None) or (roas and goal != "VALUE"):
        raise ToolError(
            "min_roas goes with LOWEST_COST_WITH_MIN_ROAS and the goal VALUE, and with nothing else."
        )
    params: JsonParams = {} if parent.budget else {"bid_strategy": strategy}
    if args.bid_amount is not None:
        bid = amount_in_account(args.bid_amount, ctx)
        if bid.minor < 1:
            raise ToolError("A bid is above zero.")
        params["bid_amount"] = bid.minor
    if args.min_roas is not None:
        params["bid_constraints"] = {"roas_average_floor": _roas(args.min_roas)}
    return params


def _roas(text: str) -> int:
    try:
        scaled = Decimal(text) * ROAS_SCALE
        whole = int(scaled)
    except (InvalidOperation, ValueError, OverflowError):
        whole, scaled = 0, Decimal(1)
    if whole != scaled or not 100 <= whole <= 1000 * ROAS_SCALE:
        raise ToolError(f"min_roas: {text[:20]!r} is no return between 0.01 and 1000, such as 2.5.")
    return whole


def _aim(ctx: Context, args: AdSetInput, goal: str) -> JsonParams:
    """The promoted object that a goal needs. Raises ToolError naming what is missing."""
    if goal in goals.BY_APP or args.app_id:
        if not (args.app_id and args.app_store_url):
            raise ToolError(f"{goal} needs app_id and app_store_url.")
        if (urlsplit(args.app_store_url).hostname or "") not in goals.STORES:
            raise ToolError(
                f"app_store_url {args.app_store_url!r} is no page of {' or '.join(goals.STORES)}."
            )
        return {"application_id": args.app_id, "object_store_url": args.app_store_url}
    if goal in goals.BY_EVENT:
        pixel = args.pixel_id or ctx.brand.pixel_id
        if not pixel:
            raise ToolError(f"{goal} needs a pixel: give pixel_id, or set it in stack.md.")
        return {"pixel_id": pixel, "custom_event_type": goals.event(args.event, ctx.brand)}
    if goal in goals.BY_PAGE or args.destination_type in goals.ON_PAGE:
        page = args.page_id or ctx.brand.page_id
        if not page:
            what = goal if goal in goals.BY_PAGE else args.destination_type
            raise ToolError(f"{what} needs a page: give page_id, or set it in stack.md.")
        return {"page_id": page}
    return {}


TOOL = Tool(
    name="create_ad_set",
    description=(
        "Make an ad set, PAUSED. Places and interests are given in plain words and looked up at Meta. In the same"
        " turn, create_ad may use it as new:NAME."
    ),
    Input=AdSetInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Audience, targeting, who sees the ads, age, country, interests.",
)
