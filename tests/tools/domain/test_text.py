"""Texts that need no look at every letter are shown as those that get one; calls are said in words."""

import json
import re

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
@example(shown="xn--xn-- xn--shop", link=True)
@given(shown=TEXTS, link=st.booleans())
def test_a_plain_text_is_shown_as_one_that_is_looked_at_letter_by_letter(shown: str, link: bool) -> None:
    """The short way, for ASCII, and the long one agree wherever the short one is taken."""
    assert text.marked(shown, link=link) == text._marked(shown, link=link)
    assert text.marked(shown, link=link) == shown or not text._plain(shown)


IGNORABLE = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 FFF0-FFF8"
    " 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF 2800 FFFC 16FE4 1D159"
)
"""What Unicode calls default-ignorable, and signs that fonts leave empty."""


@pytest.mark.parametrize("span", IGNORABLE.split())
def test_what_nobody_sees_is_named_everywhere(span: str) -> None:
    """Given to a character or not, it is named where it is judged, gone where it is read, and no name."""
    first, last = (int(end, 16) for end in (span.split("-") * 2)[:2])
    for c in map(chr, {first, (first + last) // 2, last}):
        assert text.visible(f"Ever{c}green") == f"Ever{text.named(c)}green"
        assert text.harmless(f"Ever{c}green\n") == "Evergreen\n"
        assert json.loads(text.json_text(f"a{c}é")) == f"a{c}é"
        assert c not in text.json_text(f"a{c}é")
        assert text.unseen(c)


def test_the_mark_of_an_emoji_stays() -> None:
    """It makes a sign one in colour, which can be seen; behind a letter it is hidden as all others are."""
    assert (
        text.visible("❤\ufe0f 1\ufe0f\u20e3")
        == text.harmless("❤\ufe0f 1\ufe0f\u20e3")
        == "❤\ufe0f 1\ufe0f\u20e3"
    )
    assert text.harmless("a\ufe0f") == "a"


@pytest.mark.parametrize(
    ("given_text", "runs"),
    [
        ("מבצע חורף", ["מבצע חורף"]),
        ("“מבצע חורף” (23848000000072)", ["מבצע חורף"]),
        ("Sale מבצע 20% חורף - 10 USD", ["מבצע 20% חורף"]),
        ("חורף → קיץ › סתיו", ["חורף", "קיץ", "סתיו"]),
        ("٥٠ → ٧٠", ["٥٠", "٧٠"]),
        ("عرض Summer صيف 50", ["عرض", "صيف"]),
        ("Été – 夏 лето", []),
    ],
)
def test_words_from_the_right_turn_nothing_beside_them(given_text: str, runs: list[str]) -> None:
    """Each run of them is isolated; arrows, ids, quotes and amounts stay outside, and other names have no mark."""
    shown = text.visible(given_text)
    assert re.findall("\u2068(.*?)\u2069", shown) == runs
    assert re.sub("[\u2068\u2069]", "", shown) == text.marked(given_text)
    for length in range(1, len(shown)):
        cut = text.shortened(shown, length)
        assert cut.count("\u2068") <= cut.count("\u2069")
    assert text.visible("\u2068א\u2069") == "⟨U+2068⟩\u2068א\u2069⟨U+2069⟩"


def test_what_is_the_same_of_several_things_is_said_once() -> None:
    """Behind all of their names, the longest of two that begin alike; what is about nothing stays as it is."""
    notes = ["a: stays", "a: b: stays", "c: gone", "nothing to do", "a: stays"]
    assert text.gathered(notes, {"a", "a: b", "c"}) == ["a, a: b: stays", "c: gone", "nothing to do"]
