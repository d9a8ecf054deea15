"""What the words after an answer or an order are not taken for: nothing wider, and nothing that may as well be another."""

import copy

import pytest

from tests.agent.models.offline.talking import (
    A1,
    A2,
    A3,
    FIGURES,
    TREE,
    WAITING,
    WRITES,
    Talk,
    applied,
    objects,
)

PROSPECTING, LOOKALIKE = "23847000000001", "23847000000005"


def after(first: str, text: str, **answers) -> tuple[Talk, str]:
    """The talk after two things were said, and the last answer."""
    talk = Talk(set_status=WAITING, set_budget=WAITING, decline={"declined": "x"}, **answers)
    talk.say(first)
    return talk, talk.say(text)


def ordered(talk: Talk) -> list:
    """The ids of each order of the last thing said."""
    return [given["ids"] for turn in talk.turns for name, given in turn if name in WRITES and "ids" in given]


@pytest.mark.parametrize(
    ("order", "key"),
    [("raise Summer by 10 %", "ids"), ("duplicate Static – Easter into Summer", "adset_ids")],
)
def test_a_number_is_of_the_list_that_was_shown(order, key):
    """Of ad sets and campaigns for a budget, of ad sets for a copy, though ads of that name come before them."""
    tree = copy.deepcopy(TREE)
    tree["campaigns"][0]["adsets"][0]["ads"][0][1] = "Static – Summer hat"
    named = list(reversed(objects(tree)))
    talk = Talk(named=named, duplicate_ad=WAITING, set_budget=WAITING)
    shown = talk.say(order)
    assert "Summer hat" not in shown
    talk.say("the second one")
    second = next(line for line in shown.splitlines() if line.lstrip().startswith("2."))
    assert talk.last[key][0] in second


@pytest.mark.parametrize(("text", "ids"), [("pausa-os", [A1, A2, A3]), ("desliga-as", [A1, A2, A3])])
def test_the_portuguese_them_is_them(text, ids):
    """And not the first, nor what they are in."""
    talk, _ = after("anúncios da Summer – Prospecting com pior ctr", text)
    assert sorted(ordered(talk)[0]) == ids


def test_a_number_that_may_be_how_many_or_how_much_changes_nothing():
    """Three percent, or three of them, after ten percent for two ad sets."""
    _, told = after("raise the budget of the 2 best ad sets by 10 %", "no, 3")
    assert "by 3 %" not in told
    assert "othing was done" in told


def test_the_number_that_was_asked_for_says_how_many():
    """Where the amount was said in the order."""
    talk = Talk()
    assert "How many of them?" in talk.say("raise the budget of the best ad sets by 10 %")
    assert "How many of them?" not in talk.say("1")


def test_what_there_is_now_said_again_is_not_what_it_is_to_be():
    """After "from 40 to 60" where there are 50, "from 50" alone sets nothing."""
    talk, _ = after("raise Summer – Prospecting from 40 to 60", "from 50")
    assert not ordered(talk)
    talk, _ = after("raise Summer – Prospecting from 40 to 60", "from 50 to 60")
    assert talk.last["daily_budget"] == "60 USD"
