"""The days of a period, and its name in words."""

import re
from calendar import monthrange
from datetime import date, timedelta

from agent.models.offline.language.slots import Period


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month. Raises ValueError."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        raise ValueError("that is too long ago")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first and the last day of a period, presets as the tools mean them. Raises ValueError for all time."""
    if not period.preset:
        return date.fromisoformat(period.since), date.fromisoformat(period.until)
    yesterday = today - timedelta(days=1)
    if match := re.fullmatch(r"last_(\d+)d", period.preset):
        return today - timedelta(days=int(match[1])), yesterday
    quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    month, year, monday = (
        today.replace(day=1),
        today.replace(month=1, day=1),
        today - timedelta(days=today.weekday()),
    )
    starts = {
        "today": (today, today), "yesterday": (yesterday, yesterday), "this_week_mon_today": (monday, today),
        "this_month": (month, today), "this_quarter": (quarter, today), "this_year": (year, today),
        "last_week_mon_sun": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "last_month": (months_back(month, 1), month - timedelta(days=1)),
        "last_quarter": (months_back(quarter, 3), quarter - timedelta(days=1)),
        "last_year": (months_back(year, 12), year - timedelta(days=1)),
    }  # fmt: skip
    if period.preset not in starts:
        raise ValueError("that has no days to compare with")
    return starts[period.preset]


def said(whole: str) -> str:
    """A period in words, from the tools' own way to write it."""
    preset, blank, days = whole.partition(" (")
    if blank and not preset.startswith("20"):
        first, _, last = days.rstrip(")").partition(" to ")
        return f"{said(preset)} ({first})" if first == last else f"{said(preset)} ({days}"
    if match := re.fullmatch(r"last_([0-9]+)d", preset):
        return f"last {match[1]} days"
    week = {
        "_mon_sun": " (Mon-Sun)",
        "_sun_sat": " (Sun-Sat)",
        "_mon_today": " so far",
        "_sun_today": " so far",
    }
    for ending, words in week.items():
        if preset.endswith(ending):
            return preset.removesuffix(ending).replace("_", " ") + words
    return {"maximum": "all time"}.get(preset, whole.replace("_", " "))
