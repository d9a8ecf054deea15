"""State is the person's alone: closed to other users, and never opened for a model, under whatever name.

Opening is what must not happen: closing any handle of a SQLite file drops the locks its process holds on it.
"""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli.entry import _guarded
from agent.hooks.look_queue import LookQueue
from agent.hosts.host_session import Desk
from agent.models.model import ToolCall
from agent.run.session import Session
from agent.setup import private, trusted
from agent.setup.settings import ROOT, Options
from agent.setup.stops import ConfigError
from agent.writes.approval import Nobody
from tests import warm
from tests.agent.support import Events
from tests.tools.create.videos import a_video
from tests.tools.support import a_picture
from tools.domain.files import OURS, Closed, Given, given, large_file, read_regular

NAMES = ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "limits.sqlite", "sandbox.sqlite")
FILE_TOOLS = ("upload_image", "upload_video", "launch_ads file", "launch_ads image", "launch_ads feed")


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    folder.mkdir()
    return folder


@pytest.fixture
def session(ws: Path) -> Iterator[Session]:
    """An open session: its journal is open, and its locks are held by this process."""
    opened = Session.open(
        Options(sandbox=True, workspace=ws),
        approver=Nobody(),
        listener=Events(),
        mode="none",
        fresh=True,
    )
    opened.tool("list_accounts", {})
    yield opened
    opened.close()


@pytest.fixture
def opened_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the reading of files opens."""
    paths: list[str] = []
    real_open = os.open

    def note(path: Any, *arguments: Any, **options: Any) -> int:
        paths.append(os.fspath(path) if not isinstance(path, int) else "")
        return real_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", note)
    return paths


def ask(session: Session, tool: str, path: Path) -> str:
    """What a model is told when it names a path in one of the places that take one."""
    name, _, field = tool.partition(" ")
    arguments: dict[str, Any] = {"paths": [str(path)]}
    if field == "file":
        arguments = {"file": str(path)}
    elif field:
        one = {"image": {"image_path": str(path)}, "feed": {"asset_feed_spec_path": str(path)}}[field]
        arguments = {"ads": [{"name": "one", **one}]}
    _, told = session.tool(name, arguments, given=given([path.parent, path, session.settings.workspace]))
    return str(told["error"])


FROM_OUTSIDE = """
import fcntl, sqlite3, sys
with open(sys.argv[1], "rb+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
        print("nobody uses it")
    except OSError:
        pass
db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    db.execute("BEGIN IMMEDIATE")
    print("nobody writes it")
except sqlite3.OperationalError:
    pass
"""
"""Asks for the two locks that SQLite holds: on the database itself, and on the index of its log."""


def lost_locks(journal: Path) -> list[str]:
    """Which locks of this process another one does not meet."""
    told = subprocess.run(
        [sys.executable, "-c", FROM_OUTSIDE, journal], capture_output=True, text=True, check=True
    )
    return told.stdout.splitlines()


# No tool opens it


@pytest.mark.parametrize("tool", FILE_TOOLS)
@pytest.mark.parametrize("name", NAMES)
def test_no_tool_opens_a_database_of_ours(session, opened_paths, tool, name) -> None:
    """Whatever the parameter and the file; the person's own words give it as little as a model's."""
    path = session.settings.state / name
    path.touch()
    assert OURS in ask(session, tool, path)
    assert not [opened for opened in opened_paths if name in opened]


@pytest.mark.parametrize("tool", FILE_TOOLS)
@pytest.mark.parametrize("make", [os.symlink, os.link])
@pytest.mark.parametrize("name", NAMES)
def test_no_tool_opens_it_under_another_name(session, opened_paths, tmp_path, tool, make, name) -> None:
    """A link named like a picture is known by what it leads to, a second name by what it names."""
    (session.settings.state / name).touch()
    alias = tmp_path / "pics" / "hero.png"
    alias.parent.mkdir()
    make(session.settings.state / name, alias)
    assert OURS in ask(session, tool, alias)
    assert not [opened for opened in opened_paths if "hero.png" in opened or name in opened]


def test_the_locks_of_the_journal_outlive_every_attempt(session, tmp_path) -> None:
    """The scenario of the report: with the locks gone, a second process wrote the same set again."""
    journal = session.settings.journal
    parts = [journal, journal.with_name("journal.sqlite-wal"), journal.with_name("journal.sqlite-shm")]
    aliases = [tmp_path / f"{number}.png" for number in range(len(parts))]
    for part, alias in zip(parts, aliases, strict=True):
        os.link(part, alias)
    with session.journal.together():
        session.journal._store.run("UPDATE runs SET epoch=epoch")
        for tool in FILE_TOOLS:
            for path in (*parts, *aliases):
                assert OURS in ask(session, tool, path)
        assert lost_locks(journal) == []
    assert lost_locks(journal) == ["nobody writes it"]


def places(session: Session) -> dict[str, Path]:
    """Files of ours beside the databases."""
    home = private.folder()
    private.write(home / "token", "secret")
    private.write(home / "hosts" / "gate.key", "x" * 64)
    (home / "pics").mkdir()
    transcript = next((session.settings.state / "transcripts").iterdir())
    return {
        "token": home / "token",
        "key": home / "hosts" / "gate.key",
        "home": a_picture(home / "pics" / "hero.png"),
        "transcript": transcript,
        "result": a_picture(session.settings.state / "results" / "chart.png"),
    }


@pytest.mark.parametrize("which", ["token", "key", "home", "transcript", "result"])
@pytest.mark.parametrize("make", [None, os.symlink, os.link])
def test_nothing_else_of_ours_is_read_either(session, opened_paths, tmp_path, which, make) -> None:
    """Secrets, transcripts and results, though they be pictures."""
    path = places(session)[which]
    opened_paths.clear()
    if make:
        make(path, tmp_path / "hero.png")
        path = tmp_path / "hero.png"
    assert OURS in ask(session, "upload_image", path)
    assert not [opened for opened in opened_paths if opened.endswith((path.name, which))]


def test_the_state_of_other_workspaces_is_closed_as_well(ws, tmp_path) -> None:
    """Every workspace that the person chose has one."""
    other = tmp_path / "other"
    picture = a_picture(other / "state" / "results" / "chart.png")
    trusted.choose(other)
    session = Session.open(
        Options(sandbox=True, workspace=ws), approver=Nobody(), listener=Events(), mode="none"
    )
    assert OURS in ask(session, "upload_image", picture)
    session.close()


def test_the_sandbox_that_is_kept_in_a_file_is_ours_too(ws, tmp_path) -> None:
    """Its process holds locks as well."""
    kept = tmp_path / "kept.png"
    options = Options(sandbox=True, sandbox_state=kept, workspace=ws)
    session = Session.open(options, approver=Nobody(), listener=Events(), mode="none")
    for path in (kept, kept.with_name("kept.png-wal")):
        assert OURS in ask(session, "upload_image", path)
    session.close()


def test_a_host_cannot_reach_it(ws: Path) -> None:
    """The same over the server, whose own workspace would allow it."""
    desk = Desk(Options(sandbox=True, workspace=ws))
    for path in (ws / "state" / "journal.sqlite", private.folder() / "token"):
        told = desk.call([ToolCall("1", "upload_image", {"paths": [str(path)]})], "host").content
        assert "adsteward's own" in told["error"] or "outside of" in told["error"]
    desk.close()


def test_a_file_swapped_between_approval_and_sending_is_not_opened(ws, tmp_path, monkeypatch) -> None:
    """The picture was approved; what stands in its place when it is sent is the journal."""
    picture = a_picture(tmp_path / "hero.png")
    session = Session.open(
        Options(sandbox=True, workspace=ws),
        approver=Nobody(),
        listener=Events(),
        mode="none",
        fresh=True,
    )
    report, _ = session.tool("upload_image", {"paths": [str(picture)]})
    (stored,) = report.change_sets
    picture.unlink()
    os.link(session.settings.journal, picture)
    opened: list[str] = []
    real_open = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *rest, **more: opened.append(path) or real_open(path, *rest, **more)
    )
    session.journal.approve(stored.change_set, "test")
    report = session.apply(stored.change_set)
    assert OURS in report.change_sets[0].outcomes[0].note
    assert not [path for path in opened if str(path).endswith("hero.png")]
    session.close()


@pytest.mark.parametrize("video", [False, True])
@pytest.mark.parametrize("part", ["journal.sqlite", "journal.sqlite-shm"])
def test_a_swap_at_the_last_moment_drops_no_lock(session, tmp_path, monkeypatch, part, video) -> None:
    """Between the look and the opening there is an instant; what was opened in it is never closed."""
    path = a_video(tmp_path / "clip.mp4") if video else a_picture(tmp_path / "hero.png")
    state, real_open = session.settings.state, os.open

    def swapping(name: Any, *arguments: Any) -> int:
        path.unlink()
        os.link(state / part, path)
        return real_open(name, *arguments)

    with session.journal.together():
        session.journal._store.run("UPDATE runs SET epoch=epoch")
        monkeypatch.setattr(os, "open", swapping)
        with pytest.raises(ValueError, match="adsteward's own"):
            (large_file if video else read_regular)(path, Closed((state,)), max_bytes=10**8)
        monkeypatch.setattr(os, "open", real_open)
        assert lost_locks(session.settings.journal) == []


def test_parts_of_a_video_are_not_read_from_what_took_its_place(session, tmp_path) -> None:
    """A long upload reads its file again and again."""
    path = a_video(tmp_path / "clip.mp4")
    file = large_file(path, Closed((session.settings.state,)), max_bytes=10**8)
    path.unlink()
    os.link(session.settings.journal, path)
    with pytest.raises(ValueError, match="adsteward's own"):
        file.read(0, 10)


@pytest.mark.parametrize(
    "name", ["x.sqlite", "x.SQLITE-wal", "x.db-shm", "x.db3", "x.key", "x.pem", "act_1.lock"]
)
def test_databases_and_keys_are_known_by_their_names(tmp_path, opened_paths, name) -> None:
    """Whosever they are, they are no pictures, and are not opened to find that out."""
    path = tmp_path / name
    path.write_bytes(b"x")
    with pytest.raises(ValueError, match="by its name"):
        read_regular(path, Closed(), max_bytes=100)
    assert str(path) not in opened_paths


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


@pytest.mark.parametrize("make", [Path.mkdir, a_pipe, a_socket])
@pytest.mark.parametrize("tool", FILE_TOOLS)
def test_what_is_no_file_is_refused_before_it_is_opened(session, opened_paths, make, tool) -> None:
    """Folders, pipes and sockets, wherever a path is taken."""
    path = Path.cwd() / "hero.png"
    make(path)
    assert "not a file" in ask(session, tool, path)
    assert str(path) not in opened_paths


def test_a_folder_is_ours_by_what_it_is(tmp_path: Path) -> None:
    """A mount or another case of the same name is another path to the same place."""
    state = tmp_path / "state"
    picture = a_picture(state / "deep" / "x.png")
    closed = Closed((state,))
    other = tmp_path / "other.png"
    os.link(picture, other)
    for path in (picture, other):
        assert Given((tmp_path,), closed).refusal(path) == OURS
    assert Given((tmp_path,), closed).refusal(a_picture(tmp_path / "mine.png")) == ""
    assert Given((tmp_path,), closed).refusal(state / "not there") == OURS


# Nobody else reads it


def modes(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.rglob("*"))}


def assert_private(folder: Path) -> None:
    assert not {name: oct(mode) for name, mode in modes(folder).items() if mode & 0o077}


def test_whatever_a_run_leaves_behind_is_the_persons_alone(sealed, ws, tmp_path) -> None:
    """Under the widest umask: journal, transcripts, limits, results, the sandbox, a recording, the record of choices."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    record = tmp_path / "recording.jsonl"
    record.write_text(json.dumps({"adsteward": "1"}) + "\n")
    record.chmod(0o666)
    for command in (
        ("init", "chosen"),
        ("run", "pause underperforming ads", "--sandbox", "--record", record),
        ("tool", "draw_chart", "{}", "--sandbox"),
        ("tool", "review_performance", "{}", "--sandbox", "--workspace", "chosen"),
    ):
        warm.run([sys.executable, "-m", "agent", *command], env=env, umask=0)
    for folder in (sealed / ".adsteward", Path.cwd() / "chosen"):
        assert_private(folder)
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    left = {name.rpartition("/")[2].partition(".")[2] for name in modes(sealed / ".adsteward" / "state")}
    assert {"sqlite", "jsonl", "png"} <= left


@pytest.mark.parametrize("command", [("history",), ("doctor",), ("tool", "list_accounts")], ids=" ".join)
def test_a_state_folder_that_was_open_to_others_is_closed_at_the_start(sealed, ws, command) -> None:
    """What an older version or a wide umask left open, down to the last transcript; and the folder in the home."""
    _guarded(["tool", "list_accounts", "--sandbox", "--workspace", str(ws)])
    private.write(private.folder() / "hosts" / "x", "y")
    for folder in (ws / "state", private.folder()):
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
    there = modes(ws).keys()
    _guarded([*command, "--sandbox", "--workspace", str(ws)])
    assert not {name for name, mode in modes(ws).items() if mode & 0o077 and name in there - {"."}}
    assert_private(private.folder())


def test_a_database_that_was_opened_to_others_is_closed_again(ws) -> None:
    """Also where the folder stayed closed."""
    _guarded(["tool", "list_accounts", "--sandbox", "--workspace", str(ws)])
    (ws / "state" / "journal.sqlite").chmod(0o644)
    (ws / "state" / "transcripts").chmod(0o755)
    _guarded(["history", "--workspace", str(ws)])
    assert_private(ws / "state")


@pytest.mark.parametrize("what", [".", "journal.sqlite", "limits.sqlite"])
def test_state_of_somebody_else_is_refused(ws, monkeypatch, capsys, what) -> None:
    """Whoever owns the journal could write approvals into it."""
    _guarded(["tool", "list_accounts", "--sandbox", "--workspace", str(ws)])
    if os.geteuid():
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    else:
        os.chown(ws / "state" / what, 4242, -1)
    capsys.readouterr()
    assert _guarded(["history", "--sandbox", "--workspace", str(ws)]) == 2
    err = capsys.readouterr().err
    assert "belongs to another user" in err
    assert "sudo chown -R" in err


@pytest.mark.parametrize(
    "name",
    ["journal.sqlite", "limits.sqlite", "sandbox.sqlite", "sandbox.sqlite-wal", "fleet.sqlite", "typed", "talks", "talks/t-1.json", "transcripts/x.jsonl", "results/a/b/l", "act_1.lock"],
)  # fmt: skip
def test_a_link_in_a_state_folder_is_refused(ws, tmp_path, capsys, name) -> None:
    """A folder that came with planted links has nothing written, changed or made where they lead; one that is a link itself is the person's choice."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    link = elsewhere / "state" / name
    link.parent.mkdir(parents=True)
    (ws / "state").symlink_to(elsewhere / "state")
    assert _guarded(["history", "--workspace", str(ws)]) == 0
    target = tmp_path / "target"
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    capsys.readouterr()
    for command in (["history"], ["run", "daily check", "--sandbox", "--model", "offline"], ["sessions"], ["inbox"]):  # fmt: skip
        assert _guarded([*command, "--workspace", str(ws)]) == 2
        err = capsys.readouterr().err
        assert f"{ws / 'state' / name} is a link, and what adsteward keeps would be written" in err
        assert "Nothing was changed." in err
    assert not target.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="names of a file are not counted there")
@pytest.mark.parametrize("name", ["sandbox.begun", "limits.sqlite", "act_123456789.lock"])
def test_a_hard_link_in_a_state_folder_is_refused(ws, tmp_path, capsys, name) -> None:
    """What has a name elsewhere, too, is not written over; a file of its own, as the way out says, is used."""
    victim, path = tmp_path / "victim", ws / "state" / name
    victim.write_text("keep")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.hardlink_to(victim)
    for command in (["run", "daily check", "--sandbox", "--model", "offline"], ["sessions"]):
        assert _guarded([*command, "--workspace", str(ws)]) == 2
        err = capsys.readouterr().err
        assert f"{path} is a hard link" in err
        assert "Nothing was changed." in err
    assert victim.read_text() == "keep"
    victim.unlink()
    assert _guarded(["history", "--workspace", str(ws)]) == 0


def test_no_store_is_opened_through_a_link(tmp_path) -> None:
    """Whoever opens it, and whatever was looked at before."""
    (tmp_path / "hooks.sqlite").symlink_to(tmp_path / "target")
    with pytest.raises(ConfigError, match=r"hooks.sqlite cannot be used \(it is a link to another file\)"):
        LookQueue.of(tmp_path)
    assert not (tmp_path / "target").exists()


def test_files_that_vanish_meanwhile_are_no_trouble(ws, monkeypatch) -> None:
    """SQLite removes its log when another process closes the journal last."""
    state = ws / "state"
    state.mkdir()
    (state / "journal.sqlite-wal").touch()
    state.chmod(0o755)
    real_chmod = Path.chmod

    def vanishing(path: Path, mode: int) -> None:
        if path.name.endswith("-wal"):
            path.unlink()
        real_chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", vanishing)
    assert _guarded(["history", "--workspace", str(ws)]) == 0
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


# All tools


def test_no_parameter_of_any_tool_leads_to_an_opening(tmp_path: Path) -> None:
    """Each text that each tool takes, filled with the journal's path, a link to it and a second name of it."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = warm.run([sys.executable, "-m", "tests.attacks.walk_tools", tmp_path], env=env, text=True)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["opened"] == []
    assert found["noticed"] == ["journal.sqlite", "link.png", "name.png"]
    assert set(found["tried"]) == set(found["tools"])
    assert found["calls"] > 100
