"""Which pauses go into one run, and where budgets would go."""

from decimal import Decimal

from tests.tools.analysis.builders import an_ad, look, spread
from tools.analysis.care import outlook, planned
from tools.analysis.scaling import candidates, stepped


def losers(*ads):
    """A review in which every one of these ads is to be paused, the first ones costliest."""
    rows = [row for n, ad in enumerate(ads) for row in spread(ad.ad_id, spend=900 - 10 * n)]
    return look(ads, rows).verdicts


def ids(verdicts):
    return [v.ad.ad_id for v in verdicts]


def test_the_last_delivering_ad_of_an_ad_set_is_put_apart():
    """Of an ad set whose ads are all bad, the least costly one is left to be asked for."""
    ads = [an_ad("1"), an_ad("2"), an_ad("3", adset="20")]
    plan = planned(losers(*ads), ads, {}, 10)
    assert (ids(plan.now), ids(plan.last)) == (["1"], ["2", "3"])
    assert plan.left_in_adset["10"] == 1


def test_ads_below_a_paused_parent_do_not_deliver():
    """A sibling that does not run is nobody's replacement; one that runs is."""
    bad = an_ad("1")
    for status, apart in (("ADSET_PAUSED", ["1"]), ("PAUSED", ["1"]), ("ACTIVE", [])):
        plan = planned(losers(bad), [bad, an_ad("2", effective_status=status)], {}, 10)
        assert ids(plan.last) == apart


def test_one_run_takes_the_worst_and_leaves_the_protected():
    """Protected ads are named, the rest is capped, worst first."""
    ads = [an_ad(str(n)) for n in range(1, 6)]
    plan = planned(losers(*ads), [*ads, an_ad("9")], {"1": "*evergreen*"}, 2)
    assert (ids(plan.protected), ids(plan.now), ids(plan.later)) == (["1"], ["2", "3"], ["4", "5"])


def test_a_stricter_threshold_pauses_fewer_and_expects_fewer_good():
    """Each threshold says how many pauses reach it and how many of them are expected to be good."""
    ads = [an_ad(str(n)) for n in range(1, 4)]
    rows = [row for n, ad in enumerate(ads) for row in spread(ad.ad_id, spend=300, results=2 * n)]
    seen = [v for v in look(ads, rows).verdicts if v.decision == "pause"]
    table = outlook(seen, (0.0, 0.9, 0.99))
    assert [number for _, number, _ in table] == sorted((n for _, n, _ in table), reverse=True)
    assert [good for _, _, good in table] == sorted((g for _, _, g in table), reverse=True)


def test_a_budget_is_raised_where_the_winners_take_it():
    """A holder whose winners take the spend is a candidate; one in the learning phase, or with a big loser, is not."""
    ads = [an_ad("1"), an_ad("2", adset="20"), an_ad("3", adset="20"), an_ad("4", adset="30", learning=True)]
    rows = [
        *spread("1", spend=1000, results=100),
        *spread("2", spend=600, results=60),
        *spread("3", spend=5000, results=40),
        *spread("4", spend=600, results=60),
    ]
    verdicts = look(ads, rows).verdicts
    found = candidates(verdicts, {ad.ad_id: ad.adset_id for ad in ads})
    assert [(c.holder_id, bool(c.hurdle)) for c in found] == [("10", False), ("20", True)]


def test_a_step_stays_inside_the_limits():
    """At most the brand's step, at most 20 %, at most the ceiling, and never down."""
    assert stepped(5000, Decimal(20), 10_000) == 6000
    assert stepped(5000, Decimal(50), 10_000) == 6000
    assert stepped(5000, Decimal(10), 10_000) == 5500
    assert stepped(9500, Decimal(20), 10_000) == 10_000
    assert stepped(12_000, Decimal(20), 10_000) == 12_000
    assert stepped(3, Decimal(20), 10_000) == 3
