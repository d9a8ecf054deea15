"""What an ad account holds, every version of it, and who changed what: the truth the histories are judged by.

Nothing of the product is imported here, and nothing is known of its journal.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.clock import Clock

ACCOUNT = "act_77"
PERSON = "person"
"""Who changes things by hand."""
GONE = ("DELETED", "ARCHIVED")

Row = dict[str, Any]
_PARENTS = {
    "ad": (("adset_id", "adset"), ("creative_id", "creative")),
    "adset": (("campaign_id", "campaign"),),
}


class Refused(Exception):  # noqa: N818 - an answer of the server
    """The server refuses a call, and nothing was done."""

    def __init__(self, code: int, subcode: int | None, message: str) -> None:
        super().__init__(message)
        self.code, self.subcode = code, subcode


@dataclass(slots=True)
class Thing:
    """A campaign, ad set, ad, creative, image, video or rule with all its versions, oldest first."""

    kind: str
    id: str
    versions: list[tuple[float, Row]]

    @property
    def row(self) -> Row:
        return self.versions[-1][1]

    @property
    def created_s(self) -> float:
        return self.versions[0][0]

    def shown(self, at_s: float) -> Row:
        """What a reader is shown who sees the account as it was at that moment."""
        for when, row in reversed(self.versions):
            if when <= at_s:
                return row
        return self.versions[0][1]


@dataclass(frozen=True, slots=True)
class Commit:
    """One thing that really happened."""

    serial: int
    at_s: float
    arrival: int
    """Number of the request that brought it."""
    who: str
    verb: str
    thing: Thing
    old: Row
    values: Row
    marker: str = ""
    """The ad label a created object carries, or what stands in its place."""

    @property
    def key(self) -> tuple[str, str]:
        """Who wrote, and by what the write is recognised: its label, the hash of a file, or its target."""
        return self.who, self.marker or self.thing.id


@dataclass(slots=True)
class Account:
    """One ad account. `who` is whoever is writing at present; `arrival` the number of the present request."""

    clock: Clock
    things: dict[str, Thing] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    who: str = PERSON
    arrival: int = 0
    made: dict[str, str] = field(default_factory=dict)
    """Id of what was made first with each marker."""
    _late: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Thing]:
        return (thing for thing in self.things.values() if thing.kind == kind)

    def put(self, kind: str, id_: str, **row: Any) -> None:
        """Part of the account from the start."""
        self.things[id_] = Thing(kind, id_, [(-1e6, row)])

    def later(self, at_s: float, act: Callable[[], object]) -> None:
        """Do something later, in the name of who asks now."""
        who, arrival = self.who, self.arrival

        def acting() -> None:
            kept = self.who, self.arrival
            self.who, self.arrival = who, arrival
            act()
            self.who, self.arrival = kept

        self._late.append((at_s, len(self._late), acting))

    def catch_up(self) -> None:
        """Execute what was due by now, in its order and at its time."""
        now_s = self.clock.at_s
        while due := sorted(entry for entry in self._late if entry[0] <= now_s):
            self._late.remove(due[0])
            self.clock.at_s = due[0][0]
            due[0][2]()
            self.clock.at_s = now_s

    def create(self, kind: str, row: Row, marker: str = "", id_: str = "") -> Thing:
        """Make anything but an image. Raises Refused when its parents are not there."""
        for name, parent in _PARENTS.get(kind, ()):
            if not self.alive(str(row.get(name, "")), parent):
                raise Refused(100, None, f"Invalid parameter {name}")
        marker = marker or next((str(label["name"]) for label in row.get("adlabels", ())), "")
        thing = Thing(kind, id_ or str(900_000 + len(self.things)), [(self.clock.at_s, row)])
        self.things[thing.id] = thing
        self.made.setdefault(marker, thing.id)
        self._commit("create", thing, {}, row, marker=marker)
        return thing

    def update(self, id_: str, values: Row) -> None:
        """Change what takes changes. Raises Refused for what is not there, or not to be changed."""
        thing = self._there(id_)
        if values.get("status") == "DELETED":
            return self.delete(id_)
        if thing.row.get("status") == "DELETED" or thing.kind == "image":
            raise Refused(100, 33, f"Object with ID '{id_}' does not exist")
        renames = not values.keys() - {"name", "status"} and values.get("status", "ARCHIVED") == "ARCHIVED"
        if thing.row.get("status") == "ARCHIVED" and not renames:
            raise Refused(100, None, "An archived object can only be renamed or deleted")
        if "creative_id" in values and not self.alive(values["creative_id"], "creative"):
            raise Refused(100, None, "Invalid parameter creative")
        if "daily_budget" in values and "daily_budget" not in thing.row:
            raise Refused(100, None, "This object has no budget of its own")
        return self._change("update", thing, values)

    def delete(self, id_: str) -> None:
        """Delete an object. Raises Refused for what is not there, as after a deletion."""
        thing = self._there(id_)
        if thing.row.get("status") == "DELETED":
            raise Refused(100, 33, f"Object with ID '{id_}' does not exist")
        self._change("delete", thing, {"status": "DELETED"})

    def upload(self, name: str, data: bytes) -> Thing:
        """Put an image into the library: same bytes, same hash, same image."""
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        thing = self.things.get(digest)
        if thing is None:
            thing = Thing("image", digest, [(self.clock.at_s, {"hash": digest, "name": name})])
            self.things[digest] = thing
        self._commit("upload", thing, {}, {"hash": digest})
        return thing

    def effective_status(self, row: Mapping[str, Any]) -> str:
        """The status with those of its parents, as Meta shows it."""
        if row["status"] in GONE:
            return str(row["status"])
        adset = self.things[row["adset_id"]].row if "adset_id" in row else row
        campaign = self.things[adset["campaign_id"]].row if "campaign_id" in adset else adset
        if gone := {campaign["status"], adset["status"]} & {*GONE}:
            return max(gone)
        for parent, paused in ((campaign, "CAMPAIGN_PAUSED"), (adset, "ADSET_PAUSED")):
            if parent is not row and parent["status"] != "ACTIVE":
                return paused
        return str(row["status"])

    def alive(self, id_: str, kind: str) -> bool:
        """Whether there is such a thing, and neither it nor what it stands in was deleted or archived."""
        thing = self.things.get(id_)
        return thing is not None and thing.kind == kind and self.effective_status(thing.row) not in GONE

    def _there(self, id_: str) -> Thing:
        if (thing := self.things.get(id_)) is None:
            raise Refused(100, 33, f"Object with ID '{id_}' does not exist")
        return thing

    def _change(self, verb: str, thing: Thing, values: Row) -> None:
        old = {name: thing.row.get(name) for name in values}
        thing.versions.append((self.clock.at_s, thing.row | values))
        self._commit(verb, thing, old, values)

    def _commit(self, verb: str, thing: Thing, old: Row, values: Row, *, marker: str = "") -> None:
        serial = len(self.commits) + 1
        self.commits.append(
            Commit(serial, self.clock.at_s, self.arrival, self.who, verb, thing, old, values, marker)
        )


def demo_account(clock: Clock) -> Account:
    """Two campaigns, one with a budget of its own; five ad sets of twelve ads; three creatives; three rules."""
    account = Account(clock)
    account.put("account", ACCOUNT, webhooks="off")
    account.put("campaign", "11", name="Autumn", status="ACTIVE")
    account.put("campaign", "12", name="Winter", status="ACTIVE", daily_budget="4000")
    for number in range(5):
        budget = {} if number == 4 else {"daily_budget": str(3000 + 500 * number)}
        campaign = "12" if number == 4 else "11"
        account.put(
            "adset",
            f"2{number}",
            name=f"Set {number}",
            status="ACTIVE",
            campaign_id=campaign,
            targeting={"geo_locations": {"countries": ["DE"]}},
            **budget,
        )
    for number in range(3):
        account.put("creative", f"4{number}", name=f"Creative {number}", status="ACTIVE")
        account.put("rule", f"5{number}", name=f"Rule {number}", status="ENABLED")
    for number in range(60):
        status = "PAUSED" if number % 5 == 4 else "ACTIVE"
        account.put(
            "ad",
            f"3{number:03}",
            name=f"Ad {number}",
            status=status,
            adset_id=f"2{number % 5}",
            creative_id=f"4{number % 3}",
        )
    return account
