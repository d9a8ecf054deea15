"""Budgets: an amount goes to the tool digit for digit; a slip in direction, object or words ends with a question."""

import pytest

from agent.models.offline import Offline
from tests.agent.models.offline.talking import FIGURES, REVIEW, TREE, Talk

SUMMER, LOOKALIKE, SPRING = "23847000000001", "23847000000005", "23846000000001"


@pytest.mark.parametrize(
    ("text", "found", "budget"),
    [
        ("set the budget of Summer – Prospecting to 60 USD", SUMMER, {"daily_budget": "60 USD"}),
        ("set the budget of Summer – Prospecting to 60", SUMMER, {"daily_budget": "60 USD"}),
        ("raise the budget of 23847000000001 to $55.50", SUMMER, {"daily_budget": "55.50 USD"}),
        ("raise the budget of Summer – Prospecting by 20%", SUMMER, {"daily_budget": "+20 %"}),
        ("lower the budget of Summer – Prospecting by 10 USD", SUMMER, {"daily_budget": "-10 USD"}),
        ("raise the budget of Summer – Lookalike 3% by 12.5%", LOOKALIKE, {"lifetime_budget": "+12.5 %"}),
        ("lower the budget of Summer – Lookalike 3% by 50%", LOOKALIKE, {"lifetime_budget": "-50 %"}),
        ("raise the budget of spring by 10%", SPRING, {"daily_budget": "+10 %"}),
        ("set the budget of Summer – Prospecting to 60.5 USD", SUMMER, {"daily_budget": "60.5 USD"}),
        ("double the budget of Summer – Prospecting", SUMMER, {"daily_budget": "double"}),
        ("set the budget of Summer – Prospecting to 60 EUR", SUMMER, {"daily_budget": "60 EUR"}),
        ("set the budget of Summer – Prospecting to €60", SUMMER, {"daily_budget": "60 EUR"}),
        ("set the lifetime budget of Summer – Prospecting to 600", SUMMER, {"lifetime_budget": "600 USD"}),
    ],
)  # fmt: skip
def test_budgets_go_to_the_tool_as_they_were_said(text, found, budget):
    """Steps and percentages are the tool's to compute from what it reads; a currency is never another one."""
    talk = Talk()
    talk.say(text)
    assert talk.last == {"ids": [found]} | budget


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise the budget of Summer – Prospecting to 40 USD", "not a raise"),
        ("lower the budget of Summer – Prospecting to 60", "more than the 50.00 USD"),
        ("lower the budget of Summer – Prospecting by 100%", "pause it"),
        ("lower the budget of Summer – Prospecting by -5%", '"-5%" is no amount'),
        ("set the budget of Summer – Prospecting to minus 5", '"minus 5" is no amount'),
        ("set the budget of Summer – Prospecting to 1,000 USD", '"1,000" may be read in two ways'),
        ("set the budget of Summer – Prospecting to 1.234,56", ": write 1234.56."),
        ("set the budget of Summer – Prospecting to 60,50", ": write 60.50."),
        ("set the budget of Summer – Prospecting to 1.234.567", ": write 1234567."),
        ("set the budget of Summer – Prospecting to 1,5k", ": write 1.5k."),
        ("set the budget of Summer – Prospecting to 1.2.3", '"1.2.3" is no number'),
        ("raise the budget of Summer – Prospecting by 20", "By 20 what"),
        ("raise the budget of Summer – Prospecting 20 USD", "By 20, or to 20?"),
        ("lower the budget of Summer – Prospecting to two", "By 2, or to 2?"),
        ("coupe le budget de Summer – Prospecting en deux", "By 2, or to 2?"),
        ("set the budget of Summer – Prospecting to 20%", "Up or down by 20 %?"),
        ("set the budget of Summer – Prospecting to a lot", '"lot"'),
        ("set the budget of Summer – Prospecting to five-ish", '"ish"'),
        ("set the budget of Summer – Prospecting", "which amount"),
        ("raise the budget of Summer – Prospecting to 60 and 70 USD", "One amount at a time"),
        ("set the budget of ad UGC Maria to 60", "Budgets belong to ad sets"),
        ("set the budget of Elsewhere to 60", '"Elsewhere"'),
        ('set the budget of "Elsewhere" to 60', 'is called "Elsewhere"'),
        ("raise the budget of Summer by 10%", "fits 3 things"),
    ],
)  # fmt: skip
def test_doubtful_budgets_are_not_set(text, why):
    """A slip in direction, amount or object ends with a question that names it."""
    talk = Talk()
    assert why in talk.say(text)
    assert "set_budget" not in talk.called


def test_what_only_the_account_knows_is_refused_by_the_tool(open_session, sandbox) -> None:
    """Another currency, another kind of budget, a budget that sits elsewhere, none left: the words of the tool, and no change."""
    session = open_session("all")
    for text, why in (
        ("set the budget of Summer – Prospecting to 60 EUR", "USD"),
        ("set the lifetime budget of Summer – Prospecting to 600", "has a daily_budget"),
        ("set the budget of Spring – Broad US to 60", "Spring Collection"),
        ("lower the budget of Summer – Prospecting by 5000 USD", "above zero"),
    ):
        report = session.run(text, Offline())
        assert why in report.answer
        assert not [run for run in report.change_sets if run.state == "applied"], text


def test_a_yen_budget_stays_in_yen():
    """A bare number is yen where the account is in yen, and a dollar sign never is."""
    talk = Talk(currency="JPY")
    talk.say("set the budget of 23847000000001 to 6000")
    assert talk.last == {"ids": [SUMMER], "daily_budget": "6000 JPY"}
    talk.say("set the budget of 23847000000001 to $60")
    assert talk.last == {"ids": [SUMMER], "daily_budget": "60 USD"}
    unknown = Talk(currency="")
    assert "of which currency" in unknown.say("set the budget of 23847000000001 to 60")
    assert unknown.turns == []


def test_all_budgets_are_those_that_run():
    """All budgets are those of what is active and holds one, each once; what is left out stays."""
    talk = Talk()
    talk.say("increase all budgets by 10%")
    assert talk.last == {"ids": [SPRING, SUMMER, LOOKALIKE], "daily_budget": "+10 %"}
    talk.say("increase all budgets by 10% except Summer – Prospecting")
    assert talk.last == {"ids": [SPRING, LOOKALIKE], "daily_budget": "+10 %"}
    assert "Which one?" in talk.say("increase the budgets by 10%")
    assert talk.turns == []
    short = Talk(list_ads=TREE | {"left_out": "200 ads"})
    assert "Which one?" in short.say("increase all budgets by 10%")
    assert short.called == ["list_ads"]


SHIFT = {
    "from": "23847000000005", "from_name": "Dear", "to": SUMMER, "to_name": "Cheap", "amount": "40.00 USD", "lower_to": "160.00 USD",
    "raise_to": "240.00 USD", "gain_a_week": "70.00 USD", "with_80_pct": "20.00 USD to 120.00 USD", "sure": "97 %",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "shift budget from losers to winners",
        "move the budget to the winners",
        "verschiebe Budget zu den Gewinnern",
    ],
)
def test_budget_moves_from_losers_to_winners_as_the_review_says(text):
    """Both sides are proposed in one turn, with the gain as the reason; without a likely gain nothing is."""
    talk = Talk(review_performance=REVIEW | {"shifts": [SHIFT]})
    talk.say(text)
    why = "budget moved to Cheap: 70.00 USD a week more expected, 97 % sure"
    assert talk.turns[-1] == [
        ("set_budget", {"ids": [SHIFT["from"]], "daily_budget": "-40.00 USD", "reason": why}),
        ("set_budget", {"ids": [SUMMER], "daily_budget": "+40.00 USD", "reason": why}),
    ]
    talk = Talk()
    assert "likely enough to gain" in talk.say(text)
    assert talk.called == ["review_performance"]


def test_a_review_tells_what_a_move_of_budget_would_gain():
    """From where to where, how much, the range, and the words that do it."""
    told = Talk(review_performance=REVIEW | {"shifts": [SHIFT]}).say("winners and losers")
    line = "40.00 USD a day from Dear to Cheap: 70.00 USD a week more (20.00 USD to 120.00 USD with 80 %), 97 % sure"
    assert line in told
    assert '"shift budget from losers to winners"' in told


@pytest.mark.parametrize(
    "text",
    [
        "raise the budget of Summer – Prospecting from 50 to 60", "change the budget of Summer – Prospecting from 50 USD to 60 USD", "set Summer – Prospecting from $50 to $60 a day",
        "erhöhe Summer – Prospecting von 50 auf 60", "sube Summer – Prospecting de 50 a 60", "augmente Summer – Prospecting de 50 à 60", "aumenta Summer – Prospecting de 50 para 60",
    ],
)  # fmt: skip
def test_from_and_to_is_one_amount_where_the_first_is_what_there_is(text):
    """Whoever has another budget in mind is told what it is now."""
    talk = Talk()
    talk.say(text)
    assert (talk.last["ids"], talk.last["daily_budget"]) == ([SUMMER], "60 USD")
    other = Talk()
    assert "has 50.00 USD now, not 45 USD. Nothing was done." in other.say(text.replace("50", "45"))
    assert other.called == ["find_names"]


BY_SET = FIGURES | {
    "rows": [
        {"adset_id": SUMMER, "adset_name": "Summer – Prospecting", "results": "9", "cost_per_result": "11.00"},
        {"adset_id": "23847000000005", "adset_name": "Summer – Lookalike 3%", "results": "7", "cost_per_result": "31.00"},
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("raise the budget of the best ad set by 10 %", [SUMMER]), ("bump the 2 best ad sets by 10 %", [SUMMER, "23847000000005"]),
        ("put 10% more on the top 2 ad sets", [SUMMER, "23847000000005"]), ("raise the 2 ad sets with the best ROAS by 10 %", [SUMMER, "23847000000005"]),
        ("erhöhe das budget der 2 besten anzeigengruppen um 10 %", [SUMMER, "23847000000005"]),
        ("raise the best ad sets by 10 %", None), ("raise the smallest one by 10 %", None), ("raise ad sets with CPA by 10 %", None),
    ],
)  # fmt: skip
def test_the_first_of_an_order_get_the_budget_and_their_figures_are_told(text, ids):
    """How many must be said, and by which figure, unless best and worst say it."""
    talk = Talk(get_insights=BY_SET)
    told = talk.say(text)
    if ids is None:
        assert "set_budget" not in talk.called, told
        return
    assert (talk.last["ids"], talk.last["daily_budget"]) == (ids, "+10 %")
    assert "By the figures of" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("raise Summer – Prospecting by up to 60 USD", "By 60, or to 60?"), ("raise Summer – Prospecting from 50 USD to 60 EUR", "One amount at a time"),
        ("raise Summer – Prospecting up to 60 USD", "to 60 USD"), ("raise Summer – Prospecting from $50 to 60", "to 60 $"), ("raise Summer – Prospecting from 50 USD to 60", "to 60 USD"),
    ],
)  # fmt: skip
def test_a_limit_of_what_is_added_is_not_what_there_is_to_be(text, told):
    """And the currency of a budget may stand with what there is or with what is to be."""
    talk = Talk()
    assert told in talk.say(text)
    asked = "?" in told or "at a time" in told
    assert ("set_budget" not in talk.called) if asked else talk.last["daily_budget"] == "60 USD"


@pytest.mark.parametrize(("most", "sort"), [("highest", "-spend"), ("lowest", "spend")])
def test_ad_sets_are_chosen_by_the_spend_that_is_said(most, sort):
    """It is a figure there, not another word for the budget."""
    talk = Talk(get_insights=BY_SET)
    talk.say(f"raise the budget of the 2 ad sets with the {most} spend by 10 %")
    assert [given["sort"] for turn in talk.turns for name, given in turn if name == "get_insights"] == [sort]
