"""Whose audience is tired of an ad: refresh it, rest it or keep it, with the day it turned.

An ad is called tired when its click rate fell, and fell beyond what the other ads of the account did: a season
that takes all ads down is not the fatigue of one. Both are asked of `decline.scan`, against the weekday alone and
against the days of the other ads, and the weaker evidence counts. One ad in five is taken to turn within the
window beforehand, so that single odd weeks are not believed. Today, still incomplete, is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tools.analysis.decline import Decline, scan
from tools.analysis.rows import AdDay, Totals, totals
from tools.analysis.seasons import Seasons
from tools.analysis.trend import Comparison, compare

Advice = Literal["refresh", "rest", "keep", "too early", "tires", "pause"]
"""The last two only where the verdict on its cost says so (`chain/tiredness.py`)."""

WINDOW_DAYS = 42
SURE = 0.9
BEFOREHAND = 1 / 4
"""Odds that an ad turns within the window, before its figures are looked at."""
LEAST_DROP = Decimal("0.15")
"""A smaller fall of the click rate is not worth a new picture."""
LEAST_CLICKS, LEAST_DAYS = 60, 14
HIGH_FREQUENCY = Decimal("3.5")
"""Times a person saw the ad in seven days, where the brand names no `max_frequency`."""
FEW_NEW = Decimal("0.2")
"""Share of people who saw an ad for the first time below which its audience counts as used up."""
LATEST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Reach:
    """How often people saw an ad in the last seven days, and how many of them for the first time in four weeks."""

    frequency: Decimal | None = None
    first_time_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fatigue:
    """One ad's advice with its numbers; CTR in percent, `probability` that its click rate turned.

    `turned` is the most likely day, between `earliest` and `latest` with 80 %; None where nothing turned.
    `cost` compares the cost per result before and since, `dearer_since` is the day it rose without a fall of clicks.
    """

    ad_id: str
    advice: Advice
    reason: str
    probability: float | None = None
    turned: date | None = None
    earliest: date | None = None
    latest: date | None = None
    ctr_before: Decimal | None = None
    ctr_now: Decimal | None = None
    cost: Comparison | None = None
    dearer_since: date | None = None
    reach: Reach = Reach()

    @property
    def drop(self) -> Decimal:
        """The share of the click rate that was lost."""
        if not self.ctr_before or self.ctr_now is None:
            return Decimal(0)
        return 1 - self.ctr_now / self.ctr_before


def fatigue(
    days: Iterable[AdDay],
    *,
    today: date,
    delivering: Iterable[str],
    reach: Mapping[str, Reach] | None = None,
    max_frequency: Decimal | None = None,
    lag_days: int = 3,
) -> list[Fatigue]:
    """Advice on each ad of `delivering`, by id; the rows of all other ads say what the account did.

    `lag_days`: the newest days whose results are still coming in, left out of costs. Order does not matter.
    """
    first = today - timedelta(days=WINDOW_DAYS)
    by_ad: dict[str, list[AdDay]] = {}
    for row in days:
        if first <= row.date < today:
            by_ad.setdefault(row.ad_id, []).append(row)
    series = {ad: _daily(rows, first) for ad, rows in sorted(by_ad.items())}
    look = _Look(first, lag_days, max_frequency or HIGH_FREQUENCY, *_seasons(series, first, lag_days))
    known = reach or {}
    return [look.at(ad, series.get(ad, []), known.get(ad, Reach())) for ad in sorted(set(delivering))]


def _daily(rows: Sequence[AdDay], first: date) -> list[Totals]:
    """One sum per day of the window."""
    parts: list[list[AdDay]] = [[] for _ in range(WINDOW_DAYS)]
    for row in rows:
        parts[(row.date - first).days].append(row)
    nothing = Totals()
    return [totals(part) if part else nothing for part in parts]


def _seasons(series: Mapping[str, list[Totals]], first: date, lag_days: int) -> tuple[Seasons, Seasons]:
    """What the account's days did to clicks per impression, and to results per spend."""
    weekday = first.weekday()
    clicks = {ad: _clicks(row) for ad, row in series.items()}
    results = {ad: _results(row, lag_days) for ad, row in series.items()}
    return Seasons.of(clicks, weekday), Seasons.of(results, weekday)


def _clicks(row: Sequence[Totals]) -> tuple[list[float], list[float]]:
    return [float(day.clicks) for day in row], [float(day.impressions) for day in row]


def _results(row: Sequence[Totals], lag_days: int) -> tuple[list[float], list[float]]:
    kept = row[: len(row) - lag_days]
    return [max(0.0, float(day.results)) for day in kept], [max(0.0, float(day.spend)) for day in kept]


@dataclass(frozen=True, slots=True)
class _Look:
    """What every ad is looked at with."""

    first: date
    lag_days: int
    max_frequency: Decimal
    clicks: Seasons
    results: Seasons

    def at(self, ad_id: str, row: Sequence[Totals], reach: Reach) -> Fatigue:
        if missing := self._missing(row):
            return Fatigue(ad_id, "too early", missing, reach=reach)
        found, chance = self._scanned(ad_id, _clicks(row), self.clicks)
        if chance >= SURE and (tired := self._tired(ad_id, row, found, chance, reach)).drop >= LEAST_DROP:
            return tired
        dear, cost_chance = self._scanned(ad_id, _results(row, self.lag_days), self.results)
        turned = self._day(dear.turn) if cost_chance >= SURE else None
        ctr = sum(row, Totals()).ctr or Decimal(0)
        cost = self._cost(row, dear.turn) if turned else None
        return Fatigue(
            ad_id,
            "keep",
            self._kept(ctr, turned, cost, reach),
            chance,
            ctr_now=sum(row[-LATEST_DAYS:], Totals()).ctr,
            cost=cost,
            dearer_since=turned,
            reach=reach,
        )

    def _missing(self, row: Sequence[Totals]) -> str:
        days = sum(day.impressions > 0 for day in row)
        clicks = sum(day.clicks for day in row)
        if days < LEAST_DAYS:
            return f"{days} day{'' if days == 1 else 's'} of delivery (needs {LEAST_DAYS})"
        return (
            f"{clicks} link click{'' if clicks == 1 else 's'} in {WINDOW_DAYS} days (needs {LEAST_CLICKS})"
            if clicks < LEAST_CLICKS
            else ""
        )

    def _scanned(
        self, ad_id: str, series: tuple[list[float], list[float]], seasons: Seasons
    ) -> tuple[Decline, float]:
        """What is found among the others, and how sure: no surer than the ad alone makes it, which is asked first."""
        counts, exposure = series
        alone = scan(counts, [e * f for e, f in zip(exposure, seasons.weekdays, strict=False)])
        if (chance := _chance(alone)) < SURE:
            return alone, chance
        among = scan(counts, [e * f for e, f in zip(exposure, seasons.others(ad_id), strict=False)])
        return among, min(chance, _chance(among))

    def _tired(
        self, ad_id: str, row: Sequence[Totals], found: Decline, chance: float, reach: Reach
    ) -> Fatigue:
        before = sum(row[: found.turn], Totals()).ctr
        now = sum(row[max(found.turn, len(row) - LATEST_DAYS) :], Totals()).ctr
        cost = self._cost(row, found.turn)
        tired = Fatigue(
            ad_id,
            "rest" if used_up(reach, self.max_frequency) else "refresh",
            "",
            chance,
            self._day(found.turn),
            self._day(found.first),
            self._day(found.last),
            before,
            now,
            cost,
            reach=reach,
        )
        return _with_reason(tired)

    def _cost(self, row: Sequence[Totals], turn: int) -> Comparison:
        end = max(turn, len(row) - self.lag_days)
        return compare(sum(row[:turn], Totals()), sum(row[turn:end], Totals()))

    def _day(self, place: int) -> date:
        return self.first + timedelta(days=place)

    def _kept(self, ctr: Decimal, dearer: date | None, cost: Comparison | None, reach: Reach) -> str:
        if dearer and cost:
            return (
                f"link clicks hold (link CTR {ctr:.2f} %), but a result costs more since about {_said(dearer)}:"
                " look at page, offer and audience rather than at the picture"
            )
        often = reach.frequency is not None and reach.frequency >= self.max_frequency
        seen = f"; frequency {reach.frequency:.1f} is high, but people still click" if often else ""
        return f"link CTR {ctr:.2f} %, no fall beyond noise{seen}"


def used_up(reach: Reach, max_frequency: Decimal = HIGH_FREQUENCY) -> bool:
    """Whether people saw the ad too often, or hardly any see it for the first time."""
    few = reach.first_time_share is not None and reach.first_time_share < FEW_NEW
    return few or (reach.frequency is not None and reach.frequency >= max_frequency)


def _chance(found: Decline) -> float:
    odds = found.evidence * BEFOREHAND
    return odds / (1 + odds)


def _with_reason(tired: Fatigue) -> Fatigue:
    from dataclasses import replace

    parts = [
        f"link CTR {tired.ctr_before or 0:.2f} % → {tired.ctr_now or 0:.2f} % since about {_said(tired.turned)}",
        f"{min(99, int((tired.probability or 0) * 100))} % sure",
    ]
    if tired.cost and tired.cost.said.startswith(("dearer", "cheaper")):
        parts.append(f"a result is {tired.cost.said.partition(' ')[0]}")
    if tired.reach.frequency is not None:
        parts.append(f"frequency {tired.reach.frequency:.1f}")
    if tired.reach.first_time_share is not None:
        parts.append(f"{tired.reach.first_time_share * 100:.0f} % see it for the first time")
    todo = "give these people a rest from it" if tired.advice == "rest" else "give it a new picture or text"
    return replace(tired, reason=f"{'; '.join(parts)}: {todo}")


def _said(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "an unknown day"
