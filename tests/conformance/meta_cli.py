"""Installs Meta's own CLI into `.cache/conformance-cli`, if a Python that can run it is to be had.

`make conformance` runs this file; it needs nothing but Python. Exits 0 also when there is none: then the tests of
the CLI are skipped with the reason that `missing` gives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "conformance-cli.txt"
VENV = ROOT / ".cache" / "conformance-cli"
META = VENV / "bin" / "meta"
READY = VENV / ".ready"
WHY_NOT = ROOT / ".cache" / "conformance-cli.txt"
LEAST = (3, 12)


def missing() -> str:
    """Say why the CLI cannot be run, or nothing when it can."""
    if READY.exists():
        return ""
    return (
        WHY_NOT.read_text(encoding="utf-8") if WHY_NOT.exists() else "`make conformance` installs Meta's CLI"
    )


def find_python() -> str | None:
    """Give an interpreter that is new enough."""
    return next((python for python in _candidates() if _new_enough(python)), None)


def _candidates() -> list[str]:
    named = [shutil.which(f"python3.{minor}") for minor in range(LEAST[1], LEAST[1] + 6)]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    by_uv = shutil.which("uv") and _output("uv", "python", "find", "--no-python-downloads", ">=3.12")
    found = [sys.executable, *named, *map(str, sorted(pyenv.glob("3.*/bin/python"))), by_uv]
    return [python for python in found if python]


def _new_enough(python: str) -> bool:
    """Ask it; what lies on PATH may be a shim with nothing behind it, or lack venv."""
    return _output(python, "-c", f"import sys, venv, ensurepip; print(sys.version_info >= {LEAST})") == "True"


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def install() -> str:
    """Make the environment from the lock, unless it is there; gives what went wrong, or nothing."""
    if READY.exists() and READY.stat().st_mtime >= LOCK.stat().st_mtime:
        return ""
    READY.unlink(missing_ok=True)
    python = find_python()
    if python is None:
        return "meta-ads needs Python 3.12 or newer, and there is none on PATH, in pyenv or in uv"
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [python, "-m", "venv", "--clear", str(VENV)],
        [*pip, "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or [f"{command[0]} failed"])[-1]
    READY.touch()
    return ""


if __name__ == "__main__":
    trouble = install()
    WHY_NOT.parent.mkdir(exist_ok=True)
    WHY_NOT.write_text(trouble, encoding="utf-8")
    if trouble:
        sys.stdout.write(f"Meta's CLI is left out: {trouble}\n")
