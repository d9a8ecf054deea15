"""One Postgres for many machines. What must not happen at the same time holds the same name: an advisory lock.

A lease is held by the session that also commits: when the connection is lost, the lease is, and with it every further
commit, so nothing more can be sent. Without a lease a lost connection is made again.
"""

import atexit
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from agent.setup.stops import ConfigError
from agent.stores.dialect import HELPERS, schema_of, statement_of
from agent.stores.unreachable import Unreachable

try:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import TransactionStatus
    from psycopg.rows import DictRow, dict_row
except ImportError:
    raise ConfigError(
        "ADSTEWARD_DATABASE_URL is set, which needs `pip install 'adsteward[scale]'`. Nothing was changed."
    ) from None

SCHEMES = ("postgresql://", "postgres://")
WAYS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""A machine that is gone is noticed in half a minute, on both ends."""
SESSION = """
SET lock_timeout='30s'; SET idle_in_transaction_session_timeout='60s'; SET default_transaction_isolation='read committed';
SET tcp_keepalives_idle=10; SET tcp_keepalives_interval=5; SET tcp_keepalives_count=3; SET client_min_messages='warning';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""
"""A worker that is frozen amid a transaction keeps nobody waiting for longer than a minute; and what was committed before
something is sent must be there after a crash, however careless the server is elsewhere."""
MOST_SPARE = 2
"""Connections that are kept for the next: as many as a run holds."""
Session = psycopg.Connection[DictRow]
_KEY = "hashtextextended(current_schema() || ':' || {}, 0)"
_LEASE = f"SELECT pg_try_advisory_lock({_KEY.format('%s')}) AS got"
_END = f"SELECT pg_advisory_unlock({_KEY.format('%s')})"
_NOW = "SELECT extract(epoch FROM clock_timestamp())::float8 AS now"


class Spare:
    """Connections that were let go of, for who opens the next: a run opens five, one after the other.

    One that was lost meanwhile is noticed by the first look at the schema, and made again.
    """

    def __init__(self) -> None:
        self._turn, self._kept = Lock(), list[tuple[str, Session]]()
        atexit.register(self.close)

    def take(self, url: str) -> Session | None:
        with self._turn:
            found = next((one for one in self._kept if one[0] == url), None)
            if found:
                self._kept.remove(found)
        return found[1] if found else None

    def put(self, url: str, session: Session) -> None:
        with self._turn:
            if any(one is session for _, one in self._kept):
                return  # closed twice
            self._kept.append((url, session))
            over = self._kept[:-MOST_SPARE]
            del self._kept[:-MOST_SPARE]
        for _, one in over:
            one.close()

    def close(self) -> None:
        with self._turn:
            over, self._kept = self._kept, []
        for _, one in over:
            one.close()


_SPARE = Spare()


class Postgres:
    """An engine of one connection. Raises ConfigError for a URL that is none, and Unreachable."""

    shared = True

    def __init__(self, url: str, now: Callable[[], datetime], *, synchronous: str) -> None:
        self._url, self._now, self._place = url, now, place_of(url)
        self._quick = synchronous != "FULL"
        self._held = set[str]()
        self.ahead_s = 0.0
        self._db = _SPARE.take(url) or self._connected()

    @property
    def in_transaction(self) -> bool:
        return self._db.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def prepare(self, schema: str, bring_up_to_date: Callable[[], None]) -> None:
        known = zlib.crc32(schema.encode())
        if self._knows(known):
            return
        try:
            self.begin(["schemas"])
            if not self._knows(known):
                self._ask(HELPERS + schema_of(schema))
                bring_up_to_date()
                self.execute("INSERT INTO known_schemas(checksum) VALUES (?)", (known,))
            self.commit()
        except BaseException:
            if self.in_transaction:
                self.rollback()
            raise

    def begin(self, names: Sequence[str]) -> None:
        quick = "SET LOCAL synchronous_commit=off; " if self._quick else ""
        self._locking(f"BEGIN; {quick}", names)

    def hold(self, names: Sequence[str]) -> None:
        if names:
            self._locking("", names)

    def _locking(self, before: str, names: Sequence[str]) -> None:
        """Lock names, in their order, and see what time it is then: one way there and back."""
        keys = [_KEY.format(sql.Literal(name).as_string(self._db)) for name in sorted(set(names))]
        locks = "".join(f"SELECT pg_advisory_xact_lock({key}); " for key in keys)
        given = self._again(f"{before}{locks}{_NOW}")
        while given.nextset():
            pass
        row = given.fetchone()
        self.ahead_s = float(row["now"]) - self._now().timestamp() if row else 0.0

    def commit(self) -> None:
        self._ask("COMMIT")

    def rollback(self) -> None:
        self._ask("ROLLBACK")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[DictRow]":
        clean = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]
        return self._again(statement_of(statement) if clean else statement, clean)

    def columns(self, table: str) -> set[str]:
        asked = "SELECT column_name FROM information_schema.columns WHERE table_schema=current_schema() AND table_name=?"
        return {row["column_name"] for row in self.execute(asked, (table,)).fetchall()}

    @contextmanager
    def lease(self, name: str, *, once: bool = False) -> Iterator[None]:  # noqa: ARG002 - a lock leaves nothing behind
        """Hold a name; see `Engine.lease`. A session may take its own lock twice, hence the list."""
        got = None if name in self._held else self._again(_LEASE, (name,))
        if not got or not (row := got.fetchone()) or not row["got"]:
            raise BlockingIOError(f"{name} is held by another process.")
        self._held.add(name)
        try:
            yield
        finally:
            try:
                self._ask(_END, (name,))
            except Unreachable:
                self._db.close()  # else whoever takes the connection next would have the lock
            self._held.discard(name)

    def close(self) -> None:
        if self._held or self._db.info.transaction_status != TransactionStatus.IDLE:
            self._db.close()
        else:
            _SPARE.put(self._url, self._db)

    def _connected(self) -> Session:
        try:
            made = psycopg.connect(self._url, autocommit=True, row_factory=dict_row, **WAYS)  # type: ignore[arg-type]
            made.execute(SESSION)
        except psycopg.Error as error:
            raise self._lost(error) from None
        return made

    def _knows(self, checksum: int) -> bool:
        row = self._again("SELECT to_regclass('known_schemas') IS NOT NULL AS there").fetchone()
        asked = "SELECT 1 FROM known_schemas WHERE checksum=?"
        return bool(row and row["there"] and self.execute(asked, (checksum,)).fetchone())

    def _again(self, statement: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[DictRow]":
        """Execute; what changes nothing is asked again on a new connection, if nothing rests on the old one."""
        rests = self.in_transaction or self._held or not statement.startswith(("SELECT", "BEGIN"))
        try:
            return self._ask(statement, values)
        except Unreachable:
            if rests or not self._db.closed:
                raise
        self._db = self._connected()
        return self._ask(statement, values)

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[DictRow]":
        try:
            return self._db.execute(statement, values or None)
        except psycopg.Error as error:
            raise self._lost(error) from None

    def _lost(self, error: psycopg.Error) -> Unreachable:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        return Unreachable(0, said, f"The database {self._place}")


def place_of(url: str) -> str:
    """What a URL names, without user and password. Raises ConfigError when it is none of Postgres.

    A password with an unquoted @ or / in it would end elsewhere, and stand in host, port or database.
    """
    try:
        parts = conninfo_to_dict(url) if url.startswith(SCHEMES) else None
    except psycopg.Error:
        parts = None
    host, port, name = (str((parts or {}).get(key) or "") for key in ("host", "port", "dbname"))
    if parts is None or "@" in host + name or not re.fullmatch(r"[0-9,]*", port):
        raise ConfigError(
            "ADSTEWARD_DATABASE_URL must look like postgresql://user@host/database, with %40 for @, %2F for / and %3A for : in a"
            " password; what it says is not shown. Nothing was changed."
        )
    return f"{host or 'localhost'}/{name or parts.get('user') or 'postgres'}"
