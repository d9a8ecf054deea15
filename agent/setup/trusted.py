"""The workspaces that the person chose: no other folder's settings are taken just because one stands in it.

A folder is known by its path, its owner and what it is on the disk: another one laid in its place was not chosen.
"""

import json
from pathlib import Path
from typing import Any

from agent.setup import private
from agent.setup.stops import ConfigError
from tools.domain.text import clean


def record() -> Path:
    """The private file that remembers them."""
    return private.folder() / "workspaces.json"


def folders() -> list[Path]:
    """All that were chosen, whatever became of them. Raises ConfigError."""
    return [Path(path) for path in _read()]


def is_chosen(folder: Path) -> bool:
    """Whether exactly this folder was chosen. Raises ConfigError when the record cannot be used."""
    real = folder.resolve()
    return (known := _read().get(str(real))) is not None and known == _identity(real)


def choose(folder: Path) -> None:
    """Remember a folder. Raises ConfigError."""
    real = folder.resolve()
    private.write(record(), json.dumps({**_read(), str(real): _identity(real)}, indent=1))


def left_aside(folder: Path) -> str:
    """What is said of a workspace that nobody chose."""
    name = clean(str(folder))
    return (
        f"{name} has a workspace that nobody chose; using {private.folder()}."
        f" Use it with --workspace {name}, or `adsteward init {name}`.\n"
    )


def _read() -> dict[str, Any]:
    text = private.read(record())
    try:
        known = json.loads(text) if text else {}
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise ConfigError(
            f"{record()} is damaged. Remove it; then `adsteward init FOLDER` chooses a workspace again."
        )
    return known


def _identity(real: Path) -> dict[str, int] | None:
    try:
        found = real.stat()
    except OSError:
        return None
    return {"owner": found.st_uid, "device": found.st_dev, "inode": found.st_ino}
