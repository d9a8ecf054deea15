"""The Gamma-Poisson model of how sure we are that an ad pays more per result than it should.

An ad's results on spend S are Poisson with mean S / c, where c is its true cost per result. What the rest
of the account says about c enters as k pseudo-results (the prior strength) at a prior cost q:

    1/c ~ Gamma(shape k, exposure k·q)     and, having seen n results on S,
    1/c ~ Gamma(shape k + n, exposure k·q + S)
    P(c > bar) = P((k + n) / d, (k·q + S) / bar / d)      with P of `gamma.gamma_p`

The prior cost is pooled in two steps, each leaving the ad itself out, so that nothing counts twice:

    account: q_a = (S_a + k·target) / (n_a + k)       over the account's other ads; the target if n_a = 0
    ad set:  q   = (S_s + 2k·q_a) / (n_s + 2k)        over the other ads of the same ad set

Each neighbour enters these sums with weight w = k / (k + S / target): however much it spent, it is one draw
from the ads this one is compared with and says no more about it than k results would. Summed plainly, a
few big siblings made the probabilities too sure (seen in simulation: twice the good ads paused than told).

"Cost" is exposure per event: spend per result, spend per click, or impressions per click. The dispersion d
is 1 for counts and more where the events themselves differ in worth (see `judging.ORDER_DISPERSION`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.analysis.gamma import gamma_p
from tools.analysis.rows import ZERO

# How firmly an ad set is held to its account, in prior strengths: ad sets differ less than ads do.
_SET_ANCHOR = 2


@dataclass(frozen=True)
class Count:
    """`events` seen on `exposure` (money in major units, or impressions), neither below 0."""

    events: Decimal = ZERO
    exposure: Decimal = ZERO

    def __add__(self, other: Self) -> Self:
        """Sum two disjoint parts."""
        return type(self)(self.events + other.events, self.exposure + other.exposure)

    def without(self, other: Self) -> Self:
        """What is left when `other`, a part of this, is taken out."""
        return type(self)(max(ZERO, self.events - other.events), max(ZERO, self.exposure - other.exposure))

    def dearer_than(self, cost: Decimal) -> bool:
        """Whether the raw exposure per event is above `cost`; with no events any exposure is."""
        return self.exposure > cost * self.events

    def as_neighbour(self, cost: Decimal, strength: Decimal) -> Self:
        """Weigh this ad down to what it tells about another one (formula above)."""
        weight = strength / (strength + self.exposure / cost)
        return type(self)(weight * self.events, weight * self.exposure)


def prior_cost(siblings: Count, others: Count, target: Decimal, strength: Decimal) -> Decimal:
    """Pool the cost that the weighed neighbours suggest (formula above); same unit as `target`.

    `siblings` are the other ads of the ad set, `others` all other ads of the account, siblings included.
    No result anywhere says more about tracking or the event's name than about one ad: then the target
    itself is the account's cost. `target` and `strength` must be positive.
    """
    account = _toward(target, others, strength) if others.events > 0 else target
    return _toward(account, siblings, _SET_ANCHOR * strength)


def chance_dearer(own: Count, prior: Decimal, bar: Decimal, strength: Decimal, dispersion: Decimal) -> float:
    """Give the probability that the true cost is above `bar` (same unit as `prior`, both positive).

    It never falls when exposure grows without events, and never rises when events grow.
    """
    shape = (strength + own.events) / dispersion
    exposure = (strength * prior + own.exposure) / dispersion
    return gamma_p(float(shape), float(exposure / bar))


def _toward(cost: Decimal, seen: Count, strength: Decimal) -> Decimal:
    return (seen.exposure + strength * cost) / (seen.events + strength)
