"""The daily check: five questions from a few requests, problems first, in lines that can be passed on."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.tools.support import ACCOUNT, NOW, PROSPECTING, SPRING, SUMMER, TENT, Desk, demo_brand
from tools.analysis.pacing import Stretch
from tools.domain.brand import Amount
from tools.read.daily import lines

WORN = {"23848000000009", "23848000000023", "23848000000044", "23848000000063"}
"""The ads that the demo account made tired."""
DISAPPROVED = "23848000000010"


def test_all_questions_are_answered_problems_first(reading: Desk) -> None:
    """Every question has lines, and the rejected ad is the first of them."""
    told = reading.ask("daily_check")
    assert list(told["answers"]) == [
        "problems",
        "on_track",
        "running",
        "performance",
        "winners_and_losers",
        "fatigue",
    ]
    assert told["answers"]["problems"][0].startswith("Rejected: Static – Feeling unfit? Go outside: Personal")
    assert told["at"] == "2026-11-20 12:00 America/New_York"


def test_it_takes_few_requests(desk: Desk) -> None:
    """A batch of account, lists and figures, one of the review, and one that compares levels before a pause."""
    before = desk.wire.stats.requests
    desk.ask("daily_check")
    assert desk.wire.stats.requests - before == 3


def test_it_stays_short_enough_for_a_model(reading: Desk) -> None:
    """6,000 characters at most, the file with everything apart."""
    assert len(json.dumps(reading.ask("daily_check"), ensure_ascii=False)) <= 6000


def test_exactly_the_tired_ads_are_to_be_refreshed(reading: Desk) -> None:
    """The four whose click rate the demo account lets fall, and the file says why."""
    told = reading.ask("daily_check")
    assert set(told["ids"]["refresh"]) == WORN
    table = json.loads(Path(told["full_table"]).read_text(encoding="utf-8"))
    rows = {row["id"]: row for row in table}
    assert all(rows[ad]["turned"] and "CTR" in rows[ad]["reason"] for ad in WORN)
    assert float(rows[TENT]["frequency_7d"]) > 1


def test_the_fall_of_an_ad_is_told_alike_wherever_it_is_told(reading: Desk) -> None:
    """One day since when and one share, in the lines, in the file and in the review."""
    told, review = reading.ask("daily_check"), reading.ask("review_performance")
    table = {row["id"]: row for row in json.loads(Path(told["full_table"]).read_text(encoding="utf-8"))}
    assert review["refresh"]
    for row in review["refresh"]:
        since = date.fromisoformat(row["since"])
        less = f"{row['ctr_fell']} less since about {since:%b} {since.day}"
        assert any(row["name"][:20] in line and less in line for line in told["answers"]["fatigue"])
        assert table[row["id"]]["turned"] == row["since"]
        assert f"fell {row['ctr_fell']} since about {row['since']}" in table[row["id"]]["reason"]


def test_each_figure_names_its_days(reading: Desk) -> None:
    """The use of a budget and the cost beside it are of other days; the last seven days hold results that still come."""
    answers = reading.ask("daily_check")["answers"]
    (held,) = [line for line in answers["running"] if line.startswith("Budget holds back")]
    assert re.search(
        r"\(\d+ % of [0-9.]+ USD in \d days; [0-9.]+ per purchase in the 7 days to Nov 16\)", held
    )
    (week,) = [line for line in answers["performance"] if line.startswith("7 days: ")]
    assert week.endswith("(more results to come)")


def test_the_losers_are_those_of_the_review(reading: Desk) -> None:
    """One judgement, whoever asks for it."""
    told, review = reading.ask("daily_check"), reading.ask("review_performance")
    assert told["ids"]["pause"] == [row["id"] for row in review["pause"]]


def test_a_wrong_token_is_a_problem(desk: Desk) -> None:
    """What the run knows of its token stands among the problems."""
    desk.context.token_troubles = lambda: ["Token expires: in 3 days. Renew it."]
    assert "Token expires: in 3 days. Renew it." in desk.ask("daily_check")["answers"]["problems"]


def test_a_locked_account_comes_before_everything(desk: Desk) -> None:
    """Its state is read anew, not remembered from the beginning of the talk."""
    desk.world.nodes[ACCOUNT].data |= {"account_status": 3}
    told = desk.ask("daily_check")
    assert "payment that failed (UNSETTLED)" in told["answers"]["problems"][0]
    (pace,) = [line for line in told["answers"]["on_track"] if not line.startswith("Cost: ")]
    assert re.fullmatch(
        r"Not judged: the account cannot run ads \(UNSETTLED\)\. Spent this month: .* USD", pace
    )
    assert "Leaves budget unspent" not in str(told["answers"]["running"])
    assert told["ids"] == {}


def test_the_plan_of_the_month_stands_beside_where_it_is_heading(reading: Desk) -> None:
    """What is planned by now, what it is heading for, and what is planned for the whole."""
    month = reading.ask("daily_check")["answers"]["on_track"][1]
    assert re.match(r"Month: \S+ of \S+ USD by now, .*, heading for \S+ of \S+ by its end$", month)


def test_a_spend_cap_that_is_used_up_is_a_problem(desk: Desk) -> None:
    """Nothing runs any more then."""
    desk.world.nodes[ACCOUNT].data |= {"spend_cap": "100"}
    assert "spend cap is used up: nothing runs" in desk.ask("daily_check")["answers"]["problems"][0]


def test_issues_of_any_level_are_told(desk: Desk) -> None:
    """Meta's own words, with the object they are about."""
    issue = [{"level": "AD_SET", "error_summary": "Audience too small", "error_message": "Nobody fits."}]
    desk.world.nodes[PROSPECTING].data |= {"issues_info": issue}
    assert "Ad set Summer – Prospecting: Nobody fits." in desk.ask("daily_check")["answers"]["problems"]


def test_a_target_by_value_is_told_as_one(desk: Desk) -> None:
    """With a target ROAS the on-track line speaks of ROAS."""
    desk.context.brand = demo_brand(target_cpa=None, target_roas=Decimal(3))
    (line,) = [text for text in desk.ask("daily_check")["answers"]["on_track"] if text.startswith("ROAS")]
    assert line.endswith("target 3.00")


def test_a_target_that_is_missed_is_said_with_its_distance(desk: Desk) -> None:
    """Twice the cost is 100 % above."""
    desk.context.brand = demo_brand(target_cpa=Amount.parse("12.50 USD"))
    (line,) = [text for text in desk.ask("daily_check")["answers"]["on_track"] if text.startswith("Cost")]
    assert "% above the target of 12.50" in line


def test_a_budget_that_was_just_raised_is_not_judged(desk: Desk) -> None:
    """What was spent under the old budget says nothing about the new one."""
    change = desk.one("set_budget", id=PROSPECTING, daily_budget="990.00 USD")
    desk.enact(change, at=NOW - timedelta(hours=1))
    assert "Summer – Prospecting" not in " ".join(desk.ask("daily_check")["answers"]["running"])
    desk.ledger.entries.clear()
    assert "Summer – Prospecting (29 % of 990.00" in " ".join(desk.ask("daily_check")["answers"]["running"])


def test_a_paused_campaign_takes_its_budget_out_of_the_plan(desk: Desk) -> None:
    """What does not run is not planned for."""
    planned = desk.ask("daily_check")["answers"]["on_track"][0]
    desk.elsewhere(SPRING, status="PAUSED")
    desk.elsewhere(SUMMER, status="PAUSED")
    assert desk.ask("daily_check")["answers"]["on_track"][0] != planned


@pytest.mark.parametrize("currency", ["JPY", "EUR"])
def test_an_empty_account_has_no_problems(made, currency) -> None:
    """No ads, no figures: every line still says something true."""
    told = made(currency).ask("daily_check")
    assert "problems" not in told["answers"]
    assert told["ids"] == {}
    assert told["answers"]["running"][0].startswith("0 ads in 0 ad sets")


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (81, ", 19 % less than today's budgets allow"),
        (100, ", as much as today's budgets allow: on pace"),
        (110, ", 10 % more than today's budgets allow: on pace"),
        (119, ", 19 % more than today's budgets allow"),
        (79, ", 21 % less than today's budgets allow: behind"),
        (150, ", 50 % more than today's budgets allow: ahead"),
    ],
)
def test_pace_is_said_as_the_distance_from_what_the_budgets_allow(spent: int, said: str) -> None:
    """Near enough and too far are told apart, and a share is never called a pace."""
    stretch = Stretch(spent, 100, Decimal("0.5"), 200)
    assert lines.pace_said(stretch) == said


def test_without_a_target_it_says_what_was_assumed_and_what_visits_cost(reading: Desk) -> None:
    """An ad that buys visits wins or loses by its link clicks, never by purchases that it does not have."""
    assert "Assumed" not in str(reading.ask("daily_check"))
    reading.context.brand = demo_brand(target_cpa=None)
    told = reading.ask("daily_check")["answers"]["winners_and_losers"]
    assert told[-1].startswith("Assumed: no target is given: the ")
    blogs = [line for line in told if "Blog" in line]
    assert blogs
    assert all(line.endswith(" per link click") for line in blogs)
