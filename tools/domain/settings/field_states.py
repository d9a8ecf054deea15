"""Fields as changes hold them: text that is compared, sent again, and said to a person.

What has parts is JSON. Targeting is compared whole, with what nobody here knows the name of; Meta adds names and
defaults to what it was given and keeps no order, so these are left out.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from tools.domain.money import Money
from tools.domain.settings import meta_words
from tools.domain.text import clock

NO_SPEND_CAP = "922337203685478"
"""What takes a campaign's spend cap off (docs/graph-api.md §8.1)."""
UNCAPPED = "LOWEST_COST_WITHOUT_CAP"
CAPPED = frozenset({"LOWEST_COST_WITH_BID_CAP", "COST_CAP"})
TIMES = ("start_time", "end_time", "stop_time")
_CAPS = ("spend_cap", "bid_amount")
AMOUNTS = ("daily_budget", "lifetime_budget", *_CAPS)
_LONGEST = 15
"""Digits of an amount; what has more is shown as it is."""
_NO_TIME = datetime(1971, 1, 1, tzinfo=UTC)
"""Meta writes the beginning of Unix time for none."""
_DEFAULTS: Mapping[str, Any] = {"age_min": "18", "age_max": "65", "location_types": ["home", "recent"]}
"""What Meta takes where a targeting does not say it, and adds to what it was sent."""
_OFF = ("0", "False", "None")
_IN_PARTS = frozenset({"evaluation_spec", "execution_spec", "schedule_spec"})
"""Of a rule; like targeting they are compared by their parts, whatever their order."""
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_NAMED_BY = ("id", "key")
_DECORATION = frozenset({"name", "country", "country_name", "region", "region_id"})
"""What Meta adds to what has an id or a key, which alone counts."""


def texts(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Fields of a Graph row as changes hold them; empty for what is not set."""
    return {name: _text(name, row.get(name)) for name in names}


def alike(now: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether fields read as they are wanted; a bid is none where the strategy takes none."""
    skipped = {"bid_amount"} if wanted.get("bid_strategy") == UNCAPPED else set[str]()
    return now.keys() == wanted.keys() and all(
        same(name, now[name], text) for name, text in wanted.items() if name not in skipped
    )


def same(name: str, one: str, other: str) -> bool:
    """Whether two texts of a field mean the same."""
    if one == other:
        return True
    if name in TIMES:
        return _moment(one) == _moment(other)
    if name in _IN_PARTS:
        return bool(_bare(_parsed(one)) == _bare(_parsed(other)))
    return name == "targeting" and _spec(one) == _spec(other)


def unmoved(now: Mapping[str, str], then: Mapping[str, str]) -> bool:
    """Whether fields read as they were read before; also a default that is said now and was not is a difference."""
    return alike(now, then) and all(
        _bare(_parsed(now[name])) == _bare(_parsed(text))
        for name, text in then.items()
        if name == "targeting"
    )


def parted(name: str, then: str, now: str) -> str:
    """A field that reads otherwise than before, for people: of targeting only the parts that differ; else the field."""
    one, other = _bare(_parsed(then)), _bare(_parsed(now))
    if name != "targeting" or not isinstance(one, dict) or not isinstance(other, dict):
        return now
    parts = {part: other.get(part, "") for part in {*one, *other} if one.get(part) != other.get(part)}
    return json.dumps(parts, ensure_ascii=False)


def sent(state: Mapping[str, str]) -> dict[str, Any]:
    """Fields as the parameters that bring them about."""
    return {
        name: _sent(name, text)
        for name, text in state.items()
        if name != "bid_amount" or (text and state.get("bid_strategy") != UNCAPPED)
    }


def raises(name: str, before: str, after: str) -> bool:
    """Whether this can let an account spend more; what cannot be told counts as yes."""
    if name in _CAPS:
        return bool(before) and (not after or _whole(after) > _whole(before))
    if name in ("end_time", "stop_time"):
        was, will = _moment(before), _moment(after)
        return was is not None and (will is None or will > was)
    try:
        return int(after) > int(before)
    except ValueError:
        return True


def tightens(name: str, before: str, after: str) -> bool:
    """Whether this can stop or hold back what is delivered; what cannot be told counts as yes."""
    if name in (*_CAPS, "end_time", "stop_time"):
        return not raises(name, before, after)
    if name == "start_time":
        was, will = _moment(before), _moment(after)
        return was is None or will is None or will > was
    return (name, after) != ("bid_strategy", UNCAPPED)


def passed(state: Mapping[str, str], now: datetime) -> str:
    """The field of a state whose moment is over by now, so that Meta takes it no more; or nothing."""
    return next((name for name in TIMES if (at := _moment(state.get(name, ""))) and at <= now), "")


def said(name: str, text: str, currency: str) -> str:
    """A field for people: amounts with their currency, moments on the clock they came with."""
    if name in AMOUNTS and text.isdecimal() and len(text) <= _LONGEST:
        return Money(int(text), currency).said
    if name in TIMES and (at := _moment(text)):
        return clock(at, exact=True)
    if name == "targeting" and isinstance(spec := _bare(_parsed(text)), dict):
        parts = (
            f"{part.replace('_', ' ')} {_plain(value) or 'none'}" for part, value in sorted(spec.items())
        )
        return "; ".join(parts) or "everybody"
    if name == "adlabels":
        return ", ".join(labels(text)) or text or "none"
    return meta_words.value(name, text) or "none"


def scalar(value: Any) -> str:
    """A value without parts as text: 1, 1.0 and "1.0" are one number, true and "007" are none."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (number and isfinite(value)) or (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        exact = Decimal(str(value))
        return f"{exact.normalize():f}" if exact else "0"
    return str(value)


def labels(text: str) -> list[str]:
    """The names in a text of labels; none in what is no such text."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(label) for label in found] if isinstance(found, list) else []


def _text(name: str, value: Any) -> str:
    if name == "creative":
        return str((value or {}).get("id") or "")
    if name == "adlabels":
        rows = value.get("data") if isinstance(value, Mapping) else value
        found = sorted(
            {str(row["name"]) for row in rows or [] if isinstance(row, Mapping) and row.get("name")}
        )
        return json.dumps(found, ensure_ascii=False) if found else ""
    if isinstance(value, Mapping | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False) if value else ""
    text = "" if value is None else str(value)
    if name in TIMES:
        return text if _moment(text) else ""
    return "" if name in _CAPS and text in ("0", NO_SPEND_CAP) else text


def _sent(name: str, text: str) -> Any:
    if name == "creative":
        return {"creative_id": text}
    if name == "adlabels":
        return [{"name": label} for label in labels(text)]
    if name == "targeting":
        return json.loads(text)
    if name in TIMES:
        return text or "0"
    if name == "spend_cap":
        return text or NO_SPEND_CAP
    return int(text) if name == "bid_amount" else text


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and found > _NO_TIME else None


def _spec(text: str) -> Any:
    """A targeting as it works: whole, without names and order, and without what is the default anyway."""
    spec = _bare(_parsed(text))
    if not isinstance(spec, dict):
        return spec
    ages = [spec.get(name, _DEFAULTS[name]) for name in ("age_min", "age_max")]
    if spec.get("age_range") == ages:  # Meta makes it of the limits
        spec = {name: value for name, value in spec.items() if name != "age_range"}
    return _without_defaults(spec)


def _without_defaults(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part without what says nothing new, down to lists: of a place a 0 may mean something."""
    said = {
        name: _without_defaults(value) if isinstance(value, dict) else value for name, value in part.items()
    }
    return {
        name: value
        for name, value in said.items()
        if value and value not in _OFF and value != _DEFAULTS.get(name)
    }


def _parsed(text: str) -> Any:
    """What a text of a field with parts holds; the text itself where it is no such text."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return text
    return found if isinstance(found, dict) else text


def _plain(value: Any) -> str:
    return re.sub(r'[\[\]{}"]', "", json.dumps(value, ensure_ascii=False, sort_keys=True))


def _bare(value: Any) -> Any:
    """A part of a targeting without the names that Meta adds to ids, lists in one order, all else as text."""
    if isinstance(value, Mapping):
        left_out = _DECORATION if any(key in value for key in _NAMED_BY) else frozenset[str]()
        return {
            key: _bare(part) for key, part in value.items() if key not in left_out and part not in ([], {})
        }
    if isinstance(value, list):
        return sorted((_bare(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return scalar(value)
