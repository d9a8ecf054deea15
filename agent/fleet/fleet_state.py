"""How a fleet is doing at this moment: who works, on what, what is late, what stands still and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ENDED_AS, WELL, moment
from agent.stores.engine import Row
from tools.domain.text import clean, counted, shortened
from tools.graph.allowance import Allowance

MOST_NAMED = 3
LONGEST_WHY = 160
LATE = timedelta(minutes=15)
DAY = timedelta(days=1)
UNSEEN = "what Meta told by webhook has not been looked at for longer than 15 minutes"


@dataclass(frozen=True, slots=True)
class Member:
    """A worker that has not said goodbye."""

    owner: str
    machine: str
    pid: int
    release: str
    began_at: datetime
    alive: bool
    at_work: str
    """Schedule and account of what it does now; empty while it waits."""


@dataclass(frozen=True, slots=True)
class FleetState:
    """What there is to know; all is well when `problems` and `ended_badly` are empty."""

    members: Sequence[Member]
    running: int
    due: int
    """Times that are due, tried again by now, or left by a worker that ended, and nobody is at."""
    late: int
    looks: int
    """Objects that Meta told of and nobody has looked at."""
    next_due: datetime | None
    """When something is due next, or is already."""
    ended: Mapping[str, int]
    """How the times of the last 24 hours ended, by status."""
    stopped: Mapping[str, str]
    """What Meta has locked, and why."""
    problems: Sequence[str]
    """Of the workers and what they should be at."""
    ended_badly: Sequence[str]
    """Schedules whose last time, of the last 24 hours, somebody should look at: no fault of the workers."""


def fleet_state(book: OrderBook, limits: Mapping[str, Allowance], looks: Sequence[datetime]) -> FleetState:
    """How it is doing now; `looks` are since when those wait that a webhook asked for."""
    taken = [(claim, book.lives(claim.owner)) for claim in book.running()]
    at_work = {claim.owner: f"{claim.order.id} in {claim.spot.account}" for claim, lives in taken if lives}
    members = [
        Member(
            row["owner"], row["machine"], row["pid"], row["release"], moment(row["began_at"]),
            book.lives(row["owner"]), at_work.get(row["owner"], ""),
        )
        for row in book.all("SELECT * FROM workers ORDER BY began_at, owner")
    ]  # fmt: skip
    due = [*due_since(book), *(claim.due for claim, lives in taken if not lives)]
    late = sum(book.now() - at > LATE for at in due)
    since = (book.now() - DAY).isoformat()
    rows = book.all("SELECT status FROM order_runs WHERE ended_at>=?", since)
    stopped = {scope: known.breaker for scope, known in limits.items() if known.breaker}
    alive = [one for one in members if one.alive]
    dead = [one for one in members if not one.alive]
    problems = [f"{one.machine} pid {one.pid} ended without a word" for one in dead[-MOST_NAMED:]]
    problems += [f"so did {len(dead) - MOST_NAMED} more"] if len(dead) > MOST_NAMED else []
    problems += [f"{counted(late, 'account')} waited for longer than 15 minutes"] if late else []
    problems += [UNSEEN] if any(book.now() - at > LATE for at in looks) else []
    problems += ["nobody works: start `adsteward work`"] if (due or looks) and not alive else []
    problems += [f"{scope} is stopped: `adsteward doctor` there says what to do" for scope in stopped]
    releases = {one.release for one in alive}
    problems += [f"releases differ: {', '.join(sorted(releases))}"] if len(releases) > 1 else []
    return FleetState(
        members, len(at_work), len(due), late, len(looks), book.next_due(),
        Counter(row["status"] for row in rows), stopped, problems, _ended_badly(book, since),
    )  # fmt: skip


def _ended_badly(book: OrderBook, since: str) -> list[str]:
    """A line for each schedule and way it ended last in some accounts; of removed ones none."""
    rows = book.all(
        "SELECT r.order_number, r.account, r.status, r.answer FROM order_runs r JOIN orders o ON o.number=r.order_number"
        " JOIN (SELECT MAX(number) AS number FROM order_runs WHERE ended_at>=? GROUP BY order_number, account) l"
        " ON l.number=r.number WHERE o.state<>'removed' ORDER BY r.number",
        since,
    )
    alike = dict[tuple[int, str], list[Row]]()
    for row in [row for row in rows if row["status"] not in WELL]:
        alike.setdefault((row["order_number"], row["status"]), []).append(row)
    lines = list[str]()
    for (number, status), ended in alike.items():
        where = ended[0]["account"] if len(ended) == 1 else counted(len(ended), "account")
        why = next(filter(None, map(clean, str(ended[-1]["answer"] or "").splitlines())), "")
        lines.append(f"s{number} in {where}: {ENDED_AS.get(status, status)}: {shortened(why, LONGEST_WHY)}")
    more = len(lines) - MOST_NAMED
    return lines[:MOST_NAMED] + ([f"and so did {more} more"] if more > 0 else [])


def due_since(book: OrderBook) -> list[datetime]:
    """Since when each time is due, or to be tried again, that nobody is at."""
    rows = book.all(
        "SELECT due FROM idle_slots WHERE due<=? UNION ALL SELECT a.at FROM idle_slots s JOIN again a"
        " ON a.order_number=s.order_number AND a.account=s.account WHERE a.at<=? AND s.due>?",
        *([book.stamp()] * 3),
    )
    return [moment(row["due"]) for row in rows]
