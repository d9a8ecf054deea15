"""Real hosts in a home of their own, with a scripted model. They run with `make hosts` and are skipped elsewhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agent.support import Sandbox
from tests.hosts.fake_model import FakeModel, fake_model

ROOT = Path(__file__).parent.parent.parent
HOSTS = Path(os.environ.get("ADSTEWARD_HOSTS") or "/nonexistent")
"""Where `make hosts` put Node and the hosts."""


@dataclass
class Machine:
    """A home folder, a PATH on which `adsteward` means the sandbox, and a model."""

    home: Path
    env: dict[str, str]
    model: FakeModel

    def run(
        self, *command: str, timeout_s: float = 120, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            command,
            cwd=self.home,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if check and result.returncode:
            raise AssertionError(f"{command} → {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def start(self, *command: str, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen(
                command, cwd=self.home, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    @property
    def workspace(self) -> Path:
        return self.home / ".adsteward"

    def sandbox(self) -> Sandbox:
        """The account as it is now."""
        return Sandbox(self.workspace / "state" / "sandbox.sqlite")

    def statuses(self, ads: Sequence[str]) -> set[str]:
        with self.sandbox() as sandbox:
            return {sandbox.status(ad) for ad in ads}

    def losers(self, first: int, count: int) -> list[str]:
        """Ads that run and are bad; each test takes others."""
        with self.sandbox() as sandbox:
            return sandbox.of_class("loser")[first : first + count]


def installed(name: str) -> Path:
    """The programs of a host, or a skip with the reason."""
    folder = HOSTS / name / "node_modules" / ".bin"
    if not folder.is_dir():
        pytest.skip(
            f"{name} is not installed; `make hosts` installs it where Node and npm packages can be had"
        )
    return folder


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    node = installed("node")
    home = tmp_path_factory.mktemp("machine")
    wrapper = home / "bin" / "adsteward"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m agent "$@" --sandbox\n', encoding="utf-8")
    wrapper.chmod(0o755)
    (home / ".adsteward").mkdir()
    hosts = [str(path) for path in HOSTS.glob("*/node_modules/.bin") if path.parent.parent.name != "node"]
    env = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(wrapper.parent), str(node), *hosts, os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "XDG_CACHE_HOME": str(home / "cache"),
        "TMPDIR": str(home),
    }
    with fake_model() as model:
        yield Machine(home, env, model)


@pytest.fixture(scope="module")
def plugin(machine: Machine) -> Path:
    """A copy of the plugin folder whose gate waits for a person for half a minute only."""
    copy = machine.home / "plugin"
    shutil.copytree(ROOT / "plugin", copy)
    gate = copy / "openclaw-gate.js"
    text = gate.read_text(encoding="utf-8")
    assert "ASKED_FOR_MS = 300_000" in text
    gate.write_text(text.replace("ASKED_FOR_MS = 300_000", "ASKED_FOR_MS = 30_000"), encoding="utf-8")
    return copy
