"""What belongs together in a turn goes together: nothing is made on which only refused calls were to build."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.domain.changes import Change
from tools.domain.references import NEW
from tools.domain.text import listed
from tools.graph.answers import too_deep

Refused = tuple[str, Any, str]
"""A refused call: its name, its arguments and why."""


def withheld(changes: Sequence[Change], refused: Sequence[Refused]) -> dict[str, str]:
    """The changes of a turn that only refused calls, or others of these, were to use; by id, with what was refused.

    What nothing was to use, such as a picture that is only uploaded, is wanted by itself and stays.
    """
    held = dict[str, str]()
    while True:
        kept = [change for change in changes if change.id not in held]
        used = {parent for change in kept for parent in change.depends_on}
        new = {
            change.id: why
            for change in kept
            if change.creates and change.id not in used and (why := _wanted(change, changes, refused, held))
        }
        if not new:
            return held
        held |= new


def said(changes: Sequence[Change], held: Mapping[str, str]) -> str:
    """Why these are withheld, and what to do, in a sentence each."""
    names = listed([f"“{change.name}”" for change in changes], most=5)
    whys = "; ".join(dict.fromkeys(held[change.id] for change in changes))
    return (
        f"Withheld, nothing of it is proposed or sent: {names}, which only a refused call was to use ({whys})."
        " Make all these calls again in one turn; what is wanted by itself, in a turn of its own."
    )


def _wanted(
    change: Change, changes: Sequence[Change], refused: Sequence[Refused], held: Mapping[str, str]
) -> str:
    """What was refused that was to use a change, or nothing."""
    for name, arguments, why in refused:
        if any(_names(text, change.name) for text in _texts(arguments)):
            return f"{name}: {why}"
    return next((held[c.id] for c in changes if c.id in held and change.id in c.depends_on), "")


def _names(text: str, name: str) -> bool:
    """Whether a text is `new:NAME`, also within a list that came as a text."""
    return re.search(rf"{NEW}\s*{re.escape(name)}\s*(?:$|[\"',;\]\\\\\n])", text) is not None


def _texts(value: Any) -> Iterator[str]:
    if too_deep(value):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
