"""The words of a language: a data file of phrases by what they mean, and how a text is matched with them.

`lexicons/CODE.toml` has one table per kind of meaning; each line is a meaning and its phrases, parted by a comma and a space. `~` in a
phrase stands for some words between its parts ("turn ~ off"); the words behind `^` must follow and keep their own meaning.
`[attached]` has the pronouns that a language writes at the end of an order ("páusalos"), by what they stand for; a word before `+` is
an order with them alone. `[alike]` has words and how else they are written ("you" as "u"). A new word, figure or language is a change in
these files alone.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Self

from agent.models.offline.language.pieces import taken_apart

EXACT = frozenset({"not", "except", "test", "if", "later", "number", "all", "rank", "money"})
"""Kinds whose words no other is taken for a misspelling of: what forbids, what is left out, how much, which way."""
FORGIVEN_WANTS = frozenset(
    "show pause check compare undo judge chart export how_is why why_not why_rejected inspect what_if who_changed you_did preview help".split()
)
"""Things to do that may be misspelled: those that read, that stop spend or take something back."""
LONGEST_GAP = 14
SHORTEST_MISSPELLED, SHORTEST_KNOWN, SHORT = 4, 3, 6
"""Letters of a word that may be misspelled, of the one it may be, and of one with a single slip."""
GAP, AHEAD, ATTACHED_ALONE = "~", "^", "+"
ATTACHED = "attached_"
"""What the value of a pronoun begins with that is written at the end of an order."""
ATTACHES = frozenset(
    "pause activate stop archive delete rename label raise add lower set double halve duplicate move".split()
)
"""Orders that pronouns are attached to."""
_PLAIN = re.compile(r"[a-z ~]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some words and what they mean."""

    keys: tuple[str, ...]
    kind: str
    value: str
    head: tuple[str, ...]
    """The words before its gap, or all."""
    tail: tuple[str, ...] = ()
    ahead: bool = False
    """Whether the tail follows at once and keeps its own meaning."""
    pronoun: str = ""
    """What the pronoun at the end of its first word stands for: "it" or "them"."""

    @classmethod
    def of(cls, keys: Sequence[str], kind: str, value: str) -> Self:
        """The phrase of these words and marks."""
        cut = next((place for place, key in enumerate(keys) if key in (GAP, AHEAD)), len(keys))
        return cls(tuple(keys), kind, value, tuple(keys[:cut]), tuple(keys[cut + 1 :]), AHEAD in keys)

    @property
    def said(self) -> int:
        """How many words of it are said."""
        return len(self.head) + len(self.tail)


@dataclass(slots=True)
class Lexicon:
    """The phrases of one language, found by their first word."""

    code: str
    language: str = ""
    decimal: str = "."
    by_first: dict[str, list[Phrase]] = field(default_factory=dict)
    vocabulary: dict[str, bool] = field(default_factory=dict)
    """Every word, and whether a misspelling of it is forgiven."""
    alike: dict[str, str] = field(default_factory=dict)
    """Other ways to write a word, and the one that phrases have."""
    attached: dict[str, str] = field(default_factory=dict)
    """The pronouns that are written at the end of an order, and what each stands for."""
    with_pronoun: dict[str, list[Phrase]] = field(default_factory=dict)
    """What begins with the words that were looked for."""

    def key(self, word: str) -> str:
        """A word as it is compared: in the one way to write it."""
        return self.alike.get(word, word)

    def add(self, kind: str, value: str, words: Sequence[str]) -> None:
        """Take in one phrase."""
        keys = [self.key(word) for word in words]
        self.by_first.setdefault(keys[0], []).append(Phrase.of(keys, kind, value))
        order = kind == "want" and value not in FORGIVEN_WANTS and (len(keys) == 1 or GAP in keys)
        row = kind == "ref" and len(keys) == 1
        forgiven = kind not in EXACT and not order and not row
        for key in keys:
            self.vocabulary[key] = forgiven and self.vocabulary.get(key, True)

    def starting(self, word: str) -> Sequence[Phrase]:
        """The phrases that begin with a word, the longest first; with those of an order that has a pronoun at its end."""
        if word not in self.with_pronoun:
            said = self.by_first.get(word, [])
            ends = [end for end in self.attached if word.endswith(end)]
            more = [one for end in ends for one in self._orders(word, end)]
            self.with_pronoun[word] = sorted([*said, *more], key=lambda phrase: -phrase.said)
        return self.with_pronoun[word]

    def _orders(self, word: str, end: str) -> Iterator[Phrase]:
        stem = word.removesuffix(end)
        for phrase in (*self.by_first.get(stem, ()), *self.by_first.get(stem + ATTACHED_ALONE, ())):
            if phrase.kind == "want" and phrase.value in ATTACHES:
                yield replace(phrase, head=(word, *phrase.head[1:]), pronoun=self.attached[end])

    def phrases(self) -> Iterator[Phrase]:
        """All of them."""
        for found in self.by_first.values():
            yield from found


def _keys(phrase: str) -> list[str]:
    """The words of a phrase as they are compared; most are plain and need no taking apart."""
    if _PLAIN.fullmatch(phrase):
        return phrase.split()
    if phrase.endswith(ATTACHED_ALONE) and phrase.rstrip(ATTACHED_ALONE).isalpha():
        return [phrase]
    mark = AHEAD if AHEAD in phrase else GAP
    parts = [[word.key for word in taken_apart(part)] for part in phrase.split(mark)]
    return [*parts[0], mark, *parts[1]] if len(parts) > 1 else parts[0]


def read(code: str, text: str) -> Lexicon:
    """A lexicon from its file's text. Raises ValueError when a phrase means two things."""
    tables = tomllib.loads(text)
    about, attached, alike = tables.pop("language"), tables.pop("attached", {}), tables.pop("alike", {})
    found = Lexicon(code, about["name"], about.get("decimal", "."))
    phrases = [
        (kind, value, _keys(phrase))
        for kind, meanings in tables.items()
        for value, written in meanings.items()
        for phrase in written.split(", ")
    ]
    others = [(_keys(word), _keys(way)) for word, ways in alike.items() for way in ways.split(", ")]
    written = {tuple(keys): (kind, value) for kind, value, keys in phrases}
    found.alike = {way[0]: word[0] for word, way in others if len(word) == len(way) == 1}
    inside = [
        (word, way)
        for word, way in others
        if len(word) > 1 or written.get(tuple(way)) not in (None, written.get(tuple(word)))
    ]
    for _, way in inside:  # what is a phrase by itself keeps its meaning there
        found.alike.pop(way[0], None)
    found.vocabulary |= dict.fromkeys(found.alike, False)
    for kind, value, keys in phrases:
        found.add(kind, value, keys)
        for other in _ways(keys, inside) if len(keys) > 1 else ():
            if tuple(other) not in written:
                found.add(kind, value, other)
    seen = dict[tuple[str, ...], tuple[str, str]]()
    for one in found.phrases():
        if seen.setdefault(one.keys, (one.kind, one.value)) != (one.kind, one.value):
            raise ValueError(f"{code}.toml: {' '.join(one.keys)!r} means two things")
    found.attached = {end: stands for stands, ends in attached.items() for end in ends.split(", ")}
    return found


def _ways(keys: list[str], others: Sequence[tuple[list[str], list[str]]]) -> list[list[str]]:
    """The other ways to write a phrase: `others` are words and another way to write each."""
    found = [keys]
    for word, way in others:
        for one in tuple(found):
            at = next((n for n in range(len(one)) if one[n : n + len(word)] == word), None)
            found += [] if at is None else [[*one[:at], *way, *one[at + len(word) :]]]
    return found[1:]


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of a language, read once."""
    file = resources.files("agent.models.offline.language").joinpath(f"lexicons/{code}.toml")
    return read(code, file.read_text(encoding="utf-8"))


@cache
def sayings() -> dict[str, Any]:
    """The sentences that are said whatever the account holds, from their file."""
    file = resources.files("agent.models.offline.language").joinpath("sayings.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def codes() -> tuple[str, ...]:
    """The languages there are, English first."""
    files = resources.files("agent.models.offline.language").joinpath("lexicons").iterdir()
    found = sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))
    return ("en", *(code for code in found if code != "en"))
