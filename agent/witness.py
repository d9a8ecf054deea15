"""Looks at the account to tell what became of a write."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tools import objects
from tools.changes import Change, Level
from tools.graph import Family, GraphError, GraphReader
from tools.objects import AdObject


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen: done as wanted, in conflict (a text that says how), or neither: still as before."""

    done: bool = False
    conflict: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class Witness:
    """Only reads. Raises GraphFailure."""

    def __init__(self, reader: GraphReader) -> None:
        self._reader = reader

    def look_all(self, changes: Sequence[Change]) -> list[Sighting]:
        """Compare objects that exist with `before` and `after` of their changes, a request per 50 batches."""
        by_level: dict[tuple[str, Level], list[str]] = {}
        for change in changes:
            if change.level:
                by_level.setdefault((change.account, change.level), []).append(change.target)
        found: dict[str, AdObject] = {}
        for (account, level), ids in by_level.items():
            found |= objects.find(self._reader, account, ids, (level,))
        return [_compare(change, found.get(change.target)) for change in changes]

    def look(self, change: Change, attempt: int) -> Sighting:
        """What became of one change that was sent without an answer."""
        if change.target:
            return self.look_all([change])[0] if change.level else self._deleted(change)
        if change.kind == "upload_image" or not attempt:
            return Sighting()  # same bytes, same hash: sending it again makes no second image
        return self._marked(change)

    def _marked(self, change: Change) -> Sighting:
        """A created object is recognised by the ad label it carries (graph-api-facts §8.9)."""
        if change.kind == "create_ad":
            edge, statuses = (
                f"{change.request.params['adset_id']}/ads",
                ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS"],
            )
            listing = self._reader.read_all(
                edge, fields="id,created_time,adlabels", effective_status=statuses
            )
            # Without a status filter Meta also lists what is in review or disapproved.
            listing.rows.extend(self._reader.read_all(edge, fields="id,created_time,adlabels").rows)
        else:
            listing = self._reader.read_all(f"{change.account}/adcreatives", fields="id,adlabels")
        ids = sorted({str(row["id"]) for row in listing.rows if _carries(row, change.marker)})
        return Sighting(done=True, result={"id": ids[0]}) if ids else Sighting()

    def _deleted(self, change: Change) -> Sighting:
        try:
            row = self._reader.get(change.target, fields="id,status")
        except GraphError as error:
            if error.family is Family.NOT_FOUND:
                return Sighting(done=True)
            raise
        return Sighting(done=row.get("status") == "DELETED")


def _compare(change: Change, obj: AdObject | None) -> Sighting:
    if obj is None:
        return Sighting(done=True) if change.kind == "delete" else Sighting(conflict="is no longer there")
    now = {name: str(obj.row.get(name) or "") for name in change.after}
    if now == change.after:
        return Sighting(done=True)
    if now == change.before:
        return Sighting()
    return Sighting(
        conflict="reads " + ", ".join(f"{name} {value or 'empty'}" for name, value in now.items())
    )


def _carries(row: dict[str, Any], marker: str) -> bool:
    labels = row.get("adlabels") or []
    if isinstance(labels, dict):
        labels = labels.get("data") or []
    return any(isinstance(label, dict) and label.get("name") == marker for label in labels)
