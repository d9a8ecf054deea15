"""What waits for a person, live before sandbox, oldest and dearest first."""

from datetime import UTC, datetime

from starlette.responses import Response

from agent.fleet.pending_sets import age, pending
from agent.show.change_lines import total_effect
from agent.web.visits import Page, Visit
from agent.writes.set_lists import STATES

MOST = 200


def inbox(visit: Visit) -> Response:
    """All that waits in the workspace, over all accounts and worlds."""
    with visit.house.journal() as journal:
        waiting, unreadable = pending(journal, visit.house.options.account or "")
    now = datetime.now(UTC)
    rows = [
        {
            "set": one.change_set,
            "state": STATES[one.state],
            "effect": total_effect(one.change_set.changes),
            "also_in": one.also_in.said,
            "machine": one.machine,
            "hopeless": one.hopeless,
            "age": age(now - one.since),
            "until": one.expires_at,
            "ended": one.expires_at is not None and one.expires_at <= now,
        }
        for one in waiting[:MOST]
    ]
    return visit.show("inbox.html", rows=rows, more=len(waiting) - len(rows), unreadable=unreadable)


SITE = (Page("/inbox", inbox, nav="Inbox"),)
