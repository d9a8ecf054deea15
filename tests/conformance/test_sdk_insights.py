"""The official SDK asks for figures, at once and as a report, and in batches of fifty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adsinsights import AdsInsights

AD = "23848000000002"
WEEK = {"time_range": {"since": "2026-11-01", "until": "2026-11-07"}}


def reported(account, params, fields):
    """Start a report, look until it is done, and give its rows."""
    run = account.get_insights(fields=fields, params=params, is_async=True)
    assert isinstance(run, AdReportRun)
    for _ in range(20):
        run.api_get()
        if run["async_status"] not in ("Job Not Started", "Job Started", "Job Running"):
            break
    return run, list(run.get_result(params={"limit": 30})) if run["async_status"] == "Job Completed" else []


def test_figures_of_one_ad(connect):
    """Every figure is a text, the period is the one asked for."""
    fields = ["impressions", "clicks", "ctr", "spend", "cpc", "actions", "cost_per_action_type"]
    row = Ad(AD, api=connect()).get_insights(fields=fields, params=WEEK)[0]
    assert isinstance(row, AdsInsights)
    assert all(isinstance(row[name], str) for name in ("impressions", "clicks", "ctr", "spend", "cpc"))
    assert (row["date_start"], row["date_stop"]) == ("2026-11-01", "2026-11-07")
    ctr = Decimal(row["clicks"]) / Decimal(row["impressions"]) * 100
    assert abs(Decimal(row["ctr"]) - ctr) < Decimal("0.001")
    assert {"action_type", "value"} <= set(row["actions"][0])


def test_days_add_up_to_the_period(account):
    """The spend of the days of each ad is the spend of the account."""
    days = account.get_insights(
        fields=["ad_id", "spend"], params=WEEK | {"level": "ad", "time_increment": 1, "limit": 100}
    )
    total = account.get_insights(fields=["spend"], params=WEEK)[0]
    assert sum(Decimal(row["spend"]) for row in days) == Decimal(total["spend"])


@pytest.mark.parametrize(
    "breakdown", ["age", "gender", "country", "publisher_platform", "device_platform", "platform_position"]
)
def test_parts_add_up_to_the_whole(account, breakdown):
    """Each usual breakdown names its part in every row, and the parts are the whole."""
    breakdowns = ["publisher_platform", breakdown] if breakdown == "platform_position" else [breakdown]
    rows = list(account.get_insights(fields=["impressions"], params=WEEK | {"breakdowns": breakdowns}))
    whole = account.get_insights(fields=["impressions"], params=WEEK)[0]
    assert all(row[breakdown] for row in rows)
    assert sum(int(row["impressions"]) for row in rows) == int(whole["impressions"])


def test_order_filter_and_summary(account):
    """`sort`, `filtering` and `summary` are understood."""
    filtering = [{"field": "ad.impressions", "operator": "GREATER_THAN", "value": 100}]
    asked = {"level": "ad", "sort": ["spend_descending"], "filtering": filtering, "limit": 10}
    cursor = account.get_insights(
        fields=["ad_id", "spend", "impressions"], params=WEEK | asked | {"default_summary": True}
    )
    assert "spend" in cursor.summary()
    rows = list(cursor)
    spends = [Decimal(row["spend"]) for row in rows]
    assert spends == sorted(spends, reverse=True)
    assert all(int(row["impressions"]) > 100 for row in rows)
    assert len(rows) > 10


def test_a_report_gives_what_is_given_at_once(account):
    """The rows of a finished report, page by page, are those of the same question asked at once."""
    fields, asked = ["ad_id", "spend", "clicks"], WEEK | {"level": "ad"}
    run, rows = reported(account, asked, fields)
    at_once = account.get_insights(fields=fields, params=asked | {"limit": 500})
    assert run["async_percent_completion"] == 100
    assert [row.export_all_data() for row in rows] == [row.export_all_data() for row in at_once]


def test_a_failed_report_says_so(connect, own_server):
    """100 % does not mean success: the report names its error."""
    own_server.order({"path": "/*/insights", "method": "POST", "report": "Job Failed"})
    run, _ = reported(AdAccount(DEMO_ACCOUNT, api=connect(to=own_server)), WEEK, ["spend"])
    assert run["async_status"] == "Job Failed"
    assert run["error_code"]


def test_today_moves_with_the_clock(connect, own_server):
    """The figures of today grow when time passes."""
    account = AdAccount(DEMO_ACCOUNT, api=connect(to=own_server))
    params = {"date_preset": "today"}
    before = account.get_insights(fields=["spend"], params=params)[0]
    own_server.advance(3 * 3600)
    after = account.get_insights(fields=["spend"], params=params)[0]
    assert date.fromisoformat(before["date_start"]) == date(2026, 11, 20)
    assert Decimal(after["spend"]) > Decimal(before["spend"])
