"""Words that go on from an answer or from a set that waits: what they stand for is said, and nothing else is done."""

import pytest

from agent.models.offline.plans.conversation_so_far import Talk as SoFar
from agent.models.offline.plans.waiting import in_its_place
from tests.agent.models.offline.reading_aids import signature
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
    ("first", "text", "ids"),
    [
        ("anuncios con peor ctr", "páusalos", [A1, A2, A3]), ("anuncios con peor ctr", "apágalas todas", [A1, A2, A3]),
        ("anuncios con peor ctr", "páusalos menos el primero", [A2, A3]), ("cómo va Static – Sun hat", "páralo", ["23848000000008"]),
        ("cómo va Static – Sun hat", "ponlo en pausa", ["23848000000008"]), ("anuncios con peor ctr", "páusalos: Static – Sun hat", ["23848000000008"]),
    ],
)  # fmt: skip
def test_a_pronoun_at_the_end_of_an_order_stands_for_what_was_told(first, text, ids):
    """In Spanish they are one word; what is named beside it goes before."""
    talk = Talk()
    talk.say(first)
    talk.say(text)
    assert talk.last["ids"] == ids


@pytest.mark.parametrize("text", ["páusalos", "páusalo", "bájales un 10%", "súbelo a 50"])
def test_a_pronoun_that_stands_for_nothing_is_asked_back(text):
    """No account is changed for a word that names none of it."""
    talk = Talk()
    talk.say(text)
    assert not talk.called


@pytest.mark.parametrize(
    ("first", "text", "ids"),
    [
        ("which ads have the worst ctr", "pause the worst one", [A1]), ("ads with the worst ctr", "pause the 2 worst", [A1, A2]),
        ("anuncios con peor ctr", "pausa el peor", [A1]), ("anúncios com pior ctr", "pausa o pior", [A1]), ("annonces avec le pire ctr", "mets en pause le pire", [A1]),
        ("anzeigen mit der schlechtesten ctr", "pausiere die 2 schlechtesten anzeigen", [A1, A2]),
    ],
)  # fmt: skip
def test_the_worst_after_a_table_are_its_first_rows(first, text, ids):
    """Where it is in that order; without one the evidence says which are."""
    talk = Talk()
    talk.say(first)
    talk.say(text)
    assert talk.last["ids"] == ids


@pytest.mark.parametrize("text", ["pause it", "páusalo"])
def test_it_is_not_what_a_table_in_order_lies_in(text):
    """Of several ads in an ad set: which, and never the ad set."""
    talk = Talk()
    talk.say("ads in Summer – Prospecting with the worst ctr")
    assert "Which one?" in talk.say(text)
    assert "set_status" not in talk.called


def test_the_best_of_a_table_of_spend_is_told_by_what_results_cost():
    """How much was spent does not say which is better."""
    talk = Talk()
    talk.say("spend by campaign")
    talk.say("cuál va mejor?")
    assert talk.last["sort"] == "cost_per_result"


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        ("how is Summer – Prospecting doing?", "raise the budget by 5 %", ("set_budget", ["23847000000001"])),
        ("o orçamento da Summer – Prospecting tá em quanto?", "sobe pra 60 USD", ("set_budget", ["23847000000001"])),
        ("raise the budget by 5 %", "Summer – Prospecting", ("set_budget", ["23847000000001"])),
        ("aumenta o orçamento em 5%", "a Summer – Prospecting", ("set_budget", ["23847000000001"])),
        ("activate UGC – Maria packs light", "no, pause again", ("set_status", [A1])),
        ("liga o UGC – Maria packs light", "não, desliga de novo", ("set_status", [A1])),
        ("spend today", "pause", None),
        ("pause UGC – Maria packs light", "activate", None),
        ("show paused ads", "pause", None),
    ],
)  # fmt: skip
def test_an_order_that_says_not_of_what_is_of_the_one_thing_looked_at(before, text, done):
    """And a name is the answer to which one; where nothing or more than one was looked at, it is asked."""
    talk = Talk(set_budget=WAITING, set_status=applied("Tent"))
    talk.say(before)
    told = talk.say(text)
    if done:
        assert (talk.turns[-1][0][0], talk.last["ids"]) == done
    else:
        assert "Which one?" in told
        assert not {"set_status", "set_budget"} & set(talk.called)


def test_it_is_what_was_named_and_not_its_only_part():
    """A campaign whose figures were told by its one ad set is paused itself."""
    rows = [{"adset_id": "23847000000001", "adset_name": "Summer – Prospecting", "spend": "1.00"}]
    talk = Talk(get_insights={"rows": rows, "currency": "USD"})
    talk.say("how is Summer Sale – Sales doing?")
    talk.say("pause it")
    assert talk.last["ids"] == ["23846000000002"]


@pytest.mark.parametrize(
    ("order", "answers", "call"),
    [
        ("raise the budget of Summer by 10%", ["lookalike 3%"], {"ids": ["23847000000005"], "lifetime_budget": "+10 %"}),
        ("raise the budget of Summer – Prospecting", ["by 10%"], {"ids": ["23847000000001"], "daily_budget": "+10 %"}),
        ("raise the budget of Summer", ["prospecting", "to 60 USD"], {"ids": ["23847000000001"], "daily_budget": "60 USD"}),
    ],
)  # fmt: skip
def test_an_order_that_was_asked_back_is_done_with_the_answer(order, answers, call):
    """Which of several by its name or id, and the amount: each in its own words, the order itself is not said again."""
    talk = Talk(set_budget=WAITING)
    for said in (order, *answers[:-1]):
        assert "othing was done" in talk.say(said)
    assert "set_budget" not in talk.called
    talk.say(answers[-1])
    assert talk.turns[-1] == [("set_budget", call)]


def test_a_name_after_an_order_that_was_carried_out_is_looked_at():
    """Only where it was asked which one is a name alone the answer; an amount alone without an order is none."""
    talk = Talk(set_status=applied("Static – Rain jacket grey"))
    talk.say("pause Static – Rain jacket grey")
    talk.say("rain jacket")
    assert talk.turns[-1][0][0] == "inspect"
    assert "othing was done" in Talk().say("by 10%")


def test_an_order_goes_on_with_another_amount():
    """An order before holds for B as well, by another amount ("and B by 10 %"); a question about B with an amount is none."""
    talk = Talk(set_budget=WAITING)
    talk.say("raise the budget of Summer – Prospecting by 5%")
    talk.say("and Lookalike 3% by 10%")
    assert talk.turns[-1] == [("set_budget", {"ids": ["23847000000005"], "lifetime_budget": "+10 %"})]
    talk.called.clear()
    assert "othing was done" in talk.say("what about Summer – Prospecting to 75?")
    assert "set_budget" not in talk.called


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pausier die", ["1", "2", "3"]),
        ("mach die bitte aus", ["1", "2", "3"]),
        ("die pausieren bitte", ["1", "2", "3"]),
        ("pausier die Bug net", None),
        ("zeig mir anzeigen, die pausieren", None),
    ],
)
def test_an_article_without_a_noun_stands_for_the_answer_before(text, ids):
    """As "them" does; an article before a name stands for nothing."""
    rows = [{"id": str(n), "name": f"Ad {n}"} for n in (1, 2, 3)]
    talk = Talk(review_performance=REVIEW | {"pause": rows})
    talk.say("welche anzeigen laufen schlecht?")
    talk.say(text)
    assert (talk.last["ids"] if ids else "set_status" not in talk.called) == (ids or True)


@pytest.mark.parametrize("text", ["pausier sie", "pausier die", "schalt die ab"])
def test_one_of_a_row_in_order_or_all_of_it_is_asked_where_the_word_is_of_both(text):
    """One as well as several may be meant by "sie": after "which ad …" nothing is done to all that were shown."""
    talk = Talk(get_insights={"period": "last_30d", "rows": [{"ad_id": A1}, {"ad_id": A2}]})
    talk.say("welche anzeige verkauft am besten?")
    assert "Which one?" in talk.say(text)
    assert "set_status" not in talk.called
    talk.say("welche 2 anzeigen verkaufen am besten?")
    talk.say(text)
    assert talk.last["ids"] == [A1, A2]


def test_an_order_goes_on_to_another_by_as_well():
    """The order before is said again by "und B auch"; not by a bare "und B" after budgets."""
    talk = Talk()
    talk.say(f"senke das budget von {A1} um 10 %")
    assert "Say the whole order" in talk.say(f"und {A2}")
    talk.say(f"und {A2} auch")
    assert talk.last == {"ids": [A2], "daily_budget": "-10 %"}


def test_the_worst_one_after_a_row_of_the_worst_is_the_first_of_that_row():
    """Not the worst of the whole account; "die schlechtesten" says not how many, and is asked back."""
    rows = [{"ad_id": A1}, {"ad_id": A2}, {"ad_id": A3}]
    talk = Talk(get_insights={"period": "last_30d", "rows": rows})
    talk.say("welche anzeigen laufen am schlechtesten?")
    assert "Which one?" in talk.say("die schlechtesten pausieren")
    assert "set_status" not in talk.called
    talk.say("die schlechteste pausieren")
    assert talk.last["ids"] == [A1]
    talk.say("welche anzeigen laufen am schlechtesten?")
    talk.say("die 2 schlechtesten pausieren")
    assert talk.last["ids"] == [A1, A2]


@pytest.mark.parametrize(
    ("before", "text", "read"),
    [
        ("Static – Bug net", "supprime-la", "remove want=delete things=:ad:Static – Bug net"),
        ("Static – Bug net", "mets la en pause", "set_status want=pause things=:ad:Static – Bug net"),
        ("Static – Bug net", "tu peux la couper ?", "set_status want=pause things=:ad:Static – Bug net"),
        ("Static – Bug net", "coupe la pub Static – Tent 20% off", "set_status want=pause things=:ad:Static – Tent 20% off"),
        ("budget de Summer – Prospecting", "monte-le à 75", "set_budget want=raise things=:adset:Summer – Prospecting amount=to75"),
        ("budget de Summer – Prospecting", "baisse son budget de 10 %", "set_budget want=lower topic=budget things=:adset:Summer – Prospecting amount=by10%"),
    ],
)  # fmt: skip
def test_an_article_with_no_noun_stands_for_what_was_said(before, text, read):
    """Behind a verb, or before its infinitive; with a noun behind it, it is an article."""
    assert signature(text, before) == read


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("how many ads are paused?", "which ones?"), ("wie viele Anzeigen sind pausiert?", "welche?"),
        ("cuántos anuncios están pausados?", "cuáles?"), ("combien de pubs sont en pause ?", "lesquelles ?"),
    ],
)  # fmt: skip
def test_which_ones_after_how_many_lists_them(before, text):
    """The same list, which is told with its names."""
    assert signature(text, before) == "list level=ad states=PAUSED"
    talk = Talk(list_ads=TREE)
    talk.say(before)
    assert "Static – Easter" in talk.say(text)


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


@pytest.mark.parametrize(
    "text", ["and its budget?", "and the budget?", "y qué presupuesto tiene?", "und das budget?"]
)
def test_the_budget_is_asked_of_what_was_looked_at_before(text):
    """Never the table of figures again."""
    talk = Talk()
    talk.say("spend by day of Summer – Prospecting")
    assert talk.say(text).startswith("Budgets, in Summer – Prospecting")
    assert talk.called[-1] == "list_ads"


@pytest.mark.parametrize(
    "text", ["pause the worst of all", "pausa el peor de todos", "pausa o pior de todos", "mets en pause le pire de tous", "pausiere die schlechteste von allen"]
)  # fmt: skip
def test_the_worst_of_all_is_one(text):
    """After a table its first row, else the first that the evidence names; never all that underperform."""
    talk = Talk()
    talk.say("ads in Summer – Prospecting with the worst ctr")
    talk.say(text)
    assert talk.last["ids"] == [A1]
    alone = Talk()
    alone.say(text)
    assert alone.last["ids"] == [A1]


@pytest.mark.parametrize(
    "order",
    [
        "pause them in Summer – Prospecting", "pause all of those in Summer – Prospecting", "raise them in Summer – Prospecting by 10 %",
        "coupe les dans Summer – Prospecting", "pausier die in Summer – Prospecting", "pausa estos de Summer – Prospecting",
    ],
)  # fmt: skip
def test_those_in_something_are_not_that_itself(order):
    """After a list of ads as well: the ad set that is named only says where they are."""
    for before in ((), ("which ads are weak?",)):
        talk = Talk()
        for said in before:
            talk.say(said)
        assert "What in" in talk.say(order)
        assert not set(talk.called) & WRITES


@pytest.mark.parametrize(
    "order",
    [
        "pause Static – Easter as well", "pause Static – Easter also", "pausiere Static – Easter auch", "pausa Static – Easter también",
        "mets en pause Static – Easter aussi", "pausa Static – Easter também",
    ],
)  # fmt: skip
def test_an_order_may_end_with_as_well(order):
    """Nothing more is to come behind it, as there is behind an "and"."""
    talk = Talk()
    talk.say(order)
    assert talk.last["ids"] == ["23848000000003"]
