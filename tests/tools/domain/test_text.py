"""Texts that need no look at every letter are shown as those that get one; calls are said in words."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tools.domain import text

PIECES = st.sampled_from(
    [
        *" ~!a0@:/.\t\n\r\x7f\x1b",
        "xn--",
        "XN--",
        "  ",
        "a   b",
        "shop",
        "https://",
        "www.",
        "http://xn--80ak6aa92e.com",
        "\u00a0",
        "\u0430",
        "é",
    ]
)
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(st.characters(max_codepoint=127))


@example(shown="a   b", link=False)
@given(shown=TEXTS, link=st.booleans())
def test_a_plain_text_is_shown_as_one_that_is_looked_at_letter_by_letter(shown: str, link: bool) -> None:
    """The short way, for ASCII, and the long one agree wherever the short one is taken."""
    assert text.visible(shown, link=link) == text._marked(shown, link=link)
    assert text.visible(shown, link=link) == shown or not text._plain(shown)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"ids": ["1", "2"], "daily_budget": "+10 USD"}, "tool x: ids 1, 2; daily budget +10 USD"),
        ({"spec": {"on": True, "off": False, "none": None}}, "tool x: spec (on yes; off no)"),
        ({"ids": [], "name": ""}, "tool x"),
        ("no object", "tool x: no object"),
        (json.loads("[" * 500 + "]" * 500), "tool x: …"),
        (json.loads('{"a":' * 500 + "1" + "}" * 500), f"tool x: {'a (' * 20}a …{')' * 20}"),
    ],
)
def test_a_call_is_said_in_words(arguments: object, said: str) -> None:
    """What is given, without braces; what nobody can mean to be read is left out."""
    assert text.in_words("tool x", arguments) == said
