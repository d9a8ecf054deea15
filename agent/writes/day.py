"""What counts against the limits of an account's last 24 hours, as the journal has it, by both clocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.stores.database import to_moment, to_text
from agent.stores.engine import Row
from agent.writes.clocks import Moment
from agent.writes.store import Store
from tools.domain.changes import Change, ChangeSet

DAY = timedelta(days=1)
APPROVAL_HOLDS = DAY
APPLYING_HOLDS = 2 * DAY
"""Longer than an approved set can go on sending: its approval counted when it began."""
NOT_APPROVED = frozenset({"proposed", "declined", "undone"})
_ROWS = """
SELECT c.*, r.state AS set_state, MAX(a.ts) AS approved_at, MAX(a.ts_by_meta) AS approved_by_meta FROM changes c
JOIN runs r ON r.run_id=c.run_id JOIN approvals a ON a.run_id=c.run_id AND (a.ts>=? OR a.ts_by_meta>=?)
WHERE r.account=? AND (c.run_id<>? OR c.state='CONFIRMED') GROUP BY c.change_id, r.run_id ORDER BY c.run_id, c.position
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A change that counts against the limits of a day."""

    change: Change
    at: datetime
    """When it was sent last; of what only waits to be sent, when that was approved."""
    sent: bool
    sure: bool
    """Whether it is certainly done."""


@dataclass(frozen=True, slots=True)
class Day:
    """What counts at present, oldest first."""

    counted: Sequence[Counted] = ()
    unknown_until: datetime | None = None
    """Until when it is not all: something was approved of which this journal does not know."""


NOTHING_YET = Day()


def day_of(
    store: Store,
    account: str,
    stored: Callable[[str], ChangeSet | None],
    *,
    now: Moment,
    begun: datetime,
    besides: str = "",
) -> Day:
    """What was done, perhaps done or approved in the last 24 hours; of the set `besides` only what is done.

    What was declined, refused or never approved does not count, nor what was done before `begun`; `stored` gives
    a change set, or None for one that belongs elsewhere.
    """
    long_ago = 3 * DAY  # nothing is sent later than that after its approval
    ours, meta = max(now.ours - long_ago, begun), max((now.meta or now.ours) - long_ago, begun)
    rows = store.all(_ROWS, to_text(ours), to_text(meta), account, besides)
    times = {row["change_id"]: found for row in rows if (found := _counts(row, now, begun))}
    sets = (stored(run_id) for run_id in {row["run_id"] for row in rows})
    changes = {change.id: change for change_set in sets if change_set for change in change_set.changes}
    counted = [
        Counted(changes[row["change_id"]], *times[row["change_id"]], sure=row["state"] == "CONFIRMED")
        for row in rows
        if row["change_id"] in times and row["change_id"] in changes
    ]
    return Day(sorted(counted, key=lambda item: item.at), _unknown_until(store, now))


def _counts(row: Row, now: Moment, begun: datetime) -> tuple[datetime, bool] | None:
    """Since when a change counts, and whether it was sent; None when it does not count."""
    if row["state"] in ("CONFIRMED", "SENT", "CONFLICT") or row["lost_at"]:
        sent = [Moment(at, to_moment(row["sent_by_meta"])) for at in (to_moment(row["sent_at"]),) if at]
        sent += [Moment.parsed(row["lost_at"])] if row["lost_at"] else []
        if lately := [at.ours for at in sent if at.ours >= begun and at.within(DAY, now)]:
            return max(lately), True
    holds = APPLYING_HOLDS if row["set_state"] == "applying" else APPROVAL_HOLDS
    approved = Moment(datetime.fromisoformat(row["approved_at"]), to_moment(row["approved_by_meta"]))
    waits = row["state"] in ("PLANNED", "SENT") and row["set_state"] not in NOT_APPROVED
    return (approved.ours, False) if waits and approved.within(holds, now) else None


def _unknown_until(store: Store, now: Moment) -> datetime | None:
    row = store.one("SELECT missed FROM numbering")
    missed = Moment.parsed(row["missed"]) if row and row["missed"] else None
    return now.ours + DAY - missed.least_ago(now) if missed and missed.within(DAY, now) else None
