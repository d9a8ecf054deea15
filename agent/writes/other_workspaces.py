"""Change sets that lie in another workspace of this person than the one that counts here."""

import shlex
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from agent.setup import private, trusted
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from agent.stores.engine import FAILED, shared_place
from agent.writes.journal_reader import Archive
from tools.domain.text import counted

CAME_OF_ITSELF = ("current folder", "default")
"""How a workspace counts that nobody named; then another one may be meant."""


def named(folder: Path) -> str:
    """The option that makes a workspace count."""
    return f"--workspace {shlex.quote(str(folder))}"


def holding(workspace: Path, change_set_id: str) -> Path | None:
    """The other workspace that has a change set."""
    for folder, journal in _others(workspace):
        with suppress(ConfigError, *FAILED):
            journal.state(change_set_id)
            return folder
    return None


def waiting_elsewhere(settings: Settings) -> list[str]:
    """A line for each other workspace in which something waits, where this one was not named."""
    return waiting_beside(settings.workspace) if settings.workspace_origin in CAME_OF_ITSELF else []


def waiting_beside(workspace: Path) -> list[str]:
    """A line for each other workspace in which something waits, and how it is seen."""
    return [
        f"{counted(number, 'change set')} wait{'s' if number == 1 else ''} in another workspace of yours:"
        f" `adsteward inbox {named(folder)}`."
        for folder, journal in _others(workspace)
        if (number := _waiting(journal))
    ]


def _waiting(journal: Archive) -> int:
    with suppress(ConfigError, *FAILED):
        return len(journal.recent("", 1000, state="proposed"))
    return 0


def _others(workspace: Path) -> Iterator[tuple[Path, Archive]]:
    """The journals of the person's own folder and of the workspaces they chose; machines that share one have no other."""
    chosen = list[Path]()
    with suppress(ConfigError):  # a damaged record is said where it counts
        chosen = trusted.folders()
    for folder in dict.fromkeys([private.folder(), *chosen] if not shared_place() else []):
        with suppress(ConfigError, *FAILED):
            path = folder / "state" / "journal.sqlite"
            if folder.resolve() != workspace.resolve() and path.is_file() and path.stat().st_size:
                with closing(Archive(path, now=lambda: datetime.now(UTC))) as journal:
                    yield folder, journal
