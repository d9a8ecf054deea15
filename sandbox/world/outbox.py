"""Webhooks that are still to be delivered (docs/graph-api.md §9.2): at least once, and in no order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_TRIES = 5
MOST_WAITING = 10_000
"""What nobody takes is forgotten, oldest first."""


class Event(NamedTuple):
    """One change that is told of; `at` is in unix seconds."""

    at: float
    account_id: str
    name: str
    """The field that the app subscribes to."""
    value: dict[str, Any]


@dataclass
class Letter:
    """One event on its way, and how often it was tried."""

    event: Event
    tries: int = 0


@dataclass
class Outbox:
    """What waits, and how unkindly it is delivered."""

    told_until: float
    """Up to when what happened was put in here, in unix seconds."""
    waiting: list[Letter] = field(default_factory=list)
    twice: bool = False
    """Deliver everything twice."""
    newest_first: bool = False
    """Deliver against the order in which things happened."""
    delivered: int = 0

    def add(self, events: Iterable[Event]) -> None:
        """Have these delivered."""
        self.waiting += [Letter(event) for event in events]
        del self.waiting[:-MOST_WAITING]

    def taken(self) -> list[Letter]:
        """Take all that waits, in the order of its delivery."""
        letters, self.waiting = self.waiting * (2 if self.twice else 1), []
        letters.sort(key=lambda letter: letter.event.at, reverse=self.newest_first)
        return letters

    def again(self, letter: Letter) -> None:
        """Keep what was not taken for the next time, unless it was tried often enough."""
        if letter.tries < MOST_TRIES:
            self.waiting.append(letter)
