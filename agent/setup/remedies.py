"""What a person does about a file of ours that the system lets nobody use: a full disk is no damage, and nor is a closed folder."""

import errno
import shutil
import sqlite3
from pathlib import Path

_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_CLOSED_OS = (errno.EROFS, errno.EACCES, errno.EPERM)
FULL = "the disk is full; free some space"
_LITTLE_BYTES = 256 * 1024
"""With less than this SQLite cannot begin, and says only that it is an error of the disk."""


def remedy(error: object, place: Path | None = None) -> str:
    """What is wrong and what helps, or nothing where neither is known; of a damaged file only that it is."""
    code = getattr(error, "sqlite_errorcode", None)
    plain = code & 0xFF if isinstance(code, int) else None
    number = error.errno if isinstance(error, OSError) else None
    if plain == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if plain == sqlite3.SQLITE_IOERR and _little_left(place):
        return FULL
    if plain in _CLOSED or number in _CLOSED_OS:
        return "make it and its folder writable"
    return ""


def damaged(error: object) -> bool:
    """Whether a database is none, or makes no sense any more."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _DAMAGED


def _little_left(place: Path | None) -> bool:
    try:
        return shutil.disk_usage(place.parent if place else Path.home()).free < _LITTLE_BYTES
    except (OSError, RuntimeError):
        return False
