"""Splits a day's figures among breakdown cells so that every slicing adds up exactly."""

from __future__ import annotations

import zlib
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from sandbox.insights.video_views import added
from sandbox.world.delivered import Figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.insights.breakdown_cells import Cell, Cells
    from sandbox.insights.video_views import Views, Watching

DECK = 1000
"""How many impressions it takes to deal each cell its share once."""


class Deck:
    """Deals impressions to the cells of some breakdowns, in one fixed order that repeats."""

    def __init__(self, breakdowns: tuple[str, ...], cells: Cells) -> None:
        """Lay out one round: every cell as often as its weight, well mixed, the same way for all of a group."""
        weights = dict(cells.shares)
        whole, passed, dealt = sum(weights.values()), 0, list[int]()
        for place, weight in enumerate(weights.values()):
            passed += weight
            dealt += [place] * (round(DECK * passed / whole) - len(dealt))
        Random(f"deck/{cells.names}").shuffle(dealt)
        chosen = [cells.names.index(name) for name in breakdowns]
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


@lru_cache(maxsize=512)
def deck_of(breakdowns: tuple[str, ...], cells: Cells) -> Deck:
    """Give the deck of some breakdowns."""
    return Deck(breakdowns, cells)


class Split:
    """Adds up days of one ad by the cells of some breakdowns.

    Every click is one of the impressions, every link click one of the clicks, and so on: so each belongs
    to the cell of what it came from, no cell has more clicks than impressions, and all slicings add up.
    """

    def __init__(
        self, breakdowns: tuple[str, ...], cells: Cells, key: str, watching: Watching | None = None
    ) -> None:
        """Begin with nothing; `key` names the ad, which decides where in the deck it begins."""
        self._deck = deck_of(breakdowns, cells)
        self._watching = watching
        self._offset = zlib.crc32(key.encode()) % DECK
        self._sums = [[0] * len(self._deck.cells) for _ in Figures._fields]
        self._views: list[Views] = [()] * len(self._deck.cells)

    def add(self, day: Figures, before: int) -> None:
        """Add a day, in front of which the ad had so many impressions."""
        if not day.impressions:
            return
        start, sums = self._offset + before, self._sums
        counts = self._deck.counts(start, day.impressions)
        self._watch(counts, before)
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

    def _watch(self, counts: list[int], before: int) -> None:
        """Add how far the videos of these impressions were watched, cell by cell."""
        if self._watching:
            for place, count in zip(self._deck.merged, counts, strict=True):
                views = self._watching.between(before, before + count) if count else ()
                self._views[place] = added(self._views[place], views)
                before += count

    def cells(self) -> Iterator[tuple[Cell, Figures, Views]]:
        """Give every cell that got an impression, with its figures."""
        for cell, views, *figures in zip(self._deck.cells, self._views, *self._sums, strict=True):
            if figures[0]:
                yield cell, Figures(*figures), views


def _some(places: list[int], number: int) -> list[int]:
    """Take so many of them, evenly spread."""
    return [places[(2 * n + 1) * len(places) // (2 * number)] for n in range(number)] if places else []
