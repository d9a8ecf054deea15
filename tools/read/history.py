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
    sets = [row | _moments(row, ctx.account.zone) for row in found[: args.limit]]
    ctx.keep("history", sets)
    today = str(ctx.here.date())
    content: dict[str, Any] = {"shown": f"{len(sets)} newest", "today": today, "change_sets": sets}
    if len(found) > args.limit:
        content["older"] = f"there are older ones; limit is at most {MOST}"
    if args.outcomes:
        content |= results_since.told(ctx, [str(row["id"]) for row in sets])
        ctx.keep("outcomes", content["outcomes"])
    return Result(content)


def _moments(row: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    """On the clock of the account: the day and the moment of the decision on a set, of its proposal where nobody decided.

    And the days on which it was proposed and became what it is.
    """
    decided = row.get("declined_at") or row.get("approved_at") or row.get("when")
    moments = {"on": decided, "proposed_on": row.get("when"), "state_on": row.get("state_at")}
    known = {name: _at(when, zone) for name, when in moments.items() if when}
    told = {name: str(at.date()) for name, at in known.items()}
    return told | ({"at": clock(known["on"])} if "on" in known else {})


def _at(when: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(when).astimezone(zone)


TOOL = Tool(
    name="history",
    description="Earlier change sets.",
    Input=HistoryInput,
    effect=Effect.READ,
    run=run,
    words="What was changed, proposed, applied, undone, what waits for approval, audit log.",
)
