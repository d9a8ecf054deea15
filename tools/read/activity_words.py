"""One entry of the account's log in words: what was done to what, by whom, before and after (docs/graph-api.md §9).

Meta writes budgets as bare minor units or within an object, and still calls ad sets campaigns where it is old.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tools.domain.money import Money
from tools.domain.objects import called
from tools.domain.text import shortened

LONGEST = 200
_AMOUNTS = ("budget", "spend", "bid", "billing", "charge")
"""Words of events whose numbers are money."""
_NAMED = (
    ("ad_set", "ad set"),
    ("campaign", "campaign"),
    ("audience", "audience"),
    ("account", "account"),
    ("image", "picture"),
    ("creative", "ad or creative"),
)
_TYPES = {"CAMPAIGN_GROUP": "campaign", "AD_SET": "ad set", "ADGROUP": "ad", "AD": "ad", "ACCOUNT": "account"}
_PASSING = ("pending process", "to be set after review")
"""States that Meta writes between the one before and the one after."""


class Entry(NamedTuple):
    """One entry, as far as Meta says it."""

    at: datetime
    event: str
    object_id: str
    by: str
    through: str
    on: str
    what: str
    before: str
    after: str
    raw_after: str
    """The new value as Meta writes it."""


def entry(row: Mapping[str, Any], currency: str) -> Entry | None:
    """A row of the log; None for one without a time."""
    try:
        at = datetime.fromisoformat(str(row.get("event_time")))
    except ValueError:
        return None
    event = str(row.get("event_type") or "")
    extra = _extra(row.get("extra_data"))
    old, new = (_inner(extra, name) for name in ("old_value", "new_value"))
    kind = next((word for part, word in _NAMED if part in event), "") or _TYPES.get(
        str(row.get("object_type")), "ad" if "_ad_" in event or event.startswith("ad_") else ""
    )
    object_id = str(row.get("object_id") or "")
    field = str(extra.get("field") or _type(extra)).replace("_", " ")
    what = str(row.get("translated_event_type") or event.replace("_", " "))
    return Entry(
        at=at,
        event=event,
        object_id=object_id,
        by=str(row.get("actor_name") or "not named"),
        through=str(row.get("application_name") or ""),
        on=f"{kind} {called(shortened(str(row.get('object_name') or object_id), 80), object_id)}".strip(),
        what=f"{what} ({field})" if field and field.casefold() not in what.casefold() else what,
        before=_said(event, old, currency),
        after=_said(event, new, currency),
        raw_after=str(new),
    )


def merged(found: list[Entry]) -> list[Entry]:
    """Entries, the newest first, without the steps that Meta writes within one change of a status."""
    kept = list[Entry]()
    for one in found:
        last = kept[-1] if kept else None
        if last and last.before.casefold() in _PASSING and _goes_on(one, last):
            kept[-1] = last._replace(before=one.before, at=one.at)
        else:
            kept.append(one)
    return kept


def _goes_on(earlier: Entry, later: Entry) -> bool:
    same = (earlier.object_id, earlier.event, earlier.by) == (later.object_id, later.event, later.by)
    return same and (later.at - earlier.at).total_seconds() <= 120


def _extra(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _inner(extra: Mapping[str, Any], name: str) -> Any:
    value = extra.get(name)
    return value.get(name, value) if isinstance(value, dict) else value


def _type(extra: Mapping[str, Any]) -> str:
    """What an amount is of, where Meta says it beside it: "Lifetime budget"."""
    values = (extra.get(name) for name in ("new_value", "old_value"))
    return next((str(v["type"]) for v in values if isinstance(v, dict) and v.get("type")), "")


def _said(event: str, value: Any, currency: str) -> str:
    if value in (None, "", [], {}):
        return ""
    if re.fullmatch(r"[0-9]{1,14}", str(value)) and any(word in event for word in _AMOUNTS):
        return Money(int(str(value)), currency).said
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(text, LONGEST)
