"""What came of changes: the cost per result before and since, honest about how little it proves."""

import re
from datetime import timedelta

from tests.tools.support import JACKET, NOW, PROSPECTING, SPRING, TENT, Desk


def told(desk: Desk) -> list[dict]:
    return desk.ask("history", outcomes=True)["outcomes"]


def test_a_pause_is_told_by_the_cost_of_its_ad_set(desk: Desk) -> None:
    """Ads of one ad set and set make one line; the figures are before and since."""
    change = desk.one("set_status", ids=[TENT], status="PAUSED")
    desk.enact(change, at=NOW - timedelta(days=14))
    (row,) = told(desk)
    assert row["what"] == "paused Static – Tent 20% off (figures of its ad set)"
    assert (row["level"], row["id"]) == ("adset", PROSPECTING)
    assert row["days_since"] == 10
    assert re.fullmatch(r"[0-9]+\.[0-9]{2} \([0-9]+\)", row["before"])
    assert re.fullmatch(r"[0-9]+\.[0-9]{2} \([0-9]+\)", row["since"])
    assert row["verdict"] == "no clear change"


def test_ads_of_several_sets_are_apart(desk: Desk) -> None:
    """Each ad set is looked at for itself."""
    desk.enact(
        *desk.propose("set_status", ids=[TENT, JACKET], status="PAUSED").changes, at=NOW - timedelta(days=9)
    )
    assert len({row["id"] for row in told(desk)}) == 2


def test_a_campaign_is_looked_at_as_a_whole(desk: Desk) -> None:
    """Its own figures, not those of one ad set."""
    desk.enact(desk.one("set_budget", id=SPRING, daily_budget="400.00 USD"), at=NOW - timedelta(days=9))
    (row,) = told(desk)
    assert (row["level"], row["id"]) == ("campaign", SPRING)
    assert row["what"].startswith("budget of Spring")


def test_the_newest_days_are_too_early(desk: Desk) -> None:
    """Results of yesterday's change are still coming in."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), at=NOW - timedelta(days=1))
    (row,) = told(desk)
    assert row["verdict"] == "too early to say"
    assert row["days_since"] == 0


def test_days_whose_results_still_come_in_are_not_held_against_before(desk: Desk) -> None:
    """Of the fourteen days before a change of yesterday only those count that have settled."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), at=NOW - timedelta(days=1))
    settled = desk.ask(
        "get_insights", level="adset", ids=[PROSPECTING], since="2026-11-05", until="2026-11-16"
    )
    totals = settled["totals"]
    assert told(desk)[0]["before"] == f"{totals['cost_per_result']} ({totals['results']})"


def test_the_numbers_a_change_rested_on_are_there(desk: Desk) -> None:
    """Why it was done, in figures."""
    desk.ask("review_performance")
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), at=NOW - timedelta(days=9))
    (row,) = told(desk)
    assert row["rested_on"]["Static – Tent 20% off"]["results"] == "0"


def test_nothing_applied_is_nothing_to_tell(desk: Desk) -> None:
    """No request is made for it."""
    before = desk.wire.stats.requests
    answer = desk.ask("history", outcomes=True)
    assert answer["outcomes"] == []
    assert "no pause" in answer["outcomes_note"]
    assert desk.wire.stats.requests == before


def test_the_plain_history_asks_meta_nothing(desk: Desk) -> None:
    """Outcomes are extra."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    before = desk.wire.stats.requests
    assert "outcomes" not in desk.ask("history")
    assert desk.wire.stats.requests == before
