"""Time of the test world: it passes only when somebody waits, is slow, or sleeps with the lid closed."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Shared by the client and the server; `at_s` counts seconds since the start of the history.

    The machine's time of day may be wrong, and the date that the server gives a little, too.
    """

    def __init__(self) -> None:
        self.at_s = 0.0
        self.wrong_s = 0.0
        self.server_wrong_s = 0.0
        self.was_set = False
        """Whether anybody ever set the machine's time of day."""
        self._steady_s = 0.0

    def now(self) -> datetime:
        """The machine's time of day."""
        return START + timedelta(seconds=self.at_s + self.wrong_s)

    def date(self) -> str:
        """The server's time of day, as a header."""
        return format_datetime(START + timedelta(seconds=self.at_s + self.server_wrong_s), usegmt=True)

    def monotonic(self) -> float:
        """The clock that nobody can set. It stands still while the machine sleeps."""
        return self._steady_s

    def sleep(self, seconds: float) -> None:
        self.at_s += seconds
        self._steady_s += seconds

    def freeze(self, seconds: float) -> None:
        """The machine sleeps: the time of day moves on, the steady clock does not."""
        self.at_s += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the machine's time of day."""
        self.wrong_s += seconds
        self.was_set |= seconds != 0
