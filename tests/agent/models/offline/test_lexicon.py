"""A word, a figure or a breakdown is added by a line in a data file, and nothing else."""

from importlib import resources

import pytest

from agent.models.offline.language.lexicon import codes, lexicon, read
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.reading import answer
from tests.agent.models.offline.talking import A1, TODAY

ENGLISH = (
    resources.files("agent.models.offline.language").joinpath("lexicons/en.toml").read_text(encoding="utf-8")
)
LINES = {
    "figure": 'outbound_clicks = "',
    "breakdown": 'age = "',
    "want": 'pause = "',
}
"""The lines that a contributor adds to."""
TOYS = {"figure": "toyclicks, toy of clicks", "breakdown": "toyside", "want": "snooze, lull ~ asleep"}


def with_toys() -> str:
    """The English words, and toy words at the head of three lines."""
    text = ENGLISH
    for kind, line in LINES.items():
        table, found = text.index(f"[{kind}]"), f"\n{line}"
        at = text.index(found, table) + len(found)
        text = f"{text[:at]}{TOYS[kind]}, {text[at:]}"
    return text


def first_calls(text: str, talk: Talk) -> list[tuple[str, dict[str, object]]]:
    """What a text asks the tools for."""
    return [(call.name, call.arguments) for call in next(answer(text, TODAY, talk), ())]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("toyclicks last week", ("get_insights", {"level": "account", "fields": ["spend", "outbound_clicks"], "date_preset": "last_week_mon_sun", "limit": 40})),
        ("show the toy of clicks by toyside", ("get_insights", {"level": "account", "fields": ["spend", "outbound_clicks"], "breakdowns": ["age"], "limit": 40})),
        (f"snooze {A1}", ("set_status", {"ids": [A1], "status": "PAUSED"})),
        (f"please lull ad {A1} asleep", ("set_status", {"ids": [A1], "status": "PAUSED"})),
        ("snooze underperforming ads", ("review_performance", {})),
    ],
)  # fmt: skip
def test_a_word_of_the_data_file_is_understood(text, call):
    """A toy metric, a toy breakdown and a toy verb work in whole requests; without their lines they are no words."""
    assert first_calls(text, Talk(lexicons=(read("en", with_toys()),))) == [call]
    assert call not in first_calls(text, Talk())


def test_toy_words_keep_to_the_rules():
    """A toy verb is an order: a negation, a condition or a question takes it back as it does any other."""
    talk = Talk(lexicons=(read("en", with_toys()),))
    for text in (
        f"don't snooze {A1}",
        f"maybe snooze {A1}",
        f"can I snooze {A1}?",
        f"snooze {A1} tomorrow",
    ):
        assert first_calls(text, talk) == []
    assert first_calls(f"should I snooze {A1}?", talk) == [("review_performance", {"scope": A1})]


def test_a_phrase_that_means_two_things_is_refused():
    """Who adds a word that is there already is told which."""
    twice = ENGLISH.replace("[figure]\n", '[figure]\ntoy = "turn on"\n')
    with pytest.raises(ValueError, match="'turn on' means two things"):
        read("en", twice)


def test_a_word_that_is_written_in_other_ways_is_read_in_each_phrase():
    """A short form of one word or several stands for it wherever that is said; a phrase that means something else stays."""
    text = '[language]\nname = "Toy"\n[alike]\nyou = "u"\n"why did" = "yd"\n'
    text += '[want]\nwhy = "why did you, what did you"\nhelp = "what did u"\n[topic]\nu = "u"'
    found = {" ".join(phrase.keys): phrase.value for phrase in read("toy", text).phrases()}
    assert found == {
        "why did you": "why", "yd you": "why", "why did u": "why", "yd u": "why",
        "what did you": "why", "what did u": "help", "u": "u",
    }  # fmt: skip


@pytest.mark.parametrize("code", codes())
def test_every_language_is_read(code):
    """The data files hold no phrase twice with two meanings, and know the same kinds of meaning."""
    assert lexicon(code).language
    kinds = {phrase.kind for phrase in lexicon("en").phrases()}
    assert {phrase.kind for phrase in lexicon(code).phrases()} <= kinds
    assert {"want", "not", "if", "later", "except", "all"} <= {
        phrase.kind for phrase in lexicon(code).phrases()
    }
