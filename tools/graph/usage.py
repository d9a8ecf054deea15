"""Reads Meta's usage headers: how full the allowance is and how long to stay away."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_HEADERS = (
    "x-app-usage",
    "x-ad-account-usage",
    "x-business-use-case-usage",
    "x-fb-ads-insights-throttle",
)
_BELIEVABLE = 1e6
_PERCENTS = ("call_count", "total_time", "total_cputime", "acc_id_util_pct", "app_id_util_pct")


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest allowance of one answer, in percent, and the wait Meta asks for, in seconds."""

    percent: float = 0.0
    wait_s: float | None = None


def read_usage(headers: Mapping[str, str]) -> Usage:
    """All usage headers of one answer (graph-api-facts §4.1).

    `estimated_time_to_regain_access` is minutes, `reset_time_duration` is seconds and only means
    a wait once the account is at 100 %. Unreadable headers count as absent.
    """
    percent, waits = 0.0, list[float]()
    lowered = {name.lower(): text for name, text in headers.items()}
    for name in _HEADERS:
        for entry in _entries(lowered.get(name)):
            full = max((_number(entry.get(key)) for key in _PERCENTS), default=0.0)
            percent = max(percent, full)
            waits.append(_number(entry.get("estimated_time_to_regain_access")) * 60)
            if full >= 100:
                waits.append(_number(entry.get("reset_time_duration")))
    longest = max(waits, default=0.0)
    return Usage(percent, longest if longest > 0 else None)


def _entries(text: str | None) -> Iterator[Mapping[str, Any]]:
    """The flat usage objects in a header; the business one nests them by account and type."""
    if not text:
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(value, dict):
        return
    yield value
    for nested in value.values():
        if isinstance(nested, list):
            yield from (entry for entry in nested if isinstance(entry, dict))


def _number(value: object) -> float:
    """A number we can wait by; NaN, infinity and anything else that cannot be meant are 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value < _BELIEVABLE else 0.0
