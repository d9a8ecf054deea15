"""How the server keeps what updates set and shows it, and what the texts of a change mean in those terms.

Nothing of the product is imported here.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.faults.account import Row

NO_CAP = "922337203685478"
UNCAPPED = "LOWEST_COST_WITHOUT_CAP"
_PARTS = ("targeting", "adlabels")
_TIMES = ("start_time", "end_time", "stop_time")
_ADDED = {"age_max": 65, "age_min": 18, "targeting_automation": {"advantage_audience": 0}}
"""What Meta adds to a targeting."""


def kept(params: Mapping[str, str]) -> Row:
    """What an update sets, from its parameters."""
    row: Row = {}
    for name, text in params.items():
        if name == "creative":
            row["creative_id"] = str(json.loads(text)["creative_id"])
        elif name in _PARTS:
            row[name] = json.loads(text or "{}")
        elif name in _TIMES:
            row[name] = None if text == "0" else _moment(text)
        else:
            row[name] = None if (name, text) == ("spend_cap", NO_CAP) else text
    if row.get("bid_strategy") == UNCAPPED:
        row["bid_amount"] = None
    return row


def meant(after: Mapping[str, str]) -> Row:
    """How a thing is kept that reads as a change wants it."""
    row: Row = {}
    for name, text in after.items():
        if name == "adlabels":
            row[name] = [{"name": label} for label in json.loads(text or "[]")]
        elif name == "targeting":
            row[name] = json.loads(text or "{}")
        else:
            row[name] = (_moment(text) if name in _TIMES and text else text) or None
    return row


def shown(name: str, value: Any) -> Any:
    """What a reader is shown of it; None for what is not set."""
    if name == "targeting" and value:
        return _ADDED | value
    return int(value) if name == "bid_amount" and value else value or None


def said(value: Any) -> str | None:
    """A value that can be compared, whatever it has in it."""
    return value if value is None or isinstance(value, str) else json.dumps(value, sort_keys=True)


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
