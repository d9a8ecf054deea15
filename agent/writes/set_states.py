"""What the changes of a set add up to, in the journal, and in a sentence for a person."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import dropwhile

from agent.setup.stops import ConfigError
from agent.writes.journal_reader import Archive, SetState
from agent.writes.set_lists import EVERY, Removed
from agent.writes.store import Store
from tools.domain.change_kind import Known, Undone
from tools.domain.changes import Change, ChangeSet
from tools.domain.kinds import KINDS
from tools.domain.text import clock_of, listed

Beside = Callable[[ChangeSet], Removed]


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
    by_this = "SELECT run_id FROM changes WHERE change_id=? AND undone_by=?"
    runs = {
        row["run_id"]
        for change in change_set.changes
        if change.restores and (row := store.one(by_this, change.restores, change.id))
    }
    left = (
        "SELECT kind FROM changes WHERE run_id=? AND state IN ('CONFIRMED', 'SENT')"
        " AND sent_at IS NOT NULL AND undone_by IS NULL"
    )
    return [
        i for i in sorted(runs) if all(KINDS[r["kind"]].undone is Undone.NEVER for r in store.all(left, i))
    ]


def too_late(journal: Archive, change_set: ChangeSet) -> str:
    """That what a set would take back was taken back already by another one; nothing where an outcome must be looked for."""
    left = [outcome for outcome in journal.outcomes(change_set) if not outcome.ended]
    taken = journal.taken_back(change_set)
    stale = [outcome.change for outcome in left if outcome.change.id in taken]
    if not stale or any(outcome.said == "unknown" for outcome in left):
        return ""
    names, by = listed([change.name for change in stale]), listed(sorted({taken[c.id] for c in stale}))
    return (
        f"{change_set.id} is too late: {by} took that back already ({names}), and it may have been changed anew since."
        " If you still want it as it was, ask for that. Nothing was sent"
    )


def removals(journal: Archive) -> Beside:
    """What was removed beside a set, for many sets: read once for each account and world."""
    known = dict[tuple[str, str], Removed]()

    def beside(change_set: ChangeSet) -> Removed:
        key = change_set.account, change_set.world
        known[key] = known[key] if key in known else journal.removed(change_set)
        return known[key]

    return beside


def hopeless(journal: Archive, change_set: ChangeSet, removed_beside: Beside | None = None) -> str:
    """Why a set that waits can never be applied, as far as the journal knows; nothing while it may be."""
    if late := too_late(journal, change_set):
        return f"{late}."
    left = [outcome for outcome in journal.outcomes(change_set) if not outcome.ended]
    if left and not any(outcome.lost_at or outcome.sent_at for outcome in left):
        removed = (removed_beside or journal.removed)(change_set)
        by = [_removed_by(outcome.change, removed) for outcome in left]
        if all(by):
            return f"What it is about was removed by {listed(sorted(set(by)))}. Nothing was sent."
    return ""


def _removed_by(change: Change, removed: Removed) -> str:
    """The set that removed what a change is about or stands in; what is archived can still be deleted and renamed."""
    ids = (change.target, *change.names, *map(str, change.request.params.values()))
    found = (removed[i] for i in ids if i in removed)
    late = change.kind in ("rename", "archive", "delete")
    return next((by for how, by in found if how == "delete" or not late), "")


def retire(journal: Archive, done: ChangeSet, decline: Callable[[ChangeSet, str], None]) -> None:
    """Have the sets that wait in an account leave it that can never be applied any more because of what was done."""
    if not any(change.restores or change.row.known is Known.BY_ABSENCE for change in done.changes):
        return
    states, beside = ("proposed", "approved"), removals(journal)
    for row in (row for state in states for row in journal.recent(done.account, EVERY, state=state)):
        if row["world"] != done.world or "sandbox_of" in row:
            continue
        with suppress(ConfigError):  # an altered one stays for a person, and what somebody decides just now
            if why := hopeless(journal, other := journal.change_set(row["id"]), beside):
                decline(other, why)


def replace_equal(journal: Archive, proposed: ChangeSet, decline: Callable[[ChangeSet, str], None]) -> None:
    """Have a set that changes what is there stand for the equal and older ones that wait, unless somebody was asked to decide on those."""
    newest_first = journal.recent(proposed.account, EVERY, state="proposed")
    for row in [*dropwhile(lambda row: row["id"] != proposed.id, newest_first)][1:]:
        if row["world"] != proposed.world or "sandbox_of" in row:
            continue
        with suppress(ConfigError):  # an altered one stays for a person, and what somebody decides just now
            if replaced(journal, other := journal.change_set(row["id"]), proposed):
                decline(other, f"replaced by {proposed.id}, which is equal and newer")


def replaced(journal: Archive, other: ChangeSet, proposed: ChangeSet) -> bool:
    """Whether a newer set stands for one that waits; of what makes or takes back, each says what became of the other."""
    if any(change.creates or change.restores for change in proposed.changes):
        return False
    asked = any(event["event"] == "assigned" for event in journal.events(other.id))
    return not asked and _wanted(other) == _wanted(proposed)


def _wanted(change_set: ChangeSet) -> list[tuple[object, ...]]:
    """What a set would send and to what end, whatever is there now and why it is asked for."""
    return [(one.kind, one.target, one.request, one.after, one.restores) for one in change_set.changes]


def declined(journal: Archive, change_set_id: str) -> str:
    """Who declined a set and why, if they said so. Raises ConfigError when its events were altered."""
    data = [json.loads(e["data"]) for e in journal.events(change_set_id) if e["event"] == "declined"]
    return ": ".join(filter(None, (data[-1]["who"], data[-1]["reason"]))) if data else ""


def gone(journal: Archive, change_set: ChangeSet) -> bool:
    """Whether what was sent for a set went to an own sandbox that was started afresh since."""
    sent = [outcome.sent_at for outcome in journal.outcomes(change_set) if outcome.sent_at]
    return change_set.world == "sandbox" and bool(sent) and max(sent) < journal.begun


def standing(journal: Archive, change_set: ChangeSet) -> str:
    """What a set is by now, since when, and what can be done with it. Raises ConfigError when its events were altered."""
    set_id, state = change_set.id, journal.state(change_set.id)
    if other := journal.elsewhere(change_set):
        return f"{set_id} belongs to the own sandbox of the machine {other}: it is applied and taken back there, not here."
    since = [event["ts"] for event in journal.events(set_id) if event["event"] == state]
    at = f" at {clock_of(since[-1], change_set.settings.get('timezone', 'UTC'))}" if since else ""
    outcomes = journal.outcomes(change_set)
    counts = Counter(outcome.said for outcome in outcomes)
    how = "looks and goes on" if journal.approved(change_set) else "asks again, looks and goes on"
    on, back = f"`adsteward apply {set_id}` {how}", f"`adsteward undo {set_id}` takes back what is done"
    left = [on] if {"not sent", "unknown"} & set(counts) else []
    then = "; ".join([*left, *([back] if counts["done"] else [])]) or "ask for the change again"
    tried = f"{', '.join(f'{number} {word}' for word, number in counts.items())}: {then}"
    if gone(journal, change_set):
        return (
            f"{set_id} was done in a sandbox that was started afresh since: what it changed is gone with it."
        )
    by = f" by {declined(journal, set_id)}" if state == "declined" else ""
    known: dict[SetState, str] = {
        "proposed": f"waits since it was proposed{at}: `adsteward apply {set_id}` asks for your approval",
        "approved": f"was approved{at} and nothing of it was sent: {on}",
        "applying": f"is being applied, or was cut off, since it was begun{at}: {on}",
        "applied": f"was applied{at}: `adsteward undo {set_id}` takes it back"
        if any(outcome.sent_at for outcome in outcomes)
        else f"was so already{at}: nothing was sent for it",
        "partly_applied": f"was applied in part{at}: {tried}",
        "failed": f"was not done{at}: {tried}",
        "declined": f"was declined{at}{by}: at a terminal `adsteward apply {set_id}` asks about it again",
        "undone": f"was applied and has been taken back{at}: ask for the change again",
    }
    return f"{set_id} {known[state]}."
