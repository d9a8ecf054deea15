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


@pytest.mark.parametrize("text", ["no, Summer – Lookalike 3%", "same for Summer – Lookalike 3%", "and in Summer – Lookalike 3%", "nein, Summer – Lookalike 3%", "no, la Summer – Lookalike 3%"])  # fmt: skip
@pytest.mark.parametrize(
    "order",
    [
        "pause ads in Summer – Prospecting with CPA over 60",
        "pause underperforming ads in Summer – Prospecting",
        "pause the 2 worst ads in Summer – Prospecting",
        "pause all ads in Summer – Prospecting",
    ],
)
def test_some_of_the_ads_in_one_never_becomes_all_of_another(order, text):
    """What chose among the ads is not said of the other, whose ad set would be switched off."""
    talk, told = after(order, text)
    assert "Say the whole order again" in told
    assert LOOKALIKE not in [one for ids in ordered(talk) for one in ids]
    assert "decline" not in talk.called


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


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ("ads in Summer – Prospecting without purchases", "pause it"),
        ("which ads in Summer – Prospecting underperform", "pause it"),
        ("show ads in Summer – Prospecting", "pause"),
        ("muéstrame los anuncios de Summer – Prospecting", "pausa"),
    ],
)
def test_what_ads_were_looked_at_in_is_not_paused_for_them(first, text):
    """Neither by "it" after some of its ads, nor by an order alone after all of them."""
    talk, told = after(first, text)
    assert "Which one?" in told
    assert not ordered(talk)


@pytest.mark.parametrize(("text", "ids"), [("pausa-os", [A1, A2, A3]), ("desliga-as", [A1, A2, A3])])
def test_the_portuguese_them_is_them(text, ids):
    """And not the first, nor what they are in."""
    talk, _ = after("anúncios da Summer – Prospecting com pior ctr", text)
    assert sorted(ordered(talk)[0]) == ids


@pytest.mark.parametrize(
    "first", ["show ads in Summer – Prospecting", "top 3 campaigns by spend", "compare Static – Easter and Static – Sun hat"]
)  # fmt: skip
@pytest.mark.parametrize("text", ["pause the worst", "pause the 2 worst"])
def test_the_worst_after_a_part_is_not_the_worst_of_all(first, text):
    """Of the part, or of all there are: asked, where the part was in no such order."""
    talk, told = after(first, text)
    assert "Of those, or of all there are?" in told
    assert not ordered(talk)


def test_more_of_the_worst_than_were_shown_is_asked_back():
    """Of two that were shown, five are not the two and a third."""
    talk, told = after("the 2 ads with the worst ctr", "pause the 5 worst", get_insights=FIGURES)
    assert "Which one?" in told
    assert not ordered(talk)


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


def test_no_the_first_is_not_what_was_just_done():
    """One budget of a list raised, "no, the first" does not raise it once more."""
    talk = Talk(set_budget=applied("x"))
    talk.say("show budgets")
    talk.say("raise the second by 10 %")
    assert ordered(talk)
    assert "Which one?" in talk.say("no, the first")
    assert not ordered(talk)


def test_what_there_is_now_said_again_is_not_what_it_is_to_be():
    """After "from 40 to 60" where there are 50, "from 50" alone sets nothing."""
    talk, _ = after("raise Summer – Prospecting from 40 to 60", "from 50")
    assert not ordered(talk)
    talk, _ = after("raise Summer – Prospecting from 40 to 60", "from 50 to 60")
    assert talk.last["daily_budget"] == "60 USD"
