"""Words that go on from an answer or from a set that waits: what they stand for is said, and nothing else is done."""

import pytest

from agent.models.offline.plans.conversation_so_far import Talk as SoFar
from agent.models.offline.plans.waiting import in_its_place
from tests.agent.models.offline.talking import A1, A2, A3, REVIEW, TREE, WAITING, WRITES, Talk, applied


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("did the cpa go up", "29 Oct – 4 Nov 2026"),
        ("compare last week with the week before", "26 Oct – 1 Nov 2026"),
        ("which campaigns got worse this month", "1–11 Oct 2026"),
    ],
)
def test_the_days_compared_with_are_named(text, then):
    """Also where the period itself was not said; never "the period before" alone."""
    first = Talk().say(text).splitlines()[0]
    assert f"compared with {then}" in first, first
    assert "the period before" not in first


def waiting(**more) -> Talk:
    """After a set of the two ads that underperform, which waits."""
    review = REVIEW | {
        "pause": [
            {"id": A1, "name": "Static – Tent 20% off"},
            {"id": A2, "name": "Static – Rain jacket grey"},
        ]
    }
    ads = [[A1, "Static – Tent 20% off", "ACTIVE"], [A2, "Static – Rain jacket grey", "ACTIVE"], [A3, "Blog – Tent tour", "ACTIVE"], ["23848000000004", "Static – Early bird", "ACTIVE"]]  # fmt: skip
    campaign = TREE["campaigns"][0]
    tree = TREE | {"campaigns": [campaign | {"adsets": [campaign["adsets"][0] | {"ads": ads}]}]}
    talk = Talk(
        list_ads=tree, review_performance=review, set_status=WAITING, decline={"declined": "x"}, **more
    )
    talk.say("pause underperforming ads")
    assert talk.last["ids"] == [A1, A2]
    return talk


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("only the tent one", [A1]), ("just the first one", [A1]), ("no, only the rain jacket", [A2]), ("no, only the first one", [A1]),
        ("not the rain jacket", [A1]), ("all but the rain jacket", [A1]), ("everything except tent", [A2]), ("the second one", [A2]),
        ("no, not the tent", [A2]), ("only the last one", [A2]), ("don't pause the tent one", None),
        ("nur tent", [A1]), ("nicht rain jacket", [A1]), ("nein, nur die erste", [A1]), ("alle außer rain jacket", [A1]),
        ("solo tent", [A1]), ("todos menos rain jacket", [A1]), ("no, solo el primero", [A1]),
        ("só tent", [A1]), ("todos exceto rain jacket", [A1]), ("não, só o primeiro", [A1]),
        ("seulement tent", [A1]), ("tous sauf rain jacket", [A1]), ("non, seulement le premier", [A1]), ("pas rain jacket", [A1]),
        ("não tent", [A2]), ("no el tent", [A2]),
        ("nein, tent nicht", [A2]), ("tent nicht!", [A2]), ("pause all but the first", [A2]), ("pause them except the last one", [A1]), ("activate all but the first", None), ("not the first one", [A2]), ("all but the last one", [A1]),
    ],
)  # fmt: skip
def test_while_a_set_waits_its_changes_are_chosen_from(text, ids):
    """Only, not, all but and the first: of what was proposed, never of the account, in the place of the set, which is named."""
    talk = waiting()
    told = talk.say(text)
    if ids is None:
        assert "set_status" not in talk.called
        return
    assert talk.called[-2:] == ["set_status", "decline"], told
    assert talk.turns[-2][0][1]["ids"] == ids
    assert "of cs-222bbb" in told.splitlines()[0]
    assert told.endswith("cs-222bbb is withdrawn: this takes its place.")


def test_what_is_not_in_a_waiting_set_is_not_chosen_from_it():
    """It is named with what the set has, nothing is proposed, and the next words still go on from the set."""
    talk = waiting()
    for text, said in (
        ("only the early bird", '"early bird" is no change of cs-222bbb'),
        ("only the xyzzy", "xyzzy"),
        ("only the fifth", "no change of"),
    ):
        assert said in talk.say(text)
        assert not {"set_status", "decline"} & set(talk.called)
    talk.say("no, only the first one")
    assert talk.turns[-2] == [("set_status", {"ids": [A1], "status": "PAUSED"})]


@pytest.mark.parametrize(
    "text", ["no, too early", "no", "no thanks", "no, early days", "nein, zu früh", "no, demasiado pronto", "não, cedo demais", "non, trop tôt", "no, still early"]
)  # fmt: skip
def test_a_no_with_its_reason_declines_what_waits(text):
    """And never takes a word of the reason for a name."""
    talk = waiting()
    assert talk.say(text) == "cs-222bbb is withdrawn; nothing was changed."
    assert talk.last == {"change_set_id": "cs-222bbb", "reason": text}


@pytest.mark.parametrize(
    "text", ["no, thanks", "no, not now", "no not now", "no, drop it", "nein, danke", "nein, noch nicht", "no, gracias", "não, obrigado", "non, merci"]
)  # fmt: skip
def test_a_no_that_is_said_twice_or_with_thanks_declines_what_waits(text):
    """It never proposes the same again."""
    talk = waiting()
    assert talk.say(text) == "cs-222bbb is withdrawn; nothing was changed."
    assert talk.called == ["decline"]


@pytest.mark.parametrize(
    "text", ["no, tent no", "no, rain jacket no", "only", "just", "no, now", "only all", "only campaigns", "only both", "only tent, rain jacket"]
)  # fmt: skip
def test_what_chooses_none_of_what_waits_proposes_nothing_again(text):
    """Nor does a no behind a name, which is the opposite of choosing it, and what chooses all; the set waits on."""
    talk = waiting()
    talk.say(text)
    assert not {"set_status", "decline"} & set(talk.called)
    talk.say("no, only the first one")
    assert talk.turns[-2] == [("set_status", {"ids": [A1], "status": "PAUSED"})]


@pytest.mark.parametrize(
    "text", ["no, pause early bird", "nein, pausiere nur early bird", "no, pausa solo early bird", "não, pausa só early bird", "non, arrête seulement early bird"]
)  # fmt: skip
def test_a_no_before_a_whole_order_puts_it_in_the_place_of_what_waits(text):
    """In every language, and is no second action."""
    talk = waiting()
    talk.say(text)
    assert talk.called[-2:] == ["set_status", "decline"]
    assert talk.turns[-2][0][1]["ids"] == ["23848000000004"]


def test_only_an_unmistakable_name_takes_the_place_of_what_was_ordered():
    """Quoted, whole, by its id or in several words; after a no to nothing that waits, one word of a name is asked back."""
    for name in ('"Static – Early bird"', "Static – Early bird", "23848000000004", "the early bird"):
        talk = waiting()
        talk.say(f"no, {name}")
        assert talk.turns[-2] == [("set_status", {"ids": ["23848000000004"], "status": "PAUSED"})], name
    talk = Talk(list_ads=talk.answers["list_ads"])
    talk.say('pause "Blog – Tent tour"')
    assert "Say the whole order again" in talk.say("no, early")
    assert "set_status" not in talk.called


@pytest.mark.parametrize(
    "text", ["what about the early bird", "how about Static – Early bird?", "was ist mit early bird", "que tal con early bird", "e quanto ao early bird", "qu'en est-il de early bird"]
)  # fmt: skip
def test_what_about_something_is_always_a_look(text):
    """Also right after an order that waits."""
    talk = waiting()
    talk.say(text)
    assert talk.called[-1] == "get_insights"
    assert not {"set_status", "decline"} & set(talk.called)
    talk.say("no, too early")
    assert "Nothing was done" not in talk.say(text)
    assert not {"set_status", "decline"} & set(talk.called)


def test_an_order_said_again_keeps_which_budget_it_is_of():
    """A raise of a lifetime budget is none of a daily one, neither for another thing nor for some of what waits."""
    talk = Talk(set_budget=WAITING, decline={"declined": "x"})
    for order, again in (
        ("Summer – Lookalike 3%", "same for Summer – Prospecting"),
        ("Summer – Lookalike 3% and Summer – Prospecting", "only Summer – Prospecting"),
    ):
        talk.say(f"raise the lifetime budget of {order} by 20 USD")
        talk.say(again)
        asked = next(arguments for turn in talk.turns for name, arguments in turn if name == "set_budget")
        assert asked == {"ids": ["23847000000001"], "lifetime_budget": "+20 USD"}


@pytest.mark.parametrize(
    "text",
    [
        "no, stop everything",
        "no! stop everything",
        "No. Stop everything!",
        "stop everything, don't wait",
        "stopp alles, nicht warten",
        "nein, stopp alles",
        "no, para todo",
        "não, para tudo",
        "non, arrête tout",
    ],
)
def test_a_no_before_it_does_not_hold_the_brake(text):
    """Whatever waits, everything is stopped."""
    talk = waiting()
    talk.say(text)
    assert talk.turns[0] == [("stop", {"reach": "all"})]


def test_whom_a_not_behind_a_name_is_about_is_asked_back_where_another_name_follows():
    """Nothing is proposed anew: "tent nicht, rain jacket schon" leaves out the first, not the second."""
    talk = waiting()
    assert "say which, such as: not" in talk.say("tent nicht, rain jacket schon")
    assert talk.called in ([], ["find_names"])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pause all but the first", ["2", "3"]), ("pause them, not the first one", ["2", "3"]), ("pause all but the first two", ["3"]),
        ("pause them except the last one", ["1", "2"]), ("pause the first two but not the second", ["1"]), ("pausiere alle außer der ersten", ["2", "3"]), ("pausa todos menos el primero", ["2", "3"]),
        ("pausa todos menos o primeiro", ["2", "3"]), ("mets tout en pause sauf la première", ["2", "3"]),
    ],
)  # fmt: skip
def test_rows_are_left_out_by_their_numbers(text, ids):
    """All but the first is all of the answer before, without its first row."""
    rows = [{"id": str(n), "name": f"Ad {n}"} for n in (1, 2, 3)]
    talk = Talk(review_performance=REVIEW | {"pause": rows})
    talk.say("which ads underperform?")
    talk.say(text)
    assert talk.last["ids"] == ids


@pytest.mark.parametrize(
    "text",
    [
        "pause all ads but the first one",
        "not the first one",
        "pause losers except the first one",
        "pause, not the first one",
        "pause it, not the first one",
        "pause the first and the fifth but not the first",
        "pause all but the fifth",
        "pause the first 60",
        "pause all but the first 9999999",
    ],
)
def test_a_number_leaves_nothing_out_of_anything_else(text):
    """Where the order is of more than the answer before, or that has no such row, nothing is done."""
    talk = Talk()
    talk.say("which ads underperform?")
    talk.say(text)
    assert "set_status" not in talk.called


def test_a_no_after_what_is_done_says_that_it_stays_done():
    """Another is paused as well, and how to take back the first is told."""
    talk = Talk(set_status=applied("Rain jacket", change_set="cs-1"))
    talk.say("pause Static – Rain jacket grey")
    assert "What was done before stays done. Take it back with: adsteward undo cs-1" in talk.say(
        "no, Static – Sun hat"
    )


@pytest.mark.parametrize(
    "text", ["nein zeig mir die ausgaben", "nope show me the spend", "non montre les dépenses"]
)
def test_a_no_without_a_comma_before_a_look_is_a_look(text):
    """What waits stays."""
    talk = waiting()
    talk.say(text)
    assert talk.called == ["get_insights"]


def test_what_is_said_at_once_leaves_what_waits():
    """A plan that calls nothing ends like any other."""

    def said():
        return "Nothing to do."
        yield

    with pytest.raises(StopIteration) as end:
        next(in_its_place(said(), SoFar(waits="cs-1")))
    assert end.value.value == "Nothing to do.\ncs-1 still waits."


@pytest.mark.parametrize(
    "order",
    [
        "undo the second",
        "undo the first one",
        "nimm das erste zurück",
        "deshaz el primero",
        "redo the second",
    ],
)
def test_a_number_in_a_list_takes_back_no_other_change(order):
    """Sets are named by their ids: "the second" of what was listed is not the newest."""
    talk = Talk(
        history={"change_sets": [{"id": "cs-2", "state": "applied"}, {"id": "cs-1", "state": "applied"}]}
    )
    talk.say("history")
    assert "taken back at a time" in talk.say(order)
    assert talk.called == []


@pytest.mark.parametrize("order", ["undo both", f"pause {A1} and", f"pausiere {A1} und", "undo this and"])
def test_an_order_that_breaks_off_is_not_done(order):
    """What was to come may be more, and "both" are two."""
    talk = Talk()
    assert "The request breaks off there" in talk.say(order)
    assert not set(talk.called) & WRITES
