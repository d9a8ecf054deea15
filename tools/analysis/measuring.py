"""The measuring of one ad among its neighbours against one bar, at what clicks and views cost it now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from typing import NamedTuple, Self
from zlib import crc32

from tools.analysis import strength
from tools.analysis.cases import LATELY_WEEKS, Case
from tools.analysis.chain import baskets, carriers, stories
from tools.analysis.chain.broken_sets import BrokenSets
from tools.analysis.chain.rates_now import NOT_FALLEN, Price, at_prices_of_now
from tools.analysis.chain.stories import Story
from tools.analysis.criteria import Bar, Criteria
from tools.analysis.gamma import density, gamma_p
from tools.analysis.shrinkage import Neighbours, Place, Seen, Strengths, chance_dearer
from tools.analysis.strength import Member
from tools.analysis.tally import Week

_LARGEST = 1e12
"""No ad has seen more than this; it only keeps absurd numbers finite."""
FEWER_BY = 1.0
"""So many standard deviations below what meets the target are hardly chance: one in six."""
_NEWEST_WEEKS = 3
LASTING_WEEKS = 8.0
"""However many weeks there are, together they say no more about today than so many."""
MANY = 2000
"""In an account of more ads, those whose click rate stood still are not asked what their results come of: it is all the same."""
_NEGLIGIBLE = 0.02
"""A side whose chance is below it is not looked at."""
Prices = Mapping[str, Price]


class Judgement(NamedTuple):
    """How one ad stands against one bar: two probabilities, and what its own numbers alone say.

    It looks worse or better only where the newest four weeks do not say the opposite: ads turn, and ad sets break. `cost` is what an event
    is taken to cost now, in targets, `spread` the standard deviation of its log; `per_week` is how its log moves in a week,
    and `worse_soon` the chance to be worse in the middle of the next one. Of what is spent, `wasted` is the part that is
    expected to buy too little, and `earned` what it is expected to bring beyond what it may cost, if it is good after all.
    `tired` is the chance that its click rate fell, `fell` the log of by how much, over `falling_days`.
    """

    bar: Bar
    worse: float
    better: float
    looks_worse: bool
    looks_better: bool
    cost: float
    spread: float
    per_week: float
    worse_soon: float
    wasted: float
    earned: float
    tired: float = 0.0
    fell: float = 0.0
    falling_days: float = 0.0


class _Own(NamedTuple):
    """What an ad's own weeks say: all together, the newest ones, and whether the very newest said that it turned."""

    weeks: tuple[tuple[int, Week], ...]
    place: Place
    seen: Seen
    lately: Seen
    turned: bool

    @classmethod
    def of(cls, case: Case, member: Member, seen: Seen) -> Self:
        """Sum what is needed later."""
        return cls(case.weeks, member.place, seen, member.lately(LATELY_WEEKS), _turned(member))


class _Side(NamedTuple):
    """All ads by one side: the sums that priors are made from, for either half of them, and the ads that are judged by it.

    `broken` are the ad sets, with their campaigns, that sell less than they did.
    """

    neighbours: tuple[Neighbours, Neighbours]
    own: Mapping[str, _Own]
    broken: Collection[tuple[str, str]]


@dataclass(frozen=True)
class Pool:
    """All ads held to one bar, by what they get for clicks and for views, with strengths for either half of them."""

    bar: Bar
    baskets: Mapping[str, baskets.Basket]
    prices: Prices
    sides: Mapping[str, float]
    """The chance of each ad with prices that its results come of clicks."""
    cases: Sequence[Case]

    @classmethod
    def over(cls, bar: Bar, cases: Iterable[Case], prices: Prices) -> Self:
        """Pool ads; for ROAS they must hold results and value together."""
        cases = tuple(cases)
        worth = baskets.of({case.ad.ad_id: case.weeks for case in cases}) if bar.kind == "ROAS" else {}
        pool = cls(bar, worth, prices, {}, cases)
        if bar.kind not in {"CPA", "ROAS"}:
            return pool
        few = len(cases) <= MANY
        found = {
            case.ad.ad_id: carriers.sides(pool.member(case, "clicks"), pool.member(case, "views"))
            for case in cases
            if (price := prices.get(case.ad.ad_id)) and (few or price.clicks.fall.weight > 0)
        }
        return cls(bar, worth, prices, carriers.by_clicks(found), cases)

    @cached_property
    def strengths(self) -> tuple[Strengths, Strengths]:
        """What the account says about neighbours and time, by the side that most results come of."""
        clicks = sum(self.sides.values()) * 2 >= len(self.sides)
        return strength.learned(
            self.member(case, "clicks" if clicks else "views") for case in _sample(self.cases)
        )

    @cached_property
    def _made(self) -> dict[str, "_Side"]:
        return {}

    def _side(self, by: str) -> "_Side":
        """All ads by one side; made when it is asked for."""
        if by not in self._made:
            one, other = self.strengths
            seen, own, sets = [], {}, BrokenSets()
            for case in self.cases:
                member = self.member(case, by)
                both = member.seen(one), member.seen(other)
                seen.append((member.place, *both))
                sets.add(member)
                if self._share(case, by) > _NEGLIGIBLE:
                    own[case.ad.ad_id] = _Own.of(case, member, both[strength.half(case.ad.ad_id)])
            first = Neighbours(((place, mine) for place, mine, _ in seen), one)
            second = Neighbours(((place, mine) for place, _, mine in seen), other)
            self._made[by] = _Side((first, second), own, sets.found())
        return self._made[by]

    def _share(self, case: Case, by: str) -> float:
        """The chance that an ad's results come of this side."""
        clicks = self.sides.get(case.ad.ad_id, 1.0)
        return clicks if by == "clicks" else 1 - clicks

    def judge(self, case: Case, criteria: Criteria) -> Judgement:
        """Measure one of the pooled ads against the others and the bar."""
        shares = [(self._share(case, by), by) for by in ("clicks", "views")]
        told = [(share, self._judged(case, criteria, by)) for share, by in shares if share > _NEGLIGIBLE]
        return told[0][1] if len(told) == 1 else _mixed(told)

    def _judged(self, case: Case, criteria: Criteria, by: str) -> Judgement:
        """Measure an ad by one side."""
        half, tolerance = strength.half(case.ad.ad_id), float(criteria.tolerance)
        k, (neighbours, pooled, broken) = self.strengths[half], self._side(by)
        found = pooled.get(case.ad.ad_id)
        if found is None or found.weeks is not case.weeks:
            member = self.member(case, by)
            found = _Own.of(case, member, member.seen(k))
        _, place, own, lately, turned = found
        prior, most = neighbours[half].prior(place, own), LASTING_WEEKS * k.steadiness
        told = self._stories(case, by)
        basket = self.baskets.get(case.ad.ad_id)
        sold = basket.known(own) if basket else own
        rates = [(story.weight, story.rate(prior, sold, most)) for story in told]
        cost, spread = _cost(rates)
        better, wasted, earned = _stake(rates)
        worse = worse_soon = sum([w * chance_dearer(rate, tolerance) for w, rate in rates])
        dearer = 1.0
        if any(story.next_week != 1 for story in told):
            soon = [(w, rate.dearer(story.next_week)) for (w, rate), story in zip(rates, told, strict=True)]
            dearer = _cost(soon)[0] / cost
            worse_soon = sum([w * chance_dearer(rate, tolerance) for w, rate in soon])
        price = self.prices.get(case.ad.ad_id)
        fall = price.clicks.fall if price and self._by_clicks(by) else NOT_FALLEN
        return Judgement(
            bar=self.bar,
            worse=worse,
            better=better,
            looks_worse=own.exposure * dearer > own.events * tolerance and lately.exposure >= lately.events,
            looks_better=own.exposure <= own.events
            and lately.exposure <= lately.events
            and not turned
            and (place.campaign_id, place.adset_id) not in broken,
            cost=cost,
            spread=spread,
            per_week=2 * log(dearer),
            worse_soon=worse_soon,
            wasted=wasted,
            earned=earned,
            tired=fall.weight,
            fell=fall.fell,
            falling_days=fall.days,
        )

    def _by_clicks(self, by: str) -> bool:
        """Whether the click rate is a part of the cost."""
        return by == "clicks" and self.bar.kind != "CPM"

    def _stories(self, case: Case, by: str) -> list[Story]:
        """What may have become of the rate an ad pays by."""
        price = self.prices.get(case.ad.ad_id)
        if price is None:
            return stories.standing(0.0)
        # the same days are counted in the exposure, where their chance weighs the other way
        known = min(1.0, price.counted / max(1, case.judged.clicks))
        views = max(0.0, price.views.doubt - known * price.views.still)
        if not self._by_clicks(by):
            return stories.standing(views)
        return stories.by_clicks(price, known, views if self.bar.kind != "CTR" else 0.0)

    def member(self, case: Case, by: str) -> Member:
        """An ad's weeks as events on exposure, in units of what an event may cost it, at the prices of now."""
        ad, bar, price = case.ad, self.bar, self.prices.get(case.ad.ad_id)
        cost = self._allowed(case)
        if price is None:
            spent = [bar.exposure(week) for _, week in case.weeks]
        elif bar.kind in {"CPA", "ROAS"}:
            spent = at_prices_of_now(case.weeks, price, by)
        else:
            dearer = _dearer(bar, case, price)
            spent = [dearer * bar.exposure(week) for _, week in case.weeks]
        weeks = [
            (number, Seen(min(_LARGEST, bar.events(week)), min(_LARGEST, exposure / cost)))
            for (number, week), exposure in zip(case.weeks, spent, strict=True)
        ]
        return Member(Place(ad.ad_id, ad.adset_id, ad.campaign_id), tuple(weeks))

    def _allowed(self, case: Case) -> float:
        """What one event may cost this ad."""
        basket = self.baskets.get(case.ad.ad_id)
        if basket:
            return basket.mean / float(self.bar.target)
        return float(self.bar.cost)


def _turned(member: Member) -> bool:
    """Whether the newest weeks, one to three, brought clearly fewer events than the target asks, whatever came before."""
    events = exposure = 0.0
    for number, (seen, over) in member.weeks:
        events, exposure = events + seen, exposure + over
        if number < _NEWEST_WEEKS and exposure - events > FEWER_BY * sqrt(exposure):
            return True
    return False


def _stake(rates: Sequence[tuple[float, Seen]]) -> tuple[float, float, float]:
    """The chance to meet the target; of one unit spent what buys too little, and what a good ad earns beyond it: the mean of what is below and above 0."""
    dearer = wasted = earned = 0.0
    for w, (a, b) in rates:
        below, mean = gamma_p(a, b), a / b
        bought = mean * (below - density(a, b))
        dearer += w * below
        wasted += w * (below - bought)
        earned += w * (mean - bought - (1 - below))
    return 1 - dearer, max(0.0, wasted), max(0.0, earned)


def _cost(rates: Sequence[tuple[float, Seen]]) -> tuple[float, float]:
    """What an event costs, in targets, and the standard deviation of its log."""
    logs = [
        (w, log(rate.exposure / max(rate.events - 1 / 3, rate.events / 2)), 1 / rate.events)
        for w, rate in rates
    ]
    middle = sum([w * value for w, value, _ in logs])
    return exp(middle), sqrt(sum([w * (doubt + (value - middle) ** 2) for w, value, doubt in logs]))


def _sample(cases: Sequence[Case]) -> Sequence[Case]:
    """Of many ads those of some ad sets, more than are learned from, chosen as `strength` chooses."""
    if len(cases) <= MANY:
        return cases
    return sorted(cases, key=lambda case: crc32(case.ad.adset_id.encode(errors="replace")))[:MANY]


def _dearer(bar: Bar, case: Case, price: Price) -> float:
    """For bars of clicks and views: what one costs now against what it cost over all weeks."""
    events = sum(bar.events(week) for _, week in case.weeks)
    exposure = sum(bar.exposure(week) for _, week in case.weeks)
    if events <= 0 or exposure <= 0:
        return 1.0
    now = {"CTR": exp(-price.clicks.now), "CPC": price.of_click, "CPM": 1000 * price.of_view}[bar.kind]
    return now * events / exposure


def _mixed(told: Sequence[tuple[float, Judgement]]) -> Judgement:
    """One judgement of two, each by its chance."""
    (first, a), (second, b) = told
    likelier = a if first >= second else b
    middle = first * log(a.cost) + second * log(b.cost)
    spread = sum(w * (one.spread**2 + (log(one.cost) - middle) ** 2) for w, one in told)
    means = {
        name: first * getattr(a, name) + second * getattr(b, name)
        for name in ("worse", "better", "per_week", "worse_soon", "wasted", "earned")
    }
    return likelier._replace(cost=exp(middle), spread=sqrt(spread), **means)
