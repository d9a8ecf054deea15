"""`adsteward undo ID`: takes a change set back."""

from contextlib import closing
from dataclasses import replace

from agent.cli.opening import at_terminal, reopen
from agent.notices.run_notices import telling
from agent.setup.settings import Options
from agent.setup.stops import Exit
from agent.show.ending import reported


def undo(options: Options, change_set_id: str) -> int:
    """Take a change set back; naming it on the command line approves that, a terminal is asked all the same."""
    session, _ = reopen(options, change_set_id)
    with closing(session), telling(session, attended=at_terminal()):
        report, result = session.tool(
            "undo", {"change_set_id": change_set_id}, request=f"undo {change_set_id}"
        )
        note = str(result.get("note") or "") if isinstance(result, dict) else ""
        if not report.change_sets and report.exit_code == Exit.DONE:
            note = f"Nothing was changed: {note or 'there is nothing to undo'}."
        report = replace(report, answer="\n".join(part for part in (report.answer, note) if part))
        return reported(report, as_json=options.json)
