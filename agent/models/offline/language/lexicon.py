"""The words of a language: a data file of phrases by what they mean, and how a text is matched with them.

`lexicons/CODE.toml` has one table per kind of meaning; each line is a meaning and its phrases, parted by a comma and a space. `~` in a
phrase stands for some words between its parts ("turn ~ off"); the words behind `^` must follow and keep their own meaning.
`[attached]` has the pronouns that a language writes at the end of an order ("páusalos"), by what they stand for; a word before `+` is
an order with them alone. `[alike]` has words and how else they are written ("you" as "u"). A new word, figure or language is a change in
these files alone.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Self

from agent.models.offline.language.pieces import Word, taken_apart
from agent.models.offline.language.slots import WRITES, Thing

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


@dataclass(frozen=True, slots=True)
class Item:
    """Some words of a request, what kind of thing they say, and which."""

    kind: str
    value: str
    said: str
    first: int
    last: int
    thing: Thing | None = None

    def is_a(self, pattern: str) -> bool:
        """Whether it is of a kind, or of a kind with a value ("link:by")."""
        kind, _, value = pattern.partition(":")
        return self.kind == kind and (not value or self.value == value)


def marks(words: Sequence[Word], keys: Sequence[str], lexicons: Sequence[Lexicon]) -> list[Item]:
    """The phrases found in some words, longest first at each place; `keys` are the words as they are compared."""
    found, taken = list[Item](), set[int]()
    read_as = [(lex, [lex.key(key) for key in keys] if lex.alike else keys) for lex in lexicons]
    for at in range(len(words)):
        if at in taken or words[at].kind not in ("word", "sign", "number"):
            continue
        hit = next((hit for lex, said in read_as if (hit := _longest(said, at, lex, taken))), None)
        if hit is None:
            continue
        phrase, head, tail = hit
        if words[at].kind == "number" and _dated(keys, head, lexicons):
            continue
        taken |= {*head, *tail}
        found.append(_mark(phrase.kind, phrase.value, head, words))
        if tail:
            found.append(_mark("fill", "tail", tail, words))
        if phrase.pronoun:
            found.append(_mark("fill", f"{ATTACHED}{phrase.pronoun}", head[:1], words))
    return found


def _dated(keys: Sequence[str], head: Sequence[int], lexicons: Sequence[Lexicon]) -> bool:
    """Whether numbers stand beside a month or a currency, and so are days or an amount and no phrase."""
    after = head[-1] + 1
    after += after < len(keys) and keys[after] in ("of", "de", "d")
    beside = (*keys[max(head[0] - 1, 0) : head[0]], *keys[after : after + 1])
    return any(
        phrase.kind in ("month", "money")
        for key in beside
        for lex in lexicons
        for phrase in lex.by_first.get(key, ())
    )


def _mark(kind: str, value: str, places: Sequence[int], words: Sequence[Word]) -> Item:
    return Item(kind, value, " ".join(words[place].text for place in places), places[0], places[-1])


_Hit = tuple[Phrase, list[int], list[int]]
"""A phrase, where its words stand, and where those behind its gap do."""


def _longest(keys: Sequence[str], at: int, lex: Lexicon, taken: set[int]) -> _Hit | None:
    """The longest phrase at a place, of orders as long the one without a gap ("remets en marche les pubs en pause").

    None where two with a gap fit that mean different things ("schalte ~ ein", "~ aus").
    """
    hits = list[_Hit]()
    for phrase in lex.starting(keys[at]):
        if hits and (phrase.said < hits[0][0].said or not hits[0][2]):
            break
        head, tail = _places(keys, at, phrase)
        if head and not taken & {*head, *tail}:
            hits.append((phrase, head, tail))
    together = (hit for hit in hits if not hit[2] and hit[0].kind == "want" and hit[0].value in WRITES)
    if whole := next(together, None):
        return whole
    meant = {(phrase.kind, phrase.value) for phrase, _, tail in hits if tail}
    return hits[0] if hits and len(meant) <= 1 else None


def _places(keys: Sequence[str], at: int, phrase: Phrase) -> tuple[list[int], list[int]]:
    """Where the words of a phrase stand, from its first word on; empty where they do not."""
    behind, tail = at + len(phrase.head), phrase.tail
    if len(phrase.head) > 1 and tuple(keys[at:behind]) != phrase.head:
        return [], []
    if not tail or (phrase.ahead and tuple(keys[behind : behind + len(tail)]) == tail):
        return list(range(at, behind)), []
    if phrase.ahead:
        return [], []
    for start in range(behind + 1, min(behind + LONGEST_GAP, len(keys) - len(tail) + 1)):
        if tuple(keys[start : start + len(tail)]) == tail:
            return list(range(at, behind)), list(range(start, start + len(tail)))
    return [], []


def corrected(word: Word, lexicons: Sequence[Lexicon]) -> str:
    """The known word that a misspelled one must be, or the word itself."""
    key = word.key
    if len(key) < SHORTEST_MISSPELLED or word.kind != "word":
        return key
    found = [near for lex in lexicons for near in _near(key, lex)]
    least, known = min((slips for _, slips, _ in found), default=0), dict[str, bool]()
    for one, slips, forgiven in found:
        if slips == least:
            known[one] = known.get(one, True) and forgiven
    return next(iter(known)) if known and all(known.values()) and _mean_the_same(known, lexicons) else key


def _near(key: str, lex: Lexicon) -> Iterator[tuple[str, int, bool]]:
    """The words that one may be a misspelling of, with the number of slips and whether that is forgiven."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(key) < SHORT else 2
    for known, slips, _ in process.extract_iter(
        key, lex.vocabulary.keys(), scorer=OSA.distance, score_cutoff=most
    ):
        longer = abs(len(known) - len(key))
        # Another letter makes another word: "winter" is no "winner".
        if len(known) >= SHORTEST_KNOWN and (longer == slips or sorted(key) == sorted(known)):
            yield known, slips, lex.vocabulary[known]


def _mean_the_same(known: Iterable[str], lexicons: Sequence[Lexicon]) -> bool:
    """Whether it is one word, or forms of one such as "pausier" and "pausiere"."""
    keys = list(known)
    meant = {
        frozenset(
            (p.kind, p.value) for lex in lexicons for p in lex.by_first.get(key, ()) if p.keys == (key,)
        )
        for key in keys
    }
    return len(keys) == 1 or (len(meant) == 1 and frozenset() not in meant)
