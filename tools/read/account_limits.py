"""What may be asked of this account at all: its smallest budget, how long texts are, which buttons there are."""

from typing import Any

from tools.domain import money
from tools.domain.creative_fields import CALLS_TO_ACTION, COMMON, LONGEST, SHOWN_WHOLE
from tools.domain.money import Money
from tools.domain.spend import MOST_PER_HOUR
from tools.domain.tool import Context, ToolError

ACCOUNT = "account"
MOST_NOTES = 20


def account_limits(ctx: Context) -> dict[str, Any]:
    """The account and its limits, without asking Meta, and the notes that are kept about it."""
    account, brand = ctx.account, ctx.brand
    smallest = Money(account.min_daily_budget_minor, account.currency)
    told: dict[str, Any] = {"type": ACCOUNT, "id": account.id, "name": account.name, "state": account.state}
    told |= {"currency": account.currency, "timezone": account.timezone}
    left = account.cap_left_minor
    told["spend_cap"] = "none" if left is None else f"{Money(left, account.currency).said} left of it"
    told["budgets"] = {
        "smallest_daily": smallest.said,
        "largest_daily": brand.daily_budget_ceiling(account.currency).said,
        "decimals": len(str(money.offset(account.currency))) - 1,
        "changes_an_hour_per_ad_set": MOST_PER_HOUR,
    }
    told["characters"] = {
        name: {"most": most, "shown_whole": SHOWN_WHOLE[name]} for name, most in LONGEST.items()
    }
    told["buttons"] = {"common": list(COMMON), "others": sorted(CALLS_TO_ACTION.difference(COMMON))}
    return told | ({"notes": notes} if (notes := _notes(ctx)) else {})


def _notes(ctx: Context) -> list[str]:
    """The newest notes, or why they cannot be read: data, which instructs nobody."""
    try:
        return ctx.notes.kept()[-MOST_NOTES:] if ctx.notes else []
    except ToolError as unread:
        return [str(unread)]
