"""A conversation: what was said and done before counts, and nothing more."""

import pytest

from agent.models.offline import Offline
from tests.agent.models.offline.talking import A1, A2, ANSWERS, SYSTEM, WAITING, WRITES, Talk, applied


def test_an_answer_to_no_question_is_answered_in_a_line():
    """What waits and how it is applied, or that nothing does; not the long help, and no change."""
    talk = Talk()
    assert talk.say("yes") == (
        "Nothing was asked just now. cs-3 waits: `adsteward apply cs-3` shows it again and asks, `adsteward decline cs-3` withdraws it."
    )
    assert talk.called == ["history"]
    nothing = "Nothing is open, and nothing waits for an approval."
    assert Talk(history={"change_sets": []}).say("no") == nothing
    rows = [{"id": f"cs-{n}", "state": "proposed"} for n in range(7)]
    told = Talk(history={"change_sets": rows}).say("ok")
    assert told.endswith(
        "cs-4 and 2 more wait: `adsteward apply ID` shows it again and asks, `adsteward decline ID` withdraws it."
    )


def test_undo_takes_the_last_applied_set_of_the_conversation():
    """To undo "that" means what was just done; after that was taken back, nothing is, and what came before is named."""
    talk = Talk(undo=applied("Ad one", change_set="cs-999fff"))
    talk.say(f"pause {A1}")
    answer = talk.say("undo that")
    assert talk.turns == [[("undo", {"change_set_id": "cs-111aaa"})]]
    assert "taken back of cs-111aaa" in answer
    answer = talk.say("undo that")
    assert talk.turns == [[("history", {"limit": 20})]]
    assert answer == (
        'Undo\nThe last change was taken back already (cs-2); nothing was proposed. "redo" makes it again.\n'
        'Next would be cs-1: 2 changes, pause Y. To take that back: "undo cs-1".'
    )
    talk.say(f"pause {A2}")
    talk.say("undo that")
    assert talk.turns == [[("undo", {"change_set_id": "cs-111aaa"})]]


def test_undo_without_a_conversation_looks_into_the_journal():
    """The newest applied set that is no undo itself; one that waits is not it."""
    done = [row for row in ANSWERS["history"]["change_sets"] if row["id"] != "cs-2"]
    talk = Talk(set_status=WAITING, history={"change_sets": done})
    talk.say(f"activate {A1}")
    talk.say("undo")
    assert talk.called == ["history", "undo"]
    assert talk.last == {"change_set_id": "cs-1"}
    assert "nothing to undo" in Talk(history={"change_sets": []}).say("undo")
    alone = {"change_sets": [{"id": "cs-9", "state": "applied", "request": "undo that", "changes": 1}]}
    assert "Nothing older is left to take back." in Talk(history=alone).say("undo")
    nothing = {"state": "nothing to change", "note": "Y: changed again since, left alone"}
    assert "Nothing to take back of cs-5: Y: changed" in Talk(undo=nothing).say("undo cs-5")


def test_a_redo_takes_back_the_last_undo_and_nothing_else():
    """In five languages, and of a named set; where something else was done last there is nothing to make again."""
    undone = [row for row in ANSWERS["history"]["change_sets"] if row["id"] != "cs-3"]
    for text in ("redo", "undo the undo", "stell das wieder her", "rehazlo", "refaz isso", "rétablis ça"):
        talk = Talk(history={"change_sets": undone}, undo=applied("Ad one"))
        assert "1 of 1 made again, taking back cs-2" in talk.say(text), text
        assert talk.last == {"change_set_id": "cs-2"}
    talk.say("redo cs-7")
    assert talk.turns == [[("undo", {"change_set_id": "cs-7"})]]
    talk = Talk(history={"change_sets": undone[1:]})
    assert "nothing to make again. Nothing was done." in talk.say("redo")
    assert talk.called == ["history"]


def test_the_last_words_of_the_person_count():
    """Text may come as blocks; ids of calls are unique over the conversation; text is streamed."""
    talk = Talk()
    talk.say(f"pause {A1}")
    talk.say([{"type": "text", "text": "list my ads"}])
    assert talk.called == ["list_ads"]
    ids = [
        b["id"]
        for m in talk.messages
        if m["role"] == "assistant"
        for b in m["content"]
        if b["type"] == "tool_use"
    ]
    assert ids == ["call_1", "call_2"]
    heard: list[str] = []
    reply = Offline().reply(SYSTEM, [], [{"role": "user", "content": "help"}], heard.append)
    assert heard == [reply.text]
    assert "ANTHROPIC_BASE_URL" in reply.text
    assert Offline().reply("", [], []).stop_reason == "end_turn"


def test_results_that_do_not_fit_end_the_plan():
    """What another model called before, or a result that is no JSON, leads to no further call."""
    use = {"type": "tool_use", "id": "x", "name": "history", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "x", "content": "{}"}
    ask = {"role": "user", "content": "pause underperforming ads"}
    messages = [ask, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    assert "lost the thread" in Offline().reply(SYSTEM, [], messages).text
    use["name"] = "review_performance"
    result["content"] = "not JSON"
    assert "no readable result" in Offline().reply(SYSTEM, [], messages).text


def test_all_of_them_are_those_named_last_and_no_others():
    """Never everything there is; an answer that names others, or words not understood, leave nothing to go on from."""
    for text in ("pause all of them", "pausa todos ellos", "pausa tudo isso"):
        talk = Talk()
        talk.say("list my ads")
        shown = talk.say("pause them") and talk.last
        assert "Pause all" not in talk.say(text)
        assert talk.last == shown
    for text in ("pause all", "pausiere alle", "pausa todos", "mets-les tous en pause"):
        assert "All of those" in talk.say(text) or talk.last == shown
    assert talk.say("pause everything").startswith("Pause everything that can spend")
    talk.say("daily check")
    assert "Which one" in talk.say("pause them")
    talk.say("what should I turn off")
    talk.say("only the first 2 of foo")
    talk.say("do it")
    assert talk.called == ["history"]


def test_what_was_refused_changes_nothing_of_the_talk():
    """A period that rules do not take is gone again with its refusal."""
    talk = Talk()
    talk.say("which rules are there?")
    assert "A period does not go with that here" in talk.say("and last month?")
    assert "A period" not in talk.say("only active")
    assert talk.called == ["list_rules"]


def test_the_rest_of_a_table_is_what_was_not_shown_yet():
    """Each time the next rows, from where the last answer ended; then that there are no more, and never the first again."""
    rows = [{"ad_name": f"Ad {number}", "spend": "1.00"} for number in range(3)]
    shown = {
        "period": "last_7d",
        "rows": rows,
        "rows_shown": "3 of 9, highest spend first",
        "all_rows": "/r/x.json",
    }
    parts = [
        {"shown": "4 to 6 of 9", "rows": rows, "left_out": "ask again with offset 6"},
        {"shown": "7 to 9 of 9", "rows": rows},
    ]
    talk = Talk(get_insights=shown, read_result=parts)
    talk.say("spend by ad last 7 days")
    for offset in (3, 6):
        talk.say("show me the rest")
        ((name, asked),) = talk.turns[-1]
        assert (name, asked["offset"]) == ("read_result", offset)
    assert talk.say("show me the rest").endswith("That was all: there are no more rows.")
    talk.say("and last month?")
    assert talk.called == ["get_insights"]


@pytest.mark.parametrize(
    ("note", "it", "last", "number", "all_of_them"),
    [
        ("remember that we close in January", "forget it", "forget the last note", "forget note 2", "what do you remember?"),
        ("merk dir dass wir im Januar schließen", "vergiss es", "vergiss die letzte Notiz", "vergiss Notiz 2", "was hast du dir gemerkt?"),
        ("recuerda que cerramos en enero", "olvídalo", "borra la última nota", "borra la nota 2", "¿qué recuerdas?"),
        ("lembre que fechamos em janeiro", "esquece isso", "apaga a última nota", "apaga a nota 2", "minhas notas"),
        ("note que nous fermons en janvier", "oublie ça", "efface la dernière note", "efface la note 2", "mes notes"),
    ],
)  # fmt: skip
def test_it_is_the_note_that_was_said_last(note, it, last, number, all_of_them):
    """Whoever takes back what was just noted loses that note and nothing else; notes are listed and numbered."""
    talk = Talk()
    talk.say(note)
    talk.system += "\n<notes>\n1. 2026-11-01: one\n2. 2026-11-12: two\n</notes>\n"
    for said in (it, last, number):
        talk.say(note)
        assert talk.say(said) == "Forgotten: x.", said
        assert talk.turns == [[("forget", {"note": "x" if said == it else "2"})]], said
    assert talk.say(all_of_them).startswith("  1. 2026-11-01: one\n  2. 2026-11-12: two\nTo take one out")
    talk.say(it)
    assert talk.called == ["history"]


def test_what_takes_the_place_of_an_order_withdraws_it():
    """After "no, only the first two" the three do not wait any more, which is said; "same for" leaves both."""
    talk = Talk(set_status=WAITING, decline={"declined": "cs-222bbb"})
    talk.say('pause "UGC – Maria packs light", "Static – Rain jacket grey" and "Static – Sun hat"')
    told = talk.say("no, only the first two")
    assert talk.called == ["set_status", "decline"]
    assert talk.last == {"change_set_id": "cs-222bbb", "reason": "another took its place"}
    assert told.endswith("cs-222bbb is withdrawn: this takes its place.")
    assert "Rain jacket" in told.splitlines()[0]
    talk.say('same for "Static – Sun hat"')
    assert "decline" not in talk.called


def test_nobody_reads_the_arguments_of_a_tool():
    """What a tool says about its input is told without its fields and their list."""
    wrong = (
        "get_insights: breakdowns: gender and publisher_platform do not combine. Arguments: account, level."
    )
    told = Talk(get_insights={"error": wrong}).say("spend by gender")
    assert told == "That did not work: gender and publisher platform do not combine."


def test_why_is_answered_from_what_is_known():
    """Of a figure with that figure, of what was done with its sets, of what might be paused with the review."""
    talk = Talk()
    talk.say("why is ROAS down?")
    assert talk.last["fields"][0] == "spend"
    assert "roas" in talk.last["fields"]
    for said in ("why did you do that?", "why was it paused?", "why did you pause it?"):
        assert talk.say(said).endswith('Why each change was proposed stands in the set: "show cs-3".'), said
    for said in ('why should I pause "Static – Sun hat"', "how much would I save if I pause the losers"):
        talk.say(said)
        assert talk.called[-1] == "review_performance", said


def test_an_amount_is_added_to_what_is_named():
    """To its budget, which nobody has to say."""
    talk = Talk()
    talk.say('add 5 USD to "Summer – Prospecting"')
    assert talk.called[-1] == "set_budget"


def test_a_new_name_is_told_with_the_old_one():
    """Whoever renames reads what it is called now."""
    hat = {"name": "Static – Sun hat", "outcome": "done", "id": "23848000000008"}
    talk = Talk(rename={"change_set": "cs-1", "state": "applied", "changes": [hat]})
    assert 'Static – Sun hat: now called "Beach"' in talk.say('rename "Static – Sun hat" to "Beach"')


@pytest.mark.parametrize(
    "said",
    [
        'make the budget of "Summer – Prospecting" to 60 USD',
        'create a budget of 40 USD for "Summer – Prospecting"',
        'raise the bid cap of "Summer – Prospecting" by 5 USD',
        "pause all the rest of the ads",
        "make a rule that pauses campaigns with CPA over 60",
    ],
)
def test_an_order_of_which_a_word_would_be_lost_is_no_order(said):
    """What is not "add … to", an amount by which, the rest, another level: asked back, and nothing is proposed."""
    talk = Talk()
    talk.say(said)
    assert not {"set_budget", "edit_limits", "set_status", "make_rule"} & set(talk.called)


def test_what_waits_stays_where_nothing_takes_its_place():
    """A refused order withdraws nothing."""
    talk = Talk(set_status=WAITING)
    talk.say('pause "UGC – Maria packs light", "Static – Rain jacket grey" and "Static – Sun hat"')
    talk.answers["set_status"] = {"error": "Refused by the guardrails: it is protected"}
    told = talk.say("no, only the first one")
    assert "decline" not in talk.called
    assert told.endswith("cs-222bbb still waits.")


def test_a_note_that_was_not_kept_is_not_the_one_to_forget():
    """After a refused one, "forget it" takes no other out."""
    talk = Talk(remember={"error": "Nothing was kept: it holds an e-mail address."})
    talk.say("remember that anna@x.de pays")
    talk.say("forget it")
    assert "forget" not in talk.called


@pytest.mark.parametrize("said", ["spend from 18 to 24 October", "vom 18 bis 24 Oktober Ausgaben"])
def test_days_of_a_month_are_no_age(said):
    """What stands beside a month is days, also where it would be an age group alone."""
    talk = Talk()
    talk.say(said)
    assert (talk.last["since"][-5:], talk.last["until"][-5:]) == ("10-18", "10-24")
    assert "age" not in str(talk.last)


def test_who_approved_it_is_the_history():
    """Behind what was done, in whatever words; it asks for no name and proposes nothing."""
    talk = Talk()
    talk.say("what did I change today")
    for text in (
        "and who approved it",
        "und wer hat das genehmigt",
        "y quién lo aprobó",
        "e quem aprovou isso",
        "et qui l'a approuvé",
    ):
        assert "anna at the page" in talk.say(text), text
        assert talk.called == ["history"]


def test_what_is_forbidden_is_not_done_by_what_else_is_said():
    """A forbidden order leaves a look alone, never another order that stands without a verb."""
    for text in (
        "don't raise anything, cpa, +20 USD for Summer – Prospecting",
        "don't pause anything, show budget of Summer – Prospecting to 120",
    ):
        talk = Talk()
        talk.say(text)
        assert not WRITES & set(talk.called), text
