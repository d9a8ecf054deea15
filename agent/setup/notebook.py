"""Notes in the workspace's `brand/learnings.md`: dated lines that people may edit, read and written whole.

They are data for a model, never settings: a file that others can write is left alone, and a secret is never kept.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.setup import private
from agent.setup.owned import must_be_own
from agent.setup.stops import ConfigError
from tools.domain.text import harmless, listed, shortened
from tools.domain.tool import ToolError
from tools.graph.redact import Redactor

LEARNINGS = Path("brand") / "learnings.md"
MOST_BYTES = 64_000
MOST_SHOWN = 2_000
"""Characters of notes that a model is shown."""
_HEAD = "# Learnings\n\n"
_ENTRY = re.compile(r"(?:[-*+]|[0-9]{1,4}[.)])?[ \t]*(?P<text>[^#\s|<-].*)")
_DATED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: \((?P<sandbox>sandbox)?(?:, )?(?P<account>act_[0-9]{1,25})?\))?:"
)


@dataclass(frozen=True, slots=True)
class FileNotebook:
    """The notes of a workspace for one account: its own, and those of no account, which are for all.

    Those made in the sandbox are for the sandbox alone.
    """

    workspace: Path
    redactor: Redactor
    now: Callable[[], datetime]
    tell: Callable[[str], None]
    account: str
    sandbox: bool = False

    @property
    def path(self) -> Path:
        return self.workspace / LEARNINGS

    def kept(self) -> list[str]:
        """All notes for this world and account, numbered, the oldest first. Raises ToolError."""
        return [f"{number}. {text}" for number, (_, text) in enumerate(self._entries(self._lines()), 1)]

    def add(self, note: str, *, everywhere: bool = False) -> str:
        """Keep a note for this account, or for all, with today's date, and tell the person. Raises ToolError."""
        text = " ".join(harmless(note).split())
        if not text or self.redactor.text(text) != text:
            raise ToolError("A note holds no secret, and no link that is one. Nothing was kept.")
        marks = (["sandbox"] if self.sandbox else []) + ([] if everywhere else [self.account])
        of = f" ({', '.join(marks)})" if marks else ""
        entry = f"{self.now():%Y-%m-%d}{of}: {text}"
        with self._alone():
            lines = self._lines()
            there = [kept for _, kept in self._entries(lines) if _undated(kept) == _undated(entry)]
            if there:
                return there[-1]
            self._write("".join([*(lines or [_HEAD]), f"- {entry}\n"]))
        whose = "all accounts" if everywhere else self.account
        self.tell(f"Noted for {whose} in {self.path}: {text}. Have it forgotten by saying so.")
        return entry

    def drop(self, which: str) -> str:
        """Take out the note of that number, or the only one with these words, however often it stands there. Raises ToolError."""
        with self._alone():
            lines = self._lines()
            entries = self._entries(lines)
            wanted = which.strip().rstrip(".").casefold()
            found = [
                (place, text)
                for number, (place, text) in enumerate(entries, 1)
                if wanted == str(number) or (not wanted.isdecimal() and wanted and wanted in text.casefold())
            ]
            if len({_undated(text) for _, text in found}) != 1:
                raise ToolError(self._which(which, len(found)))
            places, text = {place for place, _ in found}, found[-1][1]
            self._write("".join(line for number, line in enumerate(lines) if number not in places))
        self.tell(f"Forgotten, and out of {self.path}: {text}")
        return text

    def _which(self, which: str, found: int) -> str:
        """Why nothing was forgotten, and what there is."""
        if not (have := listed([shortened(line, 80) for line in self.kept()], most=10)):
            return "Nothing was forgotten: there are no notes for this account."
        why = f"{found} notes say {which!r}" if found else f"there is no note {which!r}"
        return f"Nothing was forgotten: {why}. Say a number: {have}. Such as: forget note 1."

    def _entries(self, lines: list[str]) -> list[tuple[int, str]]:
        """The notes among the lines of the file with their places, without secrets that somebody wrote there."""
        found = list[tuple[int, str]]()
        for place, line in enumerate(lines):
            if not (entry := _ENTRY.fullmatch(line.strip())):
                continue
            dated = _DATED.match(entry["text"])
            world, account = (dated["sandbox"], dated["account"]) if dated else (None, None)
            if bool(world) == self.sandbox and account in (None, self.account):
                found.append((place, self.redactor.text(harmless(entry["text"]))))
        return found

    def _lines(self) -> list[str]:
        if self.path.is_symlink():
            raise ToolError(f"{self.path} is a link to another file, so no notes are kept there.")
        text = own_text(self.path, self.workspace)
        return (text if text.endswith("\n") or not text else f"{text}\n").splitlines(keepends=True)

    def _write(self, text: str) -> None:
        """The file, whole or not at all. Raises ToolError."""
        if len(text.encode("utf-8", "replace")) > MOST_BYTES:
            raise ToolError(
                f"{self.path} is full ({MOST_BYTES:,} bytes): forget what is not needed any more."
            )
        target = self.path.resolve()
        new = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            new.replace(target)
        except OSError as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise ToolError(f"{self.path} cannot be written ({error.strerror}).") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes the file between reading and writing, where the system can see to that."""
        folder = self.path.resolve().parent
        try:
            private.make_folder(folder)
            handle = os.open(folder, os.O_RDONLY) if os.name == "posix" else -1
        except OSError as error:
            raise ToolError(f"{folder} cannot be used ({error.strerror}).") from None
        if handle < 0:
            yield
            return
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _undated(entry: str) -> str:
    """A note without its day, whose it is included."""
    return re.sub(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}", "", entry).casefold().rstrip(" .")


def own_text(path: Path, workspace: Path) -> str:
    """A text of the workspace that only its person can have written; empty where there is none. Raises ToolError."""
    try:
        must_be_own(path, workspace)
        if not path.exists():
            return ""
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise ToolError(f"{path} is no file, or larger than {MOST_BYTES:,} bytes, so it is not read.")
        return path.read_text(encoding="utf-8", errors="replace")
    except ConfigError as wrong:
        raise ToolError(str(wrong)) from None
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}).") from None


def newest(lines: list[str], most: int = MOST_SHOWN) -> list[str]:
    """As many of the last lines as fit; the first says how many older ones are left out."""
    shown, room = list[str](), most
    for line in reversed(lines):
        room -= len(line) + 1
        if room < 0:
            break
        shown.insert(0, line)
    left = len(lines) - len(shown)
    return [f"({left} older left out)", *shown] if left else shown
