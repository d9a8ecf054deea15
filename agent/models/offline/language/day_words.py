"""Finds one day in a request: by its name, its number and month, or as a date."""

import re
from datetime import date, timedelta

from agent.models.offline.language.items import Items

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS_AGO = ("today", "yesterday", "day_before_yesterday")
YEAR = re.compile(r"(?:19|20)\d\d")


def day_at(items: Items, at: int, today: date | None) -> tuple[date, int, bool] | None:
    """One day, the place after it, and whether it was said loosely; without a year the last one there was."""
    item = items.at(at)
    if item is None:
        return None
    if item.kind == "period" and item.value in _DAYS_AGO:
        return known(today) - timedelta(days=_DAYS_AGO.index(item.value)), at + 1, False
    if item.kind == "weekday":
        back = (known(today).weekday() - int(item.value)) % 7 or 7
        return known(today) - timedelta(days=back), at + 1, True
    if match := ISO.fullmatch(item.value) if item.kind == "num" else None:
        return real(int(match[1]), int(match[2]), int(match[3])), at + 1, False
    for form in (("num", "month"), ("num", "link:in", "month"), ("month", "num")):
        end = items.match(at, *form)
        said = {one.kind: one.value for one in items.row[at:end]} if end else {}
        number = re.match(r"\d+", said.get("num", ""))
        if number and 1 <= int(number[0]) <= 31:
            return _dated(items, int(number[0]), int(said["month"]), end, today)
    return None


def _dated(items: Items, day: int, month: int, end: int, today: date | None) -> tuple[date, int, bool]:
    now = known(today)
    for form in (("num",), ("link:in", "num"), ("join", "num")):
        place = items.match(end, *form)
        if place and YEAR.fullmatch(items.row[place - 1].value):
            return real(int(items.row[place - 1].value), month, day), place, False
    found = real(now.year, month, day)
    return (found if found <= now else real(now.year - 1, month, day)), end, False


def later_day(items: Items, at: int, first: date) -> tuple[date, int, bool] | None:
    """The last day of "nov 1-20", and the place after it."""
    number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", item.value) if (item := items.at(at)) else None
    return (real(first.year, first.month, int(number[1])), at + 1, True) if number else None


def same_month(items: Items, at: int, joins: str, today: date | None) -> tuple[date, int, bool] | None:
    """The first day of "1 to 10 november", and the place after it."""
    joined = items.match(at, "num", joins)
    last = day_at(items, items.past_fill(joined), today) if joined else None
    number = re.fullmatch(r"(\d{1,2})\D*", items.row[at].value) if last else None
    return (real(last[0].year, last[0].month, int(number[1])), at + 1, True) if number and last else None


def known(today: date | None) -> date:
    """Today. Raises ValueError where nobody has said what day it is."""
    if today is None:
        raise ValueError("today's date is not known here; use yesterday, last 7 days or last 30 days")
    return today


def real(year: int, month: int, day: int) -> date:
    """A date. Raises ValueError where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day") from None
