"""A question about figures, asked in parts: fewer days, or fewer objects, where the rows together stay what they were."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Params = Mapping[str, Any]

ADDITIVE = frozenset(
    "spend impressions clicks inline_link_clicks outbound_clicks actions action_values conversions conversion_values"
    " catalog_segment_actions catalog_segment_value video_thruplay_watched_actions"
    " video_continuous_2_sec_watched_actions".split()
)
"""Figures whose sums over parts of a period are those of the period; reach and frequency are none."""
LEVELS = ("campaign", "adset", "ad")
_DATES = "date_start", "date_stop"


def by_date(params: Params) -> bool:
    """Whether each row is of a piece of the period, not of all of it."""
    return params.get("time_increment") not in (None, "", "all_days")


def keys(params: Params) -> tuple[str, ...]:
    """The fields that tell the rows apart; none when they do not."""
    level = str(params.get("level") or "account")
    if level != "account" and f"{level}_id" not in _fields(params):
        return ()
    return f"{level}_id", *(params.get("breakdowns") or ()), *_DATES


def days(params: Params) -> int:
    """How many days it asks for, 0 where only Meta knows."""
    span = params.get("time_range")
    try:
        first, last = (
            (date.fromisoformat(str(span[end])) for end in ("since", "until")) if span else (None, None)
        )
    except (KeyError, TypeError, ValueError):
        return 0
    return (last - first).days + 1 if first and last else 0


def halves(params: Params, since: str, until: str) -> list[dict[str, Any]]:
    """The same question about two halves of its period; none when it cannot be halved without changing its figures."""
    given = params.get("time_range")
    if isinstance(given, Mapping):
        since, until = str(given.get("since")), str(given.get("until"))
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        return []
    second = _middle(first, last, params.get("time_increment"))
    if not first < second <= last:
        return []
    rest = {name: value for name, value in params.items() if name not in ("date_preset", "time_range")}
    spans = ((first, second - timedelta(days=1)), (second, last))
    return [rest | {"time_range": {"since": str(start), "until": str(end)}} for start, end in spans]


def separable(params: Params) -> bool:
    """Whether the rows of two halves are those of the whole: no order or choice by a sum, and what is summed adds up."""
    filters = params.get("filtering") or []
    if params.get("sort") or params.get("time_ranges") or any("." not in f.get("field", "") for f in filters):
        return False
    return by_date(params) or all(
        name in ADDITIVE or name.endswith(("_id", "_name")) for name in _fields(params)
    )


def listed_objects(params: Params) -> list[dict[str, Any]]:
    """Halves of the ids that the question names already; none when it names none, or one."""
    filters = list(params.get("filtering") or [])
    for place, one in enumerate(filters):
        ids = one.get("value")
        if _names_ids(one) and isinstance(ids, Sequence) and not isinstance(ids, str) and len(ids) > 1:
            cut = len(ids) // 2
            return [
                dict(params) | {"filtering": [*filters[:place], one | {"value": part}, *filters[place + 1 :]]}
                for part in (list(ids[:cut]), list(ids[cut:]))
            ]
    return []


def levels_below(params: Params) -> Sequence[str]:
    """By objects of which levels it can be parted: from below the lowest it names, down to that of its rows.

    Rows of the account are not: they hold what campaigns do not show any more (docs/graph-api.md §6).
    """
    level = str(params.get("level") or "account")
    if level not in LEVELS or params.get("sort"):
        return ()
    named = [str(one["field"]).partition(".")[0] for one in params.get("filtering") or [] if _names_ids(one)]
    first = max((LEVELS.index(name) + 1 for name in named), default=0)
    return LEVELS[first : LEVELS.index(level) + 1]


def who(params: Params, level: str) -> dict[str, Any]:
    """The light question which objects of a level have rows."""
    kept = ("date_preset", "time_range", "time_ranges", "filtering")
    return {name: params[name] for name in kept if params.get(name)} | {
        "level": level,
        "fields": f"{level}_id",
    }


def of_objects(params: Params, level: str, ids: Sequence[str]) -> dict[str, Any]:
    """The same question about these objects and what is below them alone."""
    chosen = {"field": f"{level}.id", "operator": "IN", "value": list(ids)}
    return dict(params) | {"filtering": [*(params.get("filtering") or []), chosen]}


def named(params: Params) -> str:
    """Which part it is, for a person."""
    span = params.get("time_range")
    days = str(params.get("date_preset") or "the period")
    if isinstance(span, Mapping):
        days = str(span["since"]) if span["since"] == span["until"] else f"{span['since']} to {span['until']}"
    chosen = [one for one in params.get("filtering") or [] if _names_ids(one)]
    if not chosen:
        return days
    level, ids = str(chosen[-1]["field"]).partition(".")[0], chosen[-1]["value"]
    which = f"{level} {ids[0]}" if len(ids) == 1 else f"{len(ids)} {level}s"
    return f"{days}, {which}"


def _names_ids(one: Mapping[str, Any]) -> bool:
    return one.get("operator") == "IN" and one.get("field") in {f"{level}.id" for level in LEVELS}


def _fields(params: Params) -> list[str]:
    return str(params.get("fields") or "").split(",")


def _middle(first: date, last: date, increment: object) -> date:
    """The first day of the second half, where a row of `increment` begins."""
    days = (last - first).days + 1
    if increment == "monthly":
        return (first + timedelta(days=days // 2)).replace(day=1)
    step = increment if type(increment) is int else 1
    return first + timedelta(days=(days + step) // 2 // step * step)
