"""An order with other words in it never changes more than those words say, in every language there is."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.models.offline.language.lexicon import codes
from agent.models.offline.language.pieces import folded
from tests.agent.models.offline import reading_aids
from tests.agent.models.offline.talking import A1, A2, REVIEW, TREE, WRITES, Talk
from tests.agent.models.offline.talking import objects as listed
from tests.agent.models.offline.test_any_words import WRITING
from tests.agent.models.offline.test_languages import said
from tests.draws import examples
from tools.domain.objects import AdObject

NAMES = (
    "Spring – Broad US",
    "Summer – Prospecting",
    "Static – Rain jacket grey",
    "Spring Collection",
    "UGC – Maria unboxing v2",
    "Sun hat",
)
ENGLISH = (
    f"pause {A1}",
    f"pause ad {A1} and {A2}",
    "pause Static – Rain jacket grey",
    "pause the rain jacket ad",
    "please turn Static – Rain jacket grey off",
    "pause campaign Spring Collection",
    "activate ad set Summer – Prospecting",
    "activate all paused ads in Spring – Broad US",
    "pause all ads in the spring campaign",
    "pause all ad sets in the summer campaign except Summer – Prospecting",
    "pause all ads except UGC – Maria unboxing v2",
    "pause underperforming ads",
    "pause underperforming ads in the spring campaign",
    "pause losers in Spring – Broad US last 14 days",
    "pause underperforming ads except Static – Rain jacket grey",
    "pause the 2 worst ads",
    "pause ads with a CPA over 60 in the spring campaign",
    "pause ads with more than 100 USD spend and no purchases",
    "set the budget of Summer – Prospecting to 60 USD",
    "raise the daily budget of Summer – Prospecting by 20 %",
    "lower the budget of Summer – Prospecting by 10 USD",
    "increase all budgets by 10% except Summer – Prospecting",
    "double the budget of Summer – Prospecting",
    "move 30 USD a day from Spring Collection to Summer – Prospecting",
    "cap campaign Spring Collection at 5000 USD",
    'rename "Static – Rain jacket grey" to "Static – Rain jacket blue"',
    "archive Static – Easter",
    "delete ad Static – Rain jacket grey",
    "archive all paused ads",
    'duplicate ad "Static – Rain jacket grey" into ad set "Summer – Prospecting"',
    'change the text of "Static – Rain jacket grey" to "New words"',
    'label "Static – Rain jacket grey" with "tested"',
    "stop everything you did in the last 48 hours",
    "revive paused ads",
    "undo cs-abc123",
    'create a sales campaign called "Winter" with 50 USD a day',
)  # fmt: skip
FORBIDDING = {
    "en": ("not", "don't", "never", "if", "unless", "maybe", "tomorrow", "or", "every day"),
    "de": ("nicht", "nie", "wenn", "falls", "vielleicht", "morgen", "oder"),
    "es": ("nunca", "cuando", "quizás", "mañana", "o"),
    "pt": ("não", "nunca", "se", "talvez", "amanhã", "ou"),
    "fr": ("jamais", "si", "peut-être", "demain", "ou"),
}
ALL = re.compile(
    r"\b(all|every|everything|each|alle|alles|jede\w*|tod[oa]s?|tous|toutes?|tout)\b", re.IGNORECASE
)


@cache
def account() -> tuple[AdObject, ...]:
    """The campaigns, ad sets and ads of both canned accounts, each id and name once."""
    found = {obj.name: obj for obj in (*reading_aids.objects(), *listed(TREE))}
    return tuple(
        sorted(found.values(), key=lambda obj: ("ad", "adset", "campaign").index(obj.level), reverse=True)
    )


@cache
def orders() -> tuple[tuple[str, str], ...]:
    """Requests that change something, with their language."""
    foreign = (
        (code, text)
        for code in codes()
        if code in FORBIDDING and code != "en"
        for text, english in said(code).items()
        if english and reading_aids.kind_of(english) in WRITING - {"undo"} and not set(text) & set('"«„“')
    )
    return (*(("en", text) for text in ENGLISH), *foreign)


def writes(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The changes that a text proposes."""
    talk = Talk(
        named=account(),
        twice=False,
        get_insights={"period": "last_30d", "rows": [{"ad_id": A1}, {"ad_id": A2}]},
    )
    talk.say(text)
    return [(name, arguments) for turn in talk.turns for name, arguments in turn if name in WRITES]


def ids(calls: list[tuple[str, dict[str, Any]]]) -> set[str]:
    """What changes are about."""
    return {text for _, arguments in calls for text in texts(arguments) if re.fullmatch(r"238\d{11}", text)}


def texts(value: Any) -> Iterator[str]:
    """Every text in some arguments."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from [part] if isinstance(part, str) else texts(part)


@cache
def named(order: str) -> frozenset[str]:
    """What an order is about as it stands."""
    return frozenset(ids(writes(order)))


places = st.integers(min_value=0, max_value=15)
drawn = st.deferred(lambda: st.sampled_from(orders()))  # they are read when a test draws them


def test_the_orders_are_orders():
    """What is mutated below is understood and proposes something; else the properties would hold for nothing."""
    silent = [(code, text) for code, text in orders() if not writes(text)]
    assert [text for code, text in silent if code == "en"] == []
    assert len(silent) <= len(orders()) // 10


@settings(max_examples=examples(200))
@given(drawn, st.integers(min_value=0), places)
@example(
    ("en", 'rename "Static – Rain jacket grey" to "Static – Rain jacket blue"'),
    FORBIDDING["en"].index("every day"),
    5,
)
@example(("de", "pausiere alle anzeigen mit mehr als 50 USD kosten und 0 käufen"), 0, 4)
def test_with_a_negation_or_a_condition_nothing_is_changed(order, which, place):
    """Such a word anywhere outside of quotes takes the order back."""
    code, text = order
    words = FORBIDDING[code]
    parts = re.findall(r'"[^"]*"|\S+', text)
    parts.insert(min(place, len(parts)), words[which % len(words)])
    assert writes(" ".join(parts)) == []


@settings(max_examples=examples(200))
@given(drawn, places, st.integers(min_value=1, max_value=2), st.sampled_from(["drop", "double", "turn"]))
@example(("en", "pause losers in Spring – Broad US last 14 days"), 3, 4, "drop")
@example(("en", "pause all ads in the spring campaign"), 1, 2, "drop")
@example(("de", "pausiere die schlecht laufenden anzeigen"), 1, 2, "drop")
@example(("de", "pausiere die schlechteste"), 1, 2, "double")
def test_words_that_are_missing_or_doubled_widen_nothing(order, place, count, how):
    """What is changed then is a part of what the order named, unless it says "all"."""
    _, text = order
    parts = re.findall(r'"[^"]*"|\S+', text)
    at = place % len(parts)
    stretch = parts[at : at + count]
    changed = {"drop": [], "double": stretch * 2, "turn": stretch[::-1]}[how]
    told = " ".join([*parts[:at], *changed, *parts[at + count :]])
    excepts = any(word in stretch for words in EXCEPT.values() for word in words)
    assert excepts or ALL.search(told) or ids(writes(told)) <= named(text), told


@settings(max_examples=examples(100))
@given(drawn, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_another_name_is_the_one_that_is_changed(order, old, new):
    """Where a name stands in the place of another, nothing called as the old one alone is touched."""
    text = order[1].replace(old, new) if order[0] == "en" else ""
    found = {obj.id: obj for obj in account()}
    loose = (
        ALL.search(text)
        or "worst" in text
        or "los" in text
        or "under" in text
        or "revive" in text
        or "CPA" in text
        or "purchases" in text
    )
    for one in ids(writes(text)):
        words = set(re.findall(r"\w{3,}", folded(" ".join((found[one].name, *found[one].names)))))
        assert loose or one in text or words & set(re.findall(r"\w{3,}", folded(text))), text


@settings(max_examples=examples(100))
@given(drawn, st.from_regex(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?", fullmatch=True))
def test_an_amount_that_is_sent_stands_in_the_text(order, number):
    """Digit for digit, whatever the number is; it is never computed, rounded or taken from elsewhere."""
    text = re.sub(r"(?<![\w-])[0-9]+([.,][0-9]+)?(?= ?(%|USD|days|hours))", number, order[1])
    for _, arguments in writes(text):
        for key in ("daily_budget", "lifetime_budget", "spend_cap"):
            for amount in re.findall(r"[0-9.]+", str(arguments.get(key, ""))):
                assert amount in re.findall(r"[0-9]+(?:\.[0-9]+)?", text.replace(",", ".")), text


EXCEPTED = (
    "Static – Rain jacket grey",
    "UGC – Maria unboxing v2",
    "Summer – Prospecting",
    "Spring – Broad US",
    "Spring Collection – Sales",
)
EXCEPT = {
    "en": ("except", "but not", "excluding"),
    "de": ("außer",),
    "es": ("excepto", "menos"),
    "pt": ("exceto", "menos"),
    "fr": ("sauf",),
}


@settings(max_examples=examples(120))
@given(drawn, st.sampled_from(EXCEPTED), st.integers(min_value=0))
def test_what_is_excepted_is_never_changed(order, name, which):
    """Nor is anything in it: an exception narrows an order or makes it none."""
    code, text = order
    words = EXCEPT[code]
    told = f"{text} {words[which % len(words)]} {name}"
    kept = {
        obj.id for obj in account() if name in (obj.name, obj.adset.get("name"), obj.campaign.get("name"))
    }
    assert not ids(writes(told)) & kept, told
    assert ids(writes(told)) <= named(text), told


@pytest.mark.parametrize(
    "order",
    [
        "pause all ads except UGC – Maria unboxing v2 in Summer – Prospecting",
        'pause all ads but "UGC – Maria unboxing v2" in "Summer – Prospecting"',
        "pause all ads except UGC – Maria unboxing v2, in Summer – Prospecting",
        "pause all ads except UGC – Maria unboxing v2 for Summer – Prospecting",
        'pause all ads except the "UGC – Maria unboxing v2" ad in Summer – Prospecting',
        "raise all budgets by 10% except Summer – Prospecting in Spring Collection – Sales",
        "pausiere alle Anzeigen außer UGC – Maria unboxing v2 in Summer – Prospecting",
        "pausa todos los anuncios excepto UGC – Maria unboxing v2 en Summer – Prospecting",
        "pausa todos os anúncios menos UGC – Maria unboxing v2 em Summer – Prospecting",
        "mets en pause toutes les pubs sauf UGC – Maria unboxing v2 dans Summer – Prospecting",
    ],
)
def test_a_place_behind_an_exception_is_asked_about(order):
    """It may hold all that is meant, or only what is left out: the whole account is not taken for it."""
    talk = Talk(named=account(), twice=False)
    assert "hold all that is meant, or only what is left out" in talk.say(order)
    assert not set(talk.called) & WRITES


def test_the_review_is_what_the_properties_think_it_is():
    """The canned judgement names ads that exist in the account."""
    assert {row["id"] for row in REVIEW["pause"]} <= {obj.id for obj in account()}
