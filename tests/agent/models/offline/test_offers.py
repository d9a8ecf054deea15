"""A question with words that nobody knows is not answered; what it is without them is offered, and a yes asks for that."""

import pytest

from tests.agent.models.offline.talking import WRITES, Talk


@pytest.mark.parametrize(
    ("text", "line", "yes"),
    [
        ("spend by campaign blargh last week", "Spend by campaign, 2–8 Nov 2026", "yes"), ("what hours blargh do people spend most", "", "yes"),
        ("blargh purchases by ad yesterday", "Purchases by ad, 11 Nov 2026", "go ahead"),
        ("ausgaben nach kampagne blargh letzte woche", "Spend by campaign, 2–8 Nov 2026", "ja"), ("gasto por campaña blargh ayer", "Spend by campaign, 11 Nov 2026", "sí"),
    ],
)  # fmt: skip
def test_a_yes_answers_the_question_without_the_words_that_are_not_known(text, line, yes):
    """The words are named, the reading without them is said, and nothing is asked of Meta before the yes."""
    talk = Talk()
    told = talk.say(text)
    assert "I do not know what" in told
    if not line:
        return
    assert f'Without it I would answer: {line} (say "yes").' in told
    assert not {"get_insights", "list_ads"} & {*talk.called}
    assert talk.say(yes).startswith(line)
    assert talk.called == ["get_insights"]
    assert "29 Oct" not in talk.say("and by age")


@pytest.mark.parametrize(
    "text", ["pause blargh", "pause ads with CPA over 60 blargh", "raise all budgets blargh by 10 %", "blargh", "blargh blorgh spend", "delete blargh ads"]
)  # fmt: skip
def test_no_order_is_offered_without_a_word_that_it_has(text):
    """Nor a question of which little is known."""
    talk = Talk()
    assert "Without it" not in talk.say(text)
    talk.say("yes")
    assert not {*talk.called} & WRITES
    assert "get_insights" not in talk.called


def test_an_offer_is_gone_after_another_request():
    """A yes is to what was said last."""
    talk = Talk()
    talk.say("spend by campaign blargh last week")
    talk.say("list my campaigns")
    talk.say("yes")
    assert "get_insights" not in talk.called
