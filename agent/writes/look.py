"""Looks at the account to tell what became of a write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from agent.writes.clocks import Moment
from tools.domain import objects
from tools.domain.change_kind import Known, Listed
from tools.domain.changes import Change, Level
from tools.domain.footing import Ground, ground
from tools.domain.naming.namesakes import carries
from tools.domain.objects import AdObject
from tools.domain.running import moment
from tools.domain.settings.field_states import alike, parted, said, same, texts, unmoved
from tools.domain.settings.subscriptions import app_of, hears
from tools.graph import Family, GraphError, GraphFailure, GraphReader, ListCall


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


STATUSES = ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS"]
PAGE_SIZE = 200
_PLAIN = ("name", "status")
"""What is told as it reads; of what has parts only that it is another."""
_MARKED = {Known.BY_LABEL: "adlabels", Known.BY_DESCRIPTION: "description", Known.BY_NAME: "name"}
"""Which field of a created object carries the marker."""


class Witness:
    """Compares what was wanted with what is there. Only reads. Raises GraphFailure."""

    def __init__(self, reader: GraphReader) -> None:
        self._reader = reader
        self._listed: dict[str, list[dict[str, Any]]] = {}
        self._there: dict[str, Sighting] = {}
        self._logs: dict[str, list[tuple[str, dict[str, Any] | GraphFailure]]] = {}

    def look_anew(self) -> None:
        """Begin a round of looks: until the next, what many looks share is read once."""
        self._listed.clear()
        self._there.clear()
        self._logs.clear()

    def look_ahead(self, changes: Sequence[Change]) -> None:
        """Read for this round, in as few requests as that goes, what the looks for these changes will need."""
        there = [change for change in changes if change.target]
        self._there = dict(zip((change.id for change in there), self.look_all(there), strict=True))
        self.list_for([change for change in changes if not change.target])

    def list_for(self, changes: Sequence[Change]) -> None:
        """List, in one request as far as that goes, what the looks for these creates will need."""
        wanted = {repr(calls): calls for change in changes if (calls := lists_of(change))}
        wanted = {key: calls for key, calls in wanted.items() if key not in self._listed}
        streams = iter(self._reader.lists(*chain(*wanted.values())))
        for key, calls in wanted.items():
            self._listed[key] = [row for _ in calls for row in next(streams)]

    def stand(self, account: str, changes: Sequence[Change]) -> tuple[dict[str, Sighting], Ground]:
        """Before sending: how the objects compare with the changes, by change id, and what these rest on now."""
        now = ground(self._reader, account, changes)
        apart = self._apart(changes)
        seen = {
            change.id: apart[change.id]
            if change.id in apart
            else _compare(change, now.objects.get(change.target))
            for change in changes
            if comparable(change)
        }
        return seen, now

    def look_all(self, changes: Sequence[Change]) -> list[Sighting]:
        """Compare objects that exist with `before` and `after` of their changes, a request per 50 batches."""
        by_level: dict[tuple[str, Level], list[Change]] = {}
        for change in changes:
            if change.level and not _removes(change):
                by_level.setdefault((change.account, change.level), []).append(change)
        found: dict[str, AdObject] = {}
        for (account, level), those in by_level.items():
            names = {"id", "name", "status"}.union(*(change.after for change in those))
            fields = ",".join("creative{id}" if name == "creative" else name for name in sorted(names))
            ids = [change.target for change in those]
            found |= objects.find(self._reader, account, ids, (level,), fields=fields)
        apart = self._apart(changes)
        return [apart.get(c.id) or _compare(c, found.get(c.target)) for c in changes]

    def look(self, change: Change, sent_at: datetime | None, *, settled: bool) -> Sighting:
        """What became of one change that was, or may have been, sent without an answer.

        A create that is still not there when it should be (`settled`) may have been made and deleted by
        somebody since; lists do not show that, so the account's own log since `sent_at` is asked, too.
        """
        if change.target:
            return self._there.get(change.id) or self.look_all([change])[0]
        self.list_for([change])
        rows = [row for row in self._listed.get(repr(lists_of(change)), ()) if _shows(row, change)]
        if (listed := change.row.listed) is None:
            return Sighting(done=True, result={"hash": rows[0]["hash"]}) if rows else Sighting()
        if ids := sorted({str(row["id"]) for row in rows}):
            return Sighting(done=True, result={"id": ids[0]}, extras=tuple(ids[1:]))
        return self._logged(change, listed, sent_at) if settled and sent_at else Sighting()

    def named(self, change: Change, given: str, sent_at: Moment | None) -> Sighting:
        """Which picture Meta's answer names by a hash that its bytes do not tell (docs/graph-api.md §8.5).

        One that was there before it was sent is another picture; one under the hash of the bytes is the right one.
        """
        own = change.request.upload.graph_hash if change.request.upload else ""
        query: dict[str, Any] = {"hashes": [own, given], "fields": "hash,name,created_time"}
        rows = {
            str(r.get("hash")): r for r in self._reader.read_all(f"{change.account}/adimages", **query).rows
        }
        if own in rows:
            return Sighting(done=True, result={"hash": own})
        if (row := rows.get(given)) is None:
            return Sighting(done=True, result={"hash": given})
        made = moment(row.get("created_time"))
        if sent_at and made and made >= sent_at.not_before:
            return Sighting(done=True, result={"hash": given})
        return Sighting(
            conflict=f"Meta answered with the hash {given}, which is another picture: {row.get('name')}"
        )

    def videos(self, video_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """How each of these videos stands at Meta, and how far it has been processed where Meta says that."""
        wanted = sorted(set(video_ids))
        rows = self._reader.get_many([(i, {"fields": "id,status"}) for i in wanted])
        states = {}
        for video_id, row in zip(wanted, rows, strict=True):
            if isinstance(row, GraphFailure):
                raise row
            status = row.get("status") or {}
            progress = status.get("processing_progress")
            states[video_id] = (
                str(status.get("video_status") or ""),
                f" ({progress} %)" if isinstance(progress, int) else "",
            )
        return states

    def _logged(self, change: Change, listed: Listed, sent_at: datetime) -> Sighting:
        """Whether the account's log names a creation of this object, which then is there no more."""
        if not listed.log_event:
            return Sighting()
        key = f"{change.account} {listed.log_event} {sent_at}"
        if key not in self._logs:
            self._logs[key] = self._made(change.account, listed, sent_at)
        for new_id, new in self._logs[key]:
            if isinstance(new, GraphFailure):
                if not isinstance(new, GraphError) or new.family is not Family.NOT_FOUND:
                    raise new
            elif carries(new, change.marker):
                if new.get("status") != "DELETED":
                    return Sighting(done=True, result={"id": new_id})
                return Sighting(conflict=f"was made as {new_id}, and somebody has deleted it since")
        return Sighting()

    def _made(
        self, account: str, listed: Listed, since: datetime
    ) -> list[tuple[str, dict[str, Any] | GraphFailure]]:
        """What was made since then by the account's log, each with what is read of it now."""
        try:
            rows = self._reader.read_all(
                f"{account}/activities",
                fields="event_type,object_id",
                since=int(since.timestamp()),
                category=listed.log_category,
            ).rows
        except GraphError as error:
            if error.family in (Family.PERMISSION, Family.NOT_FOUND, Family.VALIDATION):
                return []  # this token may not read the log; the lists have to do
            raise
        ids = sorted(
            {str(r.get("object_id")) for r in rows if r.get("event_type") == listed.log_event} - {"None"}
        )
        made = self._reader.get_many([(new_id, {"fields": "id,status,adlabels"}) for new_id in ids])
        return list(zip(ids, made, strict=True))

    def _apart(self, changes: Sequence[Change]) -> dict[str, Sighting]:
        """What is read by itself, by change id: what is to go, and subscriptions, which stand in no object."""
        seen = self._gone([change for change in changes if _removes(change)])
        for change in (c for c in changes if c.row.known is Known.BY_SUBSCRIPTION):
            now = hears(self._reader, change.target, app_of(change))
            seen[change.id] = Sighting(done=now == change.after["webhooks"])
        return seen

    def _gone(self, changes: Sequence[Change]) -> dict[str, Sighting]:
        """By change id, which objects are deleted or archived as wanted: no list shows them, so each is asked by its id."""
        answers = self._reader.get_many(
            [(change.target, {"fields": _of_what_goes(change)}) for change in changes]
        )
        seen = dict[str, Sighting]()
        for change, answer in zip(changes, answers, strict=True):
            if isinstance(answer, GraphFailure):
                if not isinstance(answer, GraphError) or answer.family is not Family.NOT_FOUND:
                    raise answer
                seen[change.id] = _removed(change, {"status": "DELETED"})
            else:
                seen[change.id] = _removed(change, answer)
        return seen


def comparable(change: Change) -> bool:
    """Whether what it is about can be compared with it: what runs, and anything that is to go."""
    return bool(change.target and (change.readable or _removes(change)))


def _of_what_goes(change: Change) -> str:
    """What is read of something that is to go: of a rule, which has no level, all that it was made of."""
    return ",".join(dict.fromkeys(("id", "status", *([] if change.level else change.before))))


def _removed(change: Change, row: Mapping[str, Any]) -> Sighting:
    """What a row says about a deletion, or about archiving, which a deletion leaves no room for.

    Whether somebody changed what has a level, its ground tells; of a rule all of it is compared.
    """
    status = str(row.get("status"))
    if status == change.after.get("status", "DELETED"):
        return Sighting(done=True)
    if status == "DELETED":
        return Sighting(conflict="was deleted meanwhile")
    if change.level:
        return Sighting()
    now = texts(row, change.before)
    other = [name for name, text in change.before.items() if text and not same(name, now[name], text)]
    told = (
        f"another {name.replace('_', ' ')}" if name not in _PLAIN else f"{name} {now[name]}" for name in other
    )
    return Sighting(conflict=f"reads {', '.join(told)}" if other else "")


def _removes(change: Change) -> bool:
    return change.row.known is Known.BY_ABSENCE


def lists_of(change: Change) -> list[ListCall]:
    """Where a create is looked for: none while what it stands under is not made, or its bytes tell no hash.

    An object is recognised by the ad label it carries (docs/graph-api.md §8.9), a video by its description, an
    image by its content: same bytes, same hash (§8.5).
    """
    if (listed := change.row.listed) is None:
        expected = change.request.upload.graph_hash if change.request.upload else ""
        query = {"hashes": [expected], "fields": "hash"}
        return [ListCall(f"{change.account}/adimages", PAGE_SIZE, query)] if expected else []
    parent = change.request.params[listed.parent] if listed.parent else change.account
    if not isinstance(parent, str):
        return []
    path, query = f"{parent}/{listed.edge}", {"fields": f"id,{_MARKED[change.row.known]}"}
    lists = [ListCall(path, PAGE_SIZE, query)]
    if change.level:  # without a status filter Meta also lists what is in review or disapproved
        lists.insert(0, ListCall(path, PAGE_SIZE, query | {"effective_status": STATUSES}))
    return lists


def _shows(row: dict[str, Any], change: Change) -> bool:
    """Whether a row of these lists is what a create makes."""
    if change.row.known is Known.BY_CONTENT and change.request.upload:
        return bool(row.get("hash") == change.request.upload.graph_hash)
    return carries(row, change.marker)


def _compare(change: Change, obj: AdObject | None) -> Sighting:
    if obj is None:
        return Sighting(conflict="is no longer there", absent=True)
    now = obj.now(change.after)
    if alike(now, change.after):
        return Sighting(done=True)
    if unmoved(now, change.before):
        return Sighting()
    other = {name: parted(name, change.before.get(name, ""), text) for name, text in now.items()}
    return Sighting(
        conflict="reads "
        + ", ".join(f"{name} {said(name, text, change.spend.currency)}" for name, text in other.items())
    )
