"""A request as a row of items: what its words mean by the lexicon, its numbers, quoted texts, files and ids, and words nobody knows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.models.offline.language.lexicon import Lexicon, codes, lexicon
from agent.models.offline.language.marks import Item, corrected, marks
from agent.models.offline.language.pieces import Word, taken_apart, visible
from agent.models.offline.language.pronouns import with_pronouns
from agent.models.offline.language.slots import WRITES, NotPossible, Thing

SIGNS = {"$": "$", "€": "EUR", "£": "GBP", "¥": "¥", "₹": "INR"}
LONGEST = 5_000
MOST_WORDS = 220
_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,\u2019']\d+)*")
_GIVEN = {"quote", "file", "url", "id", "set", "num", "sign", "end"}
_WEIGHTS = {"unknown": -3, "fill": 2, "link": 2, "join": 2, "want": 8}
"""How much a word says about the language: verbs the most; little ones are shared by many, and an unknown one speaks against it."""


@dataclass(slots=True)
class Items:
    """The row, and which of it is explained."""

    row: list[Item]
    lexicons: list[Lexicon]
    text: str
    words: list[Word]
    slips: dict[int, str] = field(default_factory=dict)
    """Words nobody knows that may be misspelled ones: their places, and the right words."""
    used: set[int] = field(default_factory=set)
    given: Sequence[Lexicon] = ()
    """Languages in the place of the built-in ones."""
    spoken: Lexicon | None = None
    """The language spoken before, where that was not English, with which talks begin."""

    @property
    def lexicon(self) -> Lexicon:
        """Of the language that is spoken."""
        return self.lexicons[0]

    def free(self, *patterns: str) -> Iterator[tuple[int, Item]]:
        """Those not explained yet that are of a kind."""
        for at, item in enumerate(self.row):
            if at not in self.used and any(item.is_a(pattern) for pattern in patterns):
                yield at, item

    def take(self, *patterns: str) -> Item | None:
        """The first of a kind, explained from now on."""
        for at, item in self.free(*patterns):
            self.used.add(at)
            return item
        return None

    def take_all(self, *patterns: str) -> list[str]:
        """The values of all of a kind, explained from now on."""
        found = list(self.free(*patterns))
        self.used |= {at for at, _ in found}
        return list(dict.fromkeys(item.value for _, item in found))

    def use(self, first: int, last: int) -> None:
        """Explain a stretch of the row."""
        self.used |= set(range(first, last + 1))

    def at(self, place: int) -> Item | None:
        """What stands at a place and is not explained yet."""
        return self.row[place] if 0 <= place < len(self.row) and place not in self.used else None

    def match(self, at: int, *patterns: str) -> int:
        """Where a stretch ends that has these kinds in order, filling words left out; 0 where it has not."""
        place = at
        for number, pattern in enumerate(patterns):
            while number and (item := self.at(place)) and item.kind == "fill" and not item.is_a(pattern):
                place += 1
            item = self.at(place)
            if item is None or not any(item.is_a(one) for one in pattern.split("|")):
                return 0
            place += 1
        return place

    def past_fill(self, place: int) -> int:
        """The next place with something said, past articles ("entre le 1er et le 15")."""
        while (item := self.at(place)) and item.kind == "fill":
            place += 1
        return place

    def before(self, at: int) -> Item | None:
        """The last item before a place that says something."""
        return next((item for item in reversed(self.row[:at]) if item.kind != "fill"), None)

    def said(self, first: int, last: int) -> str:
        """A stretch of the row as it was written."""
        start, end = self.words[self.row[first].first].start, self.words[self.row[last].last].end
        return self.text[start:end]

    def alone(self, word: str) -> set[tuple[str, str]]:
        """What a word means by itself, in the languages spoken."""
        return {meant for lex in self.lexicons for meant in lex.alone(word)}

    def rowed(self, row: Sequence[Item]) -> "Items":
        """The same text with another row, nothing of it explained."""
        return replace(self, row=list(row), used=set())


def itemised(text: str, code: str = "", given: Sequence[Lexicon] = ()) -> Items:
    """The row of a text in the language that explains the most of it. Raises NotPossible for one that is too long.

    `given` are lexicons in the place of the built-in ones, English among them.
    """
    plain = visible(text)
    words = taken_apart(plain) if len(plain) <= LONGEST else []
    for _ in range(2):  # an example of ours, copied with its quotes
        if len(words) == 1 and words[0].kind == "quote":
            plain = visible(words[0].text)
            words = taken_apart(plain)
    if len(plain) > LONGEST or len(words) > MOST_WORDS:
        raise NotPossible("That is too long for me. Say in one sentence what to do.")
    keys = [word.key for word in words]
    first = next((one for one in given if one.code == (code or "en")), None) or lexicon(code or "en")
    row = _row(words, keys, [first])
    if all(item.kind != "unknown" for item in row):
        return Items(row, [first], plain, words, given=given)
    lexicons = _spoken(words, keys, first, given)
    row = _row(words, keys, lexicons)
    spoken = first if code not in ("", "en") else None
    return Items(row, lexicons, plain, words, _slips(words, row, lexicons), given=given, spoken=spoken)


def _spoken(
    words: Sequence[Word], keys: Sequence[str], first: Lexicon, given: Sequence[Lexicon]
) -> list[Lexicon]:
    """The language that explains the most, the one spoken before where two do, and English behind it."""
    there = {one.code: one for one in given or map(lexicon, codes())}
    rows = {each: _row(words, keys, [there[each]]) for each in dict.fromkeys((first.code, *there))}
    best = there[max(rows, key=lambda each: _explained(rows[each]))]
    return [best] if best.code == "en" else [best, there["en"]]


def _slips(words: Sequence[Word], row: Sequence[Item], lexicons: Sequence[Lexicon]) -> dict[int, str]:
    unknown = [item.first for item in row if item.kind == "unknown"]
    return {at: key for at in unknown if (key := corrected(words[at], lexicons)) != words[at].key}


def mended(items: Items, names: Sequence[tuple[int, int, Thing]]) -> Items:
    """The row with names in it (stretches of words), and with misspelled words that are no names put right.

    The words of names say nothing about the language: it is told again by the others.
    """
    inside = {place for first, last, _ in names for place in range(first, last + 1)}
    keys = ["" if at in inside else word.key for at, word in enumerate(items.words)]
    if items.spoken and all(
        i.kind != "unknown" or i.first in inside for i in _row(items.words, keys, [items.spoken])
    ):
        items = replace(items, lexicons=[items.spoken])
    row = [item for item in _row(items.words, keys, items.lexicons) if item.first not in inside]
    if any(item.kind == "unknown" for item in row):
        lexicons = _spoken(items.words, keys, items.lexicon, items.given)
        row = [item for item in _row(items.words, keys, lexicons) if item.first not in inside]
        items = replace(items, lexicons=lexicons, slips=_slips(items.words, row, lexicons))
    keys = [items.slips.get(at, key) if key else "" for at, key in enumerate(keys)]
    row = [item for item in _row(items.words, keys, items.lexicons) if item.first not in inside]
    for first, last, thing in names:
        said = items.text[items.words[first].start : items.words[last].end]
        row.append(Item("thing", thing.text, said, first, last, thing))
    return items.rowed(sorted(row, key=lambda item: item.first))


def _explained(row: Sequence[Item]) -> int:
    """How much of a row a language explains; a phrase says more than its words."""
    said = [i for i in row if i.kind not in _GIVEN or i.is_a("account:all")]
    return sum(_weight(i) * (i.last - i.first + 1) + i.last - i.first for i in said)


def _weight(item: Item) -> int:
    """One letter says least: "o" is an article here and an "or" there."""
    weight = _WEIGHTS.get(item.kind, 5)
    return weight if len(item.said) > 1 else min(weight, 2 - (weight > 2))


def _row(words: Sequence[Word], keys: Sequence[str], lexicons: Sequence[Lexicon]) -> list[Item]:
    found = marks(words, keys, lexicons)
    taken = {place for item in found for place in range(item.first, item.last + 1)}
    found += [_given(word, at) for at, word in enumerate(words) if at not in taken]
    return with_pronouns(sorted(found, key=lambda item: item.first), words)


def _given(word: Word, at: int) -> Item:
    kinds = {"word": "unknown", "number": "num", "link": "url"}
    kind, value = kinds.get(word.kind, word.kind), word.text
    if word.kind == "sign" and word.text in SIGNS:
        kind, value = "money", SIGNS[word.text]
    elif word.kind == "sign" and word.text in ",;\n":
        kind, value = "join", ";" if word.text in ";\n" else ","
    return Item(kind, value, word.text, at, at)


def number_of(item: Item, items: Items) -> str:
    """A number as digits and a point. Raises NotPossible where it may be read in two ways."""
    match, point = _NUMBER.match(item.value), items.lexicon.decimal
    text = match[0].replace("\u2212", "-") if match else item.value
    looks = not any(one.kind == "want" and one.value in WRITES for one in items.row)
    grouped = re.fullmatch(rf"(\d{{1,3}}(?:[^\w{point}-]\d{{3}})+)({re.escape(point)}\d\d)?", text)
    if grouped and (looks or grouped[2]):
        text = re.sub(r"\D", "", grouped[1]) + (grouped[2] or "").replace(",", ".")
    else:
        parts = re.split(r"[.,\u2019']", text)
        if len(parts) > 2 or (len(parts) == 2 and len(parts[1]) == 3) or ("," in text and point != ","):
            _check_one_reading(item, text)
        text = text.replace(",", ".")
    return f"{(Decimal(text) * 1000).normalize():f}" if item.value[-1] in "kK" else text


def _check_one_reading(item: Item, text: str) -> None:
    """Raises NotPossible for a number with separators that is not plain: what to write for each that it can mean."""
    *whole, last = re.split(r"[.,\u2019']", text)
    marks, first = re.findall(r"[.,\u2019']", text), whole[0].lstrip("+-")
    groups = len(whole) == 1 or (len(first) <= 3 and all(len(part) == 3 for part in whole[1:]))
    thousands = groups and len(last) == 3 and len({*marks}) == 1 and len(first) <= 3 and first != "0"
    decimals = groups and marks[-1] in ".," and marks[-1] not in marks[:-1] and len({*marks[:-1]}) <= 1
    means = ["".join((*whole, last))] * thousands
    means += [f"{''.join(whole)}.{last[:2] if thousands else last}"] * decimals
    if means == [text]:
        return
    if not means:
        raise NotPossible(
            f'"{item.said}" is no number: write it without separators, and a point before the decimals.'
        )
    tail = item.value[-1] if item.value[-1] in "kK" else ""
    why = "may be read in two ways" if len(means) > 1 else "is not written as I take it"
    raise NotPossible(f'"{item.said}" {why}: write {" or ".join(one + tail for one in means)}.')


def wanted(text: str) -> str:
    """What a text wants done, as far as it can be told without the account."""
    try:
        found = [item.value for item in itemised(text).row if item.kind == "want"]
    except NotPossible:
        return ""
    return found[0] if found else ""
