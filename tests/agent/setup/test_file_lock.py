"""One holds the lock of a file at a time."""

import fcntl
import subprocess
import sys

import pytest

from agent.setup import file_lock
from agent.setup.file_lock import held
from tests import warm

HOLDER = """
import sys
from pathlib import Path
from agent.setup.file_lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_turned_away_until_the_first_lets_go(tmp_path):
    """Within one process, too, and after an error."""
    path = tmp_path / "account.lock"
    with held(path), pytest.raises(BlockingIOError, match=r"account\.lock is held by another"), held(path):
        raise AssertionError
    with pytest.raises(KeyError), held(path):
        raise KeyError
    with held(path):
        assert path.stat().st_mode & 0o077 == 0


def test_a_killed_holder_holds_no_more(tmp_path, monkeypatch):
    """Whoever waits takes over then; until then every look finds it held."""
    path, looks = tmp_path / "account.lock", []
    command = [sys.executable, "-c", HOLDER, str(path)]
    with warm.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"

        def look_again(seconds: float) -> None:
            looks.append(seconds)
            holder.kill()
            holder.wait()

        monkeypatch.setattr(file_lock.time, "sleep", look_again)
        with held(path, wait_s=30):
            assert looks == [file_lock.LOOK_AGAIN_S]


def test_no_link_is_followed(tmp_path):
    """What another put there to have a file of ours opened is refused."""
    (tmp_path / "link.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"link\.lock"), held(tmp_path / "link.lock"):
        raise AssertionError
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_whose_file_was_taken_away_is_not_held(tmp_path, monkeypatch):
    """Whoever opened the file just before the last holder removed it takes the new one."""
    path, real_lock, gone = tmp_path / "account.lock", fcntl.flock, []

    def lock(handle: int, how: int) -> None:
        if not gone:
            gone.append(path.stat().st_ino)
            path.unlink()
        real_lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", lock)
    monkeypatch.setattr(file_lock.time, "sleep", lambda _: None)
    with held(path, wait_s=30):
        assert path.exists()
        with pytest.raises(BlockingIOError), held(path):
            raise AssertionError
