"""The rules that Meta runs for the account, whoever made them: what each looks at, what it does, whether it is on."""

import re
from collections.abc import Mapping
from typing import Any

from tools.domain.changes import Effect
from tools.domain.money import Money
from tools.domain.tool import TOOLSET, Context, Input, Result, Tool

FIELDS = "id,name,status,evaluation_spec,execution_spec,schedule_spec,created_by,created_time"
_SIGNS = {
    "GREATER_THAN": ">",
    "LESS_THAN": "<",
    "EQUAL": "=",
    "NOT_EQUAL": "≠",
    "IN": "in",
    "NOT_IN": "not in",
}
_MARK = re.compile(r" \[adsteward:[0-9a-f]+\]$")
_COSTS = ("spent", "cpc", "cpm", "cpp")


class ListRulesInput(Input):
    pass


def run(_: ListRulesInput, ctx: Context) -> Result:
    listing = ctx.graph.read_all(f"{ctx.account.id}/adrules_library", fields=FIELDS)
    rules = [_said(row, ctx.account.currency) for row in listing.rows]
    return Result({"complete": listing.said("rules"), "rules": rules})


def _said(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    name = str(row.get("name") or "")
    filters = (row.get("evaluation_spec") or {}).get("filters") or []
    return {
        "id": str(row.get("id")),
        "name": _MARK.sub("", name),
        "on": row.get("status") == "ENABLED",
        "status": str(row.get("status") or ""),
        "does": str((row.get("execution_spec") or {}).get("execution_type") or ""),
        "when": [_condition(one, currency) for one in filters if isinstance(one, Mapping)],
        "looks": str((row.get("schedule_spec") or {}).get("schedule_type") or ""),
        "by": "adsteward" if _MARK.search(name) else str((row.get("created_by") or {}).get("name") or ""),
    }


def _condition(one: Mapping[str, Any], currency: str) -> str:
    field, value = str(one.get("field")), one.get("value")
    operator = str(one.get("operator"))
    if (field in _COSTS or field.startswith("cost_per")) and isinstance(value, int):
        value = Money(value, currency).said
    if isinstance(value, list):
        value = f"{', '.join(map(str, value[:5]))}{' …' if len(value) > 5 else ''}"
    return f"{field} {_SIGNS.get(operator, operator)} {value}"


TOOL = Tool(
    name="list_rules",
    description="The automated rules that Meta runs for the account.",
    Input=ListRulesInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Automated rules, automation, what pauses ads by itself.",
)
