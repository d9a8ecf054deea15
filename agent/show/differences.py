"""What has parts, such as a targeting, before and after: only the parts that differ, and what stays in one line."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from agent.show.leaves import Leaf, leaves
from tools.domain.changes import Change
from tools.domain.parameter_words import PLACED_IN, PLACED_ON, UNSET
from tools.domain.tool import sending

STAYS = "stays"


def differing(
    change: Change, parameter: str, names: Mapping[str, str], told: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Rows for a parameter with parts that changes from one state to another; none where the one before is no JSON."""
    before = _parts(change.before.get(parameter, ""))
    if before is None or not isinstance(change.request.params.get(parameter), Mapping | list):
        return []
    then = _by_word(leaves(sending(change, {parameter: before}), names)) if before else {}
    now = _by_word(leaf for leaf in leaves(change, names) if leaf.parameter == parameter)
    words = list(dict.fromkeys((*then, *now)))
    rows = [
        (word, f"{_said(then, word)} → {_said(now, word)}{_named(told.get(word, ''))}")
        for word in words
        if then.get(word) != now.get(word)
    ]
    same = [f"{word} {_said(now, word)}" for word in words if then.get(word) == now.get(word)]
    return rows + ([(STAYS, "; ".join(same))] if same else [])


def _parts(text: str) -> Any:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def _by_word(found: Iterable[Leaf]) -> dict[str, list[str]]:
    words = dict[str, list[str]]()
    for _, word, text in found:
        if text not in words.setdefault(word, []):
            words[word].append(text)
    return {word: sorted(texts) for word, texts in words.items()}


def _said(found: Mapping[str, list[str]], word: str) -> str:
    if texts := found.get(word):
        return ", ".join(texts)
    platforms = found.get(PLACED_ON)
    if (platform := PLACED_IN.get(word)) and (not platforms or platform in platforms):
        return "all"
    return UNSET.get(word, "none")


def _named(label: str) -> str:
    return f" ({label})" if label else ""
