"""A receiver on a state folder, and bodies as Meta signs them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.hooks.look_queue import LookQueue
from agent.hooks.receiver import Incoming, Receiver, Reply
from agent.hooks.signatures import signature_of
from tests.agent.support import Clock

SECRET, WORD = "s3cret-of-the-app", "a-word-of-ours"
OPTIONS = {"sandbox": True, "sandbox_state": None, "model": None, "max_turns": 30, "max_wait_s": None}
AT = 1_795_780_000
"""When Meta sends its first event, some minutes before the clock of the tests."""


def body(*changes: tuple[str, Any], account: Any = "123456789", at: Any = AT, **other: Any) -> bytes:
    """A notification of changes, each a field and its value."""
    told = [{"field": field, "value": value} for field, value in changes]
    entry = {"id": account, "time": at, "changes": told}
    return json.dumps({"object": "ad_account", "entry": [entry]} | other).encode()


def issue(number: int = 111, words: str = "Ad post is not available") -> tuple[str, Any]:
    return "with_issues_ad_objects", {"id": str(number), "level": "AD", "error_summary": words}


class Door:
    """What Meta sees of a receiver."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def get(self, path: str, query: str = "") -> Reply:
        return self.receiver.answer(Incoming("GET", path, query, {}, b""))

    def post(self, sent: bytes, signed: str | None = None, **headers: str) -> Reply:
        """With the right signature, unless another one is given."""
        signature = signature_of(sent, SECRET) if signed is None else signed
        told = {"content-type": "application/json", "x-hub-signature-256": signature}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.receiver.answer(Incoming("POST", "/meta", "", told | named, sent))


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.at = made.at.fromtimestamp(AT + 600, made.at.tzinfo)
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def open_queue(state: Path, clock: Clock) -> Iterator[Callable[[], LookQueue]]:
    """Opens the file once more, as another process does."""
    opened = list[LookQueue]()

    def start() -> LookQueue:
        opened.append(LookQueue(state / "hooks.sqlite", now=clock.now))
        return opened[-1]

    yield start
    for queue in opened:
        queue.close()


@pytest.fixture
def queue(open_queue: Callable[[], LookQueue]) -> LookQueue:
    return open_queue()


@pytest.fixture
def lines() -> list[str]:
    """What the receiver said to its person."""
    return []


@pytest.fixture
def door(queue: LookQueue, lines: list[str]) -> Door:
    return Door(Receiver(queue, SECRET, WORD, OPTIONS, lambda accounts: accounts, lines.append))
