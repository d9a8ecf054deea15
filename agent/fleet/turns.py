"""Workers of many machines take turns: accounts come from one queue, what is due in them from the one order book."""

import time
from collections.abc import Callable

from agent.fleet.account_queue import GONE, AccountQueue, open_queue
from agent.fleet.due_work import BETWEEN, GONE_S, Worker
from agent.stores import unreachable

TICK_S = 1.5
"""How often it is looked for what came due, by one of all workers."""
MOST_QUEUED = 100
"""Accounts in the queue: enough for all workers until the next look, and few enough that a look at it costs nothing."""


def take_turns(worker: Worker, url: str, sleep: Callable[[float], None], *, look_s: float = TICK_S) -> None:
    """Do what is due, account by account as the queue hands them out, until KeyboardInterrupt.

    A database that does not answer is waited for: with it the worker's name is gone, and it comes back as another.
    """
    while True:
        try:
            with worker.book.alive() as owner, open_queue(url, owner, schema=_schema(worker)) as turns:
                while True:
                    _round(worker, owner, turns, look_s)
        except GONE as gone:
            said = gone if isinstance(gone, unreachable.GONE) else "The shared database does not answer."
            worker.say(f"{said} It is tried again.")
            sleep(GONE_S / 20)


def _round(worker: Worker, owner: str, turns: AccountQueue, look_s: float) -> None:
    """Hand out what came due, unless another does, and take turns until it is time to look again."""
    ends_at = time.monotonic() + look_s
    for account in hand_out(worker, turns):
        worker.in_account(owner, account)
    worker.ahead(owner)
    while (left_s := ends_at - time.monotonic()) > 0:
        if turn := turns.next_turn(left_s):
            try:
                worker.in_account(owner, turn.account)
            finally:
                turn.done.set_result(None)
            worker.ahead(owner, BETWEEN)


def hand_out(worker: Worker, turns: AccountQueue) -> list[str]:
    """Queue accounts in which something is due, each once; one worker does it at a time.

    Gives those in which something was left by the dead, which waits for no turn.
    """
    try:
        with worker.book.lease("handing out", once=True):
            worker.refresh()
            under_way = turns.under_way(worker.book.lives)
            due = [account for account in worker.book.due_accounts() if account not in under_way]
            turns.look(often=bool(due or under_way))
            for account in due[: max(0, MOST_QUEUED - len(under_way))]:
                turns.submit(account)
            turns.forget(worker.book.now())
            return worker.left_by_the_dead()
    except BlockingIOError:
        return []


def _schema(worker: Worker) -> str:
    """Where DBOS keeps its tables: beside ours, however ours are called."""
    row = worker.book.one("SELECT current_schema() AS name")
    return "dbos" if row is None or row["name"] == "public" else f"{row['name']}_dbos"
