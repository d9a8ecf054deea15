"""`adsteward undo ID`: takes a change set back."""

from contextlib import closing

from agent.cli.opening import at_terminal, reopen
from agent.notices.run_notices import telling
from agent.run.reopen import take_back
from agent.setup.settings import Options
from agent.show.ending import reported


def undo(options: Options, change_set_id: str) -> int:
    """Take a change set back; naming it on the command line approves that, a terminal is asked all the same."""
    session, _ = reopen(options, change_set_id)
    with closing(session), telling(session, attended=at_terminal()):
        return reported(take_back(session, change_set_id), as_json=options.json)
