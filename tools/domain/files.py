"""Reading a person's files: regular ones only, up to a size, only inside of what the person gave, and never our own.

Our own are not even opened: closing any handle of a SQLite file drops the locks that this process holds on it.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFDIR: "a folder, not a file",
    stat.S_IFLNK: "a link in the file's place",
    stat.S_IFIFO: "a pipe, not a file",
    stat.S_IFSOCK: "a socket, not a file",
    stat.S_IFCHR: "a device, not a file",
    stat.S_IFBLK: "a device, not a file",
}
# Opening a pipe waits for a writer without O_NONBLOCK; a link put into the place of a resolved path is not followed.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_BINARY")
)
_MEBIBYTE = 1024 * 1024
_NO_PICTURE = re.compile(r"\.(?:sqlite3?|db3?|lock|key|pem|p12)(?:-wal|-shm|-journal)?", re.IGNORECASE)
OURS = "adsteward's own, which no tool reads; put the file elsewhere"


@dataclass(frozen=True, slots=True)
class Closed:
    """Folders and files of adsteward itself, which nothing that a model asks for may open, under whatever name."""

    places: tuple[Path, ...] = ()

    def holds(self, path: Path, found: os.stat_result | None) -> bool:
        """Whether a resolved path, or what was `found` there, is one of them or lies below.

        They are known by what they are, not by how they are called: other names, cases and mounts make no difference.
        """
        places = {_identity(there) for place in self.places if (there := _stat(place))}
        if places & {_identity(there) for folder in path.parents if (there := _stat(folder))}:
            return True
        if found is None:
            return False
        itself = _identity(found)
        return itself in places or any(itself in _inside(p, deep=found.st_nlink > 1) for p in self.places)


NOTHING_CLOSED = Closed()


@dataclass(frozen=True, slots=True)
class Given:
    """The files and folders a person gave, as resolved paths; nothing else may be read, and never what is closed."""

    roots: tuple[Path, ...] = ()
    closed: Closed = NOTHING_CLOSED
    workspace: Path | None = None
    """Where the files lie that the brand file names, whatever else was given."""
    words: tuple[str, ...] = ()
    """What the person said or wrote themselves; nothing where only an assistant speaks for them."""

    def says(self, text: str) -> bool:
        """Whether the person used these words themselves, in this order."""
        return bool(wanted := _plain(text)) and any(wanted in _plain(said) for said in self.words)

    def allows(self, real: Path) -> bool:
        """Whether a resolved path is given itself, or lies in a given folder and is not hidden there."""
        return any(
            real == root or (real.is_relative_to(root) and not _hidden(real.relative_to(root)))
            for root in self.roots
        )

    def refusal(self, real: Path) -> str:
        """Why a resolved path may not be read and what the person can do, or nothing."""
        if self.allows(real):
            return OURS if self.closed.holds(real, _stat(real)) else ""
        if any(real.is_relative_to(root) for root in self.roots):
            return "hidden, and hidden files are only read when the person names them in the request"
        folders = [str(root) for root in self.roots if root.is_dir()]
        where = f"outside of {' and '.join(folders)}" if folders else "no folder is given"
        return f"not read, {where}: the person can name the file or its folder in the request"


def _plain(text: str) -> str:
    """The words of a text alone, between spaces; empty where it has none."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} " if words else ""


def given(paths: Iterable[str | Path]) -> Given:
    """What some paths stand for now. Left out: the home folder, its parents and what is no path."""
    found = dict.fromkeys(real for path in paths if (real := real_path(path)) is not None)
    return Given(tuple(real for real in found if not _too_wide(real)))


def real_path(path: str | Path) -> Path | None:
    """A path made absolute, with `~` expanded and all links followed; None for what no file can be called."""
    try:
        text = os.path.realpath(os.path.expanduser(path))  # noqa: PTH111 - Path's raises for ~nobody and loops
        text.encode()  # a name that is no text cannot be shown, approved or kept
    except (OSError, ValueError):
        return None
    return Path(text)


def read_regular(path: Path, closed: Closed, *, max_bytes: int) -> bytes:
    """The content of a regular file at a resolved path, read without ever waiting.

    Raises ValueError naming the file and why it is not read: what is closed, pipes, devices and links, databases
    and keys, or more than `max_bytes`.
    """
    with _opened(path, closed, max_bytes) as (file, found):
        # Files of /proc say 0 bytes and may never end.
        data = file.read(max_bytes + 1) if found.st_size else b""
    if len(data) > max_bytes:
        raise ValueError(_too_large(path, max_bytes))
    return data


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A regular file too large to be held in memory, as it was when its content was looked at."""

    path: Path
    closed: Closed
    size: int
    sha256: str
    stamp: tuple[int, ...]
    """Tells whether it is still the same file, unchanged."""

    def read(self, start: int, end: int) -> bytes:
        """A part of it. Raises ValueError when it is not the file any more that it was."""
        with _opened(self.path, self.closed, self.size) as (file, found):
            if _stamp(found) != self.stamp:
                raise ValueError(f"{self.path}: was changed in the meantime")
            file.seek(start)
            return file.read(end - start)


def large_file(path: Path, closed: Closed, *, max_bytes: int) -> LargeFile:
    """Look at a file from end to end, a part at a time. Raises ValueError as `read_regular` does."""
    digest = hashlib.sha256()
    with _opened(path, closed, max_bytes) as (file, found):
        left = found.st_size
        while left and (part := file.read(min(left, _MEBIBYTE))):
            digest.update(part)
            left -= len(part)
    return LargeFile(path, closed, found.st_size, digest.hexdigest(), _stamp(found))


@contextmanager
def _opened(path: Path, closed: Closed, max_bytes: int) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """A regular file, open, and what is known of it. Raises ValueError."""
    try:
        if _NO_PICTURE.fullmatch(path.suffix):
            raise ValueError(f"{path}: a database, a lock or a key by its name, which no tool reads")
        _check(path, closed, path.lstat(), max_bytes)  # some devices act on being opened, and so do our locks
        handle = os.open(path, _FLAGS)
        found = os.fstat(handle)
        if closed.holds(path, found):  # it took the file's place just now: closing it would drop our locks
            raise ValueError(f"{path}: {OURS}")
        with os.fdopen(handle, "rb") as file:
            _check(path, closed, found, max_bytes)
            yield file, found
    except (FileNotFoundError, NotADirectoryError):
        raise ValueError(f"{path}: no such file") from None
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from None


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _inside(place: Path, *, deep: bool) -> set[tuple[int, int]]:
    """What the files of a folder are; only a file with several names can be one from further below."""
    inside = set[tuple[int, int]]()
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(OSError):
                inside.add(_identity(entry.stat(follow_symlinks=False)))
                if deep and entry.is_dir(follow_symlinks=False):
                    inside |= _inside(Path(entry), deep=True)
    return inside


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _check(path: Path, closed: Closed, found: os.stat_result, max_bytes: int) -> None:
    """Raises ValueError for what is closed, or no regular file of that size."""
    if closed.holds(path, found):
        raise ValueError(f"{path}: {OURS}")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{path}: {_KINDS.get(stat.S_IFMT(found.st_mode), 'not a file')}")
    if found.st_size > max_bytes:
        raise ValueError(_too_large(path, max_bytes))


def _too_large(path: Path, max_bytes: int) -> str:
    return f"{path}: larger than {max_bytes // _MEBIBYTE} MB"


def _hidden(below: Path) -> bool:
    return any(part.startswith(".") for part in below.parts)


def _too_wide(real: Path) -> bool:
    home = real_path("~")
    return real == real.parent or (home is not None and home.is_relative_to(real))
