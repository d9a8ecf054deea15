"""`adsteward show ID`: what was proposed, and what became of it."""

from contextlib import closing

from agent.cli.opening import open_journal, stored_set
from agent.run.report import StoredSet, as_json
from agent.setup.settings import Options
from agent.show.ending import print_json
from agent.writes.change_events import Proposed, Settled
from tools.domain.text import visible


def show(options: Options, change_set_id: str) -> int:
    """A stored change set and what became of it."""
    with closing(open_journal(options)) as journal:
        change_set = stored_set(options, journal, change_set_id)
        stored = StoredSet.read(journal, change_set)
        events = journal.events(change_set_id)
    if options.json:
        print_json(as_json(stored) | {"events": events})
        return 0
    from agent.show.screen import Screen

    screen = Screen()
    screen(Proposed(change_set, ""))
    screen.say(f"  asked for: {visible(change_set.request)}")
    screen.say(f"  state: {stored.state} · world: {change_set.world} · proposed {change_set.created_at}")
    if any(outcome.attempt for outcome in stored.outcomes):
        screen.settled(Settled(change_set_id, stored.state, stored.outcomes))
    return 0
