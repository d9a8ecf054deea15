"""Finds the stretch of time in a request: a preset where there is one, else the first and the last day."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from agent.models.offline.intents import PeriodArgs
from tools.domain.insights import out_of_reach

UNDERSTOOD = (
    "today, yesterday, last 7 days (any number), last 2 weeks, this week, last week, this month, last month,"
    " since 2026-11-01, from 2026-11-01 to 2026-11-10, in November, in 2025"
)
PRESET_DAYS = (3, 7, 14, 28, 30, 90)

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split()
_WORDS = {word: n for n, word in enumerate(_NUMBERS, start=1)} | {
    "a": 1, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90, "couple of": 2,
}  # fmt: skip
_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_NAMED = {
    "today": "today", "today so far": "today", "so far today": "today", "yesterday": "yesterday",
    "this week": "this_week_mon_today", "week to date": "this_week_mon_today", "wtd": "this_week_mon_today",
    "last week": "last_week_mon_sun", "previous week": "last_week_mon_sun",
    "this month": "this_month", "month to date": "this_month", "mtd": "this_month", "this month so far": "this_month",
    "last month": "last_month", "previous month": "last_month",
    "this quarter": "this_quarter", "last quarter": "last_quarter",
    "this year": "this_year", "year to date": "this_year", "ytd": "this_year", "last year": "last_year",
    "past week": "last_7d", "past month": "last_30d", "past fortnight": "last_14d", "last fortnight": "last_14d",
    "all time": "maximum", "lifetime": "maximum", "maximum": "maximum", "entire history": "maximum",
    "since the beginning": "maximum",
}  # fmt: skip

_MONTH = "(?:" + "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in _MONTHS) + "|sept)"
_DAY = (
    rf"(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|(?:the )?[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? [0-9]{{4}})?"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?(?:,? [0-9]{{4}})?|today|yesterday|{'|'.join(_WEEKDAYS)})"
)
_COUNT = rf"(?P<n>[0-9]{{1,4}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_FORMS = (
    rf"(?:last|past|previous) {_COUNT} ?(?P<unit>days?|d|weeks?|months?)",
    rf"(?:from |between )?(?P<first>{_DAY}) ?(?:to|until|till|through|and|-|\u2013|\.\.) ?(?P<last>{_DAY})",
    rf"since (?P<since>{_DAY})",
    rf"(?:on )?(?P<only>{_DAY})",
    rf"in (?P<month>{'|'.join(_MONTHS)})(?: (?P<year>[0-9]{{4}}))?",
    r"(?:in|during|for|of)(?: the year)? (?P<in_year>(?:19|20)[0-9]{2})",
    rf"(?P<named>{'|'.join(sorted(_NAMED, key=len, reverse=True))})",
)
_PREP = r"(?:(?:for|over|during|in|within|of|from|based on|using|on|by|across|as of|looking at) )?(?:(?:the|data of) )*"
_FINDERS = tuple(
    re.compile(rf"(?<!\S)\(?{_PREP}{form}\)?(?:'s)?(?=[,;]|\s|$)", re.IGNORECASE) for form in _FORMS
)
_ORDER = (1, 2, 0, 6, 4, 3, 5)
"""Longer forms first: "from Monday to today" is not "today"."""


@dataclass(frozen=True, slots=True)
class Found:
    """A period as the tools take it and the text without it; `problem` when it makes no sense."""

    args: PeriodArgs
    rest: str
    problem: str = ""
    loose: bool = False
    """Said as a day, month or year that may lie ahead as well, such as "on Monday": no ground to act on."""


def find(text: str, today: date | None) -> Found:
    """The first period in a text; none gives empty `args`. Needs today's date for what is relative."""
    for index in _ORDER:
        if match := _FINDERS[index].search(text):
            rest = re.sub(r" +", " ", f"{text[: match.start()]} {text[match.end() :]}").strip(" ,;")
            groups = match.groupdict()
            ahead = (year := groups.get("in_year")) and today and int(year) >= today.year
            worded = re.search(r"[a-z]", groups.get("only") or "", re.IGNORECASE)
            loose = bool(groups.get("month") or worded or ahead)
            try:
                return Found(_args(groups, today), rest, loose=loose)
            except ValueError as wrong:
                return Found({}, rest, f'"{match[0].strip(" ,;()")}": {wrong}', loose)
    return Found({}, text)


def _args(groups: dict[str, str | None], today: date | None) -> PeriodArgs:
    found = {key: value.casefold() for key, value in groups.items() if value}
    if named := found.get("named"):
        return {"date_preset": _NAMED[named]}
    if today is None:
        raise ValueError("today's date is not known here; use yesterday, last 7 days or last 30 days")
    if "n" in found:
        return _last(found["n"], found["unit"], today)
    if "in_year" in found:
        year = int(found["in_year"])
        first = date(year, 1, 1)
        return _range(first, min(date(year, 12, 31), max(first, today)), today)
    if "month" in found:
        return _month(found["month"], found.get("year"), today)
    if "only" in found:
        first = last = _day(found["only"], today)
    else:
        first = _day(found.get("first") or found["since"], today)
        last = _day(found["last"], today) if "last" in found else today
    return _range(first, last, today)


def _last(count: str, unit: str, today: date) -> PeriodArgs:
    """So many days, weeks or months that end yesterday."""
    n = _WORDS[count] if count in _WORDS else int(count)
    days = n * 7 if unit.startswith("week") else n
    if unit.startswith("month"):
        months = today.year * 12 + today.month - 1 - n
        year, month = divmod(months, 12)
        first = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
        return _range(first, today - timedelta(days=1), today)
    if days == 1:
        return {"date_preset": "yesterday"}
    if days in PRESET_DAYS:
        return {"date_preset": f"last_{days}d"}
    return _range(today - timedelta(days=days), today - timedelta(days=1), today)


def _month(name: str, year: str | None, today: date) -> PeriodArgs:
    """A calendar month: the last one of that name unless the year is said."""
    month = _MONTHS.index(name) + 1
    number = int(year) if year else today.year - (month > today.month)
    first = _real(number, month, 1)
    return _range(first, min(date(number, month, monthrange(number, month)[1]), max(first, today)), today)


def _range(first: date, last: date, today: date) -> PeriodArgs:
    if problem := out_of_reach(first, today):
        raise ValueError(problem)
    if first > last:
        raise ValueError("the first day is after the last one")
    return {"since": first.isoformat(), "until": last.isoformat()}


def _day(text: str, today: date) -> date:
    """One day; without a year the last one there was."""
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    if text in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(text)) % 7 or 7)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return _real(*(int(part) for part in text.split("-")))
    numbers = re.findall(r"[0-9]+", text)
    short = re.search(_MONTH, text)
    month = next(i for i, name in enumerate(_MONTHS, 1) if short and name.startswith(short[0][:3]))
    year = int(numbers[1]) if len(numbers) > 1 else today.year
    day = _real(year, month, int(numbers[0]))
    return day if len(numbers) > 1 or day <= today else _real(year - 1, month, int(numbers[0]))


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day") from None


def said(args: PeriodArgs | str) -> str:
    """A period in words, from the tools' own way to write it."""
    whole = args if isinstance(args, str) else args.get("date_preset", "")
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
