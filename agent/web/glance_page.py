"""The first page: all accounts at a glance, from what is kept, and having all of them read anew."""

from collections import Counter
from datetime import UTC, datetime

from starlette.responses import Response

from agent.overview.glance import at_a_glance
from agent.web import looks
from agent.web.visits import Page, Visit

MOST_SETS = 1000
"""Of those that wait; more than that are not counted."""


def glance(visit: Visit) -> Response:
    """Every account that was read, the worst first."""
    house = visit.house
    only = house.options.account
    watched = looks.watched(house, looks.ALL)
    with looks.snapshots(house.options) as kept:
        found = at_a_glance(kept, datetime.now(UTC), sandboxed=house.options.sandbox, only=only or "")
    with house.journal() as journal:
        proposed = journal.recent(only or "", MOST_SETS, state="proposed")
    return visit.show(
        "glance.html",
        world=house.place,
        account=only or "all accounts",
        found=found,
        waiting=Counter((row["world"], row["account"]) for row in proposed),
        **watched,
    )


def look_again(visit: Visit) -> Response:
    """Have all accounts read anew; the page shows how far that is."""
    looks.begin_all(visit.house)
    return visit.go("/")


SITE = (
    Page("/", glance, nav="Accounts"),
    Page("/look", look_again, role="approve", method="POST"),
)
