"""A request taken apart: every single value that is sent, with the word a person knows it by."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from tools.domain.change_kind import Covered, Shown
from tools.domain.changes import Change
from tools.domain.settings import field_states, meta_words, rule_words
from tools.domain.settings.field_states import NO_SPEND_CAP
from tools.domain.text import visible

REFERENCE = {"$from", "field"}
Path = tuple[str | int, ...]
"""Steps into a parameter: keys, and numbers in lists that have several items, else 0."""
_MEANINGS: Mapping[str, Mapping[Any, str]] = {
    "genders": {1: "men", 2: "women"},
    "advantage_audience": {0: "off", 1: "on"},
    "evaluation_type": rule_words.CHECKED,
    "execution_type": rule_words.DEEDS,
    "schedule_type": rule_words.PACES,
}
LINKS = frozenset(
    "link website_url display_url caption image_url picture object_store_url conversion_domain".split()
)
"""Where an address stands that may lack its scheme."""
_NUMBERED = re.compile(r"\(change [0-9]+\)\s*$")
"""A name that looks as if it told a change apart."""
_SAID = (*field_states.AMOUNTS, *field_states.TIMES)
"""Amounts and moments."""


class Leaf(NamedTuple):
    """One value of a request: the parameter it belongs to, its word, and how it reads."""

    parameter: str
    word: str
    text: str


def names_of(changes: Sequence[Change]) -> dict[str, str]:
    """What each change of a set is called where another one builds on it: its name, with its number where that tells it not apart."""
    many = Counter((change.kind, change.name) for change in changes)
    return {
        change.id: f"{change.name} (change {number})"
        if many[change.kind, change.name] > 1 or _NUMBERED.search(change.name)
        else change.name
        for number, change in enumerate(changes, 1)
    }


def leaves(change: Change, names: Mapping[str, str]) -> list[Leaf]:
    """Everything a change sends except what its kind covers with a sentence; `names` are those of its set by change id.

    A name that is the change's own is left to the change's heading.
    """
    found = list[Leaf]()
    order = [*change.row.parameters, *sorted(set(change.request.params) - set(change.row.parameters))]
    for parameter in order:
        said = change.row.parameters.get(parameter, Shown(_plain(parameter)))
        if parameter not in change.request.params or isinstance(said, Covered):
            continue
        if said.under == "name" and change.request.params[parameter] == change.name:
            continue
        words = list(dict.fromkeys(said.inside.values()))
        whole = partial(_whole, said, change.spend.currency)
        inside = [
            (place, path, word, value)
            for path, value in _walk(change.request.params[parameter], (), whole)
            for place, word in [_word(said, path, words)]
        ]
        for _, path, word, value in sorted(
            inside, key=lambda row: (row[0], [str(step).rjust(6) for step in row[1]])
        ):
            text = visible(whole(path, value)) or _text(change, (parameter, *path), value, names)
            found.append(Leaf(parameter, word, text))
    return found


def _whole(said: Shown, currency: str, path: Path, value: Any) -> str:
    """A part that its kind puts into one sentence, or nothing."""
    fitting = (words for pattern, words in said.whole.items() if _fitting(pattern, path) is not None)
    return next((text for words in fitting if (text := words(value, currency))), "")


def _walk(value: Any, path: Path, whole: Callable[[Path, Any], str]) -> Iterator[tuple[Path, Any]]:
    if whole(path, value):
        yield path, value
    elif isinstance(value, Mapping) and value and set(value) != REFERENCE:
        for key, inner in value.items():
            yield from _walk(inner, (*path, str(key)), whole)
    elif isinstance(value, list | tuple) and value:
        alone = len(value) == 1
        for number, inner in enumerate(value, 1):
            yield from _walk(inner, (*path, 0 if alone else number), whole)
    else:
        yield path, value


def _word(said: Shown, path: tuple[str | int, ...], words: list[str]) -> tuple[int, str]:
    """The place and word of a path in the table, with the number in its list; else the parameter's word and the path."""
    for pattern, word in said.inside.items():
        keys = _fitting(pattern, path)
        if keys is not None:
            filled = word.replace("*", _plain(keys[0])) if keys else word
            number = next((part for part in path if isinstance(part, int)), 0)
            return words.index(word), filled.replace(" #", f" {number}" if number else "")
    rest = [_plain(str(part)) for part in path if part != 0] if any(isinstance(p, str) for p in path) else []
    return len(words), " › ".join([said.under, *rest])


def _fitting(pattern: str, path: tuple[str | int, ...]) -> list[str] | None:
    """The keys that the stars of a pattern stand for, or None when it does not fit."""
    wanted = [part for step in pattern.split(".") for part in _steps(step)]
    if len(wanted) != len(path):
        return None
    keys = []
    for step, part in zip(wanted, path, strict=True):
        if step == "*" and isinstance(part, str):
            keys.append(part)
        elif (step == "[]") != isinstance(part, int) or (isinstance(part, str) and step != part):
            return None
    return keys


def _steps(step: str) -> list[str]:
    return [step.removesuffix("[]"), "[]"] if step.endswith("[]") and step != "[]" else [step]


def _text(change: Change, path: tuple[str | int, ...], value: Any, names: Mapping[str, str]) -> str:
    """A value as a person reads it, nothing left out."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, Mapping) and set(value) == REFERENCE:
        made = names.get(str(value["$from"]), "an earlier change")
        return f"‹{value['field']} of {visible(made)}›"
    if value is None or value in ({}, [], (), "") or (key, value) == ("spend_cap", NO_SPEND_CAP):
        return "none"
    if key in _SAID and isinstance(value, str | int) and not isinstance(value, bool):
        return visible(field_states.said(key, str(value), change.spend.currency))
    if key == "roas_average_floor" and isinstance(value, int):
        return f"{Decimal(value) / 10_000:f} ({value})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        value = meta_words.value(key, value)
    return _MEANINGS.get(key, {}).get(value) or visible(value, link=key in LINKS)


def _plain(name: str) -> str:
    return visible(meta_words.field(name))
