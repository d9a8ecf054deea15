"""The standing orders of a state folder, and who does which time of them; it survives kill -9."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from agent.fleet import tries
from agent.fleet.due_times import missed, next_due, put_off
from agent.fleet.order_tables import ORDER_TABLES
from agent.fleet.orders import Claim, End, Order, OrderState, Slot, Spot, moment
from agent.fleet.worker_names import WorkerNames
from agent.setup.settings import Mode
from agent.setup.stops import ConfigError
from agent.setup.who_and_where import machine
from agent.stores.database import to_json, to_text
from agent.stores.engine import Row
from tools.domain.text import zone_of

KEPT = timedelta(days=90)
"""How long it is kept how a time ended; transcripts and change sets stay."""
LONGEST_ANSWER = 2000
_ID = re.compile(r"s([1-9][0-9]{0,8})", re.IGNORECASE)


class OrderBook(WorkerNames):
    """Orders, their accounts (`slots`), and each time that was taken (`order_runs`)."""

    what = "The file of schedules"
    file = "schedules.sqlite"
    schema = ORDER_TABLES

    def _bring_up_to_date(self) -> None:
        if "ahead" not in self.columns("orders"):
            self.run("ALTER TABLE orders ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0")
        if "dead_at" not in self.columns("workers"):
            self.run("ALTER TABLE workers ADD COLUMN dead_at TEXT")

    def add(
        self,
        request: str,
        *,
        at: time,
        every: str,
        account: str,
        approve: Mode,
        options: Mapping[str, Any],
        spots: Iterable[Spot],
        ahead: bool = False,
    ) -> Order:
        """Keep a new order; it is due first at its next time in each account."""
        with self.transaction():
            self.run(
                "INSERT INTO orders(request, at, every, account, approve, options, state, created_at, ahead)"
                " VALUES (?,?,?,?,?,?,'active',?,?)",
                *(request, f"{at:%H:%M}", every, account, approve),
                *(to_json(options), self.stamp(), int(ahead)),
            )
            order = self._orders()[-1]
            self._keep(order, spots)
        return order

    def orders(self) -> list[Order]:
        """All that were not removed, oldest first."""
        return [order for order in self._orders() if order.state != "removed"]

    def order(self, order_id: str) -> Order:
        """The order of an id. Raises ConfigError when there is none."""
        number = int(found[1]) if (found := _ID.fullmatch(order_id)) else 0
        if order := next((order for order in self.orders() if order.number == number), None):
            return order
        raise ConfigError(
            f"There is no schedule {order_id!r}. `adsteward schedule list` lists them. Nothing was changed."
        )

    def slots(self, order: Order) -> list[Slot]:
        """Its accounts, with what was done last in each."""
        rows = self.all("SELECT * FROM slots WHERE order_number=? ORDER BY account", order.number)
        ran = self.all(
            "SELECT r.* FROM order_runs r JOIN (SELECT MAX(number) AS number FROM order_runs WHERE order_number=? GROUP BY account) l"
            " ON l.number=r.number",
            order.number,
        )
        last, again = {row["account"]: dict(row) for row in ran}, tries.planned(self, order)
        return [
            Slot(_spot(row), moment(row["due"]), last.get(row["account"]), again.get(row["account"]))
            for row in rows
        ]

    def accounts(self) -> set[str]:
        """Those of all orders, of paused ones too."""
        rows = self.all(
            "SELECT DISTINCT s.account FROM slots s JOIN orders o ON o.number=s.order_number WHERE o.state<>'removed'"
        )
        return {row["account"] for row in rows}

    def state(self, order: Order) -> OrderState:
        """What it is by now."""
        return self._order(order.number).state

    def set_state(self, order: Order, state: OrderState) -> None:
        """Pause, resume or remove an order. What it missed while it was paused is not caught up on."""
        with self.transaction():
            self.run("UPDATE orders SET state=? WHERE number=?", state, order.number)
            if state != "active":
                tries.forget(self, order)
            if state == "active" and order.state != "active":
                self._keep(order, [slot.spot for slot in self.slots(order)])

    def refresh(self, order: Order, spots: Sequence[Spot], *, complete: bool) -> list[Spot]:
        """Bring the accounts of an order up to date; gives those that are gone, where all of them are known."""
        slots = {slot.spot.account: slot for slot in self.slots(order)}
        seen = {spot.account for spot in spots}
        gone = [slot.spot for account, slot in slots.items() if complete and account not in seen]
        with self.transaction():
            new = [spot for spot in spots if spot.account not in slots]
            moved = [s for s in spots if s.account in slots and s.timezone != slots[s.account].spot.timezone]
            self._keep(order, [*new, *moved])
            for spot in gone:
                self.run("DELETE FROM slots WHERE order_number=? AND account=?", order.number, spot.account)
        return gone

    def bring_nearer(self) -> None:
        """Have what was put off by a clock that was set ahead come at its next time again."""
        for order in (one for one in self.orders() if one.state == "active"):
            now, when = self.now(), (order.at, order.every)
            off = [s for s in self.slots(order) if put_off(*when, zone_of(s.spot.timezone), s.due, now)]
            self._keep(order, [slot.spot for slot in off])

    def due_orders(self) -> list[Order]:
        """The orders of which something is due that nobody is at."""
        rows = self.all("SELECT DISTINCT order_number FROM free_slots WHERE due<=?", self.stamp())
        due = {row["order_number"] for row in rows}
        return [order for order in self._orders() if order.state == "active" and order.number in due]

    def next_due(self) -> datetime | None:
        """When something is due next, or tried again."""
        row = self.one(
            "SELECT MIN(due) AS due FROM (SELECT order_number, due FROM slots UNION ALL SELECT order_number, at FROM again) d"
            " JOIN orders o ON o.number=d.order_number WHERE o.state='active'"
        )
        return moment(row["due"]) if row and row["due"] else None

    def due_accounts(self, *, ahead: bool = False) -> list[str]:
        """The accounts in which something is due, or that is `ahead`, and nobody works, first what has waited longest.

        An account waits since something is due there, or since it had its last turn.
        """
        rows = self.all(
            "SELECT s.account, MAX(o.ahead) AS ahead, MIN(s.due) AS due,"
            " (SELECT MAX(r.claimed_at) FROM order_runs r WHERE r.account=s.account) AS had FROM idle_slots s"
            " JOIN orders o ON o.number=s.order_number"
            " LEFT JOIN again a ON a.order_number=s.order_number AND a.account=s.account"
            " WHERE (s.due<=? OR a.at<=?) AND o.ahead>=? GROUP BY s.account",
            *(self.stamp(), self.stamp(), int(ahead)),
        )
        waits = [(-row["ahead"], max(row["due"], row["had"] or ""), row["account"]) for row in rows]
        return [account for *_, account in sorted(waits)]

    def claim(self, owner: str, account: str = "", *, ahead: bool = False) -> Claim | None:
        """Take what is ahead or has been due longest and nobody does, else what is to be tried again; its slot moves on in the same transaction.

        In one `account`, if it is named: then others may work on the same order elsewhere.
        """
        with self.transaction():
            row = self.one(
                "SELECT s.* FROM idle_slots s JOIN orders o ON o.number=s.order_number WHERE s.due<=? AND o.ahead>=?"
                " AND (s.account=? OR ?='' AND EXISTS"
                " (SELECT 1 FROM free_slots f WHERE f.order_number=s.order_number AND f.account=s.account))"
                " ORDER BY o.ahead DESC, s.due, s.order_number, s.account LIMIT 1",
                *(self.stamp(), int(ahead), account, account),
            )
            if row is None:
                return self._claim_again(owner, account, ahead=ahead)
            order, due = self._order(row["order_number"]), moment(row["due"])
            count = missed(order.at, order.every, zone_of(row["timezone"]), due, self.now())
            self._keep(order, [_spot(row)])
            tries.forget(self, order, row["account"])
            return self._taken(order, _spot(row), due, count, owner)

    def _claim_again(self, owner: str, account: str, *, ahead: bool) -> Claim | None:
        if (row := tries.due(self, account, ahead=ahead)) is None:
            return None
        order, at = self._order(row["order_number"]), moment(row["at"])
        if claim := self._taken(order, _spot(row), at, 0, owner):
            return replace(claim, failed_since=moment(row["since"]))
        tries.forget(self, order, row["account"])
        return None

    def claim_now(self, order: Order, spot: Spot, owner: str) -> Claim | None:
        """Take an extra time of an order, whatever is due; None while the account or the order is busy."""
        with self.transaction():
            free = "SELECT 1 FROM free_slots WHERE order_number=? AND account=?"
            if self.one(free, order.number, spot.account) is None:
                return None
            return self._taken(order, spot, self.now(), 0, owner)

    def running(self) -> list[Claim]:
        """What was taken and has no end yet, whether its worker lives or not."""
        return [self._claim(row) for row in self.all("SELECT * FROM order_runs WHERE state='running'")]

    def due_again(self, claim: Claim) -> bool:
        """Whether the order has come due in the account once more since."""
        due = self._due(claim)
        return due is not None and due <= self.now()

    def _due(self, claim: Claim) -> datetime | None:
        """When the order of a claim comes next in its account."""
        row = self.one(
            "SELECT due FROM slots WHERE order_number=? AND account=?",
            claim.order.number,
            claim.spot.account,
        )
        return moment(row["due"]) if row else None

    def take_over(self, claim: Claim, owner: str) -> Claim | None:
        """Take what a dead worker had; None when another was faster."""
        touched = self.run(
            "UPDATE order_runs SET owner=?, attempt=attempt+1 WHERE number=? AND owner=? AND state='running'",
            *(owner, claim.number, claim.owner),
        )
        return replace(claim, owner=owner, attempt=claim.attempt + 1) if touched else None

    def try_again(self, claim: Claim, end: End) -> datetime | None:
        """Have a time that failed in passing tried again; gives when, or None where it is not, as of a paused order."""
        with self.transaction():
            due = self._due(claim) if self.state(claim.order) == "active" else None
            return tries.plan(self, claim, end, due)

    def finish(self, claim: Claim, end: End, note: str = "") -> None:
        """Keep how a time ended, if it is still its owner's; its transcript stays on this machine, which is named. The order follows the account's clock from now on."""
        there = f"{machine()}:{end.transcript}" if self.shared and end.transcript else end.transcript
        with self.transaction():
            self.run(
                "UPDATE order_runs SET state='ended', ended_at=?, status=?, exit_code=?, answer=?, change_sets=?,"
                " transcript=?, note=? WHERE number=? AND owner=? AND state='running'",
                *(self.stamp(), end.status, int(end.exit_code), end.answer[:LONGEST_ANSWER]),
                *(to_json(end.change_sets), there, note, claim.number, claim.owner),
            )
            if end.timezone not in ("", claim.spot.timezone) and claim.order.account == claim.spot.account:
                self._keep(claim.order, [replace(claim.spot, timezone=end.timezone)])
            self.run("DELETE FROM order_runs WHERE state='ended' AND ended_at<?", to_text(self.now() - KEPT))

    def _keep(self, order: Order, spots: Iterable[Spot]) -> None:
        """Have an order come at its next time in these accounts."""
        now = self.now()
        for spot in spots:
            due = next_due(order.at, order.every, zone_of(spot.timezone), now)
            self.run(
                "INSERT INTO slots(order_number, account, name, timezone, due) VALUES (?,?,?,?,?)"
                " ON CONFLICT (order_number, account) DO UPDATE SET name=excluded.name, timezone=excluded.timezone, due=excluded.due",
                *(order.number, spot.account, spot.name, spot.timezone, to_text(due)),
            )

    def _taken(self, order: Order, spot: Spot, due: datetime, count: int, owner: str) -> Claim | None:
        """A new time of an order, as taken; None for one that was taken before, by a clock that was set back since."""
        new = self.run(
            "INSERT INTO order_runs(order_number, account, name, timezone, due, missed, owner, attempt, state,"
            " claimed_at) VALUES (?,?,?,?,?,?,?,1,'running',?) ON CONFLICT (order_number, account, due) DO NOTHING",
            *(order.number, spot.account, spot.name, spot.timezone, to_text(due), count, owner, self.stamp()),
        )
        row = self.one("SELECT * FROM order_runs ORDER BY number DESC LIMIT 1")
        return self._claim(row) if new and row else None

    def _claim(self, row: Row) -> Claim:
        return Claim(
            number=row["number"],
            order=self._order(row["order_number"]),
            spot=_spot(row),
            due=moment(row["due"]),
            claimed_at=moment(row["claimed_at"]),
            owner=row["owner"],
            attempt=row["attempt"],
            missed=row["missed"],
        )

    def _order(self, number: int) -> Order:
        return next(order for order in self._orders() if order.number == number)

    def _orders(self) -> list[Order]:
        return [
            Order(
                number=row["number"],
                request=row["request"],
                at=time.fromisoformat(row["at"]),
                every=row["every"],
                account=row["account"],
                approve=row["approve"],
                options=json.loads(row["options"]),
                state=row["state"],
                ahead=bool(row["ahead"]),
            )
            for row in self.all("SELECT * FROM orders ORDER BY number")
        ]


def _spot(row: Row) -> Spot:
    return Spot(row["account"], row["name"], row["timezone"])
