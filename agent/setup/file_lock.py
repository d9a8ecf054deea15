"""One process at a time: a file whose lock is held meanwhile. The kernel frees it when its holder dies."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

LOOK_AGAIN_S = 0.05


@contextlib.contextmanager
def held(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock of a file, which is made when it is not there.

    Raises BlockingIOError when another holds it for longer than `wait_s`, and OSError when it cannot be used.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)  # nobody else has it
    ends_at = time.monotonic() + wait_s
    while not lock.is_locked:
        try:
            lock.acquire()
        except Timeout:
            if time.monotonic() >= ends_at:
                raise BlockingIOError(f"{path} is held by another process.") from None
            time.sleep(LOOK_AGAIN_S)
    try:
        yield
    finally:
        lock.release()
