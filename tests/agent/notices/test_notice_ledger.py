"""The ledger of messages holds in a file and in a database that machines share."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, time, timedelta
from pathlib import Path

import pytest

from agent.notices.notice_ledger import KEPT, TRY_AGAIN_S, NoticeLedger
from agent.notices.notice_text import Notice
from tests.agent.support import Clock
from tools.domain.notify.notify_targets import NotifyTarget

A, B = NotifyTarget("$A"), NotifyTarget("$B")
pytestmark = pytest.mark.usefixtures("engine")


def notice(number: int = 1, kind: str = "p") -> Notice:
    return Notice(f"{kind} {number}", "problems", "LIVE · Shop", f"text {number}")


def around(clock: Clock) -> tuple[time, time]:
    """Quiet hours that are on."""
    now = clock.now()
    return (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()


@pytest.fixture
def ledger(state: Path, clock: Clock) -> Iterator[NoticeLedger]:
    with closing(NoticeLedger.of(state, clock.now)) as opened:
        yield opened


def test_a_thing_is_noted_taken_and_told_once(ledger: NoticeLedger, state: Path, clock: Clock) -> None:
    """By two who share it: noted twice it is one, taken by one it is gone, told it never comes back."""
    with closing(NoticeLedger.of(state, clock.now)) as other:
        for one in (ledger, other):
            one.note(notice(), A, UTC)
            one.note(notice(), replace(B, quiet=around(clock)), UTC)
        assert other.take() == {"$A": [notice()]}
        assert ledger.take() == {}
        other.sent("$A", [notice()])
        ledger.note(notice(), A, UTC)
        assert ledger.take() == {}
        assert (ledger.counts("$A"), ledger.counts("$B")) == ({"sent": 1}, {"waiting": 1})


def test_what_failed_rests_with_its_target_and_is_dropped_in_the_end(
    ledger: NoticeLedger, clock: Clock
) -> None:
    """Longer each time; what came meanwhile rests with it, another target does not."""
    ledger.note(notice(), A, UTC)
    for wait_s in TRY_AGAIN_S:
        taken = ledger.take()
        assert ledger.failed("$A", taken["$A"]) == clock.now() + timedelta(seconds=wait_s)
        ledger.note(notice(wait_s), B, UTC)
        assert list(ledger.take()) == ["$B"]
        clock.later(wait_s)
    assert ledger.failed("$A", ledger.take()["$A"]) is None
    assert ledger.counts("$A") == {"lost": 1}


def test_what_is_over_may_come_back(ledger: NoticeLedger, clock: Clock) -> None:
    """Of its kind, and no other; what is still so stays told."""
    for one in (notice(1), notice(2), notice(1, "q")):
        ledger.note(one, A, UTC)
    ledger.sent("$A", ledger.take()["$A"])
    ledger.over("p ", {"p 2"})
    for one in (notice(1), notice(2), notice(1, "q")):
        ledger.note(one, A, UTC)
    assert ledger.take() == {"$A": [notice(1)]}


def test_what_was_told_long_ago_is_forgotten(ledger: NoticeLedger, clock: Clock) -> None:
    """After three months; what is not told yet stays."""
    ledger.note(notice(), A, UTC)
    ledger.note(notice(2), replace(A, quiet=around(clock)), UTC)
    ledger.sent("$A", ledger.take()["$A"])
    clock.later(KEPT.total_seconds() + 1)
    assert ledger.take() == {}
    assert ledger.counts("$A") == {"waiting": 1}
