"""The demo account: what is in it, and that its figures say what its classes promise."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from tests.sandbox.conftest import NOW, purchases

TARGET = 25.0


def by_class(graph, **params):
    """Give the last-30-days rows of each class as (spend, purchases, row)."""
    truth = graph.app.state.world.truth
    found = {}
    for row in graph.insights(level="ad", fields="ad_id,spend,actions,frequency,ctr", **params):
        found.setdefault(truth[row["ad_id"]], []).append((float(row["spend"]), purchases(row), row))
    return found


def probability_worse(spend, count, cpa):
    """Give P(true CPA > cpa) under a Gamma posterior with one prior conversion at the target."""
    expected = (spend + TARGET) / cpa
    return 1 - sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(count + 1))


def test_account_is_stocked(demo):
    """There are four campaigns, nine ad sets and sixty-four ads at least, in the promised classes."""
    assert len(demo.everything(f"{DEMO_ACCOUNT}/campaigns")) >= 4
    assert len(demo.everything(f"{DEMO_ACCOUNT}/adsets")) >= 9
    assert len(demo.everything(f"{DEMO_ACCOUNT}/ads")) >= 64
    assert Counter(demo.app.state.world.truth.values()) == {
        "loser": 7, "mild": 4, "average": 14, "winner": 6, "fatigued": 4, "new": 6, "learning": 6, "tiny": 5,
        "protected_bad": 2, "protected_good": 2, "disapproved": 1, "paused": 8, "traffic": 5, "archived": 2,
    }  # fmt: skip


@pytest.mark.parametrize("seed", [7, 1, 2])
def test_losers_are_beyond_doubt(connect, seed):
    """Each loser is provably bad on 500 dollars or more, even without the newest three days."""
    graph = connect(create_app(now=NOW, seed=seed))
    settled = {"since": "2026-10-21", "until": "2026-11-17"}
    losers = by_class(graph, time_range=settled)["loser"]
    assert len(losers) == 7
    assert all(spend >= 500 for spend, _, _ in losers)
    assert all(probability_worse(spend, count, 1.15 * TARGET) > 0.98 for spend, count, _ in losers)


@pytest.mark.parametrize("seed", [7, 1, 2])
def test_others_are_not_provably_bad(connect, seed):
    """Mild, average, good, learning and tiny ads give no reason to pause them."""
    graph = connect(create_app(now=NOW, seed=seed))
    classes = by_class(graph)
    for label, limit in {
        "mild": 1.3,
        "average": 1.15,
        "winner": 0.75,
        "fatigued": 1.25,
        "protected_good": 1.0,
    }.items():
        assert all(spend / count <= limit * TARGET for spend, count, _ in classes[label]), label
    for label in ("mild", "average", "winner", "fatigued", "learning", "tiny"):
        assert all(
            probability_worse(spend, count, 1.15 * TARGET) < 0.95 for spend, count, _ in classes[label]
        ), label
    assert all(spend / max(count, 1) > 2.5 * TARGET for spend, count, _ in classes["protected_bad"])
    assert all(spend < 40 and count <= 1 for spend, count, _ in classes["tiny"])


def test_new_ads_look_bad_too_early(demo):
    """Some ads have spent some eighty dollars in two days without a purchase."""
    spent = [spend for spend, count, _ in by_class(demo)["new"] if count == 0]
    assert len(spent) >= 2
    assert all(70 <= spend <= 100 for spend in spent)


def test_losers_leave_company(demo):
    """Every ad set with a loser keeps two or more other ads that deliver."""
    truth = demo.app.state.world.truth
    delivering = {
        row["ad_id"]: row["adset_id"]
        for row in demo.insights(level="ad", fields="ad_id,adset_id", date_preset="yesterday")
    }
    for ad, adset in delivering.items():
        if truth[ad] == "loser":
            assert sum(1 for other, s in delivering.items() if s == adset and truth[other] != "loser") >= 2


def test_fatigue_shows_week_by_week(demo):
    """Fatigued ads lose click rate and gain frequency from week to week."""
    truth = demo.app.state.world.truth
    for ad in (ad for ad, label in truth.items() if label == "fatigued"):
        period = {"since": "2026-10-30", "until": "2026-11-19"}
        weeks = demo.insights(ad, fields="ctr,frequency", time_range=period, time_increment=7)
        rates, frequencies = ([float(week[name]) for week in weeks] for name in ("ctr", "frequency"))
        assert rates == sorted(rates, reverse=True)
        assert rates[-1] < 0.75 * rates[0]
        assert frequencies == sorted(frequencies)


def test_learning_ad_sets(demo):
    """Two ad sets are learning, with few conversions and no loser among their ads."""
    adsets = demo.everything(f"{DEMO_ACCOUNT}/adsets", fields="learning_stage_info,ads{id}")
    learning = [adset for adset in adsets if adset["learning_stage_info"]["status"] == "LEARNING"]
    assert len(learning) == 2
    for adset in learning:
        assert adset["learning_stage_info"]["conversions"] < 20
        assert {demo.app.state.world.truth[ad["id"]] for ad in adset["ads"]["data"]} == {"learning"}


def test_stopped_ads_deliver_nothing_anymore(demo):
    """Paused and disapproved ads have history, but none in the last fourteen days."""
    old, recent = by_class(demo, date_preset="last_90d"), by_class(demo, date_preset="last_14d")
    for label in ("paused", "disapproved"):
        assert old[label]
        assert label not in recent


def test_disapproved_ad_says_why(demo):
    """The disapproved ad carries its review feedback."""
    rejected = demo.everything(
        f"{DEMO_ACCOUNT}/ads", effective_status=["DISAPPROVED"], fields="status,ad_review_feedback"
    )
    assert [ad["status"] for ad in rejected] == ["ACTIVE"]
    assert rejected[0]["ad_review_feedback"]["global"]


@pytest.mark.parametrize(
    "later", [datetime(2027, 3, 2, 3, 0, tzinfo=UTC), datetime(2028, 2, 29, 23, 0, tzinfo=UTC)]
)
def test_figures_do_not_depend_on_the_date(demo, connect, later):
    """The same seed gives the same figures on any date, only shifted."""
    other = connect(create_app(now=later))

    def rows(graph):
        found = graph.insights(level="ad", fields="ad_id,spend,impressions,reach,actions", time_increment=1)
        return [{name: value for name, value in row.items() if not name.startswith("date")} for row in found]

    assert rows(demo) == rows(other)
    assert rows(demo) != rows(connect(create_app(now=NOW, seed=8)))


def test_newest_days_are_still_filling(demo):
    """Today and the days before it show fewer purchases per dollar than older days."""
    days = demo.insights(
        time_range={"since": "2026-10-20", "until": "2026-11-20"}, time_increment=1, fields="spend,actions"
    )
    rate = [purchases(day) / float(day["spend"]) for day in days]
    usual = sum(rate[:-3]) / len(rate[:-3])
    assert rate[-1] < 0.65 * usual
    assert rate[-2] < 0.85 * usual
    assert float(days[-1]["spend"]) < 0.7 * float(days[-4]["spend"])


def test_truth_stays_inside(demo):
    """No class of an ad is visible over HTTP."""
    state = demo.http.get("http://sandbox/sandbox/state").text
    assert "protected_bad" not in state
    assert "fatigued" not in state
