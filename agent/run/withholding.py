"""What belongs together in a turn goes together: nothing is made on which only refused calls were to build."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools import registry
from tools.domain.changes import Change
from tools.domain.kinds import Kind
from tools.domain.references import NEW
from tools.domain.text import listed
from tools.domain.tool import ToolError
from tools.graph.answers import too_deep

_MADE_BY: Mapping[str, Kind] = {
    "creative_id": "create_creative",
    "image_hashes": "upload_image",
    "image_hash": "upload_image",
    "thumbnail_hash": "upload_image",
    "video_id": "upload_video",
    "campaign_id": "create_campaign",
    "adset_id": "create_ad_set",
}
"""What each parameter of a tool names, by the kind of change that makes it."""
_BY_NAME = frozenset({"campaign_id", "adset_id"})
"""Those that may name what is in the account already."""
_AROUND = " \t\r\n\"'`{}[]<>$"
_ID = re.compile(r"[0-9]+|[0-9a-f]{32}")
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
        named = any(_names(text, change.name) for text in _texts(arguments))
        if named or _meant(change, changes, name, arguments):
            return f"{name}: {why}"
    return next((held[c.id] for c in changes if c.id in held and change.id in c.depends_on), "")


def _meant(change: Change, changes: Sequence[Change], tool: str, arguments: Any) -> bool:
    """Whether a refused call was to use what a change makes, though it left it out or called it by no name there is."""
    others = {other.name.casefold() for other in changes if other.kind == change.kind}
    for parameter in (name for name, kind in _MADE_BY.items() if kind == change.kind):
        told = list(_under(arguments, parameter))
        if not told and parameter in _needed(tool):
            return True
        for text in told:
            plain = text.casefold().removeprefix(NEW).strip(_AROUND)
            if plain == change.name.casefold():
                return True
            known = plain in others or _ID.fullmatch(plain)
            if not known and (parameter not in _BY_NAME or text.casefold().startswith(NEW)):
                return True
    return False


def _under(value: Any, parameter: str) -> Iterator[str]:
    """The texts of a parameter, wherever it stands."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part) if name == parameter else _under(part, parameter)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _under(part, parameter)


def _needed(tool: str) -> set[str]:
    """The parameters that a tool cannot do without; none of a tool that there is not."""
    try:
        fields = registry.find(tool).Input.model_fields
    except ToolError:
        return set()
    return {name for name, field in fields.items() if field.is_required()}


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
