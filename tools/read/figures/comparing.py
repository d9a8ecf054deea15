"""Two periods side by side: of each figure both values, the difference and the percent; ratios are compared as ratios."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tools.read.figures import spans
from tools.read.figures.adding_up import Sums, written
from tools.read.figures.known_fields import Column
from tools.read.figures.row_sums import Key, Table, seen
from tools.read.figures.spans import Span
from tools.read.intake import day_of


def side_by_side(
    now: list[tuple[Key, Sums]], before: list[tuple[Key, Sums]]
) -> Iterator[tuple[Key, Sums, Sums]]:
    """Rows of both periods by what they are of; what was not delivered in one has nothing there."""
    earlier = {_place(key): (key, row) for key, row in before}
    for key, row in now:
        yield key, row, earlier.pop(_place(key), (key, Sums()))[1]
    yield from ((key, Sums(events=set(row.events)), row) for key, row in earlier.values())


def compared(now: Sums, before: Sums, columns: list[Column], decimals: int) -> dict[str, Any]:
    """Each figure as it is and was, with the difference, and the percent that it is more or less."""
    found: dict[str, Any] = {}
    for column in columns:
        values = {"": now.value(column), "_before": before.value(column)}
        if column.field.form in ("text", "raw"):
            values.pop("_before")
        found |= {
            f"{column.name}{end}": written(value, column, decimals)
            for end, value in values.items()
            if value is not None
        }
        found |= {
            f"{column.name}{end}": _signed(value, column, decimals, end)
            for end, value in changes(now, before, column).items()
        }
    return found


def changes(now: Sums, before: Sums, column: Column) -> dict[str, Decimal]:
    """The difference and the percent, where there are two figures to compare."""
    new, old = now.value(column), before.value(column)
    if not isinstance(new, Decimal) or not isinstance(old, Decimal):
        return {}
    return {"_difference": new - old} | ({"_percent": 100 * (new - old) / abs(old)} if old else {})


def values(table: Table, key: Key, now: Sums, before: Sums) -> dict[str, Any]:
    """What the conditions are about: figures of a row, or what became of them."""
    found: dict[str, Any] = {}
    for one in table.question.ours:
        column = next((c for c in table.question.columns if one.name.startswith(f"{c.name}_")), None)
        end = one.name.removeprefix(column.name) if column else ""
        if column and end == "_before":
            value = before.value(column)
        elif column and end in ("_difference", "_percent"):
            value = changes(now, before, column).get(end)
        else:
            value = seen(one.name, key, now, table.question)
        found[one.name] = value
    return found


def _signed(value: Decimal, column: Column, decimals: int, end: str) -> str:
    if end == "_percent":
        return f"{value:+.1f}"
    text = str(written(value, column, decimals))
    return text if value <= 0 else f"+{text}"


def _place(key: Key) -> tuple[str, ...]:
    return tuple(value for name, value in key.items() if not name.endswith("_name") and name != "date_stop")


def moved(key: Key, now: Span, then: Span, increment: str | int) -> Key:
    """What an earlier row is of, with the days that stand at its place in the later period."""
    day = day_of(key.get("date_start"))
    if day is None:
        return key
    if increment == "monthly":
        months = (now[0].year - then[0].year) * 12 + now[0].month - then[0].month
        start = max(spans.months_back(day.replace(day=1), -months), now[0])
        stop = spans.months_back(start.replace(day=1), -1) - timedelta(days=1)
    else:
        start = day + (now[0] - then[0])
        stop = start + timedelta(days=int(increment) - 1)
    return key | {"date_start": str(start), "date_stop": str(max(start, min(stop, now[1])))}
