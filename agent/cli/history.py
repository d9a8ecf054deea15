"""`adsteward history`: what was proposed, applied and undone in a workspace."""

from contextlib import closing

from agent.cli.opening import nothing_to_record, open_journal
from agent.run.report import STANDS
from agent.setup.settings import Options
from agent.setup.stops import Exit
from agent.show.change_lines import world_name
from agent.show.ending import print_json
from agent.show.table_file import chosen, filled
from tools.domain.tables.kept_tables import Table
from tools.domain.text import counted, visible


def history(options: Options, limit: int) -> int:
    """The newest change sets of this workspace. Raises ConfigError."""
    nothing_to_record(options, "adsteward history")
    output = chosen(options)
    with closing(open_journal(options)) as journal:
        sets = journal.recent(options.account or "", limit)
    told, written = filled(output, Table("", "history", sets.copy)) if output else ({}, "")
    code = Exit.USAGE if "problem" in told else Exit.DONE
    if options.json:
        print_json(
            {"change_sets": [row | {"status": STANDS[row["state"]]} for row in sets]}
            | ({"output": told} if output else {})
        )
        return code
    from agent.show.screen import Screen

    screen = Screen()
    for row in sets:
        changes, place = (
            counted(row["changes"], "change"),
            f"{world_name(row['world'])} {visible(row['account'])}",
        )
        said = f"{row['id']}  {place}  {row['when'][:16]}  {row['state']:<14} {changes}  {visible(row['request'])}"
        screen.say(said)
    if not sets:
        screen.say("Nothing was proposed in this workspace yet.")
    if written:
        screen.line(written)
    return code
