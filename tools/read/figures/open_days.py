"""What is not yet what it will be: rows of part of a week or a month, today, and days whose results still come in."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tools.domain.insights import Period, months_back
from tools.domain.tool import ToolError
from tools.read.ad_figures import CLICK_GOALS, LAG_DAYS
from tools.read.figures.question import InsightsInput, Question
from tools.read.figures.spans import Span, span_of
from tools.read.intake import day_of

ROWS_OF_TIME = 8
"""So many rows there are by week, or any number of days that a week holds but once, where no period is said."""
MONTHS = 6
FEW_DAYS = 7
"""In a condition on so few days those whose results still come in weigh much."""
STILL = "results since "
_LATE = ("purchase", "lead", "conversion", "registration", "checkout", "cart", "install", "subscribe")
"""Kinds of actions that are known days later."""


def with_period(args: InsightsInput, today: date) -> InsightsInput:
    """The question with a period that holds several rows of its length, where none is said."""
    step = args.time_increment
    if args.date_preset or args.since or step == "all_days" or (step != "monthly" and step < 4):
        return args
    if step == "monthly":
        first, last = months_back(today.replace(day=1), MONTHS - 1), today
    else:
        first, last = today - timedelta(days=ROWS_OF_TIME * step), today - timedelta(days=1)
    return args.model_copy(update={"since": first.isoformat(), "until": last.isoformat()})


def span_asked(period: Mapping[str, Any], today: date) -> Span:
    """The days of a period as Meta is asked for it; all time has no first day here."""
    try:
        return span_of(Period(**period.get("time_range", period)), "", today)
    except ToolError:
        return date.min, today


def not_whole(key: Mapping[str, str], step: str | int, span: Span, today: date) -> dict[str, str]:
    """What makes a row of time less than its neighbours: days outside of the period, or a day that is not over."""
    begin, end = (day_of(key.get(name)) for name in ("date_start", "date_stop"))
    if step == "all_days" or not (begin and end):
        return {}
    due = monthrange(begin.year, begin.month)[1] if step == "monthly" else int(step)
    first, last = max(begin, span[0]), min(max(begin, end), span[1], today)
    said = [f"{(last - first).days + 1} of {due} days"] if (last - first).days + 1 < due else []
    said += ["today is not over"] if last == today else []
    return {"not_whole": ", ".join(said)} if said else {}


def filling(question: Question, span: Span, today: date) -> Iterator[str]:
    """That results of the newest days are not all there, where periods or rows of time are set side by side, or days are chosen by."""
    args, settled = question.args, today - timedelta(days=LAG_DAYS + 1)
    chosen_by = args.filtering and (span[1] - span[0]).days < FEW_DAYS
    beside = args.compare or args.time_increment != "all_days"
    if not (beside or chosen_by) or span[1] <= settled or not _late(question):
        return
    first = max(settled + timedelta(days=1), span[0])
    until = f"; all there to {settled}" if span[0] <= settled else ""
    yield (f"{STILL}{first} still come in, so they look fewer and a result dearer than they will be{until}")


def _late(question: Question) -> bool:
    """Whether a figure is of what is known days after it happened."""
    goals = set(question.goals.events) if question.goals else set[str]()
    kinds = (one.kind for one in question.columns if one.kind)
    return bool(goals - set(CLICK_GOALS.values())) or any(late in kind for kind in kinds for late in _LATE)
