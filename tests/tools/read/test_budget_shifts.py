"""A review says which budget to move from where to where, only where that is likely to gain."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.tools.support import NOW, Desk, demo_brand
from tools.domain.brand import Amount

BUDGET = 20_000
SETS = {"10": ("Cheap", 8), "20": ("Dear", 50), "30": ("Fair", 25), "40": ("Dear too", 45)}
"""Ad sets with what a result costs there; each has two ads that spend 100 a day each."""


def account(*, thin: tuple[str, ...] = (), shared: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """Rows as Meta sends them: `thin` ad sets spent next to nothing, those in `shared` draw on a budget of their campaign."""
    ads, rows = [], []
    for adset, (name, cost) in SETS.items():
        held = {"daily_budget": str(BUDGET)}
        group = {"name": name, "status": "ACTIVE", "optimization_goal": "OFFSITE_CONVERSIONS"}
        campaign = {"name": f"Campaign of {name}", "status": "ACTIVE"} | (held if adset in shared else {})
        for ad in (f"{adset}1", f"{adset}2"):
            ads.append(
                {"id": ad, "name": f"{name} {ad}", "status": "ACTIVE", "effective_status": "ACTIVE"}
                | {"created_time": "2026-01-01T00:00:00+0000", "adset_id": adset, "campaign_id": f"{adset}0"}
                | {"adset": group | ({} if adset in shared else held), "campaign": campaign}
            )
            rows += [_day(ad, ago, cost, thin=adset in thin) for ago in range(1, 29)]
    return {"ads": ads, "insights": rows}


def _day(ad: str, ago: int, cost: int, *, thin: bool) -> dict[str, Any]:
    day, spend = (NOW.date() - timedelta(days=ago)).isoformat(), Decimal(1 if thin else 100)
    row = {"ad_id": ad, "spend": str(spend), "impressions": "9000", "inline_link_clicks": "90"}
    sold = [{"action_type": "purchase", "value": str(round(spend / cost))}]
    return row | {"date_start": day, "date_stop": day, "actions": sold}


@pytest.fixture
def shifts(made: Callable[..., Desk]) -> Callable[..., list[dict[str, str]]]:
    """What a review of such an account says of shifts."""

    def asked(brand: dict[str, Any] | None = None, **kinds: Any) -> list[dict[str, str]]:
        desk = made("USD", **account(**kinds))
        limits: dict[str, Any] = {"max_daily_budget": Amount.parse("500"), "max_pauses_per_day": 0}
        desk.context.brand = demo_brand(**(limits | (brand or {})))
        found: list[dict[str, str]] = desk.ask("review_performance").get("shifts", [])
        return found

    return asked


def test_budget_goes_from_the_dearest_to_the_cheapest_within_the_limits(shifts: Callable[..., Any]) -> None:
    """One step of it, as much lower there as it is higher here, with the gain of a week and how sure it is."""
    (shift,) = shifts()
    assert (shift["from_name"], shift["to_name"]) == ("Dear", "Cheap")
    assert (shift["amount"], shift["lower_to"], shift["raise_to"]) == (
        "40.00 USD",
        "160.00 USD",
        "240.00 USD",
    )
    gained, low, high = (
        Decimal(text.split()[0]) for text in (shift["gain_a_week"], *shift["with_80_pct"].split(" to "))
    )
    assert 0 < low < gained < high < 7 * 40 * 3
    assert int(shift["sure"].split()[0]) >= 90


@pytest.mark.parametrize(
    ("kinds", "sources"),
    [
        ({"thin": ("20",)}, ["Dear too"]),
        ({"thin": ("10",)}, []),
        ({"shared": ("20",)}, ["Campaign of Dear"]),
        ({"brand": {"protect": ("Dear*",)}}, []),
        ({"brand": {"max_budget_step_pct": Decimal(0)}}, []),
        ({"brand": {"max_lowering_per_day": Amount.parse("10")}}, ["Dear"]),
        ({"brand": {"target_cpa": Amount.parse("100")}}, []),
        ({"brand": {"target_cpa": Amount.parse("5")}}, []),
    ],
)
def test_nothing_is_moved_without_evidence_or_beyond_a_limit(
    shifts: Callable[..., Any], kinds: dict[str, Any], sources: list[str]
) -> None:
    """Too little spend, protection, no step, nobody to lose or to win: another source, or none; a shared budget is its campaign's."""
    found = shifts(**kinds)
    assert [shift["from_name"] for shift in found] == sources
    if "max_lowering_per_day" in kinds.get("brand", {}):
        assert found[0]["amount"] == "10.00 USD"


def test_what_a_list_leaves_out_is_counted(reading: Desk) -> None:
    """Each count of the verdicts is that of its list and of what is said to be in the full table alone."""
    told = reading.ask("review_performance")
    left = told["more_in_full_table"]
    for decision in ("refresh", "scale", "watch", "too early"):
        listed = len(told[decision.replace(" ", "_")])
        assert listed + left.get(decision, 0) == told["counts"][decision]
    assert len(told["refresh_more"]) == left["refresh"]
