"""Deletes rules that Meta runs for the account."""

from typing import Any

from pydantic import Field

from tools.domain.changes import Effect, Request
from tools.domain.settings import field_states, rule_words
from tools.domain.text import listed
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError


class RemoveRulesInput(Input):
    ids: list[str] = Field(min_length=1, max_length=50)
    reason: str = ""


def run(args: RemoveRulesInput, ctx: Context) -> Proposal:
    rows = ctx.graph.read_all(
        f"{ctx.account.id}/adrules_library", fields=",".join(("id", *rule_words.FIELDS))
    ).rows
    known = {str(row["id"]): row for row in rows}
    if missing := [i for i in args.ids if i not in known]:
        raise ToolError(f"No rule of {ctx.account.id}: {listed(missing)}. list_rules shows them.")
    return Proposal(
        tuple(
            ctx.change(
                "delete",
                Effect.IRREVERSIBLE,
                index=index,
                target=rule_id,
                name=str(known[rule_id].get("name") or rule_id),
                stops=0,
                request=Request(method="DELETE", path=rule_id),
                before=field_states.texts(known[rule_id], rule_words.FIELDS),
                after={"status": "DELETED"},
                shown=_shown(known[rule_id], ctx.account.currency),
                reason=args.reason or "asked for",
                undo_note="cannot be undone: a deleted rule must be made anew; what it paused stays paused",
            )
            for index, rule_id in enumerate(dict.fromkeys(args.ids))
        )
    )


def _shown(row: dict[str, Any], currency: str) -> dict[str, str]:
    """The rule as it is now: what no longer happens once it is gone."""
    said = {
        "is": f"a rule that Meta runs, {rule_words.switched(row.get('status'))}",
        "does": rule_words.deed(row.get("execution_spec"), currency),
        "when": "; ".join(rule_words.conditions(row.get("evaluation_spec"), currency)),
        "looks": rule_words.pace(row.get("schedule_spec")),
    }
    return {word: text for word, text in said.items() if text}


TOOL = Tool(
    name="remove_rules",
    description="Delete automated rules (ids: list_rules). A person must approve.",
    Input=RemoveRulesInput,
    effect=Effect.IRREVERSIBLE,
    run=run,
    toolset=TOOLSET,
    words="Delete a rule, stop automating.",
)
