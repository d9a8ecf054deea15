"""What became of an account's change sets since a moment, as the journal has it: nothing is asked of Meta."""

from datetime import datetime

from agent.writes.journal import Journal
from tools.domain.text import clock, counted, shortened, visible, zone_of

MOST_SETS = 50
"""The newest of them are looked at."""
LONGEST = 80
ENDS = {
    "applied": "applied",
    "partly_applied": "applied in part",
    "failed": "failed",
    "declined": "declined",
    "undone": "undone",
}


def since(journal: Journal, account: str, moment: datetime) -> list[str]:
    """A line for each set that was proposed or ended since, the oldest first. Raises ConfigError for an altered journal."""
    told = list[str]()
    for row in reversed(journal.recent(account, MOST_SETS)):
        states = [
            (datetime.fromisoformat(event["ts"]), str(event["event"]))
            for event in journal.events(row["id"])
            if not event["change_id"]
        ]
        new = [(at, state) for at, state in states if at > moment and (state in ENDS or state == "proposed")]
        if new:
            at, state = new[-1]
            became = ENDS.get(state, "proposed, and waits" if row["state"] == "proposed" else "proposed")
            asked = shortened(visible(row["request"]), LONGEST)
            told.append(
                f"{row['id']} was {became} {clock(at.astimezone(zone_of(row['timezone'])))}: {counted(row['changes'], 'change')}, asked for: {asked}"
            )
    return told
