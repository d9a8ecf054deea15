"""What is said in another language is read as the same words in English."""

import tomllib
from pathlib import Path

import pytest

from agent.models.offline.language.items import itemised
from agent.models.offline.language.lexicon import codes
from agent.models.offline.language.slots import Request
from tests.agent.models.offline.reading_aids import kind_of, request_of

HERE = Path(__file__).parent


def said(code: str) -> dict[str, str]:
    """Texts of a language with their English, or "" for what must be refused."""
    file = HERE / f"said_in_{code}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["said"] if file.exists() else {}


CASES = [(code, text, english) for code in codes() if code != "en" for text, english in said(code).items()]


def alike(request: Request) -> dict[str, object]:
    """What counts in a request: not how polite it was, nor the words of a name."""
    slots = request.set_slots
    things = [(thing.level, thing.role, thing.found or thing.text) for thing in request.things]
    return {key: value for key, value in slots.items() if key not in ("asked", "leading", "things")} | {
        "things": things
    }


@pytest.mark.parametrize(
    ("code", "text", "english"), CASES, ids=[f"{code}: {text}"[:70] for code, text, _ in CASES]
)
def test_another_language_says_the_same(code: str, text: str, english: str) -> None:
    """The same slots as the English words, or no order at all where there are none."""
    if not english:
        assert kind_of(text).startswith("refused: "), code
        return
    assert alike(request_of(text)) == alike(request_of(english))
    assert kind_of(text) == kind_of(english)


@pytest.mark.parametrize(
    "text", ["pause 0 ads", "pause 1,5 ads", "pause all ads with cpa over 50 and purchases"]
)
def test_no_number_and_no_figure_is_left_out(text: str) -> None:
    """What would narrow an order and cannot be taken refuses it."""
    assert kind_of(text).startswith("refused: ")


@pytest.mark.parametrize(
    ("text", "code"),
    [("pause active ads in blargh", "en"), ("gasto de todas las cuentas", "es"), ("gasto em todas as contas", "pt"), ("spend in all accounts", "en")],
)  # fmt: skip
def test_a_word_that_a_language_does_not_know_speaks_against_it(text, code):
    """Also where other words of the sentence say more in it."""
    assert itemised(text).lexicon.code == code
