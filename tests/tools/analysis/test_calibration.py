"""Simulated accounts whose true CPA is known, to see what the probabilities are worth."""

import math
import random
from decimal import Decimal

import pytest

from tests.tools.analysis.builders import a_day, an_ad, look
from tools.analysis.rows import AdDay, AdInfo
from tools.analysis.verdicts import Criteria, Verdict

TARGET = 25.0
TOLERANCE = 1.15


def poisson(rng: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def an_account(rng: random.Random, costs: list[float]) -> tuple[list[AdInfo], list[AdDay], dict[str, float]]:
    """One ad per true CPA, in sets of five, over 30 days, spending 2 to 60 times the target."""
    ads, days, spends = [], [], {}
    for i, cost in enumerate(costs):
        ads.append(an_ad(str(i), adset=str(i // 5)))
        spends[str(i)] = TARGET * math.exp(rng.uniform(math.log(2), math.log(60)))
        for ago in range(1, 31):
            spend = round(spends[str(i)] / 30, 2)
            days.append(a_day(str(i), ago, str(spend), poisson(rng, spend / cost)))
    return ads, days, spends


def judged(rng: random.Random, costs: list[float]) -> tuple[list[Verdict], dict[str, float], float]:
    ads, days, spends = an_account(rng, costs)
    seen = look(ads, days, Criteria(target_cpa=Decimal(str(TARGET))))
    return list(seen.verdicts), spends, seen.expected_good


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("centre", [0.8, 1.0, 1.4])
def test_pauses_are_right_and_the_worst_are_found(seed, centre):
    """Of 300 ads, at least 88 % of the paused are worse than target, and half of the plain losers are paused."""
    rng = random.Random(seed)
    costs = [TARGET * centre * rng.lognormvariate(0, 0.6) for _ in range(300)]
    verdicts, spends, _ = judged(rng, costs)
    paused = {v.ad.ad_id for v in verdicts if v.decision == "pause"}
    right = sum(costs[int(i)] > TARGET for i in paused)
    losers = {str(i) for i, c in enumerate(costs) if c >= 2 * TARGET and spends[str(i)] >= 12 * TARGET}
    assert right >= 0.88 * len(paused)
    assert len(paused & losers) >= 0.5 * len(losers)
    assert len(losers) > 5


@pytest.mark.parametrize("centre", [0.8, 1.0, 1.4])
def test_probabilities_are_frequencies_where_the_model_holds(centre):
    """With true rates drawn from the prior, ads given p are worse than tolerance in about p of cases."""
    rng = random.Random(7)
    bins: dict[int, list[tuple[float, bool]]] = {}
    expected, good = 0.0, 0
    for _ in range(8):
        costs = [TARGET * centre * 2 / max(1e-3, rng.gammavariate(2, 1)) for _ in range(150)]
        verdicts, _, hoped = judged(rng, costs)
        expected += hoped
        for verdict in verdicts:
            if verdict.probability_worse is not None:
                bad = costs[int(verdict.ad.ad_id)] > TOLERANCE * TARGET
                good += verdict.decision == "pause" and not bad
                p = verdict.probability_worse
                bins.setdefault(min(4, int(p * 5)), []).append((p, bad))
    for pairs in bins.values():
        told, true = (sum(pair[k] for pair in pairs) / len(pairs) for k in (0, 1))
        assert abs(told - true) <= 0.03 + 3 * math.sqrt(told * (1 - told) / len(pairs))
    assert abs(good - expected) <= 4 + 3 * math.sqrt(expected)


def test_a_good_account_is_left_alone():
    """Of 300 ads that are all 20 % better than target, hardly any is paused."""
    rng = random.Random(11)
    verdicts, _, _ = judged(rng, [0.8 * TARGET] * 300)
    assert sum(v.decision == "pause" for v in verdicts) <= 6
