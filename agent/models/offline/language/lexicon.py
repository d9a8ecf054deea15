"""The words of a language: a data file of phrases by what they mean, and how a text is matched with them.

`lexicons/CODE.toml` has one table per kind of meaning; each line is a meaning and its phrases, parted by a comma and a space. `~` in a
phrase stands for some words between its parts ("turn ~ off"); the words behind `^` must follow and keep their own meaning.
`[attached]` has the pronouns that a language writes at the end of an order ("páusalos"), by what they stand for; a word before `+` is
an order with them alone. `[alike]` has words and how else they are written ("you" as "u"). A new word, figure or language is a change in
these files alone.
"""

import re
import tomllib
import unicodedata
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
_PLAIN_LINE = re.compile(r"[a-z ~]+(?:, [a-z ~]+)*")
_ACCENTS = re.compile("[\u0300-\u036f]+")


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
    alike: dict[str, str] = field(default_factory=dict)
    """Other ways to write a word, and the one that phrases have."""
    attached: dict[str, str] = field(default_factory=dict)
    """The pronouns that are written at the end of an order, and what each stands for."""
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The kind and the value of each phrase, its words parted by a space: taken apart when they are looked for."""
    by_first: dict[str, list[str]] = field(default_factory=dict)
    looked_for: dict[str, list[Phrase]] = field(default_factory=dict)
    """The phrases that begin with the words that were looked for."""
    words: dict[str, bool] = field(default_factory=dict)

    def key(self, word: str) -> str:
        """A word as it is compared: in the one way to write it."""
        return self.alike.get(word, word)

    def add(self, phrase: str, meant: tuple[str, str]) -> None:
        """Take in one phrase; what another one is as well keeps that meaning."""
        phrase = " ".join(map(self.key, phrase.split())) if self.alike else phrase
        if self.meanings.setdefault(phrase, meant) is meant:
            self.by_first.setdefault(phrase.partition(" ")[0], []).append(phrase)

    @property
    def vocabulary(self) -> dict[str, bool]:
        """Every word, and whether a misspelling of it is forgiven."""
        if not self.words:
            self.words = dict.fromkeys(self.alike, False)
            for phrase, (kind, value) in self.meanings.items():
                keys = phrase.split()
                order = kind == "want" and value not in FORGIVEN_WANTS and (len(keys) == 1 or GAP in keys)
                row = kind == "ref" and len(keys) == 1
                forgiven = kind not in EXACT and not order and not row
                for key in keys:
                    self.words[key] = forgiven and self.words.get(key, True)
        return self.words

    def starting(self, word: str) -> Sequence[Phrase]:
        """The phrases that begin with a word, the longest first; with those of an order that has a pronoun at its end."""
        if word not in self.looked_for:
            ends = [end for end in self.attached if word.endswith(end)]
            more = [one for end in ends for one in self._orders(word, end)]
            self.looked_for[word] = sorted([*self._of(word), *more], key=lambda phrase: -phrase.said)
        return self.looked_for[word]

    def _of(self, word: str) -> Iterator[Phrase]:
        return (Phrase.of(one.split(), *self.meanings[one]) for one in self.by_first.get(word, ()))

    def _orders(self, word: str, end: str) -> Iterator[Phrase]:
        stem = word.removesuffix(end)
        for phrase in (*self._of(stem), *self._of(stem + ATTACHED_ALONE)):
            if phrase.kind == "want" and phrase.value in ATTACHES:
                yield replace(phrase, head=(word, *phrase.head[1:]), pronoun=self.attached[end])

    def alone(self, word: str) -> set[tuple[str, str]]:
        """What a word means by itself."""
        return {self.meanings[key]} if (key := self.key(word)) in self.meanings else set()

    def kinds(self, word: str) -> set[str]:
        """The kinds of what begins with a word."""
        return {self.meanings[one][0] for one in self.by_first.get(word, ())}

    def phrases(self) -> Iterator[Phrase]:
        """All of them."""
        return (phrase for word in self.by_first for phrase in self._of(word))


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
    written = dict[str, tuple[str, str]]()
    for kind, values in tables.items():
        for value, line in values.items():
            meant, folded = (kind, value), _ACCENTS.sub("", unicodedata.normalize("NFKD", line.casefold()))
            plain = _PLAIN_LINE.fullmatch(folded)
            for phrase in folded.split(", "):
                said = phrase if plain else " ".join(_keys(phrase))
                if written.setdefault(said, meant) != meant:
                    raise ValueError(f"{code}.toml: {phrase!r} means two things")
    others = [(_keys(word), _keys(way)) for word, ways in alike.items() for way in ways.split(", ")]
    found.alike = {way[0]: word[0] for word, way in others if len(word) == len(way) == 1}
    inside = [
        (word, way)
        for word, way in others
        if len(word) > 1 or written.get(" ".join(way)) not in (None, written.get(" ".join(word)))
    ]
    for _, way in inside:  # what is a phrase by itself keeps its meaning there
        found.alike.pop(way[0], None)
    begin = {word[0] for word, _ in inside}
    for said, meant in written.items():
        found.add(said, meant)
        keys = said.split() if begin else []
        for other in () if len(keys) < 2 or begin.isdisjoint(keys) else _ways(keys, inside):
            if (another := " ".join(other)) not in written:
                found.add(another, meant)
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
