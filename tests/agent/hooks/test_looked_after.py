"""An app tells of all its accounts: only those that this installation looks after are looked at and told to its people."""

import asyncio
import json
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from agent.fleet.orders import ALL, Spot
from agent.hooks.listening import Listener
from agent.hooks.look_queue import LookQueue
from agent.hooks.looked_after import (
    READ_AGAIN,
    TRY_AGAIN,
    LookedAfter,
    WhoseUnknownError,
    open_looked_after,
)
from agent.hooks.receiver import SAID_AGAIN, Receiver
from agent.hooks.signatures import signature_of
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from tests.agent.hooks.conftest import OPTIONS, SECRET, WORD, Door, body, issue
from tests.agent.support import Clock


@pytest.fixture
def ours(workspace: Path, engine: str, clock: Clock) -> Iterator[LookedAfter]:
    with open_looked_after(load_settings(Options(workspace=workspace)), ["act_1"]) as opened:
        opened.book.now = clock.now
        yield opened


def test_who_is_looked_after_is_what_is_kept_at_that_moment(ours: LookedAfter) -> None:
    """The account of the settings, those of schedules until they are removed, those with a token of their own until it is forgotten."""
    told = {f"act_{number}" for number in range(1, 5)}
    assert ours.among(told) == {"act_1"}
    spots = [Spot(account, account, "UTC") for account in ("act_2", "act_3")]
    order = ours.book.add(
        "daily check", at=time(8), every="day", account=ALL, approve="none", options=OPTIONS, spots=spots
    )
    ours.tokens.keep("4", "env:SHOP")
    assert ours.among(told) == told
    ours.book.set_state(order, "paused")
    ours.tokens.forget("act_4")
    assert ours.among(told) == {"act_1", "act_2", "act_3"}
    ours.book.set_state(order, "removed")
    assert ours.among(told) == {"act_1"}
    assert ours.among(set()) == set()


def test_all_means_those_that_the_token_sees(ours: LookedAfter, clock: Clock) -> None:
    """Read when one is told of that is not known, and not for each; while they cannot be read nobody can say whose it is, and Meta tells it again."""
    answers: list[set[str] | ConfigError] = [ConfigError("Meta is away."), {"act_2"}, {"act_2", "act_3"}]
    asked = list[int]()

    def visible() -> tuple[set[str], bool]:
        asked.append(1)
        if isinstance(answer := answers.pop(0), ConfigError):
            raise answer
        return answer, True

    ours.visible = visible
    assert ours.among({"act_1"}) == {"act_1"}
    for _ in range(2):
        with pytest.raises(OSError, match="Meta is away"):
            ours.among({"act_1", "act_3"})
    clock.at += TRY_AGAIN
    for _ in range(2):
        assert ours.among({"act_1", "act_2", "act_3"}) == {"act_1", "act_2"}
    clock.at += READ_AGAIN - timedelta(seconds=1)
    assert ours.among({"act_2"}) == {"act_2"}
    assert len(asked) == 2
    clock.at += timedelta(seconds=1)
    assert ours.among({"act_3"}) == {"act_3"}
    assert len(asked) == 3


def test_others_are_answered_counted_and_named_once(queue: LookQueue, lines: list[str]) -> None:
    """200, as Meta would tell it for days; nothing of them is kept, and their words stand in no line."""
    ours = {"act_123456789"}
    door = Door(Receiver(queue, SECRET, WORD, OPTIONS, ours.intersection, lines.append))
    for account in ("5", "5", "6", "123456789"):
        assert door.post(body(issue(words="of another customer"), account=account)).status == 200
    assert [look.account for look in queue.newest(9)] == ["act_123456789"]
    assert [line.partition(", as ")[0] for line in lines] == [
        "Not looked at: what Meta tells of act_5",
        "Not looked at: what Meta tells of act_6",
        "Meta tells: 1 new event to look at.",
    ]
    door.post(body(*(issue(number) for number in range(SAID_AGAIN)), account="6"))
    assert lines[3:] == [
        f"{SAID_AGAIN + 3} events of 2 accounts were not looked at, as nobody here looks after them."
    ]
    assert "another customer" not in " ".join(lines)


def test_while_nobody_can_say_whose_it_is_it_is_told_again(queue: LookQueue, lines: list[str]) -> None:
    """503, and of one body what is known to be ours is kept all the same; told again it is nothing new."""
    unknown = True

    def ours(accounts: set[str]) -> set[str]:
        if unknown:
            raise WhoseUnknownError(accounts & {"act_1"}, "Meta is away.")
        return accounts & {"act_1", "act_2"}

    door = Door(Receiver(queue, SECRET, WORD, OPTIONS, ours, lines.append))
    entries = [json.loads(body(issue(), account=account))["entry"][0] for account in ("1", "2", "3")]
    sent = json.dumps({"object": "ad_account", "entry": entries}).encode()
    assert door.post(sent).status == 503
    assert ([look.account for look in queue.newest(9)], "Meta is away" in lines[-1]) == (["act_1"], True)
    unknown = False
    assert door.post(sent).status == 200
    assert [look.account for look in queue.newest(9)] == ["act_2", "act_1"]


def test_accounts_beyond_a_cut_are_not_said_to_be_others(ours: LookedAfter, clock: Clock) -> None:
    """A list that was not read to its end tells of those on it; of the rest nobody can say anything until it is whole."""
    answers = [({"act_2"}, False), ({"act_3"}, False), ({"act_3", "act_4"}, True)]
    ours.visible = lambda: answers.pop(0)
    for known in ("act_2", "act_3"):
        with pytest.raises(WhoseUnknownError) as told:
            ours.among({known, "act_4", "act_5"})
        assert known in told.value.ours
        clock.at += TRY_AGAIN
    assert ours.among({"act_1", "act_4", "act_5"}) == {"act_1", "act_4"}


def test_nobody_waits_for_a_read_that_another_began(ours: LookedAfter) -> None:
    """While the accounts are being read, and after a read that broke, it is not known whose an event is; what is kept here counts."""

    def visible() -> tuple[set[str], bool]:
        with pytest.raises(WhoseUnknownError, match="being read"):
            ours.among({"act_2"})
        assert ours.among({"act_1"}) == {"act_1"}
        raise RuntimeError("broken")

    ours.visible = visible
    with pytest.raises(RuntimeError, match="broken"):
        ours.among({"act_2"})
    with pytest.raises(WhoseUnknownError, match="could not be read"):
        ours.among({"act_2"})


def test_health_is_answered_beside_a_slow_read(queue: LookQueue, lines: list[str]) -> None:
    """One event whose account Meta is asked for keeps neither the health check nor another event waiting."""
    begun, released = Event(), Event()

    def slow(accounts: set[str]) -> set[str]:
        if "act_9" in accounts:
            begun.set()
            assert released.wait(5)
        return accounts

    listener = Listener(Receiver(queue, SECRET, WORD, OPTIONS, slow, lines.append))

    async def ask(path: str, sent: bytes = b"") -> int:
        signed = [(b"x-hub-signature-256", signature_of(sent, SECRET).encode())]
        headers = [*signed, (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST" if sent else "GET", "path": path, "query_string": b""}
        answers = list[Any]()

        async def receive() -> Any:
            return {"type": "http.request", "body": sent}

        async def send(message: Any) -> None:
            answers.append(message)

        await listener(scope | {"headers": headers}, receive, send)
        return int(answers[0]["status"])

    async def all_of_it() -> None:
        first = asyncio.create_task(ask("/meta", body(issue(), account="9")))
        await asyncio.to_thread(begun.wait, 5)
        try:
            assert [await ask("/health"), await ask("/ready"), await ask("/meta", body(issue()))] == [200] * 3
            assert not first.done()
        finally:
            released.set()
        assert await first == 200

    asyncio.run(all_of_it())
    assert len(queue.newest(9)) == 2
