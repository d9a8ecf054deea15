"""DBOS as the queue between the workers of many machines: which account is looked after next, and by whom.

It hands out accounts and nothing else: the body of its workflow is one call of ours, which may be repeated at any time
as it looks into the order book first. No request to Meta is a step of it, and nothing secret is in its tables.
"""

import queue
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from agent.stores import unreachable

GONE = (*unreachable.GONE, SQLAlchemyError)
"""What is raised while the database does not answer, by us or by DBOS."""
NAME = "accounts"
APPLICATION = "adsteward"
VERSION = "1"
"""Of the workflow: as long as its body is one call with an account, old and new releases work beside each other."""
POLL_S, IDLE_POLL_S = 0.1, 0.5
"""How often each worker looks into the queue while something is in it, and while nothing is."""
KEPT = timedelta(hours=6)
"""Of what is done; the order book says for longer how it ended."""
FORGET_AGAIN = timedelta(minutes=1)
UNDER_WAY = ["ENQUEUED", "PENDING"]


@dataclass(slots=True)
class Turn:
    """An account whose turn it is; `done` lets the next worker have it."""

    account: str
    done: Future[None] = field(default_factory=Future)


class AccountQueue:
    """The queue, as one worker sees it: at most one turn per account over all machines, and one here."""

    def __init__(self) -> None:
        self._turns = queue.SimpleQueue[Turn]()
        self._given: list[Turn] = []
        self._closed = False
        self._forgot_at: datetime | None = None

    def next_turn(self, wait_s: float) -> Turn | None:
        """The next account for this worker; None when there was none for so long."""
        try:
            return self._turns.get(timeout=wait_s)
        except queue.Empty:
            return None

    def submit(self, account: str) -> None:
        """Have an account looked after, behind those that wait already."""
        with (
            SetWorkflowID(f"{account}:{secrets.token_hex(8)}"),
            SetEnqueueOptions(queue_partition_key=account),
        ):
            DBOS.enqueue_workflow(NAME, _look_after, account)

    def look(self, *, often: bool) -> None:
        """Have all workers look into the queue often, or seldom, as each look costs."""
        wanted_s = POLL_S if often else IDLE_POLL_S
        if (shared := DBOS.retrieve_queue(NAME)) and shared.polling_interval_sec != wanted_s:
            shared.set_polling_interval_sec(wanted_s)

    def under_way(self, lives: Callable[[str], bool]) -> set[str]:
        """The accounts that wait for a turn or have one; turns of workers that are gone are given to others: DBOS leaves them."""
        found = DBOS.list_workflows(queue_name=NAME, status=UNDER_WAY, load_input=False, load_output=False)
        for one in found:
            if one.status == "PENDING" and not lives(one.executor_id or ""):
                DBOS.resume_workflow(one.workflow_id, queue_name=NAME)
        return {one.queue_partition_key or "" for one in found}

    def forget(self, now: datetime) -> None:
        """Remove what was done long ago, now and then: DBOS keeps it for good."""
        if self._forgot_at and now - self._forgot_at < FORGET_AGAIN:
            return
        self._forgot_at = now
        before = (now - KEPT).astimezone(UTC).isoformat()
        old = DBOS.list_workflows(
            queue_name=NAME,
            status=["SUCCESS", "ERROR", "CANCELLED"],
            end_time=before,
            limit=1000,
            load_input=False,
            load_output=False,
        )
        if old:
            DBOS.delete_workflows([one.workflow_id for one in old])

    def take(self, account: str) -> None:
        """In a thread of DBOS: hand an account to the worker, and wait until it is done with it."""
        turn = Turn(account)
        self._given = [one for one in self._given if not one.done.done()] + [turn]
        if self._closed:
            turn.done.set_result(None)
        self._turns.put(turn)
        turn.done.result()

    def close(self) -> None:
        """Let go of what was handed out and not done: what is due stays due, and is handed out again."""
        self._closed = True
        for turn in self._given:
            if not turn.done.done():
                turn.done.set_result(None)


_here: AccountQueue | None = None
"""The queue of this process, as DBOS is one per process as well."""


@contextmanager
def open_queue(url: str, owner: str, *, schema: str = "dbos") -> Iterator[AccountQueue]:
    """Be a worker of the queue under this name."""
    global _here  # noqa: PLW0603 - a workflow is a function that DBOS finds by its name
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "dbos_system_schema": schema,
        "application_version": f"{APPLICATION}-{VERSION}",
        "executor_id": owner,
        "serializer": DBOSPortableJSONSerializer(),
        "sys_db_pool_size": 3,
        "log_level": "CRITICAL",  # what matters is said by the worker
    }
    DBOS(config=config)
    _here = AccountQueue()
    try:
        DBOS.launch()
        DBOS.register_queue(NAME, partition_concurrency=1, worker_concurrency=1, polling_interval_sec=POLL_S)
        yield _here
    finally:
        _here.close()
        DBOS.destroy()
        _here = None


@DBOS.workflow(name="look_after", max_recovery_attempts=None)
def _look_after(account: str) -> None:
    if _here:
        _here.take(account)
