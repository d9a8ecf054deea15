"""Where a command or a page works: the journal of its options, the world that a stored set was made for, the model."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from agent.models.model import RULES, Model
from agent.setup.own_files import make_private
from agent.setup.own_sandbox import sandbox_begun
from agent.setup.settings import Options, load_settings
from agent.setup.stops import AbsentError, ConfigError, UnseenError
from agent.writes.journal import Journal
from agent.writes.journal_reader import ALWAYS
from agent.writes.other_workspaces import holding, named
from sandbox import DEMO_ACCOUNT
from tools.domain.changes import ChangeSet

UNATTENDED_WAIT_S = 900.0
"""How long a run may wait for Meta where nobody can be asked."""


def unattended_s(options: Options) -> float:
    """How long a run with these options may wait for Meta where nobody can be asked."""
    return UNATTENDED_WAIT_S if options.max_wait_s is None else options.max_wait_s


def model_name(options: Options) -> str:
    """Claude's when a key or a local server is there, else that of the offline rules; an argument decides. Raises ConfigError."""
    from agent.models.claude import DEFAULT_MODEL, connected

    return load_settings(options, whole=False).loaded.brand.model or (DEFAULT_MODEL if connected() else RULES)


def choose_model(options: Options) -> Model:
    """The model of that name. Raises ConfigError where it cannot be used."""
    name = model_name(options)
    if name != RULES:
        from agent.models.claude import Claude

        return Claude(name, sleep=time.sleep)
    from agent.models.offline import Offline

    return Offline()


def open_journal(options: Options) -> Journal:
    """The journal of the workspace. Raises ConfigError."""
    settings = load_settings(options, whole=False)
    make_private(settings.state)
    return Journal(settings.journal, begun=sandbox_begun(settings) or ALWAYS)


def found_set(workspace: Path, journal: Journal, change_set_id: str) -> ChangeSet:
    """A stored set of a workspace; of one that lies in another it is said where. Raises ConfigError."""
    try:
        return journal.change_set(change_set_id)
    except AbsentError:
        if folder := holding(workspace, change_set_id):
            raise AbsentError(
                f"{change_set_id} is not of the workspace {workspace} but of another one of yours:"
                f" give the command {named(folder)} as well. Nothing was changed."
            ) from None
        raise


def stored_set(options: Options, journal: Journal, change_set_id: str) -> ChangeSet:
    """A stored set, if the options do not say another place than its own. Raises ConfigError."""
    change_set = found_set(load_settings(options, whole=False).workspace, journal, change_set_id)
    kept = f"sandbox:{options.sandbox_state.resolve()}" if options.sandbox_state else ""
    said = {
        f"--sandbox-state {options.sandbox_state}": kept in ("", change_set.world),
        "--sandbox": not options.sandbox or change_set.world.startswith("sandbox"),
        f"--account {options.account}": options.account in (None, change_set.account),
    }
    if wrong := next((option for option, fits in said.items() if not fits), ""):
        made_for = f"{change_set.world}, {change_set.account}"
        raise ConfigError(
            f"{change_set_id} was made for {made_for}, and you say {wrong}. Leave that out. Nothing was changed."
        )
    return change_set


@contextmanager
def noting_unseen(options: Options, change_set: ChangeSet) -> Iterator[None]:
    """A session is opened for a stored set inside; that its account is not seen is kept with the set. Raises Stop."""
    try:
        yield
    except UnseenError as stop:
        with closing(open_journal(options)) as journal:
            journal.unseen(change_set, str(stop))
        raise


def made_in(options: Options, change_set: ChangeSet) -> Options:
    """The options of a run in the world that a stored set was made for, and in its account.

    The sandbox's own account also stands for one that the brand file names and the sandbox lacks.
    """
    sandboxed = change_set.world.startswith("sandbox")
    kept = change_set.world.removeprefix("sandbox:") if change_set.world.startswith("sandbox:") else ""
    stands_in = sandboxed and change_set.account == DEMO_ACCOUNT
    account = options.account if stands_in else change_set.account
    return replace(options, sandbox=sandboxed, sandbox_state=Path(kept) if kept else None, account=account)
