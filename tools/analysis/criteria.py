"""What ads are measured against: the criteria of a review, and the bars that follow from them.

Five bars share one model (`shrinkage.py`) by asking the same question, "what does one event cost?":
CPA spend per result, CPC spend per click, CPM spend per thousand impressions, CTR impressions per click
(100 / percent), and ROAS spend per result again, where a result may cost the ad's mean order value divided
by the target ROAS.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tools.analysis.rows import Totals
from tools.analysis.tally import Week

REFRESH_EASIER = 0.15


@dataclass(frozen=True)
class Criteria:
    """Targets and thresholds of a review; money in major units of the account's currency.

    `tolerance`: an ad is worse only above tolerance times target. `pause_at`, `watch_at`, `scale_at`:
    probabilities. `min_spend`: no verdict below it; None means twice the target CPA (given or derived).
    `min_days`: age of an ad, and where that is unknown its days with delivery.
    Values that make no sense raise ValueError naming the field.
    """

    target_cpa: Decimal | None = None
    target_roas: Decimal | None = None
    min_ctr: Decimal | None = None
    max_cpc: Decimal | None = None
    max_cpm: Decimal | None = None
    tolerance: Decimal = Decimal("1.15")
    pause_at: float = 0.75
    watch_at: float = 0.50
    scale_at: float = 0.90
    min_spend: Decimal | None = None
    min_days: int = 7

    def __post_init__(self) -> None:
        """Refuse what no review can be held to."""
        for name in ("target_cpa", "target_roas", "min_ctr", "max_cpc", "max_cpm"):
            value = getattr(self, name)
            _demand(value is None or (value.is_finite() and value > 0), f"{name} must be above 0")
        _demand(self.tolerance.is_finite() and self.tolerance >= 1, "tolerance must be at least 1")
        _demand(0 < self.watch_at <= self.pause_at <= 1, "need 0 < watch_at <= pause_at <= 1")
        _demand(0 < self.scale_at <= 1, "scale_at must be above 0 and at most 1")
        _demand(self.min_spend is None or self.min_spend >= 0, "min_spend must not be negative")
        _demand(self.min_days >= 0, "min_days must not be negative")

    @property
    def refresh_at(self) -> float:
        """The probability from which a tired ad wants a new picture: a picture too many costs less than an ad too few."""
        return max(self.watch_at, self.pause_at - REFRESH_EASIER)

    @property
    def has_target(self) -> bool:
        """Whether the owner said what a conversion may cost or must bring."""
        return self.target_cpa is not None or self.target_roas is not None

    @property
    def has_any(self) -> bool:
        """Whether the owner gave any yardstick at all."""
        return self.has_target or any((self.min_ctr, self.max_cpc, self.max_cpm))


@dataclass(frozen=True)
class Bar:
    """One yardstick with its target as a buyer says it: money (CPA, CPC, CPM), a ratio (ROAS), percent (CTR)."""

    kind: Literal["CPA", "ROAS", "CPC", "CPM", "CTR"]
    target: Decimal
    typical: bool = False
    """Whether it is only what the account usually pays, as nobody gave a target."""

    def events(self, seen: Week) -> float:
        """Count the events this bar is about; corrections below zero count as none."""
        events = float(self._events(seen))
        return events if events > 0 else 0.0

    def exposure(self, seen: Week) -> float:
        """Take what the events cost: ripe spend for conversions, plain spend or impressions for the rest."""
        if self.kind == "CTR":
            return max(0.0, float(seen.impressions))
        return max(0.0, float(seen.ripe if self.kind in {"CPA", "ROAS"} else seen.spend))

    @property
    def cost(self) -> Decimal:
        """What one event may cost an ad; for ROAS a result may cost its worth divided by the target."""
        return 100 / self.target if self.kind == "CTR" else self.target

    def margin(self, seen: Totals, spend: Decimal) -> Decimal | None:
        """What was earned beyond what was spent (below 0: spend that bought too little); None for CTR."""
        if self.kind == "CTR":
            return None
        return (seen.value / self.target if self.kind == "ROAS" else self._events(seen) * self.target) - spend

    def _events(self, seen: Totals | Week) -> Decimal:
        if self.kind in {"CPA", "ROAS"}:
            return seen.results
        return Decimal(seen.impressions) / 1000 if self.kind == "CPM" else Decimal(seen.clicks)


def result_bar(criteria: Criteria, pool: Totals) -> Bar | None:
    """Choose what ads that buy results are held to; None if nothing can be said.

    CPA goes before ROAS; without either, the pool's own CPA is the target.
    """
    if criteria.target_cpa is not None:
        return Bar("CPA", criteria.target_cpa)
    if criteria.target_roas is not None:
        return Bar("ROAS", criteria.target_roas) if pool.results > 0 and pool.value > 0 else None
    return Bar("CPA", pool.cpa, typical=True) if pool.cpa is not None and pool.cpa > 0 else None


def click_bars(criteria: Criteria, pool: Totals) -> tuple[Bar, ...]:
    """The benchmarks for ads that buy clicks: max_cpc, then min_ctr; without any yardstick the usual CPC."""
    cpc = (Bar("CPC", criteria.max_cpc),) if criteria.max_cpc is not None else ()
    given = cpc + ((Bar("CTR", criteria.min_ctr),) if criteria.min_ctr is not None else ())
    return given or _usual("CPC", pool.cpc, criteria)


def view_bars(criteria: Criteria, pool: Totals) -> tuple[Bar, ...]:
    """The benchmark for ads that buy attention: max_cpm; without it those for clicks, then the usual CPM."""
    if criteria.max_cpm is not None:
        return (Bar("CPM", criteria.max_cpm),)
    if criteria.max_cpc is not None or criteria.min_ctr is not None:
        return click_bars(criteria, pool)
    usual = 1000 * pool.spend / pool.impressions if pool.impressions > 0 else None
    return _usual("CPM", usual, criteria)


def _usual(kind: Literal["CPC", "CPM"], cost: Decimal | None, criteria: Criteria) -> tuple[Bar, ...]:
    return (Bar(kind, cost, typical=True),) if cost is not None and cost > 0 and not criteria.has_any else ()


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
