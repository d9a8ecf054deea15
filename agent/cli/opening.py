"""Opens what commands work with: the journal, a session, the model, in the world that the options name."""

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from agent.run.braking import settings_of_set
from agent.run.places import made_in, noting_unseen, open_journal, stored_set, unattended_s
from agent.run.reopen import check_account
from agent.run.session import Session
from agent.setup.settings import Mode, Options, Settings, load_settings
from agent.setup.stops import ConfigError
from agent.writes.approval import Approver, Nobody, approved_by
from tools.domain.changes import ChangeSet
from tools.graph import WaitBudget

if TYPE_CHECKING:
    from agent.run.events import Emit
    from agent.show.screen import Screen

ATTENDED_WAIT_S = 120.0
"""At a terminal a longer wait is asked for."""
NO_KEYBOARD = "nobody can be asked: the input is no terminal"


def at_terminal() -> bool:
    """Whether a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def approval_mode(options: Options) -> Mode:
    """Who approves: as was asked for, else a person who is there."""
    return options.approve or ("ask" if at_terminal() and not options.json else "none")


def open_session(
    options: Options,
    mode: Mode,
    *,
    fresh: bool = False,
    model: str = "",
    approver: Approver | None = None,
    screen: "Screen | None" = None,
    settings: Settings | None = None,
    wait_budget: WaitBudget | None = None,
) -> Session:
    """A session whose screen and approver fit the options, with the settings and the waiting of these, or given ones. Raises Stop."""
    listener: Emit = silent
    if options.json and mode == "ask" and approver is None:
        approver, listener = _asking_aside()
    wait_budget = wait_budget or WaitBudget(unattended_s(options))
    if not options.json:
        from agent.show.console import ConsoleApprover
        from agent.show.screen import Screen

        listener = screen = screen or Screen(verbose=options.verbose)
        if approver is None and mode == "ask":
            approver = ConsoleApprover(screen) if _keyboard() else Nobody(NO_KEYBOARD)
            limit_s = ATTENDED_WAIT_S if options.max_wait_s is None else options.max_wait_s
            if isinstance(approver, ConsoleApprover):
                wait_budget = WaitBudget(limit_s, ask=approver.waits)
    session = Session.open(
        options,
        approver=approver or Nobody(),
        listener=listener,
        mode=mode,
        fresh=fresh,
        model=model,
        wait_budget=wait_budget,
        settings=settings,
    )
    if screen:
        for note in session.world.notes:
            screen.line(f"  {note}", style="yellow")
    return session


def _keyboard() -> bool:
    """Whether a person can type an answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def _asking_aside() -> "tuple[Approver, Emit]":
    """Who asks while the output is JSON: a person at the terminal, who sees the set on standard error."""
    if not (_keyboard() and sys.stderr is not None and sys.stderr.isatty()):
        return Nobody(NO_KEYBOARD), silent
    from agent.show.console import ConsoleApprover
    from agent.show.screen import Screen
    from agent.writes.change_events import Proposed

    screen = Screen(aside=True)
    return ConsoleApprover(screen), lambda event: screen(event) if isinstance(event, Proposed) else None


def reopen(options: Options, change_set_id: str, *, undo: bool = False) -> tuple[Session, ChangeSet]:
    """A session in the world that a stored change set belongs to; to apply what only stops, no brand file need be right. Raises ConfigError."""
    with closing(open_journal(options)) as journal:
        change_set = stored_set(options, journal, change_set_id)
    options = made_in(options, change_set)
    mode = approval_mode(options)
    standing = approved_by("the command line") if options.approve is None and mode == "none" else None
    settings = load_settings(options) if undo else settings_of_set(options, change_set)
    with noting_unseen(options, change_set):
        session = open_session(options, mode, approver=standing, settings=settings)
    try:
        check_account(session, change_set)
    except ConfigError:
        session.close()
        raise
    return session, change_set


def meant_for_sandbox(options: Options, way: str) -> None:
    """Where there is no token: that what was applied last was in the sandbox, and the way there. Raises ConfigError."""
    if options.sandbox or load_settings(options, whole=False).token:
        return
    with closing(open_journal(options)) as journal:
        last = next(iter(journal.recent(options.account or "", 1, state="applied")), None)
    if last and last["world"] == "sandbox":
        raise ConfigError(
            f"There is no access token, and what was applied last was in the sandbox: `adsteward {way.format(last['id'])}`."
            " Nothing was changed."
        )


def nothing_to_record(options: Options, command: str) -> None:
    """Refuses `--record` where Meta is not asked. Raises ConfigError."""
    if options.record:
        raise ConfigError(
            f"`{command}` asks Meta nothing, so there is nothing to record. Leave --record out."
        )


def silent(_: object) -> None:
    """Hears everything and says nothing: JSON output has no screen."""
