"""What waits for a person in a state folder, over all accounts and worlds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.setup.stops import ConfigError
from agent.writes.day import APPROVAL_HOLDS
from agent.writes.journal import UNSEEN, Journal
from agent.writes.journal_reader import SetState
from agent.writes.proposing.waiting_both import NOTHING, Shared, shared_by_set
from agent.writes.set_lists import EVERY
from agent.writes.set_states import Beside, hopeless, removals, standing
from tools.domain.changes import ChangeSet
from tools.domain.text import clock

WAITING: tuple[SetState, ...] = ("proposed", "approved", "applying")
"""Not decided on; approved and not sent yet; begun and not ended."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A change set that waits, since when and until when."""

    change_set: ChangeSet
    state: SetState
    since: datetime
    expires_at: datetime | None
    """When its approval ends; a set that nobody decided on waits for good."""
    assigned_to: str = ""
    """Who is asked to decide, if somebody was named."""
    machine: str = ""
    """Where it was proposed, if several machines share the journal."""
    hopeless: str = ""
    """Why it cannot be applied, as far as that is known without asking Meta."""
    also_in: Shared = NOTHING
    """What other sets that wait are about as well."""

    @property
    def spend_minor(self) -> int | None:
        """What it does to spend per day, new things as if they were started; None where that is not known of all of it."""
        spends = [change.spend for change in self.change_set.changes]
        if any(spend.daily_minor is None for spend in spends):
            return None
        return sum((spend.daily_minor or 0) + spend.once_started_minor for spend in spends)

    @property
    def stays_minor(self) -> int:
        """What its pauses leave per day in budgets that stay, for other ads."""
        return sum(change.spend.stays_minor for change in self.change_set.changes)


def pending(journal: Journal, account: str = "") -> tuple[list[Pending], list[str]]:
    """The sets that wait, in one account or (with "") in all: live before sandbox, oldest day first, of a day the dearest first.

    The second list says which ones cannot be read. Amounts of two currencies are not compared: each currency by itself.
    """
    found, unreadable, beside = list[Pending](), list[str](), removals(journal)
    for set_id, state in _ids(journal, account):
        try:
            change_set = journal.change_set(set_id)
            since = datetime.fromisoformat(change_set.created_at)
            events = journal.events(set_id)
            found.append(
                Pending(
                    change_set,
                    state,
                    since,
                    _expiry(events, state),
                    _assigned(events),
                    journal.made_on(set_id),
                    _why_not(journal, change_set, events, beside),
                )
            )
        except ConfigError as error:
            unreadable.append(str(error))
    places = {
        one.change_set.id: ((one.change_set.world, one.change_set.account), journal.left(one.change_set))
        for one in found
        if not one.hopeless
    }
    shared = shared_by_set(places)
    found = [replace(one, also_in=shared.get(one.change_set.id, NOTHING)) for one in found]
    return sorted(found, key=_oldest_and_dearest), unreadable


def age(long: timedelta) -> str:
    """How long something waits, as people say it."""
    minutes = max(int(long.total_seconds() // 60), 0)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _why_not(
    journal: Journal, change_set: ChangeSet, events: Sequence[Mapping[str, Any]], beside: Beside
) -> str:
    """Why a set cannot be applied: from here, at all, or when somebody tried last."""
    if journal.elsewhere(change_set):
        return standing(journal, change_set)
    if why := hopeless(journal, change_set, beside):
        return why
    last = [event for event in events if not event["change_id"]][-1]
    if last["event"] != UNSEEN:
        return ""
    return f"{json.loads(last['data'])['why']} (tried {clock(datetime.fromisoformat(last['ts']))})"


def _ids(journal: Journal, account: str) -> Iterator[tuple[str, SetState]]:
    for state in WAITING:
        for row in journal.recent(account, EVERY, state=state):
            yield row["id"], state


def _expiry(events: Sequence[Mapping[str, Any]], state: SetState) -> datetime | None:
    if state == "proposed":
        return None
    given = [event["ts"] for event in events if event["event"] == "approved"]
    return datetime.fromisoformat(given[-1]) + APPROVAL_HOLDS if given else None


def _assigned(events: Sequence[Mapping[str, Any]]) -> str:
    named = [json.loads(event["data"])["to"] for event in events if event["event"] == "assigned"]
    return str(named[-1]) if named else ""


def _oldest_and_dearest(one: Pending) -> tuple[object, ...]:
    spend = one.spend_minor
    dearest = (one.change_set.currency, -spend) if spend is not None else ("", 0)
    sandboxed = one.change_set.world.startswith("sandbox")
    return (sandboxed, one.since.date(), *dearest, one.since, one.change_set.id)
