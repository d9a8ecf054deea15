"""Sets when a campaign or ad set runs, its spend cap and its bid; what is not given stays."""

from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, model_validator

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.money import Money
from tools.domain.objects import NOUNS, AdObject, minor_units
from tools.domain.references import amount_in_account, require
from tools.domain.running import moment, standing, used_up
from tools.domain.settings import field_states
from tools.domain.settings.schedule import schedule
from tools.domain.spend import ENDS, remaining_per_day, starting_spend
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError

NONE = "none"
_FIELDS = {
    "campaign": objects.FIELDS["campaign"],
    "adset": objects.FIELDS["adset"].replace("campaign{", "campaign{bid_strategy,")
    + ",bid_strategy,bid_amount",
}


class EditLimitsInput(Input):
    id: str
    start_time: str | None = None
    end_time: str | None = Field(default=None, description="2026-12-31, or none")
    spend_cap: str | None = Field(default=None, description="of a campaign; 500 USD, or none")
    bid_strategy: Literal["LOWEST_COST_WITHOUT_CAP", "LOWEST_COST_WITH_BID_CAP", "COST_CAP"] | None = None
    bid_amount: str | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _something(self) -> Self:
        given = ("start_time", "end_time", "spend_cap", "bid_strategy", "bid_amount")
        if not any(getattr(self, name) for name in given):
            raise ValueError(f"give what is to be different: {', '.join(given)}")
        return self


def run(args: EditLimitsInput, ctx: Context) -> Proposal:
    (named,) = require(ctx, [args.id])
    if named.level == "ad":
        raise ToolError(f"{named.name} is an ad; dates, caps and bids belong to its ad set or campaign.")
    obj = objects.find(ctx.graph, ctx.account.id, [named.id], (named.level,), fields=_FIELDS[named.level])[
        named.id
    ]
    wanted = _times(ctx, obj, args) | _cap(ctx, obj, args) | _bid(ctx, obj, args)
    now = obj.now(wanted)
    after = {name: text for name, text in wanted.items() if not field_states.same(name, now[name], text)}
    if not after:
        return Proposal((), f"{obj.name} is set so already")
    before = {name: now[name] for name in after}
    touched = objects.touched(ctx.graph, ctx.account.id, [obj])[obj.id]
    change = _change(ctx, obj, before, after, reason=args.reason)
    return Proposal((change.model_copy(update=touched._asdict()),))


def _times(ctx: Context, obj: AdObject, args: EditLimitsInput) -> dict[str, str]:
    """Start and end as they are wanted. Raises ToolError."""
    endless = (args.end_time or "").lower() == NONE
    if args.start_time and obj.level == "campaign":
        raise ToolError("A campaign begins when its ad sets do; give start_time for them.")
    begun = moment(obj.row.get("start_time"))
    if args.start_time and begun and begun <= ctx.now():
        raise ToolError(f"{obj.name} began already; Meta moves no start that is past.")
    when = schedule(ctx, args.start_time, None if endless else args.end_time)
    if endless and (obj.lifetime_budget_minor or minor_units(obj.campaign, "lifetime_budget")):
        raise ToolError("A lifetime budget needs an end; give a later end_time.")
    if when.end and begun and not when.start and when.end <= begun:
        raise ToolError(f"end_time {args.end_time} lies before its start.")
    wanted = {name: str(text) for name, text in when.params(ENDS[obj.level]).items()}
    return wanted | ({ENDS[obj.level]: ""} if endless else {})


def _cap(ctx: Context, obj: AdObject, args: EditLimitsInput) -> dict[str, str]:
    if not args.spend_cap:
        return {}
    if obj.level != "campaign":
        raise ToolError(f"A spend cap belongs to the campaign {obj.row.get('campaign_id')}; give its id.")
    if args.spend_cap.lower() == NONE:
        return {"spend_cap": ""}
    cap = amount_in_account(args.spend_cap, ctx)
    if cap.minor < 1:
        raise ToolError("A spend cap is above zero; `none` takes it off.")
    return {"spend_cap": str(cap.minor)}


def _bid(ctx: Context, obj: AdObject, args: EditLimitsInput) -> dict[str, str]:
    """Strategy and bid, which go together. Raises ToolError."""
    if not (args.bid_strategy or args.bid_amount):
        return {}
    if obj.level == "campaign":
        raise ToolError("Bids are set on ad sets here; give the id of one.")
    above = str(obj.campaign.get("bid_strategy") or "")  # only where it has the budget, or shares theirs
    if above and args.bid_strategy and args.bid_strategy != above:
        raise ToolError(f"The campaign decides the bid strategy ({above}); leave it out.")
    present = str(obj.row.get("bid_strategy") or above or field_states.UNCAPPED)
    strategy, bid = args.bid_strategy or present, str(obj.row.get("bid_amount") or "")
    if strategy == field_states.UNCAPPED and args.bid_amount:
        raise ToolError(f"{strategy} takes no bid; give bid_strategy COST_CAP or LOWEST_COST_WITH_BID_CAP.")
    if strategy in field_states.CAPPED and not (args.bid_amount or bid):
        raise ToolError(f"{strategy} needs bid_amount.")
    wanted = {} if above else {"bid_strategy": strategy}
    if strategy not in field_states.CAPPED:
        return wanted | ({"bid_amount": ""} if bid else {})
    amount = amount_in_account(args.bid_amount, ctx).minor if args.bid_amount else int(bid)
    if amount < 1:
        raise ToolError("A bid is above zero.")
    return wanted | {"bid_amount": str(amount)}


def _change(
    ctx: Context, obj: AdObject, before: dict[str, str], after: dict[str, str], *, reason: str
) -> Change:
    effect, spend = _spend(ctx, obj, after)
    currency = ctx.account.currency
    back = ", ".join(
        f"{_word(name)} {field_states.said(name, text, currency)}" if text else f"no {_word(name)}"
        for name, text in before.items()
    )
    shown = {"ends": "no end"} if after.get(ENDS[obj.level]) == "" else {}
    return ctx.change(
        "edit",
        effect,
        **obj.about,
        request=Request(path=obj.id, params=field_states.sent(after)),
        before=before,
        after=after,
        shown=shown,
        spend=spend,
        reason=reason or "asked for",
        undo_note=f"set back to {back}, as long as Meta takes that",
    )


def _word(name: str) -> str:
    return {"end_time": "end", "stop_time": "end", "start_time": "start"}.get(name, name.replace("_", " "))


def _spend(ctx: Context, obj: AdObject, after: dict[str, str]) -> tuple[Effect, Spend]:
    """What it does to the spend of a day; what had ended or used up its cap begins to spend again."""
    then = replace(obj, row=obj.row | after)
    full = used_up(ctx, [obj])
    still = used_up(ctx, [then]) if full else set[str]()
    was = standing(obj, None, ctx.here, full)
    if was.halted and standing(then, None, ctx.here, still).runs:
        return Effect.START_SPEND, starting_spend(ctx, [then])[obj.id]
    currency, daily = ctx.account.currency, Money(obj.daily_budget_minor, ctx.account.currency)
    if obj.lifetime_budget_minor and "start_time" in after:
        note = "its lifetime budget is spread over other days"
        return Effect.CHANGE_SPEND, Spend(daily_minor=None, currency=currency, note=note)
    if obj.lifetime_budget_minor and ENDS[obj.level] in after:
        more = remaining_per_day(then.row, then.row[ENDS[obj.level]], ctx.now())
        less = remaining_per_day(obj.row, obj.row.get(ENDS[obj.level]), ctx.now())
        known = more - less if more is not None and less is not None else None
        note = "what is left of its lifetime budget, spread over other days"
        return Effect.CHANGE_SPEND, Spend(daily_minor=known, currency=currency, note=note)
    if after.get("spend_cap") and used_up(ctx, [then]):
        note = "the cap is below what was spent already: all that runs below stops at once"
        return Effect.CHANGE_SPEND, Spend(daily_minor=0, currency=currency, note=note)
    until = after.get(ENDS[obj.level])
    ends = field_states.said("end_time", until, currency) if until else "somebody stops it"
    note = f"its budget{f' of {daily.said} per day' if daily.minor else ''} runs until {ends}"
    if until is None:
        note = f"the {NOUNS[obj.level]}'s budget stays; how much of it is spent may change"
    return Effect.CHANGE_SPEND, Spend(daily_minor=0, currency=currency, note=note)


TOOL = Tool(
    name="edit_limits",
    description="Set the start, end, spend cap or bid of a campaign or ad set.",
    Input=EditLimitsInput,
    effect=Effect.CHANGE_SPEND,
    run=run,
    toolset=TOOLSET,
    words="End date, extend, schedule, bid cap, cost cap, spending limit.",
)
