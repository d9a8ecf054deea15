"""Two periods side by side: of each figure both values, the difference and the percent; ratios are compared as ratios."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tools.read.figures.adding_up import Sums, written
from tools.read.figures.known_fields import Column
from tools.read.figures.row_sums import Key, Table, seen


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


def holds(table: Table, key: Key, now: Sums, before: Sums) -> bool:
    """Whether a row is wanted, by its figures or by what became of them."""
    for one in table.question.ours:
        column = next((c for c in table.question.columns if one.name.startswith(f"{c.name}_")), None)
        end = one.name.removeprefix(column.name) if column else ""
        if column and end == "_before":
            value = before.value(column)
        elif column and end in ("_difference", "_percent"):
            value = changes(now, before, column).get(end)
        else:
            value = seen(one.name, key, now, table.question)
        if not one.holds(value):
            return False
    return True


def _signed(value: Decimal, column: Column, decimals: int, end: str) -> str:
    if end == "_percent":
        return f"{value:+.1f}"
    text = str(written(value, column, decimals))
    return text if value <= 0 else f"+{text}"


def _place(key: Key) -> tuple[str, ...]:
    return tuple(value for name, value in key.items() if not name.endswith("_name"))
