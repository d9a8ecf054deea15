"""What a webhook of an ad account says, as data: which object of which account, and Meta's words on it."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tools.domain.text import clean, paired
from tools.graph.redact import Redactor

OBJECT = "ad_account"
LONGEST_SAID = 500
_ID = re.compile(r"(?:act_)?([1-9][0-9]{0,31})")


class OddBodyError(ValueError):
    """A body that is no notification."""


class Field(NamedTuple):
    """A field that Meta tells of."""

    means: str
    """What has happened, behind the name of an object."""
    about: str
    """The key of the object's id in a value; empty where it tells of the account."""
    said: tuple[str, ...]
    """The keys of Meta's words."""


FIELDS: Mapping[str, Field] = {
    "with_issues_ad_objects": Field("has issues", "id", ("error_summary", "error_message")),
    "in_process_ad_objects": Field("was processed", "id", ("status_name",)),
    "creative_fatigue": Field(
        "changed how tired it is", "adgroup_id", ("creative_fatigue_level", "creative_fatigue_message")
    ),
    "ad_recommendations": Field(
        "has new recommendations", "", ("recommendation_type", "recommendation_message")
    ),
    "product_set_issue": Field(
        "has a product set with issues", "", ("type", "description", "recommended_action")
    ),
}
"""All that is subscribed to, with the form of its values (docs/graph-api.md §9.2)."""


@dataclass(frozen=True, slots=True)
class TellsOf:
    """One change that Meta tells of."""

    identity: str
    """The same for the same change, however often and in which company it comes."""
    account: str
    field: str
    object_id: str
    """Empty where the account itself is meant, or the object is not named."""
    told_at: datetime
    said: str
    """Meta's words, in one line, cut and without secrets; never more than something to show."""


class Told(NamedTuple):
    """What a body says: what is looked at, and the fields that are not."""

    events: list[TellsOf]
    left_out: list[str]


def read(body: bytes, now: datetime) -> Told:
    """Read a body whose signature was checked. Raises ValueError or RecursionError for what is no notification."""
    whole = json.loads(body)
    if not isinstance(whole, dict) or not isinstance(whole.get("entry"), list):
        raise OddBodyError("no object with a list `entry`")
    told = Told([], [])
    for entry in whole["entry"]:
        if not isinstance(entry, dict):
            raise OddBodyError("an entry is no object")
        for name, value in _changes(entry):
            account = _id(entry.get("id")) or _id(value.get("ad_account_id"))
            if whole.get("object") == OBJECT and name in FIELDS and account:
                told.events.append(_event(f"act_{account}", name, value, entry.get("time"), now))
            else:
                told.left_out.append(clean(paired(name))[:60])
    return told


def _changes(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The changes of an entry; a subscription without values names the fields alone."""
    changes, names = entry.get("changes", []), entry.get("changed_fields", [])
    if not isinstance(changes, list) or not isinstance(names, list):
        raise OddBodyError("no list of changes")
    for change in changes:
        if not isinstance(change, dict) or not isinstance(change.get("field"), str):
            raise OddBodyError("a change names no field")
        value = change.get("value")
        yield change["field"], value if isinstance(value, dict) else {}
    yield from ((str(name), {}) for name in names)


def _event(account: str, name: str, value: Mapping[str, Any], sent: Any, now: datetime) -> TellsOf:
    field = FIELDS[name]
    object_id = _id(value.get(field.about)) if field.about else ""
    said = ": ".join(_words(value, field.said))
    identity = hashlib.sha256(json.dumps([account, name, sent, value], sort_keys=True).encode()).hexdigest()
    return TellsOf(identity, account, name, object_id, _moment(sent, now), said)


def _words(value: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        if isinstance(text := value.get(key), str | int) and (
            said := Redactor().text(clean(paired(str(text))))
        ):
            yield said if len(said) <= LONGEST_SAID else f"{said[:LONGEST_SAID]}…"


def _id(value: Any) -> str:
    """The digits of an id; nothing for what is none, and for the 0 of Meta's test button."""
    found = _ID.fullmatch(value if isinstance(value, str) else f"{value}" if type(value) is int else "")
    return found[1] if found else ""


def _moment(value: Any, now: datetime) -> datetime:
    """When Meta sent it; never later than now, else nothing that comes after it would count."""
    try:
        return min(datetime.fromtimestamp(value, UTC), now) if type(value) is int and value > 0 else now
    except (ValueError, OverflowError, OSError):
        return now
