"""A host may render what it is given: as Markdown, as HTML, or not at all. A person reads the same each time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hosts import plain_lines
from tests.agent.show.test_change_lines import pauses
from tests.agent.writes.test_journal import a_set
from tests.attacks.rendered import OUR_TAGS, as_html, as_markdown
from tests.attacks.terminals import packed
from tests.attacks.test_clear_signing import activation
from tools.domain.changes import ChangeSet
from tools.domain.text import block, visible

MARKUP = (
    "<!-- Sale -->",
    "Sale <!--",
    "<b>Sale</b>",
    "<details><summary>x</summary>",
    "[Sale](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "`Sale`",
    "```",
    "``` x ``` <i>",
    "~~~",
    "**Sale** *now* __here__ ~~gone~~",
    "# Sale",
    "> Sale",
    "- Sale",
    "| a | b |\n|---|---|",
    "&lt;b&gt; &amp; &#60;b&#62; &copy=1 &notin; &#x3c",
    "\\*not\\* \\<b>",
    "$$x$$ <script>alert(1)</script>",
    "x\n```\n<b>",
    "<![CDATA[x]]> <?php ?>",
)
NAMES = st.sampled_from(MARKUP) | st.text(
    st.sampled_from("<>!-/ab`*_[]()#|&;~\\ \n:"), min_size=1, max_size=30
)


def with_name(name: str) -> ChangeSet:
    """One change in which a name from outside stands everywhere it can."""
    change = activation(where=(name,), reason=name, shown={"text": name}).model_copy(update={"name": name})
    return a_set(change).model_copy(update={"notes": (f"Note: left out: {name}",), "account_name": name})


def surfaces(change_set: ChangeSet) -> dict[str, str]:
    whole = plain_lines.whole(change_set)
    return {
        "table": plain_lines.held(change_set),
        "prompt": plain_lines.prompt(change_set, "~/x.txt", whole),
        "question": f"{block(whole)}\n\nApply this change set?",
    }


def unfenced(text: str) -> str:
    return packed(text).replace("```", "")


def unmarked(text: str) -> str:
    """Without the numbers behind what would be markup."""
    return re.sub(r"(?<=[<&`])⟨U\+00(?:3C|26|60)⟩", "", text)


@given(NAMES)
def test_what_is_rendered_holds_every_character_and_makes_nothing_of_it(name: str) -> None:
    """No link, image, comment, tag, emphasis or entity comes of a name, and none of its characters is lost."""
    change_set = with_name(name)
    for surface, text in surfaces(change_set).items():
        for seen in (as_markdown(text), as_html(text)):
            assert seen.tags <= OUR_TAGS, (surface, seen.tags)
            assert not seen.hidden, surface
            assert unfenced(text) == unfenced(seen.text)
            if surface != "prompt":
                assert packed(unmarked(visible(name))) in packed(unmarked(seen.text))


@given(NAMES)
def test_words_within_a_line_are_rendered_as_they_stand(name: str) -> None:
    """Names in outcomes, notes and errors, which are no block of their own, make no markup either."""
    said = plain_lines.safe(name)
    for seen in (as_markdown(said), as_html(said)):
        assert seen.tags <= {"p"}
        assert not seen.hidden
        assert packed(seen.text) == packed(said)


def test_an_everyday_link_is_not_disturbed() -> None:
    """The ampersands of its parameters begin no entity."""
    link = "https://shop.example/tents?size=4&from=ad&utm_source=fb"
    assert link in block(link)
    assert link in plain_lines.safe(link)


def test_markup_between_two_names_makes_nothing() -> None:
    """What opens in one name and closes in the next hides nothing that stands between them."""
    one, two = activation().model_copy(update={"name": "<!-- a ``` *"}), activation()
    change_set = a_set(
        one,
        two.model_copy(update={"id": "m", "name": "b", "target": "5"}),
        activation().model_copy(update={"id": "n", "target": "6", "name": "* ``` -->"}),
    )
    for text in surfaces(change_set).values():
        for seen in (as_markdown(text), as_html(text)):
            assert not seen.hidden
            assert "+90,000.00 EUR per day" in seen.text
            assert seen.tags <= OUR_TAGS


# A prompt that does not hold the whole


def everyday(count: int) -> ChangeSet:
    """Pauses as a review proposes them: with where, why, undo and what to weigh."""
    more = {"where": ("“Summer Sale – Sales” (23846000000000002)",), "undo_note": "set back to ACTIVE"}
    more["reason"] = "spent 1,204.10 EUR for 3 purchases: 401.37 EUR each, 4.0× target 100.00 EUR; 97 % sure"
    changes = tuple(change.model_copy(update=more) for change in pauses(count).changes)
    update = {
        "changes": changes,
        "account_name": "Northwind Outdoor (demo)",
        "account": "act_1234567890123456",
    }
    notes = ("Risk: 0.32 of 10 are expected to be good ads after all", "Note: left out: “Evergreen” (1)")
    return pauses(count).model_copy(update=update | {"notes": notes})


PLACE = "~/.adsteward/hosts/waiting/cs-0123456789ab.txt"


@pytest.mark.parametrize("count", range(1, 12))
def test_a_prompt_that_is_not_whole_says_so_and_names_the_place(count: int) -> None:
    """Each part that is left out is named, with the file that holds it; what says nothing of it is whole."""
    change_set = everyday(count)
    whole = plain_lines.whole(change_set)
    text = plain_lines.prompt(change_set, PLACE, whole)
    assert plain_lines.units(text) <= plain_lines.PROMPT_WIDTH
    (said,) = re.findall(r"… not whole; (.*) in ~", text)
    for word, part in (
        ("where", "Summer Sale"),
        ("why", "97 % sure"),
        ("undo", "set back"),
        ("notes", "Risk:"),
    ):
        assert (part in text) != (word in said), word
    assert PLACE in text


@pytest.mark.parametrize(
    ("change_set", "fits"),
    [(pauses(1), True), (pauses(3), True), (pauses(20), False), (everyday(20), False)],
)
def test_a_prompt_is_whole_or_says_that_it_does_not_fit(change_set, fits) -> None:
    """Nothing between: all of it, or what does not fit and the file that holds it."""
    whole = plain_lines.whole(change_set)
    text = plain_lines.prompt(change_set, PLACE, whole)
    assert (whole in text, "do not fit" in text, PLACE in text) == (fits, not fits, not fits)


def test_ten_everyday_pauses_are_one_question_that_names_them_all() -> None:
    """A long account name, long ids, reasons and notes: each ad is there by its id, with the sum and where all of it stands."""
    text = plain_lines.prompt(everyday(10), PLACE, plain_lines.whole(everyday(10)))
    assert all(change.target in text for change in everyday(10).changes)
    assert "10 changes, -12,345.60 EUR per day" in text
    assert "… not whole; " in text
    assert PLACE in text
