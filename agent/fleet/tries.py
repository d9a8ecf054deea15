"""Times that failed in passing, in the order book's table `again`: when each is tried once more, and when no more."""

from datetime import datetime, timedelta

from agent.fleet.orders import Claim, End, Order, moment
from agent.stores.database import Database, to_text
from agent.stores.engine import Row

TRY_AGAIN_MIN = (5, 20, 60)
"""How long after each failure a time is tried again, unless Meta said when; then its next one comes as usual."""
SOONEST_S = 60.0


def planned(book: Database, order: Order) -> dict[str, datetime]:
    """When the order is tried again, by account."""
    rows = book.all("SELECT account, at FROM again WHERE order_number=?", order.number)
    return {row["account"]: moment(row["at"]) for row in rows}


def due(book: Database, account: str = "", *, ahead: bool = False) -> Row | None:
    """The slot that has been due longest for being tried again, with `at` and `since`, where nobody is at it; or that of one account."""
    return book.one(
        "SELECT s.*, a.at, a.since FROM idle_slots s JOIN again a ON a.order_number=s.order_number AND a.account=s.account"
        " JOIN orders o ON o.number=s.order_number WHERE a.at<=? AND o.ahead>=? AND (s.account=? OR ?='' AND EXISTS"
        " (SELECT 1 FROM free_slots f WHERE f.order_number=s.order_number AND f.account=s.account))"
        " ORDER BY a.at, s.order_number, s.account LIMIT 1",
        *(book.stamp(), int(ahead), account, account),
    )


def plan(book: Database, claim: Claim, end: End, before: datetime | None) -> datetime | None:
    """Have a time tried again that failed in passing and proposed nothing, if that is `before` its next one; gives when, or None."""
    where = claim.order.number, claim.spot.account
    known = book.one("SELECT tried, since FROM again WHERE order_number=? AND account=?", *where)
    tried, since = (known["tried"], known["since"]) if known else (0, to_text(claim.claimed_at))
    if before and end.passing and not end.change_sets and tried < len(TRY_AGAIN_MIN):
        at = book.now() + (
            timedelta(seconds=max(end.wait_s, SOONEST_S))
            if end.wait_s
            else timedelta(minutes=TRY_AGAIN_MIN[tried])
        )
        if at < before:
            book.run(
                "INSERT INTO again(order_number, account, at, tried, since) VALUES (?,?,?,?,?)"
                " ON CONFLICT (order_number, account) DO UPDATE SET at=excluded.at, tried=excluded.tried",
                *(*where, to_text(at), tried + 1, since),
            )
            return at
    forget(book, claim.order, claim.spot.account)
    return None


def forget(book: Database, order: Order, account: str = "") -> None:
    """Try an order no more in an account, or (with "") in all."""
    book.run("DELETE FROM again WHERE order_number=? AND (account=? OR ?='')", order.number, account, account)
