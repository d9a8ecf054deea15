"""What an order of each ad is worth: few large orders make the value, so an ad's own mean is believed only slowly.

Orders vary around the mean of their ad, and ads around the mean of the account. Both variances are taken from the weeks
of all ads: how far a week's value is from what its orders would bring at the ad's mean says how much orders vary. An ad's
mean leans on the account's as the two variances say, and what stays unknown of it is a part of the doubt of its verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from tools.analysis.shrinkage import Seen
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

    def known(self, sold: Seen) -> Seen:
        """What an ad's events say of its rate, as far as it is known what each of them is worth."""
        return sold.around(1 / self.doubt)


class _Sold(NamedTuple):
    """An ad's orders, what they brought, and how far its weeks are from its mean: squares against orders, and how many are free."""

    orders: float
    worth: float
    miss: float
    free: int

    @classmethod
    def over(cls, weeks: Sequence[tuple[int, Week]]) -> Self:
        """Sum the weeks that sold."""
        seen = [(max(0.0, float(week.results)), max(0.0, float(week.value))) for _, week in weeks]
        some = [(n, v) for n, v in seen if n > 0]
        orders = sum(n for n, _ in some)
        mean = sum(v for _, v in some) / orders if orders else 0.0
        miss = sum((v - n * mean) ** 2 / n for n, v in some)
        return cls(orders, sum(v for _, v in seen), miss, max(0, len(some) - 1))


def of(weeks: Mapping[str, Sequence[tuple[int, Week]]]) -> dict[str, Basket]:
    """The baskets of ads by their weeks; they must hold results and value together."""
    sold = {ad: _Sold.over(seen) for ad, seen in weeks.items()}
    usual = sum(ad.worth for ad in sold.values()) / sum(ad.orders for ad in sold.values())
    spread = _spread_of_orders(sold.values(), usual)
    lean = spread / _spread_of_ads(sold.values(), usual, spread)
    return {
        ad: Basket((seen.worth + lean * usual) / (seen.orders + lean), spread / (seen.orders + lean))
        for ad, seen in sold.items()
    }


def _spread_of_orders(sold: Iterable[_Sold], usual: float) -> float:
    """How much single orders vary: weeks against the mean of their ad."""
    miss, weeks = USUAL_SPREAD * _USUAL_WEIGHT, _USUAL_WEIGHT
    for ad in sold:
        miss += ad.miss / usual**2
        weeks += ad.free
    return max(_LEAST, miss / weeks)


def _spread_of_ads(sold: Iterable[_Sold], usual: float, spread: float) -> float:
    """How much the means of ads vary beyond what their few orders explain.

    Each gap is held against how much the ad's own orders vary: one very large order makes both large, and says nothing.
    """
    beyond, weight = ADS_DIFFER * _ADS_WEIGHT, _ADS_WEIGHT
    for ad in sold:
        if not ad.free:
            continue
        gap = (ad.worth / ad.orders / usual - 1) ** 2
        chance = ad.miss / ad.free / ad.orders / usual**2
        share = ad.orders / (ad.orders + 4 * spread)
        beyond += share * share * (gap - chance)
        weight += share * share
    return max(_LEAST, beyond / weight)
