"""What the commands do."""

import json
import shutil
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.models.model import Model
from agent.run.events import Emit
from agent.run.reopen import belongs, carry_out
from agent.run.report import StoredSet, as_json
from agent.run.session import Session
from agent.setup.settings import STACK, Mode, Options, data_file, load_settings
from agent.setup.stops import ConfigError
from agent.show.ending import print_json, reported
from agent.writes.approval import Approver, Nobody, Standing
from agent.writes.change_events import Proposed, Settled
from agent.writes.journal import Journal
from tools import registry
from tools.domain.changes import ChangeSet
from tools.graph import Patience

if TYPE_CHECKING:
    from agent.show.screen import Screen

ATTENDED_WAIT_S = 120.0
"""At a terminal a longer wait is asked for."""
UNATTENDED_WAIT_S = 900.0


def run(options: Options, request: str) -> int:
    """One request, from words to exit code."""
    if not request.strip():
        raise ConfigError('Say what to do, for example: adsteward run "how are my ads doing?"')
    with_person = at_terminal() and not options.json
    mode = options.approve or ("ask" if with_person else "none")
    model = choose_model(options)
    session = open_session(options, mode, fresh=options.sandbox, model=model.name)
    try:
        return reported(session.run(request, model), as_json=options.json)
    finally:
        session.close()


def apply(options: Options, change_set_id: str) -> int:
    """Apply a stored set. The id commits to its content, so typing it approves it; a terminal is asked all the same."""
    session, change_set = _reopen(options, change_set_id)
    try:
        return reported(carry_out(session, change_set), as_json=options.json)
    finally:
        session.close()


def undo(options: Options, change_set_id: str) -> int:
    """Take a change set back; naming it on the command line approves that, a terminal is asked all the same."""
    session, _ = _reopen(options, change_set_id)
    try:
        report, result = session.tool(
            "undo", {"change_set_id": change_set_id}, request=f"undo {change_set_id}"
        )
        note = str(result.get("note") or "") if isinstance(result, dict) else ""
        if not report.change_sets:
            note = note or "Nothing to undo."
        report = replace(report, answer="\n".join(part for part in (report.answer, note) if part))
        return reported(report, as_json=options.json)
    finally:
        session.close()


def show(options: Options, change_set_id: str) -> int:
    """A stored change set and what became of it."""
    with closing(_journal(options)) as journal:
        change_set = journal.change_set(change_set_id)
        stored = StoredSet(change_set, journal.state(change_set_id), tuple(journal.outcomes(change_set)))
        events = journal.events(change_set_id)
    if options.json:
        print_json(as_json(stored) | {"events": events})
        return 0
    from agent.show.screen import Screen

    screen = Screen()
    screen(Proposed(change_set, ""))
    screen.say(f"  asked for: {change_set.request}")
    screen.say(f"  state: {stored.state} · world: {change_set.world} · proposed {change_set.created_at}")
    if any(outcome.attempt for outcome in stored.outcomes):
        screen.settled(Settled(change_set_id, stored.state, stored.outcomes))
    return 0


def history(options: Options, limit: int) -> int:
    """The newest change sets of this workspace."""
    with closing(_journal(options)) as journal:
        sets = journal.recent(options.account or "", limit)
    if options.json:
        print_json({"change_sets": sets})
        return 0
    from agent.show.screen import Screen

    screen = Screen()
    for row in sets:
        noun = "change" if row["changes"] == 1 else "changes"
        screen.say(
            f"{row['id']}  {row['when'][:16]}  {row['state']:<14} {row['changes']} {noun}  {row['request']}"
        )
    if not sets:
        screen.say("Nothing was proposed in this workspace yet.")
    return 0


def tool(options: Options, name: str, text: str) -> int:
    """One tool directly; prints the JSON of a run and the tool's own result."""
    if name == "list":
        print_json(registry.definitions({tool.shelf for tool in registry.TOOLS}))
        return 0
    if name not in registry.BY_NAME:
        raise ConfigError(f"There is no tool {name!r}; there are {', '.join(registry.BY_NAME)}.")
    try:
        arguments = json.loads(_input() if text == "-" else text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f'The input is not JSON ({error}). For example: adsteward tool inspect \'{{"id": "…"}}\''
        ) from None
    _check_input(name, arguments)
    session = open_session(replace(options, json=True), options.approve or "none")
    try:
        report, result = session.tool(name, arguments)
        return reported(report, as_json=True, result=result)
    finally:
        session.close()


def init(folder: Path) -> int:
    """Copy the default workspace; never over an existing brand file."""
    target = folder / STACK
    if target.exists():
        raise ConfigError(f"{target} is there already; nothing was changed.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data_file(f"workspace/{STACK.as_posix()}"), target)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written ({error.strerror}).") from None
    sys.stdout.write(
        f"Made {target}. Fill it in, then:\n"
        "  export FACEBOOK_ACCESS_TOKEN=…     (a System User token is best)\n"
        f"  adsteward doctor --workspace {folder}\n"
    )
    return 0


def _input() -> str:
    return sys.stdin.read() if sys.stdin else ""


def at_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def choose_model(options: Options) -> Model:
    """Claude when a key or a local server is there, else the offline rules; an argument decides.

    Raises ConfigError.
    """
    import time

    from agent.models.claude import DEFAULT_MODEL, Claude, connected

    name = load_settings(options).loaded.brand.model or (DEFAULT_MODEL if connected() else "offline")
    if name != "offline":
        return Claude(name, sleep=time.sleep)
    from agent.models.offline import Offline

    return Offline()


def open_session(
    options: Options,
    mode: Mode,
    *,
    fresh: bool = False,
    model: str = "",
    approver: Approver | None = None,
    screen: "Screen | None" = None,
) -> Session:
    """A session whose screen and approver fit the options. Raises Stop."""
    listener: Emit = _silent
    patience = Patience(UNATTENDED_WAIT_S if options.max_wait_s is None else options.max_wait_s)
    if not options.json:
        from agent.show.console import ConsoleApprover
        from agent.show.screen import Screen

        listener = screen = screen or Screen(verbose=options.verbose)
        if approver is None and mode == "ask":
            approver = ConsoleApprover(screen)
            limit_s = ATTENDED_WAIT_S if options.max_wait_s is None else options.max_wait_s
            patience = Patience(limit_s, ask=approver.waits)
    session = Session.open(
        options,
        approver=approver or Nobody(),
        listener=listener,
        mode=mode,
        fresh=fresh,
        model=model,
        patience=patience,
    )
    if screen:
        for note in session.world.notes:
            screen.line(f"  {note}", style="yellow")
    return session


def _reopen(options: Options, change_set_id: str) -> tuple[Session, ChangeSet]:
    """A session in the world that a stored change set belongs to. Raises ConfigError."""
    with closing(_journal(options)) as journal:
        change_set = journal.change_set(change_set_id)
    sandboxed = change_set.world.startswith("sandbox")
    kept = change_set.world.removeprefix("sandbox:") if change_set.world.startswith("sandbox:") else ""
    account = None if sandboxed else change_set.account
    options = replace(options, sandbox=sandboxed, sandbox_state=Path(kept) if kept else None, account=account)
    mode: Mode = options.approve or ("ask" if at_terminal() and not options.json else "none")
    standing = Standing("the command line") if options.approve is None and mode == "none" else None
    session = open_session(options, mode, approver=standing)
    try:
        belongs(session, change_set)
    except ConfigError:
        session.close()
        raise
    return session, change_set


def _check_input(name: str, arguments: Any) -> None:
    from tools.domain.tool import ToolError

    try:
        registry.validated(registry.find(name), arguments)
    except ToolError as error:
        raise ConfigError(str(error)) from None


def _journal(options: Options) -> Journal:
    return Journal(load_settings(options).state / "journal.sqlite")


def _silent(_: object) -> None:
    """JSON output has no screen."""
