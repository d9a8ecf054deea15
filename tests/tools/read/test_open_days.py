"""Rows of time that are not whole, periods that are not said, and newest days whose results still come in."""

from datetime import timedelta

import pytest

from tests.tools.support import Desk

FILLING = "still come in, so they look fewer and a result dearer than they will be"


def test_a_comparison_with_newest_days_says_that_results_still_come_in(reading: Desk) -> None:
    """Whatever the rows are, two periods, rows of time or a condition on few days; not where no result is shown or all days are settled."""
    today = reading.context.here.date()
    week = {"since": str(today - timedelta(days=14)), "until": str(today - timedelta(days=8))}
    under_one = {"fields": ["roas"], "filtering": [{"field": "roas", "operator": "LESS_THAN", "value": "1"}]}
    for asked, said in (
        ({"compare": "previous"}, True),
        ({"compare": "previous", "fields": ["spend", "roas"], "date_preset": "yesterday"}, True),
        ({"compare": "previous", "fields": ["spend", "actions:purchase"]}, True),
        ({"time_increment": 7, "fields": ["spend", "cost_per_result"]}, True),
        ({"time_increment": 7, "fields": ["spend", "ctr"]}, False),
        ({"compare": "previous", "fields": ["spend", "actions:link_click"]}, False),
        ({"compare": "previous", **week}, False),
        ({"date_preset": "yesterday", **under_one}, True),
        ({"date_preset": "last_30d", **under_one}, False),
        ({}, False),
    ):
        note = reading.ask("get_insights", **asked).get("note", "")
        assert (FILLING in note) is said, (asked, note)
    settled = today - timedelta(days=4)
    note = reading.ask("get_insights", compare="previous")["note"]
    assert f"results since {settled + timedelta(days=1)} {FILLING}; all there to {settled}" in note


@pytest.mark.parametrize(("step", "rows"), [("monthly", 2), (7, 8), (14, 7), (1, 7)])
def test_rows_of_time_without_a_period_are_several(reading: Desk, step: str | int, rows: int) -> None:
    """A week is not told as a month: months are the last six as far as there are any, other stretches the last eight."""
    answer = reading.ask("get_insights", fields=["spend"], time_increment=step)
    assert len(answer["rows"]) >= rows


def test_a_row_that_is_not_whole_says_so(reading: Desk) -> None:
    """A week cut by the end of the month, the month that runs, today; whole rows say nothing."""
    today = reading.context.here.date()

    def cut(**asked: object) -> list[str | None]:
        rows = reading.ask("get_insights", fields=["spend"], limit=100, **asked)["rows"]
        return [row.get("not_whole") for row in rows]

    weeks = cut(date_preset="last_month", time_increment=7)
    assert weeks == [None] * 4 + ["3 of 7 days"]
    assert cut(date_preset="this_month", time_increment="monthly") == [
        f"{today.day} of 30 days, today is not over"
    ]
    days = cut(date_preset="this_month", time_increment=1)
    assert days == [None] * (today.day - 1) + ["today is not over"]


def test_a_first_month_in_which_delivery_began_is_told(reading: Desk) -> None:
    """Months before it have no row, so it may be of some days alone."""
    answer = reading.ask("get_insights", fields=["spend"], date_preset="this_year", time_increment="monthly")
    assert f"before the row of {answer['rows'][0]['date_start']}" in answer["note"]
