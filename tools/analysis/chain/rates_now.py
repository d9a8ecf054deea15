"""What is known of an ad's rates today: where each stands, with what doubt, and which stories that is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from tools.analysis.tally import Week


class Part(NamedTuple):
    """One of the stories that a level is made of: how likely it is, where it puts the level, and with what variance.

    `slope` is how the level moves per week, `fell` how far it is below where it stood, `days` since when.
    """

    weight: float
    now: float
    doubt: float
    slope: float = 0.0
    fell: float = 0.0
    days: float = 0.0


NOT_FALLEN = Part(0.0, 0.0, 0.0)


class Level(NamedTuple):
    """The log of a rate as it is today, with its variance.

    `parts` are what it is if it stood or wandered, if it fell, if it rose; those that are hardly likely are left out.
    """

    now: float
    doubt: float
    parts: tuple[Part, ...] = ()
    fall: Part = NOT_FALLEN
    """The story in which it fell."""
    still: float = 0.0
    """The variance it would have if it stood still."""


@dataclass(frozen=True, slots=True)
class Price:
    """One ad's rates of today as logs: clicks per view, and views per major unit of money."""

    clicks: Level
    views: Level
    counted: int = 1
    """Clicks that these are known by."""

    @property
    def of_click(self) -> float:
        """What one click costs now, in major units."""
        return exp(-self.clicks.now - self.views.now)

    @property
    def of_view(self) -> float:
        """What one view costs now, in major units."""
        return exp(-self.views.now)


def at_prices_of_now(weeks: Iterable[tuple[int, Week]], price: Price, by: str) -> list[float]:
    """What the clicks of weeks, or their views, would cost now, by the share of their results that is known."""
    clicks = by == "clicks"
    each = price.of_click if clicks else price.of_view
    spent = []
    for _, week in weeks:
        ripe = 1.0
        if week.unripe:
            ripe = max(0.0, float(week.ripe)) / float(week.spend) if week.spend else 0.0
        elif week.spend <= 0:
            ripe = 0.0
        spent.append(ripe * max(0, week.clicks if clicks else week.impressions) * each)
    return spent
