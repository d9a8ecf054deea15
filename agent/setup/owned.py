"""Limits count only if nobody but the person could have written them."""

import os
import stat
from pathlib import Path

from agent.setup.stops import ConfigError

BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
ROOT = 0


def must_be_own(path: Path, top: Path) -> None:
    """Check a file of settings and its folders up to `top`, in which another file could be put in its place.

    A link is judged by what it leads to, and by where it stands. Raises ConfigError with the fix.
    """
    if os.name != "posix":
        return
    try:
        chain = [(place, place.stat()) for place in _chain(path, top)] if path.exists() else []
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"{path} cannot be read ({getattr(error, 'strerror', error)}).") from None
    if foreign := [place for place, found in chain if found.st_uid not in (ROOT, os.geteuid())]:
        raise ConfigError(
            f"{foreign[0]} belongs to another user, so the settings in {path} are not used. If they are yours:"
            f" `sudo chown $(id -u) {_names(foreign)}`. Nothing was sent."
        )
    if open_to_others := [place for place, found in chain if found.st_mode & BY_OTHERS]:
        raise ConfigError(
            f"Others can write to {open_to_others[0]}, so the settings in {path} are not used. If they are yours:"
            f" `chmod go-w {_names(open_to_others)}`. Nothing was sent."
        )


def take_back(path: Path, top: Path) -> list[Path]:
    """Take from others what lets them change a file of settings, where it is the person's; gives what was changed."""
    if os.name != "posix":
        return []
    changed = []
    for place in _chain(path, top):
        found = place.stat()
        if found.st_mode & BY_OTHERS and found.st_uid == os.geteuid():
            place.chmod(stat.S_IMODE(found.st_mode) & ~BY_OTHERS)
            changed.append(place)
    return changed


def _chain(path: Path, top: Path) -> list[Path]:
    """The file, its folders up to `top`, and where both really are."""
    real = path.resolve()
    beyond = _between(real, top.resolve())
    return list(dict.fromkeys([path, *_between(path, top), real, *(beyond or [real.parent])]))


def _between(path: Path, top: Path) -> list[Path]:
    """The folders of a file up to `top`; none where it does not stand in there."""
    folders = list(path.parents)
    return folders[: folders.index(top) + 1] if top in folders else []


def _names(places: list[Path]) -> str:
    return " ".join(f"'{place}'" for place in places)
