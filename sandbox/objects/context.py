"""What an edge is told besides the question: the world, who asks, and in which version."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sandbox.request.incoming import Upload
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Edge = Callable[["Context", Node, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """What every edge is told besides the question.

    The world, how to write links back to here, the version that was asked, the edges that a field
    may expand, and the files that came along.
    """

    world: World
    base: str
    token: str
    version: str
    reads: Mapping[tuple[str, str], Edge]
    files: tuple[Upload, ...] = ()
    shown: Iterator[int] = field(default_factory=count)
    """Counts the nodes that the answer shows, those inside others, too."""
