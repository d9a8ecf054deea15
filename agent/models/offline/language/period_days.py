"""The days of a period, and its name in words."""

import re
from datetime import date

from agent.models.offline.language.slots import Period
from tools.domain import insights
from tools.domain.tool import ToolError
from tools.read.figures.spans import span_of, up_to_now


def days_of(period: Period, today: date, *, events: bool = False) -> tuple[date, date]:
    """The first and the last day of a period, presets as the tools mean them for figures or for events. Raises ValueError for all time."""
    asked = insights.Period(**period.args)
    try:
        days = span_of(asked, "", today)
        return up_to_now(days, asked, today) if events else days
    except ToolError:
        raise ValueError("that has no days to compare with") from None


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
