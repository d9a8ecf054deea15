"""Figures of ads: days and sums of them, in whole counts and whole minor units, and the people they reached."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import accumulate
from operator import add, sub
from typing import NamedTuple

PEOPLE = 4_000_000
"""How many people the ads of an account can reach together."""


class Figures(NamedTuple):
    """One ad's day, or a part or sum of such days. `revenue` and `spend` are minor units."""

    impressions: int = 0
    clicks: int = 0
    link_clicks: int = 0
    landing_page_views: int = 0
    add_to_carts: int = 0
    purchases: int = 0
    revenue: int = 0
    spend: int = 0
    exposure: int = 0
    """Impressions times the size of the audience they went to: what reach is estimated from."""


NOTHING = Figures()


class Table:
    """An ad's figures from its first day on."""

    def __init__(self, first: int, days: list[Figures]) -> None:
        """Take the figures of consecutive days."""
        self.first = first
        self.days = days

    @cached_property
    def sums(self) -> list[Figures]:
        """The running sums: of no day, of the first, of the first two and so on."""
        return [NOTHING, *accumulate(self.days, added)]

    @cached_property
    def spend(self) -> int:
        """What all days spent, in minor units."""
        return sum(day.spend for day in self.days)

    def places(self, since: int, until: int) -> tuple[int, int]:
        """Give where the days from `since` to `until`, both included, begin and end in the table."""
        begin = min(max(since - self.first, 0), len(self.days))
        return begin, max(begin, min(until - self.first + 1, len(self.days)))

    def between(self, since: int, until: int) -> Figures:
        """Give the sum over the days from `since` to `until`, both included."""
        return self.part(*self.places(since, until))

    def part(self, begin: int, end: int) -> Figures:
        """Give the sum over the days from one place in the table up to another."""
        if end - begin == 1:
            return self.days[begin]
        return Figures._make(map(sub, self.sums[end], self.sums[begin]))


def added(one: Figures, other: Figures) -> Figures:
    """Add two sums of figures."""
    return Figures._make(map(add, one, other))


def reach(impressions: int, exposure: int) -> int:
    """Estimate the people reached by one ad: a saturating share of the audience it was shown to.

    Not additive, as on Meta: the reach of a week is less than the sum of its days.
    """
    if not impressions:
        return 0
    audience = max(exposure / impressions, 1.0)
    return min(impressions, max(1, round(audience * -math.expm1(-impressions / audience))))


def joint_reach(parts: list[int]) -> int:
    """Estimate the people reached by several ads together: each draws from the same people."""
    missed = math.prod(1 - part / PEOPLE for part in parts)
    return max([round(PEOPLE * (1 - missed)), *parts], default=0)
