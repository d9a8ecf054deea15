"""What may have become of the rate an ad pays by: that it stands, that its clicks fell, that they rose; each with its doubt."""

from math import exp
from typing import NamedTuple

from tools.analysis.chain.rates_now import Price
from tools.analysis.shrinkage import Seen, settled


class Story(NamedTuple):
    """One of them.

    Three times how much dearer an event is: `now` than at the prices it is counted in, now than before it `fell`, and in the
    middle of the `next_week` than now.
    """

    weight: float
    now: float
    fell: float
    next_week: float
    doubt: float

    def rate(self, prior: Seen, own: Seen, most: float) -> Seen:
        """The rate of now: neighbours say what it was before it fell, its own events what it is."""
        known = settled(prior.dearer(self.fell), own.dearer(self.now), most)
        return known.around(1 / self.doubt) if self.doubt > 0 else known


def standing(doubt: float) -> list[Story]:
    """That it is what it was, up to this variance of its log."""
    return [Story(1.0, 1.0, 1.0, 1.0, doubt)]


def by_clicks(price: Price, known: float, doubt: float) -> list[Story]:
    """All that the click rate may have done; `known` of the variance it would have if it stood still is in the exposure as well."""
    now, parts = price.clicks.now, price.clicks.parts
    whole, still = sum([part.weight for part in parts]), known * price.clicks.still
    return [
        Story(
            p.weight / whole,
            exp(now - p.now),
            exp(max(0.0, p.fell)),
            exp(-p.slope / 2),
            doubt + max(0.0, p.doubt - still),
        )
        for p in parts
    ]
