"""What is known of Meta's limits, for all processes of a workspace, or of all machines that share a database."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from threading import RLock

from agent.setup.own_files import make_private
from agent.setup.remedies import damaged, remedy
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from agent.stores.database import Database
from tools.graph.allowance import Allowance
from tools.graph.limits import allowance_of, text_of

FILE = "limits.sqlite"
ANEW = "Move it away to start anew."
_READ = "SELECT scope, data FROM allowances {} ORDER BY scope"
_KEEP = "INSERT INTO allowances(scope, data) VALUES {} ON CONFLICT (scope) DO UPDATE SET data=excluded.data"
"""One statement each, as all machines wait meanwhile; question marks are put in, and no values."""


class Allowances(Database):
    """The table of allowances, as JSON by scope."""

    what = "What is known of Meta's limits"
    schema = "CREATE TABLE IF NOT EXISTS allowances (scope TEXT PRIMARY KEY, data TEXT NOT NULL);"
    synchronous = "NORMAL"
    """A power cut may take the last moments with it."""

    def _unusable(self, place: object, why: object) -> ConfigError:
        advice = _advice(place, why) if isinstance(place, Path) else ""
        return ConfigError(f"{place} cannot be used ({why}). Nothing was sent. {advice}".strip())


class SharedLimits:
    """A `LimitStore` for many; several threads may use it. Raises ConfigError when it cannot be opened."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._lock, self._path = RLock(), path
        self._kept = Allowances(path, now=now)

    def close(self) -> None:
        self._kept.close()

    @property
    def ahead_s(self) -> float:
        """See `LimitStore`."""
        return self._kept.ahead_s

    @contextmanager
    def open(self, *scopes: str) -> Iterator[tuple[Allowance, ...]]:
        """See `LimitStore`: what is not changed is not written."""
        with self._usable(), self._kept.transaction(*(f"limits {scope}" for scope in scopes)):
            before = self._texts(scopes)
            allowances = tuple(self._parsed(scope, before.get(scope)) for scope in scopes)
            yield allowances
            after = {scope: text_of(a) for scope, a in zip(scopes, allowances, strict=True)}
            changed = [(scope, text) for scope, text in after.items() if text != before.get(scope)]
            if changed:
                self._kept.run(_KEEP.format(",".join(["(?,?)"] * len(changed))), *chain(*changed))

    def all(self, *scopes: str) -> dict[str, Allowance]:
        """See `LimitStore`."""
        with self._usable():
            return {scope: self._parsed(scope, text) for scope, text in self._texts(scopes).items()}

    def _texts(self, scopes: Sequence[str]) -> dict[str, str]:
        some = f"WHERE scope IN ({','.join('?' * len(scopes))})" if scopes else ""
        rows = self._kept.all(_READ.format(some), *scopes)
        return {row["scope"]: row["data"] for row in rows}

    def _parsed(self, scope: str, text: str | None) -> Allowance:
        try:
            return allowance_of(text)
        except ValueError:
            raise self._senseless(f"what it says of {scope} makes no sense") from None

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """For one thread at a time; an error of the file as one of the system's."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise self._senseless(error) from None

    def _senseless(self, why: object) -> OSError:
        place = "The shared database" if self._kept.shared else self._path
        advice = "" if self._kept.shared else _advice(self._path, why)
        return OSError(f"{place} cannot be used ({why}). {advice}".strip())


def _advice(path: Path, why: object) -> str:
    """A file that is whole is not moved away: it says whether Meta has stopped calls."""
    if damaged(why) or isinstance(why, str) or path.is_dir():
        return ANEW
    helps = remedy(why, path)
    return f"{helps[:1].upper()}{helps[1:]}, then try again." if helps else ""


def limits_of(settings: Settings, now: Callable[[], datetime]) -> SharedLimits:
    """What is known in the settings' workspace, by this clock. Raises ConfigError."""
    make_private(settings.state)
    return SharedLimits(settings.state / FILE, now=now)


def damaged_in(state: Path) -> bool:
    """Whether the file of a state folder is there and is no database, or one that makes no sense any more."""
    path = state / FILE
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept:
            for _, text in kept.execute(_READ.format("")):
                allowance_of(text)
    except sqlite3.Error as error:
        return damaged(error)
    except ValueError:
        return True
    return False


def aside(state: Path) -> str:
    """Move what is damaged out of the way of an emergency; gives what was done, or nothing where the file is whole."""
    if not damaged_in(state):
        return ""
    kept = (path := state / FILE).replace(path.with_suffix(".damaged"))
    return f"{path} was damaged and is {kept.name} now: whether Meta had stopped calls is not known any more."
