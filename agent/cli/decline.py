"""`adsteward decline ID`: withdraws a change set that waits."""

from contextlib import closing

from agent.cli.opening import nothing_to_record
from agent.run.places import open_journal, stored_set
from agent.run.report import StoredSet, as_json
from agent.setup.settings import Options
from agent.show.ending import print_json


def decline(options: Options, change_set_id: str, reason: str) -> int:
    """Withdraw a proposed set, so that it cannot be applied by its id any more; nothing is sent."""
    nothing_to_record(options, "adsteward decline")
    with closing(open_journal(options)) as journal:
        change_set = stored_set(options, journal, change_set_id)
        journal.decline(change_set, "the command line", reason)
        stored = StoredSet.read(journal, change_set)
    if options.json:
        print_json(as_json(stored))
        return 0
    from agent.show.screen import Screen

    Screen().say(f"{change_set_id} is declined. Nothing was changed in the account.")
    return 0
