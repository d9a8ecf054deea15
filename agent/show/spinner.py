"""A line that says what is being done and for how long, while nothing else is shown; it leaves no trace."""

import os
import threading
import time
from typing import IO

from rich.cells import set_cell_size

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
UNNOTICED_S = 0.4
"""What is done sooner is not worth a line."""
EVERY_S = 0.12
_ERASE = "\r\x1b[2K"


class Spinner:
    """Turns at the end of a terminal from `show` until `hide`; where there is none, or nobody wants one, it does nothing.

    After `hide` nothing more is written until the next `show`.
    """

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream if stream is not None and _wanted(stream) else None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._what = ""
        self._since = 0.0
        self._rows = 0
        self._shown = False
        self._thread: threading.Thread | None = None

    def show(self, what: str) -> None:
        """Say that this is being done, from now on."""
        if self._stream is None:
            return
        with self._lock:
            self._what, self._since, self._rows = what, time.monotonic(), 0
            if self._thread is None:
                self._thread = threading.Thread(target=self._turn, daemon=True)
                self._thread.start()
        self._wake.set()

    def read(self, rows: int) -> None:
        """Count rows that were read for it."""
        with self._lock:
            self._rows += rows

    def hide(self) -> None:
        """Erase the line."""
        with self._lock:
            self._what = ""
            self._wake.clear()
            self._erase()

    def _turn(self) -> None:
        frame = 0
        while self._wake.wait():
            with self._lock:
                self._draw(FRAMES[frame % len(FRAMES)])
            frame += 1
            time.sleep(EVERY_S)

    def _draw(self, frame: str) -> None:
        passed_s = time.monotonic() - self._since
        if not self._what or passed_s < UNNOTICED_S or self._stream is None:
            return
        rows = f" · {self._rows:,} rows read" if self._rows else ""
        text = f"{frame} {self._what}{rows} · {passed_s:.0f} s"
        self._put(_ERASE + set_cell_size(text, max(_columns(self._stream) - 1, 10)).rstrip())
        self._shown = True

    def _erase(self) -> None:
        if self._shown:
            self._put(_ERASE)
            self._shown = False

    def _put(self, text: str) -> None:
        try:
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
        except (OSError, ValueError):
            self._stream = None  # nobody is there to be told


def _wanted(stream: IO[str]) -> bool:
    """Whether a line can be drawn and erased there, and nobody asked for plain text."""
    try:
        terminal = stream.isatty()
    except ValueError:
        return False
    dumb = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return terminal and not dumb and not os.environ.get("NO_COLOR")


def _columns(stream: IO[str]) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 80
