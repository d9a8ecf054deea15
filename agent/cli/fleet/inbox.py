"""`adsteward inbox`: all change sets that wait, over all accounts and worlds of a state folder."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from agent.cli.show import show
from agent.fleet.pending_sets import Pending, age, pending
from agent.run.places import found_set, open_journal
from agent.run.report import StoredSet, as_json
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.show.ending import print_json
from agent.show.table_file import chosen, saved
from agent.writes.journal import Journal
from agent.writes.other_workspaces import waiting_elsewhere
from agent.writes.set_lists import STATES
from tools.domain.text import clean, clock_of, shortened, visible
from tools.graph.redact import Redactor

LONGEST_NAME = 80
HOW = (
    "`adsteward inbox show ID` shows one whole, `adsteward apply ID` asks for your approval and does it,"
    " `adsteward decline ID` withdraws it; `adsteward history` keeps who decided."
)


def inbox(options: Options, mine: str = "") -> int:
    """What waits, oldest and dearest first; with `mine` only what is asked of that person. Raises ConfigError."""
    output = chosen(options)
    with closing(open_journal(options)) as journal:
        waiting, unreadable = pending(journal, options.account or "")
        waiting = [one for one in waiting if not mine or one.assigned_to.casefold() == clean(mine).casefold()]
        objects = [_object(journal, one) for one in waiting] if options.json else []
    file = saved(output, "inbox", [_row(one) for one in waiting])
    if options.json:
        print_json({"waiting": objects, "unreadable": unreadable} | file.told)
        return file.code
    from agent.show.screen import Screen

    screen, now = Screen(), datetime.now(UTC)
    for one in waiting:
        screen.say("\n".join(_lines(one, now)))
    for problem in unreadable:
        screen.say(problem, style="yellow")
    nothing = f"Nothing waits for {visible(mine)}." if mine else "Nothing waits for an approval."
    screen.say(HOW if waiting else nothing)
    for line in [] if mine else waiting_elsewhere(load_settings(options, whole=False)):
        screen.say(line)
    if file.said:
        screen.line(file.said)
    return file.code


def assign(options: Options, change_set_id: str, name: str) -> int:
    """Ask somebody to decide on a set. Raises ConfigError for one that does not wait, and for no name."""
    name = shortened(Redactor().tokens(clean(name)), LONGEST_NAME)
    if not name:
        raise ConfigError("Say who is to decide, for example: adsteward inbox assign ID Maria")
    with closing(open_journal(options)) as journal:
        change_set = found_set(load_settings(options, whole=False).workspace, journal, change_set_id)
        journal.assign(change_set, "the command line", name)
        stored = as_json(StoredSet.read(journal, change_set)) | {"assigned_to": name}
    if options.json:
        print_json(stored)
        return 0
    from agent.show.screen import Screen

    Screen().say(
        f"{change_set_id} is asked of {visible(name)}: `adsteward inbox --mine {visible(name)!r}` lists it. Nothing was changed in the account."
    )
    return 0


def show_one(options: Options, change_set_id: str) -> int:
    """One set, complete, and how it is ended. Raises ConfigError."""
    code = show(options, change_set_id)
    if not options.json:
        from agent.show.screen import Screen

        with closing(open_journal(options)) as journal:
            Screen().say(journal.standing(journal.change_set(change_set_id).account, change_set_id))
    return code


def _lines(one: Pending, now: datetime) -> list[str]:
    from agent.show.change_lines import total_effect, world_name

    held, name = one.change_set, visible(one.change_set.account_name or one.change_set.account)
    ends = _expiry(one, now)
    asked = f" · asked of {visible(one.assigned_to)}" if one.assigned_to else ""
    made_on = f" · from {visible(one.machine)}" if one.machine else ""
    return [
        f"{held.id}  {world_name(held.world)} {name} ({held.account}) · {age(now - one.since)} old · {STATES[one.state]}{ends}{asked}{made_on}",
        f"  {total_effect(held.changes)}",
        f"  asked for: {visible(held.request)}",
        *([f"  {visible(one.also_in.said)}"] if one.also_in.said else []),
        *(
            [f"  cannot be applied: {visible(one.hopeless)} `adsteward decline {held.id}` takes it out."]
            if one.hopeless
            else []
        ),
    ]


def _expiry(one: Pending, now: datetime) -> str:
    if one.expires_at is None:
        return ""
    at = clock_of(one.expires_at.isoformat(), one.change_set.settings.get("timezone", "UTC"))
    return f", until {at}" if one.expires_at > now else f"; the approval ended {at}"


def _row(one: Pending) -> dict[str, Any]:
    """A set as a row of a file."""
    held = one.change_set
    return {
        "change_set": held.id,
        "state": one.state,
        "world": held.world,
        "account": held.account,
        "account_name": held.account_name,
        "changes": len(held.changes),
        "spend_per_day_minor": one.spend_minor,
        "stays_in_budgets_per_day_minor": one.stays_minor,
        "currency": held.currency,
        "also_in": ", ".join(one.also_in.sets),
        "request": held.request,
        "since": one.since.isoformat(),
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "cannot_be_applied": one.hopeless,
    }


def _object(journal: Journal, one: Pending) -> dict[str, Any]:
    held = as_json(StoredSet.read(journal, one.change_set))
    return held | {
        "since": one.since.isoformat(),
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "spend_per_day_minor": one.spend_minor,
        "stays_in_budgets_per_day_minor": one.stays_minor,
        "also_in": {"names": one.also_in.names, "sets": one.also_in.sets},
        "assigned_to": one.assigned_to,
        "machine": one.machine,
        "cannot_be_applied": one.hopeless,
    }
