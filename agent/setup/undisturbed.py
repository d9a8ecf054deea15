"""Between a request and its record nobody breaks in: whoever asks to stop waits for the answer that is on its way."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite kill, a terminal that was closed."""
_heard = list[int]()


def end_politely() -> None:
    """Have a kill and a closed terminal end a run as Ctrl-C does; what was told to be ignored stays so."""
    for number in ENDS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def told_to_end() -> bool:
    """Whether a kill or a closed terminal interrupted: the whole process is meant, where Ctrl-C means one request."""
    return any(number != signal.SIGINT for number in _heard)


def _interrupt(number: int, _: FrameType | None = None) -> None:
    _heard.append(number)
    raise KeyboardInterrupt


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off what would interrupt until the end of the block; the second time it interrupts at once.

    Only the main thread is ever interrupted. Raises KeyboardInterrupt at the end when it was asked for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = list[int]()

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            _interrupt(number)

    handlers = {number: signal.getsignal(number) for number in ENDS}
    ours = {n: was for n, was in handlers.items() if was in (_interrupt, signal.default_int_handler)}
    for number in ours:
        signal.signal(number, note)
    try:
        yield
    finally:
        for number, was in ours.items():
            signal.signal(number, was)
    if asked:
        _interrupt(asked[0])
