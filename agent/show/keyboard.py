"""Asks a person at a terminal: only what is typed after the question stands there answers it."""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO, cast

from rich.console import Console
from rich.text import Text

from agent.show.broken_lines import has_width, hung, put

TRIES = 3
PASTED = "\x1b[200~"
_MARK_PASTES, _UNMARK_PASTES = "\x1b[?2004h", "\x1b[?2004l"
_TOGETHER_S = 0.05
"""Lines that come closer to each other than this were not typed one after the other."""
PASTED_SAID = "Pasted text answers no question. Read it, then type the answer."
forgetting: list[Callable[[], None]] = []
"""What else holds keys that were pressed before a question, each asked to forget them."""
UNREADABLE = "That is no text that can be read here (it is not UTF-8). Type it again."


def typed(console: Console, question: str) -> str:
    """What was typed; nothing when pastes or bytes that are no text were all that came.

    What waits from before is thrown away, and so is a paste: it was made before the question was read. Raises EOFError.
    """
    for _ in range(TRIES):
        forget_pending()
        _terminal(_MARK_PASTES)
        try:
            said = line(console, question)
        finally:
            _terminal(_UNMARK_PASTES)
        if said is None:
            put(console, Text(f"  {UNREADABLE}", style="yellow"))
        elif PASTED not in said and not _more_pending():
            return said.strip()
        else:
            put(console, Text(f"  {PASTED_SAID}", style="yellow"))
    forget_pending()
    return ""


def can_edit() -> bool:
    """Whether there is a terminal at both ends that can do more than show one line after the other."""
    streams = (sys.stdin, sys.stdout)
    if os.name != "posix" or not all(stream is not None and stream.isatty() for stream in streams):
        return False
    return os.environ.get("TERM", "") not in ("", "dumb", "unknown")


def line(console: Console, prompt: Text | str) -> str | None:
    """A line as it was typed, or None when its bytes are no text. Raises EOFError."""
    try:
        said = console.input(_laid_out(console, prompt), markup=False, stream=cast("TextIO", _Keys))
        said.encode()
    except UnicodeError:  # the locale decides whether reading or writing it is what fails
        return None
    except (EOFError, KeyboardInterrupt):
        console.print()  # what is said next begins a line
        raise
    return said


class _Keys:
    """What Rich reads a line from."""

    @staticmethod
    def readline() -> str:
        _await_line()
        return input()


def _await_line() -> None:
    """Wait until a line is there to be read.

    A signal that comes between two instructions of `input`, before it begins to read, is heard only with the next key.
    """
    if os.name != "posix" or sys.stdin is None or threading.current_thread() is not threading.main_thread():
        return
    with suppress(OSError, ValueError):
        if sys.stdin.isatty():
            heard, told = os.pipe()
            os.set_blocking(told, False)  # as `set_wakeup_fd` wants it
            before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
            try:
                keys = sys.stdin.fileno()
                while keys not in select.select([keys, heard], [], [])[0]:
                    os.read(heard, 1024)  # its handler did not end the wait
            finally:
                signal.set_wakeup_fd(before)
                os.close(heard)
                os.close(told)


def _laid_out(console: Console, prompt: Text | str) -> Text:
    """A question broken at the width there is; what is typed stands behind its last line."""
    text = prompt if isinstance(prompt, Text) else Text(prompt)
    if not has_width(console):
        return text
    lines = [p for line in text.split("\n", allow_blank=True) for p in hung(line, console, console.width - 1)]
    return Text("\n").join(lines) + (" " if text.plain.endswith(" ") else "")


def forget_pending() -> None:
    """Throw away what was typed or pasted so far and not yet read."""
    for forget in forgetting:
        forget()
    with suppress(ImportError, OSError, ValueError):
        import termios

        if sys.stdin.isatty():
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _more_pending() -> bool:
    with suppress(ImportError, OSError, ValueError):
        if sys.stdin.isatty():
            return bool(select.select([sys.stdin.fileno()], [], [], _TOGETHER_S)[0])
    return False


def _terminal(code: str) -> None:
    """Steer the terminal, where there is one at both ends, whichever stream of ours leads to it."""
    if sys.stdin is None or not sys.stdin.isatty():
        return
    for stream in (sys.stderr, sys.stdout):
        if stream is not None and stream.isatty():
            stream.write(code)
            stream.flush()
            return
