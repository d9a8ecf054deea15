"""`adsteward undo ID`: takes a change set back."""

from agent.cli.opening import reopen
from agent.run.reopen import take_back
from agent.setup.settings import Options
from agent.show.ending import reported


def undo(options: Options, change_set_id: str) -> int:
    """Take a change set back; naming it on the command line approves that, a terminal is asked all the same."""
    session, _ = reopen(options, change_set_id)
    try:
        return reported(take_back(session, change_set_id), as_json=options.json)
    finally:
        session.close()
