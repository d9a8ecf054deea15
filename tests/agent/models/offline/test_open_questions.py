"""An order that is asked back about is filled in by the next words; anything else is a request of its own."""

import pytest

from tests.agent.models.offline.talking import WAITING, WRITES, Talk, applied

BROAD, PROSPECTING = "23847000000002", "23847000000001"


def asked(first: str, then: str, **answers) -> Talk:
    """After an order that was asked back about, and the answer to that."""
    talk = Talk(**answers)
    told = talk.say(first)
    assert "othing was done" in told or "would leave no budget" in told, told
    assert not wrote(talk)
    talk.say(then)
    return talk


def wrote(talk: Talk) -> list[str]:
    return [name for name in talk.called if name in WRITES]


@pytest.mark.parametrize(
    ("first", "then", "sent"),
    [
        ("raise Prospecting by 10", "10 %", "+10 %"), ("raise Summer – Prospecting by 10", "percent", "+10 %"),
        ("raise Summer – Prospecting by 10", "dollars, not percent", "+10 USD"), ("raise Summer – Prospecting by 10", "yes, 10 dollars please", "+10 USD"),
        ("raise Summer – Prospecting", "by 20 %", "+20 %"), ("raise Summer – Prospecting", "to 60", "60 USD"), ("raise Summer – Prospecting by 10", "to 60", "60 USD"),
        ("lower Summer – Prospecting by 10", "dollars", "-10 USD"), ("set the budget of Summer – Prospecting", "55", "55 USD"),
        ("lower Summer – Prospecting by 100 %", "no, by 10 %", "-10 %"),
        ("raise the budget by 10 %", "Summer – Prospecting", "+10 %"), ("raise the budget by 10 %", "sorry, i meant Summer – Prospecting", "+10 %"),
        ("erhöhe Summer – Prospecting um 10", "prozent", "+10 %"), ("erhöhe Summer – Prospecting um 10", "dollar, nicht prozent", "+10 USD"),
        ("sube Summer – Prospecting en 10", "dólares", "+10 USD"), ("augmente Summer – Prospecting de 10", "dollars, pas pour cent", "+10 USD"),
        ("aumenta Summer – Prospecting em 10", "por cento", "+10 %"),
    ],
)  # fmt: skip
def test_an_amount_or_a_name_that_was_asked_for_fills_the_order(first, then, sent):
    """By and to, the unit and the target stay as they were said, where the answer does not say them."""
    talk = asked(first, then)
    assert (talk.last["ids"], talk.last["daily_budget"]) == ([PROSPECTING], sent)


@pytest.mark.parametrize(
    ("first", "then", "ids"),
    [
        ("pause summer", "the campaign", ["23846000000002"]), ("pause summer", "just the campaign", ["23846000000002"]),
        ("pause summer", "Summer – Prospecting", [PROSPECTING]), ("pause summer", "prospecting", [PROSPECTING]), ("pause them", "Static – Easter", ["23848000000003"]),
        ("pause jacket", "yes", ["23848000000002"]), ("pause jacket", "ja", ["23848000000002"]), ("pause jacket", "Static – Easter", ["23848000000003"]),
        ("pausiere jacket", "ja", ["23848000000002"]),
    ],
)  # fmt: skip
def test_what_was_unclear_is_made_clear_by_the_answer(first, then, ids):
    """A level, a name in its place, or a yes to the only one there is."""
    talk = asked(first, then)
    assert talk.last["ids"] == ids


def test_words_days_and_numbers_that_were_asked_for_fill_the_order():
    """Each as if it had stood in the order."""
    assert asked("rename Static – Easter", '"Static – Net"').last["name"] == "Static – Net"
    assert asked("rename Static – Easter", "to Static Net").last["name"] == "Static Net"
    assert asked("change the headline of Static – Easter", '"Sleep well"').last["titles"] == ["Sleep well"]
    assert asked("end the campaign Spring Collection – Sales", "dec 31").last["end_time"] == "2026-12-31"
    copied = asked("duplicate Static – Easter", "Spring – Broad US").last
    assert (copied["ad_id"], copied["adset_ids"]) == ("23848000000003", [BROAD])
    assert asked("pause ads over 15", "CPA").last["status"] == "PAUSED"
    assert len(asked("pause ads with the highest CPA", "1").last["ids"]) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("raise Summer – Prospecting by 10", "spend last week"), ("raise Summer – Prospecting by 10", "how is Static – Easter doing"),
        ("raise Summer – Prospecting by 10", "never mind"), ("raise Summer – Prospecting by 10", "no"), ("raise Summer – Prospecting by 10", "10 %?"),
        ("raise Summer – Prospecting by 10", "not percent"), ("raise Summer – Prospecting by 10", "10 % tomorrow"), ("raise Summer – Prospecting by 10", "10 % if CPA is under 20"),
        ("raise Summer – Prospecting by 10", "yes"), ("raise Summer – Prospecting by 10", "not 10 %"), ("raise Summer – Prospecting by 10", "10 % blargh"),
        ("pause them", "all"), ("pause them", "everything"), ("pause them", "all of them"), ("pausiere sie", "alle"), ("pause jacket", "yes and summer"),
        ("pause summer", "yes"), ("pause summer", "not the campaign"), ("pause summer", "CPA by campaign"), ("pause summer", "Summer – Prospecting tomorrow"),
        ("pause them", "ads with CPA over 60 EUR"), ("pause them", "with CPA over 60 EUR"), ("pause ads over 60 EUR", "CPA"), ("pause them", "ads over 60"),
        ("delete jacket", "yes"), ("delete jacket", "ok"), ("pause Static – Unfitt", "no"), ("pause jacket", "hello"),
    ],
)  # fmt: skip
def test_what_is_no_answer_changes_nothing(first, then):
    """Another request, a question, a no, a negation, a delay or a condition: never the order that was open."""
    talk = asked(first, then)
    assert not wrote(talk)


def test_an_open_order_is_gone_when_something_else_was_said():
    """The answer comes at once or not at all."""
    talk = asked("raise Summer – Prospecting by 10", "spend last week")
    assert "nothing was done" in talk.say("10 %")
    assert not wrote(talk)


@pytest.mark.parametrize(
    ("then", "sent"),
    [
        ("no, 15", "+15 %"), ("no, 15 dollars", "+15 USD"), ("actually 15 %", "+15 %"), ("make it 15", "+15 %"), ("no, to 60", "60 USD"),
        ("nein, um 15", "+15 %"), ("não, 15", "+15 %"), ("non, de 15", "+15 %"),
    ],
)  # fmt: skip
def test_another_amount_takes_the_place_of_what_waits(then, sent):
    """The set that waited is withdrawn, so that not both can be approved."""
    talk = Talk(set_budget=WAITING, decline={"declined": "x"})
    talk.say("raise Summer – Prospecting by 10 %")
    told = talk.say(then)
    (_, given), (name, _) = (turn[0] for turn in talk.turns[-2:])
    assert name == "decline", told
    assert (given["ids"], given["daily_budget"]) == ([PROSPECTING], sent)


def test_another_amount_after_it_was_done_is_asked_back():
    """Done is done: 15 % more, or 15 % instead, is not guessed."""
    talk = Talk(set_budget=applied("x"))
    talk.say("raise Summer – Prospecting by 10 %")
    told = talk.say("no, 15")
    assert "That is done" in told
    assert "undo cs-111aaa" in told
