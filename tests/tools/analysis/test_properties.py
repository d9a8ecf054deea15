"""What must hold for every table, not only for the ones we thought of."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tools.analysis.builders import TODAY, a_day, an_ad, look, spread
from tools.analysis.rows import AdDay
from tools.analysis.verdicts import Criteria, Review

money = st.decimals(0, 5000, places=2)
goals = st.sampled_from(
    [None, "OFFSITE_CONVERSIONS", "VALUE", "LEAD_GENERATION", "LINK_CLICKS", "REACH", "???"]
)
statuses = st.sampled_from(["ACTIVE", "IN_PROCESS", "PAUSED", "ADSET_PAUSED", "", "NEW_WORD"])
ad_ids = st.sampled_from("123456")
ads = st.builds(
    lambda ad_id, goal, adset, status, learning: an_ad(
        ad_id, goal=goal, adset=adset, effective_status=status, learning=learning
    ),
    ad_ids,
    goals,
    st.sampled_from(["10", "20"]),
    statuses,
    st.booleans(),
)
RATIOS = {"target_roas", "min_ctr", "tolerance"}
targets = st.none() | st.decimals("0.01", 500, places=2)
criteria = st.builds(
    Criteria,
    target_cpa=targets,
    target_roas=targets,
    min_ctr=targets,
    max_cpc=targets,
    min_spend=st.none() | money,
    min_days=st.integers(0, 9),
    max_cpm=targets,
)
rows = st.builds(
    AdDay,
    ad_id=ad_ids,
    date=st.integers(-1, 20).map(lambda ago: TODAY - timedelta(days=ago)),
    spend=money,
    impressions=st.integers(0, 10000),
    clicks=st.integers(0, 10000),
    results=st.integers(0, 50).map(Decimal) | st.decimals(0, 50, places=2),
    value=money,
)
absurd = st.builds(
    AdDay,
    ad_id=st.text(max_size=3) | ad_ids,
    date=st.dates(),
    spend=st.decimals(-(10**15), 10**15, places=2),
    impressions=st.integers(-(10**12), 10**12),
    clicks=st.integers(-(10**6), 10**6),
    results=st.integers(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=3),
    value=st.decimals(-(10**15), 10**15, places=2),
)


def chances(seen: Review) -> dict[str, float]:
    return {v.ad.ad_id: v.probability_worse for v in seen.verdicts if v.probability_worse is not None}


@given(st.lists(ads, max_size=8), st.lists(rows, max_size=60), criteria, st.randoms())
def test_order_does_not_matter(some_ads, days, how, random):
    """Shuffled ads and rows give the same review, to the last digit."""
    before = look(some_ads, days, how)
    random.shuffle(some_ads)
    random.shuffle(days)
    assert look(some_ads, days, how) == before


@given(st.lists(ads, max_size=6), st.lists(rows, min_size=1, max_size=40), criteria, st.data())
def test_a_day_in_two_rows_is_the_same_day(some_ads, days, how, data):
    """Splitting one row of a day into two parts changes nothing."""
    i = data.draw(st.integers(0, len(days) - 1))
    whole = days[i]
    zero = replace(whole, spend=Decimal(0), impressions=0, clicks=0, results=Decimal(0), value=Decimal(0))
    some = replace(zero, spend=whole.spend / 4, impressions=whole.impressions // 3, clicks=whole.clicks)
    rest = replace(
        whole, spend=whole.spend - some.spend, impressions=whole.impressions - some.impressions, clicks=0
    )
    assert look(some_ads, [*days[:i], some, *days[i + 1 :], rest], how) == look(some_ads, days, how)


@given(
    st.lists(ads, max_size=6),
    st.lists(rows, max_size=40),
    criteria,
    st.sampled_from(["0.01", "7", "1000", "25400"]),
)
@example(
    [an_ad(goal="REACH")],
    [replace(a_day(ago=n + 1), spend=Decimal("0.01"), impressions=0) for n in range(4)],
    Criteria(max_cpm=Decimal("0.01"), min_days=0),
    "0.01",
)
def test_the_currency_does_not_matter(some_ads, days, how, rate):
    """Money times k against targets times k gives the same decisions and probabilities."""
    k = Decimal(rate)

    amounts = {n: v for n, v in vars(how).items() if isinstance(v, Decimal) and n not in RATIOS}
    there = replace(how, **{name: amount * k for name, amount in amounts.items()})
    here = look(some_ads, days, how)
    abroad = look(some_ads, [replace(d, spend=d.spend * k, value=d.value * k) for d in days], there)
    decided = {v.ad.ad_id: v.decision for v in here.verdicts}
    assert {v.ad.ad_id: v.decision for v in abroad.verdicts} == decided
    assert chances(abroad) == pytest.approx(chances(here), abs=1e-9)


@given(
    st.lists(rows, max_size=40),
    st.sampled_from([{"target_cpa": Decimal(25)}, {"target_roas": Decimal(2)}]),
    money,
)
def test_more_spend_without_results_never_helps(days, target, more):
    """An ad that spends more for the same results is never thought better of, where nobody counts clicks."""
    days = [replace(day, clicks=0) for day in days]
    how = Criteria(**target, min_days=0, min_spend=Decimal(0))
    several = [an_ad(i, adset="10" if i in "135" else "20") for i in "123456"]
    before = chances(look(several, days, how)).get("1", 0.0)
    after = chances(look(several, [*days, a_day("1", 10, more, clicks=0)], how)).get("1", 0.0)
    assert after >= before - 1e-9


@given(st.decimals(1, 9, places=2), st.integers(0, 40), st.integers(0, 3))
def test_a_dearer_ad_is_never_thought_better_of(times, results, clicks):
    """The same views, clicks and results at so many times the price make an ad look worse, however they are spread."""
    rows = [a_day("1", ago, "20", impressions=1000, clicks=10 + clicks * (ago % 3)) for ago in range(1, 28)]
    rows[3] = replace(rows[3], results=Decimal(results))
    others = [row for ad in "2345" for row in spread(ad, spend=500, results=18)]
    several = [an_ad(ad) for ad in "12345"]
    cheap = chances(look(several, [*rows, *others]))["1"]
    dear = chances(look(several, [*(replace(row, spend=row.spend * times) for row in rows), *others]))["1"]
    assert dear >= cheap - 1e-9


@given(st.integers(1, 60), st.integers(0, 60))
def test_more_results_on_the_same_spend_never_hurt(results, more):
    """An ad that gets more for the same spend is never thought worse of."""
    few, many = (
        chances(look([an_ad()], spread(spend=800, results=n)))["1"] for n in (results, results + more)
    )
    assert many <= few + 1e-9


@given(
    st.lists(ads | st.builds(an_ad, st.text(max_size=2)), max_size=6),
    st.lists(absurd, max_size=30),
    criteria,
    st.dates(),
)
def test_no_table_raises(some_ads, days, how, today):
    """However absurd the rows and dates, every ad gets one verdict with a reason and a real probability."""
    seen = look(some_ads, days, how, today=today)
    assert sorted(v.ad.ad_id for v in seen.verdicts) == sorted({ad.ad_id for ad in some_ads})
    assert all(0 <= p <= 1 for p in chances(seen).values())
    assert all(
        v.reason and (v.probability_worse is None) == (v.decision in {"too early", "not judged"})
        for v in seen.verdicts
    )
    assert 0 <= seen.expected_good <= len(seen.verdicts)


@given(st.lists(rows, max_size=40), st.sampled_from([date.min, date.max]))
def test_the_ends_of_the_calendar(days, today):
    """No date is too early or too late to be today."""
    assert len(look([an_ad()], days, today=today).verdicts) == 1
