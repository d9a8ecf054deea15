"""A period that is asked about limits what a review shows; what came before it counts in the judgement."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tools.support import TENT, Desk, demo_brand
from tools.read.review.asked import JUDGED_BY

TODAY = date(2026, 11, 20)
GOOD_THEN_BAD, BAD_THEN_GOOD, YOUNG = "1", "2", "3"


def bought(ad: str, ago: int) -> int:
    """Results of 60 USD on a day: four meet the target of 15 twice over, none meets it never."""
    lately = ago <= 7
    return {GOOD_THEN_BAD: 3 if lately else 8, BAD_THEN_GOOD: 5 if lately else 1}.get(ad, 4)


@pytest.fixture
def turned(made: Callable[..., Desk]) -> Desk:
    """Ads of twelve weeks of which one is bad for a week and one is good for a week, among steady ones; one is ten days old."""
    sets = {"name": "Set", "status": "ACTIVE", "optimization_goal": "OFFSITE_CONVERSIONS"}
    sets |= {"promoted_object": {"custom_event_type": "PURCHASE"}}
    ads, rows = list[dict[str, Any]](), list[dict[str, Any]]()
    for ad in map(str, range(1, 9)):
        age = 10 if ad == YOUNG else 84
        born = TODAY - timedelta(days=age)
        ads.append(
            {"id": ad, "name": f"Ad {ad}", "status": "ACTIVE", "effective_status": "ACTIVE", "adset_id": "7"}
            | {"campaign_id": "8", "adset": sets, "campaign": {"name": "C", "status": "ACTIVE"}}
            | {"created_time": f"{born}T00:00:00+0000"}
        )
        for ago in range(1, age + 1):
            day = (TODAY - timedelta(days=ago)).isoformat()
            sold = [{"action_type": "purchase", "value": str(bought(ad, ago))}]
            row = {"ad_id": ad, "adset_id": "7", "campaign_id": "8", "date_start": day, "date_stop": day}
            figures = {"spend": "60", "impressions": "5000", "inline_link_clicks": "100"}
            rows.append(row | figures | {"actions": sold})
    desk = made("USD", ads=ads, adsets=[sets], insights=rows)
    desk.context.brand = demo_brand(conversion_event=None, protect=[])
    return desk


def table(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows = json.loads(Path(answer["full_table"]).read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows}


def test_a_week_is_shown_and_all_weeks_are_judged(turned: Desk) -> None:
    """A bad week after a long good time pauses nobody, and a good one after a bad time raises nobody; the figures are the week's."""
    spans = [
        {},
        {"since": "2026-11-13", "until": "2026-11-19"},
        {"since": "2026-09-01", "until": "2026-09-05"},
    ]
    whole, week, before = (turned.ask("review_performance", **span) for span in spans)
    seen = [{ad: row["decision"] for ad, row in table(answer).items()} for answer in (whole, week, before)]
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][GOOD_THEN_BAD] != "pause"
    assert seen[0][BAD_THEN_GOOD] != "scale"
    assert "judged_by" not in whole
    assert week["judged_by"] == before["judged_by"] == JUDGED_BY
    assert (week["period"], week["totals"]["spend"]) == ("2026-11-13 to 2026-11-19", f"{8 * 7 * 60}.00")
    rows = table(week)
    assert (rows[GOOD_THEN_BAD]["spend"], rows[GOOD_THEN_BAD]["results"]) == ("420.00", "21")
    assert rows[BAD_THEN_GOOD]["reason"].endswith("; 2026-11-13 to 2026-11-19: 420.00 USD for 35 purchases")
    young = table(before)[YOUNG]
    assert (young["spend"], young["decision"]) == ("0.00", seen[0][YOUNG])
    assert before["totals"]["spend"] == f"{7 * 5 * 60}.00"
    assert "2026-09-01 to 2026-09-05: all 35 rows" in before["complete"]


def test_a_question_about_a_few_days_finds_the_same_losers(reading: Desk) -> None:
    """Whatever days are asked about, the same ads are to be paused, and the totals are those of the days, as insights have them."""
    whole = reading.ask("review_performance")
    for preset in ("today", "last_14d"):
        answer = reading.ask("review_performance", date_preset=preset)
        insights = reading.ask("get_insights", level="account", date_preset=preset)["totals"]
        assert [row["id"] for row in answer["pause"]] == [row["id"] for row in whole["pause"]]
        assert answer["counts"] == whole["counts"]
        assert answer["totals"]["spend"] == insights["spend"]
        assert answer["judged_by"] == JUDGED_BY


def test_a_period_within_a_scope(reading: Desk) -> None:
    """One ad over a period: its own figures and nobody else's."""
    answer = reading.ask("review_performance", scope=TENT, date_preset="last_14d")
    (row,) = answer["pause"]
    insights = reading.ask("get_insights", ids=[TENT], date_preset="last_14d")["totals"]
    assert row["id"] == TENT
    assert f"last_14d: {insights['spend']} USD for {insights['results']} purchase" in row["reason"]
    assert answer["totals"]["spend"] == insights["spend"]
