"""Small secrets in files under the home folder that only their owner can read."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from agent.setup.stops import ConfigError


def folder() -> Path:
    """Where adsteward keeps what belongs to the person and not to one workspace. Raises ConfigError where that is nowhere."""
    if (home := Path.home()).is_absolute():
        return home / ".adsteward"
    raise ConfigError(
        f"HOME is {str(home)!r}, not a whole path: each folder would have a journal and limits of its own."
        " Set it to your home folder. Nothing was changed."
    )


def read(path: Path, most_bytes: int = 65_536) -> str | None:
    """The text of a private file as far as `most_bytes`, or None when there is none.

    Raises ConfigError when others could read or change it, or it cannot be read.
    """
    try:
        with open(path, "rb", opener=_no_link) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ConfigError(f"{path} is no file, so it is not used. Remove it.")
            if os.name == "posix" and found.st_mode & 0o077:
                raise ConfigError(
                    f"{path} can be read by others, so it is not used. `chmod 600 {path}`, or make it anew."
                )
            return file.read(most_bytes).decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({getattr(error, 'strerror', None) or error}).") from None


def write(path: Path, text: str) -> None:
    """Put a text into a private file, whole or not at all. Raises ConfigError."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        make_folder(path.parent)
        _create(new, text)
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written ({error.strerror}).") from None


def overwrite(path: Path, text: str) -> None:
    """Put a short text of always the same length into a private file, durably; made when it is not there.

    Whole or not at all, too, as it is one write into one block; and far faster than a new file.
    Raises ConfigError.
    """
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return write(path, text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}).") from None
    with os.fdopen(handle, "wb", buffering=0) as file:
        try:
            file.write(text.encode())
            getattr(os, "fdatasync", os.fsync)(file.fileno())
        except OSError as error:
            raise ConfigError(f"{path} cannot be written ({error.strerror}).") from None


def made_once(path: Path) -> str:
    """The random secret of a private file, made at the first use. Raises ConfigError."""
    with contextlib.suppress(FileExistsError):
        try:
            make_folder(path.parent)
            if not path.exists():
                _create(path, secrets.token_hex(32))
        except FileExistsError:
            raise  # another process was first
        except OSError as error:
            raise ConfigError(f"{path} cannot be written ({error.strerror}).") from None
    secret = (read(path) or "").strip()
    if len(secret) < 64:
        raise ConfigError(f"{path} holds no key. Remove it; a new one is made.")
    return secret


def make_folder(path: Path) -> None:
    """A folder for its owner alone, and so all of its parents that are not there yet. Raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True, mode=0o700)


def _create(path: Path, text: str) -> None:
    """Make a file that was not there, for its owner alone from the first moment."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _no_link(path: str, flags: int) -> int:
    """Opens no link, and never waits: a pipe would have it wait for a writer."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
