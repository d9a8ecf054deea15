"""Guarded retries of reads: what may be sent again, and how long to wait before.

| a read failed because           | it is                                              |
| ------------------------------- | -------------------------------------------------- |
| it never reached the server     | sent again after 1, 2, 4 s                         |
| throttled                       | sent again when Meta says, else after 10, 20, 40 s |
| answer lost, 5xx, codes 1 and 2 | sent again after 10, 20, 40 s; a list from the     |
|                                 | second time on for less at a time (`pages`)        |
| anything else                   | never sent again                                   |

Writes are not repeated here. `agent/writes/apply.py` does that, because each attempt is journalled and a lost
answer must be looked into first; it takes the waits from here.
"""

from collections.abc import Callable
from typing import TypeVar

from tools.graph.errors import (
    AnswerLost,
    AnswerRefused,
    Family,
    GraphError,
    GraphFailure,
    NotSent,
    perhaps_too_much,
    too_much_data,
)
from tools.graph.wire import Wire

T = TypeVar("T")

ATTEMPTS = 4
BACKOFF_S = (10.0, 20.0, 40.0)
CONNECT_BACKOFF_S = (1.0, 2.0, 4.0)


def may_repeat(failure: GraphFailure) -> bool:
    """Whether the same read may be sent again. What is too much data stays so: it must be asked for in parts."""
    if too_much_data(failure):
        return False
    if isinstance(failure, GraphError):
        return failure.family in (Family.THROTTLE, Family.TRANSIENT)
    return isinstance(failure, NotSent | AnswerLost) and not isinstance(failure, AnswerRefused)


def wait_before(failure: GraphFailure, attempt: int) -> float:
    """Seconds to wait after attempt number `attempt` (from 1).

    Meta's own wait when it gave one, else 10, 20, 40 s; a refused connection is tried sooner.
    """
    if failure.wait_s:
        return failure.wait_s
    steps = CONNECT_BACKOFF_S if isinstance(failure, NotSent) else BACKOFF_S
    return steps[min(attempt, len(steps)) - 1]


def reason_of(failure: GraphFailure) -> str:
    """Why we wait, in a few words."""
    if isinstance(failure, GraphError):
        return f"Meta error {failure.label} ({failure.family})"
    return "no connection" if isinstance(failure, NotSent) else "no answer"


def always(times: int) -> Callable[[], int]:
    """A patience that does not change."""
    return lambda: times


PATIENT = always(ATTEMPTS)


def guarded_read(wire: Wire, call: Callable[[], T], *, patience: Callable[[], int] = PATIENT) -> T:
    """Run a read, repeating it as the table and the wait budget of the run allow. Raises the last GraphFailure.

    `patience`: how often it may break in a way that may be for its size, where there is a better way than to repeat it.
    """
    attempt = broke = 0
    while True:
        try:
            return call()
        except GraphFailure as failure:
            if not may_repeat(failure):
                raise
            attempt += 1
            broke += perhaps_too_much(failure)
            if attempt >= ATTEMPTS or broke >= patience():
                raise
            if not wire.wait(reason_of(failure), wait_before(failure, attempt)):
                raise
