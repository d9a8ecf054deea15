"""A folder in memory where there is a large one, so that files which live for one test never reach a disk."""

import os
from pathlib import Path

ENOUGH_BYTES = 2_000_000_000
"""All tests together leave half a gigabyte at most until they end."""


def _in_memory(folder: Path) -> Path | None:
    """The folder, if it has room and programs in it may be run."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return None
    about = os.statvfs(folder)
    free_bytes = about.f_bavail * about.f_frsize
    return folder if free_bytes >= ENOUGH_BYTES and not about.f_flag & os.ST_NOEXEC else None


MEMORY = _in_memory(Path("/dev/shm"))  # noqa: S108
"""None where there is no such folder: files are then made where they usually are."""
