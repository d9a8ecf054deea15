"""What time it is at Meta, as the `Date` header of its answers tells it: bounds that hold whatever this machine's clock does."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

KEPT = 8
"""Answers that count: servers differ by moments, and one with an absurd date must not decide alone."""
RESOLUTION_S = 1.0
"""The header has whole seconds, cut off."""
_SANE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def steady_s() -> float:
    """Seconds by a clock that nobody can set, and that goes on while the machine sleeps, where there is one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class ServerClock:
    """Meta's time, between two bounds; several threads may tell it what they heard.

    Between answers it goes on by a steady clock. Dates that contradict each other widen the bounds, so that
    nobody who counts from the latest moment to the earliest counts too much.
    """

    def __init__(self, steady: Callable[[], float] = steady_s) -> None:
        self.steady = steady
        self._offsets = deque[tuple[float, float]](maxlen=KEPT)

    def heard(self, headers: Mapping[str, str], asked_s: float) -> None:
        """Take in an answer to a request that was sent at `asked_s`; a header that makes no sense counts as none."""
        date = parse_date(headers.get("date", ""))
        if date is not None:
            self._offsets.append((date - self.steady(), date + RESOLUTION_S - asked_s))

    @property
    def earliest(self) -> datetime | None:
        """It is not before this; None while no answer has told."""
        kept = list(self._offsets)
        return _moment(self.steady() + min(low for low, _ in kept)) if kept else None

    @property
    def latest(self) -> datetime | None:
        """It is not after this; None while no answer has told."""
        kept = list(self._offsets)
        return _moment(self.steady() + max(high for _, high in kept)) if kept else None


def parse_date(text: str) -> float | None:
    """A `Date` header as unix seconds; None for one that is missing, malformed or absurd."""
    try:
        date = parsedate_to_datetime(text)
        date = date.replace(tzinfo=date.tzinfo or UTC)  # "-0000" is UTC, too
        return date.timestamp() if _SANE[0] <= date < _SANE[1] else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _moment(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC)
