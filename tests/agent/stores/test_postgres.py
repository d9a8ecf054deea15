"""What only a database that machines share can do to them: get lost, be older than it was, be waited for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from agent.setup.stops import ConfigError
from agent.stores.engine import shared_place
from agent.stores.shared_limits import SharedLimits
from agent.stores.unreachable import NotReached, Unreachable
from agent.writes.clocks import Moment
from agent.writes.journal import Journal
from agent.writes.store import Store
from tests.agent.writes.test_policy import change
from tests.postgres import Server, awaited
from tools.domain.changes import ChangeSet
from tools.graph import Governor
from tools.graph.allowance import Cost

WRITE = Cost(writes=1)


def a_set(number: int = 0) -> ChangeSet:
    return ChangeSet(
        run_id="r", created_at=f"2026-11-27T10:00:0{number}+00:00", world="sandbox", account="act_1", currency="USD",
        request="pause it", changes=(change(id=f"r.{number}"),),
    )  # fmt: skip


@pytest.fixture
def machine(database: str, tmp_path: Path) -> Iterator[Callable[[str], Journal]]:
    """The journal as one of several machines opens it, each with a folder and a home of its own."""
    opened = list[Journal]()

    def one(name: str) -> Journal:
        place = tmp_path / name
        opened.append(Journal(place / "state" / "journal.sqlite", generations=place / "generations"))
        return opened[-1]

    yield one
    for journal in opened:
        journal.close()


@contextmanager
def admin(postgres: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        yield connection


def cut(postgres: Server) -> None:
    """All connections are lost, as when the server is started anew."""
    ending = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type='client backend'"
    with admin(postgres) as connection:
        connection.execute(ending)


def test_a_lost_connection_is_made_again(machine: Callable[[str], Journal], postgres: Server) -> None:
    """Reading and the next transaction go on by themselves; one that was under way is lost as a whole, and says so."""
    journal, stored = machine("a"), a_set()
    cut(postgres)
    journal.propose(stored)
    cut(postgres)
    assert journal.state(stored.id) == "proposed"
    with pytest.raises(Unreachable, match=r"^The database .* cannot be used \("), journal.together(stored.id):  # noqa: PT012
        journal.decline(stored, "me", "no")
        cut(postgres)
        journal.decline(stored, "me", "no")
    assert journal.state(stored.id) == "proposed"


def test_a_careless_server_is_told_to_keep_what_was_committed(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may answer before a commit is on its disk; what is to be sent is written down before it is sent, so it waits for that."""
    monkeypatch.setattr(Store, "synchronous", "FULL")  # as it is where no test has it otherwise
    asked = "SELECT setting, reset_val FROM pg_settings WHERE name='synchronous_commit'"
    with closing(Store(tmp_path / "journal.sqlite", now=lambda: datetime.now(UTC))) as store:
        assert [tuple(row.values()) for row in store.all(asked)] == [("on", "off")]
        with store.transaction("r"):
            assert [tuple(row.values()) for row in store.all(asked)] == [("on", "off")]


def test_who_lost_the_connection_has_lost_the_lease(
    machine: Callable[[str], Journal], postgres: Server
) -> None:
    """Nothing more is committed under it, so nothing is sent; another machine has the account at once."""
    one, other, stored = machine("a"), machine("b"), a_set()
    one.propose(stored)
    one.approve(stored, "me")
    (planned,) = one.outcomes(stored)
    with one.lease(stored, "one") as epoch:
        with pytest.raises(ConfigError, match="Another adsteward is applying"), other.lease(stored, "other"):
            pass
        cut(postgres)
        for _ in range(2):
            with pytest.raises(Unreachable):
                one.intend(stored.id, epoch, [(planned, {"status": "PAUSED"})])
        with other.lease(stored, "other") as later:
            assert later == epoch + 1
            (sent,) = other.intend(stored.id, later, [(planned, {"status": "PAUSED"})])
            other.record(stored.id, sent, "CONFIRMED", result={"success": True})
    assert [outcome.state for outcome in one.outcomes(stored)] == ["CONFIRMED"]
    assert [event["event"] for event in one.events(stored.id)].count("sent") == 1


def test_two_approvals_of_an_account_see_each_other(
    machine: Callable[[str], Journal], postgres: Server
) -> None:
    """The second is judged only when the first is recorded, and counts it; that of another account need not wait."""
    one, other, first, second = machine("a"), machine("b"), a_set(1), a_set(2)
    for stored in (first, second):
        one.propose(stored)
    counted = dict[str, int]()
    thread = Thread(target=lambda: other.approve(second, "b", lambda _, day: judged("b", len(day.counted))))

    def judged(who: str, count: int) -> str:
        counted[who] = count
        return ""

    def meanwhile(_: Any, day: Any) -> str:
        thread.start()
        with admin(postgres) as watcher:
            waits = "SELECT 1 FROM pg_locks WHERE locktype='advisory' AND NOT granted"
            awaited(lambda: watcher.execute(waits).fetchone())
        return judged("a", len(day.counted))

    assert one.approve(first, "a", meanwhile) == ""
    thread.join()
    assert counted == {"a": 0, "b": 1}


def test_machines_raise_one_number_and_notice_a_backup(
    machine: Callable[[str], Journal], tmp_path: Path
) -> None:
    """What another machine approved is no sign of anything; a database that is older than any of them saw is."""
    one, other, first, second = machine("a"), machine("b"), a_set(1), a_set(2)
    one.propose(first)
    one.approve(first, "a")
    other.propose(second)
    other.approve(second, "b")
    one.propose(third := a_set(3))
    one.approve(third, "a")
    now = Moment(datetime.now(UTC))
    assert [journal.bring_in_line(now) for journal in (one, other)] == ["", ""]
    with closing(Store(tmp_path / "x", now=lambda: datetime.now(UTC))) as restored:
        restored.run("UPDATE numbering SET generation=1")
    assert "is older than what was last sent from it" in other.bring_in_line(now)
    doubts = [journal.doubt(second) for journal in (one, other)]
    assert all(doubt and doubt.elsewhere for doubt in doubts)
    assert one.day("act_1").unknown_until


def test_the_tables_of_an_older_release_get_what_they_lack(database: str, tmp_path: Path) -> None:
    """Columns that came later are added, once, and an older release goes on beside the newer."""
    older = type(
        "Older",
        (Store,),
        {"schema": Store.schema.replace(", sent_by_meta TEXT", ""), "_bring_up_to_date": lambda _: None},
    )
    with closing(older(tmp_path / "x", now=lambda: datetime.now(UTC))) as before:
        assert "sent_by_meta" not in before.columns("changes")
        with closing(Store(tmp_path / "x", now=lambda: datetime.now(UTC))) as after:
            assert "sent_by_meta" in after.columns("changes")
        with closing(older(tmp_path / "x", now=lambda: datetime.now(UTC))) as again:
            assert again.one("SELECT COUNT(*) AS n FROM numbering")["n"] == 1


def test_machines_count_by_one_clock(database: str, tmp_path: Path) -> None:
    """However wrong theirs are, what one counted is neither forgotten nor kept longer by another."""
    clocks = [
        lambda: datetime.now(UTC),
        lambda: datetime.now(UTC) + timedelta(hours=3),
        lambda: datetime.now(UTC) - timedelta(days=2),
    ]
    stores = [SharedLimits(tmp_path / "limits.sqlite", now=clock) for clock in clocks]
    governors = [
        Governor(
            store, host="h", token="t" * 20, account="act_1", now=lambda clock=clock: clock().timestamp()
        )
        for store, clock in zip(stores, clocks, strict=True)
    ]
    for governor in governors * 3:
        governor.admit(WRITE)
    known = stores[0].all()["h act_1"]
    assert known.used(governors[0].now()) == pytest.approx(27, rel=0.05)
    assert max(abs(governor.now() - governors[0].now()) for governor in governors) < 5
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:sesame-secret@db/x", "must look like postgresql://user@host/database"),
        ("postgresql://me:sesame-secret@[bad", "must look like postgresql://user@host/database"),
        ("postgresql://me:open@sesame-secret@db:1/ads", "with %40 for @"),
        ("postgresql://me:open/sesame-secret@db:1/ads", "with %40 for @"),
        ("postgresql://me:o@p/sesame-secret@db:1/ads", "with %40 for @"),
        ("postgresql://me:sesame-secret/ads", "with %40 for @"),
        ("postgresql://me:sesame-secret@127.0.0.1:1/ads", r"^The database .*127.0.0.1/ads cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, said: str
) -> None:
    """Which one, why, and that nothing was changed."""
    monkeypatch.setenv("ADSTEWARD_DATABASE_URL", url)
    with pytest.raises(ConfigError, match=said) as refused:
        Journal(tmp_path / "journal.sqlite")
    assert isinstance(refused.value, NotReached) == ("127.0.0.1" in url)  # which a worker waits for
    assert "Nothing was changed" in str(refused.value)
    assert "sesame" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_file_stays_a_file_without_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And without the extra, the variable says what to install."""
    assert shared_place() == ""
    monkeypatch.setenv("ADSTEWARD_DATABASE_URL", "postgresql://db/ads")
    assert shared_place() == "db/ads"
    monkeypatch.delitem(sys.modules, "agent.stores.postgres_engine")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'adsteward\[scale\]'"):
        Journal(tmp_path / "journal.sqlite")
