"""The demo account as it is, read past our own client: what changed while a model worked, and what the figures are."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import httpx

KINDS = {"campaign": "campaigns", "adset": "adsets", "ad": "ads"}
_LISTED = {
    "campaign": "id,name,status,daily_budget,lifetime_budget,stop_time,spend_cap",
    "adset": "id,name,status,daily_budget,lifetime_budget,end_time,bid_amount,targeting",
    "ad": "id,name,status,creative{id}",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one object that is not as it was; `before` is None for what is new, `after` for what is gone."""

    kind: str
    id: str
    name: str
    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before is None:
            return f"made {self.kind} {self.name!r} ({self.after})"
        if self.after is None:
            return f"{self.kind} {self.name!r} is gone"
        return f"{self.kind} {self.name!r}: {self.field} {self.before} → {self.after}"


Objects = Mapping[str, tuple[str, Mapping[str, Any]]]
"""Kind and fields by id."""


class Account:
    """The demo account of a state file, as its owner would see it."""

    def __init__(self, state: Path) -> None:
        """Open it, or make it."""
        from sandbox.http.app import create_app
        from sandbox.http.inprocess import SandboxTransport

        app = create_app(state)
        self._world = app.state.world
        self.kinds: Mapping[str, str] = self._world.truth
        """What each ad was built to be, such as `loser`."""
        self._http = httpx.Client(
            transport=SandboxTransport(app),
            base_url="http://sandbox/v26.0",
            headers={"Authorization": "Bearer sandbox-token"},
        )
        self._id = str(self._get("me/adaccounts", fields="id")["data"][0]["id"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def objects(self) -> Objects:
        """All campaigns, ad sets and ads that are not gone."""
        return {
            str(row["id"]): (kind, row)
            for kind, edge in KINDS.items()
            for row in self._get(f"{self._id}/{edge}", fields=_LISTED[kind], limit=500)["data"]
        }

    def rename(self, names: Mapping[str, str]) -> None:
        """Give objects other names, as somebody else might have. Raises KeyError for an unknown one."""
        found = {str(row["name"]): object_id for object_id, (_, row) in self.objects().items()}
        for old, new in names.items():
            self._http.post(found[old], data={"name": new}).raise_for_status()

    def figure(self, wanted: str) -> Decimal:
        """METRIC@PERIOD or METRIC@PERIOD@LEVEL:NAME; a metric that is no figure is an action type.

        A period is a preset, or days ago (`14-8` is the seven days before the last seven), or the whole days of this month,
        `this_month_whole`, and as many of the one before, `last_month_alike`.
        """
        metric, period, *where = wanted.split("@")
        level, _, name = (where or ["account:"])[0].partition(":")
        params = {"level": level, "limit": 500, **self._days(period)}
        fields = "spend,impressions,clicks,inline_link_clicks,reach,actions"
        named = "" if level == "account" else f",{level}_name"
        rows = self._get(f"{self._id}/insights", fields=fields + named, **params)["data"]
        return sum(
            (_value(row, metric) for row in rows if not name or row[f"{level}_name"] == name), Decimal(0)
        )

    def _days(self, period: str) -> dict[str, str]:
        today = self._world.today
        first, until = today.replace(day=1), max(today.replace(day=1), today - timedelta(days=1))
        last = first - timedelta(days=1)
        then = last.replace(day=1)
        spans = {
            "this_month_whole": (first, until),
            "last_month_alike": (then, min(then + (until - first), last)),
        }
        if ago := re.fullmatch(r"(\d+)-(\d+)", period):
            spans[period] = (today - timedelta(days=int(ago[1])), today - timedelta(days=int(ago[2])))
        if period not in spans:
            return {"date_preset": period}
        return {"time_range": json.dumps(dict(zip(("since", "until"), map(str, spans[period]), strict=True)))}

    def _get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = self._http.get(path, params=params)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def differences(before: Objects, after: Objects) -> list[Difference]:
    """What is not as it was, object by object."""
    return [one for object_id in {**before, **after} for one in _of(object_id, before, after)]


def _of(object_id: str, before: Objects, after: Objects) -> Iterable[Difference]:
    kind, row = after.get(object_id) or before[object_id]
    name = str((before.get(object_id) or (kind, row))[1]["name"])
    if object_id not in before:
        yield Difference(kind, object_id, name, "status", None, row["status"])
    elif object_id not in after:
        yield Difference(kind, object_id, name, "status", before[object_id][1]["status"], None)
    else:
        was = before[object_id][1]
        for field in dict.fromkeys((*was, *row)):
            if was.get(field) != row.get(field):
                yield Difference(kind, object_id, name, field, was.get(field, ""), row.get(field, ""))


def _value(row: Mapping[str, Any], metric: str) -> Decimal:
    if metric in row:
        return Decimal(str(row[metric]))
    found = [item["value"] for item in row.get("actions", ()) if item["action_type"] == metric]
    return Decimal(str(found[0])) if found else Decimal(0)
