"""The figures behind the lines of the daily check, for who compares accounts or draws them; amounts in minor units."""

from typing import Any

from tools.analysis.pacing import Pacing, Stretch
from tools.domain.money import Money
from tools.read.daily.daily_reads import Reads
from tools.read.daily.daily_text import Words
from tools.read.daily.lines import settled_week


def numbers(words: Words, reads: Reads, pace: Pacing) -> dict[str, Any]:
    """Pace of today and of the month, and what a result cost in the newest settled week against what it may cost."""
    currency, brand, settled = words.ctx.account.currency, words.ctx.brand, settled_week(words, reads)
    found: dict[str, Any] = {
        "currency": currency,
        "result": words.noun,
        "today": _stretch(pace.today),
        "month": _stretch(pace.month),
        "forecast_minor": pace.forecast_minor,
    }
    if settled.cpa is not None:
        found["cost_minor"] = Money.from_major(round(settled.cpa, words.ctx.account.decimals), currency).minor
    if brand.target_cpa:
        found["target_cost_minor"] = brand.target_cpa.money(currency).minor
    if settled.roas is not None:
        found["roas"] = f"{settled.roas:.2f}"
    if brand.target_roas:
        found["target_roas"] = f"{brand.target_roas:.2f}"
    return found


def _stretch(stretch: Stretch) -> dict[str, Any]:
    return {
        "spent_minor": stretch.spent_minor,
        "planned_minor": stretch.planned_minor,
        "whole_minor": stretch.whole_minor,
        "share": f"{stretch.share:.4f}",
    }
