"""Lifetime budgets that run out: all or nearly all of one is spent, it will not last at this pace, or its end is near."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from tools.analysis.cases import delivers
from tools.analysis.pacing import CAP_SOON_DAYS, Pace, Pacing
from tools.analysis.verdicts import Review, Verdict
from tools.domain.objects import NOUNS, called
from tools.read.daily.daily_text import Words, short

LIFETIME = "The lifetime budget of"
"""How each of these lines begins."""
USED_UP = "lifetime budget used up"
"""Behind the level, why an ad does not run (tools/domain/running.py)."""
NEARLY_SPENT_TENTHS = 9
END_SOON = timedelta(days=2)
MARGIN_DAYS = 1
"""Meta spends a budget out towards its end, so a pace that ends within a day of that is as planned."""


def emptying(words: Words, review: Review, pace: Pacing) -> list[str]:
    """Each lifetime budget with ads that run, or would, and that runs out; apart from figures a line stays the same while it does."""
    lifetimes = [one for one in pace.budgets if one.budget.lifetime_minor]
    return [line for one in lifetimes for line in _line(words, one, _below(review, one))]


def _below(review: Review, pace: Pace) -> list[Verdict]:
    return [v for v in review.verdicts if pace.budget.id in (v.ad.adset_id, v.ad.campaign_id)]


def _line(words: Words, pace: Pace, ads: list[Verdict]) -> Iterator[str]:
    budget, noun = pace.budget, NOUNS[pace.budget.level]
    head = f"{LIFETIME} {noun} {called(short(budget.name), budget.id)}"
    end = f"{budget.end:%Y-%m-%d %H:%M}" if budget.end else ""
    if any(v.ad.off == f"{noun} {USED_UP}" for v in ads):
        yield f"{head} is used up{f' before its end, {end}' if end else ''}: its ads stand still. Raise it if they should run."
        return
    running = sum(delivers(v.ad) for v in ads)
    if not running or budget.remaining_minor is None:
        return
    left = f"{words.minor(budget.remaining_minor)} of {words.bare(budget.lifetime_minor)} left"
    if budget.end and budget.end - words.now <= END_SOON:
        yield f"{head} ends {end}, ads running: {running}, {left}. Set a later end if they should go on."
    elif _low(words, pace):
        days = _lasts_days(pace)
        lasts = f", {days:.1f} days at this pace" if days is not None else ""
        yield f"{head} has {left}{lasts}{f'; its end is {end}' if end else ''}. Raise it if it should last."


def _low(words: Words, pace: Pace) -> bool:
    """Whether nine tenths are spent, or what is left lasts a week at most and not to the end."""
    budget, days = pace.budget, _lasts_days(pace)
    spent_minor = budget.lifetime_minor - (budget.remaining_minor or 0)
    if spent_minor * 10 >= budget.lifetime_minor * NEARLY_SPENT_TENTHS:
        return True
    if days is None or days > CAP_SOON_DAYS or budget.end is None:
        return False
    rest_days = Decimal(int((budget.end - words.now).total_seconds())) / 86400
    return days + MARGIN_DAYS <= rest_days


def _lasts_days(pace: Pace) -> Decimal | None:
    """How long what is left lasts at the mean of the last whole days; None where that is not known."""
    if pace.state == "not judged" or not pace.per_day_minor or pace.budget.remaining_minor is None:
        return None
    return Decimal(pace.budget.remaining_minor) / pace.per_day_minor
