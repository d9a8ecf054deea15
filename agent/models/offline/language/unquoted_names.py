"""Names of something new that stand without quotes: "called Winter Sale with …", "rename A to B"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.language.items import Items
from agent.models.offline.language.marks import Item

_ENDS_NAME = ("link", "quote", "num", "money", "end", "join", "not", "if", "later", "except")
"""What an unquoted name of something new ends before."""
_TO_A_NAME = ("link:to", "link:by", "ask:how", "link:in")
"""What a new name stands behind: "renombra A a B", "A por B", "A como B"."""
_QUOTES = tuple('"“„«')
_LABELS = ("body", "headline", "description", "name")
_ENDS_LABELLED = ("quote", "end", "file", "url", "part", "join:,", "join:;")
"""What unquoted words behind "text:" end before."""


def new_names(items: Items) -> Items:
    """The row with an unquoted name of something new ("called Winter Sale with …", "rename A to B") as a quoted one."""
    row, at = list(items.row), 0
    to = next((way for way in _TO_A_NAME if any(item.is_a(way) for item in row)), "")
    last = (
        max((place for place, item in enumerate(row) if item.is_a(to)), default=0) if to != "link:to" else 0
    )
    wants = {item.value for item in row if item.kind == "want"}
    while at < len(row):
        renames = "rename" in wants and bool(to) and at >= last and row[at].is_a(to)
        labelled = row[at].value in _LABELS and at + 1 < len(row) and row[at + 1].is_a("sign::")
        first = at + 1 + labelled
        taken = renames or labelled or (row[at].is_a("part:name") and "make" in wants)
        end = first
        while taken and end < len(row):
            year = re.fullmatch(r"20\d\d", row[end].value) and not items.match(end, "num", "money")
            number = row[end].kind == "num" and (renames or year)
            two = row[end].kind == "join" and any(item.is_a(to) for item in row[end:])  # "A to B and C to D"
            goes_on = (
                renames and row[end].kind in ("link", "join") and not two and _unknown(row[end + 1 : end + 2])
            )
            stops = any(map(row[end].is_a, _ENDS_LABELLED)) if labelled else row[end].kind in _ENDS_NAME
            stops = stops or (row[end].kind == "thing" and row[end].said[:1] in _QUOTES)
            if (stops and not number and not goes_on) or row[end].is_a("fill:tail"):
                break
            end += 1
        if end > first:
            text = items.said(first, end - 1)
            row[first:end] = [Item("quote", text, text, row[first].first, row[end - 1].last)]
            part = row[at] if labelled else replace(row[at], kind="part", value="name")
            return new_names(items.rowed([*row[:at], part, *row[at + 1 :]]))
        if renames:
            row[at] = replace(row[at], kind="part", value="name")
        at += 1
    return items.rowed(row)


def _unknown(behind: Sequence[Item]) -> bool:
    return any(item.kind == "unknown" for item in behind)
