"""Keeps what is known of Meta's limits, per account and per token, for all who share them: the port, and memory."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Protocol

from tools.graph.allowance import Allowance

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class LimitStore(Protocol):
    """Where allowances are kept. All of it raises OSError when that cannot be read or written."""

    @property
    def ahead_s(self) -> float:
        """How far the clock that all who share it count by is ahead of ours; taken anew whenever it is opened."""

    def open(self, *scopes: str) -> AbstractContextManager[tuple[Allowance, ...]]:
        """The allowances of these scopes, to read and change; others wait until it is stored."""

    def all(self, *scopes: str) -> dict[str, Allowance]:
        """What is known of these scopes, or of all, to read."""

    def close(self) -> None: ...


class MemoryLimits:
    """What one process knows for itself."""

    ahead_s = 0.0

    def __init__(self) -> None:
        self._lock = RLock()
        self._texts = dict[str, str]()

    def close(self) -> None:
        self._texts.clear()

    @contextmanager
    def open(self, *scopes: str) -> Iterator[tuple[Allowance, ...]]:
        with self._lock:
            allowances = tuple(allowance_of(self._texts.get(scope)) for scope in scopes)
            yield allowances
            self._texts |= {scope: text_of(a) for scope, a in zip(scopes, allowances, strict=True)}

    def all(self, *scopes: str) -> dict[str, Allowance]:
        asked = sorted(self._texts.keys() & set(scopes) if scopes else self._texts)
        return {scope: allowance_of(self._texts[scope]) for scope in asked}


def text_of(allowance: Allowance) -> str:
    """An allowance as it is kept."""
    return _stored().dump_json(allowance).decode()


def allowance_of(text: str | None) -> Allowance:
    """A kept allowance; nothing is used of one that is not kept. Raises ValueError for a text that is none."""
    return Allowance() if text is None else _stored().validate_json(text, strict=True)


@cache
def _stored() -> "TypeAdapter[Allowance]":
    """How an allowance is written as JSON and checked when read; pydantic is loaded for it when it is used."""
    from pydantic import TypeAdapter

    return TypeAdapter(Allowance)
