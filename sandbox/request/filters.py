"""The `filtering` parameter: `[{field, operator, value}]` (docs/graph-api.md §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.request import clock, params
from sandbox.request.enums import EFFECTIVE_STATUSES
from sandbox.request.refusals import invalid, not_one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _words(value: Any) -> set[str]:
    return {str(word) for word in value} if isinstance(value, list) else {str(value)}


def _within(actual: Any, text: Any) -> bool:
    return str(text).casefold() in str(actual).casefold()


def _number(value: Any) -> float:
    """Read a number, or a time into unix seconds."""
    try:
        return float(value)
    except (TypeError, ValueError):
        moment = clock.seconds(value)
    if moment is None:
        raise invalid("Param filtering: GREATER_THAN, LESS_THAN and ranges need numbers", blame="filtering")
    return moment


def _in_range(actual: Any, value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        raise invalid("Param filtering: a range is two numbers", blame="filtering")
    return _number(value[0]) <= _number(actual) <= _number(value[1])


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": lambda actual, value: str(actual) == str(value),
    "NOT_EQUAL": lambda actual, value: str(actual) != str(value),
    "IN": lambda actual, value: str(actual) in _words(value),
    "NOT_IN": lambda actual, value: str(actual) not in _words(value),
    "CONTAIN": _within,
    "NOT_CONTAIN": lambda actual, value: not _within(actual, value),
    "GREATER_THAN": lambda actual, value: _number(actual) > _number(value),
    "LESS_THAN": lambda actual, value: _number(actual) < _number(value),
    "GREATER_THAN_OR_EQUAL": lambda actual, value: _number(actual) >= _number(value),
    "LESS_THAN_OR_EQUAL": lambda actual, value: _number(actual) <= _number(value),
    "IN_RANGE": _in_range,
    "NOT_IN_RANGE": lambda actual, value: not _in_range(actual, value),
    "STARTS_WITH": lambda actual, value: str(actual).casefold().startswith(str(value).casefold()),
    "ANY": lambda actual, value: bool(_words(actual) & _words(value)),
    "ALL": lambda actual, value: _words(value) <= _words(actual),
    "NONE": lambda actual, value: not _words(actual) & _words(value),
}
"""Each operator on the actual and the asked value; the last three are for lists such as labels."""


@dataclass(frozen=True)
class Condition:
    """One row of `filtering`; `level` is the prefix of `ad.name`, empty without one."""

    level: str
    field: str
    operator: str
    value: Any

    def holds(self, actual: Any) -> bool:
        """Tell whether a value passes."""
        return OPERATORS[self.operator]("" if actual is None else actual, self.value)


def parse(args: Mapping[str, str]) -> list[Condition]:
    """Read the conditions; malformed ones are refused."""
    conditions = []
    for row in params.array(args, "filtering") or []:
        if not isinstance(row, dict) or not {"field", "operator", "value"} <= row.keys():
            raise invalid(
                "Param filtering must hold objects with field, operator and value", blame="filtering"
            )
        if str(row["operator"]) not in OPERATORS:
            raise not_one_of("filtering[operator]", OPERATORS)
        level, _, field = str(row["field"]).rpartition(".")
        if field == "effective_status" and _words(row["value"]) - set(EFFECTIVE_STATUSES):
            raise not_one_of("filtering[value]", EFFECTIVE_STATUSES)
        conditions.append(Condition(level, field, row["operator"], row["value"]))
    return conditions


def named_statuses(conditions: list[Condition], level: str) -> set[str]:
    """Give the effective statuses that the conditions ask for at a level; they lift hiding (§6)."""
    return {
        status
        for condition in conditions
        if condition.field == "effective_status"
        and condition.level in {level, ""}
        and condition.operator in {"IN", "EQUAL"}
        for status in _words(condition.value)
    }
