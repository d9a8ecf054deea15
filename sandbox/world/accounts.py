"""The ad accounts at one moment: what is there, whose it is, what it was, and what time it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox import DEMO_ACCOUNT
from sandbox.request.clock import Calendar, Clock, on_wire
from sandbox.world.node import PARENTS
from sandbox.world.node_history import History
from sandbox.world.owners import OWNERS, TIMEZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from sandbox.world.node import Node
    from sandbox.world.node_history import Version


class Accounts:
    """All nodes by id, the history of each, and the clock; for reading only."""

    def __init__(self, seed: int) -> None:
        """Begin empty, in real time; `seed` is what everything is drawn from."""
        self.seed = seed
        self.timezone = ZoneInfo(TIMEZONE)
        self.clock: Callable[[], float] = Clock(None)
        self.fill(self.clock(), {}, ())

    def fill(self, birth: float, nodes: dict[str, Node], versions: Iterable[Version]) -> None:
        """Take the moment at which everything began, all nodes, and what they were before."""
        self.birth = birth
        self.hold(nodes)
        self.history = History(versions)
        self._revisions = Counter(nodes[v.node_id].campaign_id for v in self.history.versions)
        self._calendars = {
            number: Calendar(zone := ZoneInfo(owner.timezone), datetime.fromtimestamp(birth, zone).date())
            for number, owner in OWNERS.items()
        }

    def hold(self, nodes: dict[str, Node]) -> None:
        """Take all nodes there are."""
        self.nodes = nodes
        self._of: dict[str, list[Node]] = {}

    def put(self, node: Node) -> None:
        """Take a node, new or in the place of what it was."""
        self.nodes[node.id] = node
        self._of.pop(node.kind, None)

    @property
    def now(self) -> datetime:
        """The clock's moment in the demo account's time zone."""
        return datetime.fromtimestamp(self.clock(), self.timezone)

    @property
    def today(self) -> date:
        """The demo account's date."""
        return self.now.date()

    @property
    def day_index(self) -> int:
        """Today's number in the demo account's history."""
        return self.calendar(self.account).number(self.clock())

    @property
    def account(self) -> Node:
        """The demo account."""
        return self.nodes[DEMO_ACCOUNT]

    def owner(self, node: Node | None) -> Node:
        """Give the ad account a node belongs to; the demo account for what belongs to none."""
        number = node.data.get("account_id") if node else None
        return self.nodes.get(f"act_{number}", self.account)

    def calendar(self, node: Node) -> Calendar:
        """Give the days of the node's account."""
        return self._calendars[self.owner(node).data["account_id"]]

    def price_level(self, node: Node) -> int:
        """Give how many units of the account's currency a dollar is worth."""
        return OWNERS[self.owner(node).data["account_id"]].prices

    def revision(self, campaign_id: str) -> int:
        """Give a number that rises with every write to a campaign and what is below it."""
        return self._revisions[campaign_id]

    def timestamp(self) -> str:
        """Give the clock's moment as Meta writes times (docs/graph-api.md §6, wire types)."""
        return on_wire(self.now)

    def get(self, node_id: object, kind: str) -> Node | None:
        """Find a node of the kind that has not been deleted."""
        node = self.nodes.get(str(node_id))
        if node is None or node.kind != kind or node.data.get("status") == "DELETED":
            return None
        return node

    def of(self, kind: str, **having: str) -> list[Node]:
        """Give the nodes of a kind whose stored fields have these values, newest first."""
        if kind not in self._of:
            found = [node for node in self.nodes.values() if node.kind == kind]
            self._of[kind] = sorted(found, key=lambda node: -node.serial)
        found = self._of[kind].copy()
        for name, value in having.items():
            found = [node for node in found if node.data.get(name) == value]
        return found

    def level(self, node: Node, kind: str) -> Node | None:
        """Give the node itself or its ancestor of the kind."""
        if node.kind == kind:
            return node
        return (
            self.nodes.get(str(node.data.get(f"{kind}_id"))) if kind in PARENTS.get(node.kind, ()) else None
        )
