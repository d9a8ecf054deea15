"""A day is that of the account: each journal of a person takes the others into it, and knows which of them are gone."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from agent.setup.stops import ConfigError
from agent.writes.day import Day
from agent.writes.journal import Journal
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet

WORLD, ACCOUNT = "https://graph.example", "act_1"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
Opener = Callable[..., Journal]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens the journal of a workspace by its name, at a moment by both clocks; all have one home."""
    home, journals = tmp_path / "home", list[Journal]()
    home.mkdir(mode=0o700)

    def opening(name: str, at: datetime = AT, by_meta: datetime = AT) -> Journal:
        path = tmp_path / name / "journal.sqlite"
        journal = Journal(path, now=lambda: at, world=WORLD, generations=home)
        journal.meta_now = lambda: by_meta
        journals.append(journal)
        return journal

    yield opening
    for journal in journals:
        journal.close()


def proposed(journal: Journal, run_id: str) -> ChangeSet:
    """A pause that waits."""
    stored = ChangeSet(
        run_id=run_id,
        created_at=AT.isoformat(),
        world=WORLD,
        account=ACCOUNT,
        currency="USD",
        request="pause it",
        changes=(change(id=f"{run_id}.t.0"),),
    )
    journal.propose(stored)
    return stored


def test_of_two_first_approvals_that_begin_together_one_counts_the_other(opened: Opener) -> None:
    """Also where neither has ever approved anything, so that none knows of the other."""
    one, two = opened("one"), opened("two")
    first, second = proposed(one, "r1"), proposed(two, "r2")
    taken, judged = list[int](), Event()

    def judge(_changes: object, day: Day) -> str:
        taken.append(len(day.counted))
        judged.set()
        return ""

    beside = Thread(target=lambda: two.approve(second, "somebody", judge))

    def meanwhile(_changes: object, _day: Day) -> str:
        beside.start()
        judged.wait(0.3)  # it would be by now, if it did not wait
        return ""

    one.approve(first, "somebody", meanwhile)
    beside.join()
    assert taken == [1]


def test_what_was_judged_and_not_approved_leaves_nothing(opened: Opener, tmp_path: Path) -> None:
    """A journal that is removed then had approved nothing, and nothing else is said of it."""
    one = opened("one")
    assert one.approve(proposed(one, "r1"), "somebody", lambda _changes, _day: "over") == "over"
    one.close()
    shutil.rmtree(tmp_path / "one")
    anew = opened("one")
    assert anew.bring_in_line(anew.moment) == ""
    assert anew.day(ACCOUNT).unknown_until is None


def test_a_note_that_was_being_written_names_no_journal(opened: Opener, tmp_path: Path) -> None:
    """What a kill -9 leaves of it makes no day unknown."""
    one = opened("one")
    one.approve(proposed(one, "r1"), "somebody")
    (note,) = (path for path in (tmp_path / "home" / "days").glob("*/*") if path.name != ".lock")
    (note.parent / f".{note.name}.12345678").write_text("")
    assert one.day(ACCOUNT).unknown_until is None


@pytest.mark.parametrize("name", ["one", "two"])
def test_a_clock_that_was_set_forward_gives_no_fresh_day(opened: Opener, name: str) -> None:
    """In another workspace no more than in the same one: by Meta's clock it was an hour ago."""
    one = opened("one")
    one.approve(proposed(one, "r1"), "somebody")
    later = opened(name, AT + timedelta(hours=26), AT + timedelta(hours=1))
    assert len(later.day(ACCOUNT).counted) == 1


def test_a_database_that_machines_share_begins_no_fresh_day(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """What was approved from the file before counts, and nobody says that it was removed."""
    before = opened("one")
    before.approve(proposed(before, "r1"), "somebody")
    request.getfixturevalue("database")
    shared = opened("one")
    day = shared.day(ACCOUNT)
    assert (len(day.counted), day.unknown_until, shared.bring_in_line(shared.moment)) == (1, None, "")
    shared.approve(proposed(shared, "r2"), "somebody")
    assert len(shared.day(ACCOUNT).counted) == 2
    monkeypatch.delenv("ADSTEWARD_DATABASE_URL")
    back = opened("one")
    assert back.bring_in_line(back.moment) == ""
    assert back.day(ACCOUNT).unknown_until  # what lies in the database cannot be seen from here


def test_notes_that_say_nothing_to_anybody_any_more_are_removed(opened: Opener, tmp_path: Path) -> None:
    """A month later by both clocks; one clock that was set takes none."""
    first = opened("one")
    first.approve(proposed(first, "r1"), "somebody")

    def left() -> set[str]:
        return {path.name for path in (tmp_path / "home" / "days").glob("*/[!.]*")}

    late = AT + timedelta(days=40)
    set_forward = opened("two", late, AT)
    set_forward.approve(proposed(set_forward, "r2"), "somebody")
    assert left() == {first.id, set_forward.id}
    month_later = opened("three", late, late)
    month_later.approve(proposed(month_later, "r3"), "somebody")
    assert left() == {set_forward.id, month_later.id}


def test_of_two_journals_only_one_applies_at_a_time(opened: Opener) -> None:
    """Else both would look for what the other makes, and then make it; what only brakes waits for nobody."""
    one, two = opened("one"), opened("two")
    first, second = proposed(one, "r1"), proposed(two, "r2")
    brake = ChangeSet(
        **first.model_dump(exclude={"run_id", "changes"}),
        run_id="r3",
        changes=(change(id="r3.t.0", emergency=True),),
    )
    two.propose(brake)
    with one.lease(first, "one"):
        with pytest.raises(ConfigError, match="Another adsteward is applying"), two.lease(second, "two"):
            pass
        with two.lease(brake, "two"):
            pass
    with two.lease(second, "two"):
        pass
