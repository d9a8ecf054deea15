"""The measuring of one ad among its neighbours against one bar."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.analysis.criteria import Bar, Criteria
from tools.analysis.model import Count, chance_dearer, prior_cost
from tools.analysis.rows import Totals

# The value of n orders spreads as much as n / 2 equal orders would if the worth of single orders has a
# standard deviation equal to its mean (1 + cv² = 2). Daily sums do not show single orders, so it is assumed.
ORDER_DISPERSION = Decimal(2)


@dataclass(frozen=True)
class Judgement:
    """How one ad stands against one bar: two probabilities, and what its raw numbers alone say."""

    bar: Bar
    worse: float
    better: float
    looks_worse: bool
    looks_better: bool


@dataclass(frozen=True)
class Pool:
    """All ads held to one bar: their plain sums, and their weighed counts by account and by ad set."""

    bar: Bar
    totals: Totals
    account: Count
    adsets: Mapping[str, Count]

    @classmethod
    def over(cls, bar: Bar, members: Iterable[tuple[str, Totals]], strength: Decimal) -> Self:
        """Pool (ad set id, totals) of every ad; for ROAS they must hold results and value."""
        ads = tuple(members)
        everything = sum((seen for _, seen in ads), Totals())
        adsets: defaultdict[str, Count] = defaultdict(Count)
        for adset_id, seen in ads:
            adsets[adset_id] += bar.count(seen).as_neighbour(bar.cost(seen, everything, strength), strength)
        return cls(bar, everything, sum(adsets.values(), Count()), adsets)

    def judge(self, adset_id: str, own: Totals, criteria: Criteria) -> Judgement:
        """Measure one of the pooled ads against the others and the bar."""
        k, mine = criteria.strength, self.bar.count(own)
        cost = self.bar.cost(own, self.totals, k)
        weighed = mine.as_neighbour(cost, k)
        prior = prior_cost(self.adsets[adset_id].without(weighed), self.account.without(weighed), cost, k)
        spread = ORDER_DISPERSION if self.bar.kind == "ROAS" else Decimal(1)
        limit = criteria.tolerance * cost
        return Judgement(
            bar=self.bar,
            worse=chance_dearer(mine, prior, limit, k, spread),
            better=1 - chance_dearer(mine, prior, cost, k, spread),
            looks_worse=mine.dearer_than(limit),
            looks_better=not mine.dearer_than(cost),
        )
