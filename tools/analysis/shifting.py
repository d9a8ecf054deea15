"""What is to be gained by moving budget from where results are dear to where they are cheap, and how sure that is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, hypot, log, sqrt
from statistics import NormalDist

from tools.analysis.verdicts import Verdict

NEXT_BUYS, NEXT_DOUBT = 0.85, 0.1
"""What more money buys against what it bought so far, about, and the standard deviation of that."""
LEAST_JUDGED = 0.8
"""The part of what is spent somewhere whose ads must have a verdict on their cost."""
LEAST_SURE = 0.9
"""A shift must be so sure to gain, and its source as surely as `LEAST_DEAR` miss the target."""
LEAST_DEAR = 0.75
_MIDDLE_80 = 1.28


@dataclass(frozen=True)
class Place:
    """The holder of a budget: what one unit of its money is worth, 1 where it just meets the target, and the doubt of that.

    Only what is held to the same `yardstick` can be compared. Money per day in major units.
    """

    holder_id: str
    yardstick: tuple[str, ...]
    spend_per_day: float
    worth: float
    doubt: float

    @property
    def dear(self) -> bool:
        """Whether it surely enough misses the target."""
        return NormalDist(self.worth, self.doubt).cdf(1) >= LEAST_DEAR


@dataclass(frozen=True)
class Gain:
    """What a shift is expected to bring in a week, in money at the target; `low` and `high` hold it with 80 %."""

    expected: float
    low: float
    high: float
    sure: float
    """The chance that it brings anything."""


def places(
    verdicts: Iterable[Verdict], holders: Mapping[str, str], leaving: Collection[str]
) -> dict[str, Place]:
    """Every holder of a budget that can be judged, by id, with `holders` by ad id.

    Ads that are about to be paused (`leaving`) no longer count, but what they spend goes on; what is in the learning phase,
    or of which too little is known, is left out.
    """
    below: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.ad.off:
            below[holders.get(verdict.ad.ad_id, "")].append(verdict)
    found = (_place(holder, ads, leaving) for holder, ads in below.items())
    return {place.holder_id: place for place in found if place}


def _place(holder: str, ads: Sequence[Verdict], leaving: Collection[str]) -> Place | None:
    stay = [v for v in ads if v.ad.ad_id not in leaving]
    judged = [v for v in stay if v.heading and v.spend_per_day > 0]
    yardsticks = {(v.heading.bar.kind, str(v.heading.bar.target), v.ad.event) for v in judged if v.heading}
    spend = sum(float(v.spend_per_day) for v in judged)
    known = spend >= LEAST_JUDGED * sum(float(v.spend_per_day) for v in stay)
    if len(yardsticks) != 1 or not known or any(v.ad.learning for v in ads):
        return None
    each = [(float(v.spend_per_day) / spend, *_worth(v)) for v in judged]
    doubt = sqrt(sum((share * doubt) ** 2 for share, _, doubt in each))
    whole = sum(float(v.spend_per_day) for v in ads)
    return Place(holder, yardsticks.pop(), whole, sum(share * worth for share, worth, _ in each), doubt)


def _worth(verdict: Verdict) -> tuple[float, float]:
    """What one unit spent on an ad is worth now, and the standard deviation of that."""
    going = verdict.heading
    if going is None:
        return 0.0, 0.0
    worth = max(0.0, 1 + float(going.regret - going.saving) / (7 * float(verdict.spend_per_day)))
    spread = log(float(going.high / going.low)) / (2 * _MIDDLE_80) if going.low > 0 else 0.0
    return worth, worth * sqrt(exp(spread**2) - 1)


def gain(source: Place, sink: Place, per_day: float) -> Gain:
    """What moving so much a day is expected to bring in a week; more money buys a little less than the money before it."""
    weekly = 7 * per_day
    expected = weekly * (NEXT_BUYS * sink.worth - source.worth)
    doubt = weekly * hypot(NEXT_BUYS * sink.doubt, NEXT_DOUBT * sink.worth, source.doubt)
    around = _MIDDLE_80 * doubt
    sure = 1 - NormalDist(expected, doubt).cdf(0) if doubt else float(expected > 0)
    return Gain(expected, expected - around, expected + around, sure)
