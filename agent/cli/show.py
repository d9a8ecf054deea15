"""`adsteward show ID`: what was proposed, and what became of it."""

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from agent.cli.opening import nothing_to_record, open_journal, stored_set
from agent.run.report import StoredSet, as_json
from agent.setup.settings import Options
from agent.show.ending import print_json
from agent.writes.change_events import Proposed, Settled
from agent.writes.journal import Journal
from tools.domain.changes import ChangeSet
from tools.domain.money import separated
from tools.domain.text import clock, visible

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
    screen.say(f"  asked for: {visible(change_set.request)}")
    screen.say(f"  state: {stored.state} · world: {change_set.world} · proposed {_at(change_set)}")
    screen.say(f"  {_limits(change_set)}")
    if any(outcome.attempt for outcome in stored.outcomes):
        screen.settled(Settled(change_set.id, stored.state, stored.outcomes))


def _limits(change_set: ChangeSet) -> str:
    """The settings that a set was judged by: from where, as of when, and what they say."""
    held = dict(change_set.settings)
    origin, workspace = held.pop("origin", ""), held.pop("workspace", "")
    if not origin:
        return "limits: an older version of adsteward did not keep by which ones it was judged"
    values = [f"{key} {separated(visible(text.replace(chr(10), ', ')))}" for key, text in held.items()]
    told = f": {'; '.join(values)}" if values else ""
    place = f" of the workspace {visible(workspace)}" if workspace and workspace not in origin else ""
    return f"limits: {visible(origin)}{place}, as they were on {_at(change_set)}{told}"


def _at(change_set: ChangeSet) -> str:
    return clock(datetime.fromisoformat(change_set.created_at))
