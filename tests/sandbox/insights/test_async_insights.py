"""Async reports, and what a direct insights call is not given."""

from __future__ import annotations

import json

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from tests.sandbox.conftest import NOW

ASKED = {"level": "ad", "fields": "ad_id,spend,impressions,actions", "time_increment": 1}
STAGES = [
    ("Job Not Started", 0), ("Job Started", 0), ("Job Running", 40), ("Job Running", 80), ("Job Completed", 100),
]  # fmt: skip


@pytest.fixture(scope="module")
def large(connect):
    """An account of 600 ads, for tests that only read."""
    return connect(create_app(now=NOW, ads=600))


def start(graph, node=DEMO_ACCOUNT, **params):
    """Ask for a report and give its id."""
    return graph.post(f"{node}/insights", **{**ASKED, **params})["report_run_id"]


def finished(graph, node=DEMO_ACCOUNT, **params):
    """Ask for a report and poll it to its end."""
    run = start(graph, node, **params)
    while graph.get(run)["is_running"]:
        pass
    return run


def test_a_report_is_prepared_in_steps(graph):
    """Each look finds the report further on, and its dates and account are there from the start."""
    run = start(graph, date_preset="last_7d")
    looks = [graph.get(run) for _ in STAGES]
    assert [(look["async_status"], look["async_percent_completion"]) for look in looks] == STAGES
    assert [look["is_running"] for look in looks] == [True] * 4 + [False]
    assert {"id": run, "account_id": "123456789", "date_start": "2026-11-13"}.items() <= looks[0].items()
    assert not {"error_code", "error_message"} & looks[-1].keys()
    assert graph.get(run, fields="async_status") == {"id": run, "async_status": "Job Completed"}


def test_time_on_the_clock_prepares_a_report_too(graph):
    """After some seconds of the clock the first look finds it complete."""
    run = start(graph)
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 10})
    assert graph.get(run)["async_status"] == "Job Completed"


@pytest.mark.parametrize("node", [DEMO_ACCOUNT, "23846000000002", "23847000000001", "23848000000003"])
def test_a_report_says_what_the_direct_call_says(graph, node):
    """Rows of a report are those of the direct call, on pages of any size."""
    run = finished(graph, node, date_preset="last_7d")
    direct = graph.insights(node, **ASKED, date_preset="last_7d")
    assert graph.everything(f"{run}/insights", limit=1000) == direct
    assert graph.everything(f"{run}/insights", limit=7) == direct
    assert len(graph.get(f"{run}/insights")["data"]) == min(25, len(direct))


def test_a_report_in_preparation_has_no_rows(graph):
    """Rows are refused until the report is complete."""
    run = start(graph)
    assert graph.error("GET", f"{run}/insights")["code"] == 100


def test_a_report_stands_still_while_the_clock_goes_on(graph):
    """A report holds what was known when it was asked for, though conversions come in later."""
    run = finished(graph, date_preset="last_7d")
    before = graph.everything(f"{run}/insights", limit=1000)
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 3 * 86400})
    assert graph.everything(f"{run}/insights", limit=1000) == before
    period = {"since": "2026-11-13", "until": "2026-11-19"}
    assert graph.insights(**ASKED, time_range=period) != before


def test_a_report_is_gone_after_thirty_days(graph):
    """On the thirtieth day it can no longer be found."""
    run = finished(graph)
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 30 * 86400 - 1})
    assert graph.get(run)["async_status"] == "Job Completed"
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 1})
    for path in (run, f"{run}/insights"):
        error = graph.error("GET", path)
        assert (error["code"], error["error_subcode"]) == (100, 33)


def test_only_the_token_that_asked_may_read(connect, graph):
    """Reading rights suffice for a report, and nobody else's report can be read."""
    weak = connect(graph.app, "sandbox-readonly")
    run = finished(weak)
    assert weak.get(f"{run}/insights")["data"]
    for path in (run, f"{run}/insights"):
        assert graph.error("GET", path)["error_subcode"] == 33


def test_bad_questions_make_no_report(graph):
    """A report is refused like the direct call; an unknown object has none."""
    for params in ({"level": "galaxy"}, {"fields": "profit"}, {"time_range": "{"}):
        assert graph.error("POST", f"{DEMO_ACCOUNT}/insights", **params)["code"] == 100
    assert graph.error("POST", "4711/insights")["error_subcode"] == 33
    assert graph.http.get("http://sandbox/sandbox/state").json()["counts"]["report"] == 0


def test_reports_by_batch(graph):
    """Several reports can be asked for in one batch."""
    item = {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/insights", "body": "level=campaign"}
    first, second = graph.batch(item, item)
    assert first["body"]["report_run_id"] != second["body"]["report_run_id"]


@pytest.mark.parametrize("end", ["Job Failed", "Job Skipped"])
def test_a_report_may_fail(graph, end):
    """At 100 % a report can have failed; it says why and gives no rows."""
    rule = {"method": "POST", "path": "/act_*/insights", "report": end}
    graph.http.post("http://sandbox/sandbox/faults", json=[rule])
    look = graph.get(finished(graph))
    assert (look["async_status"], look["async_percent_completion"]) == (end, 100)
    assert (look["error_code"], look["error_subcode"]) == (-2, 2490547)
    assert look["error_user_msg"]
    assert graph.error("GET", f"{look['id']}/insights")["code"] == 100
    assert graph.get(finished(graph))["async_status"] == "Job Completed"


def test_a_summary_adds_up_all_pages(demo):
    """The summary row is over all rows, whatever the page; reach counts people once."""
    asked = {"level": "ad", "fields": "ad_id,spend,reach", "limit": 3}
    answer = demo.get(f"{DEMO_ACCOUNT}/insights", **asked, summary=["spend", "reach", "impressions"])
    (whole,) = demo.insights(fields="spend,reach,impressions")
    assert answer["summary"] == whole
    only = demo.get(f"{DEMO_ACCOUNT}/insights", **asked, default_summary="true")["summary"]
    assert only.keys() == {"spend", "reach", "date_start", "date_stop"}
    assert "summary" not in demo.get(f"{DEMO_ACCOUNT}/insights", **asked)
    assert demo.error("GET", f"{DEMO_ACCOUNT}/insights", summary="profit")["code"] == 100


def test_a_report_s_summary_needs_its_fields(graph):
    """What was not among the fields of a report cannot be in its summary."""
    run = finished(graph, summary=["spend"])
    assert float(graph.get(f"{run}/insights")["summary"]["spend"]) > 0
    error = graph.error("GET", f"{run}/insights", summary=["spend", "reach"])
    assert "Cannot include reach in summary param" in error["message"]


def test_time_ranges_may_overlap(demo):
    """Each range is a row of its own, however they overlap; increments do not cut them."""
    ranges = [{"since": "2026-11-01", "until": until} for until in ("2026-11-07", "2026-11-14", "2026-11-14")]
    rows = demo.insights(time_ranges=ranges, fields="spend", time_increment=1)
    assert [row["date_stop"] for row in rows] == ["2026-11-07", "2026-11-14", "2026-11-14"]
    assert [rows[0]] == demo.insights(time_range=ranges[0], fields="spend")
    assert float(rows[0]["spend"]) < float(rows[1]["spend"]) == float(rows[2]["spend"])
    for bad in ([], {}, ["x"], [{"since": "2026-11-02", "until": "2026-11-01"}]):
        assert demo.error("GET", f"{DEMO_ACCOUNT}/insights", time_ranges=bad)["code"] == 100


def test_a_page_can_ask_for_too_much(demo):
    """More than five thousand rows to a page is refused as Meta does it, with HTTP 500."""
    demo.get(f"{DEMO_ACCOUNT}/insights", limit=5000)
    error = demo.error("GET", f"{DEMO_ACCOUNT}/insights", limit=5001)
    assert (error["code"], error["http"]) == (1, 500)
    assert error["message"].startswith("Please reduce the amount of data you're asking for")


def test_too_many_rows_are_for_reports_only(large):
    """A direct question of more than fifty thousand rows is refused; a report gives each of them once."""
    asked = {**ASKED, "breakdowns": "gender", "time_range": {"since": "2026-10-15", "until": "2026-11-19"}}
    error = large.error("GET", f"{DEMO_ACCOUNT}/insights", **asked)
    assert (error["code"], error["error_subcode"]) == (100, 1487534)
    run = finished(large, **asked)
    rows = large.everything(f"{run}/insights", limit=30_000)
    assert len(rows) > 50_000
    keys = {(row["ad_id"], row["date_start"], row["gender"]) for row in rows}
    assert len(keys) == len(rows)
    (whole,) = large.insights(fields="spend", time_range=asked["time_range"])
    assert sum(round(float(row["spend"]) * 100) for row in rows) == round(float(whole["spend"]) * 100)


def test_a_larger_account_has_as_many_ads_as_wanted(large):
    """Its ads are in sets of fifty at most, of known classes, and all of them deliver or did."""
    ads = large.everything(
        f"{DEMO_ACCOUNT}/ads", limit=500, effective_status=["ARCHIVED", "ACTIVE", "PAUSED"]
    )
    assert large.get(f"{DEMO_ACCOUNT}/ads", summary="true", limit=1)["summary"]["total_count"] >= 598
    sets = large.everything(f"{DEMO_ACCOUNT}/adsets", fields="ads.limit(100){id}", limit=100)
    assert max(len(row["ads"]["data"]) for row in sets) == 50
    assert {ad["id"] for ad in ads} <= large.app.state.world.truth.keys()
    assert json.dumps(large.insights(level="ad", fields="ad_id", date_preset="maximum")).count("ad_id") > 590
