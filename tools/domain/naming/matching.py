"""What a text means among things that have names: an id, a whole name, a part of one, or `label:NAME`."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import NamedTuple, Self

from tools.domain.changes import LEVELS, Level
from tools.domain.objects import AdObject
from tools.domain.sides import unmarked

LABEL = "label:"
_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_QUOTES = str.maketrans("’‘‚‛“”„«»", '\'\'\'\'"""""')
_MOST_COMPARED = 2000
"""Names that are held against one with a slip in it; comparing takes a while."""


class Known(NamedTuple):
    """A thing with a name, as people may mean it."""

    level: Level
    id: str
    name: str
    labels: frozenset[str] = frozenset()

    @classmethod
    def of(cls, obj: AdObject) -> Self:
        """An object with its own labels, as far as they were read."""
        return cls(obj.level, obj.id, obj.name, labels_of(obj.row))


def labels_of(row: dict[str, object]) -> frozenset[str]:
    """The names of the labels in a Graph row, folded."""
    labels = row.get("adlabels")
    rows = labels if isinstance(labels, list) else []
    return frozenset(folded(str(label.get("name"))) for label in rows if isinstance(label, dict))


def folded(text: str) -> str:
    """A name without what people do not mind: case, the kind of dashes and quotes, white space, marks of direction."""
    plain = unicodedata.normalize("NFKC", unmarked(text)).casefold().translate(_QUOTES)
    return " ".join(_DASHES.sub(" - ", plain).split())


def is_label(text: str) -> bool:
    """Whether a text stands for all that has a label."""
    return text.casefold().startswith(LABEL)


def fitting(text: str, known: Collection[Known], *, parts: bool = True) -> list[Known]:
    """Those that fit best: by label; else by id, by the name as it is written, by the whole name, by a part of it."""
    key = folded(text)
    if is_label(text):
        name = folded(text[len(LABEL) :])
        return [one for one in known if name in one.labels]
    if not key:
        return []
    tests: tuple[Callable[[Known], bool], ...] = (
        lambda one: text in (one.id, one.name),
        lambda one: folded(one.name) == key,
        lambda one: parts and key in folded(one.name),
    )
    return next((found for fits in tests if (found := [one for one in known if fits(one)])), [])


def broadest(found: Collection[Known]) -> list[Known]:
    """Those of the highest level: who says the name of a campaign means all that is in it."""
    level = next((at for at in reversed(LEVELS) if any(one.level == at for one in found)), None)
    return [one for one in found if one.level == level]


def near(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Names that somebody may have meant who wrote this: all of its words in another order, or a slip of the finger."""
    spelled = {folded(name): name for name in names}
    words = set(folded(text).split())
    shared = [key for key in spelled if words and words <= set(key.split())]
    close = get_close_matches(folded(text), list(spelled)[:_MOST_COMPARED], most) if not shared else []
    return [spelled[key] for key in (shared or close)[:most]]
