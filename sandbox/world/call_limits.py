"""Meta's limits on calls, and the headers that tell of them (docs/graph-api.md §4)."""

from __future__ import annotations

import json
import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sandbox.request.refusals import GraphError

if TYPE_CHECKING:
    from sandbox.world.world_file import Store

DECAY_S = 300
READ_POINTS, WRITE_POINTS = 1, 3
MUTATIONS_PER_S = 100
HOUR_MINUTES = 60
MANAGEMENT, INSIGHTS = "ads_management", "ads_insights"
PER_ACTIVE_AD = {MANAGEMENT: 40, INSIGHTS: 400}
CODES = {MANAGEMENT: 80004, INSIGHTS: 80000}
_TOO_MANY = "There have been too many calls from this ad-account. Please wait a bit and try again."


class Tier(NamedTuple):
    """A level of access: points and block of the score (§4.2), calls per hour (§4.3)."""

    name: str
    points: int
    block_s: int
    hourly: dict[str, int]


TIERS = {
    "development": Tier("development_access", 60, 300, {MANAGEMENT: 300, INSIGHTS: 600}),
    "standard": Tier("standard_access", 9000, 60, {MANAGEMENT: 100_000, INSIGHTS: 190_000}),
}


class Hour:
    """Calls of the last sixty minutes, by the minute."""

    def __init__(self) -> None:
        """Begin with none."""
        self._minutes: dict[int, int] = {}

    def add(self, now: float) -> None:
        """Count one call."""
        minute = int(now // 60)
        self._minutes[minute] = self._minutes.get(minute, 0) + 1

    def count(self, now: float) -> int:
        """Give how many there were."""
        oldest = int(now // 60) - HOUR_MINUTES
        self._minutes = {minute: n for minute, n in self._minutes.items() if minute > oldest}
        return sum(self._minutes.values())

    def regain_s(self, now: float, allowed: int) -> float:
        """Give the seconds until no more than `allowed` are left; 0 when that is so."""
        left, wait_s = self.count(now), 0.0
        for minute, calls in sorted(self._minutes.items()):
            if left > allowed:
                left -= calls
                wait_s = (minute + HOUR_MINUTES) * 60 - now
        return wait_s


@dataclass
class Meter:
    """What one ad account has used."""

    points: float = 0.0
    at: float = 0.0
    blocked_until: float = 0.0
    hours: dict[str, Hour] = field(default_factory=lambda: {MANAGEMENT: Hour(), INSIGHTS: Hour()})
    mutations: deque[float] = field(default_factory=lambda: deque(maxlen=MUTATIONS_PER_S))

    def melt(self, now: float) -> None:
        """Let the points decay."""
        self.points *= math.exp(min(0.0, self.at - now) / DECAY_S)
        self.at = now


class Usage:
    """The meters of all accounts. A block outlives a restart, the points begin at nought."""

    def __init__(self, store: Store) -> None:
        """Keep blocks in the store."""
        self._store = store
        self._meters: dict[str, Meter] = {}
        self.load("standard", "{}")

    def reset(self) -> None:
        """Forget everything that was used."""
        self._meters.clear()

    def load(self, tier: str, blocks: str) -> None:
        """Take the tier and the blocks as they were kept."""
        self.tier = TIERS[tier]
        for account_id, until in json.loads(blocks).items():
            self._meter(account_id).blocked_until = until

    def _meter(self, account_id: str) -> Meter:
        return self._meters.setdefault(account_id, Meter())

    def admit(self, account_id: str, now: float, *, write: bool, insights: bool, active_ads: int) -> None:
        """Count a call, whether it will go well or not, and refuse it when a limit is reached."""
        meter, kind = self._meter(account_id), INSIGHTS if insights else MANAGEMENT
        meter.melt(now)
        meter.hours[kind].add(now)
        if not insights:
            meter.points += WRITE_POINTS if write else READ_POINTS
            if meter.points > self.tier.points and meter.blocked_until <= now:
                self.block(account_id, now + self.tier.block_s)
        if meter.blocked_until > now:
            raise _refused(17, 2446079, "User request limit reached")
        if meter.hours[kind].count(now) > self._allowed(kind, active_ads):
            raise _refused(CODES[kind], 2446079, "There have been too many calls to this ad-account")
        if write and not insights:
            recent = meter.mutations
            if len(recent) == MUTATIONS_PER_S and now - recent[0] < 1:
                raise _refused(613, 5044001, "Calls to this api have exceeded the rate limit")
            recent.append(now)

    def block(self, account_id: str, until: float) -> None:
        """Refuse every call to an account until a moment."""
        self._meter(account_id).blocked_until = until
        blocks = {
            number: meter.blocked_until for number, meter in self._meters.items() if meter.blocked_until
        }
        self._store.set(blocks=json.dumps(blocks))

    def _allowed(self, kind: str, active_ads: int) -> int:
        return self.tier.hourly[kind] + PER_ACTIVE_AD[kind] * active_ads

    def headers(self, account_id: str, now: float, active_ads: int) -> dict[str, str]:
        """Give the usage headers of every answer; figures are percentages of what is allowed (§4.1)."""
        meter, tier = self._meter(account_id), self.tier.name
        meter.melt(now)
        wait_s = self._wait_s(meter, now)
        used = round(100 * meter.points / self.tier.points, 2)
        account = {
            "acc_id_util_pct": max(100.0, used) if wait_s else min(100.0, used),
            "reset_time_duration": math.ceil(wait_s) or DECAY_S,
            "ads_api_access_tier": tier,
        }
        business, share = [], {}
        for kind, hour in meter.hours.items():
            allowed = self._allowed(kind, active_ads)
            share[kind] = 100 * hour.count(now) / allowed
            regain_s = max(hour.regain_s(now, allowed - 1) if share[kind] > 100 else 0.0, wait_s)
            percent = math.ceil(max(share[kind], 100 if regain_s else 0))
            regain = {
                "estimated_time_to_regain_access": math.ceil(regain_s / 60),
                "ads_api_access_tier": tier,
            }
            business.append({"type": kind, **_percents(percent), **regain})
        calls = sum(meter.hours[MANAGEMENT].count(now) for meter in self._meters.values())
        throttle = {name: round(share[INSIGHTS], 2) for name in ("app_id_util_pct", "acc_id_util_pct")}
        return {
            "x-app-usage": json.dumps(
                _percents(math.ceil(100 * calls / TIERS["standard"].hourly[MANAGEMENT]))
            ),
            "x-ad-account-usage": json.dumps(account),
            "x-business-use-case-usage": json.dumps({account_id: business}),
            "x-fb-ads-insights-throttle": json.dumps({**throttle, "ads_api_access_tier": tier}),
        }

    def _wait_s(self, meter: Meter, now: float) -> float:
        """Give how long a read is refused: until the block ends and the points leave room again."""
        if meter.blocked_until <= now:
            return 0.0
        room = self.tier.points - WRITE_POINTS
        return max(meter.blocked_until - now, DECAY_S * math.log(max(1.0, meter.points / room)))


def _percents(percent: int) -> dict[str, int]:
    return {"call_count": percent, "total_cputime": percent, "total_time": percent}


def _refused(code: int, subcode: int, text: str) -> GraphError:
    return GraphError(
        code=code,
        subcode=subcode,
        message=f"(#{code}) {text}",
        title="Ad Account Has Too Many API Calls",
        user_message=_TOO_MANY,
    )
