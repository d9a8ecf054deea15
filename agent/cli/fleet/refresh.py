"""`adsteward accounts --refresh`: reads every account anew, one after the other, for the page to show."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from agent.cli.fleet.opening import state_of
from agent.cli.fleet.work import exit_code
from agent.cli.opening import open_session
from agent.overview.all_accounts import Read, accounts_of, look_at_all
from agent.overview.snapshots import Snapshots
from agent.run.session import Session
from agent.setup.settings import Options
from agent.show.ending import print_json
from agent.show.screen import Screen
from agent.show.table_file import chosen, saved
from tools.domain.text import clean, visible


def refresh(options: Options) -> int:
    """Read the accounts of the token, or the one that is named; what cannot be read of one says so. Raises Stop."""
    output = chosen(options)
    accounts, complete = accounts_of(options)

    def opened(account: str) -> Session:
        return open_session(replace(options, account=account, json=True), "none")

    done = list[Read]()
    with closing(Snapshots.of(state_of(options))) as snapshots:
        for read in look_at_all(accounts, opened, snapshots, complete=complete):
            done.append(read)
            if not options.json:
                _say(read)
    rows = [_row(one) for one in done]
    file = saved(output, "accounts", rows)
    if options.json:
        print_json({"accounts": rows, "complete": complete} | file.told)
    elif file.said:
        Screen().line(file.said)
    return exit_code([row["exit_code"] for row in rows]) or file.code


def _row(one: Read) -> dict[str, Any]:
    return {
        "account": one.account,
        "name": one.name,
        "problem": one.problem,
        "exit_code": int(one.exit_code),
    }


def _say(one: Read) -> None:
    screen = Screen()
    what = "not all of it was read" if one.problem else "read"
    screen.say(f"{visible(one.name)} ({one.account}): {what}.")
    for line in one.problem.splitlines():
        screen.say(f"  {clean(line)}", style="yellow")
