"""The journal keeps exact contents, only grows, and notices when it was altered."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest

from agent.setup.stops import ConfigError
from agent.writes.journal import Journal
from agent.writes.journal_reader import Proof
from agent.writes.store import Store
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet

pytestmark = pytest.mark.usefixtures("engine")
ON_A_FILE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
REFUSED = (sqlite3.IntegrityError, OSError)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
def journal(path):
    opened = Journal(path)
    yield opened
    opened.close()


def by_hand(path, statement, *values):
    """Somebody else writes to the tables of the journal."""
    with closing(Store(path, now=lambda: datetime.now(UTC))) as other:
        other.run(statement, *values)


def a_set(*changes, request="pause it"):
    return ChangeSet(
        run_id="r1",
        created_at="2026-11-23T10:00:00+00:00",
        world="sandbox",
        account="act_1",
        currency="USD",
        request=request,
        changes=changes or (change(id="r1.t.0"),),
    )


@ON_A_FILE
def test_a_commit_waits_for_the_disk(path):
    """A journal outside of these tests, which turn it off, survives a power cut."""
    program = (
        "import sys; from datetime import datetime; from pathlib import Path; from agent.writes.store import Store;"
        "print(*Store(Path(sys.argv[1]), now=datetime.now).one('PRAGMA synchronous'))"
    )
    said = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert said.stdout == "2\n"  # FULL


def test_a_set_comes_back_as_it_was(journal):
    """Content, digest and id survive the way through the file."""
    stored = a_set()
    journal.propose(stored)
    assert journal.change_set(stored.id) == stored
    assert stored.id == f"cs-{stored.digest[:12]}"


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE change_sets SET content=replace(content, 'PAUSED', 'ACTIVE')",
        "UPDATE change_sets SET content=replace(content, '\"7\"', '\"8\"')",
        "UPDATE change_sets SET content='{}'",
        "UPDATE change_sets SET content='not json'",
        "UPDATE change_sets SET digest='0'",
    ],
)
def test_an_edited_set_is_refused(journal, path, edit):
    """The id that was printed commits to the content."""
    stored = a_set()
    journal.propose(stored)
    by_hand(path, edit)
    with pytest.raises(ConfigError, match="was altered"):
        journal.change_set(stored.id)


def test_a_set_with_a_fitting_digest_but_another_id_is_refused(journal, path):
    """Exchanging content and digest together does not help: the id does not fit."""
    stored, other_set = a_set(), a_set(request="something else")
    journal.propose(stored)
    by_hand(path, "UPDATE change_sets SET content=?, digest=?", other_set.content, other_set.digest)
    with pytest.raises(ConfigError, match="was altered"):
        journal.change_set(stored.id)


@pytest.mark.parametrize("statement", ["UPDATE events SET data='{}'", "DELETE FROM events"])
def test_events_cannot_be_changed_or_removed(journal, path, statement):
    """The file itself refuses."""
    journal.propose(a_set())
    with pytest.raises(REFUSED, match="append-only"):
        by_hand(path, statement)


def test_a_broken_chain_is_noticed(journal, path, engine):
    """Whoever removes the triggers still breaks the hashes."""
    stored = a_set()
    journal.propose(stored)
    journal.approve(stored, "somebody")
    by_hand(path, "DROP TRIGGER events_stay" + (" ON events" if engine == "postgres" else ""))
    by_hand(path, "UPDATE events SET data='{\"who\":\"me\"}' WHERE event='approved'")
    with pytest.raises(ConfigError, match="altered at event"):
        journal.events(stored.id)


def test_a_declined_set_can_be_approved_later_but_not_the_other_way(journal):
    """Whoever says no after somebody else approved is told so, and nothing is overwritten."""
    stored = a_set()
    journal.propose(stored)
    journal.decline(stored, "me", "no")
    assert not journal.approved(stored)
    journal.approve(stored, "me")
    assert journal.approved(stored)
    with pytest.raises(ConfigError, match=r"was approved at .* nothing of it was sent: `adsteward apply"):
        journal.decline(stored, "you", "too late")
    assert journal.approved(stored)


def test_a_set_of_an_older_release_still_fits_its_digest(journal, path):
    """The digest is taken over the stored text: fields that came later do not make it look altered."""
    stored = a_set()
    older = json.loads(stored.content)
    for name in ("emergency", "shown", "below", "stops"):
        del older["changes"][0][name]
    old = ChangeSet.stored(json.dumps(older))
    journal.propose(old)
    assert journal.change_set(old.id).changes == stored.changes


def test_a_late_answer_is_written_down_but_overwrites_nothing(journal):
    """A process that was overtaken leaves a fact, not a state."""
    stored = a_set()
    journal.propose(stored)
    (stale,) = journal.outcomes(stored)
    journal.record(stored.id, stale, "CONFLICT", note="somebody")
    journal.record(stored.id, stale, "CONFIRMED")
    assert journal.outcomes(stored)[0].state == "CONFLICT"
    assert [e["event"] for e in journal.events(stored.id)] == ["proposed", "conflict", "late answer"]


def test_an_unknown_set_is_said_to_be_unknown(journal):
    """A mistyped id is answered with where to look."""
    with pytest.raises(ConfigError, match="adsteward history"):
        journal.change_set("cs-nothing")


@ON_A_FILE
def test_a_file_that_is_no_journal_is_left_alone(tmp_path):
    """Something else under that name is a clear error, not a traceback or an overwrite."""
    path = tmp_path / "journal.sqlite"
    path.write_text("my notes " * 200, encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be used"):
        Journal(path)
    assert path.read_text(encoding="utf-8").startswith("my notes")


@ON_A_FILE
def test_a_journal_of_an_older_release_keeps_what_it_had_proven(path):
    """A note that proved something is a proof of its own from then on; the rest has none."""
    notes = {
        "read back; Meta made it more than once: 7 (PAUSED) is too many": Proof.READ_BACK,
        "was so already; nothing sent": Proof.ALREADY,
        "found done after a lost answer": Proof.FOUND,
        "refused, but perhaps done all the same: (#1) odd": Proof.DOUBTED,
        "made, says Meta": Proof.NONE,
        "": Proof.NONE,
    }
    stored = a_set(*(change(id=f"r1.t.{n}") for n in range(len(notes))))
    opened = Journal(path)
    opened.propose(stored)
    opened.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        older.execute("ALTER TABLE changes DROP COLUMN proof")
        older.execute("PRAGMA user_version=1")
        for position, note in enumerate(notes):
            older.execute("UPDATE changes SET note=? WHERE position=?", (note, position))
    with closing(Journal(path)) as opened:
        assert [outcome.proof for outcome in opened.outcomes(stored)] == list(notes.values())


@ON_A_FILE
def test_a_journal_is_brought_up_to_date_as_a_whole_or_not_at_all(path, monkeypatch):
    """Whoever dies meanwhile leaves it as it was, and the next one does it again."""
    Journal(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        older.execute("ALTER TABLE changes DROP COLUMN sent_by_meta")
        older.execute("ALTER TABLE numbering DROP COLUMN missed")
        older.execute("PRAGMA user_version=1")
    run = Store.run

    def dies(store: Store, statement: str, *values: str) -> int:
        if "numbering" in statement:
            raise KeyboardInterrupt
        return run(store, statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "run", dies)
        with pytest.raises(KeyboardInterrupt):
            Journal(path)
    with closing(sqlite3.connect(path)) as left:
        assert "sent_by_meta" not in {row[1] for row in left.execute("PRAGMA table_info(changes)")}
    with closing(Journal(path)) as opened:
        assert "sent_by_meta" in opened._store.columns("changes")
        assert "missed" in opened._store.columns("numbering")


def test_what_reading_back_denies_was_not_taken_back(journal):
    """An undo that Meta confirmed and that is not there leaves what it was to take back as it is: another one may."""
    first, undo = a_set(), a_set(change(id="r1.u.0", restores="r1.t.0"), request="undo it")
    for stored in (first, undo):
        journal.propose(stored)
        journal.approve(stored, "me")
        with journal.lease(stored, "me") as epoch:
            (sent,) = journal.intend(stored.id, epoch, [(journal.outcomes(stored)[0], {"status": "PAUSED"})])
            done = journal.record(stored.id, sent, "CONFIRMED", result={"success": True})
    again = a_set(change(id="r1.v.0", restores="r1.t.0"), request="undo it again")
    assert journal.taken_back(again) == {"r1.v.0": undo.id}
    journal.record(undo.id, done, "CONFLICT", note="it is no longer there")
    assert journal.taken_back(again) == {}
    assert [one.undone for one in journal.applied("act_1")] == [False]


def test_what_is_recorded_is_what_stands_there(journal):
    """Each step gives the outcome as the file has it."""
    stored = a_set()
    journal.propose(stored)
    journal.approve(stored, "me")
    (planned,) = journal.outcomes(stored)
    with journal.lease(stored, "me") as epoch:
        (sent,) = journal.intend(stored.id, epoch, [(planned, {"status": "PAUSED"})])
        assert [sent] == journal.outcomes(stored)
        lost = journal.unanswered(stored.id, sent, "lost", doubted=True)
        assert [lost] == journal.outcomes(stored)
        assert lost.proof is Proof.DOUBTED
        done = journal.record(stored.id, lost, "CONFIRMED", result={"id": "7"}, proof=Proof.FOUND)
        assert [done] == journal.outcomes(stored)
        assert journal.record(stored.id, lost, "REJECTED") == done, "a late answer changes nothing"
