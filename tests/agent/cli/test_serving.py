"""`adsteward sandbox`: what it is told is checked before anything listens."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import warm

PROGRAM = [sys.executable, "-c", "from agent.cli.entry import main; main()", "sandbox", "--port", "0"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clock", "noon"], "is no moment"),
        (["--clock", "0001-01-01T00:00:00Z"], "is no moment"),
        (["--faults", "missing.json"], "missing.json cannot be used"),
        (["--faults", "broken.json"], "broken.json cannot be used"),
        (["--faults", "odd.json"], "Rule 0: drop must be true"),
        (["--tier", "gold"], "'gold' is not one of"),
        (["--ads", "-1"], "not in the range"),
    ],
)
def test_odd_options_are_refused_in_a_line(tmp_path: Path, options: list[str], said: str) -> None:
    """Exit 2 with the reason, and no traceback."""
    (tmp_path / "broken.json").write_text("{oops")
    (tmp_path / "odd.json").write_text('[{"drop": 1}]')
    done = warm.run([*PROGRAM, *options], cwd=tmp_path, env=_environment(), text=True)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_it_serves_what_it_was_told(tmp_path: Path) -> None:
    """Clock, tier, size and faults are those of the options."""
    (tmp_path / "faults.json").write_text('[{"path": "/me", "html": 502}]')
    options = ["--clock", "2026-11-20T17:00:00Z", "--tier", "development", "--ads", "120"]
    options += ["--faults", "faults.json", "--state", "world.sqlite"]
    command = [*PROGRAM, *options]
    with warm.Popen(command, cwd=tmp_path, env=_environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        url = first.removeprefix("Sandbox listens on ").partition(";")[0]
        assert "its clock says 2026-11-20T17:00:00+00:00" in first
        headers = {"authorization": "Bearer sandbox-token"}
        assert [httpx.get(f"{url}/me", headers=headers).status_code for _ in range(2)] == [502, 200]
        state = httpx.get(f"{url}/sandbox/state").json()
        assert (state["tier"], state["counts"]["ad"]) == ("development_access", 126)
        process.kill()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PATH": ""}
