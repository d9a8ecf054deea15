"""Lifetime budgets that run out are told before they do, once per budget, and only where ads run."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.tools.support import NOW, Desk
from tools.analysis.pacing import Budget, pacing
from tools.analysis.rows import AdInfo, Totals
from tools.analysis.verdicts import Review, Verdict
from tools.domain.account import Account
from tools.read.daily.daily_text import Words
from tools.read.daily.emptying import emptying

HERE = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
FULL_MINOR = 100_000
SIDES: dict[str, Any] = {"status": "ACTIVE", "effective_status": "ACTIVE", "optimization_goal": None}


def said(
    *,
    left: int | None,
    ends: timedelta | None,
    per_day: int = 1_000,
    name: str = "Set",
    currency: str = "USD",
    age_days: int = 60,
    **ad: Any,
) -> list[str]:
    """What is said of one lifetime budget with one ad below it, at 2026-11-21 02:00 in Tokyo."""
    start, end = HERE - timedelta(days=age_days), HERE + ends if ends else None
    budget = Budget("7", name, "adset", 0, FULL_MINOR, left, start, end)
    spent = {HERE.date() - timedelta(days=back): per_day for back in range(1, min(age_days, 30))}
    of = {"ad_id": "1", "name": "Ad", "adset_id": "7", "adset_name": "", "campaign_id": "6"}
    info = AdInfo(**(of | {"campaign_name": "", "learning": False, "created": None} | SIDES | ad))
    verdict = Verdict(info, "keep", None, Totals(), Totals(), 9, None, "")
    review = Review((verdict,), Totals(), (), 0, {}, {})
    account = Account("act_9", "Nine", currency, "Asia/Tokyo")
    holder: Any = SimpleNamespace(account=account)
    words = Words(holder, "", HERE, {})
    return emptying(words, review, pacing([budget], {"7": spent}, {}, now=HERE))


WEEKS, DAYS_5 = timedelta(days=30), timedelta(days=5)


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ({"left": 10_000, "ends": WEEKS}, "has 100.00 USD of 1,000.00 left, 10.0 days at this pace; its end is 2026-12-21 02:00."),
        ({"left": 10_000, "ends": WEEKS, "currency": "JPY"}, "has 10,000 JPY of 100,000 left, 10.0 days"),
        ({"left": 10_000, "ends": WEEKS, "per_day": 0}, "has 100.00 USD of 1,000.00 left; its end is"),
        ({"left": 10_000, "ends": None}, "has 100.00 USD of 1,000.00 left. Raise it if it should last."),
        ({"left": 10_001, "ends": WEEKS}, ""),
        ({"left": 28_000, "ends": WEEKS, "per_day": 4_000}, "has 280.00 USD of 1,000.00 left, 7.0 days at this pace"),
        ({"left": 28_001, "ends": WEEKS, "per_day": 4_000}, ""),
        ({"left": 16_000, "ends": DAYS_5, "per_day": 4_000}, "has 160.00 USD of 1,000.00 left, 4.0 days at this pace"),
        ({"left": 16_001, "ends": DAYS_5, "per_day": 4_000}, ""),
        ({"left": 30_000, "ends": WEEKS, "per_day": 15_000, "age_days": 4}, "has 300.00 USD of 1,000.00 left, 2.0 days"),
        ({"left": 50_000, "ends": WEEKS, "per_day": 25_000, "age_days": 2}, ""),
        ({"left": 90_000, "ends": timedelta(days=2)}, "ends 2026-11-23 02:00, ads running: 1, 900.00 USD of 1,000.00 left."),
        ({"left": 90_000, "ends": timedelta(days=2, seconds=1)}, ""),
        ({"left": 1, "ends": timedelta(hours=1), "status": "PAUSED"}, ""),
        ({"left": 1, "ends": WEEKS, "halted": "the account cannot run ads (DISABLED)"}, ""),
        ({"left": 1, "ends": WEEKS, "adset_id": "8"}, ""),
        ({"left": None, "ends": timedelta(hours=1)}, ""),
        ({"left": 0, "ends": WEEKS, "halted": "x", "off": "ad set lifetime budget used up"}, "is used up before its end, 2026-12-21 02:00: its ads stand still."),
        ({"left": None, "ends": None, "halted": "x", "off": "ad set lifetime budget used up"}, "is used up: its ads stand still."),
        ({"left": 0, "ends": WEEKS, "halted": "x", "off": "ad set ended"}, ""),
    ],
)  # fmt: skip
def test_a_lifetime_budget_is_told_while_it_runs_out(case: dict[str, Any], line: str) -> None:
    """At nine tenths, at a pace that empties it within a week and a day before its end, two days before its end, and when nothing is left."""
    found = said(**case)
    assert [one.partition(line)[1] for one in found] == ([line] if line else [])
    assert all(one.startswith("The lifetime budget of ad set “Set” (7) ") for one in found)


def test_the_daily_check_tells_of_them_from_what_it_reads(made: Callable[..., Desk]) -> None:
    """A campaign that will not last and an ad set whose end is near come first, in no request more; a daily budget is none of them."""
    low = {"lifetime_budget": "100000", "budget_remaining": "4000", "stop_time": "2026-12-24T00:00:00+0900"}
    last = {"lifetime_budget": "50000", "budget_remaining": "40000", "end_time": "2026-11-21T15:00:00+0000"}
    start = {"status": "ACTIVE", "effective_status": "ACTIVE", "start_time": "2026-11-01T00:00:00+0900"}
    campaigns = [{"id": "10", "name": "Xmas"} | start | low, {"id": "20", "name": "Fair"} | start]
    adsets = [{"id": "11", "name": "All"} | start, {"id": "21", "name": "Town"} | start | last]
    adsets += [{"id": "22", "name": "Near", "daily_budget": "900", "budget_remaining": "0"} | start]
    ads = [
        {"id": f"{adset['id']}1", "name": "Ad", "adset_id": adset["id"], "campaign_id": campaign["id"]}
        | {"adset": adset, "campaign": campaign, "created_time": "2026-11-01T00:00:00+0900"}
        | start
        for adset, campaign in zip(adsets, (campaigns[0], campaigns[1], campaigns[1]), strict=True)
    ]
    desk = made(
        "EUR",
        campaigns=campaigns,
        adsets=adsets,
        ads=lambda asked: [] if "DISAPPROVED" in asked.get("effective_status", "") else ads,
    )
    found = desk.ask("daily_check")["answers"]["problems"]
    assert found[:2] == [
        (
            "The lifetime budget of campaign “Xmas” (10) has 40.00 EUR of 1,000.00 left; its end is 2026-12-24 00:00."
            " Raise it if it should last."
        ),
        (
            "The lifetime budget of ad set “Town” (21) ends 2026-11-22 00:00, ads running: 1, 400.00 EUR of 500.00 left."
            " Set a later end if they should go on."
        ),
    ]
    assert not [line for line in found[2:] if "lifetime" in line]
    assert desk.wire.stats.requests == 2
