"""Commands at real terminals of a given size: what is typed into them, and what they show."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import warm

ROOT = Path(__file__).parents[2]
PROMPT = "\n> "
"""Of a talk."""
_BEGINS = "\x1b[?2004h"
WIDTHS = (40, 80, 120, 200)
PRESSED_AGAIN_S = 15
"""Python may begin to read a line just after it looked for a signal, and then hears of it when Ctrl-C is pressed again."""
SHOWN_WITHIN_S = 60
_BLANK = re.compile(r"\x08\x1b\[2C")
_LINE_END = re.compile(r"\r+\n")
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A terminal with `adsteward ARGUMENTS` in it; what was typed before it started waits."""

    arguments: tuple[str, ...]
    columns: int = 80
    typed_before: bytes = b""
    elsewhere: tuple[str, ...] = ()
    """Streams, such as `stdout`, that do not go to the terminal; `out` holds what they said."""
    out: Path | None = None
    env: dict[str, str] = field(default_factory=dict)
    raw: str = ""
    """All that was shown, with what steers the terminal."""

    def __post_init__(self) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, self.columns, 0, 0))
        os.write(self.master, self.typed_before)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **self.env}
        for size in ("COLUMNS", "LINES"):
            env.pop(size, None)
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
        aside = self.out.open("wb") if self.out else subprocess.DEVNULL
        streams |= dict.fromkeys(self.elsewhere, aside)
        command = [sys.executable, "-m", "agent", *self.arguments]
        self.process = warm.Popen(command, env=env, **streams)
        os.close(slave)
        if self.out:
            aside.close()
        self._seen = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def until(self, *texts: str) -> str:
        """What was shown since the last look, once one of these stands there. Fails when it never does."""
        while not any(map(self._stands, texts)):
            assert select.select([self.master], [], [], SHOWN_WITHIN_S)[0], self.raw
            more = self._read()
            assert more, self.raw
            self.raw += more
        shown, self._seen = self.raw[self._seen :], len(self.raw)
        return plain(shown)

    def _stands(self, text: str) -> bool:
        shown = self.raw[self._seen :]
        if text == PROMPT and self.env.get("TERM") != "dumb":  # it is drawn again while somebody types
            _, begun, shown = shown.rpartition(_BEGINS)
            return begun != "" and text in plain(shown)
        return text in plain(shown)

    def type(self, text: str | bytes) -> None:
        os.write(self.master, text if isinstance(text, bytes) else text.encode())

    def interrupt(self, *texts: str) -> str:
        """Press Ctrl-C; what is shown until one of `texts` stands there, or else until the command ends."""
        self.process.send_signal(signal.SIGINT)
        if not select.select([self.master], [], [], PRESSED_AGAIN_S)[0]:
            self.process.send_signal(signal.SIGINT)
        return self.until(*texts) if texts else self.end()

    def paste(self, text: str) -> None:
        """Paste and press Enter; as a terminal does, it marks the paste only if it was asked to."""
        asked = self.raw.rfind("\x1b[?2004h") > self.raw.rfind("\x1b[?2004l")
        self.type(f"\x1b[200~{text}\x1b[201~\n" if asked else f"{text}\n")

    def answer(self, text: str, *texts: str) -> str:
        """Type a line; what is shown until one of `texts` stands there, or else until the command ends."""
        self.type(f"{text}\n")
        return self.until(*texts) if texts else self.end()

    def end(self) -> str:
        """What was shown since the last look until the command ended; `code` is how."""
        while select.select([self.master], [], [], SHOWN_WITHIN_S)[0] and (more := self._read()):
            self.raw += more
        self.code = self.process.wait(SHOWN_WITHIN_S)
        shown, self._seen = self.raw[self._seen :], len(self.raw)
        return plain(shown)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _read(self) -> str:
        try:
            while not (shown := self._decoder.decode(data := os.read(self.master, 65_536))) and data:
                pass  # half a character
        except OSError:
            return ""
        return shown


@contextmanager
def terminals() -> Iterator[Callable[..., Terminal]]:
    """Opens terminals, which are closed in the end."""
    opened: list[Terminal] = []

    def start(*arguments: str, **options: object) -> Terminal:
        opened.append(Terminal(arguments, **options))
        return opened[-1]

    try:
        yield start
    finally:
        for one in opened:
            one.close()


def plain(shown: str) -> str:
    """What a person reads: without what steers the terminal, but for the blank behind a prompt."""
    return _LINE_END.sub("\n", _STEERING.sub("", _BLANK.sub(" ", shown)))


def packed(text: str) -> str:
    """Without white space, and what is put where lines break, where there is room: a bar, and an isolate that goes on behind it."""
    return re.sub(r"^ *│ |\s", "", text, flags=re.MULTILINE).replace("\u2069\u2068", "")
