"""One process at a time: a file whose lock is held meanwhile. The kernel frees it when its holder dies."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOOK_AGAIN_S = 0.05


@contextlib.contextmanager
def held(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock of a file, which is made when it is not there, and stays.

    Raises BlockingIOError when another holds it for longer than `wait_s`, and OSError when it cannot be used.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        ends_at = time.monotonic() + wait_s
        while not _taken(handle):
            if time.monotonic() >= ends_at:
                raise BlockingIOError(f"{path} is held by another process.")
            time.sleep(LOOK_AGAIN_S)
        try:
            yield
        finally:
            _free(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # held by another, as systems say it
        return False
    return True


def _free(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)
