"""Compiles "pause what spends without results, from now on" into a rule that Meta runs itself; it is made switched off."""

from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from tools.analysis.amounts import Words
from tools.analysis.conversion_events import aim
from tools.domain import objects
from tools.domain.changes import Effect, Level, Request
from tools.domain.money import Money
from tools.domain.naming.new_names import Seen
from tools.domain.objects import NOUNS, called
from tools.domain.references import amount_in_account, require
from tools.domain.settings import rule_words
from tools.domain.settings.ad_statuses import may_spend
from tools.domain.text import counted, listed
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError, sending

Countable = Literal["purchase", "lead", "add_to_cart"]
OFF = "DISABLED"
PACE = "SEMI_HOURLY"
MOST_SPARED = 200
_NOTE = "made switched off: a person switches it on in Ads Manager, and from then on Meta asks nobody"


class RuleInput(Input):
    level: Literal["ad", "adset"] = "ad"
    days: Literal[3, 7, 14, 30] = 7
    spend_over: str | None = Field(default=None, description="default: twice the target CPA")
    no_results: bool = False
    cost_over: str | None = Field(default=None, description="cost per event")
    event: Countable | None = Field(default=None, description="default: what the ad sets are after")
    campaign_ids: list[str] = Field(default=[], max_length=50)
    name: Seen | None = Field(default=None, max_length=100)
    reason: str = ""

    @model_validator(mode="after")
    def _one_criterion(self) -> Self:
        if self.no_results and self.cost_over:
            raise ValueError("give no_results or cost_over; make two rules for both")
        return self


def run(args: RuleInput, ctx: Context) -> Proposal:
    spend = _amount(ctx, args.spend_over, times=2, field="spend_over")
    cost = None if args.no_results else _amount(ctx, args.cost_over, times=1, field="cost_over")
    where = _where(ctx, args.campaign_ids)
    event = _event(ctx, args, [i for i, _ in where])
    spared = _protected(ctx, args.level)
    figure = f"cost_per_{event}_fb", cost
    filters = _filters(args, spend, figure, [i for i, _ in where], [i for i, _ in spared])
    why = "no results" if cost is None else f"cost per {event.replace('_', ' ')} over {cost.said}"
    words = f"spent over {spend.said}, {why}, last {counted(args.days, 'day')}"
    noun = NOUNS[args.level]
    name = args.name or f"Pause {noun}s: {words}"
    change = ctx.change(
        "make_rule",
        Effect.CREATE,
        name=name,
        names=tuple(part for pair in where for part in pair),
        request=Request(path=f"{ctx.account.id}/adrules_library"),
        shown={
            "does": f"pauses each running {noun} that fits: {words}",
            "looks at": _named(where) or "the whole account",
            "looks": rule_words.PACES[PACE],
            "never touches": _named(spared) or "nothing is protected by stack.md",
            "switched": _NOTE,
        },
        reason=args.reason or "asked for",
        undo_note="delete the rule; what it paused meanwhile stays paused",
    )
    params = {
        "name": f"{name} [{change.marker}]",
        "status": OFF,
        "evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": filters},
        "execution_spec": {"execution_type": "PAUSE"},
        "schedule_spec": {"schedule_type": PACE},
    }
    later = (
        f"what {ctx.brand.file('protect')} comes to protect later, the rule does not know"
        if ctx.brand.protect
        else ""
    )
    return Proposal((sending(change, params),), later)


def _amount(ctx: Context, text: str | None, *, times: int, field: str) -> Money:
    """What was given, or so many times the target CPA of stack.md. Raises ToolError."""
    if text:
        amount = amount_in_account(text, ctx)
    elif ctx.brand.target_cpa is None:
        raise ToolError(
            f"stack.md has no target_cpa to go by; give {field}, or no_results instead of a cost."
        )
    else:
        target = ctx.brand.target_cpa.money(ctx.account.currency)
        amount = Money(times * target.minor, target.currency)
    if amount.minor < 1:
        raise ToolError(f"{field} is above zero.")
    return amount


def _event(ctx: Context, args: RuleInput, within: list[str]) -> str:
    """By which result a cost is counted: the one that is given, else the one that the ad sets are after. Raises ToolError.

    Without a cost the rule counts what Meta counts as the results of each ad, so another one cannot be given.
    """
    if args.event and not args.no_results:
        return args.event
    if args.no_results and not args.event:
        return ""
    owner = None if args.no_results else ctx.brand.conversion_event
    events = [owner] if owner else _aims(ctx, within)
    said = listed([_noun(ctx, event) for event in events])
    if args.event:
        if events == [args.event]:
            return args.event
        raise ToolError(
            f"no_results counts what each ad set is after ({said or 'not known here'}), which no event changes; leave event out."
        )
    if len(events) == 1 and events[0] in get_args(Countable):
        return events[0]
    if owner:
        raise ToolError(
            f"{ctx.brand.file('conversion_event')} counts {said}, and a rule has no cost for that; give event ({listed(get_args(Countable))}) or no_results."
        )
    if len(events) == 1:
        raise ToolError(
            f"The ad sets are after {said}, and a rule has no cost for that; give no_results instead."
        )
    why = f"The ad sets are after different results ({said})" if events else "No ad set says what it is after"
    raise ToolError(
        f"{why}; give event ({listed(get_args(Countable))}), with campaign_ids where it is not for all, or no_results."
    )


def _noun(ctx: Context, event: str) -> str:
    """A result as people call it, else as Meta does."""
    noun = Words(ctx.account.currency, ctx.account.decimals, event).noun
    return event if noun == "result" else noun


def _aims(ctx: Context, within: list[str]) -> list[str]:
    """All that the ad sets which run say that they are after. Raises GraphFailure."""
    query: dict[str, Any] = {"filtering": [objects.within("campaign", within)]} if within else {}
    fields = f"id,effective_status,optimization_goal,{objects.AIM_FIELDS}"
    rows = ctx.graph.read_all(f"{ctx.account.id}/adsets", fields=fields, **query).rows
    running = [row for row in rows if may_spend(str(row.get("effective_status")))] or rows
    return sorted({known.event for row in running if (known := aim(row, None)).source != "assumed"})


def _where(ctx: Context, campaign_ids: list[str]) -> list[tuple[str, str]]:
    found = require(ctx, campaign_ids) if campaign_ids else []
    if others := [obj.name for obj in found if obj.level != "campaign"]:
        raise ToolError(f"{others[0]} is no campaign.")
    return [(obj.id, obj.name) for obj in found]


def _protected(ctx: Context, level: Level) -> list[tuple[str, str]]:
    """What stack.md protects of a level, or has something protected in it, by id and name. Raises GraphFailure."""
    if not ctx.brand.protect:
        return []
    rows = ctx.graph.read_all(f"{ctx.account.id}/ads", fields=objects.FIELDS["ad"]).rows
    ads = [objects.parse("ad", row) for row in rows]
    spared = [ad for ad in ads if ctx.brand.is_protected(*ad.names)]
    if level == "ad":
        found = {ad.id: ad.name for ad in spared}
    else:
        found = {str(ad.row.get("adset_id")): str(ad.adset.get("name")) for ad in spared}
    if len(found) > MOST_SPARED:
        raise ToolError(
            f"{ctx.brand.file('protect')} protects {len(found)} {NOUNS[level]}s, too many for a rule to name; give campaign_ids without them."
        )
    return sorted(found.items())


def _filters(
    args: RuleInput, spend: Money, figure: tuple[str, Money | None], within: list[str], spared: list[str]
) -> list[dict[str, Any]]:
    """The conditions, which must all hold."""
    name, cost = figure
    conditions: list[tuple[str, str, Any]] = [
        ("entity_type", "EQUAL", args.level.upper()),
        ("time_preset", "EQUAL", f"LAST_{args.days}D"),
        ("effective_status", "IN", ["ACTIVE"]),
        ("spent", "GREATER_THAN", spend.minor),
        ("results", "LESS_THAN", 1) if cost is None else (name, "GREATER_THAN", cost.minor),
    ]
    conditions += [("campaign.id", "IN", within)] if within else []
    conditions += [("id", "NOT_IN", spared)] if spared else []
    return [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]


def _named(pairs: list[tuple[str, str]]) -> str:
    """All of them: what is left out here, nobody would look up."""
    return listed([called(name, i) for i, name in pairs], most=MOST_SPARED)


TOOL = Tool(
    name="make_rule",
    description="Keep pausing what spends without results, or costs too much: a rule that Meta runs, made switched off.",
    Input=RuleInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Keep doing this, automate, automatic rule, always, from now on.",
)
