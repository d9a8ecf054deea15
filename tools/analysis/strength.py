"""How much neighbours, and past weeks, tell about an ad: estimated from the account itself.

Nothing is assumed that the account can say. Every candidate value foretells numbers that are known, and the
one that foretells them best (log-likelihood of the negative binomial) is taken:

- memory and steadiness: each week of each ad from the weeks before it;
- the strengths of ad, ad set and campaign: each ad from its neighbours.

A weak log-normal leaning towards usual values decides where there are few ads. An ad is never judged with
strengths it took part in: the account is split in two by ad id, and each half is judged by the other's.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial
from math import lgamma, log
from typing import NamedTuple
from zlib import crc32

from tools.analysis.shrinkage import Neighbours, Place, Seen, Strengths

USUAL = Strengths(ad=3.0, adset=8.0, campaign=16.0, memory=1.0, steadiness=64.0)
_TIMES_USUAL = tuple(2.0**i for i in range(-3, 5))
_STEADINESS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 1000.0)
_MEMORY = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_FORGETFUL = 10.0
"""How much log-likelihood a whole unit of memory must win before past weeks are discounted."""
MOST_ADS = 600
"""Ads of each half that strengths are learned from; more change the second digit at most."""


class Member(NamedTuple):
    """An ad with what was seen of it week by week: number of the week (0 is the newest) and sums."""

    place: Place
    weeks: tuple[tuple[int, Seen], ...]

    def seen(self, k: Strengths) -> Seen:
        """Sum the weeks, each by what it says of the others, older ones by what is remembered of them."""
        events = exposure = 0.0
        for number, (seen, over) in self.weeks:
            kept = k.steadiness / (k.steadiness + over)  # as `Seen.one_of`
            if k.memory < 1:
                kept *= k.memory ** min(number, 5000)
            events += seen * kept
            exposure += over * kept
        return Seen(events, exposure)

    def lately(self, weeks: int) -> Seen:
        """Sum the newest weeks."""
        some = [week for number, week in self.weeks if number < weeks]
        return Seen(sum([seen for seen, _ in some]), sum([over for _, over in some]))


def half(ad_id: str) -> int:
    """Tell which half of the account an ad belongs to: 0 or 1."""
    return crc32(ad_id.encode(errors="replace")) & 1


def learned(members: Iterable[Member]) -> tuple[Strengths, Strengths]:
    """Give the strengths that the ads of either half are judged with; the order of members is to be fixed."""
    halves: tuple[list[Member], list[Member]] = ([], [])
    for member in members:
        halves[1 - half(member.place.ad_id)].append(member)
    first, second = (_fitted(tuple(_sample(one))) for one in halves)
    return first, second


def _sample(members: Sequence[Member]) -> Sequence[Member]:
    """Whole ad sets, chosen by id."""
    if len(members) <= MOST_ADS:
        return members
    return sorted(members, key=lambda m: (crc32(m.place.adset_id.encode(errors="replace")), m.place))[
        :MOST_ADS
    ]


@lru_cache(maxsize=8)
def _fitted(members: tuple[Member, ...]) -> Strengths:
    """Try all candidates, each once; an account is reviewed again and again while somebody talks about it."""
    weeks = cache(partial(_foretold_weeks, members, _rate(members)))
    best = max((USUAL._replace(steadiness=kappa) for kappa in _STEADINESS), key=weeks)
    best = max((best._replace(memory=memory) for memory in _MEMORY), key=weeks)
    best = max((best._replace(steadiness=kappa) for kappa in _STEADINESS), key=weeks)
    ads = cache(partial(_foretold_ads, [(member.place, member.seen(best)) for member in members]))
    for _ in range(2):
        for name in ("ad", "adset", "campaign"):
            options = [best._replace(**{name: getattr(USUAL, name) * times}) for times in _TIMES_USUAL]
            best = max(options, key=ads)
    return best


def _rate(members: Sequence[Member]) -> float:
    """The account's events per exposure; one more of each keeps it finite."""
    weeks = [seen for member in members for _, seen in member.weeks]
    return (1 + sum([events for events, _ in weeks])) / (1 + sum([exposure for _, exposure in weeks]))


def _foretold_weeks(members: Sequence[Member], rate: float, k: Strengths) -> float:
    """How well each week follows from the weeks before it."""
    fit = -_FORGETFUL * (1 - k.memory) - _leaning(k, ("steadiness",))
    return fit + sum(foretold(member.weeks, rate, k) for member in members)


def foretold(weeks: Sequence[tuple[int, Seen]], rate: float, k: Strengths) -> float:
    """How well each week of one ad follows from those before it; `rate` is that of its account."""
    fit = events = exposure = 0.0
    last: int | None = None
    for number, (seen, over) in reversed(weeks):
        if over <= 0:
            continue
        if last is not None:
            kept = k.memory ** min(last - number, 5000)
            events, exposure = events * kept, exposure * kept
        told, under = k.ad + events, k.ad / rate + exposure
        around = 1 / (1 + told / k.steadiness)  # as `Seen.around`; this is where the time of a review goes
        fit += _log_chance(seen, over, told * around, under * around)
        heard = k.steadiness / (k.steadiness + over)
        events, exposure, last = events + seen * heard, exposure + over * heard, number
    return fit


def _foretold_ads(known: Sequence[tuple[Place, Seen]], k: Strengths) -> float:
    """How well each ad follows from its neighbours."""
    neighbours = Neighbours(known, k)
    fit = -_leaning(k, ("ad", "adset", "campaign"))
    return fit + sum(
        _log_chance(*own, *neighbours.prior(place, own)) for place, own in known if own.exposure > 0
    )


def _leaning(k: Strengths, names: Iterable[str]) -> float:
    """What it costs to differ from the usual."""
    return sum(log(getattr(k, name) / getattr(USUAL, name)) ** 2 / 2 for name in names)


def _log_chance(n: float, x: float, s: float, e: float) -> float:
    """Log-chance of n events on exposure x, up to a constant: Poisson, its rate drawn from the Gamma of s and e."""
    both = log(e + x)
    there = s * (log(e) - both)
    return lgamma(s + n) - lgamma(s) + there + n * (log(x) - both) if n else there
