"""How many histories are tried, and what they met.

`ADSTEWARD_HISTORIES=10000` tries that many at random and prints what was covered (`make faults`);
without it a few hundred, the same ones each time unless the profile is to draw others.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from agent.writes.day import OtherJournals
from tests.draws import examples
from tests.faults.history import History, fast_folder
from tests.faults.met import COVERED

WANTED = os.environ.get("ADSTEWARD_HISTORIES", "")


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that comes between the steps of another one cannot wait for it: it goes on as after the longest wait."""
    monkeypatch.setattr(OtherJournals, "LOCK_WAIT_S", 0)


@pytest.fixture
def histories() -> settings:
    """How many histories, and how they are chosen."""
    return settings(
        max_examples=int(WANTED or examples(200)),
        stateful_step_count=7,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What all histories met, where many were asked for."""
    if WANTED and COVERED:
        terminalreporter.section(f"what the histories met (seed {config.getoption('--hypothesis-seed')})")
        for name, count in sorted(COVERED.items()):
            terminalreporter.line(f"{count:>9,}  {name}")


@pytest.fixture(scope="session")
def new_history() -> Iterator[Callable[[], AbstractContextManager[History]]]:
    """Begins histories, each in a folder of its own."""
    with fast_folder() as folder:
        numbers = count()

        def begin() -> AbstractContextManager[History]:
            path = Path(folder) / str(next(numbers))
            path.mkdir()
            return closing(History(path))

        yield begin


@pytest.fixture
def history(new_history: Callable[[], AbstractContextManager[History]]) -> Iterator[History]:
    """A history that has only begun."""
    with new_history() as history:
        yield history
