"""What the server shows: lists with fields, filters and pages, single objects, and the activity log."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tests.faults.account import ACCOUNT, Account, Commit, Refused, Row, Thing
from tests.faults.clock import START
from tests.faults.decode import Call
from tests.faults.kept import shown

KINDS = {
    "ads": "ad",
    "adsets": "adset",
    "campaigns": "campaign",
    "adcreatives": "creative",
    "adrules_library": "rule",
    "advideos": "video",
}
_EVENTS = {
    ("ad", "status"): "update_ad_run_status",
    ("adset", "status"): "update_ad_set_run_status",
    ("campaign", "status"): "update_campaign_run_status",
    ("adset", "daily_budget"): "update_ad_set_budget",
    ("campaign", "daily_budget"): "update_campaign_budget",
}
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """The account as one reader sees it: new objects as of `listed_at_s`, values as of `shown_at_s`."""

    account: Account
    listed_at_s: float
    shown_at_s: float
    page_rows: int

    def answer(self, call: Call) -> Row:
        """Answer one read. Raises Refused."""
        owner, _, edge = call.path.partition("/")
        if not edge:
            return self._node(owner, call)
        if edge == "activities":
            return self._page([self._activity(c) for c in self._activities(call)], call)
        if edge == "subscribed_apps":
            on = self.account.things[owner].shown(self.shown_at_s)["webhooks"] == "on"
            return self._page([{"app_id": "9", "app_name": "Ours"}] if on else [], call)
        if edge == "adimages":
            wanted = call.json("hashes")
            images = (t for t in self.account.of("image") if wanted is None or t.id in wanted)
            return self._page([self._shown(image, ()) for image in images if self._listed(image)], call)
        wanted, filters = call.json("effective_status"), call.json("filtering", [])
        things = [t for t in self._under(owner, KINDS[edge]) if self._listed(t)]
        chosen = [t for t in things if self._asked(t, wanted, filters)]
        fields = fields_of(call.params.get("fields", ""))
        return self._page([self._shown(t, fields) for t in chosen], call)

    def _node(self, id_: str, call: Call) -> Row:
        if id_ == ACCOUNT:
            account = {"id": id_, "name": "Test", "currency": "EUR", "timezone_name": "Europe/Berlin"}
            return account | {"account_status": 1, "min_daily_budget": 100}
        thing = self.account.things.get(id_)
        if thing is None or (thing.kind == "rule" and thing.shown(self.shown_at_s)["status"] == "DELETED"):
            raise Refused(100, 33, f"Unsupported get request. Object with ID '{id_}' does not exist")
        return self._shown(thing, fields_of(call.params.get("fields", "")))

    def _under(self, owner: str, kind: str) -> Iterable[Thing]:
        things = self.account.of(kind)
        if owner == ACCOUNT:
            return things
        if owner not in self.account.things:
            raise Refused(100, 33, f"Object with ID '{owner}' does not exist")
        parent = f"{self.account.things[owner].kind}_id"
        return (t for t in things if self._value(t.row, parent) == owner)

    def _listed(self, thing: Thing) -> bool:
        return thing.created_s <= self.listed_at_s

    def _asked(self, thing: Thing, wanted: list[str] | None, filters: list[Row]) -> bool:
        """Whether a list shows it: neither deleted nor, unless asked for, archived, and matching all filters."""
        row = thing.shown(self.shown_at_s)
        status = self.account.effective_status(row) if isinstance(row.get("status"), str) else "ACTIVE"
        if status == "DELETED" or (status == "ARCHIVED" and "ARCHIVED" not in (wanted or ())):
            return False
        if wanted is not None and status not in wanted:
            return False
        return all(self._passes(thing, row, f) for f in filters)

    def _passes(self, thing: Thing, row: Row, condition: dict[str, Any]) -> bool:
        level, _, name = condition["field"].partition(".")
        if (level, name) == (thing.kind, "effective_status"):
            return self.account.effective_status(row) in condition["value"]
        if name != "id" or condition["operator"] != "IN":
            raise NotImplementedError(f"the test server does not know the filter {condition}")
        value = thing.id if level == thing.kind else self._value(row, f"{level}_id")
        return value in condition["value"]

    def _value(self, row: Row, name: str) -> Any:
        if name == "campaign_id" and "adset_id" in row:
            return self.account.things[row["adset_id"]].row["campaign_id"]
        return row.get(name)

    def _shown(self, thing: Thing, fields: Fields) -> Row:
        row = thing.shown(self.shown_at_s)
        if not fields:
            return {"id": thing.id} | ({"hash": thing.id} if thing.kind == "image" else {})
        shown: Row = {}
        for name, inner in fields:
            if inner and name != "adlabels":
                below = self.account.things.get(str(self._value(row, f"{name}_id")))
                value = self._shown(below, fields_of(inner)) if below else None
            else:
                value = self._field(thing, row, name)
            shown |= {} if value is None else {name: value}
        return shown

    def _field(self, thing: Thing, row: Row, name: str) -> Any:
        if name == "id":
            return thing.id
        if name == "effective_status":
            return self.account.effective_status(row)
        if name == "created_time":
            return stamp(thing.created_s)
        return shown(name, self._value(row, name))

    def _page(self, rows: list[Row], call: Call) -> Row:
        start = int(base64.b64decode(call.params["after"])) if "after" in call.params else 0
        end = start + min(int(call.params.get("limit", "25")), self.page_rows)
        if not rows[start:end]:
            return {"data": []}
        cursor = base64.b64encode(str(end).encode()).decode()
        paging: Row = {"cursors": {"before": "b", "after": cursor}}
        if end < len(rows):
            paging["next"] = f"https://graph.example/next?after={cursor}"
        return {"data": rows[start:end], "paging": paging}

    def _activities(self, call: Call) -> list[Commit]:
        since, until = _moment(call, "since", -1e9), _moment(call, "until", 1e9)
        oid = call.params.get("oid")
        return [
            c
            for c in reversed(self.account.commits)
            if since <= c.at_s <= min(until, self.listed_at_s) and (oid is None or oid == c.thing.id)
        ]

    def _activity(self, commit: Commit) -> Row:
        name, value = next(iter(commit.values.items()))
        kind = commit.thing.kind
        created = {"campaign": "create_campaign_group", "adset": "create_ad_set"}.get(kind, f"create_{kind}")
        event = {"create": created, "upload": "add_images"}.get(commit.verb)
        extra = {"field": name, "old_value": commit.old.get(name), "new_value": value}
        return {
            "event_type": event or _EVENTS.get((kind, name), f"update_{kind}"),
            "event_time": stamp(commit.at_s),
            "object_id": commit.thing.id,
            "object_name": commit.thing.row.get("name", ""),
            "object_type": {"adset": "AD_SET"}.get(kind, kind.upper()),
            "extra_data": json.dumps(extra),
            "actor_name": commit.who,
        }


@lru_cache
def fields_of(text: str) -> Fields:
    """Names of a field list, each with what stands in its braces."""
    found, depth, start = list[str](), 0, 0
    for i, char in enumerate(text + ","):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if char == "," and not depth:
            found, start = [*found, text[start:i]], i + 1
    pairs = (name.partition("{") for name in found if name)
    return tuple((name, inner.removesuffix("}")) for name, _, inner in pairs)


def stamp(at_s: float) -> str:
    return (START + timedelta(seconds=at_s)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _moment(call: Call, name: str, default: float) -> float:
    """A moment as unix seconds or ISO text, in seconds of the history. The log knows whole seconds."""
    if (text := call.params.get(name)) is None:
        return default
    moment = float(text) if text.isdigit() else datetime.fromisoformat(text).timestamp()
    return moment - START.timestamp()
