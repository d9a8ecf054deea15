"""When something new runs: moments as people write them, in the account's zone."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tools.domain.text import clock
from tools.domain.tool import Context, ToolError

DAY_S = 24 * 60 * 60
_HOW = "write 2026-12-01 or 2026-12-01 08:00 (the account's time)"


@dataclass(frozen=True, slots=True)
class Schedule:
    """First and last moment of a run; None for as soon as it is started, and for no end."""

    start: datetime | None
    end: datetime | None
    now: datetime

    @property
    def seconds(self) -> int | None:
        """How long it can run; None without an end."""
        if self.end is None:
            return None
        return int((self.end - max(self.start or self.now, self.now)).total_seconds())

    @property
    def days(self) -> int:
        """Days it can run, begun ones counted; 1 without an end."""
        return math.ceil((self.seconds or DAY_S) / DAY_S)

    def params(self, end_name: str) -> dict[str, str]:
        """As Graph takes it: with the offset from UTC."""
        moments = {"start_time": self.start, end_name: self.end}
        return {name: f"{at:%Y-%m-%dT%H:%M:%S%z}" for name, at in moments.items() if at}

    def shown(self) -> dict[str, str]:
        moments = {"starts": self.start, "ends": self.end}
        return {name: clock(at, exact=True) for name, at in moments.items() if at}


def schedule(ctx: Context, start: str | None, end: str | None) -> Schedule:
    """The times of a run; a day alone means its beginning, and as an end, its last minute. Raises ToolError."""
    now = ctx.now()
    begins = _moment(ctx, "start_time", start, time()) if start else None
    ends = _moment(ctx, "end_time", end, time(23, 59)) if end else None
    if begins and begins <= now:
        raise ToolError(
            f"start_time {start} lies in the past; leave it out to run as soon as it is activated."
        )
    if ends and ends <= (begins or now):
        raise ToolError(f"end_time {end} lies {'before start_time' if begins else 'in the past'}.")
    return Schedule(begins, ends, now)


def _moment(ctx: Context, name: str, text: str, of_day: time) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ToolError(f"{name}: {text[:40]!r} is no time; {_HOW}.") from None
    if _is_day(text):
        moment = datetime.combine(moment.date(), of_day)
    zone = ctx.account.zone
    try:
        at = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
        at - ctx.now() + timedelta(days=1)
    except (OverflowError, ValueError):
        raise ToolError(f"{name}: {text[:40]!r} is no time; {_HOW}.") from None
    return at.replace(second=0, microsecond=0)


def _is_day(text: str) -> bool:
    """Whether a text names a day and no time of it, in any of the forms of ISO 8601."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
