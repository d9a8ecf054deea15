"""`adsteward show ID`: what was proposed, and what became of it."""

from contextlib import closing
from typing import TYPE_CHECKING

from agent.cli.opening import nothing_to_record
from agent.run.places import open_journal, stored_set
from agent.run.report import StoredSet, as_json
from agent.setup.settings import Options
from agent.show.ending import print_json
from agent.show.stored_lines import stored_lines
from agent.writes.change_events import Proposed, Settled
from agent.writes.journal import Journal
from tools.domain.changes import ChangeSet

if TYPE_CHECKING:
    from agent.show.screen import Screen


def show(options: Options, change_set_id: str) -> int:
    """A stored change set, by whose limits it was judged, and what became of it. Raises ConfigError."""
    nothing_to_record(options, "adsteward show")
    with closing(open_journal(options)) as journal:
        change_set = stored_set(options, journal, change_set_id)
        if options.json:
            stored = StoredSet.read(journal, change_set)
            print_json(as_json(stored) | {"events": journal.events(change_set_id)})
        else:
            from agent.show.screen import Screen

            put_on(Screen(), journal, change_set)
    return 0


def put_on(screen: "Screen", journal: Journal, change_set: ChangeSet) -> None:
    """Show a person a stored change set. Raises ConfigError when its events were altered."""
    stored = StoredSet.read(journal, change_set)
    journal.events(change_set.id)
    screen(Proposed(change_set, ""))
    for line in stored_lines(stored):
        screen.say(f"  {line}")
    if any(outcome.attempt for outcome in stored.outcomes):
        screen.settled(Settled(change_set.id, stored.state, stored.outcomes))
