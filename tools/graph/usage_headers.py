"""Reads Meta's usage headers: how full the allowance is and how long to stay away."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

APP = "app"
_BELIEVABLE = 1e6
_PERCENTS = ("call_count", "total_time", "total_cputime", "acc_id_util_pct")
_APP_PERCENT = "app_id_util_pct"
_OF_ACCOUNTS = ("ads_management", "ads_insights", "custom_audience")
_HOUR_S, _SCORE_S = 3600.0, 300.0


class Allotment(NamedTuple):
    """A header: the allowance it speaks of, and the seconds its percentage counts for where it names none.

    x-Fb-Ads-Insights-Reach-Throttle is left out: it concerns ten old reports a day, none of them ours.
    """

    name: str
    window_s: float


_HEADERS = {
    "x-app-usage": Allotment(APP, _HOUR_S),
    "x-ad-account-usage": Allotment("account", _SCORE_S),
    "x-business-use-case-usage": Allotment("business", _HOUR_S),
    "x-fb-ads-insights-throttle": Allotment("insights throttle", _SCORE_S),
}


class Part(NamedTuple):
    """How full one allowance is, in percent, for how many seconds that counts, and the wait Meta asks for."""

    name: str
    percent: float
    window_s: float
    wait_s: float
    of: str = ""
    """Whose it is: the app's, or the id that a business header names for ads; empty for the account's."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest allowance of one answer, in percent, and the wait Meta asks for, in seconds."""

    percent: float = 0.0
    wait_s: float | None = None
    parts: tuple[Part, ...] = field(default=(), compare=False)
    tier: str = field(default="", compare=False)
    """`development_access` or `standard_access`, as Meta writes it; empty when it does not say."""


def read_usage(headers: Mapping[str, str]) -> Usage:
    """All usage headers of one answer (docs/graph-api.md §4.1).

    `estimated_time_to_regain_access` is minutes, `reset_time_duration` is seconds and only means
    a wait once the account is at 100 %. Unreadable headers count as absent.
    """
    lowered = {name.lower(): text for name, text in headers.items()}
    found = [(h, of, e) for name, h in _HEADERS.items() for of, e in _entries(lowered.get(name))]
    parts = tuple(part for header, of, entry in found for part in _parts(header, of, entry))
    tiers = [tier for *_, entry in found if isinstance(tier := entry.get("ads_api_access_tier"), str)]
    longest = max((part.wait_s for part in parts), default=0.0)
    percent = max((part.percent for part in parts), default=0.0)
    return Usage(percent, longest or None, parts, tiers[0] if tiers else "")


def _parts(header: Allotment, of: str, entry: Mapping[str, Any]) -> Iterator[Part]:
    part = _part(header, entry)
    yield part._replace(of=APP if header.name == APP else of if entry.get("type") in _OF_ACCOUNTS else "")
    if (percent := _number(entry.get(_APP_PERCENT))) > 0:
        yield part._replace(percent=percent, wait_s=0.0, of=APP)


def _part(header: Allotment, entry: Mapping[str, Any]) -> Part:
    percent = max((_number(entry.get(key)) for key in _PERCENTS), default=0.0)
    regain_s = _number(entry.get("estimated_time_to_regain_access")) * 60
    reset_s = _number(entry.get("reset_time_duration"))
    wait_s = max(regain_s, reset_s if percent >= 100 else 0.0)
    kind = entry.get("type")
    name = header.name if not isinstance(kind, str) else kind.removeprefix("ads_")
    return Part(name, percent, reset_s or header.window_s, wait_s)


def _entries(text: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The flat usage objects in a header, with the id they are for; the business one nests them by account and type."""
    if not text:
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(value, dict):
        return
    yield "", value
    for of, nested in value.items():
        if isinstance(nested, list):
            yield from ((of, entry) for entry in nested if isinstance(entry, dict))


def _number(value: object) -> float:
    """A number we can wait by; NaN, infinity and anything else that cannot be meant are 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value < _BELIEVABLE else 0.0
