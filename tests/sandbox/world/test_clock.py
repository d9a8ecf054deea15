"""The clock, and what moves with it: delivery, reviews, learning, conversions."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from tests.draws import examples
from tests.sandbox.conftest import ADSET, NOW, PAGE, purchases

AD, CAMPAIGN = "23848000000003", "23846000000002"
CLOCK = "http://sandbox/sandbox/clock"
DAY = 86400
MIDNIGHT = datetime.fromisoformat("2026-11-20T05:00:00+00:00")
"""Where the account's day begins."""


def advance(graph, seconds):
    """Move the clock on."""
    answer = graph.http.post(CLOCK, json={"advance_s": seconds})
    assert answer.status_code == 200, answer.text


def spend(graph, node=DEMO_ACCOUNT, day="2026-11-20"):
    """Give what a node spent on a day."""
    rows = graph.insights(node, fields="spend", time_range={"since": day, "until": day})
    return float(rows[0]["spend"]) if rows else 0.0


def new_ad(graph, message="Made for long days outside.", **params):
    """Make an ad."""
    story = {"page_id": PAGE, "link_data": {"link": "https://northwind.example/", "message": message}}
    made = {"name": "New", "adset_id": ADSET, "creative": {"object_story_spec": story}, **params}
    return graph.post(f"{DEMO_ACCOUNT}/ads", **made)["id"]


def state(graph, ad):
    """Give an ad's effective status."""
    return graph.get(ad, fields="effective_status")["effective_status"]


def test_the_clock_is_real_time_until_it_is_set(connect):
    """Without a moment it runs; once it is set it stands until it is moved."""
    graph = connect(create_app())
    shown = graph.http.get(CLOCK).json()
    assert shown["running"]
    assert abs(datetime.fromisoformat(shown["now"]).timestamp() - time.time()) < 60
    later = (datetime.fromisoformat(shown["now"]) + timedelta(days=2)).isoformat()
    for _ in range(2):
        assert graph.http.post(CLOCK, json={"set": later}).json() | {"began": ""} == {
            "now": later, "running": False, "began": "",
        }  # fmt: skip


def test_a_given_moment_stands(graph):
    """An application made for a moment stays there; advancing adds seconds."""
    assert graph.http.get(CLOCK).json()["now"] == NOW.isoformat()
    advance(graph, 90.5)
    assert graph.http.get(CLOCK).json()["now"] == (NOW + timedelta(seconds=90.5)).isoformat()
    graph.post(AD, name="Renamed")
    assert graph.get(AD, fields="updated_time")["updated_time"] == "2026-11-20T12:01:30-0500"


@pytest.mark.parametrize(
    "wanted",
    [
        {}, [], "x", None, {"set": "noon"}, {"set": "2026-12-01T12:00:00"}, {"set": 5}, {"advance_s": -1},
        {"advance_s": "5"}, {"advance_s": True}, {"advance_s": 1e300}, {"set": "9999-12-31T23:00:00Z"},
        {"set": "0001-01-01T00:00:00Z"}, {"set": "2099-01-01T00:00:00Z"},
        {"advance_s": 1, "set": "2026-12-01T12:00:00Z"}, {"forward": 1},
    ],
)  # fmt: skip
def test_bad_moves_are_refused(graph, wanted):
    """A move that makes no sense leaves the clock where it is."""
    answer = graph.http.post(CLOCK, json=wanted)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert graph.http.post(CLOCK, content=b'{"advance_s": NaN}').status_code == 400
    assert graph.http.get(CLOCK).json()["now"] == NOW.isoformat()


def test_the_clock_goes_back_only_before_the_first_write(connect, graph):
    """An untouched world can begin at an earlier moment, as if made there; a written one cannot go back."""
    earlier = NOW - timedelta(days=40)
    assert graph.http.post(CLOCK, json={"set": earlier.isoformat()}).status_code == 200
    assert graph.insights(level="ad") == connect(create_app(now=earlier)).insights(level="ad")
    advance(graph, DAY)
    graph.post(AD, name="Renamed")
    answer = graph.http.post(CLOCK, json={"set": earlier.isoformat()})
    assert "only goes forward" in answer.json()["error"]["message"]


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 2 * DAY), min_size=1, max_size=5), asks=st.lists(st.integers(0, 4)))
def test_figures_do_not_depend_on_the_way(connect, steps, asks):
    """However the clock got there and whatever was asked on the way, the same moment has the same figures."""
    slow, fast = connect(create_app(now=NOW)), connect(create_app(now=NOW))
    for graph in (slow, fast):
        graph.post(AD, status="PAUSED")
    for place, step in enumerate(steps):
        advance(slow, step)
        if place in asks:
            slow.insights(level="ad", date_preset="maximum")
    advance(fast, sum(steps))
    asked = {"level": "ad", "date_preset": "maximum", "time_increment": 1, "fields": "ad_id,spend,actions"}
    answers = [
        graph.http.get(f"{DEMO_ACCOUNT}/insights", params=asked).json()["data"] for graph in (slow, fast)
    ]
    assert answers[0] == answers[1]


def test_today_grows_and_becomes_a_day(connect):
    """A day begins with nothing and ends with a whole day's spend; the dates move on."""
    graph = connect(create_app(now=MIDNIGHT))
    grown = [spend(graph)]
    for _ in range(4):
        advance(graph, DAY / 4)
        grown.append(spend(graph))
    assert grown == sorted(grown)
    assert grown[0] == 0
    assert grown[4] == pytest.approx(spend(graph, day="2026-11-19"), rel=0.15)
    assert graph.insights(date_preset="yesterday")[0]["date_start"] == "2026-11-20"
    assert graph.insights(date_preset="maximum")[0]["date_start"] == "2026-08-23"


def test_an_ad_paused_at_noon_delivers_half_the_day(connect):
    """It spends until it is paused and nothing afterwards; switched on again it goes on."""
    paused, running = connect(create_app(now=MIDNIGHT)), connect(create_app(now=MIDNIGHT))
    for graph in (paused, running):
        advance(graph, DAY / 2)
    paused.post(AD, status="PAUSED")
    for graph in (paused, running):
        advance(graph, 2 * DAY)
    assert spend(paused, AD) == pytest.approx(spend(running, AD) / 2, rel=0.01)
    assert spend(paused, AD, "2026-11-21") == 0 < spend(running, AD, "2026-11-21")
    paused.post(AD, status="ACTIVE")
    advance(paused, DAY)
    assert spend(paused, AD, "2026-11-22") > 0


@pytest.mark.parametrize("node", [CAMPAIGN, ADSET])
@pytest.mark.parametrize("status", ["PAUSED", "ARCHIVED", "DELETED"])
def test_what_is_above_stops_what_is_below(graph, node, status):
    """No ad spends under a parent that is off."""
    graph.post(node, status=status)
    advance(graph, 2 * DAY)
    assert spend(graph, node, "2026-11-21") == 0
    assert spend(graph, day="2026-11-21") > 0


@pytest.mark.parametrize(("factor", "node"), [(3, ADSET), (0.5, ADSET), (2, "23846000000001")])
def test_spend_follows_the_budget(connect, factor, node):
    """A raised budget raises spend, a lowered one lowers it, on an ad set as on a campaign."""
    changed, same = connect(create_app(now=NOW)), connect(create_app(now=NOW))
    budget = int(changed.get(node, fields="daily_budget")["daily_budget"])
    changed.post(node, daily_budget=round(budget * factor))
    for graph in (changed, same):
        advance(graph, 2 * DAY)
    day = "2026-11-21"
    assert spend(changed, node, day) == pytest.approx(factor * spend(same, node, day), rel=0.01)
    assert spend(changed, "23846000000003", day) == spend(same, "23846000000003", day)


def test_the_others_share_what_a_paused_ad_leaves(connect):
    """An ad set spends its budget on the ads that are left."""
    changed, same = connect(create_app(now=NOW)), connect(create_app(now=NOW))
    changed.post(AD, status="PAUSED")
    for graph in (changed, same):
        advance(graph, 2 * DAY)
    day = "2026-11-21"
    assert spend(changed, "23848000000005", day) > spend(same, "23848000000005", day)
    assert spend(changed, ADSET, day) == pytest.approx(spend(same, ADSET, day), rel=0.1)


def test_a_schedule_begins_and_ends(graph):
    """An ad set delivers nothing before its start and after its end."""
    old = graph.get(ADSET, fields="targeting,campaign_id,promoted_object")
    adset = graph.post(
        f"{DEMO_ACCOUNT}/adsets", name="Week", campaign_id=CAMPAIGN, billing_event="IMPRESSIONS",
        optimization_goal="OFFSITE_CONVERSIONS", targeting=old["targeting"], daily_budget=10_000,
        promoted_object=old["promoted_object"],
        start_time="2026-11-22T05:00:00+0000", end_time="2026-11-25T05:00:00+0000",
    )["id"]  # fmt: skip
    new_ad(graph, adset_id=adset)
    advance(graph, 8 * DAY)
    spent = [spend(graph, adset, f"2026-11-{day}") for day in range(20, 28)]
    assert [amount > 0 for amount in spent] == [False, False, True, True, True, False, False, False]
    assert all(amount < 120 for amount in spent)


def test_conversions_come_in_late(graph):
    """Conversions of a day are known in full only days later; its spend and clicks stay."""
    period = {"time_range": {"since": "2026-11-19", "until": "2026-11-19"}, "fields": "spend,clicks,actions"}
    known = []
    for _ in range(5):
        known.append(graph.insights(**period)[0])
        advance(graph, DAY)
    counts = [purchases(row) for row in known]
    assert counts == sorted(counts)
    assert counts[0] < counts[2] <= counts[3] == counts[4]
    assert len({(row["spend"], row["clicks"]) for row in known}) == 1


def test_a_new_ad_is_reviewed_first(graph):
    """It delivers nothing until its review is over, then it runs."""
    ad = new_ad(graph)
    assert state(graph, ad) == "PENDING_REVIEW"
    advance(graph, 899)
    assert state(graph, ad) == "PENDING_REVIEW"
    assert graph.insights(ad, date_preset="today") == []
    advance(graph, 1)
    assert state(graph, ad) == "ACTIVE"
    assert "ad_review_feedback" not in graph.get(ad, fields="ad_review_feedback")
    advance(graph, DAY)
    assert spend(graph, ad, "2026-11-20") > 0


def test_a_forbidden_phrase_is_disapproved(graph):
    """The review finds it, says why, and the ad never delivers; other content is reviewed again."""
    ad = new_ad(graph, "Guaranteed Results in a week!")
    advance(graph, 900)
    assert state(graph, ad) == "DISAPPROVED"
    feedback = graph.get(ad, fields="ad_review_feedback")["ad_review_feedback"]
    assert feedback == {"global": {"Misleading Claims": "Ads must not guarantee results."}}
    advance(graph, 2 * DAY)
    assert graph.insights(ad, date_preset="maximum") == []
    graph.post(ad, creative={"creative_id": "23849000000003"})
    assert state(graph, ad) == "PENDING_REVIEW"
    advance(graph, 900)
    assert state(graph, ad) == "ACTIVE"
    assert "ad_review_feedback" not in graph.get(ad, fields="ad_review_feedback")


def test_a_paused_ad_stays_paused_through_its_review(graph):
    """Switched on after the review it runs at once."""
    ad = new_ad(graph, status="PAUSED")
    graph.post(ADSET, status="PAUSED")
    assert state(graph, ad) == "ADSET_PAUSED"
    graph.post(ADSET, status="ACTIVE")
    assert state(graph, ad) == "PAUSED"
    advance(graph, 900)
    graph.post(ad, status="ACTIVE")
    assert state(graph, ad) == "ACTIVE"


def test_new_targeting_is_reviewed_a_new_budget_is_not(graph):
    """Only what people see and who sees it goes through review again (§8.7)."""
    graph.post(ADSET, daily_budget=99_000)
    assert state(graph, AD) == "ACTIVE"
    targeting = graph.get(ADSET, fields="targeting")["targeting"]
    graph.post(ADSET, targeting={**targeting, "age_min": 25})
    assert state(graph, AD) == "PENDING_REVIEW"


def learning(graph, adset=ADSET):
    """Give the state of an ad set's learning phase."""
    return graph.get(adset, fields="learning_stage_info")["learning_stage_info"]


def test_learning_ends(connect):
    """Fifty conversions in a week end the learning phase well, fewer end it badly after the week."""
    rich, poor = connect(create_app(now=NOW)), connect(create_app(now=NOW))
    for graph, budget in ((rich, 400_000), (poor, 1_000)):
        graph.post(ADSET, daily_budget=budget)
        assert learning(graph)["status"] == "LEARNING"
        advance(graph, 7 * DAY + 1)
    assert learning(rich)["status"] == "SUCCESS"
    assert learning(rich)["conversions"] >= 50 > learning(poor)["conversions"]
    assert learning(poor)["status"] == "FAIL"


@pytest.mark.parametrize(
    ("node", "change", "restarts"),
    [
        (ADSET, {"name": "Other"}, False),
        (ADSET, {"status": "PAUSED"}, False),
        (AD, {"status": "PAUSED"}, False),
        (AD, {"creative": {"creative_id": "23849000000005"}}, True),
    ],
)
def test_significant_edits_restart_learning(graph, node, change, restarts):
    """Content and targeting do, names and switches do not."""
    graph.post(node, **change)
    assert (learning(graph)["status"] == "LEARNING") is restarts


@pytest.mark.parametrize(("step", "restarts"), [(1.2, False), (0.8, False), (1.3, True), (0.5, True)])
def test_large_budget_steps_restart_learning(graph, step, restarts):
    """A step of a fifth is small, a larger one is not."""
    budget = int(graph.get(ADSET, fields="daily_budget")["daily_budget"])
    graph.post(ADSET, daily_budget=round(budget * step))
    assert (learning(graph)["status"] == "LEARNING") is restarts


def test_a_daylight_saving_day_is_a_day(connect):
    """The day of twenty-five hours spends what other days do."""
    graph = connect(create_app(now=datetime.fromisoformat("2026-10-31T12:00:00-04:00")))
    advance(graph, 4 * DAY)
    spent = [spend(graph, day=f"2026-11-0{day}") for day in (1, 2)]
    assert spent[0] == pytest.approx(spent[1], rel=0.1)
