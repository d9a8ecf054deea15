"""The writable fields of each kind and how their values are read and checked (graph-api-facts §8)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sandbox import params
from sandbox.demo import MIN_DAILY_BUDGET
from sandbox.errors import explained, invalid, not_one_of
from sandbox.status import SETTABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Args = Mapping[str, str]
    Reader = Callable[[Args, str], Any]

OBJECTIVES = (
    "OUTCOME_AWARENESS",
    "OUTCOME_TRAFFIC",
    "OUTCOME_ENGAGEMENT",
    "OUTCOME_LEADS",
    "OUTCOME_APP_PROMOTION",
    "OUTCOME_SALES",
)
SPECIAL_CATEGORIES = (
    "NONE",
    "HOUSING",
    "EMPLOYMENT",
    "CREDIT",
    "FINANCIAL_PRODUCTS_SERVICES",
    "ISSUES_ELECTIONS_POLITICS",
    "ONLINE_GAMBLING_AND_GAMING",
)
BID_STRATEGIES = (
    "LOWEST_COST_WITHOUT_CAP",
    "LOWEST_COST_WITH_BID_CAP",
    "COST_CAP",
    "LOWEST_COST_WITH_MIN_ROAS",
)
GOALS = (
    "OFFSITE_CONVERSIONS", "VALUE", "LINK_CLICKS", "LANDING_PAGE_VIEWS", "REACH", "IMPRESSIONS", "THRUPLAY",
    "LEAD_GENERATION", "QUALITY_LEAD", "POST_ENGAGEMENT", "PAGE_LIKES", "CONVERSATIONS", "APP_INSTALLS",
    "ENGAGED_PAGE_VIEWS",
)  # fmt: skip
LONGEST_NAME = 400
MOST_LIFETIME = 100_000_000


def _name(args: Args, name: str) -> str:
    value = params.text(args, name)
    if len(value) > LONGEST_NAME:
        raise invalid(f"Param {name} must be at most {LONGEST_NAME} characters long", blame=name)
    return value


def _enum(*allowed: str) -> Reader:
    return lambda args, name: params.choice(args, name, allowed)


def _budget(args: Args, name: str) -> str:
    """Read a budget in minor units; too small is 1885272, too large a lifetime budget 1885261 (§3.3, §8.3)."""
    amount = params.whole(args, name) or 0
    if amount < MIN_DAILY_BUDGET:
        least = f"${MIN_DAILY_BUDGET / 100:.2f}"
        raise explained(
            1885272, "Your budget is too low", f"Your budget must be at least {least}.", blame=name
        )
    if name == "lifetime_budget" and amount > MOST_LIFETIME:
        raise explained(
            1885261, "Budget too high", "A lifetime budget cannot exceed $1,000,000.00.", blame=name
        )
    return str(amount)


def _categories(args: Args, name: str) -> list[str]:
    raw = args[name].strip()
    wanted = [str(word) for word in params.array(args, name) or []] if raw.startswith("[") else [raw]
    if set(wanted) - set(SPECIAL_CATEGORIES):
        raise not_one_of(name, SPECIAL_CATEGORIES)
    return [word for word in wanted if word != "NONE"]


def _targeting(args: Args, name: str) -> dict[str, Any]:
    value = params.mapping(args, name) or {}
    if not value.get("geo_locations"):
        text = "Your ad set must be targeted to at least one location."
        raise explained(1487079, "Invalid targeting spec", text, blame=name)
    return value


def _labels(args: Args, name: str) -> list[dict[str, str]]:
    """Read labels given by name; the same name is the same label, so the id follows from it."""
    labels = []
    for row in params.array(args, name) or []:
        if not isinstance(row, dict) or not row.get("name"):
            raise invalid(f"Param {name} must hold objects with a name", blame=name)
        digest = hashlib.sha256(str(row["name"]).encode()).hexdigest()
        labels.append({"id": str(23_860_000_000_000 + int(digest, 16) % 10**9), "name": str(row["name"])})
    return labels


def _domain(args: Args, name: str) -> str:
    value = params.text(args, name)
    if "/" in value or "." not in value:
        raise invalid(f"Param {name} must be a domain such as example.com", blame=name)
    return value


def _text_whole(args: Args, name: str) -> str:
    return str(params.whole(args, name))


_ANY: dict[str, Reader] = {"name": _name, "status": _enum(*SETTABLE), "adlabels": _labels}
_BUDGETS: dict[str, Reader] = {
    "daily_budget": _budget,
    "lifetime_budget": _budget,
    "bid_strategy": _enum(*BID_STRATEGIES),
    "start_time": params.text,
    "promoted_object": params.mapping,
}
READERS: dict[str, dict[str, Reader]] = {
    "campaign": _ANY
    | _BUDGETS
    | {
        "objective": _enum(*OBJECTIVES),
        "buying_type": _enum("AUCTION", "RESERVED"),
        "special_ad_categories": _categories,
        "special_ad_category_country": params.array,
        "is_adset_budget_sharing_enabled": params.flag,
        "spend_cap": _text_whole,
        "stop_time": params.text,
    },
    "adset": _ANY
    | _BUDGETS
    | {
        "campaign_id": params.text,
        "optimization_goal": _enum(*GOALS),
        "billing_event": _enum("IMPRESSIONS", "LINK_CLICKS", "THRUPLAY"),
        "targeting": _targeting,
        "attribution_spec": params.array,
        "bid_amount": params.whole,
        "bid_constraints": params.mapping,
        "end_time": params.text,
        "destination_type": params.text,
        "is_dynamic_creative": params.flag,
        "dsa_beneficiary": params.text,
        "dsa_payor": params.text,
        "daily_min_spend_target": _text_whole,
        "daily_spend_cap": _text_whole,
    },
    "ad": _ANY
    | {
        "adset_id": params.text,
        "creative": params.mapping,
        "tracking_specs": params.parsed,
        "conversion_domain": _domain,
    },
    "creative": {
        "name": _name,
        "status": _enum("ACTIVE", "DELETED"),
        "adlabels": _labels,
        "object_story_spec": params.mapping,
        "asset_feed_spec": params.mapping,
        "degrees_of_freedom_spec": params.mapping,
        "url_tags": params.text,
    },
}
FIXED = {
    "campaign": {"objective", "buying_type", "is_adset_budget_sharing_enabled"},
    "adset": {"campaign_id", "is_dynamic_creative"},
    "ad": {"adset_id"},
    "creative": {"object_story_spec", "asset_feed_spec", "degrees_of_freedom_spec", "url_tags"},
}
"""What can be set at creation only (§8.4 for creatives)."""


def given(kind: str, args: Args) -> dict[str, Any]:
    """Read every field of the kind that was sent; like Meta, overlook parameters it does not know."""
    return {name: read(args, name) for name, read in READERS[kind].items() if name in args}


def check_required(names: Collection[str], args: Args) -> None:
    """Refuse a creation that lacks a field."""
    for name in names:
        params.text(args, name)


def check_budgets(data: Mapping[str, Any]) -> None:
    """Refuse budgets that contradict each other or lack an end (§8.2)."""
    if data.get("daily_budget") and data.get("lifetime_budget"):
        raise invalid("Only one of daily_budget and lifetime_budget can be set", blame="lifetime_budget")
    if data.get("lifetime_budget") and not (data.get("end_time") or data.get("stop_time")):
        raise invalid("lifetime_budget needs an end time", blame="end_time")


def budget_on_both() -> Exception:
    """Refuse budgets on a campaign and on its ad sets at once (§3.3, 1885621)."""
    text = "You can only set an ad set budget or a campaign budget."
    return explained(1885621, "Only one kind of budget", text, blame="daily_budget")


def has_budget(data: Mapping[str, Any]) -> bool:
    """Tell whether an object carries a budget of its own."""
    return bool(data.get("daily_budget") or data.get("lifetime_budget"))
