"""The Gamma-Poisson model of how sure we are that an ad pays more per result than it should.

An ad's results on spend S are Poisson with mean S / c, where c is its true cost per result. What the rest
of the account says about c enters as k pseudo-results (the prior strength) at a prior cost q:

    1/c ~ Gamma(shape k, exposure k·q)     and, having seen n results on S,
    1/c ~ Gamma(shape k + n, exposure k·q + S)
    P(c > bar) = P((k + n) / d, (k·q + S) / bar / d)      with P of `gamma.gamma_p`

The prior cost is pooled in two steps, each leaving the ad itself out, so that nothing counts twice:

    account: q_a = (S_a + k·target) / (n_a + k)    over the account's other ads; the target if n_a = 0
    ad set:  q   = (S_s + k·q_a) / (n_s + k)       over the other ads of the same ad set

"Cost" is exposure per event: spend per result, spend per click, or impressions per click. The dispersion d
is 1 for counts and more where the events themselves differ in worth (see `criteria.ORDER_DISPERSION`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.analysis.gamma import gamma_p
from tools.analysis.rows import ZERO


@dataclass(frozen=True)
class Count:
    """`events` seen on `exposure` (money in major units, or impressions); negative input counts as 0."""

    events: Decimal
    exposure: Decimal

    def without(self, other: Self) -> Self:
        """What is left when `other`, a part of this, is taken out."""
        return type(self)(max(ZERO, self.events - other.events), max(ZERO, self.exposure - other.exposure))

    def dearer_than(self, cost: Decimal) -> bool:
        """Whether the raw exposure per event is above `cost`; with no events any exposure is."""
        return max(ZERO, self.exposure) > cost * max(ZERO, self.events)


def prior_cost(adset: Count, account: Count, target: Decimal, strength: Decimal) -> Decimal:
    """Pool the cost that the ad's neighbours suggest (formula above); same unit as `target`.

    `adset` and `account` are counts of the *other* ads. `target` and `strength` must be positive.
    No result anywhere says more about tracking or the event's name than about one ad: then the target
    itself is the account's cost.
    """
    pooled = _toward(target, account, strength) if account.events > 0 else target
    return _toward(pooled, adset, strength)


def chance_dearer(own: Count, prior: Decimal, bar: Decimal, strength: Decimal, dispersion: Decimal) -> float:
    """Give the probability that the true cost is above `bar` (same unit as `prior`, both positive).

    It never falls when exposure grows without events, and never rises when events grow.
    """
    shape = strength + max(ZERO, own.events)
    exposure = strength * prior + max(ZERO, own.exposure)
    return gamma_p(float(shape / dispersion), float(exposure / bar / dispersion))


def _toward(cost: Decimal, seen: Count, strength: Decimal) -> Decimal:
    return (max(ZERO, seen.exposure) + strength * cost) / (max(ZERO, seen.events) + strength)
