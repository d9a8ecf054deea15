"""`adsteward undo [ID]`: takes a change set back, the last one without an id."""

from contextlib import closing

from agent.cli.opening import approval_mode, at_terminal, meant_for_sandbox, open_session, reopen
from agent.notices.run_notices import telling
from agent.run.reopen import take_back, take_back_last
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.ending import reported


def undo(options: Options, change_set_id: str) -> int:
    """Take a change set back; naming it on the command line approves that, a terminal is asked all the same. Raises ConfigError."""
    if not change_set_id:
        return _last(options)
    session, _ = reopen(options, change_set_id, undo=True)
    with closing(session), telling(session, attended=at_terminal()):
        return reported(take_back(session, change_set_id), as_json=options.json)


def _last(options: Options) -> int:
    """Take back what was applied last in the account, which nobody named: that is asked, or waits."""
    meant_for_sandbox(options, "undo {}")
    session = open_session(options, approval_mode(options))
    with closing(session), telling(session, attended=at_terminal()):
        report = take_back_last(session)
        if isinstance(report, str):
            raise ConfigError(report)
        return reported(report, as_json=options.json)
