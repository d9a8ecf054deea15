"""The limits of a day are the account's: another workspace, a removed state folder or an emptied journal gives no fresh one."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.cli.entry import _guarded
from agent.setup.stops import Exit
from tests.agent.servers import graph_server
from tests.agent.support import ACCOUNT, Sandbox, brand

Pause = Callable[[Path, int], int]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A live account, as far as adsteward can tell."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
        monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
        yield sandbox


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two workspaces of one person, each of which allows two pauses a day."""
    found = [tmp_path / "one", tmp_path / "two"]
    for folder in found:
        folder.mkdir()
        brand(folder, "max_pauses_per_day: 2\n")
    return found


@pytest.fixture
def pause(account: Sandbox, capsys: pytest.CaptureFixture[str]) -> Pause:
    """Pauses some more running ads without anybody asked; gives the exit code."""

    def paused(workspace: Path, number: int) -> int:
        running = [ad["id"] for ad in account.ads() if ad["effective_status"] == "ACTIVE"]
        wanted = json.dumps({"ids": running[:number], "status": "PAUSED"})
        capsys.readouterr()
        return _guarded(["tool", "set_status", wanted, "--approve", "safe", "--workspace", str(workspace)])

    return paused


def test_a_second_workspace_has_no_second_day(pause: Pause, folders: list[Path], account: Sandbox) -> None:
    """What was approved in one counts in the other; what is left can be used in either."""
    one, two = folders
    before = len(account.paused())
    assert [pause(one, 1), pause(two, 1), pause(one, 1), pause(two, 1)] == [
        0,
        0,
        Exit.APPROVAL,
        Exit.APPROVAL,
    ]
    assert len(account.paused()) == before + 2


@pytest.mark.parametrize("harm", ["removed", "emptied"])
def test_a_journal_that_is_gone_leaves_no_fresh_day(
    pause: Pause, folders: list[Path], harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In its own folder and in others a person is asked for a day, and it is said what is missing."""
    one, two = folders
    assert pause(one, 1) == 0
    if harm == "removed":
        shutil.rmtree(one / "state")
    else:
        for path in (one / "state").glob("journal.sqlite*"):
            path.write_bytes(b"")
    assert pause(one, 1) == Exit.APPROVAL
    told = capsys.readouterr()
    assert "not all known" in f"{told.out}{told.err}"
    assert f"The journal of {one / 'state'} was removed or emptied" in f"{told.out}{told.err}"
    assert pause(two, 1) == Exit.APPROVAL
    assert _guarded(["history", "--workspace", str(one)]) == 0
    assert "was removed or emptied" in capsys.readouterr().out


def test_the_brake_works_without_the_old_journal(
    pause: Pause, folders: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says that it cannot know what was started, and how to stop everything."""
    one, _ = folders
    assert pause(one, 1) == 0
    shutil.rmtree(one / "state")
    assert _guarded(["run", "stop", "--workspace", str(one)]) == 0
    told = capsys.readouterr()
    assert "was removed or emptied" in f"{told.out}{told.err}"


def test_everybodys_own_sandbox_is_their_own(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two workspaces that try something out take nothing from each other."""
    for folder in folders:
        wanted = json.dumps({"ids": ["23848000000001", "23848000000012"], "status": "PAUSED"})
        place = ["--sandbox", "--workspace", str(folder)]
        assert _guarded(["tool", "set_status", wanted, "--approve", "safe", *place]) == 0


def test_a_home_that_is_no_whole_path_begins_no_day_in_each_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is kept would lie in whatever folder a command is typed in: nothing is done, and it is said why."""
    monkeypatch.setenv("HOME", "somewhere")
    monkeypatch.chdir(tmp_path)
    before = len(account.paused())
    assert (
        _guarded(
            [
                "tool",
                "set_status",
                json.dumps({"ids": ["23848000000001"], "status": "PAUSED"}),
                "--approve",
                "safe",
            ]
        )
        == Exit.USAGE
    )
    assert "HOME is 'somewhere', not a whole path" in "".join(capsys.readouterr())
    assert (len(account.paused()), list(tmp_path.glob("somewhere"))) == (before, [])


def test_the_brake_stops_what_another_workspace_started(
    folders: list[Path], account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """That nothing was started is said only where it is so of all of them."""
    one, two = folders
    paused = next(ad["id"] for ad in account.ads() if ad["effective_status"] == "PAUSED")
    start = ["tool", "set_status", json.dumps({"ids": [paused], "status": "ACTIVE"})]
    assert _guarded(["run", "stop", "--workspace", str(two)]) == 0
    assert "started and raised nothing" in capsys.readouterr().out
    assert _guarded([*start, "--approve", "all", "--workspace", str(one)]) == 0
    capsys.readouterr()
    assert _guarded(["run", "stop", "--approve", "safe", "--workspace", str(two)]) == 0
    assert {ad["id"]: ad["status"] for ad in account.ads()}[paused] == "PAUSED"
