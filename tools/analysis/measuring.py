"""The measuring of one ad among its neighbours against one bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.analysis import strength
from tools.analysis.cases import LATELY_WEEKS, Case
from tools.analysis.criteria import Bar, Criteria
from tools.analysis.rows import Totals
from tools.analysis.shrinkage import Neighbours, Place, Seen, Strengths, chance_dearer, settled
from tools.analysis.strength import Member

# The value of n orders spreads as much as n / 2 equal orders would if the worth of single orders has a
# standard deviation equal to its mean (1 + cv² = 2). Daily sums do not show single orders, so it is assumed.
ORDER_DISPERSION = 2.0
_LARGEST = 1e12
"""No ad has seen more than this; it only keeps absurd numbers finite."""


@dataclass(frozen=True)
class Judgement:
    """How one ad stands against one bar: two probabilities, and what its own numbers alone say.

    It looks worse or better only where the newest four weeks do not say the opposite: ads turn.
    """

    bar: Bar
    worse: float
    better: float
    looks_worse: bool
    looks_better: bool


@dataclass(frozen=True)
class Pool:
    """All ads held to one bar, with the neighbours and strengths for either half of them."""

    bar: Bar
    totals: Totals
    strengths: tuple[Strengths, Strengths]
    neighbours: tuple[Neighbours, Neighbours]

    @classmethod
    def over(cls, bar: Bar, cases: Iterable[Case]) -> Self:
        """Pool ads; for ROAS they must hold results and value together."""
        cases = tuple(cases)
        everything = sum((case.judged for case in cases), Totals())
        members = [_member(bar, case, everything) for case in cases]
        strengths = strength.learned(members)
        first, second = (Neighbours([(m.place, m.seen(k.memory)) for m in members], k) for k in strengths)
        return cls(bar, everything, strengths, (first, second))

    def judge(self, case: Case, criteria: Criteria) -> Judgement:
        """Measure one of the pooled ads against the others and the bar."""
        member = _member(self.bar, case, self.totals)
        side = strength.half(case.ad.ad_id)
        k, tolerance = self.strengths[side], float(criteria.tolerance)
        own = member.seen(k.memory)
        lately = member.lately(LATELY_WEEKS)
        known = settled(self.neighbours[side].prior(member.place, own), own, k.steadiness)
        return Judgement(
            bar=self.bar,
            worse=chance_dearer(known, tolerance),
            better=1 - chance_dearer(known, 1.0),
            looks_worse=own.exposure > own.events * tolerance and lately.exposure >= lately.events,
            looks_better=own.exposure <= own.events and lately.exposure <= lately.events,
        )


def _member(bar: Bar, case: Case, everything: Totals) -> Member:
    """An ad's weeks as events on exposure, in units of what an event may cost it."""
    cost = bar.cost(case.judged, everything)
    spread = ORDER_DISPERSION if bar.kind == "ROAS" else 1.0

    def seen(events: Decimal, exposure: Decimal) -> Seen:
        return Seen(min(_LARGEST, float(events)), min(_LARGEST, float(exposure / cost))).times(1 / spread)

    weeks = tuple((number, seen(bar.events(week), bar.exposure(week))) for number, week in case.weeks)
    return Member(Place(case.ad.ad_id, case.ad.adset_id, case.ad.campaign_id), weeks)
