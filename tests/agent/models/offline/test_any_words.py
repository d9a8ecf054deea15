"""Whatever is typed is answered, and no change comes of a text that asks for none or takes it back."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.models.offline.language import slots
from agent.models.offline.language.lexicon import codes, lexicon
from agent.models.offline.language.pieces import folded
from tests.agent.models.offline.talking import A1, WRITES, Talk
from tests.agent.models.offline.test_requests import UNDERSTOOD
from tests.draws import examples

ACTION_WORDS = (
    "pause stop halt disable deactivate turn switch shut kill cut end trim rid weed eliminate put set activate start resume"
    " enable unpause un-pause reactivate re-activate restart raise increase bump boost lift scale up lower decrease reduce"
    " drop shrink change make adjust update move give double halve upload create copy clone duplicate rename call archive delete remove swap replace exchange label tag note remember forget keep cap end finish shift transfer reallocate build launch prepare add undo revert roll"
    " rollback take reverse emergency panic abort freeze"
).split()


ORDERED = {
    phrase.keys[0]
    for code in codes()
    for phrase in lexicon(code).phrases()
    if phrase.kind == "want" and phrase.value in slots.WRITES and len(phrase.keys) == 1
}
"""Orders of one word in all languages."""


words = st.sampled_from(
    [
        *ACTION_WORDS,
        *"the all my ads ad underperforming losers in spring campaign summer budget of to by 20% 60 USD last 14 days".split(),
        *"not don't if until tomorrow and then , ; ? ! every it everything paused active hero.jpg with text title".split(),
        *(A1, '"', "'", "“", "”", '"UGC – Maria"', "Maria", "show", "which", "how", "2026-11-01", "since", "from", "cs-1"),
        *"what you did changes who are winners top 5 per age day yesterday back on off that image make".split(),
    ]
)  # fmt: skip
sentences = st.lists(words, max_size=14).map(" ".join)


@settings(max_examples=examples(600))
@given(st.one_of(st.text(max_size=200), sentences, st.tuples(st.text(max_size=20), sentences).map("".join)))
@example("Pause everything")
@example("BY-ACCOUN")
@example("00000000AGE#00000000")
@example("PAUSE#ACTIVE#00000000")
@example("PAUSA#CETIVE#00000000")
@example("\ue0000\ue001 \ue002 pause \ue000")
def test_any_text_is_answered_and_writes_need_an_action_word(text):
    """Nothing raises, everything ends, and no write comes of a text that asks for none."""
    talk = Talk()
    assert talk.say(text)
    if WRITES & set(talk.called):
        plain = "".join(c for c in folded(text) if c.isalpha() or c in " -'")
        assert any(word in plain for word in (*ACTION_WORDS, *ORDERED)), talk.called


@settings(max_examples=examples(300))
@given(
    sentences,
    st.sampled_from(["don't", "never", "if", "unless", "tomorrow", "until", "except", "not", "maybe"]),
)
def test_no_write_follows_on_a_negation_or_a_condition(text, word):
    """Such a word outside of quotes is enough to do nothing."""
    unquoted = "".join(c for c in text if c not in "\"'“”") + f" {word} x"
    talk = Talk()
    talk.say(unquoted)
    assert not WRITES & set(talk.called)


WRITING = frozenset(
    "set_status set_all pause_weak pause_where revive stop undo set_budget move rename remove limit label remember upload"
    " make_ad new_campaign launch duplicate refresh".split()
)
ORDERS = [text for text, row in UNDERSTOOD.items() if row["kind"] in WRITING and not set(text) & set("\"'“")]
FORBIDDING = [
    "don't",
    "never",
    "not",
    "if",
    "unless",
    "tomorrow",
    "every day",
    "or",
    "maybe",
    "once",
    "instead",
    "when",
]


@settings(max_examples=examples(600))
@given(st.sampled_from(ORDERS), st.sampled_from(FORBIDDING), st.integers(min_value=0, max_value=12))
@example("shut off every ad that cost more than 100 dollars last month without a single purchase", "not", 6)
def test_one_forbidding_word_anywhere_takes_an_order_back(order, word, place):
    """Every order that is understood stops being one when such a word stands in it, wherever."""
    parts = order.split()
    parts.insert(min(place, len(parts)), word)
    talk = Talk()
    talk.say(" ".join(parts))
    assert not WRITES & set(talk.called)
