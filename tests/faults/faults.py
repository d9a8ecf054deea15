"""The alphabet of faults: everything a request to Graph may meet, each under a name that can be counted.

"before" means that nothing was executed, "after" that everything was. Nothing of the product is imported
here; `Exchange` is the server's side of one request.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import httpx

from tests.faults.decode import Reply, error
from tests.faults.server import LISTED_S, SHOWN_S, TIMEOUT_S, Exchange

UNKNOWN_CODE = 987654


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a request goes wrong. Called by the server in place of an ordinary answer."""

    name: str
    act: Callable[[Exchange], httpx.Response]

    def __call__(self, exchange: Exchange) -> httpx.Response:
        kind = "write" if exchange.writes else "read"
        exchange.server.seen[f"fault, {kind}: {self.name}"] += 1
        return self.act(exchange)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def lost(name: str, kind: type[httpx.RequestError], *, after: bool = False, waited_s: float = 0.0) -> Fault:
    """The connection breaks, before or after everything was executed."""

    def act(exchange: Exchange) -> httpx.Response:
        if after:
            exchange.run()
        exchange.server.account.clock.sleep(waited_s)
        raise kind(name, request=exchange.request)

    return Fault(name, act)


def late(after_s: float, *, reset: bool) -> Fault:
    """The client gets no answer, and the write is executed `after_s` after it arrived."""

    def act(exchange: Exchange) -> httpx.Response:
        exchange.run_later(after_s)
        if reset:
            raise httpx.ReadError("reset", request=exchange.request)
        exchange.server.account.clock.sleep(TIMEOUT_S)
        raise httpx.ReadTimeout("timeout", request=exchange.request)

    return Fault(f"executed late, {'reset' if reset else 'timeout'} at first", act)


def slow(before_s: float, after_s: float) -> Fault:
    """A good answer that takes its time, before and after the execution."""

    def act(exchange: Exchange) -> httpx.Response:
        clock = exchange.server.account.clock
        clock.sleep(before_s)
        exchange.server.account.catch_up()
        replies = exchange.run()
        clock.sleep(after_s)
        return exchange.answer(replies)

    return Fault("slow answer", act)


def stale(listed_s: float, shown_s: float) -> Fault:
    """A read that does not show what is newest."""

    def act(exchange: Exchange) -> httpx.Response:
        server = exchange.server
        server.listed_s, server.shown_s = listed_s, shown_s
        try:
            return exchange.answer(exchange.run())
        finally:
            server.listed_s = server.shown_s = 0.0

    return Fault("stale read", act)


def answered(name: str, reply: Reply, *, after: bool = False, final: bool = False) -> Fault:
    """The same answer for the request as a whole; `final` means that the server refused for good."""

    def act(exchange: Exchange) -> httpx.Response:
        if after:
            exchange.run()
        if final or (after and exchange.part):
            exchange.refuse(reply.body["error"]["code"])
        return exchange.whole(reply)

    return Fault(name, act)


def text(name: str, content: str, status: int, *, after: bool) -> Fault:
    """An answer that is not Graph's."""

    def act(exchange: Exchange) -> httpx.Response:
        if after:
            exchange.run()
        return httpx.Response(status, text=content, request=exchange.request)

    return Fault(name, act)


@dataclass(frozen=True, slots=True)
class Items:
    """Some items of a batch: every `step`-th from `first`. A single call is its own only item."""

    first: int = 0
    step: int = 2

    def of(self, exchange: Exchange) -> range:
        return range(self.first % len(exchange.calls), len(exchange.calls), self.step)


def items(
    name: str, which: Items, reply: Reply | None, *, executed: bool = False, final: bool = False
) -> Fault:
    """Some items of a batch have another answer than the rest, which is executed."""

    def act(exchange: Exchange) -> httpx.Response:
        chosen = which.of(exchange)
        replies = exchange.run(without=() if executed else chosen)
        if reply and (final or (reply.status >= 400 and executed and exchange.part)):
            exchange.refuse(reply.body["error"]["code"], chosen)
        return exchange.answer([reply if i in chosen else r for i, r in enumerate(replies)])

    return Fault(name, act)


def short(which: Items) -> Fault:
    """The list of answers ends early; everything was executed."""

    def act(exchange: Exchange) -> httpx.Response:
        replies = exchange.run()
        return exchange.answer(replies[: which.of(exchange).start] if exchange.batch else [None])

    return Fault("answer list too short", act)


def _usage(**numbers: float) -> str:
    return json.dumps(numbers)


def _business(minutes: int) -> str:
    entry = {"type": "ads_management", "call_count": 100, "total_cputime": 20, "total_time": 20}
    return json.dumps({"77": [entry | {"estimated_time_to_regain_access": minutes}]})


THROTTLES: dict[str, Reply] = {
    "17/2446079": error(17, 2446079, X_Ad_Account_Usage=_usage(acc_id_util_pct=100, reset_time_duration=60)),
    "613/1487742": error(613, 1487742, X_Business_Use_Case_Usage=_business(2)),
    "4": error(4, X_App_Usage=_usage(call_count=100, total_time=30, total_cputime=30)),
    "80004, an hour": error(80004, X_Business_Use_Case_Usage=_business(60)),
    "613/5044001": error(613, 5044001),
    "613/1487632": error(613, 1487632),
    "613 alone": error(613),
}
BROKEN: tuple[Fault, ...] = (
    lost("connection refused", httpx.ConnectError),
    lost("no connection in time", httpx.ConnectTimeout, waited_s=5),
    lost("dropped before", httpx.ReadError),
    lost("cut while sending", httpx.WriteError),
    lost("reset after", httpx.ReadError, after=True),
    lost("timeout after", httpx.ReadTimeout, after=True, waited_s=TIMEOUT_S),
    *(
        answered(
            f"code {code}, {status}, {'after' if after else 'before'}",
            error(code, status=status),
            after=after,
        )
        for code, status in ((1, 500), (2, 503), (2, 200))
        for after in (False, True)
        if not (after and status == 200)
    ),
    text("HTML 502 before", "<html>Bad gateway</html>", 502, after=False),
    text("HTML 502 after", "<html>Bad gateway</html>", 502, after=True),
    text("cut answer after", '{"id": "9', 200, after=True),
    answered("unknown code after", error(UNKNOWN_CODE), after=True),
    answered("unknown code before", error(UNKNOWN_CODE), final=True),
)
THROTTLED: tuple[Fault, ...] = (
    *(answered(f"throttle {name}", reply) for name, reply in THROTTLES.items()),
    *(
        answered(f"throttle {name}, HTTP 200", replace(THROTTLES[name], status=200))
        for name in ("17/2446079", "4")
    ),
)
ENDS: tuple[Fault, ...] = (
    answered("token expired 190/463", error(190, 463, status=401)),
    answered("blocked 368", error(368)),
)
REFUSED: tuple[Fault, ...] = (
    answered("refused 100", error(100), final=True),
    answered("refused 200", error(200, status=403), final=True),
)


def batch_faults(which: Items) -> Sequence[Fault]:
    """What may happen to some of a batch."""
    return (
        items("null items before", which, None),
        items("null items after", which, None, executed=True),
        items("items neither done nor refused", which, Reply(200, {"success": False})),
        items("unreadable items after", which, Reply(200, '{"id": '), executed=True),
        items("items refused 100", which, error(100), final=True),
        items("items with unknown code after", which, error(UNKNOWN_CODE), executed=True),
        items("items with code 2 after", which, error(2, status=500), executed=True),
        items("items blocked 368", which, error(368)),
        *(items(f"items throttled {name}", which, reply) for name, reply in THROTTLES.items()),
        short(which),
    )


OLDEST = stale(LISTED_S, SHOWN_S)
EVERY_WRITE_FAULT: tuple[Fault, ...] = (
    *BROKEN,
    *THROTTLED,
    *ENDS,
    *REFUSED,
    *batch_faults(Items()),
    late(50, reset=False),
    late(10, reset=True),
    slow(10, 10),
)
EVERY_READ_FAULT: tuple[Fault, ...] = (*BROKEN[:-2], *THROTTLED, *ENDS, OLDEST, slow(10, 10))
