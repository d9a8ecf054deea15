"""Figures of ads: what is asked of Meta for them, what counts as a result, and how totals are written."""

from decimal import Decimal
from typing import Any

from tools.analysis.conversion_events import ASSUMED
from tools.analysis.rows import Totals
from tools.domain.tool import Context

FIELDS = ("spend", "impressions", "inline_link_clicks", "actions", "action_values")
AS_SET: dict[str, Any] = {"use_unified_attribution_setting": "true"}
"""Results by the attribution windows of each ad set (docs/graph-api.md §7.2)."""
LAG_DAYS = 3
"""The newest days, whose results are still coming in."""


def event_counted(ctx: Context) -> str:
    """What counts as a result where it is not asked what each ad set is after."""
    return ctx.brand.conversion_event or ASSUMED


def figures(row: Totals, decimals: int) -> dict[str, str | int]:
    """Totals as the model and people read them; a ratio without a denominator is left out."""
    shown: dict[str, str | int] = {
        "spend": f"{row.spend:.{decimals}f}",
        "impressions": row.impressions,
        "clicks": row.clicks,
        "results": _plain(row.results),
    }
    costs = {"cpc": row.cpc, "cost_per_result": row.cpa}
    ratios = {"ctr_pct": row.ctr, "roas": row.roas}
    shown |= {name: f"{cost:.{decimals}f}" for name, cost in costs.items() if cost is not None}
    return shown | {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio is not None}


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
