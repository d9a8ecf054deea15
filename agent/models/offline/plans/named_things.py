"""The names in a request: which words may be one, and what the account has of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.models.offline.language.items import Item, Items, mended
from agent.models.offline.language.pieces import folded
from agent.models.offline.language.recognisers import text_places
from agent.models.offline.language.slots import Found, Thing
from agent.models.offline.telling.steps import Call

LONGEST = 2000
MOST_PARTS = 30
_LEVELS = {"campaign": "campaign", "ad set": "adset", "ad": "ad"}
_NEVER_A_NAME = ("not", "except", "if", "later")
_WORDS = re.compile(r"[^\W_]+|%")
_INSIDE = ("sign", "num", "money", "number")
_MAY_BELONG = (
    "pick",
    "only",
    "figure",
    "breakdown",
    "topic",
    "num",
    "money",
    "month",
    "output",
    "part",
    "step",
    "number",
    "rank",
)
"""Kinds of known words that may as well be words of a name beside them."""
_FIELDS = ("name", "status", "in", "daily_budget", "lifetime_budget")


def runs(items: Items) -> list[tuple[int, int]]:
    """Stretches of the row of words that nobody knows, with the dashes and numbers between them."""
    found = list[tuple[int, int]]()
    for at, item in enumerate(items.row):
        if item.kind != "unknown":
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
        if item.kind == "quote" and at not in texts and not item.value.isdecimal()
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
    fits = (
        {str(key): fit for key, fit in parts.items() if isinstance(fit, dict)}
        if isinstance(parts, dict)
        else {}
    )
    things = list[tuple[int, int, Thing]]()
    for row in _dicts(content.get("whole")):
        span = _words_between(items, row.get("first"), row.get("last"))
        inside = [item for item in items.row if span and span[0] <= item.first and item.last <= span[1]]
        if span and _may_be_a_name(inside):
            things.append((*span, Thing(str(row.get("text")), found=_found(row), more=_more(row))))
    for item in items.row:
        if item.kind == "quote" and item.value in fits:
            things.append((item.first, item.last, _thing(item.value, fits[item.value])))
    taken = {place for first, last, _ in things for place in range(first, last + 1)}
    for first, last in runs(items):
        if not taken & set(range(items.row[first].first, items.row[last].last + 1)):
            things += _parted(items, first, last, fits)
    return mended(items, things)


def _may_be_a_name(inside: Sequence[Item]) -> bool:
    """Whether words that are a whole name are meant as one: what forbids or leaves out is no name without quotes."""
    return any(i.kind == "unknown" for i in inside) and not any(i.kind in _NEVER_A_NAME for i in inside)


def _parted(items: Items, first: int, last: int, fits: Mapping[str, Any]) -> list[tuple[int, int, Thing]]:
    """The thing that a run names, with the known words beside it that belong to every name it fits."""
    fit = fits.get(items.said(first, last)) or {}
    names = [set(_WORDS.findall(folded(str(row.get("name"))))) for row in _dicts(fit.get("fits"))]
    if not names or (fit.get("how") == "slip" and items.row[first].first in items.slips):
        return []
    while first and _belongs(items.row[first - 1], names):
        first -= 1
    while last + 1 < len(items.row) and _belongs(items.row[last + 1], names):
        last += 1
    last, fit = _with_percent(items, last, fit)
    return [(items.row[first].first, items.row[last].last, _thing(items.said(first, last), fit))]


def _with_percent(items: Items, last: int, fit: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """A percentage that follows right behind in some of the names ("lookalike 3%") tells these from the others."""
    behind = items.row[last + 1 : last + 3]
    if [item.said for item in behind[1:]] != ["%"] or behind[0].kind != "num" or fit.get("more"):
        return last, fit
    word, number = (re.escape(folded(item.said)) for item in (items.row[last], behind[0]))
    rows = [
        row
        for row in _dicts(fit.get("fits"))
        if re.search(rf"\b{word}\W+{number} ?%", folded(str(row.get("name"))))
    ]
    return (last + 2, {**fit, "fits": rows}) if rows else (last, fit)


def _belongs(item: Item, names: Sequence[set[str]]) -> bool:
    """Whether a known word beside a name is a part of it."""
    words = set(_WORDS.findall(folded(item.said)))
    return item.kind in _MAY_BELONG and all(words <= name for name in names)


def _thing(text: str, fit: Mapping[str, Any]) -> Thing:
    how = fit.get("how")
    return Thing(text, found=_found(fit), more=_more(fit), whole=how == "whole", slip=how == "slip")


def _more(fit: Mapping[str, Any]) -> int:
    more = fit.get("more")
    return more if isinstance(more, int) else 0


def _found(fit: Mapping[str, Any]) -> tuple[Found, ...]:
    return tuple(
        Found(
            str(row.get("id")),
            _LEVELS.get(str(row.get("kind")), ""),
            *(str(row.get(key) or "") for key in _FIELDS),
        )
        for row in _dicts(fit.get("fits"))
    )


def _words_between(items: Items, first: Any, last: Any) -> tuple[int, int] | None:
    if not (isinstance(first, int) and isinstance(last, int)):
        return None
    inside = [at for at, word in enumerate(items.words) if word.start >= first and word.end <= last]
    return (inside[0], inside[-1]) if inside else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
