"""What an order of each ad is worth: few large orders make the value, so an ad's own mean is believed only slowly.

Orders vary around the mean of their ad, and ads around the mean of the account. Both variances are taken from the weeks
of all ads: how far a week's value is from what its orders would bring at the ad's mean says how much orders vary. An ad's
mean leans on the account's as the two variances say, and what stays unknown of it is a part of the doubt of its verdict.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.analysis.tally import Week

USUAL_SPREAD = 1.0
"""Squared coefficient of variation of single orders, where the account does not say."""
_USUAL_WEIGHT = 20.0
ADS_DIFFER = 0.08
"""Squared coefficient of variation of the ads' means, where the account does not say."""
_ADS_WEIGHT = 40.0
_LEAST = 0.01


class Basket(NamedTuple):
    """The mean worth of an ad's orders, in major units, and the variance of its log."""

    mean: float
    doubt: float


def of(weeks: Mapping[str, Sequence[tuple[int, Week]]]) -> dict[str, Basket]:
    """The baskets of ads by their weeks; they must hold results and value together."""
    sums = {ad: [_orders(week) for _, week in seen] for ad, seen in weeks.items()}
    number = {ad: sum(n for n, _ in seen) for ad, seen in sums.items()}
    worth = {ad: sum(v for _, v in seen) for ad, seen in sums.items()}
    usual = sum(worth.values()) / sum(number.values())
    spread = _spread_of_orders(sums, usual)
    apart = _spread_of_ads(number, worth, usual, spread)
    found = {}
    for ad, n in number.items():
        lean = spread / apart
        found[ad] = Basket((worth[ad] + lean * usual) / (n + lean), spread / (n + lean))
    return found


def _orders(week: Week) -> tuple[float, float]:
    return max(0.0, float(week.results)), max(0.0, float(week.value))


def _spread_of_orders(sums: Mapping[str, Sequence[tuple[float, float]]], usual: float) -> float:
    """How much single orders vary: weeks against the mean of their ad."""
    miss, weeks = USUAL_SPREAD * _USUAL_WEIGHT, _USUAL_WEIGHT
    for seen in sums.values():
        some = [(n, v) for n, v in seen if n > 0]
        orders = sum(n for n, _ in some)
        if len(some) < 2:
            continue
        mean = sum(v for _, v in some) / orders
        miss += sum((v - n * mean) ** 2 / n for n, v in some) / usual**2
        weeks += len(some) - 1
    return max(_LEAST, miss / weeks)


def _spread_of_ads(
    number: Mapping[str, float], worth: Mapping[str, float], usual: float, spread: float
) -> float:
    """How much the means of ads vary beyond what their few orders explain."""
    beyond, weight = ADS_DIFFER * _ADS_WEIGHT, _ADS_WEIGHT
    for ad, n in number.items():
        if n <= 0:
            continue
        gap = (worth[ad] / n / usual - 1) ** 2
        share = n / (n + 4 * spread)
        beyond += share * share * min(4.0, gap - spread / n)
        weight += share * share
    return max(_LEAST, beyond / weight)
