"""Guarded retries: the one table that says which failed call may be sent again.

Reads are repeated here; writes are repeated by `agent/apply.py`, because each attempt is journalled.

| failure                        | read  | write                                     |
| ------------------------------ | ----- | ----------------------------------------- |
| never reached the server       | retry | retry                                     |
| throttled                      | wait  | wait, unless Meta asks for very long      |
| answer lost, 5xx, codes 1 and 2| retry | never here: whoever journals it looks first |
| anything else                  | never | never                                     |
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from tools.graph.errors import AnswerLost, Family, GraphError, GraphFailure, NotSent
from tools.graph.wire import Wire

T = TypeVar("T")

ATTEMPTS = 4
BACKOFF_S = (10.0, 20.0, 40.0)
CONNECT_BACKOFF_S = (1.0, 2.0, 4.0)
MAX_WAIT_S = 300.0


class Kind(StrEnum):
    """What a call does, as far as repeating it matters."""

    READ = "read"
    WRITE = "write"


def may_repeat(failure: BaseException, kind: Kind) -> bool:
    """Whether the same request may be sent again without looking first.

    How long a read waits is limited by its reader; a write that would wait too long is not repeated.
    """
    if isinstance(failure, NotSent):
        return True
    if isinstance(failure, GraphError) and failure.family is Family.THROTTLE:
        return kind is Kind.READ or (failure.wait_s or 0) <= MAX_WAIT_S
    passing = isinstance(failure, AnswerLost) or (
        isinstance(failure, GraphError) and failure.family is Family.TRANSIENT
    )
    return passing and kind is Kind.READ


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


def guarded_read(wire: Wire, call: Callable[[], T], *, max_wait_s: float = MAX_WAIT_S) -> T:
    """Run a read, repeating it as the table allows. Raises the last GraphFailure."""

    def wait_s(state: RetryCallState) -> float:
        return wait_before(_failure(state), state.attempt_number)

    retrying = Retrying(
        retry=retry_if_exception(lambda failure: may_repeat(failure, Kind.READ)),
        stop=lambda state: state.attempt_number >= ATTEMPTS or state.idle_for + wait_s(state) > max_wait_s,
        wait=wait_s,
        sleep=lambda _: None,
        before_sleep=lambda state: wire.wait(reason_of(_failure(state)), wait_s(state)),
        reraise=True,
    )
    return retrying(call)


def _failure(state: RetryCallState) -> GraphFailure:
    failure = state.outcome.exception() if state.outcome else None
    if not isinstance(failure, GraphFailure):
        raise TypeError("retries only see failures of Graph calls")
    return failure
