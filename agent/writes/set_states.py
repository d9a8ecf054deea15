"""What the changes of a set add up to, in the journal."""

from agent.writes.journal_reader import SetState
from agent.writes.store import Store
from tools.domain.change_kind import Undone
from tools.domain.changes import ChangeSet
from tools.domain.kinds import KINDS


def summed(store: Store, change_set: ChangeSet) -> SetState:
    """The state of a set that is not being applied any more."""
    rows = store.all("SELECT state, lost_at FROM changes WHERE run_id=?", change_set.id)
    states = {row["state"] for row in rows}
    if states <= {"CONFIRMED"}:
        return "applied"
    perhaps = any(row["state"] == "PLANNED" and row["lost_at"] for row in rows)
    return "partly_applied" if perhaps or states & {"CONFIRMED", "SENT"} else "failed"


def undone_by(store: Store, change_set: ChangeSet) -> list[str]:
    """The sets of which this one took back the last of all confirmed changes."""
    restored = [change.restores for change in change_set.changes if change.restores]
    runs = {
        row["run_id"]
        for change_id in restored
        if (row := store.one("SELECT run_id FROM changes WHERE change_id=?", change_id))
    }
    left = (
        "SELECT kind FROM changes WHERE run_id=? AND state IN ('CONFIRMED', 'SENT')"
        " AND sent_at IS NOT NULL AND undone_by IS NULL"
    )
    return [
        i for i in sorted(runs) if all(KINDS[r["kind"]].undone is Undone.NEVER for r in store.all(left, i))
    ]
