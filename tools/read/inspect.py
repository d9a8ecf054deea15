"""Shows one campaign, ad set, ad or creative in full, with review feedback and delivery issues; of the account its limits."""

from typing import Any

from tools.domain import account, objects
from tools.domain.changes import Effect
from tools.domain.copying.ad_creatives import creative, creatives_named
from tools.domain.money import Money
from tools.domain.naming.candidates import UnclearError, is_id
from tools.domain.references import require_one
from tools.domain.running import standing, used_up
from tools.domain.tool import Context, ReadInput, Result, Tool, ToolError
from tools.graph import is_digits
from tools.read.account_limits import ACCOUNT, account_limits

EXTRA = {
    "ad": (
        "ad_review_feedback,issues_info,updated_time,"
        "creative{id,name,object_story_spec,asset_feed_spec,call_to_action_type}"
    ),
    "adset": "targeting,promoted_object,billing_event,bid_strategy,bid_amount,attribution_spec,issues_info,updated_time",
    "campaign": "special_ad_categories,bid_strategy,issues_info,updated_time",
}
BUDGETS = ("daily_budget", "lifetime_budget", "budget_remaining")


class InspectInput(ReadInput):
    id: str


def run(args: InspectInput, ctx: Context) -> Result:
    if args.id in (ACCOUNT, ctx.account.id):
        return Result(account_limits(ctx))
    found = objects.find(ctx.graph, ctx.account.id, [args.id]).get(args.id) if is_digits(args.id) else None
    if found is None and is_id(args.id):
        return Result({"type": "creative"} | _creative(ctx, args.id))
    try:
        found = found or require_one(ctx, args.id)
    except UnclearError:
        raise
    except ToolError:
        if len(named := creatives_named(ctx, args.id)) != 1:
            raise
        return Result({"type": "creative"} | creative(ctx, named[0].id))
    fields = f"{objects.FIELDS[found.level]},{EXTRA[found.level]}"
    row = ctx.graph.get(found.id, fields=fields)
    _, known = account.current(ctx.graph, ctx.account)
    now = standing(objects.parse(found.level, row), known, ctx.here, used_up(ctx, [found]))
    return Result({"type": objects.NOUNS[found.level], "now": now.said} | _with_money(ctx, row))


def _creative(ctx: Context, creative_id: str) -> dict[str, Any]:
    """The creative with an id that is of no campaign, ad set or ad here. Raises ToolError that says all four."""
    try:
        return creative(ctx, creative_id)
    except ToolError as error:
        said = str(error).replace("Not a creative of", "No campaign, ad set, ad or creative of", 1)
        raise ToolError(said) from None


def _with_money(ctx: Context, row: dict[str, Any]) -> dict[str, Any]:
    """The row with budgets written as amounts, also those of its parents; Meta writes 0 for none."""
    shown = dict(row)
    for field in BUDGETS:
        amount = str(shown.pop(field, None) or "")
        if amount and (amount != "0" or field == "budget_remaining"):
            shown[field] = str(Money.from_minor_text(amount, ctx.account.currency))
    for parent in ("adset", "campaign"):
        if isinstance(shown.get(parent), dict):
            shown[parent] = _with_money(ctx, shown[parent])
    return shown


TOOL = Tool(
    name="inspect",
    description='A campaign, ad set, ad or creative: settings, texts, review, issues; "account": limits.',
    Input=InspectInput,
    effect=Effect.READ,
    run=run,
    words="Details, why an ad does not deliver, disapproved, rejected.",
)
