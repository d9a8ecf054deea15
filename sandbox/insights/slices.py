"""Splits a day's figures among breakdown cells so that every slicing adds up exactly."""

from __future__ import annotations

import zlib
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from sandbox.request.refusals import GraphError, invalid, not_one_of
from sandbox.world.delivered import Figures

if TYPE_CHECKING:
    from collections.abc import Iterator

Cell = tuple[str, ...]

_AGES = {"18-24": 9, "25-34": 24, "35-44": 27, "45-54": 20, "55-64": 13, "65+": 7}
_GENDERS = {"female": 52, "male": 46, "unknown": 2}

_REGIONS = {
    "California": 16, "Texas": 12, "Florida": 9, "New York": 9, "Colorado": 8, "Washington": 8, "Oregon": 7,
    "Illinois": 6, "Massachusetts": 6, "Utah": 6, "Ontario": 7, "British Columbia": 6,
}  # fmt: skip
_HOURS = (2, 1, 1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 5, 5, 4, 4, 5, 6, 7, 8, 9, 8, 5, 3)

DIMENSIONS: dict[tuple[str, ...], dict[Cell, int]] = {
    ("age", "gender"): {(a, g): x * y for a, x in _AGES.items() for g, y in _GENDERS.items()},
    ("publisher_platform", "platform_position"): {
        ("facebook", "feed"): 34,
        ("facebook", "facebook_stories"): 4,
        ("facebook", "facebook_reels"): 9,
        ("facebook", "marketplace"): 5,
        ("instagram", "feed"): 20,
        ("instagram", "instagram_stories"): 13,
        ("instagram", "instagram_reels"): 11,
        ("audience_network", "an_classic"): 3,
        ("messenger", "messenger_stories"): 1,
    },
    ("country",): {("US",): 87, ("CA",): 13},
    ("region",): {(name,): share for name, share in _REGIONS.items()},
    ("hourly_stats_aggregated_by_advertiser_time_zone",): {
        (f"{hour:02}:00:00 - {hour:02}:59:59",): share for hour, share in enumerate(_HOURS)
    },
    ("device_platform",): {("mobile_app",): 82, ("mobile_web",): 5, ("desktop",): 13},
    ("impression_device",): {},
    ("frequency_value",): {},
    ("hourly_stats_aggregated_by_audience_time_zone",): {},
}
"""The cells of each group of breakdowns with their share of impressions; those without came to need an opt-in (§1.1)."""


def group_of(breakdowns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the group that holds all asked breakdowns (docs/graph-api.md §7.2, §7.6)."""
    known = [name for group in DIMENSIONS for name in group]
    for name in breakdowns:
        if name not in known:
            raise not_one_of("breakdowns", known)
    if "platform_position" in breakdowns and "publisher_platform" not in breakdowns:
        columns = ", ".join(("action_type", *breakdowns))
        raise invalid(f"Current combination of data breakdown columns ({columns}) is invalid")
    for group in DIMENSIONS:
        if set(breakdowns) <= set(group):
            return group
    raise GraphError(
        code=2,
        subcode=1504041,
        message=f"(#2) Current combination of data breakdown columns ({', '.join(breakdowns)}) is invalid",
    )


DECK = 1000
"""How many impressions it takes to deal each cell its share once."""


class Deck:
    """Deals impressions to the cells of some breakdowns, in one fixed order that repeats."""

    def __init__(self, breakdowns: tuple[str, ...]) -> None:
        """Lay out one round: every cell as often as its weight, well mixed, the same way for all of a group."""
        group = group_of(breakdowns)
        weights = DIMENSIONS[group]
        whole, passed, dealt = sum(weights.values()), 0, list[int]()
        for place, weight in enumerate(weights.values()):
            passed += weight
            dealt += [place] * (round(DECK * passed / whole) - len(dealt))
        Random(f"deck/{group}").shuffle(dealt)
        chosen = [group.index(name) for name in breakdowns]
        short = [tuple(cell[place] for place in chosen) for cell in weights]
        self.cells = list(dict.fromkeys(short))
        self.merged = [self.cells.index(cell) for cell in short]
        self.order = [self.merged[place] for place in dealt]
        self._dealt = [[0] * len(weights)]
        for place in dealt:
            row = self._dealt[-1].copy()
            row[place] += 1
            self._dealt.append(row)

    def counts(self, start: int, number: int) -> list[int]:
        """Give how many of the impressions from `start` on go to each cell of the whole group."""
        rounds, rest = divmod(number, DECK)
        first = self._dealt[start % DECK]
        end = start % DECK + rest
        counts = [b - a for a, b in zip(first, self._dealt[min(end, DECK)], strict=True)]
        if end > DECK:
            counts = [a + b for a, b in zip(counts, self._dealt[end - DECK], strict=True)]
        if rounds:
            counts = [a + rounds * b for a, b in zip(counts, self._dealt[DECK], strict=True)]
        return counts


@cache
def deck_of(breakdowns: tuple[str, ...]) -> Deck:
    """Give the deck of some breakdowns."""
    return Deck(breakdowns)


class Split:
    """Adds up days of one ad by the cells of some breakdowns.

    Every click is one of the impressions, every link click one of the clicks, and so on: so each belongs
    to the cell of what it came from, no cell has more clicks than impressions, and all slicings add up.
    """

    def __init__(self, breakdowns: tuple[str, ...], key: str) -> None:
        """Begin with nothing; `key` names the ad, which decides where in the deck it begins."""
        self._deck = deck_of(breakdowns)
        self._offset = zlib.crc32(key.encode()) % DECK
        self._sums = [[0] * len(self._deck.cells) for _ in Figures._fields]

    def add(self, day: Figures, before: int) -> None:
        """Add a day, in front of which the ad had so many impressions."""
        if not day.impressions or not self._deck.cells:
            return
        start, sums = self._offset + before, self._sums
        counts = self._deck.counts(start, day.impressions)
        audience, passed, paid = day.exposure // day.impressions, 0, 0
        for place, count in zip(self._deck.merged, counts, strict=True):
            if count:
                passed += count
                upto = day.spend * passed // day.impressions
                sums[0][place] += count
                sums[7][place] += upto - paid
                sums[8][place] += count * audience
                paid = upto
        order, shown, twice = self._deck.order, day.impressions, 2 * day.clicks
        clicks = [order[(start + (2 * n + 1) * shown // twice) % DECK] for n in range(day.clicks)]
        links = _some(clicks, day.link_clicks)
        buyers = links or clicks or [order[start % DECK]]
        bought = [buyers[(7 * n + 3) % len(buyers)] for n in range(day.purchases)]
        views = _some(links, day.landing_page_views)
        carts = bought + _some(buyers, day.add_to_carts - len(bought))
        for row, places in zip(sums[1:6], (clicks, links, views, carts, bought), strict=True):
            for place in places:
                row[place] += 1
        for n, place in enumerate(bought, 1):
            sums[6][place] += day.revenue * n // len(bought) - day.revenue * (n - 1) // len(bought)

    def cells(self) -> Iterator[tuple[Cell, Figures]]:
        """Give every cell that got an impression, with its figures."""
        for cell, *figures in zip(self._deck.cells, *self._sums, strict=True):
            if figures[0]:
                yield cell, Figures(*figures)


def _some(places: list[int], number: int) -> list[int]:
    """Take so many of them, evenly spread."""
    return [places[(2 * n + 1) * len(places) // (2 * number)] for n in range(number)] if places else []
