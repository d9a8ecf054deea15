"""What a person types in a talk behind a `/`: done here and now, without a model."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from agent.cli.accounts import put_accounts
from agent.cli.desk.sessions import put_talks
from agent.cli.desk.talk import Talk
from agent.run.refused import stop_of
from agent.run.reopen import take_back, take_back_last
from agent.run.report import Report
from agent.setup.stops import ConfigError, Exit
from agent.show.table_file import chosen, filled
from tools.domain.text import shortened, visible
from tools.graph import GraphFailure
from tools.read.accounts_today import accounts_today

HELP: Mapping[str, str] = {
    "help": "what can be typed here",
    "accounts": "the accounts of the token",
    "use": "ACCOUNT: go on in another account",
    "waiting": "the change sets that wait",
    "show": "ID: a change set, whole",
    "apply": "[ID]: ask for your approval and do it",
    "decline": "ID: withdraw a change set",
    "undo": "[ID]: take a change set back",
    "redo": "[ID]: take an undo back, which makes the change again",
    "chart": "[OF WHAT]: draw a chart",
    "export": "[FILE]: the last table as .xlsx, .csv or .json; --force writes over one",
    "resume": "[ID]: go on with an earlier talk",
    "quit": "leave; the talk is kept",
}
"""Every command, and what it does."""
KEYS = (
    "Tab completes names, accounts and files; ↑ and Ctrl-R find what you typed before; Alt-Enter, or \\ at the end, begins a new line;"
    " Ctrl-C stops a request; Ctrl-D leaves."
)
ASK = "Anything else is a request in your words: how are my ads doing? · pause underperforming ads · spend by campaign last month"
_FORCE = re.compile(r"(?:^|\s)--force(?=\s|$)")
_COMMAND = re.compile(r"/(?P<name>[a-zA-Z]+)(?:\s+(?P<rest>.*))?", re.DOTALL)


def done(talk: Talk, said: str) -> str:
    """Do what stands behind a `/`; gives what is left to do as a request in words, or nothing. Raises Stop."""
    match = _COMMAND.fullmatch(said)
    if not match:
        return said
    name, rest = match["name"].lower(), (match["rest"] or "").strip()
    begun = [command for command in HELP if command.startswith(name)]
    if name not in HELP and len(begun) == 1:
        name = begun[0]
    if not rest and name in _ALONE:
        return done(talk, _ALONE[name])
    if name in _DO:
        return _DO[name](talk, rest)
    if name in HELP or name in _OLD or name in _WORDS:
        return f"{'' if name in _WORDS else '/'}{name} {rest}".rstrip()
    if Path(said.split(maxsplit=1)[0]).exists():
        return said  # a request that begins with a file
    near = difflib.get_close_matches(name, HELP, n=1)
    meant = f" Did you mean /{near[0]}?" if near else ""
    raise ConfigError(
        f"There is no /{shortened(name, 40)}.{meant} /help lists what there is; nothing was asked or changed."
    )


_ALONE: Mapping[str, str] = {
    "use": "/accounts",
    "show": "/waiting",
    "decline": "/decline it",
    "forget": "/decline it",
}
"""What some mean without the ID or name that they take."""
_OLD = frozenset({"approve", "forget", "withdraw", "drop", "discard", "adsteward"})
"""Other words for them, as they are understood without the slash."""
_WORDS = frozenset({"history", "stop", "remember"})
"""Requests that some type behind a slash."""


def _help(talk: Talk, _: str) -> str:
    wide = max(map(len, HELP)) + 2
    talk.screen.say("\n".join(f"  {'/' + name:<{wide}} {does}" for name, does in HELP.items()))
    talk.screen.say(ASK)
    talk.screen.say(KEYS, style="dim")
    return ""


def _accounts(talk: Talk, _: str) -> str:
    try:
        seen = accounts_today(talk.session.world.reader)
    except GraphFailure as failure:
        raise stop_of(failure, " Nothing was changed.") from None
    talk.learned.accounts.update({str(row["id"]): str(row["name"] or "") for row in seen.accounts})
    put_accounts(talk.screen, seen, talk.session.world.account.id)
    return ""


def _undo(talk: Talk, rest: str) -> str:
    return _taken_back(
        talk, take_back(talk.session, rest) if rest else take_back_last(talk.session), "undo", rest
    )


def _redo(talk: Talk, rest: str) -> str:
    again = take_back(talk.session, rest) if rest else take_back_last(talk.session, again=True)
    return _taken_back(talk, again, "redo", rest)


def _taken_back(talk: Talk, report: Report | str, word: str, which: str) -> str:
    if isinstance(report, str):
        talk.screen.say(report)
        return ""
    talk.waiting.heard(report)
    if report.answer:
        talk.screen.say(report.answer, style="" if report.exit_code in (Exit.DONE, Exit.APPROVAL) else "red")
    asked = f"{word} {which}".rstrip()
    talk.tell(asked, report.answer or report.status)
    if report.change_sets:
        talk.keep(asked)
    return ""


def _chart(_: Talk, rest: str) -> str:
    return f"draw a chart of {rest.removeprefix('of ')}" if rest else "draw a chart of the last 30 days"


def _export(talk: Talk, rest: str) -> str:
    table = talk.session.tables.newest
    if table is None:
        talk.screen.say("There is no table yet: ask for one, such as spend by campaign last month.")
        return ""
    rest, forced = _FORCE.subn("", rest)
    file = Path(rest.strip(" \"'“”")).expanduser() if rest.strip() else Path(f"{table.what}.xlsx")
    output = chosen(replace(talk.session.settings.options, output=file, force=bool(forced)))
    told, said = filled(output, table) if output else ({}, "")
    talk.screen.say(said, style="" if "file" in told else "red")
    return ""


def _resume(talk: Talk, rest: str) -> str:
    if rest:
        talk.resume(rest)
    else:
        with talk.talks() as talks:
            kept, unread = talks.listed()
        put_talks(talk.screen, kept, unread)
        talk.screen.say("/resume ID goes on with one." if kept else "")
    return ""


_DO: Mapping[str, Callable[[Talk, str], str]] = {
    "help": _help,
    "accounts": _accounts,
    "undo": _undo,
    "redo": _redo,
    "chart": _chart,
    "export": _export,
    "resume": _resume,
    "sessions": _resume,
}


def named(talk: Talk) -> str:
    """What a talk is called when it is left, or nothing when none was kept."""
    return (
        f"`adsteward chat --resume {talk.kept.id}` goes on with this talk: {visible(talk.kept.first)}"
        if talk.kept
        else ""
    )
