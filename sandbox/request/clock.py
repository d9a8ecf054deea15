"""Time in the sandbox: the clock everything reads, and the numbered days of an account."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sandbox.request.refusals import invalid

if TYPE_CHECKING:
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

HISTORY_DAYS = 90
BIRTHDAY = HISTORY_DAYS - 1
"""The number of the day on which a world begins: the last of its history."""
FRESH_S = 900
"""Figures are counted every quarter of an hour, so all pages of a question agree (docs/graph-api.md §7.3)."""
MOST_DAYS = 3653
"""How far the clock may be moved on from where the world began."""
DAY_S = 86_400
OLDEST_YEAR, NEWEST_YEAR = 2010, 2100


class Clock:
    """Gives unix seconds: real time until it is set, from then on it stands."""

    def __init__(self, standing: float | None) -> None:
        """Take where the clock stands; None lets it run."""
        self.standing = standing

    def __call__(self) -> float:
        """Give the moment."""
        return time.time() if self.standing is None else self.standing


def counted(moment: float) -> float:
    """Give the moment up to which figures are counted."""
    return moment // FRESH_S * FRESH_S


@dataclass(frozen=True)
class Calendar:
    """An account's days by number; the world began on the day `BIRTHDAY`."""

    zone: ZoneInfo
    birthday: date

    def number(self, moment: float) -> int:
        """Give the number of the day a moment falls on."""
        return BIRTHDAY + (datetime.fromtimestamp(moment, self.zone).date() - self.birthday).days

    def at(self, moment: float) -> datetime:
        """Give what the account's clock shows."""
        return datetime.fromtimestamp(moment, self.zone)

    def date(self, number: int) -> date:
        """Give the date of a day."""
        return self.birthday + timedelta(days=number - BIRTHDAY)

    def start(self, number: int) -> float:
        """Give the moment a day begins, in unix seconds; days have 23 to 25 hours."""
        return _midnight(self.zone, self.date(number))

    def local(self, text: str) -> str:
        """Write a time that stands in a node in the account's own time."""
        return _local(text, self.zone)

    def offset_hours(self, moment: float) -> float:
        """Give how far local time is ahead of UTC."""
        return int(datetime.fromtimestamp(moment, self.zone).strftime("%z")) / 100


@lru_cache(maxsize=4096, typed=True)
def _local(text: str, zone: ZoneInfo) -> str:
    moment = seconds(text)
    return text if moment is None else written(moment, zone)


@lru_cache(maxsize=4096)
def _midnight(zone: ZoneInfo, day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def asked(wanted: Any, now: float) -> float:
    """Read `{"set": ISO time with offset}` or `{"advance_s": N}`; gives the moment to move the clock to."""
    if not isinstance(wanted, dict) or len(wanted) != 1 or not wanted.keys() <= {"set", "advance_s"}:
        raise invalid('Send {"set": "2026-12-01T12:00:00Z"} or {"advance_s": 3600}')
    if "set" in wanted:
        return moment_of(wanted["set"])
    step = wanted["advance_s"]
    if isinstance(step, bool) or not isinstance(step, int | float) or not math.isfinite(step) or step < 0:
        raise invalid("advance_s must be a number of seconds, 0 or more", blame="advance_s")
    return now + step


def moment_of(text: Any) -> float:
    """Read an ISO time with its offset from UTC into unix seconds."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None or not OLDEST_YEAR <= moment.year <= NEWEST_YEAR:
        raise invalid(
            f"{text!r} is no moment: write an ISO time with its offset, such as 2026-12-01T12:00:00Z",
            blame="set",
        )
    return moment.timestamp()


def iso_moment(text: str) -> datetime:
    """Read an ISO time with its offset from UTC."""
    return datetime.fromtimestamp(moment_of(text), UTC)


def seconds(text: Any) -> float | None:
    """Read a time as it stands in a node, or give None where there is none that can be read."""
    try:
        return datetime.fromisoformat(str(text)).timestamp() if text else None
    except ValueError:
        return None


def written(moment: float, zone: tzinfo) -> str:
    """Write a moment the way the Graph API does. Raises ValueError beyond 2100."""
    local = datetime.fromtimestamp(moment, zone)
    if local.year > NEWEST_YEAR:
        raise ValueError("too far away")
    return on_wire(local)


def on_wire(local: datetime) -> str:
    """Write a local time the way the Graph API does: no colon in the offset (docs/graph-api.md §6)."""
    return local.strftime("%Y-%m-%dT%H:%M:%S%z")


def iso(moment: float) -> str:
    """Write a moment in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
