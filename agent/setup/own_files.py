"""What adsteward keeps for itself: only the person can reach it, and nothing that a model asks for opens it."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from agent.setup import private, trusted
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from tools.domain.files import Closed

OTHERS = 0o077
KEYS = frozenset(
    {
        "gate.key",
        "hooks.token",
        "http.token",
        "token",
        "web-browsers.key",
        "web-users.json",
        "workspaces.json",
    }
)
"""What is worth nothing once others could read or write it."""


def closed(settings: Settings) -> Closed:
    """Every state folder that is known, the sandbox's file and what lies in the home folder."""
    places = [settings.state, private.folder(), *(folder / "state" for folder in trusted.folders())]
    if kept := settings.options.sandbox_state:
        places += [kept.with_name(kept.name + end) for end in ("", "-wal", "-shm", "-journal")]
    return Closed(tuple(dict.fromkeys(place.absolute() for place in places)))


def make_private(state: Path) -> None:
    """See that only the person can enter a state folder and read its files; it is made where there is none.

    What is open to others is closed to them, as is the folder in the person's home.
    Raises ConfigError for what belongs to somebody else, and for a link in it: what is kept would be written elsewhere.
    """
    try:
        private.make_folder(state)
        _no_links(state)
        if os.name == "posix":
            _close(state, state.stat(), look_inside=True)
            if (home := private.folder()).is_dir():
                _close(home, home.stat(), look_inside=False)
    except OSError as error:
        raise ConfigError(
            f"{state} cannot be made private ({error.strerror}). Nothing was changed."
        ) from None


def _no_links(folder: Path, *, top: bool = True) -> None:
    """Refuse links in a folder and all below; the folder itself may be one, which its owner chose.

    Hard ones only at the top: below it nobody foresees what a file will be called, or it is replaced as a whole.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise ConfigError(
                    f"{entry.path} is a link, and what adsteward keeps would be written where it leads. Nothing was changed."
                    " Remove the link; to keep all of it elsewhere, the state folder as a whole may be one."
                )
            if entry.is_dir(follow_symlinks=False):
                _no_links(Path(entry), top=False)
            elif top and _names(entry) > 1:
                raise ConfigError(
                    f"{entry.path} is a hard link: what adsteward keeps would be written into a file that has another name, too."
                    f" Nothing was changed. `cp -p {entry.path} NEW`, then `mv NEW {entry.path}` makes it a file of its own."
                )


def _names(entry: os.DirEntry[str]) -> int:
    """How many names a file has; none for one that is gone by now."""
    try:
        return entry.stat(follow_symlinks=False).st_nlink
    except FileNotFoundError:  # SQLite removes its log when the last process closes it
        return 0


def _close(path: Path, found: os.stat_result, *, look_inside: bool) -> None:
    """Close a file, or a folder with its files; what lies in a folder that was closed already, nobody could reach.

    Keys stay as they are: one that others could read is no secret, and is refused when it is used.
    """
    if found.st_uid != os.geteuid():
        raise ConfigError(
            f"{path} belongs to another user, who could change what was approved. Nothing was changed."
            f" `sudo chown -R $(id -u) {path}` makes it yours, or use another --workspace."
        )
    is_open = bool(found.st_mode & OTHERS)
    if is_open:
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    if stat.S_ISDIR(found.st_mode) and (is_open or look_inside):
        with os.scandir(path) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # SQLite removes its log when the last process closes it
                    if entry.name not in KEYS:
                        _close(Path(entry), entry.stat(follow_symlinks=False), look_inside=is_open)
