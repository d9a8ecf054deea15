"""What was proposed in the workspace, who decided on it, and what became of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from agent.run.places import stored_set
from agent.run.report import StoredSet
from agent.setup.stops import ConfigError
from agent.show.change_lines import world_name
from agent.web.visits import Page, Visit
from agent.web.wording import happened
from agent.writes.journal import Journal
from tools.domain.text import clock_of

MOST = 50


def history(visit: Visit) -> Response:
    """The newest sets, of one account or all."""
    account = visit.asked("account")
    chosen = visit.house.options.account or account
    with visit.house.journal() as journal:
        sets = journal.recent(chosen, MOST)
        rows = [row | _decided(visit, journal, row) for row in sets]
        count = journal.count(chosen)
        accounts = visit.house.accounts(journal)
    for row in rows:
        row["at"] = clock_of(row["state_at"], row["timezone"])
        row["place"] = world_name(row["world"])
    return visit.show("history.html", rows=rows, count=count, accounts=accounts, chosen=chosen)


def _decided(visit: Visit, journal: Journal, row: Mapping[str, Any]) -> dict[str, Any]:
    """Who decided on a set, why, and how its changes ended; or what is wrong with it."""
    set_id = str(row["id"])
    try:
        stored = StoredSet.read(journal, stored_set(visit.house.options, journal, set_id))
        past = happened(journal, set_id)
    except ConfigError as error:
        return {"by": "", "why": str(error), "outcome": "", "undoable": False}
    last = next((one for one in reversed(past) if one.state in ("approved", "declined")), None)
    counts = Counter(outcome.said for outcome in stored.outcomes if outcome.attempt or outcome.ended)
    ended = ", ".join(f"{number} {said}" for said, number in counts.items())
    undoable = counts["done"] > 0 and stored.state in ("applied", "partly_applied") and stored.lasts
    by, why = (last.who, last.why) if last else ("", "")
    return {"by": by, "why": why, "outcome": ended, "undoable": undoable}


SITE = (Page("/history", history, nav="History"),)
