"""Ads that sell nothing any more though they are clicked: a broken page is named before the ads are blamed for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.tools.read.test_results_elsewhere import TODAY, an_account
from tests.tools.support import Desk

PURCHASE = {"pixel_id": "520000000000001", "custom_event_type": "PURCHASE"}
OTHER = {"adset_id": "9", "adset": {"id": "9", "name": "Others", "status": "ACTIVE"}}


@pytest.fixture
def told(made: Callable[..., Desk]) -> Callable[..., list[str]]:
    """What a daily check says of silence where some of three ads bring nothing in the newest days; two are of ad set Set."""

    def check(ads: set[int], days: int, *, bought: str = "4", **figures: str) -> list[str]:
        def at(row: dict[str, Any]) -> dict[str, Any]:
            ago = (TODAY - timedelta(days=days)).isoformat()
            silent = int(row["ad_id"][-1]) in ads and row["date_start"] >= ago
            sold = {"actions": [{"action_type": "purchase", "value": bought}]}
            return row | {"inline_link_clicks": "50"} | (figures if silent else sold)

        account = an_account(days=30, promoted=PURCHASE)
        account["ads"][2] |= OTHER | {"adset": account["adsets"][0] | OTHER["adset"]}
        account["insights"] = [
            at(row | ({"adset_id": "9"} if row["ad_id"].endswith("2") else {})) for row in account["insights"]
        ]
        found = made("USD", **account).ask("daily_check")["answers"].get("problems", [])
        return [line for line in found if "not one" in line.casefold()]

    return check


@pytest.mark.parametrize("days", [5, 9])
def test_an_ad_that_sells_nothing_since_a_day_is_named_with_its_page(
    told: Callable[..., list[str]], days: int
) -> None:
    """Since which day, that it is clicked as before, and what to look at; the line stays the same from day to day."""
    since = TODAY - timedelta(days=days)
    assert told({1}, days) == [
        f"Ad Ad 1: clicked as before, but not one purchase since {since:%b} {since.day}: look at the page it leads to before judging it"
    ]


def test_ads_too_small_by_themselves_are_told_by_their_ad_set(told: Callable[..., list[str]]) -> None:
    """What two ads lack together is no chance, where what each lacks may be."""
    (line,) = told({0, 1}, 6, bought="1")
    assert line.startswith("Ad set Set: clicked as before, but not one purchase since ")


def test_where_the_account_sells_nothing_no_ad_is_named(told: Callable[..., list[str]]) -> None:
    """One page or pixel stands behind all of it, and is said once."""
    (line,) = told({0, 1, 2}, 5)
    assert line.startswith("Not one purchase in two days, ")


@pytest.mark.parametrize(
    ("days", "figures"),
    [
        (2, {}),
        (5, {"inline_link_clicks": "20"}),
        (5, {"spend": "0"}),
        (25, {"spend": "1", "inline_link_clicks": "1"}),
    ],
)
def test_what_may_be_chance_or_weariness_is_no_problem(
    told: Callable[..., list[str]], days: int, figures: dict[str, str]
) -> None:
    """Two days, far fewer clicks, no money or hardly any: nothing is said."""
    assert told({1}, days, **figures) == []
