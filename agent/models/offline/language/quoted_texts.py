"""Quoted texts that are parts of an ad: its text, headline, description, name."""

from agent.models.offline.language.items import Items
from agent.models.offline.language.row_words import counts

_LEADS_TO = ("link:to", "link:by", "sign::")


def texts(items: Items) -> dict[str, tuple[str, ...]]:
    """Quoted texts by the part they are of: text, headline, description, name; explained from now on."""
    found = dict[str, list[str]]()
    for at, part in text_places(items).items():
        found.setdefault(part, []).append(items.row[at].value)
        items.used.add(at)
    for at, item in enumerate(items.row):
        if item.kind == "part" and item.value in found:
            _count_texts(items, at - 1, len(found[item.value]))
    return {part: tuple(values) for part, values in found.items()}


def _count_texts(items: Items, at: int, many: int) -> None:
    """Explain "these two" before "texts", where they are as many."""
    if counts(items, at) and int(items.row[at].value) == many:
        items.used.add(at)
        at -= 1
    if (one := items.at(at)) and one.is_a("ref:them"):
        items.used.add(at)


def text_places(items: Items) -> dict[int, str]:
    """Where quoted texts stand that are parts of an ad and no names: right behind the part's word, or behind a "to" or a "by"."""
    found, part = dict[int, str](), ""
    for at, item in enumerate(items.row):
        if item.kind == "part":
            part = item.value if item.value != "image" else ""
        elif item.kind == "quote" and part:
            before = items.before(at)
            listed = (
                before is not None
                and before.kind in ("join", "sign")
                and (at - 2 in found or at - 1 in found)
            )
            if before and (before.kind == "part" or listed or any(map(before.is_a, _LEADS_TO))):
                found[at] = part
    return found
