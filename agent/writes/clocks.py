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

    def within(self, long: timedelta, now: Self) -> bool:
        """Whether it was within this time before now by any of the clocks: by one that was set, it may be longer ago."""
        return self.least_ago(now) <= long

    def least_ago(self, now: Self) -> timedelta:
        """How long ago it was, by the clock that says less."""
        return min(self._ago(now))

    def most_ago(self, now: Self) -> timedelta:
        """How long ago it was, by the clock that says more."""
        return max(self._ago(now))

    def told_by(self, now: Self) -> datetime:
        """When it was by this machine's clock as it goes now; what it said then, unless it was set since."""
        if not (now.meta and self.meta):
            return self.ours
        by_meta = now.ours - (now.meta - self.meta)
        return by_meta if abs(by_meta - self.ours) > CLOCKS_DIFFER else self.ours

    def _ago(self, now: Self) -> list[timedelta]:
        by_meta = [now.meta - self.meta] if now.meta and self.meta else []
        return [now.ours - self.ours, *by_meta]

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
