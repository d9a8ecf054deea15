"""The accounts beside the demo account: one in yen, one that is disabled."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import PIXEL

JAPAN, OUTLET = "act_234567890", "act_345678901"
ADSET, AD = "23847000009001", "23848000900001"
OUTLET_AD = "23848000910001"


def advance(graph, seconds):
    """Move the clock on."""
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": seconds})


def test_all_accounts_are_listed(demo):
    """The token sees three accounts; the disabled one says why."""
    fields = "account_status,disable_reason,currency,timezone_name"
    rows = {row["id"]: row for row in demo.get("me/adaccounts", fields=fields)["data"]}
    assert rows.keys() == {DEMO_ACCOUNT, JAPAN, OUTLET}
    assert (rows[JAPAN]["currency"], rows[JAPAN]["timezone_name"]) == ("JPY", "Asia/Tokyo")
    assert (rows[OUTLET]["account_status"], rows[OUTLET]["disable_reason"]) == (2, 1)


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads", "adcreatives", "adimages"])
def test_accounts_keep_to_themselves(demo, edge):
    """What one account lists no other does."""
    listed = [
        {row["id"] for row in demo.everything(f"{a}/{edge}", limit=500)}
        for a in (DEMO_ACCOUNT, JAPAN, OUTLET)
    ]
    assert all(listed)
    assert not listed[0] & listed[1]
    assert not (listed[0] | listed[1]) & listed[2]


def test_accounts_keep_their_logs_apart(graph):
    """What was done in one account is in its own activity log only."""
    graph.post(graph.get(f"{JAPAN}/ads")["data"][0]["id"], status="PAUSED")
    assert [len(graph.get(f"{a}/activities")["data"]) for a in (DEMO_ACCOUNT, JAPAN)] == [0, 1]


def test_yen_have_no_minor_unit(demo):
    """Spend is written without decimals, budgets are whole yen, and all of it fits together."""
    rows = demo.insights(JAPAN, level="ad", fields="spend,clicks,cpc,account_currency,account_id")
    assert {(row["account_currency"], row["account_id"]) for row in rows} == {("JPY", "234567890")}
    assert all(row["spend"].isdigit() for row in rows)
    for row in rows:
        assert float(row["cpc"]) == pytest.approx(int(row["spend"]) / int(row["clicks"]), abs=1e-5)
    (day,) = demo.insights(JAPAN, fields="spend", date_preset="yesterday")
    budget = int(demo.get(ADSET, fields="daily_budget")["daily_budget"])
    assert 0.7 * budget < int(day["spend"]) < 1.2 * budget
    (whole,) = demo.insights(JAPAN, fields="spend", date_preset="maximum")
    assert demo.get(JAPAN, fields="amount_spent")["amount_spent"] == whole["spend"]
    split = demo.insights(JAPAN, fields="spend", date_preset="maximum", breakdowns="age,gender")
    assert sum(Decimal(row["spend"]) for row in split) == Decimal(whole["spend"])


def test_days_are_the_account_s_own(graph):
    """In Tokyo it is tomorrow already while it is today in New York."""
    advance(graph, 6 * 3600)
    days = [graph.insights(a, date_preset="today")[0]["date_start"] for a in (DEMO_ACCOUNT, JAPAN)]
    assert days == ["2026-11-20", "2026-11-21"]
    hours = [
        graph.get(a, fields="timezone_offset_hours_utc")["timezone_offset_hours_utc"]
        for a in (DEMO_ACCOUNT, JAPAN)
    ]
    assert hours == [-5, 9]


def test_a_budget_in_yen(graph):
    """A yen budget is written and spent in yen."""
    graph.post(ADSET, daily_budget=60_000)
    advance(graph, 3 * 86400)
    (row,) = graph.insights(ADSET, fields="spend", time_range={"since": "2026-11-22", "until": "2026-11-22"})
    assert 30_000 < int(row["spend"]) < 72_000


def test_writes_go_to_their_account(graph):
    """A new campaign belongs to the account it was made in, and so does what is made below it."""
    new = {"name": "N", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": 5000}
    campaign = graph.post(f"{JAPAN}/campaigns", **new)["id"]
    assert graph.get(campaign, fields="account_id")["account_id"] == "234567890"
    assert campaign not in {row["id"] for row in graph.everything(f"{DEMO_ACCOUNT}/campaigns")}
    adset = {
        "name": "S", "campaign_id": campaign, "billing_event": "IMPRESSIONS",
        "optimization_goal": "OFFSITE_CONVERSIONS", "targeting": {"geo_locations": {"countries": ["JP"]}},
        "promoted_object": {"pixel_id": PIXEL, "custom_event_type": "PURCHASE"},
    }  # fmt: skip
    assert graph.error("POST", f"{DEMO_ACCOUNT}/adsets", **adset)["code"] == 100
    assert graph.post(f"{JAPAN}/adsets", **adset)["id"]


def test_a_disabled_account_can_only_be_read(graph):
    """Everything in it can be looked at, nothing changed, and it spends nothing."""
    assert graph.insights(OUTLET, fields="spend", date_preset="maximum")
    assert graph.post(f"{OUTLET}/insights")["report_run_id"]
    before = graph.http.get("http://sandbox/sandbox/state").json()
    new = {"name": "N", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": 5000}
    for path, params in ((OUTLET_AD, {"status": "PAUSED"}), (f"{OUTLET}/campaigns", new)):
        error = graph.error("POST", path, **params)
        assert (error["code"], error["http"]) == (200, 403)
    assert graph.http.delete(OUTLET_AD).status_code == 403
    assert graph.http.get("http://sandbox/sandbox/state").json() == before
    advance(graph, 3 * 86400)
    assert graph.insights(OUTLET, fields="spend", date_preset="last_14d") == []
