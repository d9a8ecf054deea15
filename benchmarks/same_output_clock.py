"""Runs adsteward of a checkout with a clock that stands still, so that two runs say the same times.

Used by same_output.py as `python same_output_clock.py MOMENT CHECKOUT ARGUMENTS`. Time passes only when
somebody sleeps, and sleeping is over at once.
"""

import concurrent.futures
import datetime as dt
import importlib
import sys
import threading  # before `time` is changed: it keeps the real clock for its own waits
import time
import tomllib
from pathlib import Path
from typing import Any, Self

REAL, MONOTONIC, SLEEP = dt.datetime, time.monotonic, time.sleep
LONGEST_SLEEP_S = 0.01


class _LikeReal(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, REAL)


class Moment(REAL, metaclass=_LikeReal):
    """A datetime whose present is what `time.time` says."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        """Give the present."""
        return cls.fromtimestamp(time.time(), tz)


class Clock:
    """A clock that is moved on by sleeping alone."""

    def __init__(self, starts_s: float) -> None:
        """Take the moment at which it stands."""
        self.starts_s, self.slept_s = starts_s, 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Move on by so much, and hardly wait."""
        with self._lock:
            self.slept_s += seconds
        SLEEP(min(seconds, LONGEST_SLEEP_S))

    def install(self) -> None:
        """Put it in the place of the computer's clock."""
        replaced: Any = time
        replaced.time = lambda: self.starts_s + self.slept_s
        replaced.monotonic = lambda: MONOTONIC() + self.slept_s
        replaced.sleep = self.sleep
        dt.datetime = Moment  # type: ignore[misc]


def one_at_a_time() -> None:
    """Have uploads and reads that go out together made in their order, so that it is always the same."""
    pool = concurrent.futures.ThreadPoolExecutor
    usual = pool.__init__

    def alone(self: concurrent.futures.ThreadPoolExecutor, _: int | None = None, **options: Any) -> None:
        usual(self, **{**options, "max_workers": 1})

    changed: Any = pool
    changed.__init__ = alone


def main() -> None:
    """Start the command that the checkout's pyproject.toml names, as its own script would."""
    moment, checkout, *arguments = sys.argv[1:]
    project = tomllib.loads((Path(checkout) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module_name, _, function = project["scripts"]["adsteward"].partition(":")
    Clock(REAL.fromisoformat(moment).timestamp()).install()
    one_at_a_time()
    sys.argv, sys.path[0] = ["adsteward", *arguments], checkout
    module = importlib.import_module(module_name)
    if not Path(str(module.__file__)).is_relative_to(checkout):
        sys.exit(f"{module_name} was taken from {module.__file__}, not from {checkout}.")
    sys.exit(getattr(module, function)())


if __name__ == "__main__":
    main()
