"""Keeps what is known of Meta's limits, per account and per token, for all processes of a workspace."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from tools.graph.allowance import Allowance

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_SCHEMA = "CREATE TABLE IF NOT EXISTS allowances (scope TEXT PRIMARY KEY, data TEXT NOT NULL)"
SYNCHRONOUS = "NORMAL"


class LimitStore:
    """One small SQLite file, or memory. Raises OSError when it cannot be opened, read or written."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        self._path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(
                path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
            self._db.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def open(self, *scopes: str) -> Iterator[tuple[Allowance, ...]]:
        """The allowances of these scopes, to read and change; other processes wait until it is stored."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    allowances = tuple(self._read(scope) for scope in scopes)
                    yield allowances
                    for scope, allowance in zip(scopes, allowances, strict=True):
                        text = _stored().dump_json(allowance).decode()
                        self._db.execute("REPLACE INTO allowances(scope, data) VALUES (?,?)", (scope, text))
                finally:
                    self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._unusable(error) from None

    def all(self) -> dict[str, Allowance]:
        """Everything that is known, by scope."""
        try:
            scopes = [row[0] for row in self._db.execute("SELECT scope FROM allowances ORDER BY scope")]
            return {scope: self._read(scope) for scope in scopes}
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def _read(self, scope: str) -> Allowance:
        row = self._db.execute("SELECT data FROM allowances WHERE scope=?", (scope,)).fetchone()
        try:
            return _stored().validate_json(row[0], strict=True) if row else Allowance()
        except ValueError:
            raise self._unusable(f"what it says of {scope} makes no sense") from None

    def _unusable(self, why: object) -> OSError:
        return OSError(f"{self._path or 'memory'} cannot be used ({why})")


@cache
def _stored() -> "TypeAdapter[Allowance]":
    """How an allowance is written as JSON and checked when read; pydantic is loaded for it when it is used."""
    from pydantic import TypeAdapter

    return TypeAdapter(Allowance)
