"""Pauses, budgets and the emergency stop: what was said is proposed, and every outcome is told."""

import pytest

from agent.models.offline.telling.steps import LONGEST_ERROR, Result, failed
from tests.agent.models.offline.talking import (
    A1,
    A2,
    A3,
    CHECK,
    DECLINED,
    REFUSAL,
    REVIEW,
    TREE,
    WAITING,
    WRITES,
    Talk,
    applied,
)


def test_reviving_proposes_what_the_check_names():
    """Who was vindicated is looked up, then activated by one proposal; the figures are said."""
    talk = Talk(set_status=WAITING)
    answer = talk.say("revive paused ads")
    assert talk.turns == [[("daily_check", {})], [("set_status", {"ids": [A3], "status": "ACTIVE"})]]
    assert "Nothing was changed yet" in answer
    assert "with those that came in late it is 9" in answer
    nobody = Talk(daily_check=CHECK | {"ids": {}})
    assert "\nNothing to revive" in nobody.say("revive vindicated ads")
    assert nobody.called == ["daily_check"]


def test_the_main_job_reviews_and_pauses_what_the_review_names():
    """The ids come from the review alone; the answer has reasons, the protected, the rest and the way back."""
    talk = Talk(set_status=applied("Ad one", "Ad two"))
    answer = talk.say("pause underperforming ads, last 14 days")
    assert talk.turns == [
        [("review_performance", {"date_preset": "last_14d"})],
        [("set_status", {"ids": [A1, A2], "status": "PAUSED"})],
    ]
    assert "\nDone: 2 of 2 underperforming ads paused (change set cs-111aaa).\n" in answer
    assert answer.startswith("Pause what underperforms, 29 Oct – 11 Nov 2026\n")
    assert "  Ad one: spent 90.00 USD without a purchase\n  Ad two\n" in answer
    assert "protected, left alone: Evergreen (*evergreen*)" in answer
    assert "3 more; 2 may be paused now (max_pauses_per_day)" in answer
    assert "0.12 of 2 are expected to be good ads" in answer
    assert "adsteward undo cs-111aaa" in answer


def test_a_named_scope_is_looked_up_and_handed_on_as_an_id():
    """The review gets the campaign's id, so that no other campaign of a similar name is judged."""
    talk = Talk()
    talk.say("pause underperforming ads in the spring campaign")
    assert talk.turns[1] == [("review_performance", {"scope": "23846000000001"})]
    talk.say("pause underperforming ads in spring")
    assert talk.turns[1] == [("review_performance", {"scope": "23846000000001"})]
    assert "fits 2 things" in talk.say('pause underperforming ads in "sales"')
    assert talk.called == ["find_names"]


def test_nothing_to_pause_is_said_with_counts():
    """No pause in the review: no write."""
    talk = Talk(review_performance=REVIEW | {"pause": [], "counts": {"keep": 8}, "pause_later": ""})
    answer = talk.say("pause underperforming ads")
    assert talk.called == ["review_performance"]
    assert "\nNo ad is to be paused (last 30 days).\n" in answer
    assert "8 keep" in answer


@pytest.mark.parametrize(
    ("result", "parts"),
    [
        (WAITING, ["Nothing was changed yet", "'Ad' can raise spend", "adsteward apply cs-222bbb"]),
        (DECLINED, ["Declined; nothing was changed (cs-222bbb): not today."]),
        (REFUSAL, ["Refused by the guardrails", "it is protected by stack.md", "under protect"]),
        (
            {"state": "nothing to change", "note": "already PAUSED: X"},
            ["Nothing to change: already PAUSED: X"],
        ),
        (
            {"error": "Not a campaign, ad set or ad of act_1. Use list_ads."},
            ["That did not work: Not a", "list my ads"],
        ),
        (
            applied("A", state="partly_applied", stopped="Meta is down")
            | {
                "changes": [
                    {"name": "A", "outcome": "done"},
                    {"name": "B", "outcome": "unknown", "note": "no answer"},
                ]
            },
            [
                "Partly done: 1 of 2",
                "UNKNOWN  B: no answer",
                "Stopped: Meta is down",
                "adsteward apply",
                "adsteward undo",
            ],
        ),
        (
            {
                "change_set": "cs-9",
                "state": "failed",
                "changes": [{"name": "A", "outcome": "refused", "note": "no"}],
            },
            ["Not done: 0 of 1", "REFUSED  A: no"],
        ),
        ({}, ["Nothing to change"]),
    ],
)
def test_every_outcome_of_a_write_is_told(result, parts):
    """Waiting, declined, refused, unknown and failed changes are said as what they are."""
    answer = Talk(set_status=result).say(f"pause {A1}")
    for part in parts:
        assert part in answer
    assert ("Take back with" in answer) == (result.get("state") in ("applied", "partly_applied"))


def test_the_second_word_of_stop_reaches_the_tool():
    """`stop protected` pauses what is protected as well; the question about it is the approval's."""
    talk = Talk()
    answer = talk.say("stop protected")
    assert talk.turns == [[("stop", {"reach": "protected"})]]
    assert "stop covers what adsteward started" not in answer


def test_all_means_all_of_one_status():
    """All paused ads are activated, all active ones paused, by their own switch, and it is told which do not run; campaigns go by their own status."""
    talk = Talk()
    talk.say("activate all paused ads")
    assert talk.turns[0] == [("list_ads", {"effective_status": ["OFF"]})]
    assert talk.last == {"ids": [A3], "status": "ACTIVE"}
    talk.say("pause all ads in the summer campaign")
    assert talk.turns[1] == [("list_ads", {"campaign_id": "23846000000002", "effective_status": ["ON"]})]
    assert talk.notes[-1].endswith('switched on, though not running now: "Static – Unfit?" (rejected)')
    talk.say("pause all campaigns")
    assert talk.last == {"ids": ["23846000000001"], "status": "PAUSED"}
    none = Talk(list_ads=TREE | {"campaigns": []})
    assert "\nNothing to do: no ads are switched off" in none.say("activate all paused ads")


def test_too_many_pauses_wait_and_the_limit_is_named():
    """What is over a limit of the day waits for a person; the answer passes on what is left, whole."""
    over = "over the limits of 24 hours: max_pauses_per_day 10: 3 left until 14:05, this needs 11"
    waits = {
        "change_set": "cs-0",
        "state": "waiting for approval; nothing was changed",
        "reason": over,
        "changes": ["X"],
    }
    answer = Talk(set_status=waits).say("pause all ads")
    assert over in answer
    assert "adsteward apply cs-0" in answer


def test_pausing_everything_leaves_out_what_is_protected():
    """Where names are protected, the rest is offered, and what was left out is said."""
    error = {"error": "Refused by the guardrails, as it is protected by stack.md (*x*): 'X'."}
    note = "protected by stack.md, still running: X"
    stopped = {
        "change_set": "cs-0",
        "state": "applied",
        "changes": [{"name": "Y", "outcome": "done"}],
        "note": note,
    }
    talk = Talk(set_status=error, stop=stopped)
    answer = talk.say("pause everything")
    assert talk.turns[-1] == [("stop", {"reach": "all"})]
    assert note in answer


EVERYTHING = "everything that can spend: campaigns, and where a part of one is protected, what else is in it"
HEADINGS = {
    "Pause all ads": ("pause all ads", "stop all ads", "turn off all my ads", "pausiere alle Anzeigen", "pausa todos los anuncios", "pause todos os anúncios", "mets en pause toutes les annonces"),
    "Pause all ad sets": ("pause all ad sets", "stop all ad sets", "stoppe alle Anzeigengruppen", "pausa todos los conjuntos de anuncios", "pausa todos os conjuntos de anúncios", "arrête tous les ensembles de publicités"),
    "Pause all campaigns": ("pause all campaigns", "stop all campaigns", "stoppe alle Kampagnen", "pausa todas las campañas", "pausa todas as campanhas", "arrête toutes les campagnes"),
    f"Pause {EVERYTHING}": ("pause everything", "pausiere alles", "pausa todo", "pausa tudo", "mets tout en pause"),
    f"Stop {EVERYTHING}": ("stop everything", "stopp alles", "para todo", "para tudo", "arrête tout"),
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_heading_says_what_is_paused(heading: str):
    """Ads where ads were said, ad sets and campaigns likewise, and campaigns where everything was: in five languages."""
    level = {"Pause all ads": "238480", "Pause all ad sets": "238470", "Pause all campaigns": "238460"}
    for text in HEADINGS[heading]:
        talk = Talk(twice=False)
        assert talk.say(text).partition("\n")[0] == heading, text
        if heading in level:
            assert {one[:6] for one in talk.last["ids"]} == {level[heading]}, text
        else:
            assert talk.turns == [[("stop", {"reach": "all"})]], text


def test_all_but_what_is_protected_are_paused():
    """What a refusal names is left out and said beside the question; where nothing else is left, the refusal stands."""
    why = "it is protected by stack.md (*x*)"
    first, second = "UGC – Maria packs light", "Static – Rain jacket grey"
    refused = {"error": f"Refused by the guardrails, as {why}: {first!r}, {second!r}.", "refused": [A1, A2]}
    talk = Talk(twice=False, set_status=[refused, applied("Pause everything")])
    assert talk.say("pause all ads").startswith("Pause all ads\nDone: 1 of 1 paused")
    asked = [set(arguments["ids"]) for ((name, arguments),) in talk.turns if name == "set_status"]
    assert asked[0] - asked[1] == {A1, A2}
    assert len(asked) == 2
    (note,) = talk.notes
    assert f"without what is refused by the guardrails, as {why}: {first!r}, {second!r}" in note
    assert '"stop protected" pauses everything' in note
    talk = Talk(twice=False, list_ads=TREE | {"campaigns": TREE["campaigns"][:1]}, set_status=refused)
    assert "protected by stack.md (*x*)" in talk.say("pause all ads")


def test_the_worst_has_enough_results_and_counts_without_what_is_left_out():
    """A pause of the worst leaves out what has too few results, and says so; "except" is taken off before counting."""
    talk = Talk(twice=False)
    answer = talk.say('pause the ad with the worst roas except "UGC – Maria packs light"')
    asked, paused = (
        arguments
        for name, arguments in (turn[0] for turn in talk.turns)
        if name in ("get_insights", "set_status")
    )
    assert {"field": "results", "operator": ">=", "value": "5"} in asked["filtering"]
    assert asked["limit"] > 1
    assert paused["ids"] == [A2]
    assert "Left out: what has fewer than 5 results" in answer


def test_stop_comes_before_anything_is_read():
    """The emergency is one call, and says what it does not cover."""
    talk = Talk(stop={"state": "nothing to change", "note": "adsteward started nothing"})
    answer = talk.say("STOP!")
    assert talk.turns == [[("stop", {})]]
    assert "Nothing to stop" in answer
    assert '"pause everything"' in answer
    assert "2 of 2 stopped" in Talk().say("stop")


def test_what_a_review_says_of_all_is_not_said_of_some():
    """The risk of two ads is not that of one, and fewer than were asked for are named as fewer."""
    assert "0.12 of 2" in Talk().say("pause underperforming ads")
    assert "0.12 of 2" not in Talk().say("pause the worst 1 ads")
    assert Talk().say("pause the 3 worst ads").endswith("Not 3: by the evidence only 2 may be paused.")


def test_what_is_protected_can_be_left_out_by_name():
    """The way on is as narrow as what was asked: never "everything"."""
    answer = Talk(set_status=REFUSAL).say("pause ads with cpa over 60")
    assert 'add: except "NAME"' in answer
    assert "everything" not in answer


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("delete paused ads in Summer Sale – Sales", {"campaign_id": "23846000000002", "effective_status": ["PAUSED"]}),
        ("archive all ads in Summer – Prospecting", {"adset_id": "23847000000001"}),
        ("lösche alle pausierten Anzeigen in Summer – Prospecting", {"adset_id": "23847000000001", "effective_status": ["PAUSED"]}),
        ("elimina los anuncios pausados de Summer – Prospecting", {"adset_id": "23847000000001", "effective_status": ["PAUSED"]}),
        ("supprime toutes les annonces en pause de Summer – Prospecting", {"adset_id": "23847000000001", "effective_status": ["PAUSED"]}),
        ("exclui os anúncios pausados da Summer – Prospecting", {"adset_id": "23847000000001", "effective_status": ["PAUSED"]}),
        ("lower all budgets in Summer Sale – Sales by 10 %", {"campaign_id": "23846000000002"}),
        ("senke alle Budgets in Summer Sale – Sales um 10 %", {"campaign_id": "23846000000002"}),
        ("raise the budgets of all ad sets in Summer Sale – Sales by 10 %", {"campaign_id": "23846000000002"}),
    ],
)  # fmt: skip
def test_all_of_a_part_are_looked_up_in_that_part(text: str, within: dict[str, object]) -> None:
    """Neither those of the whole account nor the campaign itself are taken for all that is in it."""
    talk = Talk()
    told = talk.say(text)
    assert talk.turns[1] == [("list_ads", within)]
    assert "23846000000002" not in str(talk.last)
    assert "budget" in told.lower() or "ads of Summer" in told


def test_stop_it_is_about_what_was_named():
    """After an answer that names ads these are meant; without one it is the emergency."""
    talk = Talk()
    talk.say("list my ads")
    talk.say("stop the second one")
    assert talk.called == ["set_status"]
    alone = Talk()
    alone.say("stop it")
    assert alone.called == ["stop"]
    assert alone.say("stop everything you did in the last 3 hours").startswith("Stop, the last 3 hours\n")
    assert alone.say("what did you change last week").startswith(
        "Changes made here, 2–8 Nov 2026\nNothing was approved"
    )
    assert alone.say("pause the worst ad").startswith("Pause what underperforms, the first 1\n")


def test_the_last_days_of_a_history_reach_up_to_now():
    """What was changed today is among the last seven days, and the title says so."""
    assert (
        Talk().say("what did you change in the last 7 days").startswith("Changes made here, 5–12 Nov 2026\n")
    )


def test_a_deletion_takes_no_part_of_a_name():
    """The candidate is shown and the whole name asked for; with it, the deletion is proposed."""
    talk = Talk()
    assert "as a deletion is for good" in talk.say("delete the rain jacket ad")
    assert talk.called == ["find_names"]
    talk.say('delete "Static – Rain jacket grey"')
    assert talk.called[-1] == "remove"


@pytest.mark.parametrize(
    ("looks", "orders", "rows"),
    [
        ("list my ads", "pause the first two", [0, 1]),
        ("list my ads", "pause the first and the third one", [0, 2]),
        ("list my ads", "pause the first 3 ads", [0, 1, 2]),
        ("zeig meine anzeigen", "pausiere die ersten zwei", [0, 1]),
        ("lista mis anuncios", "pausa los dos primeros", [0, 1]),
        ("liste mes annonces", "mets en pause les deux premières", [0, 1]),
        ("list my ads", "pause the first 500", None),
        ("lista mis anuncios", "pausa los primeros", None),
        ("list my ads", "activate what you paused", None),
        ("list my ads", "activate everything I paused", None),
    ],
)
def test_several_rows_of_an_answer_are_meant_by_their_numbers(
    looks: str, orders: str, rows: list[int] | None
) -> None:
    """Those rows and no others; where it is not clear which, nothing is proposed."""
    talk = Talk()
    told = talk.say(looks)
    ids = [line.split()[0] for line in told.splitlines() if line.startswith("    23848")]
    told = talk.say(orders)
    assert (talk.called == ["set_status"]) == (rows is not None)
    assert rows is None or talk.last == {"ids": [ids[row] for row in rows], "status": "PAUSED"}
    assert rows is not None or "Nothing was done." in told


def test_what_underperforms_is_paused_in_whichever_words() -> None:
    """The words "what is clearly underperforming" are one order, not a question and an order."""
    talk = Talk()
    assert talk.say("pause what is clearly underperforming").startswith(
        "Pause what underperforms, at least 95 % sure\n"
    )


def test_a_long_refusal_keeps_its_way_out():
    """What is too long is cut in its middle: the last sentence says what to do next."""
    way_out = "This workspace has no stack.md yet: `adsteward init` makes one."
    for number in (1, 40):
        refusal = f"Refused by the guardrails: {', '.join(f'ad set {n} is too high' for n in range(number))}. {way_out}"
        said = failed(Result("set_budget", {}, refusal))
        assert said.endswith(way_out)
        assert len(said) <= LONGEST_ERROR


@pytest.mark.parametrize(
    "text",
    [
        "pause Static – Easter and raise Summer – Prospecting by 10 %", "pause Static – Easter, raise Summer – Prospecting by 10 %", "please pause Static – Easter. Then raise Summer – Prospecting by 10 %",
        "pausiere Static – Easter und erhöhe Summer – Prospecting um 10 %", "pausa Static – Easter y sube Summer – Prospecting un 10 %", "mets en pause Static – Easter et augmente Summer – Prospecting de 10 %",
    ],
)  # fmt: skip
def test_two_orders_that_each_name_a_thing_of_their_own_are_proposed_one_after_the_other(text):
    """Each with a change set of its own, so that one can be approved without the other."""
    talk = Talk()
    talk.say(text)
    calls = [call for turn in talk.turns for call in turn if call[0] in WRITES]
    assert calls == [
        ("set_status", {"ids": ["23848000000003"], "status": "PAUSED"}),
        ("set_budget", {"ids": ["23847000000001"], "daily_budget": "+10 %"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "pause Static – Easter and activate it", "pause Static – Easter and activate Static – Easter", "pause Summer – Prospecting and activate Static – Unfit?", "pause losers then activate all paused ads", "pause Spring Collection – Sales and activate Static – Easter",
        "pause Static – Easter and raise all budgets by 10 %", "in Spring Collection – Sales pause Static – Easter and raise Summer – Prospecting by 10 %", "pause Static – Easter and maybe raise Summer – Prospecting by 10 %",
        "pause Static – Easter and raise Summer – Prospecting by 10 % tomorrow", "pause Static – Easter and don't raise Summer – Prospecting by 10 %", "pause Static – Easter and raise Summer – Prospecting by 10 % except Lookalike",
        "pause Static – Easter and raise blargh by 10 %", "pause maria and raise Summer – Prospecting by 10 %",
    ],
)  # fmt: skip
def test_two_orders_that_lean_on_each_other_are_asked_back(text):
    """Neither is proposed where one is unclear, is about what the other is about, or is about more than what it names."""
    talk = Talk()
    talk.say(text)
    assert not {*talk.called} & WRITES


def test_of_two_orders_the_one_that_is_asked_back_is_named():
    """What was proposed stands beside it: "nothing was done" is of the other alone."""
    told = Talk().say("pause Static – Easter and raise Summer – Prospecting by 10")
    assert '"raise Summer – Prospecting by 10": By 10 what' in told


@pytest.mark.parametrize(
    "text",
    [
        "pause one of Static – Easter and Static – Sun hat", "pause one of them", "pause one of the weak ads", "raise one of Summer – Prospecting, Summer – Lookalike 3% by 10 %",
        "pausiere einen davon", "pausiere eine von denen", "pausa uno de los anuncios", "coupe l'une de Static – Easter et Static – Sun hat", "pausa um deles", "pausa uma das campanhas",
    ],
)  # fmt: skip
def test_one_of_several_is_asked_about(text):
    """Which one is for the person to say; never all of them."""
    talk = Talk()
    talk.say("which ads are weak?")
    assert "Say which" in talk.say(text)
    assert not {*talk.called} & WRITES


@pytest.mark.parametrize(
    "text",
    [
        "pause each one of the ads in Summer – Prospecting",
        "pausa cada um dos anúncios em Summer – Prospecting",
    ],
)
def test_each_one_of_them_is_all_of_them(text):
    """With "each" before it, "one of" leaves none out."""
    talk = Talk()
    talk.say(text)
    assert len(talk.last["ids"]) > 1


@pytest.mark.parametrize(
    "text",
    ["pausa las que tienen peor ctr", "desliga os com pior ctr", "mets en pause ceux avec le pire ctr"],
)
def test_the_worst_by_a_figure_are_several_where_no_noun_says_that_it_is_one(text):
    """How many is asked; the first alone would be less than what was said."""
    talk = Talk()
    assert "How many of them?" in talk.say(text)
    assert not {*talk.called} & WRITES


@pytest.mark.parametrize(
    "text",
    [
        "está bien pausar Static – Easter?", "tudo bem pausar Static – Easter?", "j'ai coupé Static – Easter", "Static – Easter a été coupé",
        "on a augmenté Summer – Prospecting de 10 %", "aumenté Summer – Prospecting un 10 %", "bajé Summer – Prospecting un 10 %",
    ],
)  # fmt: skip
def test_whether_it_is_fine_and_that_it_was_done_are_no_orders(text):
    """An accent or a yes of several words tells them from an order; nothing is proposed."""
    talk = Talk()
    assert "say it as an order" in talk.say(text)
    assert not {*talk.called} & WRITES


@pytest.mark.parametrize(
    "text", ["pode pausar Static – Sun hat?", "tu peux coupé Static – Sun hat ?", "detené Static – Sun hat"]
)
def test_what_looks_like_those_and_is_an_order_is_proposed(text):
    """A leave that is given, an infinitive that is written by its sound, an imperative with an accent."""
    talk = Talk()
    talk.say(text)
    assert talk.last["ids"] == ["23848000000008"]


@pytest.mark.parametrize(
    "text",
    [
        "rename Static – Easter to Winter and Static – Sun hat to Spring", "rename Static – Easter to Winter, Static – Sun hat to Spring",
        "renomme Static – Easter en Winter et Static – Sun hat en Spring",
    ],
)  # fmt: skip
def test_two_new_names_are_not_one(text):
    """What stands behind the "and" is another ad and its name; a new name may hold an "and" itself."""
    talk = Talk()
    talk.say(text)
    assert "rename" not in talk.called
    talk.say("rename Static – Easter to Sun and fun")
    assert talk.last["name"] == "Sun and fun"


@pytest.mark.parametrize(
    "text", ["spend less on the losers", "scale back the losers", "turn Summer – Prospecting down", "turn down Summer – Prospecting"]
)  # fmt: skip
def test_less_money_is_no_pause(text):
    """Whoever says to cut the losers has them paused; whoever says to spend less on them is asked how much."""
    talk = Talk()
    assert "raise the budget of" in talk.say(text)
    assert not {*talk.called} & WRITES
    talk.say("cut the losers")
    assert talk.last["status"] == "PAUSED"
