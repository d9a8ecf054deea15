"""How states and moments are said on the page."""

from collections.abc import Mapping
from datetime import timedelta

from agent.writes.journal_reader import SetState

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


def age(long: timedelta) -> str:
    """How long something waits, as people say it."""
    minutes = max(int(long.total_seconds() // 60), 0)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
