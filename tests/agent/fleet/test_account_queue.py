"""The queue between machines: each account has one turn at a time, in the order in which they came, and none is lost."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from agent.fleet.account_queue import open_queue
with open_queue(sys.argv[1], "first", schema=sys.argv[2]) as queue:
    for account in ("act_1", "act_1", "act_2", "act_3"):
        queue.submit(account)
    turn = queue.next_turn(20)
    print(turn.account, sorted(queue.under_way(bool)), queue.next_turn(0.5), flush=True)
    turn.done.set_result(None)
    took = [queue.next_turn(20) for _ in range(1)]
    queue.under_way(lambda owner: True)
    print(*[one.account for one in took], flush=True)
with open_queue(sys.argv[1], "second", schema=sys.argv[2]) as queue:
    left = []
    while queue.under_way(lambda owner: owner == "second"):
        if turn := queue.next_turn(0.1):
            left.append(turn.account)
            turn.done.set_result(None)
    queue.forget(datetime.now(UTC) + timedelta(days=1))
    print(*sorted(left), flush=True)
"""
ORDERS = """
import time
from pathlib import Path
from agent.fleet.due_work import Worker
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import End, Spot
from agent.fleet.turns import hand_out, take_turns
from agent.fleet.account_queue import NAME
from dbos import DBOS
book, ran = OrderBook.of(Path(sys.argv[3])), []
spots = [Spot(f"act_{number}", "Shop", "UTC") for number in range(1, 6)]
def add(request, *spots, **more):
    at = datetime.now(UTC).time()
    return book.add(request, at=at, every="day", account="act_1", approve="none", options={}, spots=spots, **more)
def due(*orders):
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    for order in orders:
        book.run("UPDATE slots SET due=? WHERE order_number=?", at, order.number)
def run(claim):
    ran.append(f"{claim.order.request} {claim.spot.account}")
    if len(ran) > 1:
        return End("done", 0, "fine")
    due(waited)
    return End("error", 4, "Meta is away.", passing=True)
def beside(owner, most):
    if ran and not book.due_accounts():
        raise KeyboardInterrupt
    return []
many, stopped, waited = add("many", *spots), add("stopped", Spot("act_9", "Shop", "UTC")), add("waited", spots[0], ahead=True)
due(many, stopped)
worker = Worker(book, Path(sys.argv[3]), run, lambda order: (spots, True), lambda *told: None, beside)
with book.alive() as owner, open_queue(sys.argv[1], owner, schema="public_dbos") as queue:
    hand_out(worker, queue)
    print(*sorted(queue.under_way(bool)), DBOS.retrieve_queue(NAME).polling_interval_sec, flush=True)
book.set_state(stopped, "paused")
try:
    take_turns(worker, sys.argv[1], time.sleep, look_s=0.2)
except KeyboardInterrupt:
    print(*ran, sep=", ", flush=True)
with book.alive() as owner, open_queue(sys.argv[1], owner, schema="public_dbos") as queue:
    while queue.under_way(bool):
        if turn := queue.next_turn(0.1):
            turn.done.set_result(None)
    hand_out(worker, queue)
    print(DBOS.retrieve_queue(NAME).polling_interval_sec, flush=True)
"""


def test_turns_are_taken_one_by_one(database: str, state: Path) -> None:
    """One at a time here, an account never twice at once, what waits is left to the next worker, and what is done is forgotten.

    With an order book: what is ahead comes after one run at most, what was stopped while it was queued never, and what is tried again later holds no turn.
    Workers look often while something is queued, and seldom while nothing is.
    """
    done = subprocess.run(
        [sys.executable, "-c", WORKER + ORDERS, database, "turns_dbos", str(state)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second, left, queued, ran, idle = done.stdout.splitlines()
    assert first.split()[0] in ("act_1", "act_2", "act_3")
    assert first.endswith("['act_1', 'act_2', 'act_3'] None")
    assert second.startswith("act_")
    assert len(left.split()) >= 2
    assert queued == "act_1 act_2 act_3 act_4 act_5 act_9 0.1"
    assert idle == "0.5"
    tried, waited, *others = ran.split(", ")
    assert (tried[:8], waited) == ("many act", "waited act_1")
    assert sorted([tried, *others]) == [f"many act_{number}" for number in range(1, 6)]
    assert done.stderr == ""
