"""Does what is due of the standing orders: takes it, runs it, keeps how it ended. Any number of workers may do so at once.

A worker that died leaves what it had taken. It is done again only when the journal knows of nothing that it proposed:
what was proposed may have been sent, and `adsteward apply` goes on with that.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ALL, Claim, End, Order, Spot
from agent.run.refused import Status
from agent.run.report import STANDS
from agent.setup.stops import Exit, Stop
from agent.stores.unreachable import GONE
from agent.writes.journal import Journal
from tools.domain.text import clock, zone_of

LOOK_AGAIN_S = 30.0
GONE_S = 60.0
"""How long a database that does not answer is left alone."""
READ_AGAIN = timedelta(minutes=10)
"""How long the accounts that the token sees are taken to be the same: a thousand of them are several requests."""
MOST_ATTEMPTS = 2
"""What took its worker down twice waits for its next time."""
MOST_SETS = 1000
MOST_BESIDE = 20
"""So much other work is done at a time; then what is due has its turn, as Meta may tell of thousands of objects at once."""
BETWEEN = 2
"""So much of it is done between two runs that are due, so that it waits for one of them at most."""
ENDS: tuple[tuple[Status, Exit], ...] = (
    ("error", Exit.META),
    ("needs_approval", Exit.APPROVAL),
    ("declined", Exit.APPROVAL),
    ("done", Exit.DONE),
)
"""What several sets add up to: the first that there is."""
MEANWHILE = "It is not tried again, as something was proposed in its account meanwhile."
DEAD = "Its worker ended while it ran; it is not done again, as something came of it."
LATER = "the next `adsteward work` does it again"

Run = Callable[[Claim], End]
"""Does one time of an order. Never raises Stop; KeyboardInterrupt leaves it to whoever comes next."""
Accounts = Callable[[Order], tuple[Sequence[Spot], bool]]
"""The accounts that an order for all has now, and whether they are all of them. Raises Stop."""
Tell = Callable[[Claim, End, str], None]
"""Hears how a time ended, with a remark; an end that is `passing` is tried again."""
Beside = Callable[[str, int], list[int]]
"""Other work, given the worker's name and how much of it at most; gives the exit codes. Raises KeyboardInterrupt."""


@dataclass(slots=True)
class Worker:
    """Does what is due, one time after the other."""

    book: OrderBook
    state: Path
    run: Run
    accounts: Accounts
    tell: Tell
    beside: Beside = lambda *_: []
    workers: int = 1
    """How many work beside each other on this machine: then an order for all is done in several accounts at a time."""
    say: Callable[[str], None] = lambda _: None
    exits: list[int] = field(default_factory=list)
    """The exit codes of what it did."""
    _read_at: dict[int, datetime] = field(default_factory=dict)
    """When the accounts of an order for all were read."""

    def once(self) -> None:
        """Do what is due now, and what dead workers left. Raises KeyboardInterrupt."""
        with self.book.alive() as owner:
            self._look(owner)

    def until_stopped(self, sleep: Callable[[float], None]) -> None:
        """Do what is due whenever it is, until KeyboardInterrupt."""
        while True:
            try:
                with self.book.alive() as owner:
                    while True:
                        self._look(owner)
                        sleep(LOOK_AGAIN_S)
            except GONE as gone:  # with it the name, so what was under way is a dead worker's
                self.say(f"{gone} It is tried again in a minute.")
                sleep(GONE_S)

    def now(self, order: Order) -> list[Spot]:
        """Do an order at once in each of its accounts, beside its usual times; gives the accounts that were busy."""
        busy, state = list[Spot](), self.book.state(order)
        with self.book.alive() as owner:
            self._settle_the_dead(owner)
            for slot in self.book.slots(order):
                if self.book.state(order) != state:
                    break  # somebody paused or removed it meanwhile
                if claim := self.book.claim_now(order, slot.spot, owner):
                    self._do(claim, stands=False)
                else:
                    busy.append(slot.spot)
        return busy

    def _look(self, owner: str) -> None:
        self._settle_the_dead(owner)
        more = True
        while more:
            self.refresh()
            more = self.ahead(owner)
            while claim := self._next(owner):
                self._do(claim)
                more = self.ahead(owner, BETWEEN)

    def ahead(self, owner: str, most: int = MOST_BESIDE) -> bool:
        """Do what goes before all else: so much of the other work, then orders that somebody waits for.

        Gives whether there may be more of the other work. Raises KeyboardInterrupt.
        """
        ended = self.beside(owner, most)
        self.exits += ended
        while claim := self._next(owner, ahead=True):
            self._do(claim)
        return len(ended) >= most

    def _next(self, owner: str, *, ahead: bool = False) -> Claim | None:
        if self.workers == 1 and not ahead:
            return self.book.claim(owner)
        due = self.book.due_accounts(ahead=ahead)
        found = (self.book.claim(owner, account, ahead=ahead) for account in due)
        return next(filter(None, found), None)

    def in_account(self, owner: str, account: str) -> None:
        """Do what a dead worker left in an account, and one time that is due there, if there is any. Raises KeyboardInterrupt."""
        self._settle_the_dead(owner, account)
        if claim := self.book.claim(owner, account):
            self._do(claim)

    def left_by_the_dead(self) -> list[str]:
        """The accounts in which a worker died at work."""
        return [claim.spot.account for claim in self.book.running() if not self.book.lives(claim.owner)]

    def refresh(self) -> None:
        """See which accounts the orders for all are for by now, and that none is due in years by a clock that was wrong."""
        self.book.bring_nearer()
        now = self.book.now()
        for order in self.book.due_orders():
            if order.account == ALL and now - self._read_at.get(order.number, now - READ_AGAIN) >= READ_AGAIN:
                self._refresh(order)
                self._read_at[order.number] = now

    def _do(self, claim: Claim, why: str = "", *, stands: bool = True) -> None:
        """Run one time. Whoever stops the worker stops no order: a run of which nothing came `stands`, as after a death."""
        since = claim.failed_since
        end = (self._came_of_it(claim, since, MEANWHILE) if since else None) or self.run(claim)
        stopped = end.exit_code == Exit.INTERRUPTED
        if stopped and stands and not end.change_sets:
            self.exits.append(int(end.exit_code))
            self.tell(claim, end, LATER)
        else:
            self._end(claim, end, why, stands=stands)
        if stopped:
            raise KeyboardInterrupt

    def _end(self, claim: Claim, end: End, why: str = "", *, stands: bool = True) -> None:
        """Keep and tell how a time ended; one that `stands` and failed in passing is tried again."""
        again = self.book.try_again(claim, end) if stands or not end.passing else None
        at = f"tried again from {clock(again.astimezone(zone_of(claim.spot.timezone)))} on" if again else ""
        end, note = replace(end, passing=again is not None), "; ".join(filter(None, (why, claim.late, at)))
        self.book.finish(claim, end, note)
        self.exits.append(int(end.exit_code))
        self.tell(claim, end, note)

    def _refresh(self, order: Order) -> None:
        """See which accounts there are by now; when that cannot be read, the known ones are tried, and say why themselves."""
        try:
            spots, complete = self.accounts(order)
        except Stop:
            return
        for spot in self.book.refresh(order, spots, complete=complete):
            said = f"{spot.account} is no longer among the accounts that the token sees; {order.id} leaves it out."
            self.tell(_nobody(order, spot, self.book.now()), End("error", Exit.USAGE, said), "")
            self.exits.append(int(Exit.USAGE))

    def _settle_the_dead(self, owner: str, account: str = "") -> None:
        """Do again what a dead worker had taken, once, unless something came of it or its next time is there."""
        for claim in self.book.running():
            if account not in ("", claim.spot.account):
                continue
            if self.book.lives(claim.owner) or not (taken := self.book.take_over(claim, owner)):
                continue
            if why := self._not_again(taken):
                self._end(taken, why)
            else:
                self._do(taken, "begun again after its worker ended")

    def _not_again(self, claim: Claim) -> End | None:
        """How a time ended that is not done again, or None."""
        if came := self._came_of_it(claim, claim.claimed_at, DEAD):
            return came
        if claim.order.state != "active":
            return End("error", Exit.INTERRUPTED, "Its worker ended while it ran. Nothing was changed.")
        if claim.attempt > MOST_ATTEMPTS or self.book.due_again(claim):
            said = "Its worker ended while it ran. Nothing was changed; its next time comes as usual."
            return End("error", Exit.INTERRUPTED, said)
        return None

    def _came_of_it(self, claim: Claim, since: datetime, said: str) -> End | None:
        """How a time stands of which something was proposed, as far as the journal says: by its account and its hour."""
        account, since = claim.spot.account, since.replace(microsecond=0)
        with closing(Journal(self.state / "journal.sqlite", now=self.book.now)) as journal:
            recent = journal.recent(account, MOST_SETS)
            sets = [one for one in recent if datetime.fromisoformat(one["when"]) >= since]  # to the second
            stand = [journal.standing(account, one["id"]) for one in sets]
        if not sets:
            return None
        found = {STANDS[one["state"]] for one in sets}
        status, code = next(end for end in ENDS if end[0] in found)
        return End(status, code, "\n".join([said, *stand]), tuple(one["id"] for one in sets))


def _nobody(order: Order, spot: Spot, at: datetime) -> Claim:
    """A time that nobody takes: its account is gone."""
    return Claim(0, order, spot, at, at, "")
