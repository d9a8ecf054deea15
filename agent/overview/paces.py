"""Spend against plan and cost against target, as they are shown: figures as text, shares in whole percent, a tone."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from tools.analysis.pacing import AHEAD_FROM, BEHIND_BELOW
from tools.domain.money import Money

Tone = Literal["bad", "warn", "good", "none"]
DEAR_FROM = Decimal("1.15")
"""Of the target: dearer than this calls for a look, as the review judges ads."""
TOO_SOON = Decimal("0.1")
"""Of a stretch: before so much of it is over, its pace says nothing."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Spend of a stretch of time beside what the budgets allow for it."""

    spent: str
    whole: str
    """What the budgets that run now allow for the whole stretch."""
    percent: int | None
    """Spent of the whole; above 100 where it is more."""
    due_percent: int
    """How much of the stretch is over."""
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Against:
    """A cost or a return beside its target."""

    what: str
    figure: str
    target: str
    word: str
    tone: Tone
    ratio: Decimal | None
    """How many times as bad as the target; None without one."""


def written(minor: int, currency: str) -> str:
    """An amount with separators, without its currency, which stands beside it."""
    return f"{Money(minor, currency).major:,f}"


def pace_of(stretch: Mapping[str, Any], currency: str) -> Pace:
    """A stretch of the daily check's numbers."""
    spent, planned, whole = (stretch[f"{name}_minor"] for name in ("spent", "planned", "whole"))
    share = Decimal(stretch["share"])
    use = Decimal(spent) / planned if planned and share >= TOO_SOON else None
    word, tone = _pace_word(use)
    return Pace(
        written(spent, currency),
        written(whole, currency),
        round(Decimal(100 * spent) / whole) if whole else None,
        round(share * 100),
        word,
        tone,
    )


def _pace_word(use: Decimal | None) -> tuple[str, Tone]:
    if use is None:
        return "", "none"
    gap = round((use - 1) * 100)
    far = f"{abs(gap)} % {'more' if gap > 0 else 'less'} than" if gap else "as much as"
    far += " today's budgets allow"
    return far, "good" if BEHIND_BELOW <= use < AHEAD_FROM else "warn"


def against_of(numbers: Mapping[str, Any], currency: str) -> Against:
    """What a result costs against its target, or the return against its own where that is what is set."""
    cost, target = numbers.get("cost_minor"), numbers.get("target_cost_minor")
    roas, wanted = numbers.get("roas"), numbers.get("target_roas")
    if target is None and wanted is not None:
        ratio = Decimal(wanted) / Decimal(roas) if roas and Decimal(roas) else None
        return Against("ROAS", str(roas or "–"), str(wanted), *_target_word(ratio, "below", "above"), ratio)
    ratio = Decimal(cost) / target if target and cost is not None else None
    word, tone = _target_word(ratio, "above", "below")
    return Against(
        f"per {numbers.get('result') or 'result'}",
        written(cost, currency) if cost is not None else "–",
        written(target, currency) if target is not None else "",
        word if cost is not None or target is None else "no result in the week judged",
        tone if cost is not None or target is None else "warn",
        ratio,
    )


def _target_word(ratio: Decimal | None, worse: str, better: str) -> tuple[str, Tone]:
    if ratio is None:
        return "", "none"
    gap = round((ratio - 1) * 100)
    if not gap:
        return "on target", "good"
    return f"{abs(gap)} % {worse if gap > 0 else better} target", "bad" if ratio > DEAR_FROM else "good"
