"""Articles that stand for something: "coupe-les", "tu peux la couper" and "pausier die" have no noun behind them, "coupe les pubs" has."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.language.marks import Item
from agent.models.offline.language.pieces import Word
from agent.models.offline.language.slots import WRITES

_STANDS_FOR = ("fill:it", "fill:them", "fill:they")
_NO_NOUN = ("end", "join", "link:to", "link:in", "fill:tail", "fill:polite")
"""What may follow on the one that stands for something."""
_INFINITIVE = ("r", "re", "n")
_ORDERS = (WRITES - {"undo", "redo"}) | {"show", "export", "chart"}


def with_pronouns(row: Sequence[Item], words: Sequence[Word]) -> list[Item]:
    """The row with such articles as words for what was said before."""
    return [
        replace(item, kind="ref") if any(map(item.is_a, _STANDS_FOR)) and _alone(row, at, words) else item
        for at, item in enumerate(row)
    ]


def _alone(row: Sequence[Item], at: int, words: Sequence[Word]) -> bool:
    """Whether an article is the object of an order: right behind it with no noun, or right before its infinitive."""
    before, after = row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None
    if after and after.kind == "want" and after.value in _ORDERS:
        return not (before and before.is_a("join:,")) and words[after.first].key.endswith(_INFINITIVE)
    if not (before and before.kind == "want" and before.value in _ORDERS):
        return False
    rest = (item for item in row[at + 1 :] if item.kind != "fill" or item.value)
    noun = next(rest, None)
    return noun is None or any(map(noun.is_a, _NO_NOUN))
