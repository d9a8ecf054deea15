"""The rows of an answer by their numbers: "the second one", "the first two"."""

from agent.models.offline.language.items import Items

MOST_ROWS = 1000
"""More than any answer shows."""


def rows_meant(items: Items) -> str:
    """The rows of an answer by their numbers: "2" for the second one, "1 3" for the first and the third, "1 2" for the first two."""
    found = [row for at, one in list(items.free("ref")) if one.value != "last" for row in rows_at(items, at)]
    return " ".join(map(str, dict.fromkeys(found)))


def rows_at(items: Items, at: int) -> list[int]:
    """The rows that a word at a place stands for, explained from now on: "the second one", "the first two", -1 for the last one."""
    item = items.row[at]
    beside = [n for n in (at + 1, at - 1) if item.value in ("1", "first") and counts(items, n)]
    if item.kind == "ref" and beside:
        items.used |= {at, beside[0]}
        return list(range(1, min(int(items.row[beside[0]].value), MOST_ROWS) + 1))
    if item.kind != "ref" or not (item.value.isdecimal() or item.value == "last"):
        return []
    items.used.add(at)
    return [-1 if item.value == "last" else int(item.value)]


def counts(items: Items, place: int) -> bool:
    """Whether a whole number stands there."""
    one = items.at(place)
    return bool(one and one.kind in ("number", "num") and one.value.isdecimal())
