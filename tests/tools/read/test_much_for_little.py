"""A choice or an order by cost names what spent much without a result: it has no cost, and is worse than all that have one."""

from typing import Any

import pytest

from tests.agent.models.offline.talking import A1, A2, A3, Talk
from tests.tools.support import TENT, Desk

FEW = {"field": "results", "operator": ">=", "value": 5}
DEAR = {"field": "cpa", "operator": ">", "value": 60}


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"filtering": [DEAR]}, True),
        ({"filtering": [{**DEAR, "value": [60]}]}, True),
        ({"filtering": [{**DEAR, "value": 1_000}]}, False),
        ({"filtering": [{**DEAR, "field": "cost_per_result_7d_click"}], "attribution": ["7d_click"]}, False),
        ({"filtering": [{**DEAR, "operator": "<"}]}, False),
        ({"filtering": [DEAR, {"field": "spend", "operator": "<", "value": 5}]}, False),
        ({"sort": "-cost_per_result", "filtering": [FEW]}, True),
        ({"sort": "roas", "filtering": [FEW]}, True),
        ({"sort": "-cost_per_result"}, True),
        ({"sort": "cost_per_result"}, False),
        ({"filtering": [DEAR], "time_increment": 7}, False),
        ({"sort": "-spend"}, False),
    ],
)
def test_what_sold_nothing_is_named_beside_a_choice_by_cost(
    reading: Desk, asked: dict[str, Any], there: bool
) -> None:
    """Only where nothing but the missing cost keeps it out; ads that are after visits are no such thing."""
    answer = reading.ask("get_insights", level="ad", date_preset="last_30d", **asked)
    rows = answer.get("much_spent_for_little", {}).get("rows", [])
    assert (TENT in [row["ad_id"] for row in rows]) is there
    assert not [row for row in rows if row["ad_name"].startswith("Blog")]


def _figures(*rows: dict[str, Any]) -> dict[str, Any]:
    little = [{"ad_id": A1, "ad_name": "Sold nothing", "spend": "1217.86", "results": "0"}]
    return {
        "period": "last_30d",
        "complete": "all 9 rows",
        "totals": {"spend": "9.00"},
        "rows": list(rows),
        "much_spent_for_little": {"why": "spent much", "rows": little},
    }


ROWS = (
    {"ad_id": A2, "ad_name": "Dear", "spend": "600.00", "results": "6", "cost_per_result": "100.00"},
    {"ad_id": A3, "ad_name": "Less", "spend": "500.00", "results": "6", "cost_per_result": "83.33"},
)


def test_looking_and_pausing_by_cost_go_by_the_same_days_and_name_it() -> None:
    """The same 30 days; pausing says which before it says what, and how to pause what has no cost."""
    talk = Talk(get_insights=_figures(*ROWS))
    listed = talk.say("ads with cpa over 60")
    (((_, looked),),) = talk.turns
    paused = talk.say("pause ads with cpa over 60")
    assert looked["date_preset"] == talk.turns[0][0][1]["date_preset"] == "last_30d"
    said = 'Not among them, as it spent much: Sold nothing (1,217.86 spent). To pause that too: pause "Sold nothing"'
    assert listed.splitlines()[-1] == paused.splitlines()[-1] == said
    assert paused.splitlines()[1] == "By the figures of last 30 days."
    assert "Complete: chosen from all 9 rows." in listed


def test_the_worst_begin_with_what_sold_nothing() -> None:
    """In the list, in what "the first one" means after it, and in what is paused by the same words."""
    talk = Talk(get_insights=_figures(*ROWS))
    listed = talk.say("worst 2 ads by cpa").splitlines()
    assert [line.split("  ")[1] for line in listed if line.startswith("  ") and line[2] != " "] == [
        "Sold nothing",
        "Dear",
    ]
    talk.say("pause the first one")
    assert talk.last == {"ids": [A1], "status": "PAUSED"}
    talk.say("pause the 2 ads with the worst cpa")
    assert talk.last == {"ids": [A1, A2], "status": "PAUSED"}


@pytest.mark.parametrize("level", ["adset", "campaign"])
def test_an_ad_set_or_campaign_without_a_result_is_named_among_the_worst(reading: Desk, level: str) -> None:
    """It spent much and brought nothing, so an order by cost may not pass it by, whatever it is after."""
    asked = {"level": level, "sort": "-cost_per_result", "filtering": [FEW]}
    answer = reading.ask("get_insights", date_preset="last_30d", **asked)
    names = [row[f"{level}_name"] for row in answer["much_spent_for_little"]["rows"]]
    assert any(name.startswith("Blog") for name in names)
    assert not {row[f"{level}_name"] for row in answer["rows"]} & set(names)


def test_the_count_of_rows_holds_what_stands_before_them() -> None:
    """What spent much without a result is shown first, and so is counted among those shown and among all."""
    talk = Talk(get_insights=_figures(*ROWS) | {"rows_shown": "2 of 8, highest cost_per_result first"})
    assert "3 of 9 rows:" in talk.say("worst ads by cpa")


def test_a_table_in_an_order_is_of_all_rows() -> None:
    """An order that nobody asked the best or the worst of leaves nothing out, so totals are of all."""
    for asked in ("cpa by campaign, sorted", "cpa by adset last 7 days, sorted"):
        talk = Talk(get_insights=_figures(*ROWS))
        assert "Left out" not in talk.say(asked)
        assert "filtering" not in talk.last
