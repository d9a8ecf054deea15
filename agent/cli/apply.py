"""`adsteward apply ID`: applies a change set that was saved."""

from agent.cli.opening import at_terminal, reopen
from agent.notices.run_notices import telling
from agent.run.reopen import carry_out
from agent.setup.settings import Options
from agent.setup.stops import Declined
from agent.show.ending import reported


def apply(options: Options, change_set_id: str) -> int:
    """Apply a stored set. The id commits to its content, so typing it approves it; a terminal is asked all the same."""
    session, change_set = reopen(options, change_set_id)
    try:
        if session.journal.state(change_set_id) == "declined" and session.mode != "ask":
            raise Declined(
                f"{change_set_id} was declined. Ask for the change again, or apply it at a terminal. Nothing was sent."
            )
        with telling(session, attended=at_terminal()):
            return reported(carry_out(session, change_set), as_json=options.json)
    finally:
        session.close()
