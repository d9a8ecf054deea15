"""What every node was before each write: when ads ran, when they were changed, and what a stale read shows."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.world.node import Node

Data = dict[str, Any]
ALWAYS = -math.inf


class Version(NamedTuple):
    """What one write replaced; `before` is None when it made the node. `at` is in unix seconds."""

    write: int
    at: float
    node_id: str
    before: Data | None


class History:
    """The versions of all nodes, oldest first."""

    def __init__(self, versions: Iterable[Version] = ()) -> None:
        """Take what was written so far."""
        self.versions: list[Version] = []
        self._of: dict[str, list[Version]] = {}
        for version in versions:
            self.add(version)

    def __len__(self) -> int:
        """Count the versions."""
        return len(self.versions)

    @property
    def last_write(self) -> int:
        """The number of the last write."""
        return self.versions[-1].write if self.versions else 0

    def add(self, version: Version) -> None:
        """Note a version; later ones come later."""
        self.versions.append(version)
        self._of.setdefault(version.node_id, []).append(version)

    def states(self, node: Node) -> list[tuple[float, Data | None]]:
        """Give what a node was, each with the moment from which it was so; the first has no beginning."""
        versions = self._of.get(node.id)
        if not versions:
            return [(ALWAYS, node.data)]
        starts = [ALWAYS, *(version.at for version in versions)]
        return list(zip(starts, [*(version.before for version in versions), node.data], strict=True))

    def at(self, node: Node, moment: float) -> Data | None:
        """Give what a node was at a moment; None before it was made."""
        versions = self._of.get(node.id, ())
        return next((version.before for version in versions if version.at > moment), node.data)

    def changes(self, node: Node, *names: str) -> list[float]:
        """Give the moments at which the node was made or one of these fields took another value."""
        if node.id not in self._of:
            return []
        states, moments = self.states(node), []
        for (_, before), (at, after) in pairwise(states):
            if after is not None and (before is None or any(before.get(n) != after.get(n) for n in names)):
                moments.append(at)
        return moments

    def earlier(self, nodes: dict[str, Node], *, write: int) -> tuple[dict[str, Node], History]:
        """Give the nodes and the history as they were before the write of this number and all later ones."""
        earlier = dict(nodes)
        for version in reversed(self.versions):
            if version.write < write:
                break
            if version.before is None:
                earlier.pop(version.node_id, None)
            else:
                earlier[version.node_id] = replace(nodes[version.node_id], data=version.before)
        return earlier, History(version for version in self.versions if version.write < write)

    def first_after(self, moment: float) -> int:
        """Give the number of the first write after a moment, or the number the next one will have."""
        return next((version.write for version in self.versions if version.at > moment), self.last_write + 1)
