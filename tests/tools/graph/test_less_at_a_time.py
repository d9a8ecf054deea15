"""Every way in which Meta says that a read is too much, on the sandbox: less at a time gives the same rows, each once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tools.graph import GraphError, GraphFailure, GraphReader, Smaller, WaitBudget, Wire, WireEvent
from tools.graph.listing import ListCall
from tools.graph.reports import ReportFailed

INSIGHTS, ADS = f"{DEMO_ACCOUNT}/insights", f"{DEMO_ACCOUNT}/ads"
TEXT = "Please reduce the amount of data you're asking for, then retry your request"
SAID = [
    {"code": 1, "message": TEXT, "http_status": 500},
    {"code": 2, "subcode": 1504044},
    {"code": 1, "subcode": 99},
    {"code": 2},
    {"code": 1, "http_status": 500},
    {"code": 100, "subcode": 1487534},
    {"code": 100, "message": TEXT},
    {"code": 2, "subcode": 1504038},
    {"code": -3},
]
HOW = [*({"error": error} for error in SAID), {"html": 504}, {"html": 404}, {"drop": True}]
WEEK = {"since": "2026-11-10", "until": "2026-11-16"}
DAILY = {
    "level": "ad",
    "fields": "ad_id,spend,impressions,reach",
    "time_range": WEEK,
    "time_increment": 1,
}
heavy = pytest.mark.parametrize("how", HOW, ids=lambda how: json.dumps(how)[:60])


class Side:
    """The sandbox at a moment, with faults, read by a client whose waits take no time."""

    def __init__(self, *faults: dict[str, Any], wait_s: float = 300) -> None:
        app = create_app(
            now=datetime(2026, 11, 20, 17, tzinfo=UTC),
            faults=[{"probability": 1, **fault} for fault in faults],
        )
        self.events: list[WireEvent] = []
        self.waits: list[float] = []
        self.wire = Wire(
            "sandbox-token",
            base_url="http://sandbox",
            transport=SandboxTransport(app),
            sleep=self.waits.append,
            on_event=self.events.append,
            wait_budget=WaitBudget(wait_s),
        )
        self.reader = GraphReader(self.wire)

    def figures(self, *, page_size: int = 200, keep: bool = False, **params: Any) -> list[dict[str, Any]]:
        return list(self.reader.insights(INSIGHTS, page_size=page_size, keep=keep, **(DAILY | params)))

    def smaller(self) -> list[str]:
        return [event.reason for event in self.events if isinstance(event, Smaller)]


def told(rows: list[dict[str, Any]]) -> list[str]:
    """Rows in an order of their own: parts come one after the other."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.fixture(scope="module")
def whole() -> list[str]:
    """What the account delivered in that week, read without faults."""
    rows = told(Side().figures())
    assert len(rows) == len(set(rows)) > 100
    return rows


@heavy
def test_pages_above_ten_rows_are_read_by_fewer(how: dict[str, Any], whole: list[str]) -> None:
    """Whatever Meta says to a page that is too large, its rows come by smaller ones; what is asked is told."""
    side = Side({"method": "GET", "path": "/*/insights", "limit_above": 10, **how})
    assert told(side.figures()) == whole
    assert side.smaller()
    assert sum(side.waits) <= 200


@pytest.mark.parametrize("how", [*HOW, {"error": {"code": 2642}}], ids=lambda how: json.dumps(how)[:60])
def test_later_pages_that_are_too_much_double_no_row(how: dict[str, Any], whole: list[str]) -> None:
    """From the second page on nothing comes at once, or its cursor is void: the rest is read otherwise, and what came is not given again."""
    side = Side({"method": "GET", "path": f"/{INSIGHTS}", "later_page": True, **how})
    assert told(side.figures(page_size=50)) == whole


@heavy
@pytest.mark.parametrize("report", [{"html": 404}, {"report": "Job Failed"}, {"report": "Job Skipped"}])
def test_days_that_are_too_many_are_asked_for_in_parts(
    how: dict[str, Any], report: dict[str, Any], whole: list[str]
) -> None:
    """More than two days are too much at once, and Meta makes no report of any: fewer days at a time."""
    too_many = {"method": "GET", "path": f"/{INSIGHTS}", "days_above": 2, **how}
    side = Side(too_many, {"method": "POST", "path": f"/{INSIGHTS}", **report}, wait_s=2000)
    assert told(side.figures()) == whole
    assert any("2026-11-1" in reason for reason in side.smaller())


@pytest.mark.parametrize("preset", ["last_7d", "last_14d"])
def test_a_preset_that_is_too_long_is_parted_by_its_days(preset: str) -> None:
    """The days that it stands for are Meta's word, in the account's own zone."""
    asked = {"time_range": None, "date_preset": preset}
    too_many = {"method": "GET", "path": f"/{INSIGHTS}", "days_above": 3, "error": SAID[0]}
    refused = {"method": "POST", "path": f"/{INSIGHTS}", "html": 404}
    span = {"method": "GET", "path": f"/{INSIGHTS}", "limit_above": 1}
    side = Side(too_many | span, refused)
    assert told(side.figures(**asked)) == told(Side().figures(**asked))


def test_one_day_that_is_too_much_is_read_by_objects(whole: list[str]) -> None:
    """Neither at once nor as a report: by campaigns, ad sets and ads, each row as it is in the whole."""
    day = {"since": "2026-11-12", "until": "2026-11-12"}
    heavy_ads = {"method": "GET", "path": f"/{INSIGHTS}", "limit_above": 4, "error": SAID[0]}
    side = Side(heavy_ads, {"method": "POST", "path": f"/{INSIGHTS}", "html": 404})
    rows = side.figures(time_range=day)
    assert told(rows) == [row for row in whole if '"date_start": "2026-11-12"' in row]


def test_figures_that_do_not_add_up_are_read_by_objects_alone() -> None:
    """Reach over the week is never put together from days; each ad's is what Meta says of it."""
    total = {"time_increment": None, "fields": "ad_id,reach,frequency"}
    side = Side(
        {"method": "GET", "path": f"/{INSIGHTS}", "limit_above": 4, "error": SAID[0]},
        {"report": "Job Failed"},
    )
    assert told(side.figures(**total)) == told(Side().figures(**total))


def test_reach_that_cannot_be_read_is_said_and_not_summed() -> None:
    """Where nothing but fewer days would be given, there is a failure and no figure."""
    too_many = {"method": "GET", "path": f"/{INSIGHTS}", "days_above": 2, "error": SAID[0]}
    side = Side(too_many, {"method": "POST", "report": "Job Failed"}, wait_s=2000)
    with pytest.raises((GraphError, ReportFailed)):
        side.figures(time_increment=None, fields="ad_id,reach")


@pytest.mark.parametrize("end", ["no percent", "percent as text"])
def test_a_report_that_says_its_end_oddly_is_read(end: str, whole: list[str]) -> None:
    """Completed without a percentage, or with one as text, is completed."""
    side = Side({"method": "POST", "report": end})
    assert told(list(side.reader.insights(INSIGHTS, page_size=200, large=True, **DAILY))) == whole
    assert sum(side.waits) <= 31  # the sandbox takes five looks


def test_a_report_of_one_day_that_fails_once_is_asked_for_again() -> None:
    """It cannot be smaller by days, so the same one is asked for a second time before it is read otherwise."""
    day = {
        "time_range": {"since": "2026-11-12", "until": "2026-11-12"},
        "level": "account",
        "fields": "spend",
    }
    side = Side(
        {"method": "POST", "report": "Job Failed", "times": 1},
        {"method": "GET", "path": f"/{INSIGHTS}", "html": 504},
    )
    rows = list(side.reader.insights(INSIGHTS, page_size=200, large=True, **(DAILY | day)))
    assert [row["date_start"] for row in rows] == ["2026-11-12"]


def test_result_pages_that_are_too_heavy_are_made_smaller(whole: list[str]) -> None:
    """A finished report that gives no more than ten rows at a time is read by ten."""
    side = Side({"method": "GET", "path": "/*/insights", "limit_above": 10, "error": SAID[0]})
    assert told(list(side.reader.insights(INSIGHTS, page_size=200, large=True, **DAILY))) == whole


@heavy
def test_a_list_of_heavy_rows_is_read_by_fewer(how: dict[str, Any]) -> None:
    """All ads, in order, each once, although more than ten at once are too much."""
    side = Side({"method": "GET", "path": f"/{ADS}", "limit_above": 10, **how})
    asked = {"fields": "id,name", "summary": "true"}
    assert side.reader.read_all(ADS, **asked).rows == Side().reader.read_all(ADS, **asked).rows


@heavy
def test_one_list_of_several_that_is_too_heavy_holds_up_no_other(
    how: dict[str, Any], whole: list[str]
) -> None:
    """In a batch one item is too much; it goes on alone, by less."""
    side = Side({"method": "GET", "path": f"/{INSIGHTS}", "limit_above": 25, **how})
    ads, figures = side.reader.lists(ListCall(ADS, 200, {"fields": "id"}), ListCall(INSIGHTS, 200, DAILY))
    assert (len(list(ads)), told(list(figures))) == (len(Side().reader.read_all(ADS).rows), whole)


def test_a_batch_that_breaks_is_asked_for_in_halves() -> None:
    """960 says that a batch took too long: smaller batches give all answers, in order."""
    side = Side({"path": "/", "error": {"code": 960}, "times": 2})
    ids = [row["id"] for row in Side().reader.read_all(ADS, fields="id").rows[:8]]
    answers = side.reader.get_many([(i, {"fields": "id"}) for i in ids])
    assert [answer["id"] for answer in answers if isinstance(answer, dict)] == ids


def test_parts_that_meta_never_gives_are_named() -> None:
    """One ad on one day fails however it is asked for: with `keep` all others come, and what is missing is said."""
    side = Side(
        {"method": "GET", "path": f"/{INSIGHTS}", "days_above": 0, "nth": 3, "error": SAID[1]},
        {"method": "POST", "html": 404},
        wait_s=0,
    )
    stream = side.reader.insights(INSIGHTS, page_size=20, keep=True, **DAILY)
    rows = list(stream)
    assert rows
    assert not stream.complete
    assert "not all: " in stream.said("rows")
    assert "1504044" in stream.said("rows")


def test_a_meta_that_is_down_is_not_asked_for_ever() -> None:
    """Where less is not answered either, the failure is said after a bounded number of questions."""
    for how in ({"html": 502}, {"error": SAID[0]}, {"error": {"code": 2}}):
        side = Side({"path": f"/{INSIGHTS}", **how})
        with pytest.raises(GraphFailure):
            side.figures()
        assert side.wire.stats.requests <= 60
        assert sum(side.waits) <= 300
