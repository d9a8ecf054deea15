"""How much of Meta's allowance is used, and how long the next call should wait: arithmetic without a clock.

Two sources tell how full an account is: our own count of points (docs/graph-api.md §4.2) and the
percentages in Meta's headers (§4.1), which also count what others do. The longer of the two waits holds.
"""

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

READ_POINTS = 1
WRITE_POINTS = 3
WINDOW_S = 300.0
"""Points melt away within this time."""
MARGIN = 0.95
BUCKET_S = 5.0

EASY = 0.5
"""Up to this share of the points nothing is slowed down; from there the gaps grow until they last for ever."""
CALM_PERCENT = 60.0
HOLD_PERCENT = 95.0
STEEPEST_S = 30.0
"""The pause between calls when Meta's headers say 100 %."""

MOST_WRITES = 100
"""Meta takes that many in a second (docs/graph-api.md §4.4); how long we take for them depends on the tier."""


@dataclass(frozen=True, slots=True)
class Tier:
    """An access tier of the Marketing API: points an account may use, and how long it is blocked above."""

    name: str
    points: int
    block_s: float
    writes_window_s: float
    """At most MOST_WRITES are sent within it."""


LIMITED = Tier("Limited", 60, 300.0, 12.5)
FULL = Tier("Full", 9000, 60.0, 1.25)
UNNAMED = Tier("", 9000, 60.0, 12.5)
"""Before Meta named one: its percentages slow us down, and writes go out at a tenth of what it takes."""
TIERS = {"development_access": LIMITED, "standard_access": FULL}


INSIGHTS = "insights"
"""Allowances whose name begins so are used up by figures alone, and never hold back a pause."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request counts for: every item of a batch is a call of its own."""

    reads: int = 0
    writes: int = 0
    insights: bool = False

    @property
    def points(self) -> int:
        return self.reads * READ_POINTS + self.writes * WRITE_POINTS


class Reserved(NamedTuple):
    """Room that is kept for a call, and since when."""

    cost: Cost
    at: float


@dataclass(frozen=True, slots=True)
class Fullness:
    """One percentage Meta gave, the moment it did, the seconds after which it is history, and until when to stay away."""

    percent: float
    at: float
    window_s: float
    until: float = 0.0

    def now(self, now: float) -> float:
        """The percentage as it should be by now, when nobody else calls."""
        return self.percent * max(0.0, 1 - max(0.0, now - self.at) / self.window_s)

    def left_s(self, now: float) -> float:
        return max(0.0, self.at + self.window_s - now)


@dataclass(slots=True)
class Allowance:
    """What is known of one account, token, app or business. All moments are seconds since 1970."""

    tier: str = ""
    buckets: dict[float, float] = field(default_factory=dict)
    """Points of the last WINDOW_S seconds, by the end of a few seconds each."""
    level: float = 0.0
    level_at: float = 0.0
    full: dict[str, Fullness] = field(default_factory=dict)
    last_at: float = 0.0
    writes: dict[float, int] = field(default_factory=dict)
    """Those of the tier's window, by the moment they were sent."""
    nameless: list[float] = field(default_factory=list)
    """When Meta threw 613 without a subcode: its defence against abuse."""
    breaker: str = ""
    """Why all calls are stopped until a person says otherwise; empty when they are not."""
    within: str = ""
    """The scope that this one is a part of, as a token is of an app; empty while it is not known."""

    def set_back(self, now: float) -> None:
        """When the clock was set back, move all moments with it, as if no time had passed."""
        ahead_s = self.last_at - now
        if ahead_s <= 0:
            return
        self.last_at, self.level_at = now, self.level_at - ahead_s
        self.writes = {at - ahead_s: number for at, number in self.writes.items()}
        self.nameless = [at - ahead_s for at in self.nameless]
        self.buckets = {end - ahead_s: points for end, points in self.buckets.items()}
        self.full = {
            name: replace(f, at=f.at - ahead_s, until=f.until - ahead_s) for name, f in self.full.items()
        }

    @property
    def known_tier(self) -> Tier:
        return TIERS.get(self.tier, UNNAMED)

    @property
    def cap(self) -> float:
        return self.known_tier.points * MARGIN

    def spend(self, cost: Cost, now: float) -> None:
        """Count a call that is about to be made."""
        end = math.ceil(now / BUCKET_S) * BUCKET_S
        self.buckets = {e: p for e, p in self.buckets.items() if now - e < WINDOW_S}
        self.buckets[end] = self.buckets.get(end, 0.0) + cost.points
        self.level = self._level(now) + cost.points
        self.level_at = self.last_at = now
        if cost.writes:
            window_s = self.known_tier.writes_window_s
            self.writes = {at: number for at, number in self.writes.items() if now - at < window_s}
            self.writes[now] = self.writes.get(now, 0) + cost.writes

    def give_back(self, reserved: Reserved) -> None:
        """Count no longer what was reserved."""
        cost, at = reserved
        latest = math.ceil(at / BUCKET_S) * BUCKET_S
        if ends := [end for end in self.buckets if end <= latest]:
            self.buckets[max(ends)] = max(0.0, self.buckets[max(ends)] - cost.points)
        melted = cost.points * math.exp(-max(0.0, self.level_at - at) / WINDOW_S)
        self.level = max(0.0, self.level - melted)
        if sent := [moment for moment in self.writes if moment <= at]:
            self.writes[max(sent)] = max(0, self.writes[max(sent)] - cost.writes)

    def used(self, now: float) -> float:
        """Points that count at this moment: the worse of a sliding window and of a slow melting."""
        window = sum(p for e, p in self.buckets.items() if now - e < WINDOW_S)
        return max(window, self._level(now))

    def wait_s(self, cost: Cost, now: float) -> float:
        """Seconds before a call of this cost should be made; 0 when it may go now."""
        spacing = self._writes_wait_s(cost, now) if cost.writes else 0.0
        return max(spacing, self._points_wait_s(cost, now), self.headers_wait_s(cost, now))

    def headers_wait_s(self, cost: Cost, now: float) -> float:
        """Seconds to stay away by what Meta's headers and refusals say alone."""
        concerning = [f for name, f in self.full.items() if cost.insights or not name.startswith(INSIGHTS)]
        return max([0.0, *(self._header_wait_s(fullness, now) for fullness in concerning)])

    def largest_batch(self, points_each: int) -> int:
        """How many calls of that many points one request should hold: never more than half the allowance."""
        return max(1, int(self.cap * EASY) // points_each)

    def percent(self, now: float) -> float:
        """How full the fullest allowance is, in percent."""
        ours = 100 * self.used(now) / self.known_tier.points
        return max([ours, *(fullness.now(now) for fullness in self.full.values())])

    def _level(self, now: float) -> float:
        return self.level * math.exp(-max(0.0, now - self.level_at) / WINDOW_S)

    def _points_wait_s(self, cost: Cost, now: float) -> float:
        """Long enough that the points fit, and from half of them on a gap that would last for ever."""
        share = self.used(now) / self.cap
        gap = cost.points * WINDOW_S / self.cap * max(0.0, share - EASY) / (1 - EASY)
        return max(self.last_at + min(gap, WINDOW_S) - now, self._room_wait_s(cost, now))

    def _writes_wait_s(self, cost: Cost, now: float) -> float:
        """Until enough of the last writes are history."""
        room = max(0, MOST_WRITES - cost.writes)
        wait_s, total = 0.0, sum(self.writes.values())
        for at, number in sorted(self.writes.items()):
            if total <= room:
                break
            total -= number
            wait_s = at + self.known_tier.writes_window_s - now
        return max(0.0, wait_s)

    def _room_wait_s(self, cost: Cost, now: float) -> float:
        room = self.cap - min(cost.points, self.cap)
        melting = WINDOW_S * math.log(level / room) if room and (level := self._level(now)) > room else 0.0
        window = sorted((e, p) for e, p in self.buckets.items() if now - e < WINDOW_S)
        sliding, total = 0.0, sum(p for _, p in window)
        for end, points in window:
            if total <= room:
                break
            total -= points
            sliding = end + WINDOW_S - now
        return max(sliding, melting if room else 0.0)

    def _header_wait_s(self, fullness: Fullness, now: float) -> float:
        """A gap after the last call that grows with what Meta's headers say; near 100 % until it is over."""
        percent = fullness.now(now)
        wait_s = fullness.until - now
        if percent >= HOLD_PERCENT:
            return max(wait_s, fullness.left_s(now) * (1 - CALM_PERCENT / percent))
        steep = max(0.0, percent - CALM_PERCENT) / (100 - CALM_PERCENT)
        return max(wait_s, self.last_at + STEEPEST_S * steep**2 - now)
