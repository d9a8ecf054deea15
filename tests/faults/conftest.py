"""How many histories are tried, and what they met.

`ADSTEWARD_HISTORIES=10000` tries that many at random and prints what was covered (`make faults`);
without it a few hundred, the same ones each time.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.faults.history import COVERED, History, fast_folder

WANTED = os.environ.get("ADSTEWARD_HISTORIES", "")
COMMON = {
    "deadline": None,
    "stateful_step_count": 6,
    "suppress_health_check": list(HealthCheck),
    "database": None,
    "print_blob": True,
    "phases": (Phase.generate, Phase.shrink),
}
settings.register_profile("few histories", max_examples=300, derandomize=True, **COMMON)
settings.register_profile("many histories", max_examples=int(WANTED or 1), **COMMON)


@pytest.fixture
def histories() -> settings:
    """How many histories, and how they are chosen."""
    return settings.get_profile("many histories" if WANTED else "few histories")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What all histories met, where many were asked for."""
    if WANTED and COVERED:
        terminalreporter.section("what the histories met")
        for name, count in sorted(COVERED.items()):
            terminalreporter.line(f"{count:>9,}  {name}")


@pytest.fixture
def history() -> Iterator[History]:
    """A history that has only begun."""
    with fast_folder() as folder:
        (Path(folder) / "state").mkdir()
        history = History(Path(folder) / "state")
        yield history
        history.close()
