"""Rules that Meta runs, in words: what one looks at, what it does, how often; amounts as money (docs/graph-api.md §9).

What has no word here keeps Meta's own, so that nothing of a rule is left out.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tools.domain.money import Money

FIELDS = ("name", "status", "evaluation_spec", "execution_spec", "schedule_spec")
"""All that a rule is."""
CHECKED = {"SCHEDULE": "at set times", "TRIGGER": "when something changes"}
DEEDS = {
    "PAUSE": "pause it",
    "UNPAUSE": "switch it on",
    "CHANGE_BUDGET": "change its budget",
    "CHANGE_CAMPAIGN_BUDGET": "change the budget of its campaign",
    "CHANGE_BID": "change its bid",
    "ROTATE": "take turns with others",
    "NOTIFICATION": "tell people",
    "PING_ENDPOINT": "call an address",
    "REBALANCE_BUDGET": "share the budget out anew",
}
PACES = {"SEMI_HOURLY": "every 30 minutes", "HOURLY": "every hour", "DAILY": "once a day"}
_THINGS = {"CAMPAIGN": "campaigns", "ADSET": "ad sets", "AD": "ads"}
_FIELDS = {
    "entity_type": "looks at",
    "time_preset": "figures of",
    "effective_status": "status",
    "spent": "amount spent",
    "results": "number of results",
    "id": "its own id",
    "cpc": "cost per click",
    "cpm": "cost per 1,000 impressions",
    "ctr": "click rate",
}
_OPERATORS = {
    "EQUAL": "is",
    "NOT_EQUAL": "is not",
    "GREATER_THAN": "is more than",
    "GREATER_THAN_OR_EQUAL": "is at least",
    "LESS_THAN": "is less than",
    "LESS_THAN_OR_EQUAL": "is at most",
    "IN": "is one of",
    "NOT_IN": "is none of",
    "IN_RANGE": "lies between",
    "NOT_IN_RANGE": "does not lie between",
    "CONTAIN": "contains",
    "NOT_CONTAIN": "does not contain",
    "STARTS_WITH": "begins with",
}
_PERIODS = {
    "TODAY": "today",
    "YESTERDAY": "yesterday",
    "MAXIMUM": "its whole life",
    "LIFETIME": "its whole life",
}
_DAYS = re.compile(r"LAST_([0-9]+)_?D(?:AYS)?")
_COST_PER = re.compile(r"cost_per_(\w+?)(?:_fb)?")
_AMOUNTS = frozenset("spent cpc cpm daily_budget lifetime_budget budget_remaining bid_amount".split())
_PARTS = {"field", "operator", "value"}


def condition(row: Any, currency: str) -> str:
    """A filter of a rule: "amount spent is more than 50.00 USD"; nothing where it is no such filter, or has more parts."""
    if (
        not isinstance(row, Mapping)
        or set(row) != _PARTS
        or not all(isinstance(row[part], str) for part in ("field", "operator"))
    ):
        return ""
    field, operator, value = row["field"], row["operator"], row["value"]
    if operator == "EQUAL" and field == "entity_type" and value in _THINGS:
        return f"looks at {_THINGS[value]}"
    if operator == "EQUAL" and field == "time_preset" and isinstance(value, str):
        return f"figures of {_period(value)}"
    items = value if isinstance(value, list) else [value]
    said = [_value(field, item, currency) for item in items]
    joined = (" and " if operator.endswith("IN_RANGE") else ", ").join(said)
    return f"{_field(field)} {_OPERATORS.get(operator, operator)} {joined or 'nothing'}"


def conditions(spec: Any, currency: str) -> list[str]:
    """All filters of a rule's `evaluation_spec`."""
    filters = spec.get("filters") if isinstance(spec, Mapping) else None
    return (
        [condition(row, currency) or _raw(row) for row in filters or []] if isinstance(filters, list) else []
    )


def deed(spec: Any, currency: str) -> str:
    """What a rule does to what fits, from its `execution_spec`: "change its budget by +20 %, up to 80.00 USD"."""
    if not isinstance(spec, Mapping):
        return ""
    kind = str(spec.get("execution_type") or "")
    options = spec.get("execution_options")
    rows = options if isinstance(options, list) else []
    return " ".join([DEEDS.get(kind, kind), *(_option(row, currency) for row in rows)])


def pace(spec: Any) -> str:
    """How often a rule looks, from its `schedule_spec`."""
    if not isinstance(spec, Mapping):
        return ""
    kind = str(spec.get("schedule_type") or "")
    rest = {name: value for name, value in spec.items() if name != "schedule_type" and value}
    return PACES.get(kind, kind) + (f" {_raw(rest)}" if rest else "")


def switched(status: Any) -> str:
    """Whether a rule acts: "on" or "off", or Meta's word for another state."""
    return {"ENABLED": "on", "DISABLED": "off"}.get(str(status), str(status or "not known"))


def _option(row: Any, currency: str) -> str:
    change = row.get("value") if isinstance(row, Mapping) and row.get("field") == "change_spec" else None
    if not isinstance(change, Mapping) or set(change) - {"amount", "unit", "limit"}:
        return _raw(row)
    amount, limit = change.get("amount"), change.get("limit") or 0
    said = f"{amount} %" if change.get("unit") == "PERCENTAGE" else _amount(amount, currency)
    edge = _amount(limit, currency)
    if type(amount) is not int or type(limit) is not int or not said or not edge:
        return _raw(row)
    return f"by {'+' if amount > 0 else ''}{said}" + (
        f", {'up' if amount > 0 else 'down'} to {edge}" if limit else ""
    )


def _field(name: str) -> str:
    if found := _COST_PER.fullmatch(name):
        return f"cost per {found[1].replace('_', ' ')}"
    level, dot, part = name.partition(".")
    if dot:
        return f"{level.replace('_', ' ')} {part.replace('_', ' ')}"
    return _FIELDS.get(name, name.replace("_", " "))


def _value(field: str, value: Any, currency: str) -> str:
    if (field in _AMOUNTS or _COST_PER.fullmatch(field)) and (amount := _amount(value, currency)):
        return amount
    return value if isinstance(value, str) and value and "," not in value else _raw(value)


def _amount(value: Any, currency: str) -> str:
    """Minor units as money; more digits than the currency has where there is a part of a unit."""
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,14}(\.[0-9]{1,9})?", str(value)):
        return ""
    if Decimal(str(value)) == (whole := int(Decimal(str(value)))):
        return Money(whole, currency).said
    return f"{value} × {Money(1, currency).said}"


def _period(preset: str) -> str:
    if found := _DAYS.fullmatch(preset):
        return f"the last {found[1]} days"
    return _PERIODS.get(preset, preset)


def _raw(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
