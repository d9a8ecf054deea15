"""The days of a period, and of the one that it is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

from tools.domain.insights import Period, months_back, out_of_reach
from tools.domain.tool import ToolError

Span = tuple[date, date]

_UNITS = {"month": 1, "quarter": 3, "year": 12}
SAME_WEEKDAYS = timedelta(days=364)
"""A year back with the same weekdays."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Two periods as they are held against each other."""

    now: Span
    then: Span
    cut: bool
    """Whether one of them was not over, so that its whole days stand for it."""
    running: bool
    """Whether one of them is today alone, which no whole day can be held against."""

    @property
    def uneven(self) -> bool:
        """Whether one has more days than the other, so that their sums are compared by the day."""
        return length(self.now) != length(self.then)


def span_of(period: Period, default: str, today: date) -> Span:
    """The first and the last day that a period stands for. Raises ToolError for `maximum`."""
    if period.since and period.until:
        return date.fromisoformat(period.since), date.fromisoformat(period.until)
    preset = period.date_preset or default
    if preset in ("today", "yesterday"):
        day = today - timedelta(days=preset == "yesterday")
        return day, day
    head, _, unit = preset.partition("_")
    if unit.removesuffix("d").isdecimal():
        return today - timedelta(days=int(unit.removesuffix("d"))), today - timedelta(days=1)
    if unit.startswith("week"):
        first = today - timedelta(days=(today.weekday() + ("sun" in unit.split("_")[1])) % 7)
        return (first, today) if head == "this" else (first - timedelta(days=7), first - timedelta(days=1))
    if unit not in _UNITS:
        raise ToolError(f"{preset} has no days before it to compare with; give since and until.")
    months = _UNITS[unit]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    return (first, today) if head == "this" else (months_back(first, months), first - timedelta(days=1))


def up_to_now(span: Span, period: Period, today: date) -> Span:
    """The days in which something happened: "last 7 days" leaves today out of figures alone, as those are not whole yet."""
    running = (period.date_preset or "").endswith("d") and period.date_preset != "maximum"
    return (span[0], today) if running and span[1] == today - timedelta(days=1) else span


def compared(wanted: str, preset: str, span: Span) -> Span:
    """The days to compare with: `previous`, `last_year`, or a span of two days."""
    first, last = span
    if wanted == "last_year":
        return first - SAME_WEEKDAYS, last - SAME_WEEKDAYS
    if wanted != "previous":
        since, _, until = wanted.partition("..")
        return date.fromisoformat(since), date.fromisoformat(until)
    head, _, unit = preset.partition("_")
    if unit in _UNITS:
        months = _UNITS[unit]
        start, end = months_back(first, months), first - timedelta(days=1)
        return start, end if head == "last" else min(end, start + (last - first))
    days = 7 if unit.startswith("week") else (last - first).days + 1
    return first - timedelta(days=days), last - timedelta(days=days)


def over(span: Span, today: date) -> Span:
    """A span up to yesterday, as today is no whole day yet; one that begins today stays."""
    return (span[0], min(span[1], today - timedelta(days=1))) if span[0] < today else span


def sides(wanted: str, preset: str, span: Span, today: date) -> Sides:
    """A span and the one to compare it with by whole days alone; where one is not over, the other is no longer than it.

    It may be shorter, as February is.
    """
    now = over(span, today)
    asked = compared(wanted, preset, now)
    then = over(asked, today)
    if now != span or (now[0] == today and preset.startswith("this_")):
        then = _no_longer(then, now)
    elif then != asked:
        now = _no_longer(now, then)
    return Sides(now, then, now != span or then != asked, today in (now[0], then[0]))


def _no_longer(span: Span, other: Span) -> Span:
    return span[0], min(span[1], span[0] + (other[1] - other[0]))


def wanted(text: str) -> str:
    """What to compare with, as it is understood here. Raises ValueError."""
    said = text.strip().lower().replace(" ", "")
    if said in ("", "previous", "last_year"):
        return said
    said = {"previous_period": "previous", "prior": "previous", "year": "last_year"}.get(said, said)
    since, _, until = said.partition("..")
    try:
        backwards = date.fromisoformat(since) > date.fromisoformat(until)
    except ValueError:
        if said in ("previous", "last_year"):
            return said
        raise ValueError("use previous, last_year (the same weekdays), or YYYY-MM-DD..YYYY-MM-DD") from None
    if backwards:
        raise ValueError("the first day must not be after the last")
    return said


def check(span: Span, today: date) -> None:
    """Raises ToolError for days that Meta has no figures of."""
    if problem := out_of_reach(span[0], today):
        raise ToolError(f"No figures of {said(span)}: {problem}.")


def length(span: Span) -> int:
    """How many days a span has."""
    return (span[1] - span[0]).days + 1


def asked(span: Span) -> dict[str, dict[str, str]]:
    """A span as Meta is asked for it."""
    return {"time_range": {"since": span[0].isoformat(), "until": span[1].isoformat()}}


def said(span: Span) -> str:
    """A span for a person."""
    return f"{span[0]} to {span[1]}"
