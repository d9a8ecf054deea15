"""What was read of each account last, so that all of them can be shown at once; every part knows when it was read."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent.stores.database import Database, to_moment
from agent.stores.engine import Row


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a world, with what is said of it everywhere."""

    world: str
    account: str
    name: str
    currency: str
    timezone: str

    @property
    def sandboxed(self) -> bool:
        return self.world.startswith("sandbox")


@dataclass(frozen=True, slots=True)
class Part:
    """One answer about an account, as a tool gave it: when it was read, and why a later try failed, if it did."""

    name: str
    taken_at: datetime | None
    answer: Mapping[str, Any]
    tried_at: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An account and the parts that were read of it, by name."""

    place: Place
    parts: Mapping[str, Part]


class Snapshots(Database):
    """The newest answers of each account. A part that cannot be read stays as it was, and says why."""

    what = "The file of what was read of the accounts"
    file = "overview.sqlite"
    schema = """
CREATE TABLE IF NOT EXISTS overview_places (
  world TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, currency TEXT NOT NULL, timezone TEXT NOT NULL,
  PRIMARY KEY (world, account));
CREATE TABLE IF NOT EXISTS overview_parts (
  world TEXT NOT NULL, account TEXT NOT NULL, part TEXT NOT NULL, taken_at TEXT, answer TEXT NOT NULL DEFAULT '{}',
  tried_at TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '', PRIMARY KEY (world, account, part));
"""

    def keep(self, place: Place, part: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer in the place of the one before."""
        with self.transaction():
            self._know(place)
            self.run(
                "INSERT INTO overview_parts(world, account, part, taken_at, answer, tried_at) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT (world, account, part) DO UPDATE SET taken_at=excluded.taken_at,"
                " answer=excluded.answer, tried_at=excluded.tried_at, problem=''",
                *(
                    place.world,
                    place.account,
                    part,
                    self.stamp(),
                    json.dumps(answer, ensure_ascii=False),
                    self.stamp(),
                ),
            )

    def fail(self, place: Place, parts: Iterable[str], problem: str) -> None:
        """Say of parts why they could not be read now; what was read of them before stays."""
        with self.transaction():
            self._know(place)
            for part in parts:
                self.run(
                    "INSERT INTO overview_parts(world, account, part, tried_at, problem) VALUES (?,?,?,?,?)"
                    " ON CONFLICT (world, account, part) DO UPDATE SET tried_at=excluded.tried_at, problem=excluded.problem",
                    *(place.world, place.account, part, self.stamp(), problem),
                )

    def forget_all_but(self, world: str, accounts: Collection[str]) -> None:
        """Let go of what was read of other accounts of a world, as they are no longer to be seen."""
        where = f"world=? AND account NOT IN ({','.join('?' * len(accounts))})"
        with self.transaction():
            for table in ("overview_parts", "overview_places"):
                self.run(f"DELETE FROM {table} WHERE {where}", world, *accounts)  # noqa: S608 - marks alone

    def all_of(self, *parts: str, sandboxed: bool) -> list[Kept]:
        """Every account of the live world or of the sandboxes, with these parts of it."""
        rows = self.all(
            f"SELECT * FROM overview_parts WHERE part IN ({','.join('?' * len(parts))})",  # noqa: S608 - marks alone
            *parts,
        )
        found: dict[tuple[str, str], dict[str, Part]] = {}
        for row in rows:
            found.setdefault((row["world"], row["account"]), {})[row["part"]] = _part(row)
        kept = [
            Kept(place, found.get((place.world, place.account), {}))
            for place in map(_place, self.all("SELECT * FROM overview_places ORDER BY name, account"))
        ]
        return [one for one in kept if one.place.sandboxed is sandboxed]

    def one_of(self, account: str, *parts: str, sandboxed: bool) -> Kept | None:
        """One account with these parts, in the world in which it was read last; None where it never was."""
        marks = ",".join("?" * len(parts))
        where = "account=? AND (world LIKE 'sandbox%')=?"
        newest = self.one(
            f"SELECT world FROM overview_parts WHERE {where} ORDER BY tried_at DESC LIMIT 1",  # noqa: S608
            account,
            sandboxed,
        )
        if newest is None:
            return None
        of = (newest["world"], account)
        (place,) = self.all("SELECT * FROM overview_places WHERE world=? AND account=?", *of)
        rows = self.all(
            f"SELECT * FROM overview_parts WHERE world=? AND account=? AND part IN ({marks})",  # noqa: S608
            *of,
            *parts,
        )
        return Kept(_place(place), {row["part"]: _part(row) for row in rows})

    def taken_at(self, place: Place, part: str) -> datetime | None:
        """When a part was read last."""
        row = self.one(
            "SELECT taken_at FROM overview_parts WHERE world=? AND account=? AND part=?",
            *(place.world, place.account, part),
        )
        return to_moment(row["taken_at"]) if row else None

    def _know(self, place: Place) -> None:
        self.run(
            "INSERT INTO overview_places(world, account, name, currency, timezone) VALUES (?,?,?,?,?)"
            " ON CONFLICT (world, account) DO UPDATE SET name=excluded.name, currency=excluded.currency,"
            " timezone=excluded.timezone",
            *(place.world, place.account, place.name, place.currency, place.timezone),
        )


def _place(row: Row) -> Place:
    return Place(row["world"], row["account"], row["name"], row["currency"], row["timezone"])


def _part(row: Row) -> Part:
    tried = to_moment(row["tried_at"]) or datetime.now(UTC)
    return Part(row["part"], to_moment(row["taken_at"]), json.loads(row["answer"]), tried, row["problem"])
