"""Sets that wait and make or change what a new one does: a call that came twice finds its own set, anything else is told."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from agent.setup.stops import ConfigError
from agent.writes.journal import Journal
from agent.writes.journal_reader import SetState
from agent.writes.proposing.waiting_both import shared
from agent.writes.set_lists import EVERY
from agent.writes.set_states import replaced
from tools.domain.changes import Change, ChangeSet
from tools.domain.naming.namesakes import same_place_and_name, there_already
from tools.domain.text import listed, marked

SAME_MOMENTS = timedelta(minutes=15)
"""In which a host that had no answer calls again; later the same is a wish of its own."""
_WAITING: tuple[SetState, ...] = ("proposed", "approved", "applying")


def proposed(journal: Journal, change_set: ChangeSet, tell: Callable[[str], None]) -> ChangeSet:
    """Store a set, with a note on what waits and makes or changes the same, and on what is there already.

    Where the very same was asked for just now and waits, that one is given, and told.
    """
    waiting = list(_waiting(journal, change_set))
    twins = list(_twins(change_set, waiting))
    for twin, state, _ in twins:
        if state == "proposed" and _very_same(twin, change_set):
            tell(f"{twin.id} waits already for the very same request; no second one was made.")
            return twin
    stay = [(other.id, left) for other, _, left in waiting if not replaced(journal, other, change_set)]
    notes = (
        *(_said(twin, names) for twin, _, names in twins),
        shared(change_set.changes, stay).said,
        *map(there_already, change_set.changes),
    )
    notes = tuple(filter(None, dict.fromkeys(notes)))
    if notes:
        change_set = change_set.model_copy(update={"notes": notes + change_set.notes})
    journal.propose(change_set)
    return change_set


def _waiting(journal: Journal, change_set: ChangeSet) -> Iterator[tuple[ChangeSet, SetState, list[Change]]]:
    """What waits in the same account and world, with what is left to do of it."""
    rows = (
        (row, state) for state in _WAITING for row in journal.recent(change_set.account, EVERY, state=state)
    )
    for row, state in rows:
        with suppress(ConfigError):  # one that cannot be read cannot be applied
            other = journal.change_set(row["id"])
            if other.world == change_set.world and not journal.elsewhere(other):
                yield other, state, journal.left(other)


def _twins(
    change_set: ChangeSet, waiting: Sequence[tuple[ChangeSet, SetState, list[Change]]]
) -> Iterator[tuple[ChangeSet, SetState, list[str]]]:
    """What waits and makes something of the same name in the same place, with these names."""
    wanted = _makes(change_set.changes)
    for other, state, left in waiting:
        if names := [name for place, name in _makes(left).items() if place in wanted]:
            yield other, state, names


def _makes(changes: Sequence[Change]) -> dict[tuple[str, ...], str]:
    """By kind, place and name without case, how what a set makes is called."""
    return {key: change.name for change in changes if (key := same_place_and_name(change))}


def _said(twin: ChangeSet, names: Sequence[str]) -> str:
    told = listed([f"“{marked(name)}”" for name in names], most=5)
    return f"Warning: {twin.id} waits and makes {told} in the same place, too; only the first that is applied makes it"


def _very_same(twin: ChangeSet, change_set: ChangeSet) -> bool:
    moments = [datetime.fromisoformat(one.created_at) for one in (twin, change_set)]
    apart = abs(moments[1] - moments[0]) <= SAME_MOMENTS
    return apart and _without_ids(twin) == _without_ids(change_set)


def _without_ids(change_set: ChangeSet) -> str:
    """All that a set means: its request, its limits, its changes with what they rest on; not when and by which run."""
    text = json.dumps(
        [
            *(change_set.request, change_set.settings, change_set.currency),
            *(change.model_dump(mode="json") for change in change_set.changes),
        ],
        sort_keys=True,
    )
    own = {change.id: f"change {i}" for i, change in enumerate(change_set.changes)}
    own |= {change.marker: f"marker {i}" for i, change in enumerate(change_set.changes) if change.marker}
    for name in sorted(own, key=len, reverse=True):
        text = text.replace(name, own[name])
    return text
