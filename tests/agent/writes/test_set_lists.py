"""Change sets are listed by when they became what they are, and those of another machine's sandbox as such."""

import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.fleet.pending_sets import pending
from agent.setup.stops import ConfigError
from agent.writes.journal import Journal
from agent.writes.set_states import replace_equal
from tests.agent.support import Clock
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet

pytestmark = pytest.mark.usefixtures("engine")
DAY_S = 86_400


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "state" / "journal.sqlite", now=clock.now)) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    passing = Clock()
    passing.at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return passing


def a_set(name: str, at: datetime, world: str = "https://graph.facebook.com", **how: Any) -> ChangeSet:
    return ChangeSet(
        run_id=name, created_at=at.isoformat(), world=world, account="act_1", currency="USD",
        request=name, changes=(change(id=f"{name}.0", **how),),
    )  # fmt: skip


def carried_out(journal: Journal, one: ChangeSet) -> None:
    """Propose, approve and do it."""
    journal.propose(one)
    journal.approve(one, "anna")
    with journal.lease(one, "owner") as epoch:
        sent = journal.intend(one.id, epoch, [(journal.outcomes(one)[0], {})])
        journal.record(one.id, sent[0], "CONFIRMED")
    journal.finish(one)


def test_each_moment_is_the_one_that_is_meant(journal: Journal, clock: Clock) -> None:
    """A set is told with when it was proposed, decided and became what it is; the newest decision is first, since a day."""
    old, later, waits = (a_set(name, clock.at) for name in ("old", "later", "waits"))
    for one in (old, later, waits):
        journal.propose(one)
    clock.later(2 * DAY_S)
    journal.approve(later, "anna")
    clock.later(3 * DAY_S)
    journal.decline(old, "bob", "no")
    rows = {row["request"]: row for row in journal.recent("act_1", 9)}
    assert [*rows] == ["old", "later", "waits"]
    days = {
        name: [row.get(key, "")[:10] for key in ("when", "approved_at", "declined_at", "state_at")]
        for name, row in rows.items()
    }
    assert days == {
        "old": ["2026-11-20", "", "2026-11-25", "2026-11-25"],
        "later": ["2026-11-20", "2026-11-22", "", "2026-11-22"],
        "waits": ["2026-11-20", "", "", "2026-11-20"],
    }
    since = datetime(2026, 11, 22, tzinfo=UTC)
    assert [row["request"] for row in journal.recent("", 9, since=since)] == ["old", "later"]
    assert [journal.count("act_1", at) for at in (None, since, since + timedelta(days=1))] == [3, 2, 1]
    assert [row["request"] for row in journal.recent("act_1", 1, state="proposed")] == ["waits"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_journal_of_an_older_version_learns_the_moments_from_its_events(
    tmp_path: Path, clock: Clock
) -> None:
    """What its sets became is dated by the event, and they are listed in that order."""
    path = tmp_path / "state" / "journal.sqlite"
    first, second = (a_set(name, clock.at) for name in ("first", "second"))
    with closing(Journal(path, now=clock.now)) as journal:
        journal.propose(first)
        journal.propose(second)
        clock.later(DAY_S)
        journal.decline(first, "me", "no")
    with closing(sqlite3.connect(path)) as file:
        for index in ("runs_by_age", "runs_of_account_by_age"):
            file.execute(f"DROP INDEX {index}")
        file.execute("ALTER TABLE runs DROP COLUMN state_at")
        file.execute("PRAGMA user_version=0")  # that of another schema
    with closing(Journal(path, now=clock.now)) as journal:
        rows = journal.recent("", 9)
    assert [(row["request"], row["state_at"][:10]) for row in rows] == [
        ("first", "2026-11-21"),
        ("second", "2026-11-20"),
    ]


@pytest.fixture
def machines(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Journal]]:
    """The shared journal as a session in the sandbox of one machine or another opens it, after its start."""
    opened = list[Journal]()

    def one(name: str) -> Journal:
        monkeypatch.setattr(platform, "node", lambda: name)
        path = tmp_path / name / "journal.sqlite"
        generations = tmp_path / name / "generations"
        opened.append(Journal(path, now=clock.now, begun=clock.at, world="sandbox", generations=generations))
        return opened[-1]

    yield one
    for journal in opened:
        journal.close()


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_the_sandbox_of_another_machine_is_called_what_it_is(
    machines: Callable[[str], Journal], clock: Clock
) -> None:
    """Its sets are not gone by a start here, do not count here, and are neither approved, applied nor taken back from here."""
    there = machines("there")
    done, waits = a_set("done", clock.at, "sandbox"), a_set("waits", clock.at, "sandbox")
    there.propose(waits)
    carried_out(there, done)
    clock.later(60)
    here = machines("here")
    rows = here.recent("act_1", 9)
    assert {row["request"]: (row["state"], row.get("sandbox_of"), "gone" in row) for row in rows} == {
        "done": ("applied", "there", False),
        "waits": ("proposed", "there", False),
    }
    said = "belongs to the own sandbox of the machine there"
    assert said in here.standing("act_1", done.id)
    assert here.applied("act_1", unknown=True) == []
    assert here.day("act_1").counted == []
    with pytest.raises(ConfigError, match=said):
        here.approve(waits, "me")
    with pytest.raises(ConfigError, match=said), here.lease(waits, "me"):
        pass
    carried_out(here, a_set("removed", clock.at, "sandbox", kind="archive"))
    (shown,) = pending(here)[0]
    assert (shown.state, said in shown.hopeless) == ("proposed", True)
    again = machines("there")
    gone = {row["request"]: row.get("gone") for row in again.recent("act_1", 9)}
    assert gone == {"done": True, "waits": None, "removed": None}
    assert [one.hopeless for one in pending(again)[0]] == [""]
    assert again.state(waits.id) == "proposed"


def test_of_two_equal_sets_proposed_together_the_newer_one_waits(journal: Journal, clock: Clock) -> None:
    """Each process finds both; were each to put its own in the other's place, none would be left."""
    first, second = (a_set(name, clock.at) for name in ("first", "second"))
    journal.propose(first)
    journal.propose(second)
    for own in (first, second):
        replace_equal(journal, own, lambda other, why: journal.decline(other, "adsteward", why))
    assert (journal.state(first.id), journal.state(second.id)) == ("declined", "proposed")
