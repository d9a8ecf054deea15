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


@pytest.mark.parametrize(("text", "ids"), [("pausa-os", [A1, A2, A3]), ("desliga-as", [A1, A2, A3])])
def test_the_portuguese_them_is_them(text, ids):
    """And not the first, nor what they are in."""
    talk, _ = after("anúncios da Summer – Prospecting com pior ctr", text)
    assert sorted(ordered(talk)[0]) == ids
