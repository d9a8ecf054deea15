"""The phrases of some lexicons found in the words of a text, and misspelled words put right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.models.offline.language.lexicon import (
    ATTACHED,
    LONGEST_GAP,
    SHORT,
    SHORTEST_KNOWN,
    SHORTEST_MISSPELLED,
    Lexicon,
    Phrase,
)
from agent.models.offline.language.pieces import Word
from agent.models.offline.language.slots import WRITES, Thing


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

    @property
    def joins(self) -> bool:
        """Whether it says "and" or "as well"."""
        return self.is_a("join:and") or self.is_a("join:too")


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
    return any({"month", "money"} & lex.kinds(key) for key in beside for lex in lexicons)


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
    meant = {frozenset(said for lex in lexicons for said in lex.alone(key)) for key in keys}
    return len(keys) == 1 or (len(meant) == 1 and frozenset() not in meant)
