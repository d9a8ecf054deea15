"""How much of a day's conversions Meta shows so far: young days look worse than they are (docs/graph-api.md §7.3).

A conversion is shown after it happened, up to a week after the click. So the spend of a day counts only by
the share of its results that is known at its age; nothing is thrown away and nothing is scaled up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SETTLED_AFTER_DAYS = 8
"""A click window of seven days has closed for every click of a day this old."""
LEAST_RESULTS = 100
"""As many settled results must have been seen at an age before the account's own share is believed."""


@dataclass(frozen=True, slots=True)
class Curve:
    """`shares[a - 1]` is the part of a day's results known `a` days later; beyond its end all are."""

    shares: tuple[Decimal, ...]
    own: bool = False
    """Whether it was learned from this account."""

    def share(self, age_days: int) -> Decimal:
        """Give the known part, 0 for a day that is not over."""
        if age_days < 1:
            return Decimal(0)
        return self.shares[age_days - 1] if age_days <= len(self.shares) else Decimal(1)


# Meta publishes none. It holds for shops that sell most within a day of the click; `docs/judgement.md` shows
# what it costs where conversions come later than that.
DEFAULT = Curve(tuple(map(Decimal, ("0.72", "0.86", "0.93", "0.96", "0.98", "0.99"))))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account's results of single days, as they were shown on the day `seen`."""

    seen: date
    results: Mapping[date, Decimal]


def learned(snapshots: Iterable[Snapshot], now: Snapshot) -> Curve:
    """Compare what earlier runs saw of days that are settled now with what became of them.

    Each age needs `LEAST_RESULTS` settled results; without all ages it is the default curve. The order of
    the snapshots does not matter. Shares never fall with age and never exceed 1.
    """
    then: defaultdict[int, Decimal] = defaultdict(Decimal)
    settled: defaultdict[int, Decimal] = defaultdict(Decimal)
    for snapshot in snapshots:
        for day, results in snapshot.results.items():
            age = (snapshot.seen - day).days
            if 1 <= age < SETTLED_AFTER_DAYS <= (now.seen - day).days and day in now.results:
                then[age] += results
                settled[age] += now.results[day]
    ages = range(1, SETTLED_AFTER_DAYS - 1)
    if any(settled[age] < LEAST_RESULTS for age in ages):
        return DEFAULT
    shares: list[Decimal] = []
    for age in ages:
        share = (then[age] / settled[age]).quantize(Decimal("0.001"))
        shares.append(min(Decimal(1), max([Decimal("0.01"), share, *shares[-1:]])))
    return Curve(tuple(shares), own=True)
