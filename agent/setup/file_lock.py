"""One process at a time: a file whose lock is held meanwhile. The kernel frees it when its holder dies."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOOK_AGAIN_S = 0.05

Release = Callable[[], None]


@contextlib.contextmanager
def held(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock of a file, which is made when it is not there.

    Raises BlockingIOError when another holds it for longer than `wait_s`, and OSError when it cannot be used.
    """
    take, ends_at = _taken if os.name == "posix" else _taken_elsewhere, time.monotonic() + wait_s
    while (release := take(path)) is None:
        if time.monotonic() >= ends_at:
            raise BlockingIOError(f"{path} is held by another process.")
        time.sleep(LOOK_AGAIN_S)
    try:
        yield
    finally:
        release()


def _taken(path: Path) -> Release | None:
    """How the lock is given back; None when another holds it, or took its file away just now."""
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # the second is how some network drives say it
            return None
        stack.callback(
            fcntl.flock, handle, fcntl.LOCK_UN
        )  # before it: a forked process may have it open, too
        return stack.pop_all().close if os.fstat(handle).st_nlink else None


def _taken_elsewhere(path: Path) -> Release | None:
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)  # nobody else has it
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock.release
