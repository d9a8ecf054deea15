"""Reads what an automated rule says: what it looks at, what it does, and when (docs/graph-api.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.request import params
from sandbox.request.filters import OPERATORS
from sandbox.request.refusals import explained, invalid, not_one_of, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    Args = Mapping[str, str]

EVALUATIONS = ("SCHEDULE", "TRIGGER")
EXECUTIONS = tuple(
    """
    PAUSE UNPAUSE CHANGE_BUDGET CHANGE_CAMPAIGN_BUDGET CHANGE_BID ROTATE NOTIFICATION PING_ENDPOINT
    REBALANCE_BUDGET
    """.split()
)
STATUSES = ("ENABLED", "DISABLED", "DELETED", "HAS_ISSUES")
SCHEDULES = ("SEMI_HOURLY", "HOURLY", "DAILY", "CUSTOM")
ENTITIES = {"CAMPAIGN": "campaign", "ADSET": "adset", "AD": "ad"}
BUDGETS = {"CHANGE_BUDGET", "CHANGE_CAMPAIGN_BUDGET"}


def _spec(args: Args, name: str) -> dict[str, Any]:
    value = params.mapping(args, name)
    if not value:
        raise required(name)
    return value


def evaluation(args: Args) -> dict[str, Any]:
    """Read what a rule looks at."""
    spec = _spec(args, "evaluation_spec")
    if spec.get("evaluation_type") not in EVALUATIONS:
        raise not_one_of("evaluation_spec[evaluation_type]", EVALUATIONS)
    filters = spec.get("filters")
    if not isinstance(filters, list) or not filters:
        raise required("evaluation_spec[filters]")
    for row in filters:
        whole = isinstance(row, dict) and {"operator", "value"} <= row.keys()
        if not whole or not isinstance(row.get("field"), str):
            raise invalid("filters must hold objects with field, operator and value", blame="evaluation_spec")
        if str(row["operator"]) not in OPERATORS:
            raise not_one_of("evaluation_spec[filters][operator]", OPERATORS)
    if entity(spec) not in ENTITIES:
        raise not_one_of("evaluation_spec[filters][entity_type]", ENTITIES)
    return spec


def entity(spec: Mapping[str, Any]) -> str:
    """Give the kind of object that a rule is about."""
    return next((str(row["value"]) for row in spec["filters"] if row["field"] == "entity_type"), "")


def execution(args: Args, evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a rule does to what matches."""
    spec = _spec(args, "execution_spec")
    kind = spec.get("execution_type")
    if kind not in EXECUTIONS:
        raise not_one_of("execution_spec[execution_type]", EXECUTIONS)
    if kind == "CHANGE_BUDGET" and entity(evaluation) != "ADSET":
        raise explained(
            1815677, "Rule does not fit", "CHANGE_BUDGET needs entity_type ADSET.", blame="execution_spec"
        )
    if kind in BUDGETS:
        change_spec(spec)
    return spec


def schedule(args: Args) -> dict[str, Any]:
    """Read when a rule runs."""
    spec = _spec(args, "schedule_spec")
    if spec.get("schedule_type") not in SCHEDULES:
        raise not_one_of("schedule_spec[schedule_type]", SCHEDULES)
    rows = spec.get("schedule")
    if spec["schedule_type"] == "CUSTOM" and not (isinstance(rows, list) and rows and all(map(_times, rows))):
        text = "A custom schedule needs rows with start_minute, end_minute (0 to 1440) and days (0 to 6)"
        raise invalid(text, blame="schedule_spec")
    return spec


def _times(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("days", []), list):
        return False
    minutes, days = [row.get("start_minute"), row.get("end_minute")], row.get("days", [])
    return all(type(m) is int and 0 <= m <= 1440 for m in minutes) and all(
        type(d) is int and 0 <= d <= 6 for d in days
    )


def change_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Read `change_spec` of the execution options: `amount`, `unit` and perhaps a `limit`."""
    given = spec.get("execution_options")
    options = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    change = next((row.get("value") for row in options if row.get("field") == "change_spec"), None)
    whole = isinstance(change, dict) and all(isinstance(change.get(n, 0), int) for n in ("amount", "limit"))
    if not isinstance(change, dict) or not whole or not change.get("amount"):
        raise invalid("A budget change needs a change_spec with a whole amount", blame="execution_spec")
    return change
