"""Time of the test world: it passes only when somebody waits, is slow, or sleeps with the lid closed."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Shared by the client and the server; `at_s` counts seconds since the start of the history."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self._steady_s = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.at_s)

    def monotonic(self) -> float:
        """The clock that nobody can set. It stands still while the machine sleeps."""
        return self._steady_s

    def sleep(self, seconds: float) -> None:
        self.at_s += seconds
        self._steady_s += seconds

    def freeze(self, seconds: float) -> None:
        """The machine sleeps: the time of day moves on, the steady clock does not."""
        self.at_s += seconds
