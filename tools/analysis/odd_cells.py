"""What is odd in rows of Insights: how it is read, which row and field it was, and one short line about all of it.

| in a cell | what becomes of it |
| --- | --- |
| a whole figure or an amount, as text or as a number | counts |
| nothing or null | 0 |
| below 0 | counts as it is: Meta takes invalid traffic and refunds back so |
| a count such as 12.5 | its whole part |
| anything else (a word, NaN, more than 18 digits, a list) | left out, and its ad is not judged |

A row that comes twice counts once; one without a day that can be read is left out.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

WORDS = {
    "unread": "{field} unreadable in {rows}, left out",
    "named": "{field} unreadable in {rows}, counted by its other name",
    "missing": "{field} missing in {rows}, taken as 0",
    "below": "{field} below 0 in {rows}, counted as the correction it is",
    "type": "{field} sent as a number in {rows}, counted",
    "part": "{field} with a fraction in {rows}, its whole part counted",
    "again": "{field} listed twice in {rows}, counted once",
    "twice": "{rows} came twice, counted once",
    "other": "{rows} came again with other figures, the first counted",
    "dayless": "{rows} without a day that can be read, in no chart of days",
    "undated": "{rows} without a day that can be read, left out",
}
SPOKEN = 4
LONGEST_VALUE = 24
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_ZERO = Decimal(0)


class Place(NamedTuple):
    """A row as a person finds it again: the object's id and its first day."""

    id: str
    day: str

    @property
    def said(self) -> str:
        """Such as "ad 23848 on 2026-11-13"."""
        return f"{self.id or 'a row'}{f' of {self.day}' if self.day else ''}"


class Odd:
    """Counts what was odd while rows pass by."""

    def __init__(self) -> None:
        """Begin with nothing odd."""
        self._rows: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], str] = {}
        self.unread: set[str] = set()
        """Ids of objects of which a figure could not be read."""

    def note(self, kind: str, field: str, value: object, place: Place) -> None:
        """Count one odd cell or row."""
        key = (kind, field)
        self._rows[key] = self._rows.get(key, 0) + 1
        if key not in self._first:
            text = f": {str(value)[:LONGEST_VALUE]!r}" if value is not None else ""
            self._first[key] = f"{place.said}{text}"
        if kind == "unread":
            self.unread.add(place.id)

    @property
    def said(self) -> str:
        """All of it in a line, the worst first; nothing when nothing was odd."""
        order = sorted(self._rows, key=lambda key: (list(WORDS).index(key[0]), key[1]))
        parts = [self._said(*key) for key in order[:SPOKEN]]
        more = sum(self._rows[key] for key in order[SPOKEN:])
        return "; ".join([*parts, *([f"{more} more odd cell{'' if more == 1 else 's'}"] if more else [])])

    def _said(self, kind: str, field: str) -> str:
        number = self._rows[kind, field]
        rows = f"{number} row{'' if number == 1 else 's'}"
        return f"{WORDS[kind].format(field=field, rows=rows)} ({self._first[kind, field]})"


class Strict(Odd):
    """For figures that must be as Meta writes them: the first odd one raises ValueError naming the field."""

    def note(self, kind: str, field: str, value: object, place: Place) -> NoReturn:
        """Refuse it."""
        raise ValueError(f"{WORDS[kind].format(field=field, rows=place.said)}: {value!r}")


def number(value: object, field: str, odd: Odd, place: Place, *, signed: bool = False) -> Decimal | None:
    """A figure; None when it is left out. `signed` figures may be below 0 without a word."""
    if value is None:
        odd.note("missing", field, None, place)
        return _ZERO
    text = _text(value)
    if not _NUMBER.fullmatch(text):
        odd.note("unread", field, value, place)
        return None
    if type(value) is float:
        odd.note("type", field, value, place)
    if text[0] == "-" and not signed:
        odd.note("below", field, value, place)
    return Decimal(text)


def readable(value: object) -> bool:
    """Whether a value is a figure, as text or as a number."""
    return _NUMBER.fullmatch(_text(value)) is not None


def how_many(value: object) -> int:
    """How many of something were listed, for words about it: at least one, where nobody can say how many."""
    return _whole_part(value if type(value) is str else repr(value))


@lru_cache(maxsize=4096)
def _whole_part(text: str) -> int:
    """Most counts of most days are the same few numbers."""
    return int(text.partition(".")[0]) if _NUMBER.fullmatch(text) else 1


def _text(value: object) -> str:
    return value if type(value) is str else repr(value) if type(value) in (int, float) else ""


def whole(value: object, field: str, odd: Odd, place: Place) -> int:
    """A count; what is left out is 0."""
    if type(value) is str and len(value) <= 18 and value.isascii() and value.isdigit():
        return int(value)
    found = number(value, field, odd, place) or _ZERO
    if found != int(found):
        odd.note("part", field, value, place)
    return int(found)


def listed(row: Mapping[str, Any], field: str, odd: Odd, place: Place) -> dict[str, object]:
    """The values of a list of actions by their type, as they were sent.

    A type comes again where an action breakdown splits it, and its parts are added up; else it is a repetition.
    """
    items = row.get(field)
    if not items and isinstance(items, list | tuple | None):
        if items is None and field in row:
            odd.note("missing", field, None, place)
        return {}
    if not isinstance(items, list | tuple):
        odd.note("unread", field, items, place)
        return {}
    found: dict[str, object] = {}
    for item in items:
        if type(item) is not dict:
            odd.note("unread", field, item, place)
            continue
        kind = item.get("action_type")
        if type(kind) is not str:
            odd.note("unread", field, kind, place)
        elif kind not in found:
            found[kind] = item.get("value")
        elif any(key.startswith("action_") and key != "action_type" for key in item):
            parts = [
                number(part, field, odd, place, signed=True) for part in (found[kind], item.get("value"))
            ]
            found[kind] = str(sum((part for part in parts if part is not None), _ZERO))
        else:
            odd.note("again", f"{field} ({kind})", item.get("value"), place)
    return found
