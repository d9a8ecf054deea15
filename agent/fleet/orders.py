"""The values of standing orders: what is to be done where and when, one time of it, and how that ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Literal

from agent.fleet import due_times
from agent.setup.settings import Mode
from tools.domain.text import clock, counted, zone_of

ALL = "all"
"""The account of an order that means every account of the token."""
LATE_S = 900
"""Later than this is said: a timer that looks every five minutes is in time."""
ENDED_AS: Mapping[str, str] = {
    "needs_approval": "left changes to approve",
    "not_understood": "not understood",
    "error": "failed",
    "limit": "stopped at a limit",
}
"""How people say a status that is no word of theirs."""
WELL = ("done", "needs_approval", "declined")
"""How a time ends that nobody has to look at."""
OrderState = Literal["active", "paused", "removed"]


@dataclass(frozen=True, slots=True)
class Spot:
    """An account as an order needs to know it."""

    account: str
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Order:
    """A request that comes back."""

    number: int
    request: str
    at: time
    every: str
    account: str
    """An id, or all."""
    approve: Mode
    options: Mapping[str, Any]
    """How its runs are opened beside account and approval: world, model, limits."""
    state: OrderState
    ahead: bool = False
    """Whether it is done before the orders that are not, as somebody waits for it."""
    prefix: str = "s"
    """Of its id: what is looked at because of a webhook is no schedule, and has another one."""

    @property
    def id(self) -> str:
        return f"{self.prefix}{self.number}"

    @property
    def when(self) -> str:
        """When it comes, in words."""
        return due_times.said(self.at, self.every)


@dataclass(frozen=True, slots=True)
class Slot:
    """An order in one account: when it is due next, in UTC, and how it ended last."""

    spot: Spot
    due: datetime
    last: Mapping[str, Any] | None = None
    again: datetime | None = None
    """When a time that failed is tried again, in UTC, before the next one is due."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One time of an order in one account that a worker has taken: nobody else does it."""

    number: int
    order: Order
    spot: Spot
    due: datetime
    claimed_at: datetime
    owner: str
    attempt: int = 1
    missed: int = 0
    """Later times that had come too when it was taken, and are done with this one."""
    failed_since: datetime | None = None
    """Of one that is tried again: when the first that failed was taken."""

    @property
    def late(self) -> str:
        """That it comes late, and what it stands for; nothing when it is in time."""
        late_s = (self.claimed_at - self.due).total_seconds()
        if late_s < LATE_S and not self.missed:
            return ""
        on_its_clock = clock(self.due.astimezone(zone_of(self.spot.timezone)))
        minutes = int(late_s // 60)
        by = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
        also = f"; {counted(self.missed, 'later time')} that passed meanwhile counted as done with it"
        return f"late by {by}: it was due at {on_its_clock}{also if self.missed else ''}"


@dataclass(frozen=True, slots=True)
class End:
    """How one time of an order ended."""

    status: str
    exit_code: int
    answer: str
    change_sets: tuple[str, ...] = ()
    transcript: str = ""
    timezone: str = ""
    """That of the account, as Meta says it now; empty when it could not be asked."""
    news: bool = True
    """Whether a person should hear of it; False for an ad that was processed and is fine."""
    passing: bool = False
    """Whether it failed in a way that may be no more a little later."""
    wait_s: float = 0.0
    """How long Meta wanted to be left alone, where that was longer than it might wait."""


def moment(text: str) -> datetime:
    """A kept moment, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
