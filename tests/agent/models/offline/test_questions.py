"""What people type, in five languages: each is read into exactly these slots, or refused by the word that is in the way."""

import tomllib
from pathlib import Path

import pytest

from tests.agent.models.offline.reading_aids import kind_of, signature

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text(encoding="utf-8"))
CASES = [(text, slots) for section in QUESTIONS.values() for text, slots in section.items()]
UNDERSTOOD = 0.85


@pytest.mark.parametrize(("text", "slots"), CASES, ids=[text[:70] for text, _ in CASES])
def test_a_question_is_read_into_its_slots(text: str, slots: str) -> None:
    """The kind of request and every slot; " — " parts a conversation, of which the last words are read."""
    *before, said = text.split(" — ")
    if slots.startswith("refused"):
        assert slots.partition(": ")[2] in kind_of(said, *before)
        assert kind_of(said, *before).startswith("refused: ")
        return
    assert signature(said, *before) == slots


def test_most_questions_are_understood() -> None:
    """At least 85 of 100 of all that people were heard to ask; what must never be misread counts where it is refused."""
    asked = [slots for name, section in QUESTIONS.items() for slots in section.values() if name != "never"]
    assert sum(not slots.startswith("refused") for slots in asked) >= UNDERSTOOD * len(asked)
