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
    print(turn.account, sorted(queue.under_way()), queue.next_turn(0.5), flush=True)
    turn.done.set_result(None)
    took = [queue.next_turn(20) for _ in range(1)]
    queue.take_from_the_dead(lambda owner: True)
    print(*[one.account for one in took], flush=True)
with open_queue(sys.argv[1], "second", schema=sys.argv[2]) as queue:
    queue.take_from_the_dead(lambda owner: owner == "second")
    left = []
    while queue.under_way():
        if turn := queue.next_turn(5):
            left.append(turn.account)
            turn.done.set_result(None)
    queue.forget(datetime.now(UTC) + timedelta(days=1))
    print(*sorted(left), flush=True)
"""


def test_turns_are_taken_one_by_one(database: str) -> None:
    """One at a time here, an account never twice at once, what waits is left to the next worker, and what is done is forgotten."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, database, "turns_dbos"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second, left = done.stdout.splitlines()
    assert first.split()[0] in ("act_1", "act_2", "act_3")
    assert first.endswith("['act_1', 'act_2', 'act_3'] None")
    assert second.startswith("act_")
    assert len(left.split()) >= 2
    assert done.stderr == ""
