"""The model's arithmetic on cases worked out by hand."""

import random

import pytest

from tools.analysis.shrinkage import Neighbours, Place, Seen, Strengths, chance_dearer, settled
from tools.analysis.strength import MOST_ADS, USUAL, Member, half, learned

K = Strengths(ad=2.0, adset=4.0, campaign=8.0, memory=1.0, steadiness=32.0)


def test_an_ad_alone_knows_only_the_target():
    """Without neighbours the prior's mean cost is the target, and three levels make it loose."""
    own = Seen(3.0, 9.0)
    prior = Neighbours([(Place("1", "a", "c"), own)], K).prior(Place("1", "a", "c"), own)
    assert prior.exposure == pytest.approx(prior.events)
    assert prior.events == pytest.approx(1 / (1 + 1 / 8 + 1 / 4 + 1 / 2))


def test_what_an_ad_saw_itself_is_not_in_its_prior():
    """However much an ad sells, what is known of it beforehand stays the same."""
    others = [(Place(str(n), f"s{n % 3}", f"c{n % 2}"), Seen(n, 5.0)) for n in range(2, 12)]
    place = Place("1", "s1", "c1")
    priors = [
        Neighbours([(place, own), *others], K).prior(place, own)
        for own in (Seen(), Seen(900.0, 40.0), Seen(0.0, 1e6))
    ]
    for prior in priors[1:]:
        assert prior == pytest.approx(priors[0])


def test_a_neighbour_weighs_at_most_the_strength():
    """However large, a member of a level counts as so many events' worth of exposure, at its own rate."""
    huge = Seen(4000.0, 8000.0).one_of(2.0)
    assert huge.exposure < 2
    assert huge.events / huge.exposure == pytest.approx(0.5)


def test_siblings_say_more_than_strangers():
    """The same bad record in the ad's own set makes it look worse than in another campaign."""
    place, bad = Place("1", "a", "c"), Seen(1.0, 10.0)
    near = Neighbours([(place, Seen()), (Place("2", "a", "c"), bad)], K).prior(place, Seen())
    far = Neighbours([(place, Seen()), (Place("2", "b", "d"), bad)], K).prior(place, Seen())
    assert near.exposure / near.events > far.exposure / far.events > 1


def test_nothing_is_surer_than_the_steadiness_allows():
    """Endless data at twice the target is worth no more than the steadiness."""
    known = settled(Seen(1.0, 1.0), Seen(1e6, 2e6), 16.0)
    assert known.events == pytest.approx(16, rel=1e-3)
    assert chance_dearer(known, 1.15) < 0.999


def members(rng: random.Random, number: int, *, spread: float, turn: float = 0.0) -> list[Member]:
    """Ads with rates of a known spread over eight weeks; each week the rate may turn."""
    made = []
    for n in range(number):
        rate = rng.gammavariate(1 / spread**2, spread**2)
        weeks = []
        for week in range(8):
            rate *= rng.lognormvariate(0, turn)
            mean = 6 * rate
            count = sum(rng.random() < mean / 200 for _ in range(200))
            weeks.append((7 - week, Seen(count, 6.0)))
        made.append(Member(Place(str(n), str(n // 5), str(n // 25)), tuple(reversed(weeks))))
    return made


def test_the_strength_is_that_of_the_account():
    """Ads that are much alike get strong neighbours, ads that differ get weak ones."""
    alike, apart = (learned(members(random.Random(1), 300, spread=s)) for s in (0.2, 1.0))
    assert min(k.ad for k in alike) >= 8
    assert max(k.ad for k in apart) <= 2


def test_past_weeks_fade_where_ads_turn():
    """Where rates wander, older weeks count less, or a week says less about the next."""
    calm, wild = (learned(members(random.Random(2), 300, spread=0.5, turn=t)) for t in (0.0, 0.4))
    assert all(k.memory == 1 and k.steadiness >= 64 for k in calm)
    assert all(k.memory < 1 or k.steadiness <= 16 for k in wild)


def test_few_ads_get_the_usual_strengths():
    """No ad and one ad leave what is usual; so does an account where nothing was spent."""
    idle = Member(Place("1", "1", "1"), ((0, Seen()),))
    for some in ([], [idle], [idle] * 5):
        for k in learned(some):
            assert k.memory == USUAL.memory
            assert USUAL.ad / 2 <= k.ad <= USUAL.ad * 2


def test_no_ad_is_judged_with_strengths_it_took_part_in():
    """Whatever one ad does, the strengths of its own half stay as they were."""
    some = members(random.Random(3), 60, spread=0.6)
    strange = Member(some[0].place, ((0, Seen(0.0, 1e5)),))
    side = half(some[0].place.ad_id)
    assert learned(some)[side] == learned([strange, *some[1:]])[side]


def test_a_large_account_is_sampled_by_whole_ad_sets():
    """More ads than are needed do not take more time, and small changes of order change nothing."""
    many = members(random.Random(4), 3 * MOST_ADS, spread=0.5)
    assert learned(many) == learned(sorted(many, key=lambda m: m.place))
