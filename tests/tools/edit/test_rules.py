"""Rules that Meta runs: compiled from a criterion, made switched off, sparing what is protected, listed and deleted."""

from typing import Any

import pytest

from agent.writes.look import Sighting, Witness
from tests.tools.edit.test_rename_remove import shown
from tests.tools.support import EVERGREEN, SUMMER, TENT, Desk, demo_brand
from tools.domain.changes import Change, Effect
from tools.domain.settings.rule_words import condition, deed, pace


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
    for line in (
        "condition 1: looks at ads",
        "condition 2: figures of the last 14 days",
        "condition 4: amount spent is more than 50.00 USD",
        "condition 5: number of results is less than 1",
        "then: pause it",
        "looks: every 30 minutes",
    ):
        assert f"    {line}\n" in text
    assert not [word for word in ("5000", "GREATER", "LAST_14D", "entity_type", "HOURLY") if word in text]
    (rule,) = desk.enact(change)
    matching = {row["id"] for row in desk.send("POST", f"{rule}/preview", {})["data"]}
    assert TENT in matching
    assert EVERGREEN not in matching


def test_the_targets_of_the_brand_file_are_the_default(reading: Desk) -> None:
    """The target CPA, and twice that as spend; without one it asks."""
    change = reading.one("make_rule", campaign_ids=[SUMMER], level="adset")
    assert change.name == "Pause ad sets: spent over 50.00 USD, cost per purchase over 25.00 USD, last 7 days"
    assert f"looks at: “Summer Sale – Sales” ({SUMMER})" in shown(change)
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


def _after(desk: Desk, *aims: tuple[str, str]) -> None:
    """Have the ad sets be after these, one after the other: a goal, and an event of the pixel or none."""
    desk.context.brand = demo_brand(conversion_event=None)
    adsets = [node for node in desk.world.nodes.values() if node.kind == "adset"]
    for number, node in enumerate(adsets):
        goal, event = aims[number % len(aims)]
        node.data |= {
            "optimization_goal": goal,
            "promoted_object": {"custom_event_type": event} if event else {},
        }


@pytest.mark.parametrize(
    ("aims", "field"),
    [
        ([("OFFSITE_CONVERSIONS", "PURCHASE")], "cost_per_purchase_fb"),
        ([("LEAD_GENERATION", "")], "cost_per_lead_fb"),
        ([("OFFSITE_CONVERSIONS", "ADD_TO_CART"), ("LINK_CLICKS", "")], "cost_per_add_to_cart_fb"),
    ],
)
def test_a_cost_is_that_of_what_the_ad_sets_are_after(
    desk: Desk, aims: list[tuple[str, str]], field: str
) -> None:
    """Leads of an account for leads; the owner's word and what is asked for come first."""
    _after(desk, *aims)
    assert _costs(desk.one("make_rule", spend_over="50 USD", cost_over="25 USD")) == field
    asked = desk.one("make_rule", spend_over="50 USD", cost_over="25 USD", event="purchase")
    assert _costs(asked) == "cost_per_purchase_fb"
    desk.context.brand = demo_brand(conversion_event="lead")
    assert _costs(desk.one("make_rule", spend_over="50 USD", cost_over="25 USD")) == "cost_per_lead_fb"


def _costs(change: Change) -> str:
    params: Any = change.request.params
    (field,) = [
        row["field"] for row in params["evaluation_spec"]["filters"] if row["field"].startswith("cost_per")
    ]
    return str(field)


@pytest.mark.parametrize(
    ("aims", "given", "said"),
    [
        (
            [("LEAD_GENERATION", ""), ("OFFSITE_CONVERSIONS", "PURCHASE")],
            {"cost_over": "25 USD"},
            "The ad sets are after different results (lead, purchase); give event (purchase, lead, add_to_cart)",
        ),
        (
            [("CONVERSATIONS", "")],
            {"cost_over": "25 USD"},
            "are after conversation, and a rule has no cost for that",
        ),
        ([("LINK_CLICKS", "")], {"cost_over": "25 USD"}, "No ad set says what it is after; give event"),
        (
            [("LEAD_GENERATION", "")],
            {"no_results": True, "event": "purchase"},
            "counts what each ad set is after (lead)",
        ),
    ],
)
def test_what_a_result_is_is_asked_where_it_is_not_one(
    desk: Desk, aims: list[tuple[str, str]], given: dict[str, Any], said: str
) -> None:
    """A rule acts where nobody looks, so nothing is assumed for it."""
    _after(desk, *aims)
    assert said in desk.refusal("make_rule", spend_over="50 USD", **given)


def test_what_the_owner_counts_is_called_so_where_a_rule_has_no_cost_for_it(desk: Desk) -> None:
    """The ad sets may be after something else, for which a cost can be asked."""
    desk.context.brand = demo_brand(conversion_event="complete_registration")
    said = desk.refusal("make_rule", spend_over="50 USD", cost_over="25 USD")
    assert said.startswith(
        "stack.md counts registration, and a rule has no cost for that; give event (purchase, lead"
    )


def test_rules_are_listed_in_words_and_deleted_for_good(desk: Desk) -> None:
    """Also those of others, with who made them; an id that is no rule is refused."""
    own = desk.enact(desk.one("make_rule", spend_over="50 USD", no_results=True))[0]
    listed = desk.ask("list_rules")["rules"]
    (rule,) = [row for row in listed if row["id"] == own]
    assert (rule["on"], rule["by"], rule["does"]) == (False, "adsteward", "pause it")
    assert rule["looks"] == "every 30 minutes"
    assert {"figures of the last 7 days", "amount spent is more than 50.00 USD"} <= set(rule["when"])
    change = desk.one("remove_rules", ids=[own])
    assert (change.request.method, change.effect) == ("DELETE", Effect.IRREVERSIBLE)
    assert "when: looks at ads; figures of the last 7 days; " in shown(change)
    assert "is: a rule that Meta runs, off" in shown(change)
    desk.enact(change)
    assert own not in [row["id"] for row in desk.ask("list_rules")["rules"]]
    assert "No rule of act_123456789: 7" in desk.refusal("remove_rules", ids=["7"])


def test_a_new_rule_is_switched_on_by_a_person_and_nothing_else(desk: Desk) -> None:
    """The turn that makes it cannot start it; what a person has switched on since is not deleted by an undo."""
    made = desk.one("make_rule", spend_over="50 USD", no_results=True, name="Watch")
    assert "a person switches it on" in desk.refusal("set_status", ids=["new:Watch"], status="ACTIVE")
    (rule,) = desk.enact(made)
    (deletion,) = desk.propose("undo", change_set_id="cs-1").changes
    assert (deletion.target, deletion.before["status"]) == (rule, "DISABLED")
    desk.elsewhere(rule, status="ENABLED")
    refused = desk.refusal("undo", change_set_id="cs-1")
    assert "nothing was changed. Watch: somebody changed its status since, so it is not deleted" in refused


def _edits(rule: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Edits of a rule by somebody else, by what an undo says of each."""
    spec = rule["evaluation_spec"]
    looser = [row | ({"value": 1} if row["field"] == "spent" else {}) for row in spec["filters"]]
    wider = [row for row in spec["filters"] if row["field"] != "id"]
    return {
        "name": {"name": "Mine now"},
        "status": {"status": "ENABLED"},
        "evaluation spec": {"evaluation_spec": spec | {"filters": looser}},
        "evaluation spec ": {"evaluation_spec": spec | {"filters": wider}},
        "execution spec": {"execution_spec": {"execution_type": "NOTIFICATION"}},
        "execution spec ": {
            "execution_spec": rule["execution_spec"] | {"execution_options": [{"field": "x", "value": 1}]}
        },
        "schedule spec": {"schedule_spec": {"schedule_type": "DAILY"}},
    }


def test_a_rule_that_somebody_edited_is_not_taken_back(desk: Desk) -> None:
    """Whatever of it they edited: what it looks at, what it does, how often; the order of conditions is no edit."""
    (rule,) = desk.enact(desk.one("make_rule", spend_over="50 USD", no_results=True, name="Watch"))
    made = dict(desk.world.nodes[rule].data)
    for what, edit in _edits(made).items():
        desk.elsewhere(rule, **edit)
        refused = desk.refusal("undo", change_set_id="cs-1")
        assert f"Watch: somebody changed its {what.strip()} since, so it is not deleted" in refused
        desk.world.nodes[rule].data |= made
    spec = made["evaluation_spec"]
    desk.elsewhere(rule, evaluation_spec=spec | {"filters": spec["filters"][::-1]})
    assert desk.one("undo", change_set_id="cs-1").target == rule


@pytest.mark.parametrize("tool", ["undo", "remove_rules"])
def test_a_rule_that_somebody_edits_while_its_deletion_waits_is_not_deleted(desk: Desk, tool: str) -> None:
    """The person approved that another rule goes."""
    (rule,) = desk.enact(desk.one("make_rule", spend_over="50 USD", no_results=True, name="Watch"))
    given: dict[str, Any] = {"change_set_id": "cs-1"} if tool == "undo" else {"ids": [rule]}
    change, made = desk.one(tool, **given), dict(desk.world.nodes[rule].data)
    witness = Witness(desk.context.graph)
    assert witness.look_all([change]) == [Sighting()]
    for what, edit in _edits(made).items():
        desk.elsewhere(rule, **edit)
        (seen,) = witness.look_all([change])
        assert not seen.done
        assert what.strip() in seen.conflict
        desk.world.nodes[rule].data |= made


CHANGED = {
    "field": "change_spec",
    "operator": "EQUAL",
    "value": {"amount": 20, "unit": "PERCENTAGE", "limit": 8000},
}
CUT = {"field": "change_spec", "operator": "EQUAL", "value": {"amount": -500, "unit": "ACCOUNT_CURRENCY"}}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            condition({"field": "cost_per_add_to_cart_fb", "operator": "GREATER_THAN", "value": 1250}, "USD"),
            "cost per add to cart is more than 12.50 USD",
        ),
        (
            condition({"field": "cpc", "operator": "IN_RANGE", "value": [100, "250.5"]}, "EUR"),
            "cost per click lies between 1.00 EUR and 250.5 × 0.01 EUR",
        ),
        (
            condition({"field": "spent", "operator": "LESS_THAN", "value": 5000}, "JPY"),
            "amount spent is less than 5,000 JPY",
        ),
        (
            condition({"field": "campaign.name", "operator": "CONTAIN", "value": "a, b"}, "USD"),
            'campaign name contains "a, b"',
        ),
        (
            condition({"field": "x_new", "operator": "NEWER", "value": {"a": 1}}, "USD"),
            'x new NEWER {"a": 1}',
        ),
        (
            condition({"field": "time_preset", "operator": "EQUAL", "value": "LAST_30_DAYS"}, "USD"),
            "figures of the last 30 days",
        ),
        (condition({"field": "spent", "operator": "EQUAL", "value": 1, "more": 2}, "USD"), ""),
        (
            deed({"execution_type": "CHANGE_BUDGET", "execution_options": [CHANGED]}, "USD"),
            "change its budget by +20 %, up to 80.00 USD",
        ),
        (
            deed({"execution_type": "CHANGE_BUDGET", "execution_options": [CUT]}, "USD"),
            "change its budget by -5.00 USD",
        ),
        (
            pace({"schedule_type": "CUSTOM", "schedule": [{"days": [1]}]}),
            'CUSTOM {"schedule": [{"days": [1]}]}',
        ),
    ],
)
def test_rules_of_others_are_said_whole(said: str, words: str) -> None:
    """Amounts as money in the account's currency; what has no word keeps Meta's own, and a part more is never left out."""
    assert said == words
