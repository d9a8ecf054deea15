"""What ads are measured against: the criteria of a review, and the bars that follow from them.

Four bars share one model (`model.py`) by asking the same question, "what does one event cost?":
CPA spend per result, CPC spend per click, CTR impressions per click (100 / percent), and ROAS spend per
result again, where a result may cost the ad's mean order value divided by the target ROAS.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tools.analysis.model import Count
from tools.analysis.rows import ZERO, Totals


@dataclass(frozen=True)
class Criteria:
    """Targets and thresholds of a review; money in major units of the account's currency.

    `tolerance`: an ad is worse only above tolerance times target. `pause_at`, `watch_at`, `scale_at`:
    probabilities. `min_spend`: no verdict below it; None means twice the target CPA (given or derived).
    `min_days`: days with delivery, of the whole period. `lag_days`: the newest days before today whose
    conversions are still coming in (§7.3). `prior_strength`: weight of the neighbours, in results.
    Values that make no sense raise ValueError naming the field.
    """

    target_cpa: Decimal | None = None
    target_roas: Decimal | None = None
    min_ctr: Decimal | None = None
    max_cpc: Decimal | None = None
    tolerance: Decimal = Decimal("1.15")
    pause_at: float = 0.90
    watch_at: float = 0.70
    scale_at: float = 0.90
    min_spend: Decimal | None = None
    min_days: int = 7
    lag_days: int = 3
    prior_strength: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what no review can be held to."""
        for name in ("target_cpa", "target_roas", "min_ctr", "max_cpc"):
            value = getattr(self, name)
            _demand(value is None or (value.is_finite() and value > 0), f"{name} must be above 0")
        _demand(self.tolerance.is_finite() and self.tolerance >= 1, "tolerance must be at least 1")
        _demand(0 < self.watch_at <= self.pause_at <= 1, "need 0 < watch_at <= pause_at <= 1")
        _demand(0 < self.scale_at <= 1, "scale_at must be above 0 and at most 1")
        _demand(self.min_spend is None or self.min_spend >= 0, "min_spend must not be negative")
        _demand(min(self.min_days, self.lag_days) >= 0, "min_days and lag_days must not be negative")
        _demand(0.01 <= self.prior_strength <= 1000, "prior_strength must lie between 0.01 and 1000")

    @property
    def strength(self) -> Decimal:
        """`prior_strength` as an exact number."""
        return Decimal(str(self.prior_strength))


@dataclass(frozen=True)
class Bar:
    """One yardstick with its target as a buyer says it: money (CPA, CPC), a ratio (ROAS), percent (CTR)."""

    kind: Literal["CPA", "ROAS", "CPC", "CTR"]
    target: Decimal

    def count(self, seen: Totals) -> Count:
        """Take the events and the exposure this bar is about; corrections below zero count as none."""
        events = seen.results if self.kind in {"CPA", "ROAS"} else Decimal(seen.clicks)
        exposure = Decimal(seen.impressions) if self.kind == "CTR" else seen.spend
        return Count(max(ZERO, events), max(ZERO, exposure))

    def cost(self, own: Totals, account: Totals, strength: Decimal) -> Decimal:
        """What one event may cost this ad; for ROAS it needs an account with results and value.

        The mean order value is the ad's own, shrunk to the account's: (V + k·V_a / n_a) / (n + k).
        """
        if self.kind == "ROAS":
            worth = max(ZERO, own.value) + strength * account.value / account.results
            return worth / (max(ZERO, own.results) + strength) / self.target
        return 100 / self.target if self.kind == "CTR" else self.target

    def excess(self, seen: Totals) -> Decimal | None:
        """The part of the spend that bought less than the target asks; None for CTR, which has no price."""
        earned = {
            "CPA": seen.results * self.target,
            "ROAS": seen.value / self.target,
            "CPC": seen.clicks * self.target,
            "CTR": None,
        }[self.kind]
        return None if earned is None else max(ZERO, seen.spend - earned)


def result_bar(criteria: Criteria, pool: Totals) -> Bar | None:
    """Choose what ads that buy results are held to; None if nothing can be said.

    CPA goes before ROAS; without either, the pool's own CPA is the target.
    """
    if criteria.target_cpa is not None:
        return Bar("CPA", criteria.target_cpa)
    if criteria.target_roas is not None:
        return Bar("ROAS", criteria.target_roas) if pool.results > 0 and pool.value > 0 else None
    return Bar("CPA", pool.cpa) if pool.cpa is not None and pool.cpa > 0 else None


def click_bars(criteria: Criteria) -> tuple[Bar, ...]:
    """The benchmarks for ads that buy clicks or attention: max_cpc, then min_ctr, where given."""
    cpc = (Bar("CPC", criteria.max_cpc),) if criteria.max_cpc is not None else ()
    return cpc + ((Bar("CTR", criteria.min_ctr),) if criteria.min_ctr is not None else ())


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
