"""Limits on calls: the score, the hourly quota, mutations and budget changes, and what the headers say of them."""

from __future__ import annotations

import json

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from tests.sandbox.conftest import ADSET, NOW

AD = "23848000000001"
QUIET = "act_345678901"
"""An account with two active ads: 380 calls an hour."""
HEADERS = ("x-app-usage", "x-ad-account-usage", "x-business-use-case-usage", "x-fb-ads-insights-throttle")


@pytest.fixture
def limited(connect):
    """An account at the lower access tier."""
    return connect(create_app(now=NOW, tier="development"))


def advance(graph, seconds):
    """Move the clock on."""
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": seconds})


def account(answer):
    """Give the account's usage header."""
    return json.loads(answer.headers["x-ad-account-usage"])


def business(answer, kind="ads_management", number="123456789"):
    """Give an entry of the business usage header."""
    rows = json.loads(answer.headers["x-business-use-case-usage"])[number]
    return next(row for row in rows if row["type"] == kind)


@pytest.mark.parametrize(
    ("tier", "name"), [("development", "development_access"), ("standard", "standard_access")]
)
def test_headers_on_every_answer(connect, tier, name):
    """Good answers, errors and batch items carry the usage headers with the tier."""
    graph = connect(create_app(now=NOW, tier=tier))
    good, bad = graph.http.get("me"), graph.http.get("4711")
    (item,) = graph.batch({"method": "GET", "relative_url": "me"})
    for headers in (good.headers, bad.headers, {row["name"]: row["value"] for row in item["headers"]}):
        values = [json.loads(headers[header]) for header in HEADERS]
        assert values[1]["ads_api_access_tier"] == values[3]["ads_api_access_tier"] == name
        assert [row["type"] for row in values[2]["123456789"]] == ["ads_management", "ads_insights"]


def test_sixty_points(limited):
    """The lower tier takes sixty reads, then blocks for five minutes; failed calls count."""
    answers = [limited.http.get("me" if number % 2 else "4711") for number in range(61)]
    assert [answer.json().get("error", {}).get("code") for answer in answers[:60]] == [100, None] * 30
    assert account(answers[29])["acc_id_util_pct"] == 50.0
    last = answers[60]
    assert (last.json()["error"]["code"], last.json()["error"]["error_subcode"]) == (17, 2446079)
    assert account(last)["acc_id_util_pct"] >= 100
    assert account(last)["reset_time_duration"] == 300
    assert business(last)["estimated_time_to_regain_access"] == 5
    advance(limited, 299)
    assert limited.http.get("me").status_code == 400
    advance(limited, 1)
    assert limited.http.get("me").status_code == 200


def test_a_write_costs_three(limited):
    """Twenty writes are as much as sixty reads."""
    codes = [limited.http.post(AD, data={"name": f"n{number}"}).status_code for number in range(21)]
    assert codes == [200] * 20 + [400]


def test_points_melt(limited):
    """Points decay while the clock goes on."""
    for _ in range(50):
        limited.get("me")
    advance(limited, 300)
    assert account(limited.http.get("me"))["acc_id_util_pct"] == pytest.approx(
        100 * (50 / 2.71828 + 1) / 60, abs=0.1
    )


def test_the_higher_tier_blocks_for_a_minute(connect):
    """After nine thousand points calls are refused until the time the header says."""
    graph = connect(create_app(now=NOW))
    items = [{"method": "GET", "relative_url": "me"}] * 50
    for _ in range(180):
        graph.post("", batch=items, include_headers=False)
    answer = graph.http.get("me")
    assert answer.json()["error"]["code"] == 17
    wait_s = account(answer)["reset_time_duration"]
    assert wait_s == 60
    advance(graph, wait_s)
    assert graph.http.get("me").status_code == 200


def test_the_header_says_the_truth_to_one_who_goes_on_calling(limited):
    """Calls during a block add points; the time in the header is still enough."""
    for _ in range(200):
        answer = limited.http.get("me")
    wait_s = account(answer)["reset_time_duration"]
    assert wait_s > 300
    advance(limited, wait_s)
    assert limited.http.get("me").status_code == 200


def test_each_batch_item_counts(limited):
    """A batch is as many calls as it has items, and those beyond the limit fail on their own."""
    rows = [r for _ in range(2) for r in limited.batch(*[{"method": "GET", "relative_url": "me"}] * 40)]
    assert [row["code"] for row in rows] == [200] * 60 + [400] * 20


def test_accounts_are_counted_apart(limited):
    """A block of one account leaves the others alone."""
    for _ in range(61):
        limited.http.get(DEMO_ACCOUNT)
    assert limited.http.get(DEMO_ACCOUNT).status_code == 400
    other = limited.http.get("act_234567890")
    assert other.status_code == 200
    assert "234567890" in other.headers["x-business-use-case-usage"]


def test_insights_have_a_quota_of_their_own(limited):
    """Insights calls use no points, but the hourly quota for insights."""
    answers = [limited.http.get(f"{AD}/insights", params={"fields": "spend"}) for _ in range(70)]
    assert all(answer.status_code == 200 for answer in answers)
    assert account(answers[-1])["acc_id_util_pct"] == 0
    assert business(answers[-1], "ads_insights")["call_count"] > business(answers[-1])["call_count"] == 0


def test_the_hourly_quota(connect):
    """Beyond the quota calls fail with the code of their kind until calls are an hour old."""
    graph = connect(create_app(now=NOW, tier="development"))
    for _ in range(38):
        rows = graph.batch(*[{"method": "GET", "relative_url": QUIET}] * 10)
        advance(graph, 60)
    assert {row["code"] for row in rows} == {200}
    answer = graph.http.get(QUIET)
    assert (answer.json()["error"]["code"], answer.json()["error"]["error_subcode"]) == (80004, 2446079)
    entry = business(answer, number=QUIET.removeprefix("act_"))
    assert entry["call_count"] > 100
    wait_s = 60 * entry["estimated_time_to_regain_access"]
    assert 1200 < wait_s <= 1380
    advance(graph, wait_s)
    assert graph.http.get(QUIET).status_code == 200


def test_a_hundred_mutations_a_second(graph):
    """The hundred and first write within a second is refused and does nothing; reads are not counted."""
    for number in range(100):
        graph.post(AD, name=f"n{number}")
    error = graph.error("POST", AD, name="one too many")
    assert (error["code"], error["error_subcode"]) == (613, 5044001)
    assert graph.get(AD, fields="name")["name"] == "n99"
    advance(graph, 1)
    graph.post(AD, name="later")


def test_budget_changes_are_counted_over_a_restart(connect, tmp_path):
    """The fifth change of an ad set's budget within an hour is refused, also by another process."""
    path = tmp_path / "world.sqlite"
    for amount in (5000, 6000, 7000, 8000):
        graph = connect(create_app(path, now=NOW))
        graph.post(ADSET, daily_budget=amount)
        graph.post(ADSET, name=f"n{amount}")
    error = connect(create_app(path)).error("POST", ADSET, daily_budget=9000)
    assert (error["code"], error["error_subcode"]) == (613, 1487632)
    advance(graph, 3600)
    graph.post(ADSET, daily_budget=9000)


def test_a_block_survives_a_restart(connect, tmp_path):
    """Who is blocked is blocked afterwards, too, in the tier that was chosen."""
    path = tmp_path / "world.sqlite"
    graph = connect(create_app(path, now=NOW, tier="development"))
    for _ in range(61):
        graph.http.get("me")
    again = connect(create_app(path))
    answer = again.http.get("me")
    assert (answer.status_code, account(answer)["ads_api_access_tier"]) == (400, "development_access")
    advance(again, 300)
    assert again.http.get("me").status_code == 200


def test_calls_behind_the_stage_are_free(limited):
    """Clock, faults, requests and state use no points."""
    for _ in range(70):
        limited.http.get("http://sandbox/sandbox/clock")
    assert limited.http.get("me").status_code == 200
