"""Fatigue is told from noise, weekends and seasons; the day and the advice follow from the numbers."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fatigue import TODAY, World, account, false_alarms, flagged, flat, found, tiring
from tests.draws import examples
from tools.analysis.decline import NONE, scan
from tools.analysis.fatigue import WINDOW_DAYS, Fatigue, Reach, fatigue
from tools.analysis.rows import AdDay


def look(rows: list[AdDay], ad: str = "0", **kwargs) -> Fatigue:
    """What is said of one ad."""
    (one,) = fatigue(rows, today=TODAY, delivering=[ad], **kwargs)
    return one


def series(ctr, *, ad: str = "0", seen: int = 2000, results=lambda _: 1) -> list[AdDay]:
    """An ad with exactly so many clicks as `ctr` (in percent) of each day of the window makes."""
    first = TODAY - timedelta(days=WINDOW_DAYS)
    return [
        AdDay(
            ad,
            first + timedelta(days=n),
            Decimal(20),
            seen,
            round(seen * ctr(n) / 100),
            results(n),
            Decimal(0),
        )
        for n in range(WINDOW_DAYS)
    ]


@pytest.mark.parametrize(
    "world",
    [
        World(),
        World(ads=3),
        World(weekend=0.5),
        World(clicks_a_day=5),
        World(clicks_a_day=200),
        World(ad_noise=0.3, account_noise=0.2),
        World(mood=0.15),
        World(season=tiring(0.4, 28, 1)),
    ],
    ids=["noise", "few ads", "weekends", "few clicks", "many clicks", "restless", "moods", "season"],
)
def test_ads_that_do_not_tire_are_rarely_called_tired(world):
    """At most 5 % false alarms whatever else moves: weekends, moods, a season that takes all ads down."""
    assert false_alarms(world, runs=max(1, 100 // world.ads)) <= 0.05


@pytest.mark.parametrize(
    ("clicks", "fall", "least"), [(80, 0.35, 0.7), (80, 0.5, 0.9), (20, 0.5, 0.6)], ids=str
)
def test_ads_that_tire_are_found_with_the_day(clicks, fall, least):
    """The more clicks and the deeper the fall, the surer it is found, and the day is within a few days."""
    share, off = found(World(clicks_a_day=clicks), fall, since=28, over=1, runs=8)
    assert share >= least
    assert off <= 3


def test_a_fall_names_the_day_it_turned_and_how_far_it_fell():
    """2 % until day 28, then 1 %: the day is in the range that is given."""
    one = look(series(lambda n: 2.0 if n < 28 else 1.0))
    true_day = TODAY - timedelta(days=WINDOW_DAYS - 28)
    assert one.advice == "refresh"
    assert one.turned == true_day
    assert one.earliest <= true_day <= one.latest
    assert one.drop == Decimal("0.5")
    assert one.probability > 0.9
    assert f"CTR 2.00 % → 1.00 % since about {true_day}" in one.reason


def test_a_season_of_all_ads_is_no_fatigue_of_one():
    """The same fall in all ads alike is not called fatigue; in one among steady ones it is."""
    falling = [row for ad in "0123" for row in series(lambda n: 2.0 if n < 28 else 1.0, ad=ad)]
    assert look(falling).advice == "keep"
    steady = [row for ad in "123" for row in series(lambda _: 2.0, ad=ad)]
    assert look(series(lambda n: 2.0 if n < 28 else 1.0) + steady).advice == "refresh"


def test_an_ad_is_not_tired_because_others_improve():
    """Steady beside a giant that doubles its click rate: keep."""
    rising = series(lambda n: 1.0 if n < 28 else 2.0, ad="1", seen=50_000)
    assert look(series(lambda _: 2.0) + rising).advice == "keep"


def test_people_who_saw_it_too_often_get_a_rest_from_it():
    """High frequency or hardly anybody new: rest; else a new picture is worth a try."""
    rows = series(lambda n: 2.0 if n < 28 else 1.0)
    for reach, advice in (
        (Reach(Decimal(4), Decimal("0.5")), "rest"),
        (Reach(Decimal(2), Decimal("0.1")), "rest"),
        (Reach(Decimal(2), Decimal("0.5")), "refresh"),
        (Reach(Decimal(2), None), "refresh"),
    ):
        assert look(rows, reach={"0": reach}).advice == advice
    assert look(rows, reach={"0": Reach(Decimal(2))}, max_frequency=Decimal("1.5")).advice == "rest"


def test_a_high_frequency_alone_is_no_fatigue():
    """People see it often and still click: it is kept, and that is said."""
    one = look(series(lambda _: 2.0), reach={"0": Reach(Decimal(5))})
    assert one.advice == "keep"
    assert "frequency 5.0 is high, but people still click" in one.reason


def test_results_that_become_dearer_while_clicks_hold_are_not_blamed_on_the_picture():
    """Clicks steady, results halved: kept, with the day and where to look."""
    one = look(series(lambda _: 2.0, results=lambda n: 12 if n < 20 else 4))
    assert one.advice == "keep"
    assert one.dearer_since is not None
    assert abs((one.dearer_since - (TODAY - timedelta(days=WINDOW_DAYS - 20))).days) <= 1
    assert "look at page, offer and audience" in one.reason
    assert one.cost.said.startswith("dearer")


def test_a_small_fall_is_left_alone_however_sure():
    """Ten percent of a million clicks is certain and not worth a new picture."""
    assert look(series(lambda n: 2.0 if n < 28 else 1.8, seen=500_000)).advice == "keep"


def test_too_little_is_said_to_be_too_early():
    """Few clicks, few days, no rows at all."""
    assert look(series(lambda _: 0.05)).reason == "42 link clicks in 42 days (needs 60)"
    assert look(series(lambda _: 2.0)[-5:]).reason == "5 days of delivery (needs 14)"
    assert look([]).advice == "too early"


def test_today_does_not_count():
    """The morning's few clicks on the day's impressions are no fall."""
    today = AdDay("0", TODAY, Decimal(5), 400_000, 0, 0, Decimal(0))
    rows = series(lambda _: 2.0)
    assert look([*rows, today]) == look(rows)


@given(seed=st.integers(0, 10**6), fall=st.sampled_from([0.0, 0.5]))
@settings(max_examples=examples(25))
def test_order_and_slicing_of_rows_do_not_matter(seed, fall):
    """The same days in another order, or each in two halves, give the same advice."""
    random_ = random.Random(seed)
    rows = account(random_, World(ads=3), {"0": tiring(fall, 28, 7)})
    said = fatigue(rows, today=TODAY, delivering=["0", "1"])
    halves = [
        AdDay(
            r.ad_id, r.date, part(r.spend, n), half(r.impressions, n), half(r.clicks, n), Decimal(0), r.value
        )
        for r in rows
        for n in (0, 1)
    ]
    whole = [AdDay(r.ad_id, r.date, r.spend, r.impressions, r.clicks, Decimal(0), r.value) for r in rows]
    random_.shuffle(halves)
    random_.shuffle(rows)
    assert fatigue(rows, today=TODAY, delivering=["1", "0"]) == said
    assert fatigue(halves, today=TODAY, delivering=["0"]) == fatigue(whole, today=TODAY, delivering=["0"])


def part(amount: Decimal, n: int) -> Decimal:
    return amount - amount // 2 if n else amount // 2


def half(number: int, n: int) -> int:
    return number - number // 2 if n else number // 2


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**9)), max_size=60),
)
@settings(max_examples=examples(200))
def test_absurd_series_give_a_finite_answer(days):
    """Zeros, gaps, more clicks than impressions: odds that are a number, and a day that is in the series."""
    decline = scan([float(k) for k, _ in days], [float(n) for _, n in days])
    assert 0 <= decline.evidence < float("inf")
    assert decline == NONE or decline.first <= decline.turn <= decline.last < len(days)


def test_the_simulation_itself_can_be_found_out():
    """An ad that loses nearly all its clicks is always found: the measure of false alarms is no dead one."""
    rows = account(random.Random(1), World(clicks_a_day=80), {"0": tiring(0.8, 25, 1), "1": flat})
    assert set(flagged(rows, 20)) == {"0"}
