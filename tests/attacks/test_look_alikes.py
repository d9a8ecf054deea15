"""Letters, spaces and hosts that pass for others are told wherever a person approves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hosts import plain_lines
from agent.models.offline.language.pieces import shown
from tests.agent.show.test_change_lines import pauses
from tests.agent.writes.test_journal import a_set
from tests.attacks.terminals import WIDTHS, packed
from tests.attacks.test_clear_signing import on_screen
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.text import visible


def leading_to(link: str, word: str = "link") -> str:
    """A set with a creative whose `word` is this address, as every surface says it."""
    data = {"message": "Hello", word: link}
    change = Change(
        id="c",
        kind="create_creative",
        effect=Effect.CREATE,
        account="act_1",
        name="Creative",
        request=Request(path="x", params={"object_story_spec": {"page_id": "1", "link_data": data}}),
        spend=Spend(daily_minor=0, currency="EUR"),
    )
    texts = {on_screen(a_set(change), columns) for columns in WIDTHS}
    texts |= {plain_lines.whole(a_set(change)), plain_lines.held(a_set(change))}
    assert len({packed(text).replace("```", "") for text in texts}) == 1
    return plain_lines.whole(a_set(change))


@pytest.mark.parametrize("word", ["link", "caption", "picture"])
def test_letters_that_are_not_ascii_are_marked_in_links(word: str) -> None:
    """In host and path, with a scheme or without one, in every parameter that is an address."""
    for scheme in ("https://", ""):
        text = leading_to(f"{scheme}sh\u043ep.example/p\u0430th/zelt-f\u00fcr-2\u2215x", word)
        assert "sho\u0301p" not in text
        assert "sh\u043e⟨U+043E⟩p.example/p\u0430⟨U+0430⟩th/zelt-f\u00fc⟨U+00FC⟩r-2\u2215⟨U+2215⟩x" in text
        assert "⟨its host mixes Cyrillic and Latin letters⟩" in text


def test_a_host_in_punycode_is_told_as_it_reads() -> None:
    """With its odd letters marked; a label that is no punycode is left as it is."""
    assert "⟨its host reads \u0430⟨U+0430⟩pple.com⟩" in leading_to("https://xn--pple-43d.com/x")
    assert "⟨its host reads xn--!!!.com⟩" in leading_to("https://xn--!!!.com/x")


def test_a_link_within_a_text_is_told_too() -> None:
    """The body of an ad, a name or a reason may hold one."""
    assert "sh\u043e⟨U+043E⟩p.example" in visible("Now at https://sh\u043ep.example, today")
    assert "www.sh\u043e⟨U+043E⟩p.example" in visible("Now at www.sh\u043ep.example")


@pytest.mark.parametrize("name", ["S\u0430le", "\u0420aypal", "Sal\u03b5", "\u212aind"])
def test_a_word_of_two_alphabets_is_marked(name: str) -> None:
    """The letter of the other alphabet has its number behind it."""
    (odd,) = (c for c in name if not c.isascii())
    assert f"{odd}⟨U+{ord(odd):04X}⟩" in plain_lines.whole(pauses(1, name=name))


ODD_SPACES = ("\u2003", "\u00a0", "\u3000", "\t", "\u2009", "\u202f", "\u1680", "\u205f")


@pytest.mark.parametrize("space", ODD_SPACES, ids=ascii)
def test_spaces_that_are_not_the_usual_one_are_named(space: str) -> None:
    """Within words, at the ends and in runs, in every surface; two names that differ by one do not look the same."""
    for name in (f"Sale{space}now", f"{space}Sale", f"Sale{space}", f"Sale {space}{space} now"):
        change_set = pauses(1, name=name)
        for text in (plain_lines.whole(change_set), on_screen(change_set, 200), plain_lines.held(change_set)):
            assert space not in text
            assert f"⟨U+{ord(space):04X}⟩" in text


def test_a_run_of_usual_spaces_hides_no_distance() -> None:
    """From three on they are named but for the first: what stands behind them is not pushed out of sight."""
    assert visible("Sale" + " " * 4 + "x") == "Sale ⟨U+0020⟩⟨U+0020⟩⟨U+0020⟩x"
    assert visible("End.  Start") == "End.  Start"


@pytest.mark.parametrize(
    "text",
    [
        "Soldes\u00a0: 20\u00a0% \u00ab\u00a0tentes\u00a0\u00bb\u202f!",
        "1\u202f380,00\u00a0\u20ac",
        "夏の\u3000セール",
        "Tシャツ SALE 20%",
        "Летняя распродажа",
        "Καλοκαίρι",
        "Zelt für 2 – Größe M",
        "https://shop.example/夏/テント",
        "❤️ 🏕 ok",
    ],
)
def test_ordinary_writing_is_left_alone(text: str) -> None:
    """French, Japanese, Russian, Greek and German as people type them."""
    assert visible(text) == text


@given(st.text(st.sampled_from(" a\u0430夏1!:/.⟨⟩U+0430xn-htps"), max_size=40))
def test_what_was_told_once_is_not_told_again(text: str) -> None:
    """A text that passes twice reads as after the first time."""
    once = visible(f"https://{text}")
    assert visible(once) == once


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\u0410pple", "\u0410⟨U+0410⟩pple"),
        ("\u05de\u05d1\u05e6\u05e2 20%", "\u2068\u05de\u05d1\u05e6\u05e2\u2069 20%"),
    ],
)
def test_an_answer_names_things_as_a_change_set_does(name: str, said: str) -> None:
    """Two names that differ by what nobody sees differ in an answer too."""
    assert shown(name) == said
