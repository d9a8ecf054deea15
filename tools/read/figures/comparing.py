"""Two periods side by side: of each figure both values, the difference and the percent; ratios are compared as ratios."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tools.analysis.rows import ZERO
from tools.domain.insights import months_back
from tools.domain.text import counted
from tools.read.figures.adding_up import Sums, written
from tools.read.figures.known_fields import Column
from tools.read.figures.row_sums import Key, Table, seen
from tools.read.figures.spans import Sides, Span, length, said
from tools.read.intake import day_of

ENDS = "", "_before", "_difference", "_percent", "_percent_per_day"
"""Of the names of a figure: as it is, as it was, and how it moved; a sum over more days than the other by the day."""
PERCENTS = {"_percent", "_percent_per_day"}
"""A figure has one of them; a condition on either is on the one that it has."""
MOST_DIGITS = 6
"""Behind the point; figures that differ by less are said to be alike."""


def side_by_side(
    sides: Sides, increment: str | int, now: list[tuple[Key, Sums]], before: list[tuple[Key, Sums]]
) -> Iterator[tuple[Key, Sums, Sums]]:
    """Rows of both periods by what they are of, each with its days; what was not delivered in one has nothing there."""
    then = sides.then if increment == "all_days" else sides.now
    before = [
        (moved(key, sides.now, sides.then, increment), _with_days(key, row, sides.then, increment))
        for key, row in before
    ]
    earlier = {_place(key): (key, row) for key, row in before}
    for key, row in now:
        there = earlier.pop(_place(key), (key, Sums()))[1]
        yield key, _with_days(key, row, sides.now, increment), _with_days(key, there, then, increment)
    for key, row in earlier.values():
        yield key, _with_days(key, Sums(events=set(row.events)), sides.now, increment), row


def _with_days(key: Key, row: Sums, span: Span, increment: str | int) -> Sums:
    """A row that knows how many days it is of."""
    begin, end = (day_of(key.get(name)) for name in ("date_start", "date_stop"))
    if increment == "all_days" or not (begin and end):
        begin, end = span
    row.days = row.days or length((max(begin, span[0]), min(end, span[1])))
    return row


def ends_of(sides: Sides, earlier: Sequence[object]) -> Sequence[str]:
    """What is told of each figure: how it moved only from whole day to whole day, and how it was only where any row says so."""
    if not earlier:
        return ENDS[:1]
    return ENDS[:2] if sides.running else ENDS


def notes(sides: Sides, earlier: Sequence[object]) -> Iterator[str]:
    """Why a period is shorter than it was asked for, or nothing is compared."""
    if sides.running:
        yield "today is not over, so how it moves against a whole day is not told"
    elif sides.cut:
        yield "today is not over and left out" + (
            "" if sides.uneven else ": whole days are compared with as many"
        )
    if sides.uneven and earlier and not sides.running:
        then, now = length(sides.then), length(sides.now)
        yield f"{counted(then, 'day')} against {now}: changes of sums are per day"
    if not earlier:
        yield f"no figures of {said(sides.then)}, so nothing is compared"


def compared(
    now: Sums, before: Sums, columns: list[Column], decimals: int, ends: Sequence[str] = ENDS
) -> dict[str, Any]:
    """Each figure as it is and was, with the difference, and the percent that it is more or less, as far as `ends` go.

    Of a list of actions, each kind by itself.
    """
    found: dict[str, Any] = {}
    days = now.days, before.days
    for column in columns:
        new, old = now.value(column), before.value(column)
        if column.field.form in ("text", "raw"):
            found |= {} if new is None else {column.name: new}
        elif isinstance(new, dict) or isinstance(old, dict):
            kinds = _by_kind(new or {}, old or {}, column, decimals, days)
            found |= {f"{column.name}{end}": kinds[end] for end in ends if end in kinds}
        else:
            told = _told(new, old, column, decimals, days)
            found |= {f"{column.name}{end}": told[end] for end in ends if end in told}
    return found


def changes(now: Sums, before: Sums, column: Column) -> dict[str, Decimal]:
    """The difference and the percent, where there are two figures to compare."""
    return _moved(now.value(column), before.value(column), column, (now.days, before.days))


def _moved(new: Any, old: Any, column: Column, days: tuple[int, int]) -> dict[str, Decimal]:
    """How a figure moved; sums of unequally many days by the day, and what Meta gives for a span alone not at all."""
    if not isinstance(new, Decimal) or not isinstance(old, Decimal):
        return {}
    if days[0] == days[1] or column.field.how not in ("sum", "own"):
        return {"_difference": new - old} | ({"_percent": 100 * (new - old) / abs(old)} if old else {})
    if column.field.how == "own" or not old:
        return {}
    return {"_percent_per_day": 100 * (new * days[1] / (abs(old) * days[0]) - old / abs(old))}


def _by_kind(
    new: dict[str, Decimal], old: dict[str, Decimal], column: Column, decimals: int, days: tuple[int, int]
) -> dict[str, dict[str, Any]]:
    """A list of actions compared kind by kind, by the ends of its names; what is added up is zero where it is not named."""
    found, none = dict[str, dict[str, Any]](), ZERO if column.field.how == "sum" else None
    for kind in dict.fromkeys((*new, *old)):
        told = _told(new.get(kind, none), old.get(kind, none), column, decimals, days)
        for end, text in told.items():
            found.setdefault(end, {})[kind] = text
    return found


def _told(new: Any, old: Any, column: Column, decimals: int, days: tuple[int, int]) -> dict[str, Any]:
    """One figure by the ends of its names, computed at full precision and written with as many digits as that shows."""
    moved = _moved(new, old, column, days)
    usual = decimals if column.field.form == "money" else 2
    digits = _digits(new, old, usual) if "_difference" in moved else None
    found = {
        end: written(value, column, decimals) if digits is None else _figure(value, column, digits)
        for end, value in {"": new, "_before": old}.items()
        if value is not None
    }
    if "_difference" in moved:
        found["_difference"] = _signed(moved["_difference"], str(_figure(new - old, column, digits or 0)))
    for end in moved.keys() & PERCENTS:
        percent = moved[end]
        found[end] = _signed(percent, f"{percent:.{_telling(percent, 1)}f}") if percent else "0.0"
    return found


def _figure(value: Decimal, column: Column, digits: int) -> str | int:
    whole = column.field.form == "count" or column.meta == "results"
    found: str | int = written(value, column, digits) if whole else f"{value:.{digits}f}"
    return found


def _digits(new: Decimal, old: Decimal, usual: int) -> int:
    """Digits behind the point by which two figures that differ look so, and their difference is no zero."""
    for digits in range(usual, MOST_DIGITS + 1):
        if round(new - old, digits) and f"{new:.{digits}f}" != f"{old:.{digits}f}":
            return digits
    return usual


def _telling(value: Decimal, usual: int) -> int:
    return next((digits for digits in range(usual, MOST_DIGITS + 1) if round(value, digits)), usual)


def values(table: Table, key: Key, now: Sums, before: Sums, ends: Sequence[str] = ENDS) -> dict[str, Any]:
    """What the conditions are about: figures of a row, or what became of them."""
    found: dict[str, Any] = {}
    for one in table.question.ours:
        column = next((c for c in table.question.columns if one.name.startswith(f"{c.name}_")), None)
        end = one.name.removeprefix(column.name) if column else ""
        if column and end in ENDS[1:] and end not in ends:
            value = None
        elif column and end == "_before":
            value = before.value(column)
        elif column and end in ("_difference", *PERCENTS):
            moves = changes(now, before, column)
            value = (
                moves.get(end)
                if end == "_difference"
                else next(map(moves.get, PERCENTS & moves.keys()), None)
            )
        else:
            value = seen(one.name, key, now, table.question)
        found[one.name] = value
    return found


def _signed(value: Decimal, text: str) -> str:
    """With its sign; what is written as zero has none."""
    if not Decimal(text):
        return text.removeprefix("-")
    return f"+{text}" if value > 0 else text


def _place(key: Key) -> tuple[str, ...]:
    return tuple(value for name, value in key.items() if not name.endswith("_name") and name != "date_stop")


def moved(key: Key, now: Span, then: Span, increment: str | int) -> Key:
    """What an earlier row is of, with the days that stand at its place in the later period."""
    day = day_of(key.get("date_start"))
    if day is None:
        return key
    if increment == "monthly":
        months = (now[0].year - then[0].year) * 12 + now[0].month - then[0].month
        start = max(months_back(day.replace(day=1), -months), now[0])
        stop = months_back(start.replace(day=1), -1) - timedelta(days=1)
    else:
        start = day + (now[0] - then[0])
        stop = start + timedelta(days=int(increment) - 1)
    return key | {"date_start": str(start), "date_stop": str(max(start, min(stop, now[1])))}
