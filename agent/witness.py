"""Looks at the account to tell what became of a write."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tools import objects
from tools.changes import Change, Level
from tools.graph import Family, GraphError, GraphFailure, GraphReader
from tools.objects import AdObject


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen: done as wanted, in conflict (a text that says how), or neither: still as before."""

    done: bool = False
    conflict: str = ""
    absent: bool = False
    """The object itself is not shown, which a list that lags behind does to what is new."""
    result: dict[str, Any] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    """Ids of further objects with the same marker: one create that Meta executed more than once."""


PAGE_SIZE = 200
CLOCKS_DIFFER = timedelta(minutes=5)


class Witness:
    """Compares what was wanted with what is there. Only reads. Raises GraphFailure."""

    def __init__(self, reader: GraphReader) -> None:
        self._reader = reader

    def look_all(self, changes: Sequence[Change]) -> list[Sighting]:
        """Compare objects that exist with `before` and `after` of their changes, a request per 50 batches."""
        by_level: dict[tuple[str, Level], list[str]] = {}
        for change in changes:
            if change.level and change.kind != "delete":
                by_level.setdefault((change.account, change.level), []).append(change.target)
        found: dict[str, AdObject] = {}
        for (account, level), ids in by_level.items():
            found |= objects.find(self._reader, account, ids, (level,))
        gone = self._deleted([change for change in changes if change.kind == "delete"])
        return [gone[c.target] if c.kind == "delete" else _compare(c, found.get(c.target)) for c in changes]

    def look(self, change: Change, sent_at: datetime | None, *, settled: bool) -> Sighting:
        """What became of one change that was sent without an answer.

        A create that is still not there when it should be (`settled`) may have been made and deleted by
        somebody since; lists do not show that, so the account's own log is asked, too.
        """
        if change.target:
            return self.look_all([change])[0]
        if sent_at is None:
            return Sighting()
        if change.kind == "upload_image":
            return self._uploaded(change)
        found = self._marked(change)
        return self._logged(change, sent_at) if settled and not found.done else found

    def _uploaded(self, change: Change) -> Sighting:
        """An image is recognised by its content: same bytes, same hash (graph-api-facts §8.5)."""
        expected = change.request.upload.graph_hash if change.request.upload else ""
        if not expected:
            return Sighting()  # sending the same bytes again makes no second image
        rows = self._reader.read_all(f"{change.account}/adimages", hashes=[expected], fields="hash").rows
        known = any(row.get("hash") == expected for row in rows)
        return Sighting(done=True, result={"hash": expected}) if known else Sighting()

    def _marked(self, change: Change) -> Sighting:
        """A created object is recognised by the ad label it carries (graph-api-facts §8.9)."""
        if change.kind == "create_ad":
            edge, fields = f"{change.request.params['adset_id']}/ads", "id,created_time,adlabels"
            statuses = ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS"]
            # Without a status filter Meta also lists what is in review or disapproved.
            lists = self._reader.lists(
                (edge, PAGE_SIZE, {"fields": fields, "effective_status": statuses}),
                (edge, PAGE_SIZE, {"fields": fields}),
            )
        else:
            edge = f"{change.account}/adcreatives"
            lists = self._reader.lists((edge, PAGE_SIZE, {"fields": "id,adlabels"}))
        ids = sorted({str(row["id"]) for rows in lists for row in rows if _carries(row, change.marker)})
        return Sighting(done=True, result={"id": ids[0]}, extras=tuple(ids[1:])) if ids else Sighting()

    def _logged(self, change: Change, sent_at: datetime) -> Sighting:
        """Whether the account's log names a creation of this object, which then is there no more."""
        if change.kind != "create_ad":
            return Sighting()
        since = int((sent_at - CLOCKS_DIFFER).timestamp())
        try:
            rows = self._reader.read_all(
                f"{change.account}/activities", fields="event_type,object_id", since=since, category="AD"
            ).rows
        except GraphError as error:
            if error.family in (Family.PERMISSION, Family.NOT_FOUND, Family.VALIDATION):
                return Sighting()  # this token may not read the log; the lists have to do
            raise
        made = sorted(
            {str(r.get("object_id")) for r in rows if r.get("event_type") == "create_ad"} - {"None"}
        )
        for ad_id, ad in zip(made, self._reader.get_many([_marked_ad(i) for i in made]), strict=True):
            if isinstance(ad, GraphFailure):
                if not isinstance(ad, GraphError) or ad.family is not Family.NOT_FOUND:
                    raise ad
            elif _carries(ad, change.marker):
                if ad.get("status") != "DELETED":
                    return Sighting(done=True, result={"id": ad_id})
                return Sighting(conflict=f"was made as {ad_id}, and somebody has deleted it since")
        return Sighting()

    def _deleted(self, changes: Sequence[Change]) -> dict[str, Sighting]:
        """Which objects are deleted: lists do not show archived ones either, so each is asked by its id."""
        answers = self._reader.get_many([(change.target, {"fields": "id,status"}) for change in changes])
        seen = dict[str, Sighting]()
        for change, answer in zip(changes, answers, strict=True):
            if isinstance(answer, GraphFailure):
                if not isinstance(answer, GraphError) or answer.family is not Family.NOT_FOUND:
                    raise answer
                seen[change.target] = Sighting(done=True)
            else:
                seen[change.target] = Sighting(done=answer.get("status") == "DELETED")
        return seen


def _compare(change: Change, obj: AdObject | None) -> Sighting:
    if obj is None:
        return Sighting(conflict="is no longer there", absent=True)
    now = {name: str(obj.row.get(name) or "") for name in change.after}
    if now == change.after:
        return Sighting(done=True)
    if now == change.before:
        return Sighting()
    return Sighting(
        conflict="reads " + ", ".join(f"{name} {value or 'empty'}" for name, value in now.items())
    )


def _marked_ad(ad_id: str) -> tuple[str, dict[str, Any]]:
    return ad_id, {"fields": "id,status,adlabels"}


def _carries(row: dict[str, Any], marker: str) -> bool:
    labels = row.get("adlabels") or []
    if isinstance(labels, dict):
        labels = labels.get("data") or []
    return any(isinstance(label, dict) and label.get("name") == marker for label in labels)
