"""The world behind the API: the demo account, what was written since, and its clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox import DEMO_ACCOUNT, demo
from sandbox.delivery import HISTORY_DAYS, Delivery
from sandbox.store import Store
from sandbox.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

T = TypeVar("T")
MOST_REMEMBERED = 64

PARENTS = {"ad": ("adset", "campaign"), "adset": ("campaign",), "campaign": ()}
"""The levels above each delivering kind, nearest first."""


@dataclass
class Node:
    """One Graph object; `data` holds its stored fields as they go over the wire."""

    id: str
    kind: str
    serial: int
    data: dict[str, Any]


class World:
    """One ad account at one moment: nodes by id, figures per ad and day, and the activity log.

    Only what was written is stored; the demo account comes from the seed and the creation moment.
    """

    def __init__(self, store: Store, *, seed: int, now: datetime) -> None:
        """Open the world in the store; an empty store begins one with this seed at this moment."""
        settings = store.settings({"seed": str(seed), "now": now.astimezone(UTC).isoformat()})
        self.seed = int(settings["seed"])
        self.timezone = ZoneInfo(demo.TIMEZONE)
        self.now = datetime.fromisoformat(settings["now"]).astimezone(self.timezone)
        self.clock: Callable[[], float] = time.time
        self.usage = Usage()
        self.requests: deque[dict[str, Any]] = deque(maxlen=1000)
        self.budget_changes: dict[str, list[float]] = {}
        self._store = store
        self._lock = threading.RLock()
        account = demo.build(self.seed, self.now)
        self.truth = account.truth
        self.delivery = Delivery(self.seed, account.profiles)
        self.nodes = {
            row.id: Node(row.id, row.kind, serial, row.data) for serial, row in enumerate(account.rows)
        }
        self.activities: list[dict[str, Any]] = []
        self._memory: dict[str, Any] = {}
        self._load()

    @classmethod
    def open(cls, state: Path | None, *, fresh: bool, now: datetime | None, seed: int) -> World:
        """Open the world kept in a file, or one that lives in memory only."""
        return cls(Store(state, fresh=fresh), seed=seed, now=now or datetime.now(UTC))

    def _load(self) -> None:
        self._memory.clear()
        for node_id, kind, serial, data in self._store.nodes():
            self.nodes[node_id] = Node(node_id, kind, serial, data)
        self.activities = self._store.activities()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the world still, and up to date with other processes, while a request is answered."""
        with self._lock:
            if self._store.changed_elsewhere():
                self._load()
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make everything written inside one commit: it is on file before the answer goes out."""
        with self._lock, self._store.transaction(), self.reading():
            yield

    @property
    def today(self) -> date:
        """The account's date; it stands still with the clock."""
        return self.now.date()

    @property
    def day_index(self) -> int:
        """Today's number in the history that began with the world."""
        return HISTORY_DAYS - 1

    @property
    def account(self) -> Node:
        """The one ad account."""
        return self.nodes[DEMO_ACCOUNT]

    def timestamp(self) -> str:
        """Give the clock's moment as Meta writes times (graph-api-facts §6, wire types)."""
        return demo.timestamp(self.now)

    def get(self, node_id: object, kind: str) -> Node | None:
        """Find a node of the kind that has not been deleted."""
        node = self.nodes.get(str(node_id))
        if node is None or node.kind != kind or node.data.get("status") == "DELETED":
            return None
        return node

    def of(self, kind: str, **having: str) -> list[Node]:
        """Give the nodes of a kind whose stored fields have these values, newest first."""
        found = [
            node
            for node in self.nodes.values()
            if node.kind == kind and all(node.data.get(name) == value for name, value in having.items())
        ]
        return sorted(found, key=lambda node: -node.serial)

    def level(self, node: Node, kind: str) -> Node | None:
        """Give the node itself or its ancestor of the kind."""
        if node.kind == kind:
            return node
        return (
            self.nodes.get(str(node.data.get(f"{kind}_id"))) if kind in PARENTS.get(node.kind, ()) else None
        )

    def draft(self, kind: str, data: dict[str, Any], *, offset: int = 0, node_id: str | None = None) -> Node:
        """Make a new node that is not in the world yet; `offset` tells drafts of one write apart."""
        serial = len(self.nodes) + offset
        return Node(node_id or str(23_850_000_000_000 + serial), kind, serial, data)

    def changed(self, node: Node, change: dict[str, Any]) -> Node:
        """Give the node as it will be after a change; the world still holds it as it was."""
        data = {**node.data, **change}
        if "updated_time" in data:
            data["updated_time"] = self.timestamp()
        return Node(node.id, node.kind, node.serial, data)

    def commit(self, nodes: Iterable[Node], activities: Iterable[dict[str, Any]] = ()) -> None:
        """Put nodes, new or changed, and log entries into file and memory."""
        self._memory.clear()
        for node in nodes:
            self._store.put_node(node.id, node.kind, node.serial, node.data)
            self.nodes[node.id] = node
        for activity in activities:
            self._store.put_activity(activity)
            self.activities.append(activity)

    def remembered(self, key: str, make: Callable[[], T]) -> T:
        """Give what was made for the key since the last write: the pages of one question share the work."""
        if key not in self._memory:
            if len(self._memory) >= MOST_REMEMBERED:
                self._memory.clear()
            self._memory[key] = make()
        result: T = self._memory[key]
        return result

    def close(self) -> None:
        """Close the file."""
        self._store.close()
