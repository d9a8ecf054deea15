"""The names in a request: which words may be one, and what the account has of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.models.offline.language.items import Items, mended
from agent.models.offline.language.marks import Item
from agent.models.offline.language.pieces import folded
from agent.models.offline.language.quoted_texts import text_places
from agent.models.offline.language.slots import Found, Thing
from agent.models.offline.telling.steps import Call, rows_of
from tools.graph import is_digits

LONGEST = 2000
MOST_PARTS = 30
LONGEST_TAIL = 6
"""Words behind a part of a name that may go on with it."""
_LEVELS = {"campaign": "campaign", "ad set": "adset", "ad": "ad"}
_NEVER_A_NAME = ("not", "except", "if", "later")
_WORDS = re.compile(r"[^\W_]+|%")
_PERHAPS = ("unknown", "beyond")
"""Kinds of words that are names where the account has them."""
_INSIDE = ("sign", "num", "money", "number")
_BREAKS_NAME = (*_NEVER_A_NAME, "thing", "quote", "join", "end", "file", "id", "link:by", "want")
"""Kinds of words that belong to no name beside them, even where it has such a word."""
_FIELDS = ("name", "status", "in", "daily_budget", "lifetime_budget")


def runs(items: Items) -> list[tuple[int, int]]:
    """Stretches of the row of words that nobody knows, with the dashes and numbers between them."""
    found = list[tuple[int, int]]()
    for at, item in enumerate(items.row):
        if item.kind not in _PERHAPS:
            continue
        slips = {items.row[found[-1][1]].first, item.first} & items.slips.keys() if found else {0}
        if not slips and all(one.kind in _INSIDE for one in items.row[found[-1][1] + 1 : at]):
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def look_up(items: Items) -> Call | None:
    """The question what the account has of these names, if there is anything to ask."""
    texts = text_places(items)
    quotes = [
        item.value
        for at, item in enumerate(items.row)
        if item.kind == "quote" and at not in texts and not is_digits(item.value)
    ]
    parts = [items.said(first, last) for first, last in runs(items)]
    if not parts and not quotes:
        return None
    wanted = list(dict.fromkeys([*quotes, *parts]))[:MOST_PARTS]
    return Call(
        "find_names",
        {"text": items.text[:LONGEST] if parts else "", "parts": [part[:200] for part in wanted]},
    )


def placed(items: Items, content: Mapping[str, Any]) -> Items:
    """The row with what was found put in the place of its words. Words that name nothing stay unknown."""
    parts = content.get("parts")
    rows = parts.items() if isinstance(parts, dict) else ()
    fits = {str(key): fit for key, fit in rows if isinstance(fit, dict)}
    things = list[tuple[int, int, Thing]]()
    for row in rows_of(content, "whole"):
        span = _words_between(items, row.get("first"), row.get("last"))
        inside = [item for item in items.row if span and span[0] <= item.first and item.last <= span[1]]
        thing = Thing(str(row.get("text")), found=_found(row), more=_more(row))
        if span and _may_be_a_name(inside, thing):
            things.append((*span, thing))
    for item in items.row:
        if item.kind == "quote" and item.value in fits:
            things.append((item.first, item.last, _thing(item.value, fits[item.value])))
    for first, last in runs(items):
        taken = {place for start, end, _ in things for place in range(start, end + 1)}
        if taken & set(range(items.row[first].first, items.row[last].last + 1)):
            continue
        for start, end, thing in _parted(items, first, last, fits):
            things = [one for one in things if not start <= one[0] <= end]
            things.append((start, end, thing))
    return mended(items, things)


def of_accounts(items: Items, content: Mapping[str, Any]) -> Items:
    """The row with the account that words which name nothing else are a part of the name of, where it is a single one."""
    names = [str(row.get("name")) for row in rows_of(content, "accounts")]
    things = [(item.first, item.last, item.thing) for item in items.row if item.thing]
    for first, end in runs(items) if names else ():
        for last in range(min(end + LONGEST_TAIL, len(items.row) - 1), end - 1, -1):
            words = set(_words(items.said(first, last)))
            fits = [name for name in names if words <= set(_words(name))]
            if len(fits) == 1 and not any(map(_breaks, items.row[first : last + 1])):
                things.append((items.row[first].first, items.row[last].last, Thing(fits[0], level="account")))
                break
    return mended(items, things)


def _may_be_a_name(inside: Sequence[Item], thing: Thing) -> bool:
    """Whether words that are a whole name are meant as one: what forbids or leaves out is no name without quotes.

    Words of time are one where they are written large as in the name ("Always On").
    """
    never = [i for i in inside if i.kind in _NEVER_A_NAME and not (i.kind == "later" and _as_in(i, thing))]
    return any(i.kind in _PERHAPS for i in inside) and not never


def _as_in(item: Item, thing: Thing) -> bool:
    """Whether a word is written as it is in a name, with a capital."""
    return item.said[:1].isupper() and all(item.said in one.name.split() for one in thing.found)


def _parted(items: Items, first: int, last: int, fits: Mapping[str, Any]) -> list[tuple[int, int, Thing]]:
    """The thing that a run names, with the known words beside it that belong to its name."""
    last, fit = _longest(items, first, last, fits.get(items.said(first, last)) or {})
    names = [set(_words(row.get("name"))) for row in rows_of(fit, "fits")]
    beside = (*items.row[max(first - 1, 0) : first], *items.row[last + 1 : last + 2])
    if not names and any(item.is_a("level:account") for item in beside):
        return [(items.row[first].first, items.row[last].last, Thing(items.said(first, last)))]
    if not names or (fit.get("how") == "slip" and items.row[first].first in items.slips):
        return []
    while first and _belongs(items.row[first - 1], names):
        first -= 1
    thing = _thing(items.said(first, last), fit)
    plain = thing.text.islower() or items.lexicon.code == "de"  # whose nouns are all written large
    thing = replace(thing, word=plain and not thing.whole and len(_words(thing.text)) == 1)
    return [(items.row[first].first, items.row[last].last, thing)]


def _longest(items: Items, first: int, last: int, fit: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """A run with the words behind it that go on in some of the names ("lookalike 3%", "sandals 2 for 1"), which tell these from the others."""
    ends = next(
        (n for n, one in enumerate(items.row) if n > last and one.kind != "want" and _breaks(one)),
        len(items.row),
    )
    for end in range(min(ends, last + LONGEST_TAIL + 1) - 1, last, -1):
        told = f" {' '.join(_words(items.said(first, end)))} "
        rows = [row for row in rows_of(fit, "fits") if told in f" {' '.join(_words(row.get('name')))} "]
        if rows and _words(items.row[end].said) and not fit.get("more"):
            return end, {**fit, "fits": rows}
    return last, fit


def _words(name: object) -> list[str]:
    return _WORDS.findall(folded(str(name)))


def _breaks(item: Item) -> bool:
    return any(map(item.is_a, _BREAKS_NAME))


def _belongs(item: Item, names: Sequence[set[str]]) -> bool:
    """Whether a known word before a name is a part of it, whichever is meant."""
    words = set(_words(item.said))
    return not _breaks(item) and bool(words) and all(words <= name for name in names)


def _thing(text: str, fit: Mapping[str, Any]) -> Thing:
    how = fit.get("how")
    return Thing(text, found=_found(fit), more=_more(fit), whole=how == "whole", slip=how == "slip")


def _more(fit: Mapping[str, Any]) -> int:
    more = fit.get("more")
    return more if isinstance(more, int) else 0


def _found(fit: Mapping[str, Any]) -> tuple[Found, ...]:
    rows = rows_of(fit, "fits")
    fields = [[str(row.get(key) or "") for key in _FIELDS] for row in rows]
    kinds = [_LEVELS.get(str(row.get("kind")), "") for row in rows]
    return tuple(Found(str(r.get("id")), k, *f) for r, k, f in zip(rows, kinds, fields, strict=True))


def _words_between(items: Items, first: Any, last: Any) -> tuple[int, int] | None:
    if not (isinstance(first, int) and isinstance(last, int)):
        return None
    inside = [at for at, word in enumerate(items.words) if word.start >= first and word.end <= last]
    return (inside[0], inside[-1]) if inside else None
