"""The Gamma-Poisson model of how sure we are that an ad pays more per result than it should.

Exposure is spend in units of what a result may cost, so an ad that just meets its target has a rate of one
event per exposure. An ad's events on exposure x are Poisson with mean r·x. What is known of its rate r
beforehand comes from the account, the campaign and the ad set in turn, each a Gamma distribution (shape s,
exposure e, mean rate s / e) that the next one is drawn around, with strengths k estimated by `strength.py`:

    account    s = 1,  e = 1                                              nothing but the target is known
    each level s, e += events and exposure of its other members           what belongs to the ad itself left out
    going down s' = 1 / (1/k + 1/s),  e' = s'·e / s                       same mean, less sure

A member enters the sums of its level with weight k / (k + x): however large, it is one draw and says no
more about the others than k events would. An ad's own events n on x then give shape a = s + n and exposure
b = e + x. At last, no rate stands still from week to week: events of one week say at most as much about
the next as κ events (the steadiness) would, so a and b both shrink by κ / (κ + a), and

    P(true cost > tolerance · target) = P(a', b' / tolerance)             with P of `gamma.gamma_p`

More exposure without events never lowers it, more events never raise it: k, κ and the weights of an ad are
never estimated from the ad itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tools.analysis.gamma import gamma_p


class Seen(NamedTuple):
    """Events on an exposure; as a distribution of rates: a Gamma shape and its exposure."""

    events: float = 0.0
    exposure: float = 0.0

    def plus(self, other: "Seen") -> "Seen":
        """Sum two disjoint parts."""
        return Seen(self.events + other.events, self.exposure + other.exposure)

    def without(self, part: "Seen") -> "Seen":
        """What is left when a part of this is taken out."""
        return Seen(max(0.0, self.events - part.events), max(0.0, self.exposure - part.exposure))

    def times(self, factor: float) -> "Seen":
        """Scale both."""
        return Seen(self.events * factor, self.exposure * factor)

    def dearer(self, factor: float) -> "Seen":
        """The same events, each at so many times the cost."""
        return Seen(self.events, self.exposure * factor)

    def one_of(self, strength: float) -> "Seen":
        """Weigh a member down to what it tells about its level."""
        return self.times(strength / (strength + self.exposure))

    def around(self, strength: float) -> "Seen":
        """Go one level down: the distribution of rates of those drawn around this one."""
        return self.times(1 / (1 + self.events / strength))


class Place(NamedTuple):
    """Where an ad belongs."""

    ad_id: str
    adset_id: str
    campaign_id: str


class Strengths(NamedTuple):
    """How alike neighbours are, in events, and how long what was seen holds.

    `memory` is the weight of a week against the week after it; `steadiness` is κ.
    """

    ad: float
    adset: float
    campaign: float
    memory: float
    steadiness: float


_NOTHING_KNOWN = Seen(1.0, 1.0)


class Neighbours:
    """The sums of every ad set and campaign, and of the account, that priors are made from."""

    def __init__(self, members: Iterable[tuple[Place, Seen]], strengths: Strengths) -> None:
        """Pool the members; their order decides the last digits of sums, so it must be a fixed one."""
        self._k = strengths
        sums: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (_, adset, campaign), (events, exposure) in members:
            weight, both = strengths.ad / (strengths.ad + exposure), sums[campaign, adset]  # as `Seen.one_of`
            both[0] += events * weight
            both[1] += exposure * weight
        self._adsets = {key: Seen(*both) for key, both in sums.items()}
        self._campaigns: defaultdict[str, Seen] = defaultdict(Seen)
        for (campaign, _), seen in self._adsets.items():
            self._campaigns[campaign] = self._campaigns[campaign].plus(seen.one_of(strengths.adset))
        self._account = Seen()
        for seen in self._campaigns.values():
            self._account = self._account.plus(seen.one_of(strengths.campaign))
        self._beside: dict[tuple[str, str], Seen] = {}
        """What all other ad sets say about one, by which any of its ads is begun with."""

    def prior(self, place: Place, own: Seen) -> Seen:
        """What the others say about the rate of one of the members, which saw `own` itself."""
        k, key = self._k, (place.campaign_id, place.adset_id)
        adset = self._adsets[key]
        if (beside := self._beside.get(key)) is None:
            campaign = self._campaigns[place.campaign_id]
            known = _NOTHING_KNOWN.plus(self._account.without(campaign.one_of(k.campaign)))
            known = known.around(k.campaign).plus(campaign.without(adset.one_of(k.adset)))
            beside = self._beside[key] = known.around(k.adset)
        part = k.ad / (
            k.ad + own.exposure
        )  # as `without`, `one_of`, `plus` and `around`; it is asked of every ad
        events = beside.events + max(0.0, adset.events - own.events * part)
        exposure = beside.exposure + max(0.0, adset.exposure - own.exposure * part)
        wide = 1 / (1 + events / k.ad)
        return Seen(events * wide, exposure * wide)


def settled(prior: Seen, own: Seen, steadiness: float) -> Seen:
    """Join what is known beforehand with what was seen, as far as it holds for the days to come."""
    known = prior.plus(own)
    return known.times(steadiness / (steadiness + known.events))


def chance_dearer(known: Seen, tolerance: float) -> float:
    """Give the probability that the true cost is beyond tolerance times the target."""
    return gamma_p(known.events, known.exposure / tolerance)
