"""How figures move over time: stretches of days, a line of blocks to show them, and before against since."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tools.analysis.rows import AdDay, Totals, totals

BLOCKS = "▁▂▃▄▅▆▇█"
NO_VALUE = "·"


def sparkline(values: Sequence[Decimal | float | None]) -> str:
    """One block per value, from zero to the largest; a point where there is none. Nothing for no values at all.

    The scale begins at zero, so that ordinary noise looks as flat as it is.
    """
    top = max((value for value in values if value is not None), default=0)
    if all(value is None for value in values):
        return ""
    return "".join(NO_VALUE if value is None else _block(value, top) for value in values)


def _block(value: Decimal | float, top: Decimal | float) -> str:
    share = float(value) / float(top) if top > 0 else 0.0
    return BLOCKS[min(len(BLOCKS) - 1, max(0, math.ceil(share * len(BLOCKS)) - 1))]


def stretches(days: Iterable[AdDay], *, until: date, number: int, days_each: int = 1) -> list[Totals]:
    """Sums over `number` stretches of `days_each` days, oldest first; the last one ends with `until`."""
    first = until - timedelta(days=number * days_each - 1)
    parts: list[list[AdDay]] = [[] for _ in range(number)]
    for row in days:
        if first <= row.date <= until:
            parts[(row.date - first).days // days_each].append(row)
    return [totals(part) for part in parts]


class Comparison(NamedTuple):
    """Cost per result before and since something; None where there was no result."""

    before: Totals
    since: Totals
    chance_dearer: float
    """The probability that a result truly costs more since than before."""

    @property
    def said(self) -> str:
        """The change in a few words, with how sure it is."""
        if not (self.before.spend and self.since.spend):
            return "no spend before" if self.since.spend else "no spend since"
        if self.chance_dearer >= SURE:
            return f"dearer ({_percent(self.chance_dearer)} sure)"
        if self.chance_dearer <= 1 - SURE:
            return f"cheaper ({_percent(1 - self.chance_dearer)} sure)"
        return "no clear change"


SURE = 0.9


def compare(before: Totals, since: Totals) -> Comparison:
    """Hold two disjoint stretches against each other by cost per result.

    Results are Poisson on spend; the log of the ratio of two rates is close to normal with variance
    1/(n₁ + ½) + 1/(n₂ + ½). Without spend on both sides the chance is even.
    """
    if before.spend <= 0 or since.spend <= 0:
        return Comparison(before, since, 0.5)
    seen, now = float(max(before.results, Decimal(0))) + 0.5, float(max(since.results, Decimal(0))) + 0.5
    dearer = math.log(float(since.spend) / now) - math.log(float(before.spend) / seen)
    return Comparison(before, since, _normal(dearer / math.sqrt(1 / seen + 1 / now)))


def _normal(z: float) -> float:
    """The chance that a standard normal variable is below `z`."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _percent(chance: float) -> str:
    return "> 99 %" if chance > 0.99 else f"{chance * 100:.0f} %"
