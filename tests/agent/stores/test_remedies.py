"""What is said where a file of ours cannot be used: only a damaged one is moved away."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.run.braking import settings_and_model
from agent.setup.bugs import understood
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.stores.shared_limits import SharedLimits, aside, damaged_in
from tools.graph.redact import Redactor


def test_a_damaged_file_is_moved_away(tmp_path: Path) -> None:
    """It says nothing any more."""
    (tmp_path / "limits.sqlite").write_bytes(b"junk" * 400)
    with pytest.raises(ConfigError, match=r"not a database.*Move it away"):
        SharedLimits(tmp_path / "limits.sqlite")


def test_a_healthy_file_that_the_disk_cannot_take_is_kept(tmp_path: Path) -> None:
    """It holds whether Meta stopped calls, so nobody is told to move it away."""
    limits = SharedLimits(tmp_path / "limits.sqlite")
    kept = limits._kept
    kept.run("PRAGMA journal_mode=DELETE")
    kept.run(f"PRAGMA max_page_count={kept.one('PRAGMA page_count')[0]}")
    with pytest.raises(OSError, match="disk is full") as failed, limits.open("a"):
        kept.run("INSERT INTO allowances(scope, data) VALUES ('x', zeroblob(100000))")
    assert "ree some space" in str(failed.value)
    assert "Move it away" not in str(failed.value)
    limits.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_made_writable(tmp_path: Path) -> None:
    """Whoever cannot write there is told so."""
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ConfigError, match="writable") as failed:
        SharedLimits(tmp_path / "closed" / "limits.sqlite")
    assert "Move it away" not in str(failed.value)


def test_a_full_disk_at_the_journal_is_named_and_claims_no_sending() -> None:
    """Nobody knows there whether anything was sent, and free space is what is missing."""
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA max_page_count=1")
    with pytest.raises(sqlite3.Error) as full:
        database.execute("CREATE TABLE a(b)")
    said = str(understood(full.value, Redactor()))
    assert "free some space" in said
    assert "If anything was sent" in said


def test_what_is_no_database_is_put_aside_for_the_brake_alone(tmp_path: Path) -> None:
    """It stays to be looked at, and that it went is told; a healthy file stays where it is."""
    path = Path("limits.sqlite")
    options = Options(sandbox=True, workspace=tmp_path)
    state = load_settings(options).state
    state.mkdir(parents=True, exist_ok=True)
    (state / path.name).write_bytes(b"junk" * 400)
    settings_and_model(options, "show spend by campaign")
    assert damaged_in(state)
    settings, _ = settings_and_model(options, "stop everything")
    assert not damaged_in(state)
    assert (state / "limits.damaged").read_bytes().startswith(b"junk")
    assert "was damaged" in settings.loaded.notes[-1]
    SharedLimits(state / path.name).close()
    assert aside(state) == ""


@pytest.mark.parametrize("harm", ["overwritten", "cut off", "senseless"])
def test_the_brake_works_beside_a_file_that_is_a_database_by_its_head_alone(
    tmp_path: Path, harm: str
) -> None:
    """Whatever of it would stop the brake is put aside."""
    state = load_settings(Options(sandbox=True, workspace=tmp_path)).state
    path = state / "limits.sqlite"
    state.mkdir(parents=True)
    with closing(SharedLimits(path)) as limits:
        limits._kept.run("INSERT INTO allowances(scope, data) VALUES ('x', 'junk')")
        limits._kept.run("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    if harm != "senseless":
        path.write_bytes(whole[:1024] if harm == "cut off" else whole[:100].ljust(len(whole), b"\xff"))
    settings_and_model(Options(sandbox=True, workspace=tmp_path), "stop everything")
    assert (state / "limits.damaged").is_file()
    with closing(SharedLimits(path)) as limits:
        assert limits.all() == {}
