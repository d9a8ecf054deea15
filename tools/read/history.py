"""What adsteward proposed and changed in this account, from its journal, and what came of it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.text import clock
from tools.domain.tool import Context, ReadInput, Result, Tool
from tools.read import results_since

MOST = 50


class HistoryInput(ReadInput):
    limit: int = Field(default=10, strict=True, ge=1, le=MOST)
    outcomes: bool = Field(default=False, description="cost per result since")


def run(args: HistoryInput, ctx: Context) -> Result:
    found = ctx.ledger.recent(ctx.account.id, args.limit + 1)
    sets = [row | _day(row, ctx.account.zone) for row in found[: args.limit]]
    ctx.keep("history", sets)
    today = str(ctx.here.date())
    content: dict[str, Any] = {"shown": f"{len(sets)} newest", "today": today, "change_sets": sets}
    if len(found) > args.limit:
        content["older"] = f"there are older ones; limit is at most {MOST}"
    if args.outcomes:
        content |= results_since.told(ctx, [str(row["id"]) for row in sets])
        ctx.keep("outcomes", content["outcomes"])
    return Result(content)


def _day(row: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    """The day and the moment at which a set was approved, else proposed, on the clock of the account."""
    when = row.get("approved_at") or row.get("when")
    at = datetime.fromisoformat(when).astimezone(zone) if when else None
    return {"on": str(at.date()), "at": clock(at)} if at else {}


TOOL = Tool(
    name="history",
    description="Earlier change sets.",
    Input=HistoryInput,
    effect=Effect.READ,
    run=run,
    words="What was changed, proposed, applied, undone, what waits for approval, audit log.",
)
