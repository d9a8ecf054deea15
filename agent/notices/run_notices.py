"""What people elsewhere should hear of a run, gathered from what happens in it: what waits, what is wrong, what came to rest."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.notices.messenger import WAITS, aside, guarded, tell
from agent.notices.notice_text import Notice, defused
from agent.run.events import Emit, Event, ToolFinished
from agent.run.session import Session
from agent.show.change_lines import total_effect, verb, world_name
from agent.writes.change_events import Landed, Proposed
from tools.domain.account import Account
from tools.domain.changes import ChangeSet
from tools.domain.text import counted, listed
from tools.read.daily.emptying import LIFETIME
from tools.read.daily.problems import CAP, OF_ONE, USED_UP

DAILY_CHECK = "daily_check"
LONGEST_PROBLEM = 220
MOST_NAMES = 3
_MORE = re.compile(r"and [0-9]+ more")
"""Stands for the problems that an answer has no room for."""
_FIGURE = re.compile(r"[0-9][0-9.,]*")
_NAMED_OR_FIGURE = re.compile(rf"(“[^”]*” \([0-9]+\))|{_FIGURE.pattern}")
"""A name with its id, as a group, or a figure."""


@dataclass(slots=True)
class Heard:
    """A listener that passes everything on and keeps what people elsewhere should hear."""

    inner: Emit
    proposed: dict[str, ChangeSet] = field(default_factory=dict)
    landed: dict[str, Landed] = field(default_factory=dict)
    problems: list[str] | None = None
    """Of the last daily check; None where there was none."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Proposed):
            self.proposed[event.change_set.id] = event.change_set
        elif isinstance(event, Landed) and event.ads:
            self.landed[event.change_set_id] = event
        elif isinstance(event, ToolFinished) and event.name == DAILY_CHECK and not event.is_error:
            self.problems = _problems(event.content)
        try:
            self.inner(event)
        except (
            OSError,
            ValueError,
            SystemExit,
        ):  # its screen is gone; what happens is heard here all the same
            self.inner = lambda _: None


@contextmanager
def telling(session: Session, *, attended: bool) -> Iterator[None]:
    """Tell people elsewhere what came of the runs inside, after they ended: all of it, or if a person is there only launches."""
    heard = session.listener = Heard(session.listener)
    try:
        yield
    finally:
        aside(guarded(lambda: _told(session, heard, attended=attended)))


def _told(session: Session, heard: Heard, *, attended: bool) -> list[str]:
    account, kind = session.world.account, f"problem {session.world.id} {session.world.account.id} "
    place = _place(session.world.id, account.name, account.id)
    notices = [launch_notice(landed, place) for landed in heard.landed.values()]
    over = dict[str, list[str]]()
    if not attended:
        waiting = [one for one in heard.proposed.values() if session.journal.state(one.id) == "proposed"]
        notices += [waiting_notice(change_set) for change_set in waiting]
        checked = heard.problems or []
        lines = dict.fromkeys([*_standstill(account), *checked])
        found = [_problem(line, kind, place) for line in lines if not _MORE.fullmatch(line)]
        notices += found
        if heard.problems is not None and not any(map(_MORE.fullmatch, checked)):
            over = {kind: [one.thing for one in found]}
    targets = session.settings.loaded.brand.notify
    return tell(session.settings.state, targets, notices, account.zone, over=over)


def waiting_notice(change_set: ChangeSet) -> Notice:
    """That a set waits: what it does, how much per day, who asked for it, and the commands that end it."""
    where = _place(change_set.world, change_set.account_name, change_set.account)
    done = [f"{verb(change)} “{defused(change.name, 60)}”" for change in change_set.changes]
    lines = [
        f"Waits for your approval: {defused(total_effect(change_set.changes), 300)}",
        listed(done, most=MOST_NAMES),
        f"Asked for: {defused(change_set.request)}",
        f"Look: adsteward inbox show {change_set.id} – then adsteward apply {change_set.id}, or adsteward decline {change_set.id}",
    ]
    return Notice(f"{WAITS}{change_set.id}", "waiting", where, "\n".join(lines))


def launch_notice(landed: Landed, place: str) -> Notice:
    """That a launch came to rest, complete or not: once for each way it stands."""
    done, of = sum(ad.outcome == "done" for ad in landed.ads), len(landed.ads)
    name = defused(landed.ads[0].launch)
    said = f"Launch “{name}”: {done} of {counted(of, 'ad')} made, PAUSED."
    then = f"adsteward show {landed.change_set_id}"
    if done < of:
        said, then = f"{said} The rest was not.", f"{then} – adsteward apply {landed.change_set_id} goes on"
    return Notice(f"launch {landed.change_set_id} {done}", "launches", place, f"{said}\nLook: {then}")


def _place(world: str, name: str, account: str) -> str:
    return f"{world_name(world)} · {defused(name or 'account')} ({account})"


def _standstill(account: Account) -> list[str]:
    """Why nothing of the account runs, in the words of the daily check, whatever the run was about."""
    used_up = account.cap_left_minor is not None and account.cap_left_minor <= 0
    return [line for line in (account.problem, USED_UP if used_up else "") if line]


def _problems(content: str) -> list[str]:
    """The problems of a daily check of this account, as its answer has them; those of other accounts are not told."""
    answers = json.loads(content).get("answers")
    return [str(line) for line in answers.get("problems", ())] if isinstance(answers, dict) else []


def _problem(line: str, kind: str, place: str) -> Notice:
    """One problem; it is the same as long as nothing but its figures changes."""
    same = hashlib.sha256(_without_figures(line).encode()).hexdigest()[:16]
    told = defused(line, LONGEST_PROBLEM)
    return Notice(f"{kind}{same}", "budgets" if line.startswith((CAP, LIFETIME)) else "problems", place, told)


def _without_figures(line: str) -> str:
    """A problem without what moves from day to day; names keep their numbers: Ad 1 is not Ad 2."""
    if line.startswith(OF_ONE):
        return line
    if line.startswith(LIFETIME):
        return _NAMED_OR_FIGURE.sub(lambda found: found[1] or "#", line)
    said, colon, names = line.partition(": ")
    return _FIGURE.sub("#", said) + colon + names
