"""The rules that Meta runs for the account, whoever made them: what each looks at, what it does, whether it is on."""

import re
from collections.abc import Mapping
from typing import Any

from tools.domain.changes import Effect
from tools.domain.settings import rule_words
from tools.domain.tool import TOOLSET, Context, Input, Result, Tool

FIELDS = ",".join(("id", *rule_words.FIELDS, "created_by", "created_time"))
_MARK = re.compile(r" \[adsteward:[0-9a-f]+\]$")


class ListRulesInput(Input):
    pass


def run(_: ListRulesInput, ctx: Context) -> Result:
    listing = ctx.graph.read_all(f"{ctx.account.id}/adrules_library", fields=FIELDS)
    rules = [_said(row, ctx.account.currency) for row in listing.rows]
    return Result({"complete": listing.said("rules"), "rules": rules})


def _said(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    name = str(row.get("name") or "")
    return {
        "id": str(row.get("id")),
        "name": _MARK.sub("", name),
        "on": row.get("status") == "ENABLED",
        "status": str(row.get("status") or ""),
        "does": rule_words.deed(row.get("execution_spec"), currency),
        "when": rule_words.conditions(row.get("evaluation_spec"), currency),
        "looks": rule_words.pace(row.get("schedule_spec")),
        "by": "adsteward" if _MARK.search(name) else str((row.get("created_by") or {}).get("name") or ""),
    }


TOOL = Tool(
    name="list_rules",
    description="The automated rules that Meta runs for the account.",
    Input=ListRulesInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Automated rules, automation, what pauses ads by itself.",
)
