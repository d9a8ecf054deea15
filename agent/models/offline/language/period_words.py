"""Finds the stretches of time in a request: a preset where there is one, else the first and the last day."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from agent.models.offline.language.day_words import ISO, YEAR, day_at, known, later_day, real, same_month
from agent.models.offline.language.items import Items
from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.marks import Item
from agent.models.offline.language.period_days import days_of
from agent.models.offline.language.slots import NotPossible, Period
from tools.domain.insights import months_back, out_of_reach

UNDERSTOOD: str = sayings()["sentences"]["understood"]
PRESET_DAYS = (3, 7, 14, 28, 30, 90)
_DAYS_OF = {"day": 1, "week": 7}
_MONTHS_OF = {"quarter": 3, "year": 12}
_AS_LONG = {"hour": (0, 0), "day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}  # fmt: skip
"""The days of each, at least and at most."""
_NUMBER = "num|number"
_JOINS = "link:to|link:article|when:until|sign"
_COUNTED = (
    ("when:last", _NUMBER, "unit"), (_NUMBER, "when:last", "unit"), (_NUMBER, "unit", "when:last"),
    ("when:last", "unit"), ("unit", "when:last"), ("when:since", _NUMBER, "unit"),
)  # fmt: skip
"""The last so many days, in the order of any language."""
_THOSE_BEFORE = ((_NUMBER, "unit", "when:before"), ("unit", "when:before"), (_NUMBER, "when:before"))
UNSAID = "since then"
_SINCE_THEN = {
    "yesterday": "today", "last_week_mon_sun": "this_week_mon_today", "last_month": "this_month",
    "last_quarter": "this_quarter", "last_year": "this_year",
}  # fmt: skip
"""What is compared with a period where only that one is said ("how are we doing against last week")."""
_BEGINS = frozenset("period when num number month quarter weekday link unit".split())
_Hit = tuple[Period, int]
"""A period, and the place after it."""


def take(items: Items, today: date | None) -> tuple[tuple[Period, ...], str]:
    """All periods in a request, and what they are compared with: a way, or FIRST..LAST; "before" alone where no more is said than those before. Raises NotPossible."""
    periods, compare, before, place = list[Period](), "", False, 0
    while place < len(items.row):
        item = items.at(place)
        if item and item.kind == "compare":
            compare = item.value if compare in ("", "with") else compare
            items.used.add(place)
        elif hit := _period(items, place, today):
            period, end = hit
            said = [one for one in items.row[:place] if one.kind not in ("fill", "link")]
            compares = bool(said) and said[-1].is_a("want:compare") and period.preset in _SINCE_THEN
            compares = compares and not _with_before(items, end)
            before = not periods and (compares or bool(said and said[-1].is_a("compare:with")))
            items.use(_with_link(items, place), end - 1)
            periods.append(period)
            place = end - 1
        elif end := next((e for form in _THOSE_BEFORE if (e := items.match(place, *form))), 0):
            if periods:
                _sure_as_long(items.row[place:end], periods[0], today)
            items.use(place, end - 1)
            compare = "before"
        place += 1
    compares = any(item.is_a("want:compare") for item in items.row)
    if compare == "before" and (periods or compares or any(item.is_a("compare:with") for item in items.row)):
        compare = "previous"
    if len(periods) == 1 and compare in ("", "with", "worse", "previous") and before:
        then = periods.pop()
        compare = compare if compare == "worse" else _range_of(then, today)
        periods += [Period(_SINCE_THEN[then.preset], said=UNSAID)] if then.preset in _SINCE_THEN else []
    if len(periods) == 2 and (compare == "with" or compares):
        then = periods.pop()
        same_days = then.preset == "last_year" and periods[0].preset != "this_year"
        compare = "last_year" if same_days else _range_of(then, today)
    if compare == "week_ago":
        days = _range_of((*periods, Period("last_7d"))[0], today).split("..")
        compare = "..".join(str(date.fromisoformat(day) - timedelta(weeks=1)) for day in days)
    return tuple(periods), compare


def _with_before(items: Items, place: int) -> bool:
    """Whether a period ends before a word for the one before it ("compare last week with the week before")."""
    ways = (("compare:before|compare:previous",), ("unit", "when:before"))
    return any(items.match(at, *way) for at in range(place, len(items.row)) for way in ways)


def _sure_as_long(said: Sequence[Item], period: Period, today: date | None) -> None:
    """Refuse days or months that are not as long as the period compared with them; one that still runs may be shorter. Raises NotPossible."""
    number = next((item for item in said if item.kind in ("num", "number")), None)
    unit = next((item.value for item in said if item.kind == "unit"), "day")
    if period.preset == "maximum" or (not number and unit in period.preset):
        return
    first, last = days_of(period, known(today))
    count = int(number.value) if number and number.value.isdecimal() else int(not number)
    least, most = (count * days for days in _AS_LONG[unit])
    if not (least if number or last != today else 1) <= (last - first).days + 1 <= most:
        words = " ".join(item.said for item in said)
        raise NotPossible(
            f'"{words}" is not as long as what it is compared with. Say both periods, such as: last 30 days against October.'
        )


def _with_link(items: Items, place: int) -> int:
    """Where a period begins, with the "in" or "of" before it."""
    while (
        (item := items.at(place - 1))
        and item.kind in ("link", "fill", "unit")
        and item.value not in ("by", "with")
        and not (item.kind == "unit" and ranked_unit(items, place - 1))
    ):
        place -= 1
    return place


def ranked_unit(items: Items, place: int) -> bool:
    """Whether a stretch of time is what is asked for or put in order ("best day", "which 3 weeks"), and no part of a period."""
    before = next(
        (item for item in reversed(items.row[:place]) if item.kind not in ("num", "number", "fill")), None
    )
    return before is not None and before.kind in ("rank", "ask")


def _period(items: Items, at: int, today: date | None) -> _Hit | None:
    """The period that begins at a place. Raises NotPossible for one that cannot be."""
    item = items.at(at)
    if item is None or item.kind not in _BEGINS:
        return None
    try:
        hit = _last_so_many(items, at, today) or _between(items, at, today) or _single(items, at, today)
    except ValueError as wrong:
        kinds = ("num", "month", "unit", "when", "link", "weekday", "period")
        said = " ".join(one.said for one in items.row[max(at - 1, 0) : at + 4] if one.kind in kinds)
        raise NotPossible(f'"{said}": {wrong}. I understand: {UNDERSTOOD}.') from None
    return (replace(hit[0], said=items.said(at, hit[1] - 1)), hit[1]) if hit and hit[0].loose else hit


def _last_so_many(items: Items, at: int, today: date | None) -> _Hit | None:
    for form in _COUNTED:
        if end := items.match(at, *form):
            said = [item for item in items.row[at:end] if item.kind != "fill"]
            unit, words = next((item.value, item.said) for item in said if item.kind == "unit")
            count = next((_count(item) for item in said if item.kind in ("num", "number")), 0)
            if unit == "day" and not count and words[-1].casefold() in "sen":  # "days", "Tage", "días"
                raise ValueError("it is not said how many days")
            count = count or 1
            return _last(count, unit, today), end
    return None


def _count(item: Item) -> int:
    match = re.fullmatch(r"\d{1,4}", item.value)
    if not match or int(match[0]) < 1:
        raise ValueError("that is no number of days")
    return int(match[0])


def _last(count: int, unit: str, today: date | None) -> Period:
    """So many days, weeks or months that end yesterday; a single week, month or year is the calendar's."""
    if unit == "hour":
        raise ValueError("figures are told by whole days")
    if count == 1 and unit != "day":
        return Period({"week": "last_week_mon_sun"}.get(unit, f"last_{unit}"))
    days = count * _DAYS_OF.get(unit, 0)
    if days == 1:
        return Period("yesterday")
    if days in PRESET_DAYS:
        return Period(f"last_{days}d")
    now = known(today)
    months = count * _MONTHS_OF.get(unit, 1)
    if months >= now.year * 12:
        raise ValueError("that is too long ago")
    first = now - timedelta(days=days) if days else months_back(now, months)
    return _range(first, now - timedelta(days=1), now)


def _between(items: Items, at: int, today: date | None) -> _Hit | None:
    """From one day to another, or since one."""
    start = items.match(at, "link:in|when:between|when:since") or at
    opened = items.row[at] if start > at else None
    since = opened is not None and opened.is_a("when:since")
    start = items.past_fill(start) if opened else start
    joins = _JOINS + ("|join:and" if opened and opened.is_a("when:between") else "")
    first = day_at(items, start, today) or same_month(items, start, joins, today)
    if first is None:
        whole = (
            _day_of_month(items, start, today) or _single(items, start, today)
            if since and items.at(start)
            else None
        )
        now = known(today) if whole else None
        return (_range(days_of(whole[0], now)[0], now, now), whole[1]) if whole and now else None
    if since:
        return _range(first[0], known(today), known(today)), first[1]
    upto = items.match(first[1], joins)
    last = (day_at(items, items.past_fill(upto), today) or later_day(items, upto, first[0])) if upto else None
    return (_range(first[0], last[0], known(today)), last[1]) if last else None


def _day_of_month(items: Items, at: int, today: date | None) -> _Hit | None:
    """The last 15th there was, for "since the 15th"."""
    item, after, now = items.row[at], items.at(at + 1), known(today)
    number = re.fullmatch(r"([1-9]|[12]\d|3[01])(st|nd|rd|th)?", item.value)
    if item.kind != "num" or not number or (after and after.kind not in ("end", "join", "link")):
        return None
    day = real(now.year, now.month, int(number[1])) if int(number[1]) <= now.day else None
    earlier = now.replace(day=1) - timedelta(days=1)
    return _range(day or real(earlier.year, earlier.month, int(number[1])), now, now), at + 1


def _single(items: Items, at: int, today: date | None) -> _Hit | None:
    """A preset, one day, a month or a year."""
    item = items.row[at]
    if item.kind == "period" and item.value != "day_before_yesterday":
        weekend = "weekend" in item.value
        return _weekend(item.value, known(today)) if weekend else Period(item.value), at + 1
    if day := day_at(items, at, today):
        return replace(_range(day[0], day[0], known(today)), loose=day[2]), day[1]
    if month := _month(items, at, today):
        return month
    before, after = items.at(at - 1), items.at(at + 1)
    alone = (
        before and before.kind in ("link", "fill", "unit", "when") and not (after and after.kind == "money")
    )
    if item.kind == "num" and YEAR.fullmatch(item.value) and alone:
        year, now = int(item.value), known(today)
        until = min(date(year, 12, 31), max(date(year, 1, 1), now))
        return replace(_range(date(year, 1, 1), until, now), loose=year >= now.year), at + 1
    return None


def _weekend(which: str, now: date) -> Period:
    """Saturday and Sunday: this_weekend is the one that began last, last_weekend the last whole one."""
    weeks = (which != "this_weekend" and now.weekday() >= 5) + (which == "weekend_before")
    saturday = now - timedelta((now.weekday() - 5) % 7, weeks=weeks)
    found = _range(saturday, min(saturday + timedelta(1), now), now)
    return replace(found, loose=which == "this_weekend")


def _month(items: Items, at: int, today: date | None) -> _Hit | None:
    """A calendar month or quarter: the last one of that name unless the year is said."""
    item = items.at(at)
    if item is None or item.kind not in ("month", "quarter"):
        return None
    several = 2 * (item.kind == "quarter")
    now, month, end = known(today), int(item.value) + several * (int(item.value) - 1), at + 1
    year = now.year - (month > now.month)
    place = items.match(at, item.kind, "num") or items.match(at, item.kind, "link", "num")
    if place and YEAR.fullmatch(items.row[place - 1].value):
        year, end = int(items.row[place - 1].value), place
    first, until = date(year, month, 1), month + several
    last = date(year, until, monthrange(year, until)[1])
    return replace(_range(first, min(last, max(first, now)), now), loose=True), end


def coming(items: Items, today: date | None) -> str:
    """A day that lies ahead, for what ends: a date, or the next one of a weekday; empty where there is none."""
    for at, item in items.free("weekday", "num", "month"):
        now = known(today)
        if item.kind == "weekday":
            items.use(_with_link(items, at), at)
            return (now + timedelta(days=(int(item.value) - now.weekday()) % 7 or 7)).isoformat()
        if hit := day_at(items, at, today):
            day, end, _ = hit
            written = any(ISO.fullmatch(one.value) for one in items.row[at:end])
            items.use(_with_link(items, at), end - 1)
            return (day if written or day >= now else real(day.year + 1, day.month, day.day)).isoformat()
    return ""


def _range(first: date, last: date, today: date) -> Period:
    if problem := out_of_reach(first, today):
        raise ValueError(problem)
    if first > last:
        raise ValueError("the first day is after the last one")
    return Period(since=first.isoformat(), until=last.isoformat())


def _range_of(period: Period, today: date | None) -> str:
    """A period as two days, for what is compared. Raises NotPossible."""
    try:
        first, last = days_of(period, known(today))
    except ValueError as wrong:
        raise NotPossible(f"{wrong}.") from None
    return f"{first}..{last}"
