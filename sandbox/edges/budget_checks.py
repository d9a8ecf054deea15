"""The rules of money: budgets, budget sharing and bids (docs/graph-api.md §3.3, §8.1, §8.2, §8.3)."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sandbox.request import params
from sandbox.request.clock import DAY_S
from sandbox.request.refusals import GraphError, explained, invalid, required
from sandbox.world.node import BUDGETS, has_budget
from sandbox.world.owners import money, offset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world.node import Node
    from sandbox.world.state import World

    Data = Mapping[str, Any]

MOST_LIFETIME = 1_000_000
BUDGET_CHANGES = 4
HOUR = 3600
_FIXED_BIDS = {"COST_CAP", "LOWEST_COST_WITH_BID_CAP"}


def on_both() -> GraphError:
    """Refuse budgets on a campaign and on its ad sets at once (1885621)."""
    text = "You can only set an ad set budget or a campaign budget."
    return explained(1885621, "Only one kind of budget", text, blame="daily_budget")


def _check_amounts(account: Node, after: Data, changed: set[str], now: float) -> None:
    """Refuse budgets that contradict each other, or are too small or too large."""
    if after.get("daily_budget") and after.get("lifetime_budget"):
        raise invalid("Only one of daily_budget and lifetime_budget can be set", blame="lifetime_budget")
    least, currency = int(account.data["min_daily_budget"]), account.data["currency"]
    if "daily_budget" in changed:
        _check_least("daily_budget", after, least, currency)
    if "lifetime_budget" in changed:
        start = max(_seconds(after, "start_time") or now, now)
        days = math.ceil(
            max((_seconds(after, "end_time") or _seconds(after, "stop_time") or now) - start, 1) / DAY_S
        )
        _check_least("lifetime_budget", after, least * days, currency)
        if int(after["lifetime_budget"]) > MOST_LIFETIME * offset(currency):
            text = f"A lifetime budget cannot exceed {money(MOST_LIFETIME * offset(currency), currency)}."
            raise explained(1885261, "Budget too high", text, blame="lifetime_budget")


def _check_least(name: str, after: Data, least: int, currency: str) -> None:
    if int(after[name]) < least:
        text = f"Your budget must be at least {money(least, currency)}."
        raise explained(1885272, "Your budget is too low", text, blame=name)


def _seconds(data: Data, name: str) -> float | None:
    raw = str(data.get(name) or "")
    return params.seconds(raw, name) if raw not in {"", "0"} else None


def check_times(after: Data, changed: set[str], now: float) -> None:
    """Refuse a schedule that ends before it begins, or has ended already (1487033)."""
    end_name = "end_time" if "end_time" in changed else "stop_time"
    end = _seconds(after, end_name) if end_name in changed else None
    if end is None:
        return
    if end <= now:
        raise explained(
            1487033, "End time is in the past", "The end time must be in the future.", blame=end_name
        )
    start = _seconds(after, "start_time")
    if start is not None and end <= start:
        raise invalid("The end time must be later than the start time", blame=end_name)
    if end_name == "end_time" and after.get("daily_budget") and end - max(start or now, now) < DAY_S:
        raise invalid("A daily budget needs a schedule of more than 24 hours", blame="end_time")


def check_campaign(account: Node, before: Data, after: Data, changed: set[str], now: float) -> None:
    """Check a campaign's own budget, its sharing flag and its bid strategy."""
    sharing = after.get("is_adset_budget_sharing_enabled")
    blame = "is_adset_budget_sharing_enabled"
    if has_budget(after) and sharing:
        text = "Ad set budget sharing cannot be used together with a campaign budget."
        raise explained(4834002, "Budget sharing conflict", text, blame=blame)
    if not has_budget(after) and sharing is None:
        text = "You must specify True or False in is_adset_budget_sharing_enabled if you are not using campaign budget."
        raise explained(4834011, "Must specify budget sharing", text, blame=blame)
    if sharing and not after.get("bid_strategy"):
        text = "Ad set budget sharing needs a bid strategy on the campaign."
        raise explained(4834005, "Bid strategy missing", text, blame="bid_strategy")
    if before.get(blame) and sharing and before.get("bid_strategy") != after.get("bid_strategy"):
        text = "The bid strategy cannot be changed while ad set budget sharing is on."
        raise explained(4834006, "Bid strategy is fixed", text, blame="bid_strategy")
    if before and sharing and not before.get(blame) and before["status"] == "ACTIVE":
        text = "Ad set budget sharing cannot be switched on while the campaign runs."
        raise explained(3858418, "Campaign is running", text, blame=blame)
    if "bid_strategy" in changed and not has_budget(after) and not sharing:
        raise invalid(
            "bid_strategy on a campaign needs a campaign budget or budget sharing", blame="bid_strategy"
        )
    cap = int(after.get("spend_cap") or 0)
    least = 100 * offset(account.data["currency"])
    if "spend_cap" in changed and 0 < cap < least:
        raise invalid(
            f"spend_cap must be at least {money(least, account.data['currency'])}", blame="spend_cap"
        )
    _check_amounts(account, after, changed, now)


def check_adset(account: Node, campaign: Node, after: Data, changed: set[str], now: float) -> None:
    """Check an ad set's budget and bid against its campaign."""
    shared = campaign.data.get("is_adset_budget_sharing_enabled")
    if has_budget(campaign.data) and has_budget(after):
        raise on_both()
    if not has_budget(campaign.data) and not has_budget(after):
        text = "An ad set needs a daily or lifetime budget when its campaign has none."
        raise explained(1487061, "Budget missing", text, blame="daily_budget")
    strategy = after.get("bid_strategy")
    uniform = strategy in {None, campaign.data.get("bid_strategy")} and not after.get("lifetime_budget")
    if shared and not uniform:
        text = "Ad sets that share their budgets need daily budgets and the campaign's bid strategy."
        raise explained(4834009, "Ad set is not uniform", text, blame="bid_strategy")
    if (after.get("lifetime_budget") or campaign.data.get("lifetime_budget")) and not after.get("end_time"):
        raise invalid("A lifetime budget needs an end time on the ad set", blame="end_time")
    if strategy in _FIXED_BIDS and not after.get("bid_amount"):
        raise required("bid_amount")
    if strategy == "LOWEST_COST_WITH_MIN_ROAS" and not after.get("bid_constraints"):
        raise required("bid_constraints")
    for name in changed & {"bid_amount"}:
        if after[name] is None or after[name] <= 0:
            raise invalid(f"Param {name} must be greater than 0", blame=name)
    _check_amounts(account, after, changed, now)


def count_change(world: World, node: Node, changed: set[str]) -> None:
    """Allow four budget changes per ad set and hour (§4.4, 613/1487632)."""
    if node.kind != "adset" or not changed & BUDGETS:
        return
    states, now = world.history.states(node), world.clock()
    recent = [
        at
        for (_, before), (at, after) in pairwise(states)
        if now - at < HOUR and before and after and any(before.get(n) != after.get(n) for n in BUDGETS)
    ]
    if len(recent) >= BUDGET_CHANGES:
        raise GraphError(
            code=613,
            subcode=1487632,
            message="(#613) Calls to this api have exceeded the rate limit.",
            title="Budget changed too often",
            user_message="You can change the budget of an ad set at most 4 times per hour. Try again in an hour.",
        )
