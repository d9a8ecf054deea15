"""`adsteward history`: what was proposed, applied and undone in a workspace, and what came of it."""

from contextlib import closing
from datetime import UTC, datetime

from agent.cli.opening import meant_for_sandbox, nothing_to_record, open_session
from agent.run.places import open_journal
from agent.run.report import STANDS
from agent.setup.settings import Options, load_settings
from agent.show.ending import print_json
from agent.show.table_file import chosen, ended, saved
from agent.writes.other_workspaces import waiting_elsewhere

MOST_SHOWN = 1000
MOST_SETS = 50
"""Of which figures are asked for at once."""


def history(options: Options, limit: int, since: datetime | None = None) -> int:
    """The newest change sets of this workspace, or of them those that became what they are since a moment. Raises ConfigError."""
    nothing_to_record(options, "adsteward history")
    output = chosen(options)
    with closing(open_journal(options)) as journal:
        account, since = options.account or "", since.replace(tzinfo=UTC) if since else None
        number = journal.count(account, since)
        found = journal.recent(account, max(limit, number) if output else limit, since=since)
        doubt = "" if options.json else journal.bring_in_line(journal.moment)
    sets, file = found[:limit], saved(output, "history", found)
    if options.json:
        rows = [row | {"status": STANDS[row["state"]]} for row in sets]
        print_json({"change_sets": rows, "of": number} | file.told)
        return file.code
    from agent.show.broken_lines import has_width
    from agent.show.history_table import line, table
    from agent.show.screen import Screen

    screen = Screen()
    if doubt:
        screen.say(doubt, style="yellow")
    if sets and has_width(screen.out):
        screen.out.print(table(sets))
    else:
        nothing = (
            f"Nothing was proposed or decided since {since:%Y-%m-%d} UTC."
            if since
            else "Nothing was proposed in this workspace yet."
        )
        screen.say("\n".join(map(line, sets)) or nothing)
    if number > len(sets):
        all_there = (
            f"--limit {min(number, MOST_SHOWN)} shows more" if limit < MOST_SHOWN else "--output FILE has all"
        )
        screen.line(f"{len(sets)} of {number}, the newest; {all_there}.")
    for told in waiting_elsewhere(load_settings(options, whole=False)):
        screen.line(told)
    if file.said:
        screen.line(file.said)
    return file.code


def outcomes(options: Options, limit: int) -> int:
    """The newest changes with the cost per result before and since. Raises Stop."""
    from agent.show.outcome_table import table
    from agent.show.screen import Screen

    screen = None if options.json else Screen(verbose=options.verbose)
    output = chosen(options)
    meant_for_sandbox(options, "history --outcomes --sandbox")
    session = open_session(options, "none", screen=screen)
    try:
        asked = {"limit": min(limit, MOST_SETS), "outcomes": True}
        report, result = session.tool("history", asked, request="history --outcomes")
        if options.json:
            return ended(report, output, session.tables.newest, as_json=True, result=result)
        if screen and isinstance(result, dict) and "outcomes" in result:
            screen.out.print(table(result["outcomes"], str(result["outcomes_note"])))
        return ended(report, output, session.tables.newest, as_json=False)
    finally:
        session.close()
