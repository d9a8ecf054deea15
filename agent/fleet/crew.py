"""Several workers on one machine: a process each, so that none of them can take another down."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence

AGAIN_S = 5.0
"""Before a worker that fell over is started again."""
LOOK_S = 0.2


def lead(command: Sequence[str], workers: int, *, again: bool, say: Callable[[str], None]) -> list[int]:
    """Run so many of a command until they end, or Ctrl-C, which all are told once and waited for; gives their exit codes.

    With `again` one that fell over is started again.
    """
    running = [_start(command) for _ in range(workers)]
    codes = list[int]()
    try:
        while running:
            time.sleep(LOOK_S)
            for ended in [one for one in running if one.poll() is not None]:
                running.remove(ended)
                if not again or ended.returncode in (0, 2, 130):
                    codes.append(ended.returncode)
                    continue
                say(f"Worker {ended.pid} fell over ({ended.returncode}); another takes its place.")
                time.sleep(AGAIN_S)
                running.append(_start(command))
    except KeyboardInterrupt:
        for one in running:
            one.send_signal(signal.SIGINT)
        codes += [one.wait() for one in running]
    return codes


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """A worker that hears Ctrl-C from us alone, as a second one would cut it short."""
    return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
