"""Verdicts on cases worked out by hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.tools.analysis.builders import TODAY, a_day, an_ad, look, look_at, spread
from tools.analysis.completeness import Curve
from tools.analysis.measuring import LASTING_WEEKS
from tools.analysis.shrinkage import Seen, chance_dearer, settled
from tools.analysis.strength import USUAL
from tools.analysis.tally import tallied
from tools.analysis.verdicts import Criteria


def test_a_clear_loser_is_paused_and_the_reason_has_the_numbers():
    """612.40 for 6 purchases against 25.00 each is a pause, with what it would save per day."""
    delivery = [replace(row, spend=Decimal(0)) for row in spread(spend=27)]
    verdict = look_at(an_ad(), [*delivery, a_day(spend="612.40", results=6)], curve=Curve(()))
    assert verdict.decision == "pause"
    assert verdict.excess_per_day is not None
    late = Decimal("612.40") / 25
    assert verdict.excess_per_day.quantize(Decimal("0.0001")) == (
        (1 - Decimal(150) / Decimal("612.40")) * late
    ).quantize(Decimal("0.0001"))
    assert verdict.reason == (
        "spent 612.40 USD for 6 purchases: 102.07 USD each, 4.1× target 25.00 USD; "
        "99 % sure it is worse than target (27 days judged)"
    )


@pytest.mark.parametrize(
    ("spend", "results", "decision"),
    [
        (500, 0, "pause"),
        (500, 9, "pause"),
        (500, 14, "pause"),
        (500, 16, "watch"),
        (500, 20, "keep"),
        (500, 30, "scale"),
        (60, 0, "pause"),
    ],
)
def test_decisions_follow_the_evidence(spend, results, decision):
    """From no result to many, the verdict goes from pause to scale; little spend only earns a watch."""
    assert look_at(an_ad(), spread(spend=spend, results=results)).decision == decision


def test_the_probability_is_the_formula():
    """Alone in its account and without clicks, an ad's prior is the target, held as loosely as is usual."""
    rows = spread(spend=500, results=9, clicks=0)
    verdict = look_at(an_ad(), rows, curve=Curve(()))
    known = Seen(1.0, 1.0)
    for strength in (USUAL.campaign, USUAL.adset, USUAL.ad):
        known = known.around(strength)
    own = Seen()
    for _, week in tallied(rows, TODAY, Curve(()))[0]["1"].over:
        own = own.plus(Seen(float(week.results), float(week.spend) / 25).one_of(USUAL.steadiness))
    by_hand = chance_dearer(settled(known, own, LASTING_WEEKS * USUAL.steadiness), 1.15)
    assert verdict.probability_worse == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(
    ("ad", "rows", "reason"),
    [
        (an_ad(), spread(spend=300, days=3), "too early: 3 days of data (needs 7)"),
        (an_ad(created=TODAY - timedelta(days=5)), spread(spend=300), "too early: 5 days old (needs 7)"),
        (
            an_ad(created=TODAY - timedelta(days=9)),
            spread(spend=300, days=3),
            "too early: 3 days of data (needs 4)",
        ),
        (an_ad(), spread(spend="38.10"), "too early: spent 38.10 USD (needs 50.00 USD)"),
        (an_ad(learning=True), spread(spend=900), "too early: ad set is in the learning phase"),
        (an_ad(), [], "too early: no delivery in this period before today"),
        (
            an_ad(),
            [a_day(ago=i, spend=6) for i in range(9)],
            "too early: spent 48.00 USD before today (needs 50.00 USD)",
        ),
    ],
)
def test_too_early(ad, rows, reason):
    """Days, spend and the learning phase each hold a verdict back and say so."""
    verdict = look_at(ad, rows)
    assert (verdict.decision, verdict.reason) == ("too early", reason)
    assert (verdict.probability_worse, verdict.excess_per_day) == (None, None)


def test_today_is_left_out_and_young_days_count_by_what_is_known():
    """Today is in the totals only; the three days before it weigh by the part of their results that is known."""
    good = spread(spend=500, results=20)
    verdict = look_at(an_ad(), [*good, *(a_day(ago=i, spend=100) for i in range(4))])
    assert (verdict.totals.spend.quantize(Decimal(1)), verdict.judged.spend.quantize(Decimal(1))) == (
        900,
        800,
    )
    assert verdict.days == 30
    slow = look_at(
        an_ad(), [*good, *(a_day(ago=i, spend=100) for i in range(4))], curve=Curve((Decimal("0.1"),) * 3)
    )
    assert verdict.probability_worse is not None
    assert slow.probability_worse is not None
    assert slow.probability_worse < verdict.probability_worse


def test_an_ad_that_turned_good_is_not_paused():
    """However bad the months before, four weeks that meet the target are no reason to stop an ad."""
    old = [a_day(ago=i, spend=50, results=1) for i in range(30, 90)]
    new = [a_day(ago=i, spend=50, results=3) for i in range(1, 29)]
    assert look_at(an_ad(), old).decision == "pause"
    assert look_at(an_ad(), [*old, *new]).decision != "pause"


def test_an_ad_that_turned_bad_is_not_raised():
    """However good the months before, four weeks that miss the target are no reason to spend more."""
    old = [a_day(ago=i, spend=50, results=5) for i in range(30, 90)]
    new = [a_day(ago=i, spend=50, results=1) for i in range(1, 29)]
    assert look_at(an_ad(), old).decision == "scale"
    assert look_at(an_ad(), [*old, *new]).decision != "scale"


def test_an_ad_that_sells_nothing_any_more_says_so_beside_all_that_it_sold():
    """Months of good weeks are no word on an ad whose page broke: what was due is said, and what to look at."""
    old = [a_day(ago=i, spend=50, results=3) for i in range(22, 90)]
    silent = look_at(an_ad(), [*old, *(a_day(ago=i, spend=50) for i in range(1, 22))])
    said = "not one purchase in its newest 3 weeks, where about 61 were due: look at the page it leads to"
    assert f"; {said} (" in silent.reason
    one = [a_day(ago=9, spend=50, results=1), *(a_day(ago=i, spend=50) for i in range(1, 9))]
    assert "not one purchase in its newest week," in look_at(an_ad(), [*old, *one]).reason
    few = [a_day(ago=i, spend=50, results=i % 20 == 0) for i in range(22, 90)]
    for sold in ([], few):
        assert (
            "newest" not in look_at(an_ad(), [*sold, *(a_day(ago=i, spend=50) for i in range(1, 4))]).reason
        )


@pytest.mark.parametrize(
    ("ad", "word"),
    [
        (an_ad(status="PAUSED", effective_status="PAUSED"), "PAUSED"),
        (an_ad(effective_status="CAMPAIGN_PAUSED"), "CAMPAIGN_PAUSED"),
        (an_ad(effective_status="DISAPPROVED"), "DISAPPROVED"),
        (an_ad(goal="REACH"), "REACH"),
        (an_ad(goal="LEAD_GENERATION"), "not for purchase"),
    ],
)
def test_what_cannot_be_judged_is_not(ad, word):
    """Ads that do not deliver, or aim at something else, get no verdict and a reason."""
    verdict = look_at(ad, spread(spend=900))
    assert verdict.decision == "not judged"
    assert word in verdict.reason


@pytest.mark.parametrize("status", ["ACTIVE", "IN_PROCESS", "WITH_ISSUES"])
def test_what_can_deliver_is_judged(status):
    """Ads in process or with issues can spend and are judged."""
    assert look_at(an_ad(effective_status=status), spread(spend=900)).decision == "pause"


def test_leads_are_judged_by_leads():
    """A lead campaign is judged when the event is a lead."""
    verdict = look_at(an_ad(goal="LEAD_GENERATION"), spread(spend=900, results=1), event="lead")
    assert verdict.decision == "pause"
    assert "for 1 lead: 900.00 USD each" in verdict.reason


@pytest.mark.parametrize(
    ("criteria", "clicks", "decision", "words"),
    [
        (Criteria(min_ctr=Decimal(1)), 100, "pause", "CTR 0.37 %, benchmark 1.00 %"),
        (Criteria(min_ctr=Decimal(1)), 500, "scale", "better than benchmark"),
        (Criteria(max_cpc=Decimal(1)), 100, "pause", "3.00 USD each, 3.0× benchmark 1.00 USD"),
        (Criteria(max_cpc=Decimal(1)), 0, "pause", "without a link click (benchmark 1.00 USD each)"),
        (Criteria(max_cpc=Decimal(9), min_ctr=Decimal(1)), 100, "pause", "CTR 0.37 %"),
        (Criteria(max_cpc=Decimal(9), min_ctr=Decimal("0.1")), 100, "scale", "better than benchmark"),
    ],
)
def test_ads_that_buy_clicks_are_held_to_clicks(criteria, clicks, decision, words):
    """Without a conversion goal CTR and CPC decide: one missed is enough to pause, both beaten to scale."""
    verdict = look_at(an_ad(goal="LINK_CLICKS"), spread(spend=300, clicks=clicks), criteria)
    assert verdict.decision == decision
    assert words in verdict.reason


def test_without_a_target_the_account_is_the_target():
    """What all ads cost that are after the same serves, stopped ones with them, and the review says so."""
    ads = [an_ad("1"), an_ad("2"), an_ad("3", status="PAUSED"), an_ad("4", goal="REACH", status="PAUSED")]
    rows = spread("1", spend=1500, results=4) + spread("2", spend=1500, results=86)
    rows += spread("3", spend=1500, results=60) + spread("4", spend=9000)
    seen = look(ads, rows, Criteria(), curve=Curve(()))
    assert [(v.ad.ad_id, v.decision) for v in seen.verdicts] == [
        ("1", "pause"),
        ("2", "scale"),
        ("3", "not judged"),
        ("4", "not judged"),
    ]
    assert any("the 30.00 USD that a purchase cost over all ads" in line for line in seen.assumptions)


@pytest.mark.parametrize("criteria", [Criteria(), Criteria(target_roas=Decimal(2))])
def test_a_pause_makes_no_other_ad_look_worse(criteria):
    """Without a target cost, whatever of the worst is paused, the assumed target and the floor of spend stay where they were."""
    rows = [row for n in range(1, 7) for row in spread(str(n), spend=1000, results=60 - 9 * n, value=3000)]

    def assumed(paused):
        ads = [an_ad(str(n), status="PAUSED" if n > 6 - paused else "ACTIVE") for n in range(1, 7)]
        seen = look(ads, rows, criteria, curve=Curve(()))
        bars = {v.heading.bar.target for v in seen.verdicts if v.heading}
        floors = [line for line in seen.assumptions if line.startswith("needed before")]
        assert floors
        return bars, floors, [line for line in seen.assumptions if line.startswith("no target")]

    assert assumed(0) == assumed(1) == assumed(3)


@pytest.mark.parametrize(
    ("goal", "usual"),
    [("OFFSITE_CONVERSIONS", "34.62 USD"), ("LINK_CLICKS", "1.10 USD"), ("REACH", "83.33 USD")],
)
def test_a_pause_moves_nothing_that_the_others_are_held_to(goal, usual):
    """Without a target, what was paused counts on: nobody gets worse by it."""
    numbers = [(1500, 4, 200, 500), (1500, 96, 3000, 1000), (1500, 30, 900, 500)]

    def held_to(status):
        ads = [an_ad(str(n), goal=goal, status=status if n == 0 else "ACTIVE") for n in range(3)]
        rows = [
            replace(row, impressions=views)
            for n, (spend, results, clicks, views) in enumerate(numbers)
            for row in spread(str(n), spend=spend, results=results, clicks=clicks)
        ]
        seen = look(ads, rows, Criteria(), curve=Curve(()))
        return {v.ad.ad_id: v.reason.partition(";")[0] for v in seen.verdicts if v.ad.ad_id != "0"}

    told = held_to("ACTIVE")
    assert told == held_to("PAUSED")
    assert all(usual in reason for reason in told.values())


def test_roas_weighs_value_against_spend():
    """A target ROAS judges the value bought, and without any recorded value nothing."""
    criteria = Criteria(target_roas=Decimal(3))
    ads = [an_ad("1"), an_ad("2")]
    rows = spread("1", spend=900, results=10, value="450") + spread("2", spend=900, results=100, value="5000")
    seen = {v.ad.ad_id: v for v in look(ads, rows, criteria).verdicts}
    assert (seen["1"].decision, seen["2"].decision) == ("pause", "scale")
    assert seen["1"].reason.startswith(
        "spent 900.00 USD for 10 purchases worth 450.00 USD: ROAS 0.50, target 3.00; "
    )
    assert seen["1"].excess_per_day is not None
    assert 27 < seen["1"].excess_per_day < 28
    worthless = look_at(an_ad(), spread(spend=900, results=10), criteria)
    assert (worthless.decision, "no purchase value" in worthless.reason) == ("not judged", True)


def test_of_two_targets_cpa_decides_and_roas_is_reported():
    """With both targets a good CPA is not paused for its ROAS, which is still shown."""
    both = Criteria(target_cpa=Decimal(25), target_roas=Decimal(3))
    verdict = look_at(an_ad(), spread(spend=500, results=20, value="100"), both)
    assert verdict.decision == "keep"
    assert "ROAS 0.20, target 3.00" in verdict.reason


def test_neighbours_alone_do_not_pause_an_ad():
    """An ad that meets the target itself is at most watched, however bad its account is."""
    bad = "23456"
    ads = [an_ad("1"), *map(an_ad, bad)]
    rows = [*spread("1", spend=54, results=2), *(r for i in bad for r in spread(i, spend=20000, results=80))]
    verdict = next(v for v in look(ads, rows).verdicts if v.ad.ad_id == "1")
    assert (verdict.decision, "its neighbours suggest" in verdict.reason) == ("watch", True)
    assert verdict.probability_worse is not None
    assert verdict.probability_worse > 0.9


def test_the_worst_come_first_and_the_rest_is_owned_up_to():
    """Verdicts are sorted by what they cost per day, totals hold every row, and gaps are named."""
    ads = [an_ad("1"), an_ad("2"), an_ad("3", goal=None), an_ad("4", status="PAUSED")]
    rows = [
        *spread("1", spend=300, results=4),
        *spread("2", spend=900, results=4),
        *spread("3", spend=500, results=20),
        *spread("9", spend=27),
    ]
    seen = look(ads, rows)
    assert [v.ad.ad_id for v in seen.verdicts] == ["2", "1", "3", "4"]
    assert seen.totals.spend.quantize(Decimal("0.01")) == 1727
    assert any("unknown optimisation goal, judged by purchases: 1" in line for line in seen.assumptions)
    assert any("not in the list, in the totals only: 1, 27.00 USD" in line for line in seen.assumptions)
    paused = [v.probability_worse for v in seen.verdicts if v.decision == "pause"]
    assert seen.expected_good == pytest.approx(sum(1 - p for p in paused if p is not None))


def test_no_result_anywhere_points_at_tracking():
    """An account without a single result is told to check the event first."""
    assert any("tracking" in line for line in look([an_ad()], spread(spend=900)).assumptions)


def test_an_empty_account_is_an_empty_review():
    """No ads and no rows give no verdicts and no error, with and without targets."""
    for criteria in (Criteria(), Criteria(target_roas=Decimal(2)), Criteria(target_cpa=Decimal(9))):
        seen = look([], [], criteria)
        assert (seen.verdicts, seen.totals.spend, seen.expected_good) == ((), 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target_cpa": Decimal(0)},
        {"target_roas": Decimal("NaN")},
        {"tolerance": Decimal("0.9")},
        {"watch_at": 0.95},
        {"scale_at": 1.5},
        {"min_spend": Decimal(-1)},
        {"min_days": -1},
    ],
)
def test_criteria_that_make_no_sense_are_refused(wrong):
    """A target of nothing, a tolerance below one and the like raise and name the field."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Criteria(**wrong)
