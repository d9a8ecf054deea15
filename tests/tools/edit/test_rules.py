"""Rules that Meta runs: compiled from a criterion, made switched off, sparing what is protected, listed and deleted."""

from typing import Any

import pytest

from tests.tools.edit.test_rename_remove import shown
from tests.tools.support import EVERGREEN, SUMMER, TENT, Desk, demo_brand
from tools.domain.changes import Effect


def test_a_criterion_becomes_a_rule(desk: Desk) -> None:
    """What it does stands in words beside each condition; Meta's own preview finds the loser, and no protected ad."""
    change = desk.one("make_rule", spend_over="50 USD", no_results=True, days=14)
    params: Any = change.request.params
    assert (params["status"], change.effect) == ("DISABLED", Effect.CREATE)
    filters = {row["field"]: (row["operator"], row["value"]) for row in params["evaluation_spec"]["filters"]}
    assert filters["spent"] == ("GREATER_THAN", 5000)
    assert filters["results"] == ("LESS_THAN", 1)
    assert filters["time_preset"] == ("EQUAL", "LAST_14D")
    assert EVERGREEN in filters["id"][1]
    text = shown(change)
    assert "does: pauses each running ad that fits: spent over 50.00 USD, no results, last 14 days" in text
    assert "a person switches it on in Ads Manager" in text
    (rule,) = desk.enact(change)
    matching = {row["id"] for row in desk.send("POST", f"{rule}/preview", {})["data"]}
    assert TENT in matching
    assert EVERGREEN not in matching


def test_the_targets_of_the_brand_file_are_the_default(reading: Desk) -> None:
    """The target CPA, and twice that as spend; without one it asks."""
    change = reading.one("make_rule", campaign_ids=[SUMMER], level="adset")
    assert change.name == "Pause ad sets: spent over 50.00 USD, cost per purchase over 25.00 USD, last 7 days"
    assert "looks at: Summer Sale – Sales" in shown(change)
    brand, reading.context.brand = reading.context.brand, demo_brand(target_cpa=None)
    try:
        assert "no target_cpa to go by; give spend_over" in reading.refusal("make_rule")
    finally:
        reading.context.brand = brand


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"no_results": True, "cost_over": "9 USD"}, "make two rules for both"),
        ({"spend_over": "9 EUR"}, "The account is in USD"),
        ({"campaign_ids": [TENT]}, "is no campaign"),
        ({"days": 5}, "days:"),
    ],
)
def test_what_is_no_criterion_is_refused(reading: Desk, asked: dict[str, Any], said: str) -> None:
    """With what to give instead."""
    assert said in reading.refusal("make_rule", **asked)


def test_rules_are_listed_in_words_and_deleted_for_good(desk: Desk) -> None:
    """Also those of others, with who made them; an id that is no rule is refused."""
    own = desk.enact(desk.one("make_rule", spend_over="50 USD", no_results=True))[0]
    listed = desk.ask("list_rules")["rules"]
    (rule,) = [row for row in listed if row["id"] == own]
    assert (rule["on"], rule["by"], rule["does"]) == (False, "adsteward", "PAUSE")
    assert "spent > 50.00 USD" in rule["when"]
    change = desk.one("remove_rules", ids=[own])
    assert (change.request.method, change.effect) == ("DELETE", Effect.IRREVERSIBLE)
    desk.enact(change)
    assert own not in [row["id"] for row in desk.ask("list_rules")["rules"]]
    assert "No rule of act_123456789: 7" in desk.refusal("remove_rules", ids=["7"])


def test_a_new_rule_is_switched_on_by_a_person_and_nothing_else(desk: Desk) -> None:
    """The turn that makes it cannot start it; what a person has switched on since is not deleted by an undo."""
    made = desk.one("make_rule", spend_over="50 USD", no_results=True, name="Watch")
    assert "a person switches it on" in desk.refusal("set_status", ids=["new:Watch"], status="ACTIVE")
    (rule,) = desk.enact(made)
    (deletion,) = desk.propose("undo", change_set_id="cs-1").changes
    assert (deletion.target, deletion.before) == (rule, {"status": "DISABLED"})
    desk.elsewhere(rule, status="ENABLED")
    left = desk.propose("undo", change_set_id="cs-1")
    assert (left.changes, left.note) == ((), "Watch: somebody changed its status since, so it is not deleted")
