"""How the life of a set is said on the page."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from agent.writes.journal_reader import Archive, SetState

STATES: Mapping[SetState, str] = {
    "proposed": "waits for approval",
    "approved": "approved, not sent",
    "applying": "being applied, or cut off",
    "applied": "applied",
    "partly_applied": "applied in part",
    "failed": "not done",
    "declined": "declined",
    "undone": "undone",
}


class Happened(NamedTuple):
    """Something in the life of a set: proposed, decided on, begun, ended."""

    at: str
    state: str
    who: str
    why: str


def happened(journal: Archive, set_id: str) -> list[Happened]:
    """What happened to a set as a whole, oldest first. Raises ConfigError when its events were altered."""
    events = [
        event for event in journal.events(set_id) if not event["change_id"] and event["event"] in STATES
    ]
    told = [(event["ts"], event["event"], json.loads(event["data"])) for event in events]
    return [Happened(at, state, data.get("who", ""), data.get("reason", "")) for at, state, data in told]
