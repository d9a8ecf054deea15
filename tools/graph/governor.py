"""The throttle governor: keeps calls below Meta's limits before they bite, and stops them when Meta locks something.

What it knows lies in a `LimitStore`, per account and token and per app and business that these are parts of, so that
all processes of a workspace share it, or all machines of a fleet: each request asks there first, so a stop stops all.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from tools.graph.allowance import INSIGHTS, Allowance, Cost, Fullness, Reserved
from tools.graph.errors import Executed, Family, GraphError, GraphFailure
from tools.graph.limits import LimitStore
from tools.graph.usage_headers import APP, Usage

_APP_WIDE = frozenset({4, 32, 341})
_TOKEN_LOCKS = frozenset({31, 190})
_ACCOUNT_LOCKS = frozenset({368, 1404078, 1404163, 2859015})
"""Where these block, they block the person behind the token, or the account."""
_OWN_BUDGET = (613, 1487632)
"""Concerns one ad set, not the account."""
NAMELESS_BLOCK_S = 900.0
REPEATED_WITHIN_S = 3600.0
ONE_INCIDENT_S = 60.0
"""Refusals this close together, as of the items of a batch, are one."""


class Held(GraphFailure):
    """Not sent: adsteward itself holds calls back. Says why, until when, and what to do."""

    executed = Executed.NO
    locked = False
    """Whether Meta locked something, and only a person can go on; else a limit was reached."""

    @property
    def ends_the_run(self) -> bool:
        return True


class Locked(Held):
    """Not sent: Meta has locked the account or the token."""

    locked = True


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left of an account's points at this moment."""

    tier: str
    """Limited, Full, or empty while Meta has not said."""
    points: int
    points_left: int
    percent: float


class Known(NamedTuple):
    """What is known of whom a call counts for; the token stands for an app that is not known, the account for a business."""

    token: Allowance
    app: Allowance
    account: Allowance
    business: Allowance


class Governor:
    """Asked before each request, told after each. Raises Held when nothing may be sent."""

    def __init__(
        self,
        store: LimitStore,
        *,
        host: str,
        token: str,
        account: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._now = now
        self._token_scope = f"{host} token {hashlib.sha256(token.encode()).hexdigest()[:12]}"
        self._host = host
        self.account = account
        self._within = dict[str, str]()
        """What the scopes of this process are parts of, as far as they were opened."""

    def close(self) -> None:
        self._store.close()

    @property
    def account_scope(self) -> str:
        """Before the account is known, calls count for the token alone."""
        return f"{self._host} {self.account}" if self.account else self._token_scope

    def admit(self, cost: Cost) -> float:
        """Count the call and give 0, or give the seconds to wait before asking again. Raises Held."""
        with self._opened() as (now, known):
            self._refuse_stopped(known)
            account = known.account
            others = [one for one in known if one is not account]
            wait_s = max([account.wait_s(cost, now), *(other.headers_wait_s(cost, now) for other in others)])
            if wait_s <= 0:
                account.spend(cost, now)
                for other in others:
                    other.last_at = now
            return wait_s

    def recount(self, reserved: Reserved, cost: Cost) -> None:
        """Count what is sent now, for which room was reserved: at Meta it counts from now on. Raises Held."""
        with self._opened() as (now, known):
            if cost.points:
                self._refuse_stopped(known)
            known.account.give_back(reserved)
            if cost.points:
                known.account.spend(cost, now)

    def of_app(self, app_id: str) -> None:
        """Meta says which app the token belongs to: what is known of the app holds for all of its tokens."""
        scope = f"{self._host} {APP} {app_id}"
        if app_id.isdecimal() and self._widest(self._token_scope) != scope:
            with self._opened() as (_, known):
                known.token.within = scope
            self._within[self._token_scope] = scope

    def now(self) -> float:
        """Seconds since 1970, on the clock that all count by who share what is known."""
        return self._now() + self._store.ahead_s

    def observe(self, *usages: Usage) -> None:
        """Learn from the headers of an answer, or at once from those of all items of a batch."""
        parts = list(dict.fromkeys(part for usage in usages for part in usage.parts))
        tier = next((usage.tier for usage in reversed(usages) if usage.tier), "")
        if not parts and not tier:
            return
        for holder_id in dict.fromkeys(part.of for part in parts):
            self._of_business(holder_id)
        with self._opened() as (now, known):
            known.account.tier = tier or known.account.tier
            for part in sorted(parts, key=lambda part: (part.wait_s, part.percent)):
                holder = known.app if part.of == APP else known.business if part.of else known.account
                window_s = part.wait_s or part.window_s
                holder.full[part.name] = Fullness(part.percent, now, window_s, now + part.wait_s)

    def failed(self, failure: GraphFailure, cost: Cost) -> None:
        """Learn from a refusal: stay away as long as Meta says, or stop altogether."""
        if not isinstance(failure, GraphError) or (failure.code, failure.subcode) == _OWN_BUDGET:
            return
        key = (failure.code, failure.subcode)
        with self._opened() as (now, known):
            token, account = known.token, known.account
            when = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
            if failure.family is Family.BLOCKED and failure.code in _TOKEN_LOCKS:
                token.breaker = f"Meta error {failure.label} on {when}"
            elif failure.code in _ACCOUNT_LOCKS:
                account.breaker = f"Meta error {failure.code} on {when}"
            elif key == (613, None):
                account.nameless = [
                    at for at in account.nameless if ONE_INCIDENT_S <= now - at < REPEATED_WITHIN_S
                ] + [now]
                account.full["abuse"] = Fullness(0, now, 1, now + NAMELESS_BLOCK_S)
                if len(account.nameless) > 1:
                    account.breaker = f"Meta error 613 without a subcode, {len(account.nameless)} times within an hour, last on {when}"
            elif failure.family is Family.THROTTLE and failure.wait_s:
                name = INSIGHTS + " refused" if cost.insights else "refused"
                holder = known.app if failure.code in _APP_WIDE else account
                holder.full[name] = Fullness(0, now, 1, now + failure.wait_s)

    def largest_batch(self, points_each: int) -> int:
        """How many calls one request should hold at most, as far as points go."""
        return self._account().largest_batch(points_each)

    def forecast(self) -> Forecast:
        """What is left now."""
        account, now = self._account(), self.now()
        left = max(0, int(account.cap - account.used(now)))
        tier = account.known_tier
        return Forecast(tier.name, tier.points, left, round(account.percent(now), 1))

    def breakers(self) -> dict[str, str]:
        """Why calls are stopped, by `act_…` or `token …`; of this host alone."""
        mine = f"{self._host} "
        found = {scope: a.breaker for scope, a in self._known().items() if scope.startswith(mine)}
        return {scope.removeprefix(mine): why for scope, why in found.items() if why}

    def close_breaker(self, name: str) -> bool:
        """A person says that calls may be made again. False when it was not open."""
        if name not in self.breakers():
            return False
        with self._store.open(f"{self._host} {name}") as (allowance,):
            allowance.breaker, allowance.nameless = "", []
            allowance.full.clear()
        return True

    @contextmanager
    def _opened(self) -> Iterator[tuple[float, Known]]:
        """The moment, and what is known of whom calls count for, for us alone."""
        token, account = self._token_scope, self.account_scope
        scopes = (token, self._widest(token), account, self._widest(account))
        distinct = tuple(dict.fromkeys(scopes))
        try:
            with self._store.open(*distinct) as allowances:
                now, by_scope = self.now(), dict(zip(distinct, allowances, strict=True))
                for allowance in allowances:
                    allowance.set_back(now)
                self._within |= {scope: a.within for scope, a in by_scope.items() if a.within}
                yield now, Known(*(by_scope[scope] for scope in scopes))
        except OSError as error:
            raise _unreadable(error) from None

    def _widest(self, scope: str) -> str:
        """What a scope is part of, or itself."""
        if scope not in self._within:
            try:
                with self._store.open(scope) as (allowance,):
                    self._within[scope] = allowance.within
            except OSError as error:
                raise _unreadable(error) from None
        return self._within[scope] or scope

    def _of_business(self, holder_id: str) -> None:
        """Meta names who the usage of an account is counted for: another id than its own is its business."""
        scope = f"{self._host} business {holder_id}"
        own = f"act_{holder_id}" == self.account or not holder_id.isdecimal()
        if not own and self.account and self._widest(self.account_scope) != scope:
            with self._opened() as (_, known):
                known.account.within = scope
            self._within[self.account_scope] = scope

    def _refuse_stopped(self, known: Known) -> None:
        token = self._token_scope.removeprefix(f"{self._host} ")
        for name, allowance in ((token, known.token), (self.account, known.account)):
            if allowance.breaker:
                raise Locked(_stopped(name or token, allowance.breaker))

    def _account(self) -> Allowance:
        scope = self.account_scope
        return self._known(scope).get(scope, Allowance())

    def _known(self, *scopes: str) -> dict[str, Allowance]:
        try:
            return self._store.all(*scopes)
        except OSError as error:
            raise _unreadable(error) from None


def _stopped(name: str, why: str) -> str:
    what = "this access token" if name.startswith("token ") else name
    return (
        f"All calls for {what} are stopped since {why}. Nothing was sent."
        " `adsteward doctor` says what to look at and how to go on."
    )


def _unreadable(error: OSError) -> Held:
    return Held(f"{error} It says whether calls to Meta are stopped, so nothing was sent.")
