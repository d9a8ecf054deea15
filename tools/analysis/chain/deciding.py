"""One decision per ad, of what it costs now, what it will cost next week, and whether it is tired; and where it is heading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log
from typing import Literal

from tools.analysis.criteria import Bar, Criteria
from tools.analysis.measuring import Judgement

Decision = Literal["pause", "refresh", "watch", "keep", "scale", "too early", "not judged"]
TIRED_AT = 0.45
"""The chance that its click rate fell from which an ad is called tired."""
LEAST_FALL = 0.15
"""A smaller fall of the click rate is not worth a new picture."""
_LATER = 0.15
"""An ad that will surely be too dear next week may be a little less surely so today."""
_LONGEST_DAYS = 60
_MIDDLE_80 = 1.28
_WIDEST = 700.0
"""Of the log of a range; `exp` knows no more."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What one event costs now, in the unit of its bar, and where that is going.

    `low` and `high` hold it with 80 %. `per_week` is the share by which the cost grows in a week, 0 where nothing moves;
    `misses_on` the day from which it misses the target if nothing is done, None where it does already or will not soon.
    `fell` is the share of its click rate that a tired ad lost since `since`. Of money, per week: `saving` is what stopping it
    is expected to save, `regret` what it would have brought beyond the target if it is good after all.
    """

    bar: Bar
    now: Decimal
    low: Decimal
    high: Decimal
    per_week: float
    misses_on: date | None
    saving: Decimal
    regret: Decimal
    fell: float = 0.0
    since: date | None = None

    @property
    def tired(self) -> bool:
        """Whether its click rate fell for good."""
        return self.since is not None


def decide(seen: Sequence[Judgement], criteria: Criteria) -> tuple[Decision, Judgement]:
    """One bar missed is enough to pause; to scale, all must be beaten. Neighbours alone decide neither.

    A tired ad that misses the target, or will within the week, wants a new picture if it met the target before.
    """
    worst = max(seen, key=lambda one: one.worse)
    least = min(seen, key=lambda one: one.better)
    tired = [one for one in seen if is_tired(one)]
    sure = worst.worse >= criteria.pause_at and worst.looks_worse
    if tired:
        one = max(tired, key=lambda one: one.worse_soon)
        soon = (
            one.worse >= criteria.refresh_at - _LATER
            and one.worse_soon >= criteria.refresh_at
            and one.looks_worse
        )
        if (sure or soon) and one.cost / exp(one.fell) <= float(criteria.tolerance):
            return "refresh", one
        if not sure and (soon or one.worse_soon >= criteria.watch_at):
            return "watch", one
    if worst.worse >= criteria.watch_at:
        return ("pause" if sure else "watch"), worst
    if least.better >= criteria.scale_at and all(one.looks_better for one in seen):
        return ("keep" if tired else "scale"), least
    return "keep", worst


def is_tired(judgement: Judgement) -> bool:
    """Whether an ad's click rate fell, surely and by enough."""
    return judgement.tired >= TIRED_AT and 1 - exp(-judgement.fell) >= LEAST_FALL


def heading(judgement: Judgement, spend_per_day: Decimal, today: date) -> Heading:
    """Put into money and days what was measured in targets and logs."""
    tired = is_tired(judgement)
    weekly = 7 * float(spend_per_day)
    around = exp(min(_WIDEST, _MIDDLE_80 * judgement.spread))
    ends = (
        _in_unit(judgement.bar, judgement.cost / around),
        _in_unit(judgement.bar, judgement.cost * around),
    )
    per_week = judgement.per_week if tired or abs(judgement.per_week) >= 0.05 else 0.0
    return Heading(
        bar=judgement.bar,
        now=_in_unit(judgement.bar, judgement.cost),
        low=min(ends),
        high=max(ends),
        per_week=exp(per_week) - 1,
        misses_on=_misses_on(judgement.cost, per_week, today),
        saving=_amount(weekly * judgement.wasted),
        regret=_amount(weekly * judgement.earned),
        fell=1 - exp(-judgement.fell) if tired else 0.0,
        since=_before(today, judgement.falling_days) if tired else None,
    )


def _misses_on(cost: float, per_week: float, today: date) -> date | None:
    """When a cost that grows will pass the target."""
    if cost >= 1 or per_week <= 0:
        return None
    days = 7 * log(1 / cost) / per_week
    return _before(today, -days) if days <= _LONGEST_DAYS else None


def _before(today: date, days: float) -> date | None:
    try:
        return today - timedelta(days=round(days))
    except OverflowError:
        return None


def _in_unit(bar: Bar, cost: float) -> Decimal:
    """A cost in targets in the bar's own unit; of ROAS and CTR more is better."""
    if bar.kind in {"ROAS", "CTR"}:
        return bar.target / _amount(max(1e-9, cost))
    return bar.target * _amount(cost)


def _amount(value: float) -> Decimal:
    return Decimal(f"{value:.6g}")
