"""The world behind the API: the accounts on file, and everything that is written to them."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict, deque
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sandbox.request.clock import DAY_S, MOST_DAYS, Clock, counted, iso
from sandbox.request.refusals import invalid
from sandbox.world import demo_account
from sandbox.world.accounts import Accounts
from sandbox.world.active_ads import ActiveAds
from sandbox.world.call_limits import Usage
from sandbox.world.delivery import Delivery
from sandbox.world.faults import Faults
from sandbox.world.node import Node
from sandbox.world.node_history import Version
from sandbox.world.outbox import Outbox
from sandbox.world.profiles import Profiles
from sandbox.world.world_file import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


class _Sized(Protocol):
    def __len__(self) -> int: ...


T = TypeVar("T", bound=_Sized)
MOST_REMEMBERED = 64
MOST_ROWS = 400_000
"""How many rows the remembered answers may have together."""


class World(Accounts):
    """The accounts as they are kept and written: on file, with figures per ad and day, and the activity log.

    Only what was written is stored; the demo accounts come from the seed and the creation moment.
    """

    def __init__(
        self, store: Store, *, seed: int, now: datetime | None, ads: int = 0, tier: str = ""
    ) -> None:
        """Open the world in the store; an empty store begins one with these settings.

        With `now` the clock stands there; without, it is real time. `tier` is kept when it is given.
        """
        birth = iso((now or datetime.now(UTC)).timestamp())
        begun = {"seed": str(seed), "now": birth, "ads": str(ads)}
        store.begin(**begun, **({"clock": birth} if now else {}))
        if tier:
            store.set(tier=tier)
        super().__init__(int(store.settings()["seed"]))
        self._store = store
        self._lock = threading.RLock()
        self.usage = Usage(store)
        self.faults = Faults(store, self.seed)
        self.auto_upgrade = True
        self.requests: deque[dict[str, Any]] = deque(maxlen=1000)
        self._load()
        self.outbox = Outbox(told_until=self.clock())

    @classmethod
    def open(
        cls, state: Path | None, *, fresh: bool, now: datetime | None, seed: int, ads: int = 0, tier: str = ""
    ) -> World:
        """Open the world kept in a file, or one that lives in memory only."""
        return cls(Store(state, fresh=fresh), seed=seed, now=now, ads=ads, tier=tier)

    def _load(self) -> None:
        """Make the world from its settings and everything that was written."""
        settings = self._store.settings()
        standing = settings.get("clock")
        self.clock = Clock(_unix(standing) if standing else None)
        self.usage.load(settings.get("tier", "standard"), settings.get("blocks", "{}"))
        self.faults.load()
        birth = _unix(settings["now"])
        born = datetime.fromtimestamp(int(birth), self.timezone)
        demo = demo_account.build(self.seed, born, int(settings.get("ads", 0)))
        self.truth = demo.truth
        written = {node.id: node for node in self._store.nodes()}
        self.fill(birth, demo.nodes() | written, self._store.versions())
        self.delivery = Delivery(self, Profiles(self, {**demo.profiles}))
        self.active_ads = ActiveAds(self)
        self.activities = self._store.activities()
        self.forget()

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
        try:
            with self._lock, self._store.transaction(), self.reading():
                yield
        except KeyboardInterrupt:  # it may have come between any two steps
            with self._lock:
                self._load()
            raise

    def move(self, moment: float) -> None:
        """Set the clock, which stands from then on; it goes forward only, except before the first write."""
        if moment < self.clock() and (len(self.history) or self.activities):
            raise invalid(
                "The clock only goes forward once something was written; begin a fresh world instead"
            )
        if moment > min(self.birth, moment) + MOST_DAYS * DAY_S:
            raise invalid(f"The clock cannot go further than {MOST_DAYS} days from {iso(self.birth)}")
        if moment < self.birth:
            self._store.set(now=iso(moment))
        self._store.set(clock=iso(moment))
        if moment < self.clock():
            self._load()
            self.usage.reset()
        self.clock = Clock(moment)

    def earlier(self, *, write: int) -> World:
        """Give the world to read from as it was before a write; figures are those of now."""
        view = copy.copy(self)
        nodes, view.history = self.history.earlier(self.nodes, write=write)
        view.hold(nodes)
        view.forget()
        return view

    def forget(self) -> None:
        """Forget the remembered answers."""
        self._memory: OrderedDict[str, Any] = OrderedDict()

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
        """Put nodes, new or changed, and log entries into file and memory, and note what they replace."""
        self.forget()
        write, at = self.history.last_write + 1, self.clock()
        for node in nodes:
            known = self.nodes.get(node.id)
            version = Version(write, at, node.id, known.data if known else None)
            self._store.put_version(version)
            self.history.add(version)
            self.keep(node)
            self._revisions[node.campaign_id] += 1
        for activity in activities:
            self._store.put_activity(activity)
            self.activities.append(activity)

    def keep(self, node: Node) -> None:
        """Put a node into file and memory that is no part of any account's history."""
        self._store.put_node(node)
        self.put(node)

    def remembered(self, key: str, make: Callable[[], T]) -> T:
        """Give what was made for the key since the last write: the pages of one question share the work.

        Figures are counted every quarter of an hour, so the key need not tell moments apart.
        """
        key = f"{counted(self.clock())}/{key}"
        if key not in self._memory:
            self._memory[key] = make()
            while len(self._memory) > 1 and (
                len(self._memory) > MOST_REMEMBERED or sum(map(len, self._memory.values())) > MOST_ROWS
            ):
                self._memory.popitem(last=False)
        self._memory.move_to_end(key)
        result: T = self._memory[key]
        return result

    def close(self) -> None:
        """Close the file."""
        self._store.close()


def _unix(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
