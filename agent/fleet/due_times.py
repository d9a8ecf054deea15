"""When a standing order is due: an hour of an account's own day, whatever its clock does to that day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY = ("day", "weekday", *WEEK, "month")
"""How often; a month begins on its first day."""
MOST_COUNTED = 1000


def next_due(at: time, every: str, zone: tzinfo, after: datetime) -> datetime:
    """The first moment after another one, in UTC.

    A time that a day has twice is its first one, and one that it does not have is as much later as the clock jumps: each once.
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    while True:
        due = datetime.combine(day, at, zone).astimezone(UTC)
        if due > after and _falls_on(every, day):
            return due
        day += timedelta(days=1)


def put_off(at: time, every: str, zone: tzinfo, due: datetime, now: datetime) -> bool:
    """Whether it is due later than its next two times: so only a clock has it that was set ahead."""
    return due > next_due(at, every, zone, next_due(at, every, zone, now))


def missed(at: time, every: str, zone: tzinfo, due: datetime, now: datetime) -> int:
    """How many times have come since one that was due."""
    count = 0
    while count < MOST_COUNTED and (due := next_due(at, every, zone, due)) <= now:
        count += 1
    return count


def said(at: time, every: str) -> str:
    """For example "every monday at 08:00"."""
    often = "every first of the month" if every == "month" else f"every {every}"
    return f"{often} at {at:%H:%M}"


def _falls_on(every: str, day: date) -> bool:
    if every == "month":
        return day.day == 1
    return every == "day" or (every == "weekday" and day.weekday() < 5) or every == WEEK[day.weekday()]
