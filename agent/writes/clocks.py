"""The clock of this machine beside Meta's: time that has passed for certain, though somebody may set one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from tools.graph import ServerClock

ANY_CLOCK = timedelta(days=2)
"""How wrong a clock may be that nothing is known of."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far Meta's own clocks may lie apart."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened by this machine's clock and, where it was known, by Meta's."""

    ours: datetime
    meta: datetime | None = None

    @property
    def text(self) -> str:
        return " ".join(moment.isoformat() for moment in (self.ours, self.meta) if moment)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """A moment as it was stored. Raises ValueError."""
        ours, _, meta = text.partition(" ")
        return cls(datetime.fromisoformat(ours), datetime.fromisoformat(meta) if meta else None)

    @property
    def not_before(self) -> datetime:
        """It did not happen before this by Meta's clock, by which the account's log is read."""
        return min(self.ours, self.meta) - CLOCKS_DIFFER if self.meta else self.ours - ANY_CLOCK


class Clocks:
    """Both clocks, as they are at present."""

    def __init__(self, now: Callable[[], datetime], meta: ServerClock) -> None:
        self.now = now
        self._meta = meta

    @property
    def moment(self) -> Moment:
        """The present, by Meta's clock at the latest it can be."""
        return Moment(self.now(), self._meta.latest)

    def passed_s(self, since: Moment) -> float:
        """Seconds that have passed since then for certain: what both clocks agree on, none without Meta's."""
        earliest = self._meta.earliest
        if earliest is None or since.meta is None:
            return 0.0
        return max(0.0, min(earliest - since.meta, self.now() - since.ours).total_seconds())
