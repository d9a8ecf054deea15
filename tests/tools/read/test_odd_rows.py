"""Rows with odd cells: the rest is kept, the cell is treated as documented, and row and field are named in a line."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.tools.read.test_results_elsewhere import TODAY, an_account
from tests.tools.support import NOW, TENT, Desk
from tools.domain.tool import Applied

SOLD = [{"action_type": "purchase", "value": "5"}]
FIRST = str(10**13)
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
ODD: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"spend": None}, "spend missing in 1 row, taken as 0", {"spend": "2610.00"}),
    ({"impressions": None}, "impressions missing in 1 row, taken as 0", {"impressions": 145000}),
    (
        {"inline_link_clicks": "12.5"},
        "inline_link_clicks with a fraction in 1 row, its whole part counted",
        {"link_clicks": 302},
    ),
    ({"spend": "-3.10"}, "spend below 0 in 1 row, counted as the correction it is", {"spend": "2606.90"}),
    ({"spend": "NaN"}, "spend unreadable in 1 row, left out", {"spend": "2610.00"}),
    ({"spend": "9" * 40}, "spend unreadable in 1 row, left out", {"spend": "2610.00"}),
    ({"spend": ["90"]}, "spend unreadable in 1 row, left out", {"spend": "2610.00"}),
    ({"spend": True}, "spend unreadable in 1 row, left out", {"spend": "2610.00"}),
    ({"spend": 12.5}, "spend sent as a number in 1 row, counted", {"spend": "2622.50"}),
    ({"impressions": "many"}, "impressions unreadable in 1 row, left out", {"impressions": 145000}),
    (
        {"actions": [{"action_type": "purchase"}]},
        "actions (purchase) unreadable in 1 row, left out",
        {"results": "145"},
    ),
    (
        {"actions": [{"action_type": "purchase", "value": "9" * 5000}]},
        "actions (purchase) unreadable in 1 row, left out",
        {"results": "145"},
    ),
    ({"actions": "7"}, "actions unreadable in 1 row, left out", {"results": "145"}),
    ({"actions": [None, *SOLD]}, "actions unreadable in 1 row, left out", {"results": "150"}),
    (
        {"actions": [*SOLD, *SOLD]},
        "actions (purchase) listed twice in 1 row, counted once",
        {"results": "150"},
    ),
    (
        {"actions": [{"action_type": "omni_purchase", "value": "x"}, *SOLD]},
        "actions (omni_purchase) unreadable in 1 row, counted by its other name",
        {"results": "150"},
    ),
    ({"actions": [{"action_type": "PURCHASE", "value": "5"}]}, "", {"results": "150"}),
    ({"actions": [{"action_type": "", "value": "5"}]}, "", {"results": "145"}),
]


def odd_account(odd: dict[str, Any]) -> dict[str, Any]:
    """An ad that sells every day, whose row of yesterday is odd."""
    told = an_account(30, {"custom_event_type": "PURCHASE"}, ads=1, actions=SOLD, inline_link_clicks="10")
    told["insights"][0] |= odd
    return told


def once(answer: dict[str, Any]) -> str:
    """How complete it is; an account made by hand has the same rows at every level that the daily check reads."""
    return re.sub(r"\b[23] rows\b", "1 row", answer["complete"])


@pytest.mark.parametrize(("odd", "said", "totals"), ODD)
def test_an_odd_cell_is_treated_as_documented_and_named(
    made: Callable[..., Desk], odd: dict[str, Any], said: str, totals: dict[str, Any]
) -> None:
    """Every tool that reads figures keeps the rest of them and says row and field in a line."""
    desk = made("USD", **odd_account(odd))
    review = desk.ask("review_performance", date_preset="last_30d")
    figures = desk.ask("get_insights", level="ad")
    assert {name: figures["totals"][name] for name in totals} == totals
    assert {name: review["totals"][name] for name in totals} == totals
    answers = [review, figures, desk.ask("daily_check"), desk.ask("draw_chart")]
    for answer in answers:
        assert ("odd:" in answer["complete"]) == bool(said)
        assert said in once(answer)
        assert not said or YESTERDAY in answer["complete"]


@pytest.mark.parametrize(
    ("odd", "decision"),
    [({"spend": "NaN"}, "not judged"), ({"actions": "7"}, "not judged"), ({"spend": "-3.10"}, "scale")],
)
def test_an_ad_whose_figures_cannot_be_read_is_not_judged(
    made: Callable[..., Desk], odd: dict[str, Any], decision: str
) -> None:
    """What is left out must pause nobody; a correction is a figure like any other."""
    told = an_account(30, {"custom_event_type": "PURCHASE"}, ads=4, actions=SOLD)
    for row in told["insights"]:
        row["spend"] = "30" if row["ad_id"] == FIRST else "200"
    told["insights"][0] |= odd
    answer = made("USD", **told).call("review_performance", date_preset="last_30d").details["review"]
    assert {v.ad.ad_id: v.decision for v in answer.verdicts}[FIRST] == decision


def test_rows_that_come_again_count_once(made: Callable[..., Desk]) -> None:
    """Overlapping pages repeat rows: they count once, also where the figures moved in between, and it is said."""
    told = odd_account({})
    moved = told["insights"][1] | {"spend": "95"}
    told["insights"] += [told["insights"][0], moved]
    desk = made("USD", **told)
    for answer in (
        desk.ask("get_insights", level="ad"),
        desk.ask("review_performance", date_preset="last_30d"),
    ):
        assert answer["totals"]["spend"] == "2700.00"
        assert "1 row came twice, counted once" in answer["complete"]
        assert "1 row came again with other figures, the first counted" in answer["complete"]


@pytest.mark.parametrize("day", ["yesterday", None, 7, "", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_row_without_a_readable_day_is_left_out_where_days_matter(
    made: Callable[..., Desk], day: Any
) -> None:
    """It belongs to no day, so no judgement and no chart holds it; sums over the period do."""
    desk = made("USD", **odd_account({"date_start": day, "date_stop": day}))
    for answer in (
        desk.ask("review_performance", date_preset="last_30d"),
        desk.ask("daily_check"),
        desk.ask("draw_chart"),
    ):
        assert "1 row without a day that can be read, left out" in once(answer)
    by_day = desk.ask("get_insights", level="ad", time_increment=1)
    assert "without a day that can be read, in no chart of days" in once(by_day)
    assert "without a day that can be read" in str(desk.ask("make_report", date_preset="last_30d"))
    assert desk.ask("get_insights", level="ad")["totals"]["spend"] == "2700.00"


def test_many_odd_cells_are_one_short_line(made: Callable[..., Desk]) -> None:
    """Hundreds of odd cells are counted, with the first of each kind."""
    told = an_account(
        90, {"custom_event_type": "PURCHASE"}, ads=5, actions="7", spend="NaN", impressions=None
    )
    complete = made("USD", **told).ask("get_insights", level="ad")["complete"]
    assert "spend unreadable in 450 rows, left out (10000000000000 of" in complete
    assert len(complete) < 500


def test_outcomes_name_odd_rows(made: Callable[..., Desk]) -> None:
    """What came of changes is told in spite of an odd row, which is named."""
    told = odd_account({"spend": "lots"})
    desk = made("USD", **told)
    (change,) = desk.propose("set_budget", id="7", daily_budget="80 USD").changes
    desk.ledger.entries.append(Applied(change, "cs-1", NOW - timedelta(days=20), {}, undone=False))
    answer = desk.ask("history", outcomes=True)
    assert "spend unreadable in 1 row, left out (7 of" in answer["outcomes_note"]
    assert answer["outcomes"][0]["before"] == "18.00 (50)"


def test_the_sandbox_orders_odd_rows(desk: Desk) -> None:
    """A fault makes rows of a list odd, so that others can try their own code against them."""
    fault = {"path": "/act_*/insights", "set": {"spend": "-3.10"}, "leave_out": ["actions"], "rows": [0]}
    desk.http.post("/sandbox/faults", json=[fault, {"path": "/act_*/insights", "repeat_rows": True}])
    answer = desk.ask("get_insights", ids=[TENT], level="ad", time_increment=1)
    assert "spend below 0 in 1 row, counted as the correction it is" in answer["complete"]
    assert answer["rows"][0]["spend"] == "-3.10"
    twice = desk.ask("get_insights", ids=[TENT], level="ad", time_increment=1)
    assert "7 rows came twice, counted once" in twice["complete"]
    assert date.fromisoformat(twice["rows"][0]["date_start"]) == date(2026, 11, 13)
