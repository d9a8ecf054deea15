"""How old what is shown is, as a moment on the account's clock and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.overview.snapshots import Part, Place
from tools.domain.text import clock, counted, zone_of

OLD = timedelta(hours=24)
"""Older figures are marked: an account has a new day by then."""


@dataclass(frozen=True, slots=True)
class Age:
    """When something was read. `problem` says why a newer reading failed, if one did."""

    at: str
    said: str
    is_old: bool = False
    problem: str = ""


NEVER = Age("", "not read yet", is_old=True)


def age_of(place: Place, parts: Iterable[Part | None], now: datetime) -> Age:
    """The age of what rests on several parts: that of the oldest one; not read if one of them never was."""
    found = list(parts)
    problem = next((_failed(place, part, now) for part in found if part and part.problem), "")
    times = [part.taken_at for part in found if part and part.taken_at]
    if not times or len(times) < len(found):
        return Age("", NEVER.said, is_old=True, problem=problem)
    oldest = min(times)
    return Age(
        clock(oldest.astimezone(zone_of(place.timezone))), ago(now - oldest), now - oldest > OLD, problem
    )


def ago(passed: timedelta) -> str:
    """For example "12 minutes ago"."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{counted(minutes, 'minute')} ago"
    hours = minutes // 60
    return f"{counted(hours, 'hour')} ago" if hours < 48 else f"{hours // 24} days ago"


def _failed(place: Place, part: Part, now: datetime) -> str:
    at = clock(part.tried_at.astimezone(zone_of(place.timezone)))
    return f"Could not be read anew {ago(now - part.tried_at)} ({at}): {part.problem}"
