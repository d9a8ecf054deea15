"""Names: the exact one goes first, part of one is called that, and of several none is taken."""

import copy
import json
from typing import Any

import pytest

from tests.agent.models.offline.talking import A1, A2, TREE, WRITES, Talk


def a_tree(*names: str) -> dict[str, Any]:
    """Campaigns without ads, called so; their ids count from 1."""
    rows = enumerate(names, 1)
    return {"campaigns": [{"id": f"2384600000010{n}", "name": name, "status": "PAUSED"} for n, name in rows]}


def test_ids_need_no_lookup():
    """Ids go to the tool as they are, which proves that they belong to the account."""
    talk = Talk()
    talk.say(f"pause {A1} and {A2}")
    assert talk.turns == [[("set_status", {"ids": [A1, A2], "status": "PAUSED"})]]


@pytest.mark.parametrize(
    ("text", "names", "found", "note"),
    [
        ('activate "Winter"', ["Winter sale", "Winter"], 2, ""),
        ("activate Winter", ["Winter sale", "Winter"], 2, ""),
        ('activate "Winter"', ["WINTER!", "Winter", "winter"], 2, ""),
        ('activate "🔥"', ["🔥🔥", "🔥"], 2, ""),
        ('activate "winter - sale"', ["Winter – Sale"], 1, ""),
        ('activate "Winter"', ["Summer", "Winter sale"], 2, '"Winter sale" is not exactly what was typed: "Winter"'),
        ("activate black friday", ["Winter", "Black Friday"], 2, ""),
        ("activate campaign email", ["Email list", "Winter"], 1, '"Email list" is not exactly what was typed: "email"'),
        ("activate sale winter", ["Winter big sale"], 1, '"Winter big sale" is not exactly what was typed: "sale winter"'),
        ('set the daily budget of "Winter" to 9 USD', ["Winter sale"], 1, '"Winter sale" is not exactly what was typed: "Winter"'),
    ],
)  # fmt: skip
def test_a_name_is_the_exact_one_or_the_question_says_that_it_is_not(text, names, found, note):
    """The exact name goes first; the only one that holds what was typed is asked about under its own name."""
    tree = a_tree(*names)
    for campaign in tree["campaigns"]:
        campaign["daily_budget"] = "5.00 USD"
    talk = Talk(list_ads=tree)
    talk.say(text)
    assert f"2384600000010{found}" in json.dumps(talk.last)
    assert talk.notes == ([note] if note else [])


@pytest.mark.parametrize(
    "text", ['activate "Winter"', "activate Winter", 'set the budget of "Winter" to 9 USD']
)
def test_of_several_names_none_is_taken(text):
    """The candidates are listed, and nothing is proposed."""
    talk = Talk(list_ads=a_tree("Winter sale", "Winter coats"))
    answer = talk.say(text)
    assert talk.called == ["find_names"]
    assert '"Winter" fits 2 things, and nothing was done' in answer
    assert "23846000000101  Winter sale" in answer
    assert answer.endswith('Say which, such as "the second one", or give its id.')
    talk.say("the second one")
    assert "23846000000102" in json.dumps(talk.last)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("activate email", "Email list"),
        ("aktiviere Kunden", "Stimmen – Kunden"),
        ("activa clientes", "Nuestros cliente"),
        ("ativa clientes", "Nosso cliente"),
        ("active clients", "Nos client"),
    ],
)
def test_an_everyday_word_is_no_name_to_change_something_by(text, name):
    """One word that is only a part of a name, or its plural, is asked about; then the answer is taken."""
    talk = Talk(list_ads=a_tree(name, "Winter"))
    assert "is only a part of one name, and nothing was done:\n  1. campaign" in talk.say(text)
    assert talk.called == ["find_names"]
    talk.say("the first one")
    assert talk.last == {"ids": ["23846000000101"], "status": "ACTIVE"}
    assert not talk.notes


def test_a_plural_fits_what_is_named_in_the_singular_too():
    """What is called "tents" is not taken before what is of a tent."""
    told = Talk(list_ads=a_tree("Collection tents", "Tent tour")).say("activate tents")
    assert '"tents" fits 2 things' in told


def test_of_two_things_of_one_name_a_name_is_not_asked_for() -> None:
    """A name that both have would not tell them apart: the number in the list or the id does."""
    talk = Talk(list_ads=a_tree("Winter", "Winter"))
    assert talk.say('activate "Winter"').endswith('Say which, such as "the second one", or give its id.')
    talk.say("the second one")
    assert talk.last == {"ids": ["23846000000102"], "status": "ACTIVE"}


@pytest.mark.parametrize("name", ["Not now", "Never again", "Tomorrow or never"])
def test_a_name_that_reads_like_an_order_can_be_quoted(name: str) -> None:
    """What is refused for words that belong to a name says how to name it, and then it works."""
    talk = Talk(list_ads=a_tree(name))
    assert "quotes" in talk.say(f"activate {name}")
    assert not WRITES & set(talk.called)
    talk.say(f'activate "{name}"')
    assert talk.called[-1] == "set_status"


@pytest.mark.parametrize(
    "text",
    [
        'duplicate ad "Easter" into ad set "Broad US"',
        'change the text of "Easter" to "New words"',
        'make an ad from hero.jpg with text "Snap" in ad set "Broad US"',
        "pause underperforming ads in the spring campaign",
        'activate all paused ads in "Summer Sale"',
    ],
)  # fmt: skip
def test_every_kind_of_change_says_which_name_was_not_whole(text):
    """Duplicates, new content, new ads, and what a campaign narrows."""
    talk = Talk()
    talk.say(text)
    assert set(talk.called) & WRITES
    assert "is not exactly what was typed" in "".join(talk.notes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pause the rain jacket ad", A2),
        ("pause Static - Rain Jacket GREY", A2),
        ('pause "UGC – Maria unboxing v2"', "23848000000004"),
        ("pause campaign spring collection", "23846000000001"),
        ("pause Summer Lookalike 3%", "23847000000005"),
        ('pause "Pause everything"', "23848000000006"),
        ("pause Maria light", A1),
    ],
)
def test_names_are_found_by_whole_name_part_or_words(text, found):
    """A single best match is taken; dashes and case do not count."""
    talk = Talk()
    talk.say(text)
    assert talk.last == {"ids": [found], "status": "PAUSED"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pause the UGC Maria ad", ["fits 2 things", A1, "23848000000004", "in “Summer – Prospecting”"]),
        ("pause Summer", ["fits 3 things", "campaign  23846000000002", "ad set    23847000000005"]),
        ("pause Rain coat", ['"Rain coat"', "nothing in the account is called so"]),
        ('pause "Rain coat"', ['called "Rain coat"', '"list my ads" shows']),
        ("pause Rain jaket grey", ["There is: ", "Static – Rain jacket grey"]),
        ('pause all ads except "Rain jaket grey"', ["There is: ", "Static – Rain jacket grey"]),
        ('set the budget of "Sumer – Prospecting" to 60', ["There is: ", "Summer – Prospecting"]),
        ('pause "un"', ['called "un"']),
        ('pause "–"', ['called "–"']),
    ],
)
def test_unclear_names_are_asked_about(text, parts):
    """Several matches are listed with their ids, none says what there is; nothing is done."""
    talk = Talk()
    answer = talk.say(text)
    assert talk.called == ["find_names"]
    assert "othing was done" in answer
    for part in parts:
        assert part in answer


def test_a_list_that_leaves_ads_out_settles_no_name():
    """Where more ads exist than one list shows, a name is not trusted to be the only one."""
    row = {"id": A2, "kind": "ad", "name": "Static – Rain jacket grey"}
    more = {"whole": [], "parts": {"rain jacket": {"how": "part", "fits": [row], "more": 3}}}
    talk = Talk(list_ads=TREE | {"left_out": "200 ads; narrow"}, find_names=more)
    assert '"rain jacket" fits 4 things, and nothing was done' in talk.say("pause the rain jacket ad")
    assert "one list shows" in talk.say("activate all paused ads")
    assert not WRITES & set(talk.called)
    talk.say("which ads underperform in campaign 23846000000099?")
    assert talk.last == {"scope": "23846000000099"}


def test_names_are_data_and_printed_without_control_characters():
    """An ad called "Pause everything" changes no plan; escape codes do not reach the terminal."""
    talk = Talk()
    assert "\x1b" not in talk.say("list my ads")
    assert talk.called == ["list_ads"]


@pytest.mark.parametrize(
    "text",
    ["spend on tents last week", "ausgaben von tents letzte woche", "gasto de tents la semana pasada", "gasto de tents na semana passada", "dépenses de tents la semaine dernière"],
)  # fmt: skip
def test_figures_of_a_part_of_a_name_are_of_all_that_it_fits(text):
    """Summed over the singular and the plural, each a row; the first line says how many there are."""
    talk = Talk(list_ads=a_tree("Collection tents", "Tent tour", "Winter"))
    first = talk.say(text).splitlines()[0]
    assert 'in all 2 campaigns that "tents" fits' in first
    assert talk.last["ids"] == ["23846000000101", "23846000000102"]


def test_an_everyday_word_taken_for_a_name_is_told_in_the_first_line():
    """Whoever asks what hikers cost reads that it is told of one campaign of reviews."""
    talk = Talk(list_ads=a_tree("Hiker reviews", "Winter"))
    for text in ("what do hikers cost me", "spend on reviews", "ctr of hikers last week"):
        first = talk.say(text).splitlines()[0]
        assert first.split(", ")[1].startswith('in Hiker reviews (taken for "'), text
    assert "taken for" not in talk.say("spend of hiker reviews")


def test_what_a_part_of_a_name_fits_is_listed_where_it_is_looked_at():
    """No refusal: each with its id, and "the second one" is that one in full."""
    talk = Talk(list_ads=a_tree("Catalog one", "Catalog two"))
    assert '"catalog" fits 2 campaigns:\n  1. campaign  23846000000101  Catalog one' in talk.say(
        "show me the catalog"
    )
    talk.say("the second one")
    assert talk.turns[-1] == [("inspect", {"id": "23846000000102"})]


def test_all_that_a_word_fits_is_listed_whatever_was_said_beside_it():
    """Of the level that was said; of another level each with its number, none cut off."""
    told = Talk().say("stop the ad for the static")
    assert '"static" fits 4 things' in told
    assert "  4. ad        23848000000008  Static – Sun hat" in told
    told = Talk().say("pause the static campaign")
    assert "  4. ad        23848000000008  Static – Sun hat" in told


def test_words_of_time_in_a_name_are_part_of_it_where_they_are_written_as_in_it():
    """An order that is put off is never taken for a name."""
    tree = copy.deepcopy(TREE)
    tree["campaigns"][0]["name"] = "Retargeting – Always On"
    talk = Talk(list_ads=tree)
    talk.say("pause Retargeting – Always On")
    assert talk.last["ids"] == ["23846000000001"]
    for text in ("pause Retargeting – always on", "pause Retargeting Always", "always pause Retargeting"):
        talk = Talk(list_ads=tree)
        assert "I only act now" in talk.say(text), text
        assert not {*talk.called} & WRITES
