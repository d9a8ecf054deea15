"""Figures by day that go beyond a page, in slices of days that fit one each: asked for together, not one after the other."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from tools.graph.errors import GraphFailure
from tools.graph.listing import ListCall
from tools.graph.reports import parts

MOST_ROWS = 25_000
"""Of more, pages are read as they are asked for, so that they are not all held at once."""
Answer = dict[str, Any] | GraphFailure | None


def sliced(call: ListCall, first: Answer, objects: int) -> list[ListCall]:
    """The question in slices of days, by how many rows its first page held and how many objects have rows each day.

    None where the first page is all there is, or where slices would not help.
    """
    days, step = parts.days(call.params), _step(call.params)
    if not (step and objects and days > step and _goes_on(first) and parts.separable(call.params)):
        return []
    each = step * (_rows(first) // objects)
    if not each or objects * days > MOST_ROWS * step:
        return []
    return [call._replace(params=params) for params in _spans(call.params, days, each)]


def _step(params: Mapping[str, Any]) -> int:
    """Over how many days a row is, 0 where it is not so many."""
    step = params.get("time_increment")
    return step if isinstance(step, int) else int(step) if isinstance(step, str) and step.isdecimal() else 0


def most_objects(calls: Iterable[ListCall], firsts: Iterable[Answer]) -> int:
    """How many ads there are, where a list that was asked for beside the figures says so; else 0."""
    counts = [_total(first) for call, first in zip(calls, firsts, strict=True) if call.path.endswith("/ads")]
    return max(counts, default=0)


def _spans(params: Mapping[str, Any], days: int, each: int) -> list[dict[str, Any]]:
    since = date.fromisoformat(str(params["time_range"]["since"]))
    starts = range(0, days, each)
    return [
        {
            **params,
            "time_range": {
                "since": str(since + timedelta(days=start)),
                "until": str(since + timedelta(days=min(days, start + each) - 1)),
            },
        }
        for start in starts
    ]


def _goes_on(first: Answer) -> bool:
    paging = first.get("paging") if isinstance(first, dict) else None
    return isinstance(paging, dict) and bool(paging.get("next"))


def _rows(first: Answer) -> int:
    rows = first.get("data") if isinstance(first, dict) else None
    return len(rows) if isinstance(rows, list) else 0


def _total(first: Answer) -> int:
    summary = first.get("summary") if isinstance(first, dict) else None
    total = summary.get("total_count") if isinstance(summary, dict) else None
    return total if isinstance(total, int) else 0
