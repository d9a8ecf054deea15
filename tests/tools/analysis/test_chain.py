"""Price and click rate as they are now: cases worked out by hand, and accounts whose rates are known."""

import random
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from tests.tools.analysis.builders import TODAY, a_day, an_ad, look, look_at
from tools.analysis.chain import baskets, paths
from tools.analysis.chain.rates_now import Level
from tools.analysis.chain.stories import Story
from tools.analysis.chain.tiredness import reconciled
from tools.analysis.fatigue import Fatigue, Reach
from tools.analysis.rows import AdDay, AdInfo
from tools.analysis.shrinkage import Seen
from tools.analysis.tally import Week
from tools.analysis.verdicts import Criteria

STILL = [(0.0, 0.01)] * 7
UNKNOWN = 0.0, 0.0


def series(*ads: list[tuple[float, float]]) -> paths.Series:
    logs, noise = np.array(ads).T
    return paths.Series(logs, noise)


def level(seen: list[tuple[float, float]], before: tuple[float, float] = UNKNOWN) -> Level:
    """Among others, of which nothing is known or other things."""
    seen = [before, *seen]
    several = series([UNKNOWN] * 8, seen, [*seen[1:], UNKNOWN])
    assert several.known[1]
    return paths.mixed(paths.followed(several), paths.USUAL_WAYS).levels()[1]


def test_a_rate_that_stands_still_is_its_mean() -> None:
    """No fall is seen, nothing moves, and seven stretches are nearly as sure as their mean."""
    found = level(STILL)
    assert found.now == pytest.approx(0.0)
    assert found.fall.weight < 0.02
    assert 0.01 / 7 <= found.doubt < 0.01


def test_a_rate_that_falls_is_where_it_fell_to_and_goes_on() -> None:
    """Two weeks of falling by a fifth each four days: today is below the last stretch, next week lower still."""
    found = level([(0.0, 0.004)] * 4 + [(-0.2, 0.004), (-0.4, 0.004), (-0.6, 0.004)])
    assert found.now < -0.62
    assert found.fall.weight > 0.9
    assert found.fall.fell == pytest.approx(0.7, abs=0.12)
    assert -0.45 < found.fall.slope < -0.2


def test_no_stretch_is_no_level_and_gaps_are_passed_over() -> None:
    """Without exposure nothing is known; a stretch without any is no news."""
    assert series([UNKNOWN] * 8, [UNKNOWN, *STILL]).known.tolist() == [False, True]
    gaps = level([(0.0, 0.0), (0.3, 0.01), (0.0, 0.0), *[(0.3, 0.01)] * 4])
    assert gaps.now == pytest.approx(0.3)


def test_what_came_before_tells_a_fall_of_few_clicks_from_luck() -> None:
    """The same four weeks of few clicks are a likelier fall after weeks at the old rate than alone; after weeks at the new one they are less."""
    seen = [(0.0, 0.08), (-0.1, 0.08), (0.0, 0.08), (0.0, 0.08), (-0.3, 0.1), (-0.4, 0.1), (-0.6, 0.1)]
    befores = UNKNOWN, (0.0, 0.01), (-0.5, 0.01)
    alone, high, low = (level(seen, before).fall.weight for before in befores)
    assert high > alone > low


def test_neighbours_say_what_an_ad_was_before_it_fell() -> None:
    """An ad without a result of its own is by its fall dearer than its neighbours, and stays what they are where nothing fell."""
    prior, own = Seen(6.0, 6.0), Seen(0.0, 0.0)
    fell, stood = (Story(1.0, 1.0, fall, 1.0, 0.0).rate(prior, own, 1e9) for fall in (2.0, 1.0))
    assert fell.exposure / fell.events == pytest.approx(2.0)
    assert stood.exposure / stood.events == pytest.approx(1.0)


def days_of(ad: str, rates: list[float], sales: float = 0.02, *, price: float = 0.01) -> list[AdDay]:
    """Ninety days of 5,000 views at 10.00 a thousand; clicks by rate (oldest first), results per click."""
    made = []
    for ago in range(len(rates), 0, -1):
        clicks = round(5000 * rates[-ago])
        bought = round(clicks * sales * (0.72, 0.86, 0.93)[ago - 1]) if ago < 4 else round(clicks * sales)
        made.append(a_day(ad, ago, str(5000 * price), str(bought), impressions=5000, clicks=clicks))
    return made


FLAT = [0.02] * 90
TIRED = [0.02] * 76 + [0.02 * 0.45 ** (n / 14) for n in range(1, 15)]
BACK = [0.02] * 60 + [0.008] * 18 + [0.02] * 12


def test_a_tired_ad_is_refreshed_never_scaled() -> None:
    """Thirteen weeks are far better than target, today is not: it wants a new picture, and the reason says why."""
    ads = [an_ad("1"), *(an_ad(n) for n in "23456")]
    rows = [*days_of("1", TIRED, 0.03), *(r for n in "23456" for r in days_of(n, FLAT, 0.03))]
    seen = {v.ad.ad_id: v for v in look(ads, rows, Criteria(target_cpa=Decimal(28))).verdicts}
    tired = seen["1"]
    assert (tired.decision, {seen[n].decision for n in "23456"}) == ("refresh", {"scale"})
    assert tired.judged.cpa is not None
    assert tired.heading is not None
    assert tired.judged.cpa < 25
    assert 30 < tired.heading.now < 50
    assert "link CTR fell" in tired.reason
    assert "next week: give it a new picture or text" in tired.reason


def test_a_tired_ad_that_still_meets_its_target_is_told_when_it_will_not() -> None:
    """It is kept, not scaled, and the day it misses the target is named."""
    ads = [an_ad(n) for n in "123456"]
    rows = [*days_of("1", TIRED, 0.025), *(r for n in "23456" for r in days_of(n, FLAT, 0.025))]
    tired = next(v for v in look(ads, rows, Criteria(target_cpa=Decimal(75))).verdicts if v.ad.ad_id == "1")
    assert tired.decision == "keep"
    assert tired.heading is not None
    assert tired.heading.misses_on is not None
    assert TODAY < tired.heading.misses_on < TODAY + timedelta(days=30)
    assert f"misses the target from about {tired.heading.misses_on}" in tired.reason


def test_a_recovered_ad_is_not_paused_for_its_past() -> None:
    """Weeks of a bad click rate that is over do not count at the prices they had."""
    ads = [an_ad(n) for n in "123456"]
    rows = [*days_of("1", BACK, 0.025), *(r for n in "23456" for r in days_of(n, FLAT, 0.025))]
    back = next(v for v in look(ads, rows, Criteria(target_cpa=Decimal(25))).verdicts if v.ad.ad_id == "1")
    assert back.decision in {"keep", "scale"}


def test_no_ad_of_an_ad_set_that_sells_less_than_it_did_is_raised() -> None:
    """Ten days of half the sales are chance in one ad and none in five: the ads of that set are kept, those of a steady one scaled."""

    def sold(ad: str, lately: float) -> list[AdDay]:
        newest = [row for row in days_of(ad, FLAT, lately) if (TODAY - row.date).days <= 10]
        return [*days_of(ad, FLAT, 0.04)[:-10], *newest]

    together, alone = "abcde", "f"
    ads = [
        *(an_ad(n, adset="1") for n in together),
        an_ad(alone, adset="2"),
        *(an_ad(n, adset="3") for n in "vwxyz"),
    ]
    rows = [row for ad in ads for row in sold(ad.ad_id, 0.04 if ad.adset_id == "3" else 0.018)]
    seen = {v.ad.ad_id: v.decision for v in look(ads, rows).verdicts}
    assert {seen[n] for n in together} == {"keep"}
    assert {seen[n] for n in (alone, *"vwxyz")} == {"scale"}


def test_a_season_of_the_whole_account_is_nobodys_fault() -> None:
    """Five days of a sale at twice the price for all ads move no ad's cost of today by more than a tenth."""
    ads = [an_ad(n) for n in "12345678"]
    rows = [
        row if not 2 <= (TODAY - row.date).days <= 6 else AdDay(**(_fields(row) | {"spend": row.spend * 2}))
        for n in "12345678"
        for row in days_of(n, FLAT, 0.02)
    ]
    for verdict in look(ads, rows).verdicts:
        assert verdict.heading is not None
        assert verdict.heading.now == pytest.approx(Decimal(25), rel=Decimal("0.1"))
        assert not verdict.heading.tired


def _fields(row: AdDay) -> dict[str, object]:
    return {name: getattr(row, name) for name in AdDay.__slots__}


def test_views_carry_the_results_where_clicks_do_not() -> None:
    """Where click rates wander and results stay, a fallen click rate is no dearer ad."""
    rng, ads, rows = random.Random(1), list[AdInfo](), list[AdDay]()
    for n in range(18):
        rates = [0.02 * (0.4 if (n + week) % 3 == 0 else 1.0) for week in range(13) for _ in range(7)]
        rates = rates[:-7] + [0.008 if n < 6 else 0.02] * 7
        ads.append(an_ad(str(n), adset=str(n // 5)))
        for row in days_of(str(n), rates, 0.0):
            results = sum(rng.random() < 0.0003 for _ in range(500)) + sum(
                rng.random() < 0.002 for _ in range(900)
            )
            rows.append(AdDay(**(_fields(row) | {"results": Decimal(results)})))
    seen = look(ads, rows, Criteria(target_cpa=Decimal(30))).verdicts
    worn = [v for v in seen if int(v.ad.ad_id) < 6]
    assert {v.decision for v in worn} <= {"keep", "scale", "watch"}


def selling(values: list[int]) -> list[tuple[int, Week]]:
    """Weeks of four orders each, worth so much together, newest first."""
    made = []
    for number, value in enumerate(values):
        week = Week()
        week.results, week.value = Decimal(4), Decimal(value)
        made.append((number, week))
    return made


def test_few_large_orders_make_no_sure_mean() -> None:
    """The same value in a few orders leaves an ad's mean order with more doubt than in equal ones."""
    equal = baskets.of({str(n): selling([280] * 6) for n in range(20)})
    uneven = baskets.of({str(n): selling([80] * 5 + [1280]) for n in range(20)})
    assert equal["1"].mean == pytest.approx(uneven["1"].mean, rel=0.01)
    assert uneven["1"].doubt > 2 * equal["1"].doubt


def test_one_giant_order_makes_the_other_ads_no_more_alike() -> None:
    """Ads whose mean orders differ by a third are not held for equal because one of two hundred had a huge order."""
    weeks = {str(n): selling([200 if n % 2 else 400] * 6) for n in range(200)}
    giant = weeks | {"giant": selling([200] * 5 + [60_000])}
    differ = 1 / 9
    assert baskets.of(weeks)["1"].mean < 55
    unknown = baskets.of(giant)["1"].doubt
    assert differ / 2 < unknown < differ


def test_neighbours_say_more_of_an_ad_whose_orders_are_few_and_large() -> None:
    """An ad that sold worse than its neighbours is held for less bad where it is unknown what its orders are worth."""
    ads = [an_ad(str(n)) for n in range(8)]
    against = []
    for large in (1, 8):
        rows = [
            AdDay(
                **(_fields(row) | {"value": row.results * 70 * (large if row.date.day % large == 0 else 1)})
            )
            for n in range(8)
            for row in days_of(str(n), FLAT, 0.02 if n else 0.01)
        ]
        seen = {v.ad.ad_id: v for v in look(ads, rows, Criteria(target_roas=Decimal(2))).verdicts}
        bad, good = seen["0"].heading, seen["1"].heading
        assert bad is not None
        assert good is not None
        against.append(bad.now / good.now)
    assert against[1] > Decimal("1.03") * against[0]


@pytest.mark.parametrize(
    ("target", "frequency", "advice", "words"),
    [
        (28, "1.2", "refresh", "link CTR"),
        (28, "6.0", "rest", "link CTR"),
        (75, "1.2", "tires", "its cost still holds; it misses the target from about"),
        (9, "1.2", "pause", "its cost says pause"),
    ],
)
def test_the_click_rate_and_the_cost_say_the_same(
    target: int, frequency: str, advice: str, words: str
) -> None:
    """What the daily check advises on a tired ad is what the review decided."""
    ads = [an_ad(n) for n in "123456"]
    rows = [*days_of("1", TIRED, 0.025), *(r for n in "23456" for r in days_of(n, FLAT, 0.025))]
    seen = look(ads, rows, Criteria(target_cpa=Decimal(target)))
    worn = Fatigue(
        "1",
        "refresh",
        "link CTR 2 % → 1 %: give it a new picture",
        0.95,
        TODAY,
        ctr_now=Decimal(1),
        reach=Reach(Decimal(frequency)),
    )
    (one,) = reconciled([worn], seen.verdicts)
    assert one.advice == advice
    assert words in one.reason
    going = next(v.heading for v in seen.verdicts if v.ad.ad_id == "1")
    assert going is not None
    if going.tired:
        assert (one.turned, round(float(one.drop), 6)) == (going.since, round(going.fell, 6))
        assert f"fell {going.fell * 100:.0f} % since about {going.since}" in one.reason


def test_an_ad_no_verdict_knows_keeps_the_advice_of_its_click_rate() -> None:
    """Where nothing says what an ad costs, its click rate alone advises."""
    worn = Fatigue("1", "refresh", "link CTR 2 % → 1 %", 0.95, TODAY)
    assert reconciled([worn], look_at(an_ad(status="PAUSED"), []) and []) == [worn]
