"""What a table of figures does not hold is said: figures without a value, rows left out, ads that a breakdown passes over."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.tools.support import TENT, Desk, demo_brand
from tools.read.figures.known_fields import FIELDS

LAKE = "23848000000006"
"""A video ad."""


def test_a_figure_that_no_row_holds_is_said_with_its_reason(reading: Desk) -> None:
    """No ThruPlays, no ranking and a count that Meta never spoke of: each has its word, and the rest is there."""
    fields = ["spend", "thruplays", "cost_per_thruplay", "quality_ranking", "shop_clicks", "actions:like"]
    answer = reading.ask("get_insights", ids=[TENT], level="ad", fields=fields)
    assert answer["totals"].keys() == {"spend", "shop_clicks", "actions:like"}
    assert answer["note"] == (
        "Meta gave no quality_ranking for these rows;"
        " no thruplays, cost_per_thruplay in this period: Meta lists only what happened;"
        " no row says anything of shop_clicks, taken as 0"
    )


def test_every_known_figure_has_a_value_or_a_word(reading: Desk) -> None:
    """Asked for all there are, the answer holds each figure or names it among those that Meta gave nothing of."""
    answer = reading.ask("get_insights", fields=list(FIELDS))
    (row,) = answer["rows"]
    said = set(re.findall(r"\w+", answer["note"]))
    assert set(FIELDS) - row.keys() <= said
    assert {name for name in row.keys() & said if row[name] not in (0, "0.00")} <= {"spend"}


def test_a_ratio_over_nothing_is_said(made: Callable[..., Desk]) -> None:
    """Without clicks there is no cost of one, and the answer says so."""
    row = {"spend": "5", "impressions": "9", "clicks": "0", "ad_id": "1", "date_start": "2026-11-13"}
    answer = made("USD", insights=[row]).ask("get_insights", level="ad", fields=["spend", "cpc", "ctr"])
    assert (answer["totals"], answer["note"]) == (
        {"spend": "5.00", "ctr": "0.00"},
        "no cpc, as clicks are 0",
    )


def test_how_far_a_video_was_watched(reading: Desk) -> None:
    """ThruPlays, their cost and the quarters of a video come with the figures of its ad, and the spend over ThruPlays is the cost."""
    fields = [
        "spend",
        "thruplays",
        "cost_per_thruplay",
        "video_p25_watched_actions",
        "video_p100_watched_actions",
    ]
    fields += ["video_avg_time_watched_actions", "video_play_curve_actions"]
    answer = reading.ask("get_insights", ids=[LAKE], level="ad", fields=fields)
    (row,) = answer["rows"]
    plays = {name: row[name]["video_view"] for name in fields[1:6]}
    assert plays["cost_per_thruplay"] == f"{Decimal(row['spend']) / plays['thruplays']:.2f}"
    assert plays["video_p25_watched_actions"] > plays["thruplays"] >= plays["video_p100_watched_actions"] > 0
    assert row["video_play_curve_actions"][0]["value"][0] == 100
    assert "note" not in answer
    answer = reading.ask("get_insights", level="ad", fields=["spend", "thruplays"], limit=100)
    some = sum("thruplays" in row for row in answer["rows"])
    assert 0 < some < len(answer["rows"])
    assert answer["note"] == (
        f"thruplays in {some} of {len(answer['rows'])} rows: nothing of it in the others"
    )
    rows = reading.ask("get_insights", level="ad", fields=["thruplays"], breakdowns=["video_asset"])["rows"]
    assert {row["video_asset"] for row in rows if row["ad_id"] == LAKE} == {
        "Lake morning 15s · 23848500000006"
    }


@pytest.mark.parametrize("name", ["cpa", "cost_per_result"])
def test_rows_without_the_figure_of_a_condition_are_said(made: Callable[..., Desk], name: str) -> None:
    """A limit on cost per result leaves out what has no result; the answer says so and shows the figure once, under one name."""
    bought = [{"action_type": "purchase", "value": "2"}]
    rows = [
        {"ad_id": str(n), "ad_name": f"A{n}", "spend": spend, "impressions": "9", "clicks": "3"}
        | {"inline_link_clicks": "2", "actions": actions, "date_start": "2026-11-13"}
        for n, (spend, actions) in enumerate((("90", bought), ("20", bought), ("50", [])))
    ]
    desk = made("USD", insights=rows)
    desk.context.brand = demo_brand()
    limit = [{"field": name, "operator": ">", "value": 25}]
    answer = desk.ask("get_insights", level="ad", filtering=limit, sort="-cpa")
    assert [row["ad_id"] for row in answer["rows"]] == ["0"]
    assert "cpa" not in answer["rows"][0]
    said = "2 rows do not meet the conditions (1 without any cost_per_result); totals are of those that do"
    assert said in answer["note"]
    dear = [{"field": name, "operator": ">", "value": 2500}]
    none = desk.ask("get_insights", level="ad", filtering=dear, sort="-cpa")["note"]
    assert "no row meets the conditions: 3 rows do not meet" in none


def test_ads_that_a_breakdown_passes_over_are_said(reading: Desk) -> None:
    """By assets there are rows only of ads that have one; how much the others spent stands beside them."""
    whole = Decimal(reading.ask("get_insights")["totals"]["spend"])
    answer = reading.ask("get_insights", breakdowns=["video_asset"])
    held = Decimal(answer["totals"]["spend"])
    assert 0 < held < whole
    assert answer["complete"].endswith(
        f"the account spent {whole:,} USD, these rows hold {held:,}: {whole - held:,} is of ads that Meta has no video_asset of"
    )
    texts = reading.ask("get_insights", ids=[TENT], breakdowns=["title_asset"])
    assert ([row["title_asset"] for row in texts["rows"]], "spent" in texts["complete"]) == (
        ["Tent 20% off"],
        False,
    )
    none = reading.ask("get_insights", ids=[TENT], breakdowns=["product_id"])
    assert (none["rows"], none["note"]) == (
        [],
        "no ad that delivered in this period has a product_id that Meta reports",
    )
    opted = reading.ask("get_insights", breakdowns=["frequency_value"])
    assert "gives only to accounts that opted in" in opted["note"]


def test_two_periods_are_compared_day_by_day(reading: Desk) -> None:
    """With an increment each row has the figures of the day, week or month at the same place of the earlier period."""
    fields = ["spend", "clicks"]

    def days(**period: Any) -> list[dict[str, Any]]:
        return reading.ask("get_insights", fields=fields, limit=100, **period)["rows"]

    for increment, now, before in (
        (1, ("2026-11-13", "2026-11-19"), ("2026-11-06", "2026-11-12")),
        (3, ("2026-11-13", "2026-11-19"), ("2026-11-06", "2026-11-12")),
        ("monthly", ("2026-10-20", "2026-11-10"), ("2026-09-20", "2026-10-11")),
    ):
        asked = {"since": now[0], "until": now[1], "time_increment": increment}
        answer = reading.ask("get_insights", fields=fields, compare="..".join(before), limit=100, **asked)
        earlier = days(since=before[0], until=before[1], time_increment=increment)
        assert [
            {
                name: row[name]
                for name in ("date_start", "date_stop", "not_whole", "spend", "clicks")
                if name in row
            }
            for row in answer["rows"]
        ] == days(**asked)
        assert [(row["spend_before"], row["clicks_before"]) for row in answer["rows"]] == [
            (row["spend"], row["clicks"]) for row in earlier
        ]
        assert answer["totals"]["clicks"] == sum(row["clicks"] for row in answer["rows"])


def test_what_was_delivered_only_before_is_no_row_left_out(made: Callable[..., Desk]) -> None:
    """Ads of the earlier period alone stand in the comparison, and no row is counted as left out."""

    def rows(params: dict[str, str]) -> list[dict[str, Any]]:
        before = "2026-11-06" in params["time_range"]
        day = {"date_start": "2026-11-06" if before else "2026-11-13"}
        numbers = "123" if before else "1"
        return [{"ad_id": n, "spend": "6", "impressions": "9", "clicks": "1"} | day for n in numbers]

    days = {"since": "2026-11-13", "until": "2026-11-13", "compare": "2026-11-06..2026-11-06"}
    answer = made("USD", insights=rows).ask("get_insights", level="ad", fields=["spend", "clicks"], **days)
    assert [row["ad_id"] for row in answer["rows"]] == ["1", "2", "3"]
    assert "note" not in answer
